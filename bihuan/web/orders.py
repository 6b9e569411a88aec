"""工单: one order, everything that may be done with it, and one page for every move (ux 6.2, 7)."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, register_converter, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions.drafts import drop_draft, keep_draft
from bihuan.actions.orders import move_order
from bihuan.actions.reads import note_read
from bihuan.core.orders import Option, by_person
from bihuan.core.programmes import Move
from bihuan.core.projection import columns
from bihuan.core.refusal import Refused
from bihuan.store import lists
from bihuan.store.lists import Asked
from bihuan.web import order_page
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import FORM_KEY, render
from bihuan.web.order_forms import MoveForm, Sent, form_of, inserted, preview_of, received, snippets_of
from bihuan.web.order_sight import Sight, sight
from bihuan.web.scopes import desk_types
from bihuan.words.orders import move_name, queue_name
from bihuan.words.problems import problems
from bihuan.words.refusals import told

_KEY = re.compile(r"[0-9a-f]{32}")


class OrderNumber:
    """The part of an address that is an order's number, as in QD2022-0149; no other page can be mistaken for one."""

    regex = r"[A-Za-z]{1,12}[0-9]{4}-[0-9]{1,12}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(OrderNumber, "order")


@staff
@require_GET
def order(request: Acted, number: str) -> HttpResponse:
    """Show one order as this reader may see it; a stranger and a wrong number meet the same 404."""
    seen = sight(number=number, actor=request.actor, now=request.now)
    return _page(request, seen)


def _page(request: Acted, seen: Sight, status: int = 200, **more: Any) -> HttpResponse:
    context = order_page.context(seen, request.GET, **more)
    return render(request, "orders/page.html", context, status=status)


@staff
@require_POST
def phone(request: Acted, number: str) -> HttpResponse:
    """Show the requester's number and keep that this person looked at it."""
    seen = sight(number=number, actor=request.actor, now=request.now)
    if not seen.may_call:
        raise Http404
    shown = order_page.phones(seen)
    if not shown:
        raise Http404
    note_read(actor=request.actor, order=seen.order, keys=[key for key, _value in shown], now=request.now)
    answer = _page(request, seen, shown=dict(shown))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff
@require_GET
def sheet(request: Acted, number: str) -> HttpResponse:
    """Show the order as one page to print (办理单)."""
    seen = sight(number=number, actor=request.actor, now=request.now)
    return render(request, "orders/sheet.html", order_page.sheet(seen))


@staff
@require_GET
def following(request: Acted, number: str) -> HttpResponse:
    """Lead to the next order of the same tray by its deadline; from the last one to where the reader's work is."""
    seen = sight(number=number, actor=request.actor, now=request.now)
    tray, programme = order_page.tray_of(seen), seen.programme
    if tray:
        page = lists.page(
            seen_by=request.actor, programmes=[programme], now=request.now, limit=1,
            asked=Asked(programme=programme.key, type=seen.type.key, queue=tray, open=True),
            cursor=f"{columns(seen.type, seen.order)['due']}~{seen.order.id}",
        )  # fmt: skip
        if page.rows:
            return redirect("order", page.rows[0].number)
        messages.info(request, _("“%(tray)s”到头了。") % {"tray": queue_name(tray)})
    return redirect("desk" if desk_types(request.actor, programme) else "work")


@staff
@require_http_methods(["GET", "POST"])
def move_page(request: Acted, number: str, verb: str) -> HttpResponse:
    """Show one move's form alone; POST makes the move, once for each key, or says why it was not made."""
    seen = sight(number=number, actor=request.actor, now=request.now, verb=verb)
    move = by_person(seen.type, verb)
    if move is None:
        raise Http404
    if request.method == "GET":
        option = seen.option(verb)
        assert option is not None
        if option.yes:
            return _alone(request, seen, form_of(seen, move, asked=request.GET))
        return _why_not(request, seen, option)
    sent = received(request, seen, move)
    if "preview" in request.POST:
        form = form_of(seen, move, values=sent.facts, kept=sent.kept, problems=sent.problems)
        form.preview = preview_of(seen, form, sent.facts)
        return _alone(request, seen, form)
    if "insert" in request.POST:
        wrong = inserted(request.POST, snippets_of(seen), sent.facts)
        return _alone(request, seen, form_of(seen, move, values=sent.facts, kept=sent.kept, problems=wrong))
    if "keep" in request.POST:
        _kept(request, seen, move, sent)
        return redirect("order", number)
    if sent.problems:
        return _alone(request, seen, form_of(seen, move, values=sent.facts, kept=sent.kept, problems=sent.problems))
    return _made(request, seen, move, sent)


