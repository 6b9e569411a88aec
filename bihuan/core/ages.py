"""账龄: how long an order has been open by its promise: in the workdays, days, hours or opening hours that counts.

A promise runs on through a suspension and through an extension (decisions 14 and 15), so an order is as old as the time
since its promise began; before that, and where nothing is promised, since it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from bihuan.core import durations
from bihuan.core.calendar import Calendar
from bihuan.core.durations import Unit
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Clock, OrderType

ONE_DAY = timedelta(days=1)
# At how much of each unit an age begins; the last one has no end. Months are told in days.
STEPS: Final[Mapping[Unit, tuple[int, ...]]] = {
    "workdays": (0, 6, 11, 21, 41),
    "days": (0, 8, 16, 31, 61),
    "work-hours": (0, 4, 8, 16, 40),
    "hours": (0, 4, 8, 24, 72),
}


_SHAPE: Final = re.compile(rf"({'|'.join(STEPS)}):([0-9]{{1,4}})-([0-9]{{0,4}})")


@dataclass(frozen=True, slots=True)
class Band:
    """Ages from `youngest` units on and below `oldest` (None: without end)."""

    unit: Unit
    youngest: int
    oldest: int | None = None

    def __str__(self) -> str:
        """The form in an address, which `band` reads back: `workdays:6-11`, `days:61-`."""
        return f"{self.unit}:{self.youngest}-{'' if self.oldest is None else self.oldest}"

    def began(self, now: datetime, calendar: Calendar) -> tuple[datetime | None, datetime | None]:
        """Return from when (None: ever) until before when (None: now) began what is so old."""
        first = None if self.oldest is None else edge(self.unit, self.oldest, now, calendar)
        return first, edge(self.unit, self.youngest, now, calendar) if self.youngest else None


def band(text: str) -> Band | None:
    """Return the ages a text names, None for none."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    unit, youngest, oldest = found.groups()
    one = Band(cast(Unit, unit), int(youngest), int(oldest) if oldest else None)
    return one if one.oldest is None or one.oldest > one.youngest else None


def bands(order_type: OrderType) -> list[Band]:
    """Return the ages of a kind of order, the youngest first; of each unit that a promise of it may be counted in."""
    promise = _promise(order_type)
    limits = (promise.limit, *promise.limits.values()) if promise else ()
    units = dict.fromkeys(map(_unit, limits)) or {"workdays": None}
    return [Band(unit, *ends) for unit in units for ends in zip(STEPS[unit], (*STEPS[unit][1:], None), strict=True)]


def since(order_type: OrderType, order: OrderState) -> tuple[str, str]:
    """Return the unit an order ages in and since when, as stored text; both "" where nobody knows since when.

    A promise that was stated elsewhere is none of ours to count: such an order ages from the day it came.
    """
    promise = _promise(order_type)
    clock: Mapping[str, Any] = order.clocks.get(promise.key, {}) if promise else {}
    if clock and clock["limit"] != "stated":
        return _unit(clock["limit"]), clock["start"]
    came = order.times.get("submitted", "")
    return (_unit(promise.limit) if promise else "workdays", came) if came else ("", "")


def _promise(order_type: OrderType) -> Clock | None:
    return next((clock for clock in order_type.clocks.values() if clock.promise), None)


def _unit(limit: str) -> Unit:
    unit = durations.parse(limit).unit
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
