"""数字的计数: the tallies that figures stand on, of all kinds of order, read in one query with the orders not folded yet.

The tallies are the sum of what the rows of `store_orderfacts` add; what the row of a pending order adds is taken out
again and what its body adds put in, so that every number is exact at any moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bihuan.core import order_facts as core
from bihuan.core.chain import plain
from bihuan.core.order_state import OrderState
from bihuan.store import packs
from bihuan.store.order_facts import pending_sql
from bihuan.store.readings import Reading
from bihuan.store.statements import marks, of_sort, rows

Tallies = dict[tuple[str, str], int]  # (unit, month) -> n
Change = tuple[str, str, str, int]  # mark, unit, month, n


@dataclass(frozen=True, slots=True)
class Need:
    """Tallies of one kind of order: of these units, from one month to another (a stock is of month "").

    A unit that ends in a colon, `desk:`, is every unit of that sort.
    """

    type: str
    units: tuple[str, ...]
    first: str = ""
    last: str = ""

    def covers(self, unit: str, month: str) -> bool:
        """Whether a tally is one of them."""
        return self.first <= month <= self.last and (unit in self.units or unit[: unit.find(":") + 1] in self._sorts)

    @property
    def _sorts(self) -> tuple[str, ...]:
        return tuple(unit for unit in self.units if unit.endswith(":"))


@dataclass(slots=True)
class Kept:
    """What was read: the tallies of each need by mark, and the orders with events not folded yet."""

    tallies: dict[Need, dict[str, Tallies]] = field(default_factory=dict)
    pending: list[OrderState] = field(default_factory=list)


def read(reading: Reading, types: Iterable[str], needs: Mapping[Need, Iterable[str]]) -> Kept:
    """Return the tallies of each need under its marks, and the pending orders of some kinds, in one query."""
    found = Kept({need: {mark: {} for mark in names} for need, names in needs.items()})
    places = list(found.tallies)
    wanted = sorted({*types, *(need.type for need in needs)})
    branches, values = [], []
    for at, need in enumerate(places):
        for clause, given in _conditions(need, list(found.tallies[need])):
            branches.append(
                f"SELECT {at}, mark, unit, month, n, '', '' FROM store_figuretally WHERE tenant = 1 "
                f"AND programme = %s AND type = %s AND {clause}"
            )
            values += [reading.programme.key, need.type, *given]
    branches.append(
        "SELECT -1, '', '', '', 0, COALESCE(f.adds, '[]'), o.body "
        f"FROM ({pending_sql()}) p JOIN store_order o ON o.id = p.subject "
        'LEFT JOIN store_orderfacts f ON f."order" = o.id '
        f"WHERE o.programme = %s AND o.type IN ({marks(len(wanted))})"
    )
    values += [reading.programme.key, *wanted]
    changed: dict[str, list[Change]] = {need.type: [] for need in needs}
    for at, mark, unit, month, n, had, body in rows(" UNION ALL ".join(branches), values):
        if at >= 0:
            found.tallies[places[at]][mark][unit, month] = n
            continue
        order = OrderState.load(plain(body))
        found.pending.append(order)
        if order.type in changed:
            changed[order.type] += _changes(reading, order, had)
    for need, by_mark in found.tallies.items():
        for mark, unit, month, n in changed[need.type]:
            if mark in by_mark and need.covers(unit, month):
                by_mark[mark][unit, month] = by_mark[mark].get((unit, month), 0) + n
    return found


def _conditions(need: Need, names: Sequence[str]) -> Iterable[tuple[str, list[Any]]]:
    """Yield the conditions of a need, one for the units named and one for each sort of them: an index fits each."""
    where = f"mark IN ({marks(len(names))}) AND month >= %s AND month <= %s AND "
    given: list[Any] = [*names, need.first, need.last]
    exact = [unit for unit in need.units if not unit.endswith(":")]
    if exact:
        yield f"{where}unit IN ({marks(len(exact))})", [*given, *exact]
    for sort in need.units:
        if sort.endswith(":"):
            clause, ends = of_sort(sort)
            yield f"{where}{clause}", [*given, *ends]


def _changes(reading: Reading, order: OrderState, had: str) -> Iterable[Change]:
    """Yield what a pending order takes from the tallies and puts into them."""
    for mark, unit, month, n in plain(had):
        yield mark, unit, month, -n
    kind = packs.order_type(order.bundle, order.type)
    for (mark, unit, month), n in core.adds(kind, order, reading.calendar.zone).items():
        yield mark, unit, month, n
