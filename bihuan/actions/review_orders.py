"""测评整改: a bad result of a round becomes an order to the department, dispatched with its deadline."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.actions import orders
from bihuan.core import deadlines, durations
from bihuan.core import reviews as core
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting
from bihuan.core.reviews import RoundState
from bihuan.store import calendars, packs, reviews, versions

LEAD, SUPERVISOR, NOTE = "lead", "supervisor", "note"
_BORN = re.compile(r"^(CP-\d{4}-\d{4,18})-\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Text:
    """What a rectification order says."""

    title: str
    facts: str
    requester: str


Write = Callable[[RoundState, Meeting, str, str], Text]


def born_of(source_number: str) -> str:
    """Return the number of the round an order was born of, read from its source number; "" for any other."""
    found = _BORN.match(source_number)
    return found[1] if found else ""


def order_type(held: RoundState, meeting: Meeting) -> OrderType:
    """Return the kind of order a bad result becomes."""
    return packs.programme(held.programme).orders[meeting.orders]


@versions.held()
def rectify(
    *, actor: Actor, number: str, unit: str, criterion: str, supervisor: str, write: Write, now: datetime
) -> tuple[RoundState, OrderState]:
    """Open an order for one bad result, register and dispatch it to the unit, and tie it to the round: all or nothing.

    `write` says what stands in it, from what may be shown alone. Raises NotFound, Refused `rectify.…`, `review.…`, or
    of the order's own moves.
    """
    held = reviews.by_number(number, seen_by=actor)
    meeting = reviews.meeting_of(held)
    if (unit, criterion) not in core.due(meeting, held):
        raise Refused("rectify.state.none")
    core.must_chair(reviews.declared(held.programme, held.meeting), held, actor)
    kind, text = order_type(held, meeting), write(held, meeting, unit, criterion)
    facts = {kind.title: text.title, "facts": text.facts, **meeting.order_facts}
    with transaction.atomic():
        order = orders.submit_order(
            actor=actor,
            programme=held.programme,
            type_=kind.key,
            facts=_taken(kind.start(), facts),
            now=now,
            requester_name=text.requester,
            desk=held.unit,
            channel=meeting.channel,
            source_number=f"{held.number}-{len(held.orders) + 1}",
            source_due=_due(meeting, now),
        )
        facts |= {LEAD: unit, SUPERVISOR: supervisor}
        for effect in ("register", "dispatch"):
            move = next(one for one in kind.by_effect(effect) if order.state in one.from_)
            given = _taken(move, facts)
            _event, order = orders.move_order(actor=actor, id_=order.id, verb=move.verb, facts=given, now=now)
        event = core.give_order(meeting, held, actor, unit, criterion, order.id, order.number, now)
        after = core.apply(held, event)
        if not reviews.record(held, event, after):
            raise Refused("review.stale")
    return after, order


def _taken(move: Move, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in (*move.needs, *move.takes) if facts.get(key)}


def _due(meeting: Meeting, now: datetime) -> str:
    """The last day of the limit the programme gives for putting right, as people write it."""
    if not meeting.limit:
        return ""
    calendar = calendars.calendar()
    due = deadlines.deadline(now, durations.parse(meeting.limit), calendar).due
    return due.astimezone(calendar.zone).strftime("%Y-%m-%d %H:%M")
