"""派单台右栏: the chosen order in short, what its requester asked besides, and the form of its next move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.actions.orders import options_for
from bihuan.actions.setting import setting_of
from bihuan.actions.similar import matter_of, near_to
from bihuan.core import clocks
from bihuan.core.instants import instant
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.orders import UNDO
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType
from bihuan.core.queues import queue
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.core.turns import next_move
from bihuan.store import calendars, events, packs
from bihuan.store.desks import Around
from bihuan.store.orders import Held
from bihuan.web.controls import Control, Scene, controls_of, typed
from bihuan.web.order_forms import form_of
from bihuan.web.order_page import since
from bihuan.web.order_sight import sight
from bihuan.web.similar import Like, like, of_same
from bihuan.words import moments
from bihuan.words.durations import duration
from bihuan.words.events import Line
from bihuan.words.lights import Light, light_of_order
from bihuan.words.orders import (
    ask_name,
    category_name,
    field_name,
    move_name,
    priority_name,
    standing_name,
    unit_name,
    value_text,
)
from bihuan.words.refusals import Told, problems, told
from bihuan.words.sources import source_text

# What the head of the pane shows by itself, or what only those who call may see.
_SHOWN = ("title", "category", "importance", "urgency", "secret", "attachments")
LEADERS = "leaders"  # session key
PAIR = 2


@dataclass(slots=True)
class Pane:
    """The right-hand side as the template draws it. `move` is None where it is not the reader's turn."""

    order: OrderState
    type: OrderType
    light: Light
    state: str
    priority: str
    chain: str
    came: str
    facts: list[tuple[str, str]]
    files: list[tuple[int, str]]
    contacts: int
    budget: int
    alike: list[Like]
    told: list[tuple[str, list[tuple[str, str]]]]
    move: Move | None = None
    merge: str = ""  # the verb that joins it to another matter, "" where it cannot be now
    controls: list[Control] = field(default_factory=list)
    due: str = ""
    others: list[tuple[str, str, bool]] = field(default_factory=list)
    refused: Told | None = None
    tried: str = ""  # the name of the move that was refused
    typed_text: str = ""
    since: list[Line] | None = None  # what came after the form was filled in, where somebody was first
    faults: list[tuple[str, str]] = field(default_factory=list)
    following: str = ""

    @property
    def href(self) -> str:
        """The order's own page."""
        return f"/orders/{self.order.number}/"


@dataclass(frozen=True, slots=True)
class Said:
    """What was done a moment ago, and whether it can be taken back."""

    text: str
    number: str
    undo: str = ""
    seq: int = 0


def pane_of(
    around: Around,
    *,
    actor: Actor,
    net: Network,
    now: datetime,
    loads: Mapping[str, int],
    refused: Refused | None = None,
    verb: str = "",
    typed_form: QueryDict | None = None,
    following: str = "",
    leaders: Mapping[str, str] | None = None,
) -> Pane:
    """Return the pane of the chosen order; after a refusal with the same form, its words kept."""
    assert around.chosen is not None
    order, order_type = around.chosen.order, around.chosen.type
    setting = setting_of(order_type, now)
    options = {option.move.verb: option.yes for option in options_for(actor=actor, order=order, now=now)}
    move = order_type.moves.get(verb) if refused else next_move(setting, order, actor, now)
    pane = Pane(
        order=order,
        type=order_type,
        light=light_of_order(order, order_type, now, calendars.calendar()),
        state=standing_name(order_type, order.state, queue(order_type, order)),
        priority=priority_name(order.priority),
        chain=unit_name(net, order.desk) if order.desk else "",
        came=came_text(order, now),
        facts=facts_of(order, order_type, net, now),
        files=around.files,
        contacts=1 + sum(same_month(one, now) for one in around.others) if same_month(order, now) else 0,
        budget=settings.CONTACT_BUDGET,
        alike=[of_same(one, net) for one in around.others if not _closed(one)][:2],
        told=told_by(order, order_type, net, now),
        following=following,
    )
    if not pane.contacts:
        pane.contacts = sum(same_month(one, now) for one in around.others)
    pane.merge = next((one.verb for one in order_type.by_effect("merge") if options.get(one.verb)), "")
    if pane.merge:  # what can still be joined to another matter is compared by its words too
        own = [one for one in around.others if not _closed(one)]
        pane.alike = [like(one, net) for one in near_to(matter_of(order), own=own, recent=around.recent)]
    if move is not None and options.get(move.verb, False):
        pane.move = move
        scene = Scene(order_type, net, now, order, actor, loads)
        given = typed(typed_form, move, order_type) if typed_form is not None else None
        sentences = problems(refused, order_type, now) if refused else {}
        pane.controls = [
            control for control in controls_of(move, scene, values=given, errors=sentences) if control.mark != "files"
        ]
        for control in pane.controls:
            if control.mark == "tiles" and len(control.choices) <= PAIR:
                control.mark = "select"  # the pane is narrow, and its form should be seen without scrolling
        if given is None:
            _preset_leader(pane.controls, leaders or {})
        pane.faults = [(f"f-{move.verb}-{key}", sentence) for key, sentence in sentences.items()]
        pane.due = due_text(setting, order, move, now)
    if refused is not None and not pane.faults:
        pane.refused = told(refused, order_type, net, now, order)
        seen = sight(number=order.number, actor=actor, now=now)
        if move is not None:
            values = typed(typed_form, move, order_type) if typed_form is not None else {}
            pane.tried, pane.typed_text = move_name(move), form_of(seen, move, values=values).typed_text
        if refused.kind == "stale":
            pane.since = since(seen, refused.facts.get("expect"))
    pane.others = [
        (one.verb, move_name(one), one.effect in ("refuse", "escalate"))
        for one in order_type.moves.values()
        if options.get(one.verb) and one is not pane.move and one.effect not in ("merge", "recall", "recuse")
    ]
    return pane


