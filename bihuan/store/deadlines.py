"""期限: the clocks of open orders as they were promised, for looking at what another calendar would make of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

Place = tuple[str, int]  # (due, id) of the order that was read last
START: Place = ("", 0)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Promised:
    """The clocks of one open order as stored, by clock key, with the bundle and type they were counted under."""

    id: int
    number: str
    bundle: str
    type: str
    clocks: dict[str, dict[str, Any]]
    place: Place


def running(after: Place = START, most: int | None = None) -> Iterator[Promised]:
    """Yield the open orders beyond `after`, those due first, at most `most`: a page at a time over one index."""
    done = 0
    while most is None or done < most:
        limit = PAGE if most is None else min(PAGE, most - done)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, number, bundle, type, due, body FROM store_order WHERE tenant = 1 AND open "
                "AND (due, id) > (%s, %s) ORDER BY due, id LIMIT %s",
                [*after, limit],
            )
            rows = cursor.fetchall()
        for id_, number, bundle, type_, due, body in rows:
            after = (due, id_)
            yield Promised(id_, number, bundle, type_, json.loads(body).get("clocks", {}), after)
        done += len(rows)
        if len(rows) < limit:
            return


def by_bundle() -> dict[str, int]:
    """Return how many open orders run under each bundle; one query over open work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bundle, COUNT(*) FROM store_order WHERE tenant = 1 AND open GROUP BY bundle")
        return {bundle: int(n) for bundle, n in cursor.fetchall()}
