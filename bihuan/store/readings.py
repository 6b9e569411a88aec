"""读数: who reads which figures at which moment, the lists that are asked of records, and the sources that answer.

Each kind of record has a module `store.figure_<over>` with one function `source()` that returns its `Source`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from bihuan.core.calendar import Calendar
from bihuan.core.figures import Asked, Difference, Member, Tally
from bihuan.core.indicators import OVER, Indicator
from bihuan.core.instants import instant, iso
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import calendars, network
from bihuan.store.orders import NotFound

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads which programme's figures, at which moment. `at` is the as-of moment, `past` whether it is gone by."""

    actor: Actor
    programme: Programme
    asked: Asked
    now: datetime
    at: str
    past: bool
    net: Network
    calendar: Calendar
    month: str = ""

    @property
    def day(self) -> date:
        """The local day of the as-of moment; 24:00 is still the day before."""
        return self.calendar.local_day(instant(self.at) - timedelta(microseconds=1))

    def bounds(self, since: date, until: date) -> tuple[str, str]:
        """Return a window of local days as stored instants, the end exclusive."""
        return _begins(self.calendar.zone, since), _begins(self.calendar.zone, until + ONE_DAY)


@lru_cache(maxsize=4096)
def _begins(zone: tzinfo, day: date) -> str:
    """Return the instant at which a local day begins: a figure by months asks a dozen, each time the same."""
    return iso(datetime.combine(day, time(), zone).astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Query:
    """One list: the records of an indicator within a window, less those that are also of `minus`.

    `by` are the keys its count is divided by (`unit`, `month`, `category` …), none for the count of the whole. `due`
    is for what falls due: "" by the moment of the reading, `ahead` after it, `ever` both.
    """

    indicator: Indicator
    since: date
    until: date
    minus: Indicator | None = None
    by: tuple[str, ...] = ()
    due: str = ""


@dataclass(slots=True)
class MemberPage:
    """One page of records; `next` is the cursor of the following page, "" at the end."""

    rows: list[Member] = field(default_factory=list)
    next: str = ""


Groups = dict[tuple[str, ...], Tally]


class Source(Protocol):
    """What one kind of record answers. Everything is limited to what the reader may count."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether figures of this are any of the reader's business."""

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Groups]:
        """Return what each query counts by its keys, in their order, in a number of database queries that depends on
        nothing. Groups of nothing are left out; the whole has one group `()` always."""

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return how many records of a list are listed without their content."""

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the records."""

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest record there is, whatever the window."""

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return what moved records in or out, or changed their amounts, between two as-of moments."""


@lru_cache(maxsize=32)
def source(over: str) -> Source:
    """Return the source of that kind; raises NotFound for one that is not there."""
    if over not in OVER:
        raise NotFound(over)
    try:
        return cast(Source, import_module(f"bihuan.store.figure_{over}").source())
    except ModuleNotFoundError:
        raise NotFound(over) from None


def reading_of(seen_by: Actor, programme: Programme, asked: Asked, now: datetime) -> Reading:
    """Return the reading of what is asked; an as-of moment that has not come is now."""
    present = iso(now)
    past = "" < asked.as_of < present
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(now))
    month = dict(asked.slices).get("month", "")
    if month:
        asked = replace(asked, slices=tuple(one for one in asked.slices if one[0] != "month"))
    return Reading(seen_by, programme, asked, now, asked.as_of if past else present, past, net, calendar, month)
