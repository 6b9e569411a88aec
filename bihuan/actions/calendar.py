"""日历: a county's own days over the official years. A promise made is never moved by it; what would differ is listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.core.calendar import KINDS, Calendar, Day
from bihuan.core.clocks import counted, running
from bihuan.core.instants import instant
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.packs import calendars as shipped
from bihuan.store import calendars, deadlines, packs

LOOKED_AT = 500  # open orders, those due first
NAME = 60


@dataclass(frozen=True, slots=True)
class Shift:
    """A running clock of an open order whose end would be another if it were counted again."""

    number: str
    bundle: str
    type: str
    clock: str
    due: datetime
    would: datetime


@dataclass(frozen=True, slots=True)
class Shifts:
    """What was found among the `looked` open orders that are due first; `more` says that there were others."""

    found: tuple[Shift, ...]
    looked: int
    more: bool


def set_day(*, actor: Actor, day: date, kind: str, name: str, now: datetime) -> Event | None:
    """Lay a county's own day over the calendar, `kind` "" taking it away; None where nothing changes.

    No running deadline moves. Raises Refused `calendar.post` or `calendar.needs`.
    """
    must_set_up(actor, "calendar")
    name = " ".join(name.split())
    if kind and kind not in KINDS:
        raise Refused("calendar.needs", {"kind": "not_a_choice"}, given={"kind": {"value": kind}})
    if len(name) > NAME:
        raise Refused("calendar.needs", {"name": "too_long"}, given={"name": {"most": NAME}})
    with transaction.atomic():
        edits = {at: (was, called) for at, was, called in calendars.edits()}
        if edits.get(day, ("", "")) == (kind, name if kind else ""):
            return None
        before = calendars.calendar()
        facts = {"day": day.isoformat(), "was": before.kind(day)}
        facts |= {"kind": kind, "name": name} if kind else {}
        calendars.edit_day(day, kind, name if kind else "")
        return note(SETUP, actor=actor, verb="calendar_day", facts=facts, now=now)


def with_day(day: date, kind: str, name: str = "") -> Calendar:
    """Return the calendar as it would be with that day; changes nothing. Raises ValueError("calendar-kind")."""
    edits = {at: Day(was, called) for at, was, called in calendars.edits()}  # type: ignore[arg-type]
    edits.pop(day, None)
    if kind:
        edits[day] = Day(kind, name)  # type: ignore[arg-type]
    return shipped.load(overrides=tuple(edits.items()))  # type: ignore[arg-type]


def shifts(calendar: Calendar, limit: int = LOOKED_AT) -> Shifts:
    """Return which running clocks would end at another moment if they were counted with this calendar.

    Clocks that were extended by approval, stated by the source, or stand paused keep their end whatever the calendar.
    """
    promised, more = deadlines.running(limit)
    found = []
    for one in promised:
        order_type = packs.order_type(one.bundle, one.type)
        for key, clock in one.clocks.items():
            if not running(clock) or clock.get("paused") or clock.get("extended") or clock["limit"] == "stated":
                continue
            if clock.get("cal") == calendar.version:
                continue
            pauses = [(instant(a), instant(b)) for a, b in clock.get("pauses", ())]
            would = counted(order_type, clock["limit"], instant(clock["start"]), calendar, pauses)["due"]
            if would != clock["due"]:
                found.append(Shift(one.number, one.bundle, one.type, key, instant(clock["due"]), instant(would)))
    return Shifts(tuple(found), len(promised), more)
