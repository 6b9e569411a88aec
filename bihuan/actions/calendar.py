"""日历: a county's own days over the official years. A promise made is never moved by it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.core.calendar import KINDS, Calendar, Day
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.packs import calendars as shipped
from bihuan.store import calendars

NAME = 60


def set_day(*, actor: Actor, day: date, kind: str, name: str, now: datetime) -> Event | None:
    """Lay a county's own day over the calendar, `kind` "" taking it away; None where nothing changes.

    No running deadline moves: that is `actions.reclocks`. Raises Refused `calendar.post` or `calendar.needs`.
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
