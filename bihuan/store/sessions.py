"""会话: Django's sessions, read by one written-out statement: every page reads its own, and the ORM writes it anew."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Sessions in the table of `django.contrib.sessions`, made, kept and ended as there."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; an unknown or ended one is empty and forgets its key."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, connection.ops.adapt_datetimefield_value(timezone.now())])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
