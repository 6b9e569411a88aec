"""语句: the few statements of the hot path, planned once a connection where the database can keep a plan."""

from __future__ import annotations

from typing import Any

from django.db import connection

# A plan is kept once a statement came so often on one connection: short commands never pay for it.
OFTEN = 3


def planned() -> Any:
    """Return a PostgreSQL cursor whose statements carry `$1`, `$2` … and keep their plans.

    It is Django's connection and goes through Django's wrappers: transactions, errors and statement counts are as ever.
    """
    from psycopg import RawCursor

    connection.ensure_connection()
    raw: Any = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = OFTEN  # Django's own cursors bind at the client and keep no plans all the same
    return connection._prepare_cursor(RawCursor(raw))  # type: ignore[attr-defined]


def numbered(sql: str) -> str:
    """Return a statement with its `%s` as `$1`, `$2` …; it may hold no other `%`."""
    first, *rest = sql.split("%s")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, start=1))


def marks(n: int) -> str:
    """Return `%s, %s, …`."""
    return ", ".join(["%s"] * n)
