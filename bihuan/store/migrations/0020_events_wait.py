"""What is left to do with an event is one number under one index; counters keep what is open, figures the months."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from bihuan.core.chain import canonical, plain

# What an order added to a month, until figures kept it alone.
MONTHLY = ("received", "dispatched", "replied", "closed", "solved", "refused", "rated", "satisfied", "on_time")


def carry(apps: Any, schema_editor: Any) -> None:
    """Say by the number what the three flags said, and take the months of orders out of the counters."""
    some = ", ".join(f"'{one}'" for one in MONTHLY)
    months = f"month <> '' AND measure IN ({some}) AND (unit = '' OR unit LIKE 'desk:%%' OR unit LIKE 'lead:%%')"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_event SET waits = CASE WHEN folded THEN 0 ELSE 1 END + CASE WHEN noticed THEN 0 ELSE 2 END "
            "+ CASE WHEN indexed OR kind <> 'order' THEN 0 ELSE 4 END WHERE NOT (folded AND noticed AND indexed)"
        )
        cursor.execute(f"DELETE FROM store_counter WHERE {months}", [])
        cursor.execute("SELECT id, deltas FROM store_event WHERE NOT folded AND kind = 'order' AND deltas <> ''")
        for id_, deltas in cursor.fetchall():
            kept = [one for one in plain(deltas) if one[3] == ""]
            cursor.execute("UPDATE store_event SET deltas = %s WHERE id = %s", [canonical(kept) if kept else "", id_])


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0019_briefs"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="waits",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.RunPython(carry, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex(
            model_name="event",
            name="event_unfolded",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_unnoticed",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="event_unindexed",
        ),
        migrations.RemoveField(
            model_name="event",
            name="folded",
        ),
        migrations.RemoveField(
            model_name="event",
            name="indexed",
        ),
        migrations.RemoveField(
            model_name="event",
            name="noticed",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("waits", 0), _negated=True), fields=["waits", "id"], name="event_waits"
            ),
        ),
    ]
