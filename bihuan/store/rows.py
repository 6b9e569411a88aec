"""行号: ids of rows that are only ever added."""

from __future__ import annotations

from typing import Any

from django.db import models


class RowId(models.BigAutoField):
    """A rising id; on SQLite the row's own, without the extra table that keeps the ids of deleted rows from returning.

    For tables whose rows are never deleted: there it says the same, and every insert writes a page less.
    """

    def db_type_suffix(self, connection: Any) -> str | None:
        """Return what follows the column's type, which on SQLite would be AUTOINCREMENT."""
        return None if connection.vendor == "sqlite" else super().db_type_suffix(connection)
