"""派单台: trays with their counts, the list of one tray, and beside it the order that is being moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from bihuan.actions import similar
from bihuan.actions.drafts import keep_draft
from bihuan.actions.orders import move_order
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.core.queues import QUEUES, WITH_OFFICE
from bihuan.core.refusal import Refused
from bihuan.core.sittings import may_hold
from bihuan.core.whole import whole
from bihuan.store import calendars, desks, lists, network, orders
from bihuan.store.lists import Asked, Page
from bihuan.web.access import Acted, staff
from bihuan.web.bulk import bulk_moves
from bihuan.web.controls import typed
from bihuan.web.jinja import render
from bihuan.web.pane import Pane, Said, pane_of, remember, remembered, said_of
from bihuan.web.rows import Line, lines_of, word
from bihuan.web.scopes import Scope, desk_types, lead_type, may_ask, may_bring, scope_of
from bihuan.web.shell import shell_for
from bihuan.words.orders import category_name, queue_name, unit_name

FIRST = "to_dispatch"
# Trays that end with the rating window are counted as of now; the others by counters.
TIMED = ("to_rate", "to_close")
LIGHTS = {"near": gettext_noop("临期"), "red": gettext_noop("逾期")}
HOT = ("red", "to_verify")


@dataclass(frozen=True, slots=True)
class Tray:
    """One entry of the queue nav: `key` as stored, `slug` as in the address."""

    key: str
    name: str
    n: int = 0
    here: bool = False
    hot: bool = False

    @property
    def slug(self) -> str:
        """The tray in an address."""
        return slug_of(self.key)


@dataclass(slots=True)
class Where:
    """What part of the desk is looked at: tray, chain, category, chosen order, page."""

    tray: str = FIRST
    desk: str = ""
    category: str = ""
    at: str = ""
    cursor: str = ""
    done: str = ""

    def to(self, **more: str) -> str:
        """Return the address of the desk with some of it changed; a changed filter begins at the first page."""
        kept = {"desk": self.desk, "category": self.category}
        asked = {"queue": slug_of(self.tray), **kept, **more}
        return "/orders/desk/?" + urlencode({key: value for key, value in asked.items() if value})


@dataclass(slots=True)
class Desk:
    """The page as the template draws it."""

    where: Where
    trays: list[Tray]
    asks: list[Tray]
    lights: list[Tray]
    name: str
    n: int
    lines: list[Line]
    more: str = ""
    every: str = ""  # the same orders as one list with all of them ticked
    chains: list[tuple[str, str]] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    pane: Pane | None = None
    said: Said | None = None
    bulk: list[Move] = field(default_factory=list)
    may_ask: bool = False
    sits: bool = False
    may_bring: bool = False


def slug_of(key: str) -> str:
    """Return a tray's key as it stands in addresses: to-dispatch, asked-return-desk."""
    return key.replace("_", "-").replace(":", "-")


@staff
@require_http_methods(["GET", "POST"])
def desk(request: Acted) -> HttpResponse:
    """Show the desk; POST makes one move on the chosen order and slides the next one in."""
    programme = shell_for(request).programme
    types = desk_types(request.actor, programme)
    if programme is None or not types:
        return redirect("orders")
    net = network.snapshot(calendars.calendar().local_day(request.now))
    scope = scope_of(request.actor, types[0], net)
    if scope is None:
        return redirect("orders")
    where = where_of(request, trays_of(request.actor, types))
    if request.method == "POST":
        return _moved(request, programme, types, net, scope, where)
    return _page(request, programme, types, net, scope, where)


def where_of(request: Acted, trays: list[str]) -> Where:
    """Read the address; an unknown tray is the first one."""
    asked = request.GET
    known = {slug_of(key): key for key in (*trays, *LIGHTS)}
    return Where(
        tray=known.get(asked.get("queue", ""), FIRST if FIRST in trays else trays[0]),
        desk=word(asked, "desk"),
        category=word(asked, "category"),
        at=word(asked, "at"),
        cursor=word(asked, "after"),
        done=word(asked, "done"),
    )


def trays_of(actor: Actor, types: tuple[OrderType, ...]) -> list[str]:
    """Return the trays of the loop and the requests this post may decide, as the packs have them."""
    found = list(QUEUES)
    for order_type in types:
        mine = {role.key for role in order_type.roles.values() for who in role.who if who.post in ("", actor.kind)}
        for move in order_type.moves.values():
            if move.effect == "decide" and move.ask != "verification" and mine.intersection(move.by):
                found.append(f"asked:{move.ask}:desk")
    return list(dict.fromkeys(found))


def _asked(programme: Programme, tray: str, where: Where | None = None) -> Asked:
    light = tray if tray in LIGHTS else ""
    return Asked(
        programme=programme.key,
        queue="" if light else tray,
        light=light,
        desk=where.desk if where else "",
        category=where.category if where else "",
    )


