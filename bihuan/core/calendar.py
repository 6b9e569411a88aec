"""日历: which days an office works, and between which hours.

Where the years come from: the State Council's yearly notice on holidays (`packs.calendars`), with a county's own days
laid over them. A year without a notice is taken as plain Monday to Friday and is not `known`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final, Literal

Kind = Literal["workday", "rest", "holiday", "make-up"]
Window = tuple[time, time]
Span = tuple[datetime, datetime]

KINDS: Final[tuple[Kind, ...]] = ("workday", "rest", "holiday", "make-up")
WINDOWS: Final[tuple[Window, ...]] = ((time(8, 30), time(12, 0)), (time(14, 30), time(17, 30)))
WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not what its weekday says, or has hours of its own.

    `workday` and `make-up` (调休上班) are worked, `rest` and `holiday` are not. An empty name falls back on the
    weekday; `windows` of None means the calendar's ordinary ones. Raises ValueError("calendar-kind") or
    ("calendar-windows").
    """

    kind: Kind
    name: str = ""
    windows: tuple[Window, ...] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError("calendar-kind")
        if self.windows is not None:
            _check_windows(self.windows)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days and hours of one office or country; `days` holds only what differs from Monday to Friday.

    `zone` is the local time zone, `windows` the opening hours of an ordinary workday in local time, ascending,
    `version` names the content, so that a deadline can say what it was counted with. `days` must not be changed
    afterwards: counting remembers what it has read, `core.deadlines` in `ends` the limits in days that began on a day.
    Raises ValueError("calendar-windows").
    """

    key: str
    zone: tzinfo
    windows: tuple[Window, ...] = WINDOWS
    days: Mapping[date, Day] = field(default_factory=dict, hash=False)
    known_years: frozenset[int] = frozenset()
    version: str = ""
    # A board re-clocks orders by the hundred thousand; all are filled on first use and never emptied.
    _workdays: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _spans: dict[date, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    ends: dict[tuple[date, Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_windows(self.windows)

    def kind(self, day: date) -> Kind:
        """What sort of day this is."""
        own = self.days.get(day)
        if own is not None:
            return own.kind
        return "workday" if day.weekday() < 5 else "rest"

    def name_of(self, day: date) -> str:
        """The Chinese name people know the day by: 国庆节, 调休上班, else 周六."""
        own = self.days.get(day)
        return own.name if own is not None and own.name else WEEKDAYS[day.weekday()]

    def is_workday(self, day: date) -> bool:
        """True when the office is open that day."""
        return self.kind(day) in ("workday", "make-up")

    def is_statutory_holiday(self, day: date) -> bool:
        """True for every day off that a holiday notice names, weekend days inside the holiday included."""
        return self.kind(day) == "holiday"

    def is_known(self, year: int) -> bool:
        """True when an official notice for the year is part of the calendar."""
        return year in self.known_years

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The opening hours of a day in local time; none on a day off."""
        own = self.days.get(day)
        if not self.is_workday(day):
            return ()
        return own.windows if own is not None and own.windows is not None else self.windows

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The opening hours of a day as UTC instants."""
        spans = self._spans.get(day)
        if spans is None:
            spans = tuple((self.instant(day, since), self.instant(day, until)) for since, until in self.windows_on(day))
            self._spans[day] = spans
        return spans

    def local_day(self, at: datetime) -> date:
        """The local date of an instant."""
        return at.astimezone(self.zone).date()

    def instant(self, day: date, at: time) -> datetime:
        """The UTC instant of a local clock time."""
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        """The UTC instant at which a local day begins."""
        return self.instant(day, time())

    def next_workday(self, day: date, n: int = 1) -> date:
        """The n-th workday after a day (the day itself is not counted).

        Raises ValueError for n < 1, and OverflowError past the year 9999.
        """
        if n < 1:
            raise ValueError("calendar-count")
        year, of_year = day.year, self._of(day.year)
        at = bisect_right(of_year, day.toordinal()) + n - 1
        while at >= len(of_year):
            at -= len(of_year)
            year += 1
            of_year = self._of(year)
        return date.fromordinal(of_year[at])

    def last_workday(self, day: date) -> date:
        """The latest workday before a day. Raises OverflowError before the year 1."""
        year, of_year = day.year, self._of(day.year)
        at = bisect_left(of_year, day.toordinal())
        while at == 0:
            year -= 1
            of_year = self._of(year)
            at = len(of_year)
        return date.fromordinal(of_year[at - 1])

    def workday_from(self, day: date) -> date:
        """The day itself when it is worked, else the first workday after it."""
        return day if self.is_workday(day) else self.next_workday(day)

    def workdays_between(self, after: date, last: date) -> int:
        """How many workdays lie after one day, up to and including another; 0 when none or the wrong way round."""
        if last <= after:
            return 0
        inside = sum(len(self._of(year)) for year in range(after.year, last.year))
        before = bisect_right(self._of(after.year), after.toordinal())
        return inside - before + bisect_right(self._of(last.year), last.toordinal())

    def _of(self, year: int) -> tuple[int, ...]:
        found = self._workdays.get(year)
        if found is None:
            if not 1 <= year <= 9999:
                raise OverflowError("calendar-year")
            first, after = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1
            found = tuple(n for n in range(first, after) if self.is_workday(date.fromordinal(n)))
            self._workdays[year] = found
        return found


def _check_windows(windows: tuple[Window, ...]) -> None:
    """Opening hours that are empty or out of order would let a count of work-hours run for ever."""
    edges = [edge for window in windows for edge in window]
    if not edges or any(later <= earlier for earlier, later in zip(edges[::2], edges[1::2], strict=True)):
        raise ValueError("calendar-windows")
    if any(later < earlier for earlier, later in zip(edges[1::2], edges[2::2], strict=False)):
        raise ValueError("calendar-windows")
