"""视图: the page on which lists are kept under a name, given a limit, renamed and forgotten."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import saved_views as actions
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, network
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.lists import NAMES, reader
from bihuan.web.rows import word
from bihuan.web.shell import programme_of
from bihuan.web.view_row import views_of
from bihuan.words import saved_views as words


@staff
@require_http_methods(["GET", "POST"])
def views(request: Acted) -> HttpResponse:
    """List the views with their counts; POST keeps one, changes it or forgets it."""
    programme = programme_of(request)
    if programme is None:
        raise Http404
    form = request.POST
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(_done(request, programme))
        except Refused as why:
            faults = words.problems(why)
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(request.now))
    context = {
        "views": views_of(request, programme, reader(request, programme, net, calendar)),
        "faults": [(f"f-{key}" if key in ("name", "limit") else "", said) for key, said in faults.items()],
        "typed": {name: word(form, name) for name in ("name", "limit", "shared", "id")},
        "conditions": {name: value for name in NAMES if (value := word(form, f"c-{name}"))},
        "most": actions.MOST,
    }
    return render(request, "lists/views.html", context, status=400 if faults else 200)


def _done(request: Acted, programme: Programme) -> str:
    """Do what the form asks for and return where to go on."""
    form, actor = request.POST, request.actor
    name, limit = word(form, "name"), word(form, "limit")
    id_ = word(form, "id", 12)
    if id_.isascii() and id_.isdigit():
        if form.get("does") == "drop":
            gone = actions.drop_view(actor=actor, id_=int(id_))
            messages.success(request, _("视图“%(name)s”已删。") % {"name": gone.name})
        else:
            actions.change_view(actor=actor, id_=int(id_), name=name, limit=limit)
            messages.success(request, _("视图“%(name)s”已改好。") % {"name": name})
        return "/orders/views/"
    filters = {key: value for key in NAMES if (value := word(form, f"c-{key}"))}
    made = actions.save_view(
        actor=actor, programme=programme.key, name=name, filters=filters, limit=limit,
        shared=form.get("shared") == "1", now=request.now,
    )  # fmt: skip
    messages.success(request, _("视图“%(name)s”已存。") % {"name": name})
    return f"/orders/views/#v{made}"


urlpatterns = [path("orders/views/", views, name="views")]
