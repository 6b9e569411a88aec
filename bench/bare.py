"""底座: what a bare WSGI application on the same server does when it does the same work by hand-written SQL.

`/rows` reads the fifty rows of a queue and writes them out, `/step` commits one step with its history, `/` does
nothing at all. No session, no rights, no words: the floor under every framework.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable
from html import escape
from typing import Any

from bench.rows import QUEUE

_own = threading.local()
_next = itertools.count(1_000)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a page of rows, a step or nothing."""
    path = environ.get("PATH_INFO", "/")
    if path == "/step":
        environ["wsgi.input"].read()
        _step(int(environ["QUERY_STRING"]))
        start_response("303 See Other", [("Location", "/rows"), ("Content-Length", "0")])
        return [b""]
    body = _rows() if path == "/rows" else b"x" * int(environ.get("QUERY_STRING") or 0)
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def _db() -> Any:
    if not hasattr(_own, "db"):
        import django

        django.setup()
        from bench import baseline

        _own.db = baseline.connect()
    return _own.db


def _rows() -> bytes:
    rows = _db().execute(QUEUE, ("office3", "in_progress")).fetchall()
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<!doctype html><title>rows</title><table>{lines}</table>".encode()


def _step(order: int) -> None:
    from bench import baseline

    run, seq = _db().execute, next(_next)
    run("BEGIN")
    run("UPDATE bench_order SET state = %s, updated = %s WHERE id = %s", ("progress", baseline.AT, order))
    run(baseline.NOTE.replace("?", "%s"), (order, seq, baseline.AT, "person", "progress", "联系到两所学校。"))
    run("COMMIT")
