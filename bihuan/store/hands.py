"""移交: the open orders that name a person as handler, and those somebody finishes after leaving a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import connection

from bihuan.core.order_state import OrderState
from bihuan.store.orders import state_of
from bihuan.store.statements import marks

PAGE = 500


def named(person: str, most: int | None = None) -> Iterator[OrderState]:
    """Yield the open orders in a person's name, the earliest first; the caller is an administrator or the system."""
    after = done = 0
    while most is None or done < most:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, seq, body FROM store_order WHERE tenant = 1 AND open AND handler = %s "
                "AND NOT (handler = '') AND id > %s ORDER BY id LIMIT %s",
                [person, after, PAGE if most is None else min(PAGE, most - done)],
            )
            rows = cursor.fetchall()
        for id_, seq, body in rows:
            yield state_of(body, seq)
            after = id_
        done += len(rows)
        if len(rows) < PAGE:
            return


def counted(persons: Iterable[str]) -> dict[str, int]:
    """Return how many open orders are in the name of each of these persons; one query."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT handler, COUNT(*) FROM store_order WHERE tenant = 1 AND open AND NOT (handler = '') "
            f"AND handler IN ({marks(len(wanted))}) GROUP BY handler",
            wanted,
        )
        return {person: int(n) for person, n in cursor.fetchall()}
