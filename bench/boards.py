"""看板: what a board costs inside the process beside the queries it sends, asked by hand on an open connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from bench import baseline, pages, pairs
from bihuan.store import counters
from bihuan.store.statements import numbered

# Who reads a board with all its cards and charts: the leader, a chain committee, a department.
READERS = ("leader", "secretary1", "head3")
Asking = list[tuple[str, Any]]


def boards(repeats: int) -> dict[str, Any]:
    """Compare the whole page of some roles, from the address to the last byte, with its statements and nothing else."""
    while counters.fold():
        pass
    pages.clock_stands()
    db, found = baseline.connect(), {}
    for person in READERS:
        client = pages.signed_in(person)
        client.get("/reports/")
        asking, status, many = sent(client)
        raw = by_hand(db, asking)

        def page(client: Any = client) -> int:
            client.get("/reports/")
            return 1

        for _ in range(6):  # until plans are kept, on both sides
            raw(), page()
        one = pairs.paired(raw, page, repeats)
        found[person] = {**one.facts(), "status": status, "queries": len(asking), "kilobytes": round(many / 1024)}
    db.close()
    return found


def sent(client: Any) -> tuple[Asking, int, int]:
    """Read a board and return its statements with their parameters, its status and its bytes."""
    asking: Asking = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asking.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get("/reports/")
    return asking, answer.status_code, len(answer.content)


def by_hand(db: Any, asking: Asking) -> Callable[[], int]:
    """Return what asks all the statements of the bare connection and takes all rows, with kept plans where it can."""
    if connection.vendor == "sqlite":
        known = [(db.execute, sql.replace("%s", "?"), params or ()) for sql, params in asking]
    else:
        known = [_kept(db, sql, params) for sql, params in asking]

    def raw() -> int:
        for execute, sql, params in known:
            execute(sql, params).fetchall()
        return 1

    return raw


def _kept(db: Any, sql: str, params: Any) -> tuple[Callable[..., Any], str, Any]:
    from psycopg import ClientCursor, Error, RawCursor

    execute, text = RawCursor(db).execute, numbered(sql)
    try:
        execute(text, params, prepare=True).fetchall()
    except Error:  # the server cannot tell of what sort a parameter is: the client puts it in
        return ClientCursor(db).execute, sql, params
    return lambda sql, params: execute(sql, params, prepare=True), text, params