def _made(request: Acted, seen: Sight, move: Move, sent: Sent) -> HttpResponse:
    form, number = request.POST, seen.order.number
    key, expect = form.get(FORM_KEY, ""), form.get("expect", "")
    try:
        # The verdict is asked for once, where the move is made, on the order as it was just read.
        event, _after = move_order(
            actor=request.actor,
            verb=move.verb,
            facts=sent.facts,
            now=request.now,
            number=number,
            expect=int(expect) if expect.isascii() and expect.isdigit() and len(expect) < 9 else None,
            command=key if _KEY.fullmatch(key) else "",
            read=seen.held,
        )
    except Refused as why:
        return _refused(request, seen, move, sent, why)
    if seen.held.drafted:
        drop_draft(actor=request.actor, number=number, verb=move.verb)
    # Not `redirect`: it would first look for a page of that name.
    return HttpResponseRedirect(f"{reverse('order', args=[number])}?done={event.seq}")


def _refused(request: Acted, seen: Sight, move: Move, sent: Sent, why: Refused) -> HttpResponse:
    """400 where the form can be mended, 409 where the order stands otherwise; typed words are safe in both."""
    # What was read before the move may be what somebody has changed since.
    seen = sight(number=seen.order.number, actor=request.actor, now=request.now, verb=move.verb)
    wrong = problems(why, seen.type, request.now)
    fresh = seen.option(move.verb)
    possible = fresh is not None and fresh.yes
    if wrong and possible:
        return _alone(request, seen, form_of(seen, move, values=sent.facts, kept=sent.kept, problems=wrong))
    _kept(request, seen, move, sent)
    said = told(why, seen.type, seen.net, request.now, seen.order)
    form = form_of(seen, move, values=sent.facts, kept=sent.kept)
    context = {
        "told": said,
        "ways": order_page.ways(said, seen),
        "stale": order_page.since(seen, why.facts.get("expect")) if why.kind == "stale" else None,
        "possible": possible,
    }
    return _alone(request, seen, form, 409, **context)


def _kept(request: Acted, seen: Sight, move: Move, sent: Sent) -> None:
    keep_draft(
        actor=request.actor,
        number=seen.order.number,
        move=move,
        order_type=seen.type,
        facts=sent.facts,
        now=request.now,
    )


def _alone(request: Acted, seen: Sight, form: MoveForm, status: int = 0, **more: Any) -> HttpResponse:
    count = len(form.errors)
    title = f"{form.title} {seen.order.number}"
    if count:
        title = ngettext("有%(n)s处要改：%(title)s", "有%(n)s处要改：%(title)s", count) % {"n": count, "title": title}
    context = {
        **order_page.heading(seen),
        "title": title,
        "form": form,
        "told": None,
        "stale": None,
        "ways": [],
        "possible": True,
        **more,
    }
    return render(request, "orders/move.html", context, status=status or (400 if count else 200))


def _why_not(request: Acted, seen: Sight, option: Option) -> HttpResponse:
    """A form that cannot be used now is not shown; the page says why, who can, and what else there is."""
    assert option.refused is not None
    if option.move.inner and not seen.inner:
        raise Http404
    said = told(option.refused, seen.type, seen.net, request.now, seen.order)
    context = {
        **order_page.heading(seen),
        "title": _("现在不能“%(move)s”") % {"move": move_name(option.move)},
        "told": said,
        "ways": order_page.ways(said, seen),
    }
    return render(request, "orders/why.html", context)


urlpatterns = [
    path("orders/<order:number>/", order, name="order"),
    path("orders/<order:number>/phone/", phone, name="order_phone"),
    path("orders/<order:number>/next/", following, name="order_next"),
    path("orders/<order:number>/sheet/", sheet, name="order_sheet"),
    path("orders/<order:number>/<slug:verb>/", move_page, name="order_move"),
]
