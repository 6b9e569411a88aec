"""成批办理: tick, see what will happen row by row, confirm, see what happened, try the rest again.

Every confirmed run is kept: one that was cut off stands first on the page of runs and is taken up there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions import bulk
from bihuan.actions.bulk import Planned
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.core.queues import trays
from bihuan.core.refusal import Refused
from bihuan.core.whole import whole
from bihuan.store import bulk_runs, calendars, keys, network, packs, turns
from bihuan.web.access import Acted, staff
from bihuan.web.controls import Control, Scene, controls_of, typed
from bihuan.web.jinja import render
from bihuan.web.pane import remember, remembered
from bihuan.web.rows import word
from bihuan.web.scopes import lead_type
from bihuan.web.shell import programme_of
from bihuan.words import moments
from bihuan.words.orders import category_name, named, priority_name, state_name, unit_name
from bihuan.words.refusals import problems, told

# Fields that every row has for itself; the others are asked once for all.
OWN = ("lead",)


@dataclass(frozen=True, slots=True)
class Line:
    """One order in the preview or the result."""

    number: str
    title: str
    about: str
    seq: int
    happens: str
    refused: str
    lead: str = ""


@dataclass(slots=True)
class Bulk:
    """The page as the template draws it."""

    move: Move
    lines: list[Line]
    controls: list[Control] = field(default_factory=list)
    leads: list[tuple[str, str]] = field(default_factory=list)
    done: bool = False
    run: int = 0

    @property
    def able(self) -> list[Line]:
        """The rows that can be, or were, moved."""
        return [line for line in self.lines if not line.refused]

    @property
    def unable(self) -> list[Line]:
        """The rows that cannot be, or were not."""
        return [line for line in self.lines if line.refused]


@staff
@require_http_methods(["GET", "POST"])
def several(request: Acted, verb: str) -> HttpResponse:
    """Preview a move on the ticked orders; with `go` make it and show each result."""
    programme = programme_of(request)
    order_type, move = _move(programme, verb)
    form = request.POST
    picks = list(dict.fromkeys(one.replace("\x00", "")[:40] for one in form.getlist("pick")))[: bulk.MOST]
    if request.method == "GET" or not picks:
        return redirect("desk")
    net = network.snapshot(calendars.calendar().local_day(request.now))
    found = turns.picked(picks, seen_by=request.actor)
    first = next((one.order for one in found.values()), None)
    shared = typed(form, move, order_type) if "seen" in form else _presets(request, move, order_type)
    facts = {number: _facts(request, move, shared, number, found, order_type) for number in picks}
    if "go" in form:
        expect = {number: seq for number in picks if (seq := whole(form.get(f"seq-{number}", ""))) is not None}
        done = bulk.carry_out(
            actor=request.actor, programme=programme.key if programme else "", verb=verb, facts=facts, now=request.now,
            command=word(form, "form_key", 64) or keys.new_key(), expect=expect,
        )  # fmt: skip
        return _result(request, move, done, facts, net, shared)
    planned = bulk.plan(actor=request.actor, verb=verb, facts=facts, now=request.now)
    scene = Scene(order_type, net, request.now, first, request.actor)
    own = [key for key in OWN if key in (*move.needs, *move.takes)]
    shown = Bulk(
        move,
        [_line(one, facts, net, request.now) for one in planned],
        controls=[c for c in controls_of(move, scene, values=shared) if c.key not in own and c.mark != "files"],
        leads=[(unit.key, unit_name(net, unit.key)) for unit in net.of_type(lead_type(order_type))] if own else [],
    )
    return render(request, "lists/bulk.html", {"bulk": shown, "shared": shared})


def _result(
    request: Acted, move: Move, done: bulk.Done, facts: bulk.Facts, net: Network, shared: dict[str, Any]
) -> HttpResponse:
    if move.effect == "dispatch":
        for one in done.rows:
            if one.after and one.after.supervisor:
                remember(request, one.after.lead, one.after.supervisor)
    lines = [_line(one, facts, net, request.now) for one in done.rows]
    return render(request, "lists/bulk.html", {"bulk": Bulk(move, lines, done=True, run=done.id), "shared": shared})


@dataclass(frozen=True, slots=True)
class Past:
    """One run in the list of runs."""

    id: int
    name: str
    at: str
    n: int
    done: int
    refused: int
    ended: bool
    here: bool


@staff
@require_GET
def runs(request: Acted) -> HttpResponse:
    """List the reader's own runs, the newest first, with what was cut off to be taken up."""
    programmes = packs.current()
    shown = []
    for run in bulk_runs.of(request.actor.person):
        move = move_of(programmes.get(run.programme), run.verb)
        shown.append(
            Past(
                run.id, named(move[1]) if move else run.verb, moments.moment(run.at, request.now), len(run.rows),
                run.done, run.refused, bool(run.ended), run.post == request.actor.post,
            )
        )  # fmt: skip
    return render(request, "lists/bulk_runs.html", {"runs": shown})


@staff
@require_POST
def take_up(request: Acted, id_: int) -> HttpResponse:
    """Do what is left of a run that was cut off, and show each result."""
    try:
        run, done = bulk.take_up(actor=request.actor, id_=id_, now=request.now)
    except Refused as why:
        net = network.snapshot(calendars.calendar().local_day(request.now))
        messages.error(
            request, _("这批是以“%(post)s”开始的，请换到那个岗位再接着办。") % {"post": net.name(why.facts["post"])}
        )
        return redirect("bulk_runs")
    net = network.snapshot(calendars.calendar().local_day(request.now))
    found = move_of(packs.current().get(run.programme), run.verb)
    if found is None:
        raise Http404
    facts = {number: row["facts"] for number, row in run.rows.items()}
    return _result(request, found[1], done, facts, net, next(iter(facts.values()), {}))


