"""Who calls, and how often; a browser's session opens nothing here."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from bihuan.actions.tokens import Bearer, actor_of_token
from bihuan.api.errors import plain

MINUTE = 60.0
MOST_CALLERS = 10_000


class Called(HttpRequest):
    """The request as an operation gets it: `now` is aware UTC, `auth` says who calls."""

    now: datetime
    auth: Bearer


class Token(HttpBearer):
    """`Authorization: Bearer bh_…`; an unknown, revoked or orphaned token is nobody."""

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        found = actor_of_token(token.strip(), request.now)  # type: ignore[attr-defined]
        if found is not None:
            LIMIT.take(found.token, settings.API_RATE)
        return found


class Limit:
    """How many requests a token has made this minute, in this process: a fence against loops gone wild."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[float, int]] = {}
        self._lock = Lock()

    def take(self, token: str, most: int) -> None:
        """Count one request; raises a 429 Problem beyond `most` a minute, 0 meaning without limit."""
        if not most:
            return
        now = time.monotonic()
        with self._lock:
            since, n = self._made.get(token, (now, 0))
            if now - since >= MINUTE:
                since, n = now, 0
            if len(self._made) > MOST_CALLERS:
                self._made.clear()
            self._made[token] = (since, n + 1)
        if n >= most:
            problem = plain(429)
            problem.headers["Retry-After"] = str(max(1, round(MINUTE - (now - since))))
            raise problem

    def clear(self) -> None:
        """Forget every count."""
        with self._lock:
            self._made.clear()


LIMIT = Limit()
