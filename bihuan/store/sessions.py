"""会话: Django's sessions, read by one written-out statement: every page reads its own, and the ORM writes it anew.

Inside `together` the account behind the session and the numbers that say how fresh the caches are come with it. Whose a
session is stands in its signed words; this process remembers it as a guess to ask by, and the words decide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

from bihuan.store import versions
from bihuan.store.recent import Recent
from bihuan.store.statements import one_row

# In the order of the models' own fields.
ACCOUNT = ("id", "password", "username", "is_active")
PERSON = ("id", "key", "name", "user_id")
BOTH = f"{', '.join(f'u.{name}' for name in ACCOUNT)}, {', '.join(f'p.{name}' for name in PERSON)}"
BEHIND = "LEFT JOIN store_person p ON p.user_id = u.id"
_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_TOGETHER = (
    f"SELECT s.session_data, {', '.join(f'v.{name}' for name in versions.NAMES)}, {BOTH} FROM (SELECT 1) one "
    "LEFT JOIN django_session s ON s.session_key = %s AND s.expire_date > %s "
    f"LEFT JOIN store_version v ON v.id = 1 LEFT JOIN auth_user u ON u.id = %s {BEHIND}"
)
_AFTER = 1 + len(versions.NAMES)
_WHOSE: Recent[int] = Recent(1000)  # session key → account
_SAID: Recent[str] = Recent(1000)  # signed words that were looked at and hold → what they say, as JSON
_read_along: ContextVar[list[Sequence[Any]] | None] = ContextVar("read_along", default=None)


class SessionStore(db.SessionStore):
    """Sessions in the table of `django.contrib.sessions`, made, kept and ended as there."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; an unknown or ended one is empty and forgets its key."""
        # As text, which both databases read: a moment of Python's would need a cursor (store/prepared.py).
        key, until = self.session_key, str(connection.ops.adapt_datetimefield_value(timezone.now()))
        along = _read_along.get()
        if along is None:
            row = one_row(_READ, [key, until])
        else:
            row = one_row(_TOGETHER, [key, until, _WHOSE.get(key or "", "") or 0])
            versions.keep(row[1:_AFTER])
        if row is None or row[0] is None:
            self._session_key = None
            return {}
        found = self.decode(row[0])
        whose = str(found.get(SESSION_KEY, ""))
        if along is not None and whose.isdecimal():
            along[:] = [row[_AFTER:]] if str(row[_AFTER]) == whose else []
            _WHOSE.keep(key or "", "", int(whose))
        return found

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """Return what signed words say, {} where they are not ours; the same words are looked at once by one key."""
        words = session_data if isinstance(session_data, str) else session_data.decode()
        said = _SAID.get(words, settings.SECRET_KEY)
        if said is not None:
            return dict(json.loads(said))
        found: dict[str, Any] = super().decode(words)
        if found:
            _SAID.keep(words, settings.SECRET_KEY, json.dumps(found))
        return found


@contextmanager
def together() -> Iterator[None]:
    """Let the first session read inside bring its account and the numbers of `versions` along."""
    token = _read_along.set([])
    try:
        yield
    finally:
        _read_along.reset(token)


def account_read(id_: Any) -> Sequence[Any] | None:
    """Return the columns of `BOTH` of the account that came with the session, once; None where it did not come."""
    along = _read_along.get()
    return along.pop() if along and str(along[0][0]) == str(id_) else None