def bulk_moves(actor: Actor, types: Iterable[OrderType], tray: str = "") -> list[Move]:
    """Return the moves this post may make on several orders at once, of those that lie in a tray if one is named."""
    found: dict[str, Move] = {}
    for order_type in types:
        mine = {key for key, role in order_type.roles.items() if any(who.post == actor.kind for who in role.who)}
        for move in order_type.moves.values():
            if bulk.meant_for_several(move) and mine.intersection(move.by) and _lies(order_type, move, tray):
                found.setdefault(move.verb, move)
    return sorted(found.values(), key=lambda move: not move.main)


def _lies(order_type: OrderType, move: Move, tray: str) -> bool:
    """Whether a move is one of those for a tray: of a request its decision, else by the states that lie there."""
    if tray.startswith("asked:"):
        return move.effect == "remind" or (move.effect == "decide" and tray.split(":")[1] == move.ask)
    if move.effect == "decide":
        return not tray
    return tray in ("", "near", "red") or tray in trays(order_type, move.from_)


def _move(programme: Programme | None, verb: str) -> tuple[OrderType, Move]:
    found = move_of(programme, verb)
    if found is None:
        raise Http404
    return found


def move_of(programme: Programme | None, verb: str) -> tuple[OrderType, Move] | None:
    """Return the move of several orders that a verb names, with its kind of order, or None."""
    for order_type in programme.orders.values() if programme else ():
        move = order_type.moves.get(verb)
        if move is not None and bulk.meant_for_several(move):
            return order_type, move
    return None


def _presets(request: Acted, move: Move, order_type: OrderType) -> dict[str, Any]:
    """Return what the shared fields start with: the leader named last, where one is asked for."""
    last = list(remembered(request).values())
    return {"supervisor": last[-1]} if last and "supervisor" in (*move.needs, *move.takes) else {}


def _facts(
    request: Acted,
    move: Move,
    shared: dict[str, Any],
    number: str,
    found: dict[str, turns.Found],
    order_type: OrderType,
) -> dict[str, Any]:
    facts = {key: value for key, value in shared.items() if value not in ("", [])}
    for key in OWN:
        if key in (*move.needs, *move.takes):
            order = found[number].order if number in found else None
            proposal = order_type.catalogue.get(order.category, "") if order else ""
            facts[key] = request.POST.get(f"{key}-{number}", proposal)
    return facts


def _line(one: Planned, facts: bulk.Facts, net: Network, now: datetime) -> Line:
    lead = str(facts[one.number].get("lead", ""))
    if one.order is None or one.type is None:
        return Line(one.number, "", "", 0, "", _("找不到这张单，或不在您的职责范围。"), lead)
    order = one.order
    about = " · ".join(
        part
        for part in (order.requester_name, category_name(one.type, order.category), priority_name(order.priority))
        if part
    )
    refused = ""
    if one.refused:
        sentences = list(problems(one.refused, one.type, now).values())
        refused = " ".join(sentences) or told(one.refused, one.type, net, now, order).short
    return Line(
        one.number,
        order.title,
        about,
        order.seq,
        _happens(one.after, one.type, net, now) if one.after else "",
        refused,
        lead,
    )


def _happens(after: OrderState, order_type: OrderType, net: Network, now: datetime) -> str:
    """Return what the order would be, or is, after the move."""
    parts = [state_name(order_type, after.state)]
    if after.last.get("verb") in {move.verb for move in order_type.by_effect("dispatch")}:
        parts = [_("派给%(unit)s") % {"unit": unit_name(net, after.lead)}]
        promise = next((after.clocks.get(spec.key) for spec in order_type.clocks.values() if spec.promise), None)
        if promise:
            parts.append(_("最迟%(day)s双反馈") % {"day": moments.day(moments.last_day(promise["due"]), now)})
    elif after.last.get("verb") in {move.verb for move in order_type.by_effect("amend")}:
        parts = [category_name(order_type, after.category), priority_name(after.priority)]
    elif (move := order_type.moves.get(after.last.get("verb", ""))) and move.ask == "extension":
        parts = [_extended(after, order_type, move, now)]
    return _("，").join(part for part in parts if part)


def _extended(after: OrderState, order_type: OrderType, move: Move, now: datetime) -> str:
    if move.effect == "ask":
        asked = after.asks.get("extension", {}).get("facts", {}).get("until", "")
        return _("申请延到%(day)s，等审批") % {"day": moments.day(asked, now)}
    clock = next((c for key, c in after.clocks.items() if c.get("extended") and order_type.clocks[key].promise), None)
    clock = clock or next((c for c in after.clocks.values() if c.get("extended")), None)
    if clock is None:
        return _("不同意延期，期限不变")
    return _("同意延期，最迟%(day)s") % {"day": moments.day(moments.last_day(clock["due"]), now)}


urlpatterns = [
    path("orders/bulk/", runs, name="bulk_runs"),
    path("orders/bulk/runs/<int:id_>/", take_up, name="bulk_take_up"),
    path("orders/bulk/<verb>/", several, name="bulk"),
]
