"""成批办理: tick, see what will happen row by row, confirm, see what happened, try the rest again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import bulk
from bihuan.actions.bulk import Planned
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.store import calendars, network, turns
from bihuan.web.access import Acted, staff
from bihuan.web.controls import Control, Scene, controls_of, typed
from bihuan.web.jinja import render
from bihuan.web.pane import remember, remembered
from bihuan.web.rows import word
from bihuan.web.scopes import lead_type
from bihuan.web.shell import programme_of
from bihuan.words import moments
from bihuan.words.orders import category_name, priority_name, state_name, unit_name
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
        expect = {number: int(seq) for number in picks if (seq := form.get(f"seq-{number}", "")).isdigit()}
        key = word(form, "form_key", 64)
        done = bulk.carry_out(actor=request.actor, verb=verb, facts=facts, now=request.now, command=key, expect=expect)
        lines = [_line(one, facts, net, request.now) for one in done]
        if move.effect == "dispatch":
            for one in done:
                if one.after and one.after.supervisor:
                    remember(request, one.after.lead, one.after.supervisor)
        shown = Bulk(move, lines, done=True)
        return render(request, "lists/bulk.html", {"bulk": shown, "shared": shared})
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


def _move(programme: Programme | None, verb: str) -> tuple[OrderType, Move]:
    for order_type in programme.orders.values() if programme else ():
        move = order_type.moves.get(verb)
        if move is not None and move.effect in bulk.EFFECTS:
            return order_type, move
    raise Http404


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
    return _("，").join(part for part in parts if part)


urlpatterns = [path("orders/bulk/<verb>/", several, name="bulk")]
