"""PostgreSQL sweeps the events early: what was done behind leaves dead entries where workers and pages look for more.

Each event stands in the index of what waits up to three times. By default they are swept once a fifth of the table is
dead, which is longer the longer the history: at a million orders a search walked 3,800 pages of them.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

SWEEP = {
    # A fiftieth: some ten thousand dead entries of each kind lie in the way at a million orders, not a million.
    "autovacuum_vacuum_scale_factor": "0.02",
    # So few are else swept from the table alone.
    "vacuum_index_cleanup": "on",
}


def early(apps: Any, schema_editor: Any) -> None:
    """Sweep the events once a fiftieth of them is dead, their indexes too."""
    _set(schema_editor, f"SET ({', '.join(f'{name} = {value}' for name, value in SWEEP.items())})")


def usual(apps: Any, schema_editor: Any) -> None:
    """Sweep them as all other tables."""
    _set(schema_editor, f"RESET ({', '.join(SWEEP)})")


def _set(schema_editor: Any, what: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE store_event {what}")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0034_calendar_links"),
    ]

    operations = [migrations.RunPython(early, usual, elidable=True)]