def _page(
    request: Acted,
    programme: Programme,
    types: tuple[OrderType, ...],
    net: Network,
    scope: Scope,
    where: Where,
    *,
    refused: Refused | None = None,
    verb: str = "",
    status: int = 200,
) -> HttpResponse:
    actor, now = request.actor, request.now
    departments = [unit.key for unit in net.of_type(lead_type(types[0]))]
    units = [*scope.units, *(f"lead:{key}" for key in departments)]
    counted = {tray: _asked(programme, tray) for tray in (*TIMED, *LIGHTS)}
    filtered = bool(where.desk or where.category)
    if filtered:
        counted["here"] = _asked(programme, where.tray, where)
    stock, now_counts = desks.numbers(programme, units, counted, seen_by=actor, now=now)
    trays = trays_of(actor, types)
    n = {tray: sum(stock.get((unit, _measure(tray)), 0) for unit in scope.units) for tray in trays} | now_counts
    page = lists.page(
        seen_by=actor, programmes=[programme], asked=_asked(programme, where.tray, where), now=now, cursor=where.cursor
    )
    around = _around(actor, page, where, now)
    lines = lines_of(page.rows, net, now, actor)
    shown = Desk(
        where=where,
        trays=[_tray(key, n[key], where) for key in QUEUES],
        asks=[_tray(key, n[key], where) for key in trays if key not in QUEUES],
        lights=[
            Tray(key, _(name), n[key], where.tray == key, key in HOT and bool(n[key])) for key, name in LIGHTS.items()
        ],
        name=_(LIGHTS[where.tray]) if where.tray in LIGHTS else queue_name(where.tray),
        n=now_counts["here"] if filtered else n[where.tray],
        lines=lines,
        more=where.to(after=page.next) if page.next else "",
        every=_every(where) if page.next and not where.tray.startswith("asked:") else "",
        chains=[(key, unit_name(net, key)) for key in scope.desks],
        categories=_categories(types),
        bulk=bulk_moves(actor, types, where.tray),
        may_ask=any(may_ask(actor, order_type) for order_type in types),
        sits=any(may_hold(actor, order_type) for order_type in types),
        may_bring=any(may_bring(actor, order_type) for order_type in types),
    )
    if around.chosen is not None:
        loads = {
            key: sum(stock.get((f"lead:{key}", f"queue:{tray}"), 0) for tray in WITH_OFFICE) for key in departments
        }
        shown.pane = pane_of(
            around, actor=actor, net=net, now=now, loads=loads, refused=refused, verb=verb,
            typed_form=request.POST if refused else None, following=_following(lines, where.at),
            leaders=remembered(request),
        )  # fmt: skip
    if around.moved is not None:
        shown.said = said_of(around.moved, actor=actor, net=net, now=now)
    return render(request, "desk/page.html", {"desk": shown}, status=status)


def _every(where: Where) -> str:
    kept = {"view": where.tray} if where.tray in LIGHTS else {"view": "open", "queue": where.tray}
    kept |= {"desk": where.desk, "category": where.category, "all": "1"}
    return "/orders/?" + urlencode({key: value for key, value in kept.items() if value})


def _measure(tray: str) -> str:
    return tray if tray.startswith("asked:") else f"queue:{tray}"


def _tray(key: str, n: int, where: Where) -> Tray:
    return Tray(key, queue_name(key), n, where.tray == key, bool(n) and (key in HOT or key.startswith("asked:return")))


def _around(actor: Actor, page: Page, where: Where, now: datetime) -> desks.Around:
    """Read the order asked for, else the first of the list; what cannot be seen shows an empty pane."""
    where.at = where.at or (page.rows[0].number if page.rows else "")
    if not where.at and not where.done:
        return desks.Around()
    return desks.around(where.at, seen_by=actor, moved=where.done, since=similar.since(now))


def _following(lines: list[Line], number: str) -> str:
    """Return the order that slides in after this one was moved."""
    numbers = [line.row.number for line in lines]
    if number not in numbers:
        return numbers[0] if numbers else ""
    at = numbers.index(number)
    return numbers[at + 1] if at + 1 < len(numbers) else numbers[at - 1] if at else ""


def _categories(types: tuple[OrderType, ...]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for order_type in types:
        if spec := order_type.fields.get("category"):
            found.update((choice.key, category_name(order_type, choice.key)) for choice in spec.choices)
    return list(found.items())


def _moved(
    request: Acted, programme: Programme, types: tuple[OrderType, ...], net: Network, scope: Scope, where: Where
) -> HttpResponse:
    form = request.POST
    number, verb = word(form, "number"), word(form, "verb")
    held = orders.by_number(number, seen_by=request.actor)
    move = held.type.moves.get(verb)
    facts = typed(form, move, held.type) if move else {}
    where.at = number
    try:
        _event, after = move_order(
            actor=request.actor,
            number=number,
            verb=verb,
            facts=facts,
            now=request.now,
            expect=whole(form.get("expect", "")),
            command=word(form, "form_key", 64),
            read=held,
        )
    except Refused as refused:
        status = 400 if refused.problems else 409
        if move and status == 409:
            keep_draft(
                actor=request.actor, number=number, move=move, order_type=held.type, facts=facts, now=request.now
            )
        return _page(request, programme, types, net, scope, where, refused=refused, verb=verb, status=status)
    if move and move.effect == "dispatch" and after.supervisor:
        remember(request, after.lead, after.supervisor)
    return redirect(where.to(at=number if move and move.effect == "recall" else word(form, "next"), done=number))


urlpatterns = [path("orders/desk/", desk, name="desk")]
