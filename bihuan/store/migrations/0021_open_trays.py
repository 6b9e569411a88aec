"""PostgreSQL's planner learns that what is open stands in a tray: it took the two for independent."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def learn(apps: Any, schema_editor: Any) -> None:
    """Let ANALYZE count the two columns together."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE STATISTICS IF NOT EXISTS order_open_tray (dependencies, mcv) ON open, queue FROM store_order"
        )


def forget(apps: Any, schema_editor: Any) -> None:
    """Take it back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS IF EXISTS order_open_tray")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0020_events_wait"),
    ]

    operations = [migrations.RunPython(learn, forget, elidable=True)]
