"""账龄: how long something has been open, counted as its limit is: in workdays, days, hours or opening hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from bihuan.core import durations
from bihuan.core.calendar import Calendar
from bihuan.core.durations import Unit
from bihuan.core.programmes import OrderType

ONE_DAY = timedelta(days=1)
# At how much of each unit an age begins; the last one has no end. Months are told in days.
STEPS: Final[Mapping[Unit, tuple[int, ...]]] = {
    "workdays": (0, 6, 11, 21, 41),
    "days": (0, 8, 16, 31, 61),
    "work-hours": (0, 4, 8, 16, 40),
    "hours": (0, 4, 8, 24, 72),
}


def unit_of(order_type: OrderType) -> Unit:
    """Return in what the promise to the requester is counted; workdays for a kind of order that promises nothing."""
    promise = next((clock for clock in order_type.clocks.values() if clock.promise), None)
    unit = durations.parse(promise.limit).unit if promise else "workdays"
    return "days" if unit == "months" else unit


def edge(unit: Unit, n: int, now: datetime, calendar: Calendar) -> datetime:
    """Return the instant before which everything is at least `n` units old; `n` is 1 or more.

    Days and workdays are whole local days, today's included among the workdays; hours run to the moment.
    """
    today = calendar.local_day(now)
    if unit == "workdays":
        return calendar.midnight(_workday_back(calendar, today, n))
    if unit == "days":
        return calendar.midnight(today - (n - 1) * ONE_DAY)
    return now - timedelta(hours=n) if unit == "hours" else _opening_back(calendar, now, timedelta(hours=n))


def _workday_back(calendar: Calendar, today: date, n: int) -> date:
    day = today + ONE_DAY
    for _ in range(n):
        day = calendar.last_workday(day)
    return day


def _opening_back(calendar: Calendar, now: datetime, left: timedelta) -> datetime:
    day = calendar.local_day(now)
    while True:
        for since, until in reversed(calendar.spans_on(day)):
            worked = min(until, now) - since
            if worked >= left:
                return since + (worked - left)
            left -= max(worked, timedelta())
        day = calendar.last_workday(day)
