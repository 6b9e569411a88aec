"""期限: when a limit ends, how that was counted, and which light it shows.

Sources: decisions on time 13-16; 民法典 Art. 201-203 (counting starts the day after, corresponding day of the month, a
last day that is no workday moves on); lights as in the common sheet, section 9.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from bihuan.core import spans
from bihuan.core.calendar import ONE_DAY, Calendar, Span
from bihuan.core.durations import Duration

Light = Literal["green", "yellow", "orange", "red", "grey"]
LineKind = Literal["counted", "skipped", "paused", "end"]

_SECOND: Final = timedelta(seconds=1)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A promise with everything it was counted from, so that it can be counted again.

    `start` and `due` are UTC; `due` is exclusive: at that very moment the limit is over. `calendar` and `version` name
    what was counted with. `provisional` (暂定): a year from start to end has no official notice yet. `pauses` are
    sorted (from, to) pairs in UTC, as they were asked for.
    """

    start: datetime
    due: datetime
    duration: Duration
    calendar: str
    version: str
    provisional: bool
    pauses: tuple[Span, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The instants from which a deadline shows yellow, orange (None: not used) and red; never out of order."""

    yellow_at: datetime
    orange_at: datetime | None
    red_at: datetime


@dataclass(frozen=True, slots=True)
class Remaining:
    """How much is left, or by how much it is `overdue`: `n` whole units, plus the same span in clock `minutes`.

    `today`: the end lies on the local day of now, so the clock time is the better word.
    """

    overdue: bool
    n: int
    unit: Literal["workdays", "hours", "minutes"]
    minutes: int
    today: bool


def deadline(start: datetime, duration: Duration, calendar: Calendar, pauses: Iterable[Span] = ()) -> Deadline:
    """Return when a limit that begins at `start` ends.

    Workdays end at close of business of the last workday; days and months at 24:00 of the last local day, which moves
    past every day off to the next workday; both counts begin on the day after `start`. A month ends on the
    corresponding day, or on the last day of a month that has none. Hours run exactly; work-hours run inside opening
    hours only.

    Pauses: a span (from, to), `to` exclusive. For hours and work-hours exactly that span does not count. For
    workdays, days and months no day that the pause touches counts or is the last one. A pause that begins at or after
    the end comes too late and changes nothing. So no pause ever brings the end nearer, whatever their order.

    Raises ValueError("naive-time") for an instant without a zone, ("pause-backwards") for a pause that does not end
    after it begins, ("deadline-out-of-range") past the year 9999.
    """
    began = spans.utc(start)
    asked = tuple(sorted(spans.checked(pause) for pause in pauses))
    try:
        due, last = _end(began, duration, calendar, asked)
    except (OverflowError, ValueError) as why:
        raise ValueError("deadline-out-of-range") from why
    years = range(calendar.local_day(began).year, last.year + 1)
    provisional = not all(calendar.is_known(year) for year in years)
    return Deadline(began, due, duration, calendar.key, calendar.version, provisional, asked)


def explain(deadline: Deadline, calendar: Calendar) -> list[Line]:
    """Return the lines from which a person can count the deadline again, in order; equal neighbours are one line.

    The last line is always the promise that was made: `as-promised` tells that `calendar` has changed since.
    """
    start, duration = deadline.start, deadline.duration
    due, last = _end(start, duration, calendar, deadline.pauses)
    if duration.in_hours:
        lines = list(_hour_lines(deadline, calendar, due))
    else:
        lines = list(_day_lines(deadline, calendar, due, last))
    codes = {"workdays": "close-of-business", "days": "end-of-day", "months": "end-of-day"}
    code = codes.get(duration.unit, "exact") if due == deadline.due else "as-promised"
    last = spans.last_day(deadline.due, calendar)
    return [*_joined(lines), Line("end", last, last, 0, code, calendar.name_of(last), until=deadline.due)]


def thresholds(
    deadline: Deadline,
    calendar: Calendar,
    yellow_share: float = 0.30,
    yellow_workdays: int = 2,
    orange_share: float | None = 0.15,
) -> Thresholds:
    """Return the instants at which the light changes, to be stored with the deadline.

    Yellow when no more than `yellow_share` of the time is left. For limits in workdays, days and months also when no
    more than `yellow_workdays` workdays are left after today, whichever comes first; a limit that never had more
    than that goes by the share alone, else it would be born yellow. Orange by its share, or None. Red at the end.
    The share is of opening hours for workdays and work-hours, else of elapsed time; pauses do not count as time.
    Whole seconds; never before the start.
    """
    start, red = deadline.start, deadline.due
    if deadline.pauses or deadline.duration.unit in ("workdays", "work-hours"):
        pace = _pace(deadline, calendar)
    else:
        pace = spans.Pace(((start, red),), (red - start,)) if start < red else spans.Pace((), ())
    first = pace.first_after(start)
    if first is None:
        return Thresholds(red, None if orange_share is None else red, red)
    yellow = _share_left(pace, first, start, yellow_share)
    if not deadline.duration.in_hours:
        few = _few_workdays(deadline, calendar, yellow_workdays)
        yellow = yellow if few is None else min(yellow, few)
    yellow = min(max(yellow, start), red)
    orange = None if orange_share is None else min(max(_share_left(pace, first, start, orange_share), yellow), red)
    return Thresholds(yellow, orange, red)


def remaining(due: datetime, now: datetime, calendar: Calendar, duration: Duration) -> Remaining:
    """Return how much time is left until `due`, or has passed since, in the unit a person would say.

    Rules in hours are told in hours, all others in workdays after today. What is less than a workday is told in
    hours, less than an hour in minutes; a rule in hours that is overdue by a workday or more is told in workdays.
    """
    due, now = spans.utc(due), spans.utc(now)
    last, today = spans.last_day(due, calendar), calendar.local_day(now)
    overdue = now >= due
    minutes = (now - due if overdue else due - now) // _MINUTE
    workdays = calendar.workdays_between(last, today) if overdue else calendar.workdays_between(today, last)
    if duration.unit == "hours" and (not overdue or minutes < 24 * 60):
        workdays = 0
    if workdays:
        return Remaining(overdue, workdays, "workdays", minutes, last == today)
    if minutes >= 60:
        return Remaining(overdue, minutes // 60, "hours", minutes, last == today)
    return Remaining(overdue, minutes, "minutes", minutes, last == today)


def light(
    now: datetime, yellow_at: datetime, orange_at: datetime | None, red_at: datetime, suspended: bool = False
) -> Light:
    """Return the light at `now`; a suspended order is grey only while it would be green (decision 15)."""
    if now >= red_at:
        return "red"
    if orange_at is not None and now >= orange_at:
        return "orange"
    if now >= yellow_at:
        return "yellow"
    return "grey" if suspended else "green"


# --- counting to the end ---------------------------------------------------------------------------------------------


def _end(start: datetime, duration: Duration, calendar: Calendar, pauses: tuple[Span, ...]) -> tuple[datetime, date]:
    """The end as an exclusive instant and the local day it belongs to."""
    if duration.in_hours:
        due = spans.walk(spans.running(start, duration.unit, calendar, spans.merged(pauses)), duration.n * _HOUR)
        return due, spans.last_day(due, calendar)
    first = calendar.local_day(start)
    if pauses:
        last = _last_of_days(first, duration, calendar, pauses)
        return _ends_at(last, duration, calendar), last
    found: tuple[datetime, date] | None = calendar.ends.get((first, duration))
    if found is None:  # all that begins on one day under one limit ends together
        last = _last_of_days(first, duration, calendar, pauses)
        found = calendar.ends[first, duration] = _ends_at(last, duration, calendar), last
    return found


def _last_of_days(first: date, duration: Duration, calendar: Calendar, pauses: tuple[Span, ...]) -> date:
    """The last day of a limit in workdays, days or months, each pause pushing it on by the days it touches."""
    workdays = duration.unit == "workdays"
    count = duration.n if workdays else (_nominal_last(first, duration) - first).days
    nominal = calendar.next_workday(first, count) if workdays else first + timedelta(days=count)
    last = calendar.workday_from(nominal)
    for (begins, _), (since, until) in spans.touched(pauses, first, calendar):
        if begins >= _ends_at(last, duration, calendar):
            break
        if since <= nominal:
            before = since - ONE_DAY
            count += calendar.workdays_between(before, until) if workdays else (until - before).days
            nominal = calendar.next_workday(first, count) if workdays else first + timedelta(days=count)
            last = calendar.workday_from(nominal)
        elif last <= until:
            last = calendar.next_workday(until)
    return last


def _nominal_last(first: date, duration: Duration) -> date:
    """The last day before holidays and pauses, for days and months."""
    if duration.unit == "days":
        return first + timedelta(days=duration.n)
    year, month = divmod(first.year * 12 + first.month - 1 + duration.n, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _ends_at(last: date, duration: Duration, calendar: Calendar) -> datetime:
    if duration.unit == "workdays":
        return calendar.spans_on(last)[-1][1]
    return calendar.midnight(last + ONE_DAY)


# --- shares of the time ----------------------------------------------------------------------------------------------


def _pace(deadline: Deadline, calendar: Calendar) -> spans.Pace:
    """The spans in which the time of a deadline runs until its end; all that begin on one day share what is known."""
    if deadline.pauses or deadline.duration.unit != "workdays":
        return spans.Pace.of(_running(deadline, calendar, deadline.start))
    first = calendar.local_day(deadline.start)
    known: spans.Pace | None = calendar.ends.get((first, deadline.due))
    if known is None:
        known = spans.Pace.of(_running(deadline, calendar, calendar.midnight(first)))
        calendar.ends[first, deadline.due] = known
    return known


def _running(deadline: Deadline, calendar: Calendar, start: datetime) -> list[Span]:
    """The spans in which the time of a deadline runs, from `start` to its end."""
    if deadline.duration.in_hours:
        pauses = spans.merged(deadline.pauses)
    else:
        days = _touched_in_time(deadline, calendar)
        pauses = [(calendar.midnight(since), calendar.midnight(until + ONE_DAY)) for since, until in days]
    found: list[Span] = []
    for since, until in spans.running(start, deadline.duration.unit, calendar, pauses):
        if since >= deadline.due:
            break
        found.append((since, min(until, deadline.due)))
    return found


def _touched_in_time(deadline: Deadline, calendar: Calendar) -> list[spans.DayRange]:
    """The paused days of a deadline in days, without the pauses that came too late."""
    first = calendar.local_day(deadline.start)
    return [days for (since, _), days in spans.touched(deadline.pauses, first, calendar) if since < deadline.due]


def _share_left(pace: spans.Pace, first: int, start: datetime, share: float) -> datetime:
    """The earliest instant at which no more than `share` of the time that runs after `start` is left."""
    begun = pace.ran_at(start, first)
    # Ten-thousandths keep the arithmetic in whole numbers: the stored instant must come out alike everywhere.
    used = (pace.ran[-1] - begun) * (10_000 - round(share * 10_000)) // 10_000
    return pace.when(begun + used // _SECOND * _SECOND, first).replace(microsecond=0)


def _few_workdays(deadline: Deadline, calendar: Calendar, few: int) -> datetime | None:
    """The beginning of the first day after which no more than `few` workdays are left; None if that holds at once."""
    first, last = calendar.local_day(deadline.start), spans.last_day(deadline.due, calendar)
    touched = _touched_in_time(deadline, calendar) if deadline.pauses else []
    key = (first, (last, few))
    if not touched and key in calendar.ends:
        known: datetime | None = calendar.ends[key]
        return known
    found, day, left = None, last, 0
    while day > first:
        if calendar.is_workday(day) and not any(since <= day <= until for since, until in touched):
            if left == few:
                found = calendar.midnight(day)
                break
            left += 1
        day = calendar.last_workday(day)
    if not touched:
        calendar.ends[key] = found
    return found


# --- telling ---------------------------------------------------------------------------------------------------------


def _day_lines(deadline: Deadline, calendar: Calendar, due: datetime, last: date) -> Iterator[Line]:
    first, unit = calendar.local_day(deadline.start), deadline.duration.unit
    yield Line("skipped", first, first, 1, "event-day", calendar.name_of(first))
    paused = {
        since + timedelta(days=n): pause
        for pause, (since, until) in spans.touched(deadline.pauses, first, calendar)
        if pause[0] < due
        for n in range((until - since).days + 1)
    }
    left = deadline.duration.n if unit == "workdays" else (_nominal_last(first, deadline.duration) - first).days
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
    counted = [(since, "counted", until) for since, until in _running(deadline, calendar, deadline.start)]
    for since, kind, until in sorted([*counted, *pauses]):
        first, last = calendar.local_day(since), spans.last_day(until, calendar)
        while open_only and told < first:
            if not calendar.is_workday(told):
                yield Line("skipped", told, told, 1, _rest_code(calendar.kind(told), told), calendar.name_of(told))
            told += ONE_DAY
        told = max(told, last + ONE_DAY if open_only and kind == "paused" else first)
        minutes = (until - since) // _MINUTE
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
