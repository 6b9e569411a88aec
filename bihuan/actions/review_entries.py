"""测评会记账: a closed round and the ledger entry of its day; an entry already made is taken, not asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.actions import ledger as entries
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.review_kinds import Meeting
from bihuan.core.reviews import RoundState
from bihuan.store import ledger


def of_day(held: RoundState, meeting: Meeting) -> str:
    """Return the number of the entry of the meeting's book for its unit and day, "" where there is none."""
    book = ledger.declared(held.programme, meeting.activity)
    asked = ledger.Asked(book.key, unit=held.unit, since=held.date, until=held.date)
    found = ledger.page(seen_by=SYSTEM, programme=held.programme, activity=book, asked=asked, limit=1).entries
    return found[0].number if found else ""


def known(held: RoundState, meeting: Meeting) -> dict[str, Any]:
    """Return what a round tells of its entry: unit, day, its title and the units judged."""
    book = ledger.declared(held.programme, meeting.activity)
    found: dict[str, Any] = {"unit": held.unit, "date": held.date, meeting.objects: list(held.objects)}
    if book.title:
        found[book.title] = held.title
    return found


def enter(
    held: RoundState, meeting: Meeting, actor: Actor, facts: Mapping[str, Any], files: list[int], now: datetime
) -> str:
    """Enter the meeting in its book and return the entry's number; raises Refused `enter.…`."""
    given = {**facts, **known(held, meeting)}
    return entries.enter(
        actor=actor, programme=held.programme, activity=meeting.activity, facts=given, now=now, files=files
    ).number
