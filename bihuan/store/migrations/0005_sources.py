import json
from typing import Any

from django.db import migrations, models

NEVER = "9999-12-31T00:00:00.000000Z"
BATCH = 1000


def stated(apps: Any, schema_editor: Any) -> None:
    """Give the new column the deadline that the bodies of orders hold already, a thousand rows at a time."""
    after = -(2**63)
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, body FROM store_order WHERE id > %s AND body LIKE %s ORDER BY id LIMIT %s",
                [after, '%"source_due":%', BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            found = [(json.loads(body).get("source_due") or NEVER, id_) for id_, body in rows]
            cursor.executemany("UPDATE store_order SET source_due = %s WHERE id = %s", found)


class Migration(migrations.Migration):
    dependencies = [("store", "0004_documents")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="source_due",
            field=models.CharField(db_default=NEVER, default=NEVER, max_length=27),
        ),
        migrations.AddField(
            model_name="order",
            name="owed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(stated, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("owed", True)), fields=["tenant", "source_due", "id"], name="order_owed"
            ),
        ),
    ]
