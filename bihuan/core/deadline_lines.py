"""期限的算法: how a deadline was counted, line by line, so that a person can count it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from bihuan.core import spans
from bihuan.core.calendar import ONE_DAY, Calendar
from bihuan.core.deadlines import MINUTE, Deadline, end_of, nominal_last, time_of

LineKind = Literal["counted", "skipped", "paused", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of how a deadline was counted: local days `first` to `last`, both inclusive.

    `count` is in days, for limits in hours in minutes. `code` says why, `name` is what the calendar calls the days.
    counted: workday, make-up, calendar-day, open-hours, running. skipped: event-day (the day it began is not counted),
    weekend, holiday, rest, moved (the last day is a day off, so the end moves on). paused: suspension. end:
    close-of-business, end-of-day, exact, or as-promised when the calendar given would now count another end.
    `since` and `until` are instants where the clock time matters: pauses, running hours and the end.
    """

    kind: LineKind
    first: date
    last: date
    count: int
    code: str
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None


def explain(deadline: Deadline, calendar: Calendar) -> list[Line]:
    """Return the lines from which a person can count the deadline again, in order; equal neighbours are one line.

    The last line is always the promise that was made: `as-promised` tells that `calendar` has changed since.
    """
    start, duration = deadline.start, deadline.duration
    due, last = end_of(start, duration, calendar, deadline.pauses)
    if duration.in_hours:
        lines = list(_hour_lines(deadline, calendar, due))
    else:
        lines = list(_day_lines(deadline, calendar, due, last))
    codes = {"workdays": "close-of-business", "days": "end-of-day", "months": "end-of-day"}
    code = codes.get(duration.unit, "exact") if due == deadline.due else "as-promised"
    last = spans.last_day(deadline.due, calendar)
    return [*_joined(lines), Line("end", last, last, 0, code, calendar.name_of(last), until=deadline.due)]


def _day_lines(deadline: Deadline, calendar: Calendar, due: datetime, last: date) -> Iterator[Line]:
    first, unit = calendar.local_day(deadline.start), deadline.duration.unit
    yield Line("skipped", first, first, 1, "event-day", calendar.name_of(first))
    paused = {
        since + timedelta(days=n): pause
        for pause, (since, until) in spans.touched(deadline.pauses, first, calendar)
        if pause[0] < due
        for n in range((until - since).days + 1)
    }
    left = deadline.duration.n if unit == "workdays" else (nominal_last(first, deadline.duration) - first).days
    day = first
    while day < last:
        day += ONE_DAY
        kind, name = calendar.kind(day), calendar.name_of(day)
        if day in paused:
            yield Line("paused", day, day, 1, "suspension", "", *paused[day])
            continue
        if left and (unit != "workdays" or calendar.is_workday(day)):
            left -= 1
            ordinary = unit != "workdays" or kind == "workday"
            code = "calendar-day" if unit != "workdays" else kind
            yield Line("counted", day, day, 1, code, "" if ordinary else name)
        if not calendar.is_workday(day) and (unit == "workdays" or not left):
            yield Line("skipped", day, day, 1, "moved" if unit != "workdays" else _rest_code(kind, day), name)


def _hour_lines(deadline: Deadline, calendar: Calendar, due: datetime) -> Iterator[Line]:
    open_only = deadline.duration.unit == "work-hours"
    start, told = deadline.start, calendar.local_day(deadline.start)
    pauses = [
        (max(since, start), "paused", until)
        for since, until in spans.merged(deadline.pauses)
        if start < until and since < due
    ]
    counted = [(since, "counted", until) for since, until in time_of(deadline, calendar, deadline.start)]
    for since, kind, until in sorted([*counted, *pauses]):
        first, last = calendar.local_day(since), spans.last_day(until, calendar)
        while open_only and told < first:
            if not calendar.is_workday(told):
                yield Line("skipped", told, told, 1, _rest_code(calendar.kind(told), told), calendar.name_of(told))
            told += ONE_DAY
        told = max(told, last + ONE_DAY if open_only and kind == "paused" else first)
        minutes = (until - since) // MINUTE
        if kind == "paused":
            yield Line("paused", first, last, minutes, "suspension", "", since, until)
        else:
            yield Line("counted", first, last, minutes, "open-hours" if open_only else "running", "", since, until)


def _rest_code(kind: str, day: date) -> str:
    if kind == "holiday":
        return "holiday"
    return "weekend" if day.weekday() >= 5 else "rest"


def _joined(lines: list[Line]) -> Iterator[Line]:
    """Neighbouring lines of one kind and reason as one; the names of weekend days are listed once each."""
    held: Line | None = None
    for line in lines:
        if held is not None and _alike(held, line):
            names = dict.fromkeys([*filter(None, held.name.split("、")), *filter(None, [line.name])])
            held = Line(
                held.kind,
                held.first,
                max(held.last, line.last),
                held.count + line.count,
                held.code,
                "、".join(names),
                held.since,
                line.until,
            )
        else:
            if held is not None:
                yield held
            held = line
    if held is not None:
        yield held


def _alike(one: Line, other: Line) -> bool:
    same = (one.kind, one.code) == (other.kind, other.code) and other.first <= one.last + ONE_DAY
    return same and (one.name == other.name or one.code in ("weekend", "moved")) and one.kind != "end"