def remembered(request: HttpRequest) -> dict[str, str]:
    """Return which leader this person named last for each department, as the session keeps it."""
    return dict(request.session.get(LEADERS, {}))


def remember(request: HttpRequest, lead: str, leader: str) -> None:
    """Keep the leader named for a department; the last one stands last."""
    kept = remembered(request)
    kept.pop(lead, None)
    request.session[LEADERS] = {**kept, lead: leader}


def _preset_leader(controls: list[Control], leaders: Mapping[str, str]) -> None:
    """Propose the leader named last for the proposed department, else the one named last at all."""
    lead = next((str(control.value) for control in controls if control.key == "lead"), "")
    for control in controls:
        if control.key == "supervisor" and not control.value and leaders:
            control.value = leaders.get(lead) or list(leaders.values())[-1]


def facts_of(order: OrderState, order_type: OrderType, net: Network, now: datetime) -> list[tuple[str, str]]:
    """Return what the requester said, field by field in the pack's order, personal values left out."""
    start = order_type.start()
    found = []
    for key in (*start.needs, *start.takes):
        spec = order_type.fields[key]
        if key in _SHOWN or spec.data_class in ("C2", "C3") or key not in order.fields:
            continue
        found.append((field_name(spec), value_text(spec, order.fields[key], net, now)))
    return found


def told_by(
    order: OrderState, order_type: OrderType, net: Network, now: datetime
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what waits for a judgement, part by part: the request, else both answers, else the rating."""

    def named(facts: Mapping[str, object]) -> list[tuple[str, str]]:
        found = []
        for key, value in facts.items():
            spec = order_type.fields.get(key)
            if spec is not None and spec.data_class not in ("C2", "C3"):
                found.append((field_name(spec), value_text(spec, value, net, now)))
        return found

    for ask, pending in order.asks.items():
        if ask == "verification":
            continue
        who = net.name(pending.get("by", ""))
        title = _("%(who)s申请%(ask)s，%(at)s") % {
            "who": who,
            "ask": ask_name(ask),
            "at": moments.moment(pending["at"], now),
        }
        parts = [(title, named(pending.get("facts", {})))]
        if ask == "return":
            unit = unit_name(net, order_type.catalogue.get(order.category, ""))
            line = _("%(category)s归%(unit)s") % {"category": category_name(order_type, order.category), "unit": unit}
            times = ngettext("此前退过%(n)s次", "此前退过%(n)s次", order.returns) % {"n": order.returns}
            parts.append((_("派单目录"), [(_("目录"), line), (_("退单"), times)]))
        return parts
    state = order_type.states.get(order.state)
    if state is None or state.milestone not in ("answered", "checked"):
        return []
    halves = [(_("给企业的答复"), "requester"), (_("给产业链党委的反馈"), "desk")]
    found = [(title, named(order.replies[half].get("facts", {}))) for title, half in halves if half in order.replies]
    if rating := order.rating:
        facts = {order_type.rating: rating["level"]}
        if "verification" in order.asks:
            facts = next((one.facts for one in events.of_order(order.id) if one.seq == rating["seq"]), facts)
        found.append((_("企业评单"), named(facts)))
    return found


def came_text(order: OrderState, now: datetime) -> str:
    """Return through which channel and when an order came, with the number and deadline it has there."""
    channel = source_text(packs.programme(order.programme), order.channel, order.source_number)
    at = order.times.get("submitted", "")
    due = _("来源时限%(until)s") % {"until": moments.until(order.source_due, now)} if order.source_due else ""
    return " · ".join(part for part in (channel, moments.moment(at, now) if at else "", due) if part)


def due_text(setting: Setting, order: OrderState, move: Move, now: datetime) -> str:
    """Return until when the promise made by this move would run, "" where it makes none."""
    for spec in setting.type.clocks.values():
        if spec.promise and move.verb in spec.starts and spec.key not in order.clocks:
            made = clocks.started(setting.type, spec, order, now, setting.calendar)
            said = {"day": moments.day(moments.last_day(made["due"]), now), "limit": duration(made["limit"])}
            return _("现在派出，最迟%(day)s双反馈（%(limit)s）") % said
    return ""


def same_month(order: OrderState, now: datetime) -> bool:
    """Whether the order came in this local month."""
    at = order.times.get("submitted", "")
    return bool(at) and moments.local(at).strftime("%Y-%m") == moments.local(now).strftime("%Y-%m")


def said_of(held: Held, *, actor: Actor, net: Network, now: datetime) -> Said | None:
    """Return what the actor just did to an order, with the way back while there is one."""
    order, last = held.order, held.order.last
    move = held.type.moves.get(last.get("verb", ""))
    if move is None or last.get("person") != actor.person or not last.get("at"):
        return None
    facts = {"number": order.number, "unit": unit_name(net, order.lead) if order.lead else "", "move": move_name(move)}
    if move.effect == "dispatch":
        text = _("已派%(number)s给%(unit)s") % facts
    elif move.effect == "recall":
        text = _("已撤回%(number)s刚才的操作") % facts
    else:
        text = _("%(number)s：%(move)s，已记下") % facts
    back = held.type.by_effect("recall")
    undo = back[0].verb if move.undo and back and now <= instant(last["at"]) + UNDO else ""
    return Said(text, order.number, undo, order.seq)


def _closed(order: OrderState) -> bool:
    state = packs.order_type(order.bundle, order.type).states.get(order.state)
    return state is None or state.closed
