"""例外的单: orders whose row does not say what a figure of a moment must know, read one by one from body or events.

They are those with events not folded yet, and for a moment gone by those that changed since. All others are counted by
the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bihuan.core import order_facts as core
from bihuan.core.chain import plain
from bihuan.core.instants import iso, month
from bihuan.core.order_state import OrderState
from bihuan.core.orders import replay
from bihuan.core.permission import Actor, parts, stands
from bihuan.core.programmes import OrderType
from bihuan.store import events, figure_tallies, order_facts, packs
from bihuan.store.figure_order_sql import column_of, scope_units, units_of, window
from bihuan.store.readings import Query, Reading
from bihuan.store.statements import marks

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Odd:
    """One such order as it stood at the moment, with what the reader may do with it today."""

    order: OrderState
    type: OrderType
    counts: bool
    clear: bool


@dataclass(slots=True)
class Odds:
    """The ids that the database must leave out, and those of them that were there at the moment."""

    ids: list[int] = field(default_factory=list)
    orders: list[Odd] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hit:
    """One of them that counts: its moment, what it adds, what it is counted once by."""

    odd: Odd
    moment: str
    amount: int = 0
    item: str = ""


def odds(reading: Reading, types: Iterable[OrderType]) -> Odds:
    """Return the odd orders of some kinds at the moment of the reading."""
    wanted = list(types)
    if not reading.past:
        return of_pending(reading, figure_tallies.read(reading, [one.key for one in wanted], {}).pending, wanted)
    found = Odds(sorted({*order_facts.pending(), *_changed(reading, [one.key for one in wanted])}))
    by_key = {one.key: one for one in wanted}
    for start in range(0, len(found.ids), CHUNK):
        found.orders += _then(reading, found.ids[start : start + CHUNK], by_key)
    return found


def of_pending(reading: Reading, pending: Iterable[OrderState], types: Iterable[OrderType]) -> Odds:
    """Return the same of now from orders with events not folded yet, of which others may be left out."""
    found, newest = Odds(), {one.key: one for one in types}
    for order in pending:
        if order.type in newest:
            found.ids.append(order.id)
            counts, clear = rights(reading.actor, order, newest[order.type])
            if counts:
                found.orders.append(Odd(order, packs.order_type(order.bundle, order.type), counts, clear))
    return found


def _changed(reading: Reading, types: list[str]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT f."order" FROM store_orderfacts f WHERE f.tenant = 1 AND f.changed > %s AND f.began <= %s '
            f"AND f.programme = %s AND f.type IN ({marks(len(types))})",
            [reading.at, reading.at, reading.programme.key, *types],
        )
        return {row[0] for row in cursor.fetchall()}


def _then(reading: Reading, ids: list[int], types: dict[str, OrderType]) -> Iterator[Odd]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.id, o.body FROM store_order o WHERE o.programme = %s AND o.type IN ({marks(len(types))}) "
            f"AND o.id IN ({marks(len(ids))})",
            [reading.programme.key, *types, *ids],
        )
        states = {id_: OrderState.load(plain(text)) for id_, text in cursor.fetchall()}
    chains = events.of_orders(states)
    for id_, now in states.items():
        counts, clear = rights(reading.actor, now, types[now.type])
        then = as_of(chains[id_], reading.at) if counts else None
        if then is not None:
            yield Odd(then, packs.order_type(then.bundle, then.type), counts, clear)


def as_of(chain: list[Any], at: str) -> OrderState | None:
    """Return the order as it was known at a moment (recorded ≤ T, decisions 19), None before its first event."""
    known = [event for event in chain if iso(event.at) <= at]
    if not known:
        return None
    first = packs.order_type(known[0].then["bundle"], known[0].then["type"])
    return replay(first, known, lambda name: packs.order_type(name, first.key))


def rights(actor: Actor, order: OrderState, order_type: OrderType) -> tuple[bool, bool]:
    """Return whether the order counts for the reader, and whether they may read its content."""
    if actor.sort == "system":
        return True, True
    counts = any(stands(who, actor, order) for role in order_type.roles.values() for who in role.who)
    return counts, bool(parts(actor, order, order_type.roles))


def hits(reading: Reading, query: Query, found: Odds) -> list[Hit]:
    """Return which of the odd orders a list holds."""
    one, counted = query.indicator, []
    start, end = window(reading, query)
    for odd in found.orders:
        order = odd.order
        if order.type != one.of or not _of_units(reading, query, odd):
            continue
        moment = core.moment(one, odd.type, order, reading.at)
        if moment is None or not (one.stock or start <= moment < end):
            continue
        if query.minus is not None and core.moment(query.minus, odd.type, order, reading.at) is not None:
            continue
        if any(core.slice_of(key, odd.type, order) != value for key, value in reading.asked.slices):
            continue
        amount = core.amount_of(one, order) if one.aggregator == "sum" else 0
        item = core.item_of(one, order) if one.aggregator == "distinct" else ""
        if (one.aggregator == "sum" and not amount) or (one.aggregator == "distinct" and not item):
            continue
        counted.append(Hit(odd, moment, amount, item))
    return counted


def _of_units(reading: Reading, query: Query, odd: Odd) -> bool:
    asked = [scope_units(reading, query.indicator), [reading.asked.unit] if reading.asked.unit else None]
    newest = reading.programme.orders[query.indicator.of]
    for keys in asked:
        if keys is None:
            continue
        units = units_of(reading.net, newest, keys)
        if not any(getattr(odd.order, column) in some for column, some in units.items()):
            return False
    return True


def group_of(reading: Reading, query: Query, hit: Hit, key: str) -> str:
    """Return the group of an odd order by a key."""
    newest, order = reading.programme.orders[query.indicator.of], hit.odd.order
    if key == "month":
        if query.indicator.stock:
            return ""
        if query.indicator.day:
            return hit.moment[:7]
        return month(hit.moment, reading.calendar.zone)
    if key == "unit":
        return order.desk if newest.desk else order.lead
    if column := column_of(newest, key):
        return (order.requester or order.requester_name) if column == "requester" else str(getattr(order, column))
    return core.slice_of(key, hit.odd.type, order)
