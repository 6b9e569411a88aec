"""期限: the clocks of open orders as they were promised, for looking at what another calendar would make of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Promised:
    """The clocks of one open order as stored, by clock key, with the bundle and type they were counted under."""

    number: str
    bundle: str
    type: str
    clocks: dict[str, dict[str, Any]]


def running(limit: int) -> tuple[list[Promised], bool]:
    """Return the open orders that are due first, at most `limit`, and whether there are more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, bundle, type, body FROM store_order WHERE tenant = 1 AND open ORDER BY due, id LIMIT %s",
            [limit + 1],
        )
        rows = cursor.fetchall()
    found = [
        Promised(number, bundle, type_, json.loads(body).get("clocks", {}))
        for number, bundle, type_, body in rows[:limit]
    ]
    return found, len(rows) > limit


def by_bundle() -> dict[str, int]:
    """Return how many open orders run under each bundle; one query over open work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bundle, COUNT(*) FROM store_order WHERE tenant = 1 AND open GROUP BY bundle")
        return {bundle: int(n) for bundle, n in cursor.fetchall()}
