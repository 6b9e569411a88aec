"""What was surveyed and confirmed is tallied by what came of it too: a rate leaves some results out without a scan."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import migrations

BATCH = 1000
BY_RESULT = ("surveyed", "confirmed")
Told = tuple[str, str, str, str, str]  # programme, type, mark, unit, month


def count(apps: Any, schema_editor: Any) -> None:
    """Add the tallies by result to what each order adds, and to the sums."""
    _rewrite(apps, schema_editor, _with)


def forget(apps: Any, schema_editor: Any) -> None:
    """Take them out again."""
    _rewrite(apps, schema_editor, lambda adds, _result: _without(adds))


def _without(adds: list[list[Any]]) -> list[list[Any]]:
    return [one for one in adds if one[0].partition("=")[0] not in BY_RESULT or "=" not in one[0]]


def _with(adds: list[list[Any]], result: str) -> list[list[Any]]:
    kept = _without(adds)
    return sorted(kept + [[f"{one[0]}={result}", *one[1:]] for one in kept if one[0] in BY_RESULT])


def _rewrite(apps: Any, schema_editor: Any, change: Any) -> None:
    """Rewrite what orders with a result add, a thousand rows at a time, and put the difference into the sums."""
    sums, after = Counter[Told](), -(2**63)
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                'SELECT f."order", f.programme, f.type, o.result, f.adds FROM store_orderfacts f '
                'JOIN store_order o ON o.id = f."order" WHERE f.tenant = 1 AND o.tenant = 1 AND NOT (o.result = %s) '
                'AND f."order" > %s ORDER BY f."order" LIMIT %s',
                ["", after, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            after, changed = rows[-1][0], []
            for id_, programme, type_, result, text in rows:
                had = json.loads(text or "[]")
                has = change(had, result)
                if has == had:
                    continue
                changed.append((json.dumps(has, ensure_ascii=False, separators=(",", ":")), id_))
                for sign, adds in ((-1, had), (1, has)):
                    for mark, unit, month, n in adds:
                        sums[programme, type_, mark, unit, month] += sign * n
            cursor.executemany('UPDATE store_orderfacts SET adds = %s WHERE "order" = %s', changed)
        cursor.executemany(
            "INSERT INTO store_figuretally (tenant, programme, type, mark, unit, month, n) "
            "VALUES (1, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant, programme, type, mark, unit, month) "
            "DO UPDATE SET n = store_figuretally.n + excluded.n",
            [(*key, n) for key, n in sorted(sums.items()) if n],
        )
        cursor.execute("DELETE FROM store_figuretally WHERE tenant = 1 AND n = 0")


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0030_led"),
    ]

    operations = [migrations.RunPython(count, forget, elidable=True)]
