"""The index of the search. What is there already is indexed behind, like everything new."""

from django.db import migrations, models


def keyed(apps, schema_editor):
    """On SQLite let the terms lie in their key alone: half the size, and half the pages a search reads."""
    if schema_editor.connection.vendor != "sqlite":
        return
    schema_editor.execute("DROP TABLE store_term")
    schema_editor.execute(
        'CREATE TABLE store_term (tenant smallint NOT NULL, term bigint NOT NULL, "order" bigint NOT NULL, '
        'PRIMARY KEY (tenant, term, "order")) WITHOUT ROWID'
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0009_ledger")]

    operations = [
        migrations.CreateModel(
            name="OrderText",
            fields=[
                ("order", models.BigIntegerField(primary_key=True, serialize=False)),
                ("tenant", models.SmallIntegerField(default=1)),
                ("text", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant", "term", "order", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant", models.SmallIntegerField(default=1)),
                ("term", models.BigIntegerField()),
                ("order", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(keyed, migrations.RunPython.noop),
        migrations.AddField(
            model_name="event",
            name="indexed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        # One event of each order waits: that is enough for the order to be read.
        migrations.RunSQL(
            "UPDATE store_event SET indexed = true WHERE NOT (kind = 'order' AND seq = 1)", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("indexed", False), ("kind", "order")), fields=["id"], name="event_unindexed"
            ),
        ),
    ]
