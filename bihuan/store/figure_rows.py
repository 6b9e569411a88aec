"""数字的清单: what figures over short lists have in common: the list is read whole, counted, grouped and turned by page.

For what a county has few of (units, posts, duties of a year, statistics of a window), never for orders or entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from bihuan.core.figures import Difference, Member, Tally, Value
from bihuan.core.indicators import Indicator
from bihuan.core.network import Network
from bihuan.store.figure_causes import Between, Cause
from bihuan.store.readings import Groups, MemberPage, Query, Reading


class Keyed(Protocol):
    """A record with its place in a list."""

    @property
    def key(self) -> tuple[Any, ...]: ...


K = TypeVar("K", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list; `groups` are the keys it can be grouped by besides its unit and month."""

    member: Member
    groups: Mapping[str, str] = field(default_factory=dict)
    amount: Decimal = Decimal(1)


class Rows:
    """A source whose lists are short. A subclass says what is in them, in an order that does not change by itself."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether figures of this are any of the reader's business."""
        raise LookupError(indicator.key)

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the records of each query, whatever its `minus`."""
        raise LookupError(len(queries))

    def value(self, query: Query, rows: Sequence[Row]) -> Tally:
        """Return what some records add up to."""
        amount: Value = len(rows)
        if query.indicator.aggregator == "sum":
            total = sum((row.amount for row in rows), Decimal(0))
            amount = int(total) if total == total.to_integral_value() else total
        return Tally(amount, len(rows))

    def rows(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the records of each query, less those that are also of its `minus`."""
        besides = [replace(one, indicator=one.minus, minus=None) for one in queries if one.minus is not None]
        found = self.lists(reading, [*(replace(one, minus=None) for one in queries), *besides])
        left, taken = found[: len(queries)], iter(found[len(queries) :])
        kept = []
        for query, rows in zip(queries, left, strict=True):
            out = {row.member.id for row in next(taken)} if query.minus is not None else set()
            kept.append([row for row in rows if row.member.id not in out])
        return kept

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Groups]:
        """Return what each query counts by its keys, in their order."""
        found = []
        for query, rows in zip(queries, self.rows(reading, queries), strict=True):
            groups: dict[tuple[str, ...], list[Row]] = {} if query.by else {(): []}
            for row in rows:
                groups.setdefault(tuple(_key(row, key, reading.net) for key in query.by), []).append(row)
            found.append({group: self.value(query, some) for group, some in groups.items()})
        return found

    def hidden(self, reading: Reading, query: Query) -> int:
        """Nothing here is listed without its content: what a reader may not read is not in the list."""
        return 0

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the records; the cursor is the last record of the page before."""
        rows = self.rows(reading, [query])[0]
        ids = [str(row.member.id) for row in rows]
        start = ids.index(cursor) + 1 if cursor in ids else 0
        page = [replace(row.member, part=part) for row in rows[start : start + size]]
        return MemberPage(page, str(page[-1].id) if start + size < len(rows) else "")

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest record of the list."""
        days = [row.member.day for row in self.rows(reading, [query])[0] if row.member.day]
        return date.fromisoformat(min(days)) if days else None

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return what is in one list and not in the other, or with another amount."""
        was, is_ = (_by_id(self.rows(one, [asked])[0]) for one, asked in zip((before, after), query, strict=True))
        moved: list[tuple[Row, str, str]] = []
        for id_, row in {**was, **is_}.items():
            a, b = self.said(was.get(id_)), self.said(is_.get(id_))
            if a != b:
                moved.append((row, a, b))
        if not moved:
            return []
        causes = self.causes(Between.of(before, after), query[1], [row for row, _a, _b in moved])
        found = [
            Difference(row.member, a, b, cause.verb, cause.at, cause.what)
            for (row, a, b), cause in zip(moved, causes, strict=True)
        ]
        return sorted(found, key=lambda one: (one.at, str(one.member.id)))

    def said(self, row: Row | None) -> str:
        """Return how a record counts: "" where it does not, its amount where it adds one, else `in`."""
        return "" if row is None else row.member.amount or "in"

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return what moved each of these records last between two moments, in their order."""
        raise LookupError(query.indicator.key)


# ---- for sources that read what they count one by one ----
def by_groups(query: Query, keys: Iterable[tuple[str, ...]]) -> Groups:
    """Return how many records each group has, from the group of every record; the whole has one."""
    found = Counter(keys)
    return {group: Tally(n, n) for group, n in found.items()} if query.by else {(): Tally(found[()], found[()])}


def page_of(rows: Sequence[K], size: int, member: Callable[[K], Member]) -> MemberPage:
    """Return the first page of records in their order; the cursor is the key of its last one."""
    page = MemberPage([member(one) for one in rows[:size]])
    if len(rows) > size:
        page.next = "~".join(map(str, rows[size - 1].key))
    return page


def came_or_went(
    was: Mapping[Any, K], is_: Mapping[Any, K], member: Callable[[K], Member], cause: Callable[[K], tuple[str, str]]
) -> list[Difference]:
    """Return what is in one of two lists by key and not in the other, with the event that moved it and when."""
    found = []
    for key in sorted(was.keys() ^ is_.keys()):
        one, came = is_.get(key) or was[key], key in is_
        found.append(Difference(member(one), "" if came else "in", "in" if came else "", *cause(one)))
    return found


def _by_id(rows: Iterable[Row]) -> dict[str | int, Row]:
    return {row.member.id: row for row in rows}


def _key(row: Row, key: str, net: Network) -> str:
    if key == "unit":
        return row.member.unit
    if key == "month":
        return row.member.day[:7]
    if key in row.groups:
        return row.groups[key]
    return net.nearest(row.member.unit, key)  # a kind of unit: the one it belongs to


def within(reading: Reading, net: Network, units: Sequence[str] | None, unit: str) -> bool:
    """Whether a unit lies within what was asked for and within an indicator's scope set."""
    above = net.above(unit)
    if reading.asked.unit and reading.asked.unit not in above:
        return False
    return units is None or bool(above & set(units))
