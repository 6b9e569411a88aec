"""时段: spans of time, the pauses cut out of them, and how far into them an amount of time reaches."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bihuan.core.calendar import ONE_DAY, Calendar, Span
from bihuan.core.durations import Unit

DayRange = tuple[date, date]

_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """Spans one after another, with the time that ran from the first one's beginning to the end of each."""

    spans: tuple[Span, ...]
    ran: tuple[timedelta, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Pace:
        """Return the pace of sorted, disjoint spans."""
        found, ran, total = tuple(spans), [], timedelta()
        for since, until in found:
            total += until - since
            ran.append(total)
        return cls(found, tuple(ran))

    def first_after(self, at: datetime) -> int | None:
        """Return the place of the first span that time after an instant runs in, or None."""
        return next((n for n, (_, until) in enumerate(self.spans) if at < until), None)

    def ran_at(self, at: datetime, first: int) -> timedelta:
        """Return how much has run at an instant whose first span is that."""
        since, until = self.spans[first]
        return self.ran[first] - (until - max(since, at))

    def when(self, ran: timedelta, first: int) -> datetime:
        """Return the earliest instant of that span or after it at which so much has run."""
        at = bisect_left(self.ran, ran, first)
        return self.spans[at][1] - (self.ran[at] - ran)


def utc(at: datetime) -> datetime:
    """Return the instant in UTC. Raises ValueError("naive-time") when it has no zone."""
    if at.tzinfo is None:
        raise ValueError("naive-time")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def checked(pause: Span) -> Span:
    """Return a pause in UTC. Raises ValueError("pause-backwards") when it does not end after it begins."""
    since, until = utc(pause[0]), utc(pause[1])
    if until <= since:
        raise ValueError("pause-backwards")
    return since, until


def merged(pauses: Iterable[Span]) -> list[Span]:
    """Return sorted pauses as disjoint spans: two approved ones may overlap."""
    disjoint: list[Span] = []
    for since, until in pauses:
        if disjoint and since <= disjoint[-1][1]:
            disjoint[-1] = (disjoint[-1][0], max(disjoint[-1][1], until))
        else:
            disjoint.append((since, until))
    return disjoint


def touched(pauses: Iterable[Span], first: date, calendar: Calendar) -> Iterator[tuple[Span, DayRange]]:
    """Yield each pause with the local days after `first` that it touches; no day is told twice."""
    told = first
    for pause in merged(pauses):
        since, until = max(calendar.local_day(pause[0]), told + ONE_DAY), last_day(pause[1], calendar)
        if since <= until:
            yield pause, (since, until)
            told = until


def last_day(end: datetime, calendar: Calendar) -> date:
    """Return the local day an exclusive end belongs to: 24:00 is still the day before."""
    return calendar.local_day(end - _INSTANT)


def running(start: datetime, unit: Unit, calendar: Calendar, pauses: list[Span]) -> Iterator[Span]:
    """Yield the spans after `start` in which time of a unit runs, without end.

    Workdays and work-hours run in opening hours, all else always; `pauses` are sorted, disjoint and do not run.
    """
    plain = _opening(start, calendar) if unit in ("workdays", "work-hours") else iter([(start, _END_OF_TIME)])
    if not pauses:
        yield from plain
        return
    at = 0
    for since, until in plain:
        while at < len(pauses) and pauses[at][0] < until:
            begins, resumes = pauses[at]
            if since < begins:
                yield since, begins
            since = max(since, resumes)
            if resumes > until:
                break
            at += 1
        if since < until:
            yield since, until


def walk(along: Iterable[Span], amount: timedelta) -> datetime:
    """Return the earliest instant at which `amount` has run. Raises OverflowError when the spans are too short."""
    for since, until in along:
        if until - since >= amount:
            return since + amount
        amount -= until - since
    raise OverflowError("spans-too-short")


def _opening(start: datetime, calendar: Calendar) -> Iterator[Span]:
    day = calendar.workday_from(calendar.local_day(start))
    while True:
        for since, until in calendar.spans_on(day):
            if start < until:
                yield max(since, start), until
        day = calendar.next_workday(day)
