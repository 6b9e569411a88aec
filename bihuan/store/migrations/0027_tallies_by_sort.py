"""Tallies of a sort of units are a range of their index whatever language the database sorts by."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TALLIES = ("store_counter", "store_figuretally")


def by_bytes(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL compare units of tallies by bytes, as SQLite does."""
    if schema_editor.connection.vendor == "postgresql":
        for table in TALLIES:
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN unit TYPE varchar(80) COLLATE "C"')


def by_language(apps: Any, schema_editor: Any) -> None:
    """Take it back."""
    if schema_editor.connection.vendor == "postgresql":
        for table in TALLIES:
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN unit TYPE varchar(80) COLLATE "default"')


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0026_ages"),
    ]

    operations = [migrations.RunPython(by_bytes, by_language, elidable=True)]
