"""Limits that a source stated, worked out for one order after another of a kind: what they share is counted once.

`effects.taken_over` and `effects.passed` are the rule; a test holds this to them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bihuan.core import spans
from bihuan.core.clocks import shares
from bihuan.core.deadlines import few_workdays, used
from bihuan.core.effects import passed, promise_of, taken_over
from bihuan.core.instants import instant, iso
from bihuan.core.setting import Setting

_SECOND = timedelta(seconds=1)
_REMEMBERED = 20_000
_WHOLE = ".000000Z"


class Stated:
    """The promises of orders of one kind from elsewhere that come in at one moment."""

    def __init__(self, setting: Setting, now: datetime) -> None:
        self._setting, self._now, self._at = setting, now, iso(now)
        order_type = setting.type
        self._promise = promise_of(order_type)
        self._ladder = tuple(rung.light for rung in order_type.ladder if rung.clock == self._promise)
        self._yellow, self._workdays, self._orange = shares(order_type)
        self._ends: dict[str, tuple[datetime, bool]] = {}
        self._days: dict[str, date | None] = {}
        self._few: dict[tuple[date, str], datetime | None] = {}
        self._used: dict[timedelta, tuple[timedelta, timedelta | None]] = {}

    def taken_over(self, received: str, due: str, state: str, ended: str) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the promise as `effects.taken_over` does, and the lights of its ladder that it has passed already.

        Moments are instants as text, "" where nobody knows them.
        """
        closed = self._setting.type.states[state].closed
        if not due or (closed and not ended) or not self._promise:
            return {}, ()
        if received[19:] != _WHOLE or due[19:] != _WHOLE:
            return self._by_rule(received, due, state, ended)
        start = datetime.fromisoformat(received[:19])
        end, provisional = self._end(due)
        if start >= end:
            return self._by_rule(received, due, state, ended)
        clock: dict[str, Any] = {
            "start": received,
            "limit": "stated",
            "cal": self._setting.calendar.version,
            "due": due,
        }
        to_yellow, to_orange = self._shares(end - start)
        yellow = start + to_yellow
        few = self._begin_of_few(self._day(received), due)
        if few is not None and few < yellow:
            yellow = max(few, start)
        clock["yellow"] = f"{yellow.isoformat()}{_WHOLE}"
        if to_orange is not None:
            orange = max(start + to_orange, yellow)
            clock["orange"] = f"{orange.isoformat()}{_WHOLE}"
        if provisional:
            clock["provisional"] = True
        clock["first"] = due
        if closed:
            clock["stop"] = ended
            if ended >= due:
                clock["late"] = True
            return clock, ()
        marks = {"red": due, "yellow": clock["yellow"], "orange": clock.get("orange", "9")}
        return clock, tuple(light for light in self._ladder if marks.get(light, "9") <= self._at)

    def _by_rule(self, received: str, due: str, state: str, ended: str) -> tuple[dict[str, Any], tuple[str, ...]]:
        clock = taken_over(self._setting, received, due, state, ended, self._now)
        past = () if clock.get("stop") or not clock else passed(self._setting.type, clock, self._now)
        return clock, tuple(rung.light for rung in past)

    def _end(self, due: str) -> tuple[datetime, bool]:
        """When a limit ends, without a zone, and whether its year has no official notice yet."""
        if due not in self._ends:
            _bounded(self._ends)
            calendar = self._setting.calendar
            known = calendar.is_known(calendar.local_day(instant(due)).year)
            self._ends[due] = datetime.fromisoformat(due[:19]), not known
        return self._ends[due]

    def _day(self, received: str) -> date:
        """The local day of an instant, counted once for an hour that lies in one."""
        hour = received[:13]
        if hour not in self._days:
            _bounded(self._days)
            first, last = (self._setting.calendar.local_day(instant(f"{hour}:{at}Z")) for at in ("00:00", "59:59"))
            self._days[hour] = first if first == last else None
        return self._days[hour] or self._setting.calendar.local_day(instant(received))

    def _shares(self, total: timedelta) -> tuple[timedelta, timedelta | None]:
        """How long a limit runs until it shows yellow, and until orange where it shows that."""
        if total not in self._used:
            _bounded(self._used)
            orange = None if self._orange is None else used(total, self._orange)
            self._used[total] = used(total, self._yellow), orange
        return self._used[total]

    def _begin_of_few(self, first: date, due: str) -> datetime | None:
        if (first, due) not in self._few:
            _bounded(self._few)
            last = spans.last_day(instant(due), self._setting.calendar)
            found = few_workdays(first, last, self._setting.calendar, self._workdays)
            self._few[first, due] = found.replace(tzinfo=None) if found else None
        return self._few[first, due]


def _bounded(known: dict[Any, Any]) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
