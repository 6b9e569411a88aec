"""周期义务: how each period was kept, whatever the calendar does at its edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.core.cadence import EVERY, Cadence, Held, counts, duties, period_of, periods

HUDDLE = Cadence("huddle", "半月一碰头", "half_month_meeting", "half_month", grace=3)


def day(text: str) -> date:
    return date.fromisoformat(text)


def kept(*held: Held, today: str = "2022-09-29", first: str = "2022-08-01", **more: date) -> list[str]:
    found = duties(HUDDLE, day(first), day("2022-12-31"), held, day(today), **more)
    return [one.kept for one in found]


@pytest.mark.parametrize(
    ("every", "on", "start", "end"),
    [
        ("half_month", "2022-02-15", "2022-02-01", "2022-02-15"),
        ("half_month", "2024-02-16", "2024-02-16", "2024-02-29"),
        ("month", "2022-12-31", "2022-12-01", "2022-12-31"),
        ("quarter", "2022-05-01", "2022-04-01", "2022-06-30"),
        ("half_year", "2022-07-01", "2022-07-01", "2022-12-31"),
        ("year", "2022-07-01", "2022-01-01", "2022-12-31"),
        ("week", "2023-01-01", "2022-12-26", "2023-01-01"),
    ],
)
def test_a_day_lies_in_its_period(every: str, on: str, start: str, end: str) -> None:
    found = period_of(every, day(on))
    assert (found.start, found.end) == (day(start), day(end))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(every=st.sampled_from(EVERY), first=st.dates(date(2004, 1, 1), date(2026, 1, 1)), n=st.integers(0, 900))
def test_periods_follow_each_other_without_a_gap(every: str, first: date, n: int) -> None:
    found = periods(every, first, first + timedelta(days=n))
    assert all(a.end + timedelta(days=1) == b.start for a, b in zip(found, found[1:], strict=False))
    assert all(first <= one.start <= first + timedelta(days=n) for one in found)


def test_met_late_excused_missed_and_open() -> None:
    held = (Held(day("2022-08-10")), Held(day("2022-08-20"), late=True), Held(day("2022-09-05"), idle=True))
    assert kept(*held) == ["met", "late", "excused", "open"]
    assert kept(*held, today="2022-10-03") == ["met", "late", "excused", "open", "open"]
    assert kept(*held, today="2022-10-04") == ["met", "late", "excused", "missed", "open"]


def test_one_entry_in_time_makes_up_for_a_late_one_and_for_a_statement() -> None:
    assert kept(Held(day("2022-08-03"), late=True), Held(day("2022-08-12")), today="2022-08-15") == ["met"]
    assert kept(Held(day("2022-08-03"), idle=True), Held(day("2022-08-12")), today="2022-08-15") == ["met"]


def test_counting_begins_with_the_first_whole_period_of_the_unit_and_ends_with_its_last() -> None:
    assert len(kept(today="2022-10-31", founded=day("2022-08-02"))) == 5
    assert len(kept(today="2022-10-31", dissolved=day("2022-09-14"))) == 2


def test_open_periods_are_not_due() -> None:
    found = duties(HUDDLE, day("2022-08-01"), day("2022-12-31"), [Held(day("2022-08-10"))], day("2022-09-29"))
    assert counts(found) == {"due": 3, "met": 1, "late": 0, "missed": 2, "excused": 0}
