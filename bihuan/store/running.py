"""在办的单: the running orders of one version, counted and read in order, over an index of open work."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from bihuan.core.order_state import OrderState
from bihuan.store.orders import state_of

PAGE = 500


def by_state(bundles: list[str]) -> dict[str, dict[tuple[str, str], int]]:
    """Return how many running orders each bundle has by (type, state): one query over open work."""
    found: dict[str, dict[tuple[str, str], int]] = {name: {} for name in bundles}
    if bundles:
        marks = ", ".join(["%s"] * len(bundles))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT bundle, type, state, COUNT(*) FROM store_order WHERE tenant = 1 AND open "
                f"AND bundle IN ({marks}) GROUP BY bundle, type, state ORDER BY bundle, type, state",
                bundles,
            )
            for bundle, type_, state, n in cursor.fetchall():
                found[bundle][type_, state] = int(n)
    return found


def total(bundle: str) -> int:
    """Return how many running orders a bundle has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_order WHERE tenant = 1 AND open AND bundle = %s", [bundle])
        return int(cursor.fetchone()[0])


def of_bundle(bundle: str, most: int | None = None) -> Iterator[OrderState]:
    """Yield the running orders of a bundle in the order they came, at most `most`, a page of rows at a time.

    Whoever moves orders on the way may go on: what was yielded is not asked for again.
    """
    after = done = 0
    while most is None or done < most:
        limit = PAGE if most is None else min(PAGE, most - done)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, seq, body FROM store_order WHERE tenant = 1 AND open AND bundle = %s AND id > %s "
                "ORDER BY id LIMIT %s",
                [bundle, after, limit],
            )
            rows = cursor.fetchall()
        for id_, seq, body in rows:
            yield state_of(body, seq)
            after = id_
        done += len(rows)
        if len(rows) < limit:
            return
