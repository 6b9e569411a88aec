"""数单位: how many units of a kind there are on the day of the moment, or what a fact of theirs adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from bihuan.core.figures import Member
from bihuan.core.indicators import Indicator
from bihuan.core.network import Network, Unit
from bihuan.store import network
from bihuan.store.figure_causes import Between, Cause, latest
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import Row, Rows, within
from bihuan.store.names import of_the_office
from bihuan.store.readings import Query, Reading


class Units(Rows):
    """The source of figures over units."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the roll of units is any of the reader's business."""
        return of_the_office(reading.actor)

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the units of each query's kind, of those with the fact that is summed."""
        net = network.snapshot(reading.day)
        return [
            [row for unit in _of(reading, net, query) if (row := _row(query, unit)) is not None] for query in queries
        ]

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return what took effect of each unit between two moments."""
        told = between.of_things()
        return [latest(told.get(str(row.member.id), ())) for row in rows]


def _of(reading: Reading, net: Network, query: Query) -> list[Unit]:
    units = scope_units(reading, query.indicator)
    some = net.of_type(query.indicator.of) if query.indicator.of else list(net.units.values())
    return [unit for unit in some if within(reading, net, units, unit.key)]


def _row(query: Query, unit: Unit) -> Row | None:
    day = unit.since.isoformat() if unit.since else ""
    if query.indicator.aggregator != "sum":
        return Row(Member("unit", unit.key, unit.key, unit.name, day, unit=unit.key))
    try:
        amount = Decimal(str(unit.facts.get(query.indicator.value, "")))
    except InvalidOperation:
        return None
    return Row(Member("unit", unit.key, unit.key, unit.name, day, str(amount), unit.key), amount=amount)


def source() -> Units:
    """Return the source."""
    return Units()
