"""空应用: what a WSGI server can do at best."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer `?n` bytes."""
    body = b"x" * int(environ.get("QUERY_STRING") or 0)
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
