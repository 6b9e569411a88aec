"""计数: folded counters plus the events not folded yet, read together in one query so that they are always exact."""

from __future__ import annotations

from collections import Counter as Sum
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from bihuan.core.chain import canonical, plain
from bihuan.core.counters import Tally
from bihuan.store import events, order_facts
from bihuan.store.statements import add_up, rows

BATCH = 2000
NOW = "AND month = '' "
FOLDED = "tenant = 1 AND programme = %s AND unit = %s AND month = ''"  # the folded part of what is open now


def written(programme: str, deltas: Tally) -> str:
    """Return deltas as the event row carries them."""
    if not deltas:
        return ""
    return canonical([[programme, unit, measure, month, n] for (unit, measure, month), n in sorted(deltas.items())])


def read(programme: str, units: Iterable[str]) -> dict[tuple[str, str, str], int]:
    """Return every tally of a programme for the units as {(unit, measure, month): n}, in one query."""
    return summed(programme, units, rows(*source(programme, units)))


def source(programme: str, units: Iterable[str], *, stock: bool = False) -> tuple[str, list[str]]:
    """Return the query of counters and pending events with its parameters; `summed` reads its rows.

    With `stock` the folded part has what is open now and no months, of which there are more every year.
    """
    wanted = sorted(set(units))
    sql = (
        "SELECT unit, measure, month, n, '' FROM store_counter "
        f"WHERE tenant = 1 AND programme = %s AND unit IN ({', '.join(['%s'] * len(wanted))}) "
        f"{NOW if stock else ''}UNION ALL SELECT '', '', '', 0, deltas FROM {events.awaiting(events.FOLD)}"
    )
    return sql, [programme, *wanted]


def summed(
    programme: str, units: Iterable[str], rows: Iterable[tuple[str, str, str, int, str]]
) -> dict[tuple[str, str, str], int]:
    """Return the tallies that rows of `source` add up to."""
    wanted = set(units)
    total: Sum[tuple[str, str, str]] = Sum()
    for unit, measure, month, n, pending in rows:
        if measure:
            total[unit, measure, month] += n
        elif pending:
            for programme_, unit_, measure_, month_, delta in plain(pending):
                if programme_ == programme and unit_ in wanted:
                    total[unit_, measure_, month_] += delta
    return {key: n for key, n in total.items() if n}


def add(cursor: Any, total: Mapping[tuple[str, str, str, str], int]) -> None:
    """Add sums by (programme, unit, measure, month) to the counters, inside the caller's transaction."""
    add_up(cursor, "store_counter", ("programme", "unit", "measure", "month"), total)


def fold(limit: int = BATCH) -> int:
    """Add the deltas of up to `limit` events to the counters and mark them folded; return how many there were.

    What figures ask of their orders is written anew. All of it happens in one transaction: a process that dies leaves
    counters plus pending events as exact as before.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(events.taken(events.FOLD, "id, deltas, kind, subject", limit))
        rows = cursor.fetchall()
        if not rows:
            return 0
        total: Sum[tuple[str, str, str, str]] = Sum()
        for _, deltas, _kind, _subject in rows:
            for programme, unit, measure, month, n in plain(deltas or "[]"):
                total[programme, unit, measure, month] += n
        add(cursor, total)
        order_facts.renew(cursor, Sum(subject for _id, _deltas, kind, subject in rows if kind == "order"))
        ids = [row[0] for row in rows]
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            cursor.execute(
                f"UPDATE store_event SET {events.done(events.FOLD)} WHERE id IN ({', '.join(['%s'] * len(part))})", part
            )
        return len(ids)


def everything() -> dict[tuple[str, str, str, str], int]:
    """Return every counter with the pending events added, as {(programme, unit, measure, month): n}."""
    total: Sum[tuple[str, str, str, str]] = Sum()
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme, unit, measure, month, n FROM store_counter WHERE tenant = 1")
        for programme, unit, measure, month, n in cursor.fetchall():
            total[programme, unit, measure, month] += n
        cursor.execute(f"SELECT deltas FROM {events.awaiting(events.FOLD)} AND deltas <> ''")
        for (pending,) in cursor.fetchall():
            for programme, unit, measure, month, n in plain(pending):
                total[programme, unit, measure, month] += n
    return {key: n for key, n in total.items() if n}
