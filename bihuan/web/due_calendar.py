"""期限日历: the page on which one takes or gives up the link to one's own deadlines, and the file behind the link."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.actions import calendar_links as actions
from bihuan.actions.notices import ways
from bihuan.core.ics import Entry, calendar_file
from bihuan.core.instants import instant
from bihuan.web.access import Acted, Asked, public, staff
from bihuan.web.jinja import render
from bihuan.words import moments
from bihuan.words.orders import move_name


@staff
@require_http_methods(["GET", "POST"])
def due_calendar(request: Acted) -> HttpResponse:
    """Show the reader's own link; POST gives, prolongs or withdraws it."""
    if request.method == "POST":
        if request.POST.get("do") == "withdraw":
            actions.withdraw(actor=request.actor, now=request.now)
            messages.success(request, _("已停用。以前的链接都打不开了。"))
        else:
            actions.give(actor=request.actor, now=request.now)
            messages.success(request, _("链接一年内有效，已记入操作登记。"))
        return redirect("due_calendar")
    token, until = actions.given(request.actor, request.now)
    context = {
        "address": request.build_absolute_uri(f"/p/{token}/due.ics") if token else "",
        "until": instant(until) if until else None,
    }
    return render(request, "work/calendar.html", context)


@public
@require_safe
def due_file(request: Asked, token: str) -> HttpResponse:
    """Return the deadlines behind a link as a calendar: numbers, days, next steps; 404 for a void one."""
    person = actions.person_of(token, request.now)
    if not person:
        raise Http404
    site = ways().site or f"{request.scheme}://{request.get_host()}"
    entries = [
        Entry(
            uid=f"{turn.row.number}@bihuan",
            day=moments.last_day(turn.row.due),
            summary=_("%(number)s 到期：%(move)s") % {"number": turn.row.number, "move": move_name(turn.move)}
            if turn.move
            else _("%(number)s 到期") % {"number": turn.row.number},
            link=f"{site.rstrip('/')}/orders/{turn.row.number}/",
        )
        for turn in actions.dues(person, request.now)
    ]
    body = calendar_file(_("闭环：我的期限"), entries, request.now)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


urlpatterns = [
    path("mine/calendar/", due_calendar, name="due_calendar"),
    path("p/<str:token>/due.ics", due_file, name="due_file"),
]
