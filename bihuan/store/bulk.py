"""Many first events with their rows in one transaction, equal to what single writes would have left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from itertools import groupby, islice
from typing import Any

from django.db import connection, transaction

from bihuan.core.chain import canonical, plain
from bihuan.core.counters import tallies
from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.projection import beside, columns
from bihuan.store import counters, events, lists, order_facts, sight
from bihuan.store.alike import Shaped
from bihuan.store.orders import COLUMNS, FIRST
from bihuan.store.statements import array

_WAITS = events.COLUMNS.index("waits")
_ADDS = order_facts.COLUMNS.index("adds")
_PROGRAMME, _TYPE = FIRST.index("programme"), FIRST.index("type")
_SOME = 500  # values in one list of a query: every SQLite takes as many


@dataclass(slots=True)
class Lines:
    """The rows of one new order and its first event, as `Rows` has them.

    `counts` are what it adds to the counters, canonical texts of [programme, unit, measure, month, n]; `adds` what it
    adds to the tallies of figures, of [mark, unit, month, n].
    """

    order: list[Any]
    event: list[Any]
    facts: list[Any]
    counts: list[str]
    adds: list[str]
    units: list[list[Any]] = field(default_factory=list)
    personal: list[list[Any]] = field(default_factory=list)


def lines(event: Event, after: OrderState, order_type: OrderType, zone: tzinfo) -> Lines:
    """Return the rows of a new order as its first event makes it, to be folded with all others at once."""
    deltas = counters.written(after.programme, tallies(order_type, after))
    values = events.values(event, deltas)
    values[_WAITS] = events.INDEX  # folded with all others; nobody is told of what is taken over (decisions 26)
    projected = columns(order_type, after)
    facts = order_facts.row_of(order_type, after, iso(event.at), row=projected, zone=zone)
    counts, adds = texts(deltas), texts(facts[_ADDS])
    units = [[1, after.id, unit] for unit in sorted(beside(after))]
    return Lines(row_of(order_type, after, projected), values, facts, counts, adds, units, _personal(event))


def texts(added: str) -> list[str]:
    """Return each element of a canonical list as its own text."""
    return [canonical(one) for one in plain(added or "[]")]


@dataclass(slots=True)
class Rows:
    """Rows as the tables hold them: `orders` in the order of `orders.FIRST`, `events` of `events.COLUMNS`.

    `units` are (tenant, order, unit), `personal` in the order of `events.PERSONAL`, `facts` of `order_facts.COLUMNS`.
    Each of `orders`, `events` and `facts` is a sequence of cells or what `alike.shaped` made of one. The events wait
    for no folding: `counts` and `adds` (by programme and type) say how often each text of `Lines` is to be added.
    """

    orders: Iterable[Shaped] = field(default_factory=list)
    events: list[Shaped] = field(default_factory=list)
    units: list[list[Any]] = field(default_factory=list)
    personal: list[list[Any]] = field(default_factory=list)
    facts: list[Shaped] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    adds: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, one: Lines) -> None:
        """Add one order after those that are here."""
        self.orders = [*self.orders, one.order]
        self.events.append(one.event)
        self.facts.append(one.facts)
        self.units += one.units
        self.personal += one.personal
        self.counts.update(one.counts)
        self.adds[one.order[_PROGRAMME], one.order[_TYPE]].update(one.adds)


def copy(rows: Rows, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Write rows that are right already, all or none: COPY on PostgreSQL, executemany on SQLite.

    What they add is folded into counters and tallies at once, so that boards read no long list of pending events. On
    PostgreSQL the orders are asked for while the server takes the ones before them, and `meanwhile` is called while it
    takes their events, and again while it takes their facts: neither may ask the database. SQLite's only lock is taken
    once all orders are at hand. Raises IntegrityError where one of them is already there.
    """
    if connection.vendor != "postgresql":
        rows.orders = list(rows.orders)
    with transaction.atomic(), connection.cursor() as cursor:
        insert(cursor, "store_order", FIRST, rows.orders)
        insert(cursor, "store_event", events.COLUMNS, rows.events, meanwhile)
        insert(cursor, "store_orderunit", ("tenant", "order", "unit"), rows.units)
        insert(cursor, "store_personal", events.PERSONAL, rows.personal)
        insert(cursor, "store_orderfacts", order_facts.COLUMNS, rows.facts, meanwhile)
        counters.add(cursor, _summed((), rows.counts))
        tallied = Counter[Any]()
        for kind, adds in rows.adds.items():
            tallied.update(_summed(kind, adds))
        order_facts.add(cursor, tallied)


def _summed(first: tuple[str, ...], texts: Mapping[str, int]) -> Counter[Any]:
    """What texts like those of `Lines` add up to by their keys, `first` put before each."""
    total = Counter[Any]()
    for text, often in texts.items():
        *key, n = plain(text)
        total[*first, *key] += n * often
    return total


