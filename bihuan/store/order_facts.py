"""单的数据: what figures ask of orders, kept beside them by the folding worker and written anew from their bodies.

A step writes nothing here. Until its event is folded the order is among the pending, and figures read its body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from django.db import connection, transaction

from bihuan.core.chain import plain
from bihuan.core.order_facts import FACTS, added, adds, facts, stamp
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.projection import columns
from bihuan.store import calendars, events, packs
from bihuan.store.statements import add_up, marks

HEAD = ("order", "tenant", "programme", "type", "seq", "began", "changed", "touched", "stamp")
COLUMNS = (*HEAD, *FACTS, "adds")
Tallied = Counter[tuple[str, str, str, str, str]]  # (programme, type, mark, unit, month) -> n
LOCK = 7_320_519  # PostgreSQL's advisory lock of whoever folds: of two, one waits
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_SET = ", ".join(f'"{name}" = excluded."{name}"' for name in COLUMNS if name not in ("order", "tenant", "began"))
INSERT = (
    f'INSERT INTO store_orderfacts ({_NAMES}) VALUES ({marks(len(COLUMNS))}) ON CONFLICT ("order") DO UPDATE SET {_SET}'
)
_SOME = 500
_STAMP, _CHANGED, _ADDS = (COLUMNS.index(name) for name in ("stamp", "changed", "adds"))


def row_of(
    order_type: OrderType,
    order: OrderState,
    began: str,
    changed: str = "",
    row: dict[str, Any] | None = None,
    zone: tzinfo | None = None,
) -> list[Any]:
    """Return the row of an order in the order of COLUMNS; `changed` is the moment of its last event where not given.

    `row` is what `projection.columns` gave for the order where somebody has asked it already. With the county's `zone`
    given, nothing is asked of the database: within a COPY it could not answer.
    """
    row, found = row or columns(order_type, order), facts(order_type, order)
    at = str(order.last.get("at", ""))
    head = [order.id, 1, order.programme, order.type, order.seq, began, changed or at, at]
    total = added(adds(order_type, order, zone or calendars.calendar().zone, row, found))
    return [*head, stamp(order, row, found), *(found[name] for name in FACTS), total]


def tallied(row: list[Any], sign: int = 1) -> Tallied:
    """Return what a row adds to the tallies."""
    programme, type_ = row[2], row[3]
    return Counter({(programme, type_, mark, unit, month): sign * n for mark, unit, month, n in plain(row[_ADDS])})


def renew(cursor: Any, happened: Mapping[int, int]) -> None:
    """Write the rows of orders anew, and what they add to the tallies, inside the caller's transaction.

    `happened` says how many events of each are folded now, 0 for a recount: `changed` stays where a single event
    changed nothing; of several at once nobody knows what stood in between.
    """
    if happened and connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    for start in range(0, len(happened), _SOME):
        ids = sorted(happened)[start : start + _SOME]
        cursor.execute(
            "SELECT o.id, o.seq, o.body, e.at, f.seq, f.stamp, f.changed, f.adds FROM store_order o "
            "JOIN store_event e ON e.tenant = 1 AND e.kind = 'order' AND e.subject = o.id AND e.seq = 1 "
            f'LEFT JOIN store_orderfacts f ON f."order" = o.id WHERE o.id IN ({marks(len(ids))}) ORDER BY o.id',
            ids,
        )
        rows, total = [], Tallied()
        for id_, seq, body, began, stood, stamped, changed, had in cursor.fetchall():
            order = OrderState.load(plain(body))
            row = row_of(packs.order_type(order.bundle, order.type), order, began)
            if stood is not None:
                alone = happened[id_] == 1 and seq == stood + 1 and row[_STAMP] == stamped
                if alone or (happened[id_] == 0 and seq == stood):
                    row[_CHANGED] = changed
                old = row.copy()
                old[_ADDS] = had
                total.update(tallied(old, -1))
            total.update(tallied(row))
            rows.append(row)
        cursor.executemany(INSERT, rows)
        add(cursor, total)


def add(cursor: Any, total: Mapping[tuple[str, str, str, str, str], int]) -> None:
    """Add sums to the tallies, inside the caller's transaction."""
    add_up(cursor, "store_figuretally", ("programme", "type", "mark", "unit", "month"), total)


def pending_sql() -> str:
    """Return the query of `pending`, for others to read from."""
    return f"SELECT DISTINCT subject FROM {events.awaiting(events.FOLD)} AND kind = 'order'"


def pending() -> list[int]:
    """Return the orders that have events not folded yet."""
    with connection.cursor() as cursor:
        cursor.execute(pending_sql())
        return [row[0] for row in cursor.fetchall()]


def touched_after(programme: str, type_: str, at: str) -> list[int]:
    """Return the orders of a kind that anything happened to after a moment, of those that are folded."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "order" FROM store_orderfacts WHERE tenant = 1 AND touched > %s AND programme = %s AND type = %s',
            [at, programme, type_],
        )
        return [row[0] for row in cursor.fetchall()]


def lacking(limit: int = 1000) -> list[int]:
    """Return orders that have no row yet: those of an installation from before there were any."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT o.id FROM store_order o LEFT JOIN store_orderfacts f ON f."order" = o.id '
            'WHERE f."order" IS NULL ORDER BY o.id LIMIT %s',
            [limit],
        )
        return [row[0] for row in cursor.fetchall()]


def recount(*, everything: bool = False) -> int:
    """Write the rows that are lacking, or every row anew with the tallies; return how many there were."""
    done = 0
    if everything:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM store_figuretally")
            cursor.execute("DELETE FROM store_orderfacts")
    while ids := lacking():
        with transaction.atomic(), connection.cursor() as cursor:
            renew(cursor, dict.fromkeys(ids, 0))
        done += len(ids)
    return done


def stored(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the rows of orders by id, for the recount."""
    wanted = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {_NAMES} FROM store_orderfacts WHERE "order" IN ({marks(len(wanted))})', wanted)
        return {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()}


def everything() -> Tallied:
    """Return every tally, for the recount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT programme, type, mark, unit, month, n FROM store_figuretally WHERE tenant = 1 AND n <> 0"
        )
        return Counter({tuple(row[:5]): int(row[5]) for row in cursor.fetchall()})
