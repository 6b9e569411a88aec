"""周期义务: who must enter what in every period, and whether it was met, late, missed or excused.

Nothing is stored: it follows from the entries. Whoever entered counts, for the duty is the unit's or the post's and not
a person's: a stand-in's entry is the post's.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

from bihuan.core import timespans
from bihuan.core.programmes import Who

EVERY: Final = ("week", "half_month", "month", "quarter", "half_year", "year")
CUSTOM: Final = "custom"
Kept = Literal["met", "late", "missed", "excused", "open"]
MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
ONE_DAY = timedelta(days=1)
LOOK = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Each unit of an activity's kind owes one entry in every period; `grace` days after it may still be used.

    With `post` each post of that kind owes it instead. `every` may be custom: the `windows` as written (2022年1-3月), or
    every `days` days from `since` on. `remind` is how many workdays before the end of a period those who may enter are
    told that it stands open; `excusers` may excuse a unit or post for a reason.
    """

    key: str
    name: str
    activity: str
    every: str
    name_en: str = ""
    grace: int = 0
    post: str = ""
    windows: tuple[str, ...] = ()
    days: int = 0
    since: str = ""
    remind: int = 0
    excusers: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A period, both days included."""

    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day <= self.end

    def meets(self, other: Period) -> bool:
        """Whether they have a day in common."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True, slots=True)
class Held:
    """What a unit's entries of one day say: that it took place (in time or late), or why it did not (`idle`)."""

    day: date
    late: bool = False
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """One period of one unit and how it was kept."""

    period: Period
    kept: Kept


def period_of(every: str, day: date) -> Period:
    """Return the period a day lies in: weeks begin on Monday, half months on the 1st and the 16th."""
    if every == "week":
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=6))
    if every == "half_month":
        if day.day <= 15:
            return Period(day.replace(day=1), day.replace(day=15))
        return Period(day.replace(day=16), day.replace(day=monthrange(day.year, day.month)[1]))
    n = MONTHS[every]
    first = (day.month - 1) // n * n + 1
    last = first + n - 1
    return Period(date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1]))


def periods(every: str, first: date, last: date) -> list[Period]:
    """Return the periods that begin between two days, both included."""
    found = []
    one = period_of(every, first)
    if one.start < first:
        one = period_of(every, one.end + ONE_DAY)
    while one.start <= last:
        found.append(one)
        one = period_of(every, one.end + ONE_DAY)
    return found


def periods_of(cadence: Cadence, first: date, last: date) -> list[Period]:
    """Return the periods of a cadence that begin between two days, both included."""
    if cadence.every != CUSTOM:
        return periods(cadence.every, first, last)
    if cadence.windows:
        return [one for one in _declared(cadence.windows) if first <= one.start <= last]
    begin, length = date.fromisoformat(cadence.since), timedelta(days=cadence.days)
    start = begin + max(0, -((begin - first) // length)) * length
    found = []
    while start <= last:
        found.append(Period(start, start + length - ONE_DAY))
        start += length
    return found


def last_two(cadence: Cadence, today: date) -> list[Period]:
    """Return the period a day lies in and the one before it; of declared windows the last two that began."""
    if cadence.every == CUSTOM:
        return periods_of(cadence, today - LOOK, today)[-2:]
    now = period_of(cadence.every, today)
    return [period_of(cadence.every, now.start - ONE_DAY), now]


def remind_now(cadence: Cadence, period: Period, today: date, is_workday: Callable[[date], bool]) -> bool:
    """Whether at most `remind` workdays are left after today before the period ends, or it is over and still open."""
    if not cadence.remind or today < period.start:
        return False
    left, day = 0, today + ONE_DAY
    while day <= period.end and left <= cadence.remind:
        left += is_workday(day)
        day += ONE_DAY
    return left <= cadence.remind


@lru_cache(maxsize=64)
def _declared(windows: tuple[str, ...]) -> tuple[Period, ...]:
    return tuple(sorted((Period(*timespans.parse(one, date.min)) for one in windows), key=lambda one: one.start))


def per_week(cadence: Cadence) -> float:
    """Return how many periods a week has of it, over a year."""
    if cadence.every != CUSTOM:
        return {"week": 1.0, "half_month": 24 / 52}.get(cadence.every, 12 / MONTHS.get(cadence.every, 1) / 52)
    if cadence.days:
        return 7 / cadence.days
    some = _declared(cadence.windows)
    weeks = max((some[-1].end - some[0].start).days + 1, 7) / 7 if some else 1
    return len(some) / max(weeks, 52)


def duties(
    cadence: Cadence,
    first: date,
    last: date,
    held: Iterable[Held],
    today: date,
    *,
    founded: date | None = None,
    dissolved: date | None = None,
    excused: Collection[Period] = (),
) -> list[Duty]:
    """Return how a unit kept every period that began between two days, up to the present one.

    Counting begins with the first whole period after the unit was founded (decisions 20) and ends with the last whole
    one before it was dissolved. A period that lies within one of `excused` is excused where nothing was entered.
    """
    days = sorted(held, key=lambda one: one.day)
    found = []
    for period in periods_of(cadence, max(first, founded) if founded else first, min(last, today)):
        if dissolved is not None and period.end > dissolved:
            break
        inside = [one for one in days if period.start <= one.day <= period.end]
        waived = any(one.start <= period.start and period.end <= one.end for one in excused)
        found.append(Duty(period, _kept(cadence, period, inside, waived, today)))
    return found


def _kept(cadence: Cadence, period: Period, held: list[Held], waived: bool, today: date) -> Kept:
    took_place = [one for one in held if not one.idle]
    if took_place:
        return "late" if all(one.late for one in took_place) else "met"
    if held or waived:
        return "excused"
    return "missed" if today > period.end + timedelta(days=cadence.grace) else "open"


def counts(some: Iterable[Duty]) -> dict[str, int]:
    """Return how many periods were due, and how many of them were met, late, missed and excused; open ones are none."""
    found = dict.fromkeys(("due", "met", "late", "missed", "excused"), 0)
    for one in some:
        if one.kept != "open":
            found["due"] += 1
            found[one.kept] += 1
    return found
