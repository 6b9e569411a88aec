"""数动作: figures over what was done to orders: the events of some verbs, by the day they happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from bihuan.core import sight
from bihuan.core.chain import plain
from bihuan.core.changes import outcome_of
from bihuan.core.figures import Difference, Member
from bihuan.core.indicators import Indicator
from bihuan.core.instants import instant, iso, month
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.whole import whole
from bihuan.store import events, order_facts
from bihuan.store.figure_odd import rights
from bihuan.store.figure_order_sql import scope_units, units_of
from bihuan.store.figure_rows import by_groups, came_or_went, page_of
from bihuan.store.readings import Groups, MemberPage, Query, Reading
from bihuan.store.statements import marks

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Done:
    """One move that counts, on the order as it is now; `clear` where its content may be read."""

    order: OrderState
    event: Event
    clear: bool

    @property
    def key(self) -> tuple[str, int, int]:
        """Its place in a list: the latest first."""
        return iso(self.event.at), self.order.id, self.event.seq


class Moves:
    """The source of figures over moves."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the kind of order is any of the reader's business."""
        order_type = reading.programme.orders.get(indicator.of)
        return order_type is not None and sight.counts(reading.actor, order_type)

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Groups]:
        """Return how many moves each query counts by unit, month or verb."""
        return [
            by_groups(query, (tuple(_group_of(reading, one, key) for key in query.by) for one in _done(reading, query)))
            for query in queries
        ]

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return how many of the moves were made on orders the reader may not read."""
        return sum(not one.clear for one in _done(reading, query))

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the moves, the latest first."""
        after = tuple(cursor.split("~")) if cursor.count("~") == 2 else ()
        rows = sorted(_done(reading, query), key=lambda one: one.key, reverse=True)
        numbers = [whole(one) for one in after[1:]]
        if numbers and None not in numbers:
            rows = [one for one in rows if one.key < (after[0], *numbers)]
        return page_of(rows, size, lambda one: _member(reading, part, one))

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest of these moves."""
        wide = Query(query.indicator, date(1970, 1, 1), query.until)
        days = [one.event.at for one in _done(reading, wide)]
        return reading.calendar.local_day(min(days)) if days else None

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return the moves that count at one moment and not at the other: those in between, and those called back."""
        was = {one.key: one for one in _done(before, query[0])}
        is_ = {one.key: one for one in _done(after, query[1])}
        return came_or_went(
            was, is_, lambda one: _member(after, "records", one), lambda one: (one.event.verb, one.key[0])
        )


def source() -> Moves:
    """Return the source."""
    return Moves()


def _wanted(query: Query, key: str) -> tuple[str, ...]:
    return next((where.one_of for where in query.indicator.where if where.key == key), ())


def _done(reading: Reading, query: Query) -> Iterator[Done]:
    """Yield the moves of a window recorded by the moment; one that was called back was not made."""
    start, end = reading.bounds(query.since, query.until)
    order_type = reading.programme.orders[query.indicator.of]
    verbs, outcomes = _wanted(query, "verb"), _wanted(query, "outcome")
    ids = _candidates(reading, query, start, end)
    for at in range(0, len(ids), CHUNK):
        some = _orders(ids[at : at + CHUNK])
        for id_, chain in events.of_orders(some).items():
            order = some[id_]
            counts, clear = rights(reading.actor, order, order_type)
            if not counts or not _of_units(reading, query, order_type, order):
                continue
            known = [event for event in chain if iso(event.at) <= reading.at]
            for event, following in zip(known, [*known[1:], None], strict=True):
                if event.verb not in verbs or not start <= iso(event.at) < end:
                    continue
                if following is not None and _recalls(order_type, following):
                    continue
                if not outcomes or outcome_of(event.facts) in outcomes:
                    yield Done(order, event, clear)


def _recalls(order_type: OrderType, event: Event) -> bool:
    move = order_type.moves.get(event.verb)
    return move is not None and move.effect == "recall"


def _candidates(reading: Reading, query: Query, start: str, end: str) -> list[int]:
    """Return the orders that something may have happened to within the window: begun before its end, touched since."""
    pending = set(order_facts.pending())
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT f."order" FROM store_orderfacts f WHERE f.tenant = 1 AND f.touched >= %s AND f.began < %s '
            "AND f.programme = %s AND f.type = %s",
            [start, min(end, reading.at) if reading.past else end, reading.programme.key, query.indicator.of],
        )
        found = {row[0] for row in cursor.fetchall()}
    if pending:
        with connection.cursor() as cursor:
            ids = sorted(pending - found)
            for at in range(0, len(ids), CHUNK):
                some = ids[at : at + CHUNK]
                cursor.execute(
                    f"SELECT id FROM store_order WHERE programme = %s AND type = %s AND id IN ({marks(len(some))})",
                    [reading.programme.key, query.indicator.of, *some],
                )
                found |= {row[0] for row in cursor.fetchall()}
    return sorted(found)


def _orders(ids: list[int]) -> dict[int, OrderState]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, body FROM store_order WHERE id IN ({marks(len(ids))})", ids)
        return {id_: OrderState.load(plain(body)) for id_, body in cursor.fetchall()}


def _of_units(reading: Reading, query: Query, order_type: OrderType, order: OrderState) -> bool:
    asked = [scope_units(reading, query.indicator), [reading.asked.unit] if reading.asked.unit else None]
    for keys in asked:
        if keys is not None:
            units = units_of(reading.net, order_type, keys)
            if not any(getattr(order, column) in some for column, some in units.items()):
                return False
    return True


def _group_of(reading: Reading, one: Done, key: str) -> str:
    if key == "month":
        return month(iso(one.event.at), reading.calendar.zone)
    if key == "verb":
        return one.event.verb
    return one.order.desk if reading.programme.orders[one.order.type].desk else one.order.lead


def _member(reading: Reading, part: str, one: Done) -> Member:
    order, event = one.order, one.event
    day = reading.calendar.local_day(instant(iso(event.at))).isoformat()
    title = order.title if one.clear else ""
    id_ = f"{order.id}.{event.seq}"
    more = {"verb": event.verb, "requester_name": order.requester_name} if one.clear else {}
    return Member("move", id_, order.number, title, day, "", order.desk or order.lead, part, not one.clear, more)