def row_of(order_type: OrderType, after: OrderState, projected: dict[str, Any] | None = None) -> list[Any]:
    """Return the row of an order, in the order of `orders.FIRST`."""
    projected = projected or columns(order_type, after)
    return [
        after.id, 1, after.number, after.programme, after.type, *(projected[name] for name in COLUMNS),
        after.seq, after.head, canonical(after.dump()), 1,
    ]  # fmt: skip


def _personal(event: Event) -> list[list[Any]]:
    salt = event.personal.get("_salt", "")
    return [[1, event.order, event.seq, key, value, salt, ""] for key, value in events.personal_values(event)]


def insert(
    cursor: Any,
    table: str,
    names: Sequence[str],
    rows: Iterable[Shaped],
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    """Write rows of a table by its named columns: COPY on PostgreSQL, executemany on SQLite.

    `meanwhile` is called while PostgreSQL takes the last of them.
    """
    if rows == []:
        return
    columns_ = ", ".join(f'"{name}"' for name in names)
    if connection.vendor == "postgresql":
        # The driver's own errors come out of a COPY; outside they are Django's like all others.
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns_}) FROM STDIN") as copy:
            for shaped, some in groupby(rows, lambda row: row.__class__ is str):
                if shaped:
                    lines = map(str, some)
                    while part := "".join(islice(lines, _SOME)):
                        copy.write(part)
                else:
                    for row in some:
                        copy.write_row(row)
            meanwhile()
        return
    cursor.executemany(f"INSERT INTO {table} ({columns_}) VALUES ({', '.join(['%s'] * len(names))})", rows)


def numbers(prefix: str, year: int, n: int) -> list[str]:
    """Return the next `n` numbers like QD2022-0149, taken on their own as single ones are (decisions 25)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_serial (name, n) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET n = store_serial.n + excluded.n RETURNING n",
            [f"{prefix}{year}", n],
        )
        (last,) = cursor.fetchone()
    return [f"{prefix}{year}-{number:04d}" for number in range(last - n + 1, last + 1)]


def of_sources(channel: str, numbers_: Iterable[str]) -> dict[str, str]:
    """Return {source number: our number} of the orders that already came from this channel (decisions 3)."""
    return _pairs(
        "SELECT source_number, number FROM store_order WHERE tenant = 1 AND channel = %s "
        "AND NOT (source_number = '') AND source_number ",
        [channel],
        numbers_,
    )


def of_commands(commands: Iterable[str]) -> dict[str, str]:
    """Return {command: our number} of the orders that these commands already opened."""
    return _pairs(
        # The kind is no column to the planner: else SQLite goes through the events of all orders.
        "SELECT e.command, o.number FROM store_event e JOIN store_order o ON o.id = e.subject "
        "WHERE e.tenant = 1 AND e.kind || '' = 'order' AND e.seq = 1 AND NOT (e.command = '') AND e.command ",
        [],
        commands,
    )


def of_numbers(numbers_: Iterable[str]) -> dict[str, str]:
    """Return {our number: title} of the orders that are here."""
    return _pairs("SELECT number, title FROM store_order WHERE tenant = 1 AND number ", [], numbers_)


def _pairs(sql: str, before: list[Any], wanted: Iterable[str]) -> dict[str, str]:
    keys = list(dict.fromkeys(wanted))
    found: dict[str, str] = {}
    if not keys:
        return found
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Looked up one by one: asked for all at once, a table that nobody has analysed yet is read from end to end.
            each = f"{sql}= wanted.key LIMIT 1"
            cursor.execute(
                f"SELECT found.* FROM unnest(%s::text[]) wanted(key), LATERAL ({each}) found", [array(keys), *before]
            )
            return dict(cursor.fetchall())
        for start in range(0, len(keys), _SOME):
            part = keys[start : start + _SOME]
            cursor.execute(f"{sql}IN ({', '.join(['%s'] * len(part))})", [*before, *part])
            found.update(cursor.fetchall())
    return found


def bodies(
    *, seen_by: Actor, programmes: Iterable[Programme], asked: lists.Asked, now: datetime, after: int, limit: int
) -> list[tuple[int, int, str]]:
    """Return (id, sequence, body) of what the actor may see of a list, in the order it came, beyond the id `after`."""
    where, values = lists.conditions(asked, now)
    allowed, more = sight.visible(seen_by, programmes)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.id, o.seq, o.body FROM store_order o WHERE {' AND '.join([*where, allowed])} AND o.id > %s "
            "ORDER BY o.id LIMIT %s",
            [*values, *more, after, limit],
        )
        return list(cursor.fetchall())


def total() -> int:
    """Return how many orders there are; only the command line asks so, to show how far it has come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_order")
        return int(cursor.fetchone()[0])
