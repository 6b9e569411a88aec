"""期限: when a limit ends, and which light it shows.

Sources: decisions on time 13-16; 民法典 Art. 201-203 (counting starts the day after, corresponding day of the month, a
last day that is no workday moves on); lights as in the common sheet, section 9.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from bihuan.core import spans
from bihuan.core.calendar import ONE_DAY, Calendar, Span
from bihuan.core.durations import Duration

Light = Literal["green", "yellow", "orange", "red", "grey"]

_SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
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
        due, last = end_of(began, duration, calendar, asked)
    except (OverflowError, ValueError) as why:
        raise ValueError("deadline-out-of-range") from why
    years = range(calendar.local_day(began).year, last.year + 1)
    provisional = not calendar.known_years.issuperset(years)
    return Deadline(began, due, duration, calendar.key, calendar.version, provisional, asked)


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
        touched = _touched_in_time(deadline, calendar) if deadline.pauses else []
        last = spans.last_day(deadline.due, calendar)
        few = few_workdays(calendar.local_day(deadline.start), last, calendar, yellow_workdays, touched)
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
    minutes = (now - due if overdue else due - now) // MINUTE
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


def end_of(start: datetime, duration: Duration, calendar: Calendar, pauses: tuple[Span, ...]) -> tuple[datetime, date]:
    """Return the end as an exclusive instant and the local day it belongs to; `pauses` are sorted UTC spans."""
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
    count = duration.n if workdays else (nominal_last(first, duration) - first).days
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


def nominal_last(first: date, duration: Duration) -> date:
    """Return the last day before holidays and pauses, for days and months."""
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
        return spans.Pace.of(time_of(deadline, calendar, deadline.start))
    first = calendar.local_day(deadline.start)
    known: spans.Pace | None = calendar.ends.get((first, deadline.due))
    if known is None:
        known = spans.Pace.of(time_of(deadline, calendar, calendar.midnight(first)))
        calendar.ends[first, deadline.due] = known
    return known


def time_of(deadline: Deadline, calendar: Calendar, start: datetime) -> list[Span]:
    """Return the spans in which the time of a deadline runs, from `start` to its end."""
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
    return pace.when(begun + used(pace.ran[-1] - begun, share), first).replace(microsecond=0)


def used(total: timedelta, share: float) -> timedelta:
    """Return how much of a time has gone when no more than `share` of it is left, in whole seconds."""
    return total * (10_000 - round(share * 10_000)) // 10_000 // _SECOND * _SECOND


def few_workdays(
    first: date, last: date, calendar: Calendar, few: int, touched: Sequence[spans.DayRange] = ()
) -> datetime | None:
    """Return the beginning of the first day after which no more than `few` workdays are left until the last day.

    None if that holds on the first day already; `touched` are paused days, which count for nothing.
    """
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
