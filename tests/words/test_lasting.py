"""灯多久不变: within the time it is said to last a light says the same, and beyond it somebody asks again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bihuan.core.instants import instant, iso
from bihuan.core.programmes import OrderType
from bihuan.core.projection import NEVER
from bihuan.store import calendars, packs
from bihuan.words.lights import Light, lasting, light_of
from bihuan.words.sources import source_light
from tests import cast

pytestmark = pytest.mark.django_db
SHORT = timedelta(microseconds=1)
# Holidays, made-up workdays and the end of a year are among the days.
FIRST = datetime(2022, 9, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def row(chance: random.Random) -> SimpleNamespace:
    """Return the columns that lights hang on, of an order there may be."""
    due = FIRST + timedelta(minutes=chance.randrange(150 * 24 * 60))
    if chance.random() < 0.5:
        due = due.replace(hour=16, minute=0)  # 24:00 in the county
    orange = due - timedelta(hours=chance.randrange(1, 60))
    yellow = orange - timedelta(hours=chance.randrange(1, 60))
    without = chance.random() < 0.2
    return SimpleNamespace(
        open=chance.random() < 0.9,
        due=NEVER if without else iso(due),
        orange=NEVER if without else iso(orange),
        yellow=NEVER if without else iso(yellow),
        due_clock="promise",
        suspended=chance.random() < 0.2,
        rate_until=iso(due + timedelta(days=3)) if without else "",
        queue="to_rate" if without else chance.choice(("in_progress", "to_check")),
        source_due=iso(due + timedelta(hours=chance.randrange(-99, 99))) if chance.random() < 0.4 else "",
        owed=chance.random() < 0.5,
        replied="",
    )


def said(one: SimpleNamespace, now: datetime, kind: OrderType) -> tuple[Light, Light]:
    calendar = calendars.calendar()
    return light_of(one, now, calendar, kind), source_light(one, kind, now, calendar)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6))
def test_a_light_says_the_same_as_long_as_it_is_said_to(seed: int) -> None:
    chance, calendar = random.Random(seed), calendars.calendar()
    kind = packs.current()["enterprise_order"].orders["enterprise_request"]
    lasted = changed = 0
    for _ in range(300):
        one = row(chance)
        near = instant(one.due) if one.due != NEVER else FIRST + timedelta(days=40)
        now = near + timedelta(minutes=chance.randrange(-20 * 24 * 60, 10 * 24 * 60))
        since, until = lasting(one, now, calendar)
        if not since:
            continue
        lasted += 1
        first, end = instant(since), instant(until)
        assert first <= now < end <= first + timedelta(days=1)
        within = (first, end - SHORT, first + (end - first) * chance.random())
        assert {said(one, moment, kind) for moment in (now, *within)} == {said(one, now, kind)}
        changed += said(one, end, kind) != said(one, now, kind)
    assert lasted > 150 and changed > 50


def test_what_is_left_in_hours_and_minutes_is_never_kept() -> None:
    one = row(random.Random(1))
    one.open, one.source_due, one.due = True, "", iso(datetime(2022, 9, 29, 8, tzinfo=UTC))
    now = datetime(2022, 9, 29, 9, 20, tzinfo=UTC)
    assert lasting(one, now, calendars.calendar()) == ("", "")
