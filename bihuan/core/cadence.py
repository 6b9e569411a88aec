"""周期义务: who must enter what in every period, and whether it was met, late, missed or excused.

Nothing is stored: it follows from the entries. Whoever entered counts, for the duty is the unit's and not a person's.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

EVERY: Final = ("week", "half_month", "month", "quarter", "half_year", "year")
Kept = Literal["met", "late", "missed", "excused", "open"]
MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Each unit of an activity's kind owes one entry in every period; `grace` days after it may still be used."""

    key: str
    name: str
    activity: str
    every: str
    name_en: str = ""
    grace: int = 0


@dataclass(frozen=True, slots=True)
class Period:
    """A period, both days included."""

    start: date
    end: date


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


def duties(
    cadence: Cadence,
    first: date,
    last: date,
    held: Iterable[Held],
    today: date,
    *,
    founded: date | None = None,
    dissolved: date | None = None,
) -> list[Duty]:
    """Return how a unit kept every period that began between two days, up to the present one.

    Counting begins with the first whole period after the unit was founded (decisions 20) and ends with the last whole
    one before it was dissolved.
    """
    days = sorted(held, key=lambda one: one.day)
    found = []
    for period in periods(cadence.every, max(first, founded) if founded else first, min(last, today)):
        if dissolved is not None and period.end > dissolved:
            break
        inside = [one for one in days if period.start <= one.day <= period.end]
        found.append(Duty(period, _kept(cadence, period, inside, today)))
    return found


def _kept(cadence: Cadence, period: Period, held: list[Held], today: date) -> Kept:
    took_place = [one for one in held if not one.idle]
    if took_place:
        return "late" if all(one.late for one in took_place) else "met"
    if held:
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
