"""What is open says in which unit it ages and since when, by its promise."""

import json
from typing import Any

from django.db import migrations, models

BATCH = 1000
# What the words of a limit say it is counted in, the longer word before the one it holds.
UNITS = (
    (("work-hour", "工作时", "工作小时"), "work-hours"), (("workday", "工作日"), "workdays"),
    (("hour", "小时"), "hours"),
)  # fmt: skip


def ages(apps: Any, schema_editor: Any) -> None:
    """Read it from the bodies of open orders and from the promise of their kind, a thousand rows at a time."""
    promises = promised(apps.get_model("store", "Bundle"))
    after = -(2**63)
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, bundle, type, submitted, body FROM store_order WHERE tenant = 1 AND open AND id > %s "
                "ORDER BY id LIMIT %s",
                [after, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            found = [
                (*aged(json.loads(body).get("clocks", {}), promises.get((bundle, kind)), came), id_)
                for id_, bundle, kind, came, body in rows
            ]
            cursor.executemany("UPDATE store_order SET aged_in = %s, aged_since = %s WHERE id = %s", found)


def promised(bundles: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the key and the limit of the promise by bundle and kind of order."""
    found = {}
    for bundle in bundles.objects.iterator():
        for kind in json.loads(bundle.content).get("orders", {}).get("order", []):
            for clock in kind.get("clock", []):
                if clock.get("promise"):
                    found[f"{bundle.programme}@{bundle.number}", kind["key"]] = clock["key"], clock["limit"]
    return found


def aged(clocks: dict[str, Any], promise: tuple[str, str] | None, came: str) -> tuple[str, str]:
    key, limit = promise or ("", "1 workday")
    clock = clocks.get(key, {})
    if clock and clock["limit"] != "stated":
        return unit(clock["limit"]), clock["start"]
    return (unit(limit), came) if came else ("", "")


def unit(limit: str) -> str:
    return next((name for words, name in UNITS if any(word in limit for word in words)), "days")


class Migration(migrations.Migration):
    dependencies = [("store", "0025_commands")]

    operations = [
        migrations.AddField(
            model_name="order", name="aged_in", field=models.CharField(db_default="", default="", max_length=10)
        ),
        migrations.AddField(
            model_name="order", name="aged_since", field=models.CharField(db_default="", default="", max_length=27)
        ),
        migrations.RunPython(ages, migrations.RunPython.noop),
    ]
