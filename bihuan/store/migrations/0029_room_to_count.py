"""PostgreSQL counts in place: pages of sums keep room for the next version of a row, else its index grows with it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = ("store_counter", "store_figuretally")


def room(apps: Any, schema_editor: Any) -> None:
    """Leave half of each page to newer versions of its rows."""
    _set(schema_editor, "SET (fillfactor = 50)")


def none(apps: Any, schema_editor: Any) -> None:
    """Fill pages to the end again."""
    _set(schema_editor, "RESET (fillfactor)")


def _set(schema_editor: Any, what: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} {what}")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0028_answered_by_lead"),
    ]

    operations = [migrations.RunPython(room, none, elidable=True)]
