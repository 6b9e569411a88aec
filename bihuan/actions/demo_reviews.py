"""演示测评会: the synthetic county's rating meetings, opened, voted in, closed and published by the real actions."""

from __future__ import annotations

import random
import tomllib
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from bihuan.actions import reviews
from bihuan.actions.demo_ledger import holder
from bihuan.core.review_kinds import Meeting
from bihuan.core.reviews import RoundState
from bihuan.store import calendars
from bihuan.store import reviews as rows

NOBODY: frozenset[str] = frozenset()


def hold_meetings(path: Path, programme: str) -> int:
    """Hold every meeting of the sheet, each step at its own time by who held the post; return how many."""
    zone = calendars.calendar().zone
    meetings = tomllib.loads(path.read_text(encoding="utf-8"))["round"]
    for n, one in enumerate(meetings):
        _hold(one, programme, zone, random.Random(n))
    return len(meetings)


def _hold(one: dict[str, Any], programme: str, zone: tzinfo, rng: random.Random) -> None:
    now = _moment(one["opened"], zone)
    held = reviews.open_round(
        actor=holder(one["post"], now), programme=programme, meeting=one["meeting"], given=one, now=now
    )
    meeting = rows.meeting_of(held)
    for kind, n in one["voted"].items():
        for number in range(n):
            _vote(held, meeting, kind, one, number, rng)
    if one.get("closed"):
        now = _moment(one["closed"], zone)
        reviews.close(actor=holder(one["post"], now), number=held.number, now=now)
    if one.get("published"):
        now = _moment(one["published"], zone)
        reviews.publish(actor=holder(one["post"], now), number=held.number, now=now)


def _vote(
    held: RoundState, meeting: Meeting, kind: str, one: dict[str, Any], number: int, rng: random.Random
) -> None:  # fmt: skip
    found = reviews.opened(reviews.hall(held, kind))
    assert found is not None
    token = reviews.take(found=found, units=NOBODY)
    steps, first = list(meeting.steps), next(iter(one["voted"]))
    for unit in held.objects:
        few = one.get("only", {}).get(unit)
        if few is not None and (number >= few or kind != first):
            continue  # scored by a few of the first kind: too few to show
        given = {}
        for key in meeting.criteria:
            level = one["levels"][unit] / 10 + (1.4 if one.get("weak", {}).get(unit) == key else 0)
            given[key] = steps[min(max(round(rng.gauss(level, 0.6)), 1), len(steps)) - 1]
        reviews.answer(token=token, unit=unit, given=given, units=NOBODY)


def _moment(text: str, zone: tzinfo) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)
