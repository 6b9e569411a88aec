"""What a post supervises is tallied like what a desk has: its board reads no order of the past."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.db import migrations

BATCH = 1000
SORT = "under:"
Told = tuple[str, str, str, str, str]  # programme, type, mark, unit, month


def count(apps: Any, schema_editor: Any) -> None:
    """Add to what each order adds everywhere the same for the post that supervises it, and to the sums."""
    sums, after = Counter[Told](), -(2**63)
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                'SELECT f."order", f.programme, f.type, o.supervisor, f.adds FROM store_orderfacts f '
                'JOIN store_order o ON o.id = f."order" WHERE f.tenant = 1 AND NOT (o.supervisor = %s) '
                'AND f."order" > %s ORDER BY f."order" LIMIT %s',
                ["", after, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            after, changed = rows[-1][0], []
            for id_, programme, type_, post, text in rows:
                kept = _without(text)
                more = [[mark, SORT + post, month, n] for mark, unit, month, n in kept if unit == ""]
                sums.update({(programme, type_, mark, unit, month): n for mark, unit, month, n in more})
                changed.append((_written(kept + more), id_))
            cursor.executemany('UPDATE store_orderfacts SET adds = %s WHERE "order" = %s', changed)
        _no_sums(cursor)
        cursor.executemany(
            "INSERT INTO store_figuretally (tenant, programme, type, mark, unit, month, n) "
            "VALUES (1, %s, %s, %s, %s, %s, %s)",
            [(*key, n) for key, n in sorted(sums.items()) if n],
        )


def forget(apps: Any, schema_editor: Any) -> None:
    """Take it all out again."""
    after = -(2**63)
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                'SELECT "order", adds FROM store_orderfacts WHERE tenant = 1 AND adds LIKE %s AND "order" > %s '
                'ORDER BY "order" LIMIT %s',
                [f'%"{SORT}%', after, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                break
            after, changed = rows[-1][0], [(_written(_without(text)), id_) for id_, text in rows]
            cursor.executemany('UPDATE store_orderfacts SET adds = %s WHERE "order" = %s', changed)
        _no_sums(cursor)


def _no_sums(cursor: Any) -> None:
    cursor.execute("DELETE FROM store_figuretally WHERE tenant = 1 AND unit LIKE %s", [f"{SORT}%"])


def _without(text: str) -> list[list[Any]]:
    return [one for one in json.loads(text or "[]") if not one[1].startswith(SORT)]


def _written(adds: list[list[Any]]) -> str:
    return json.dumps(sorted(adds), ensure_ascii=False, separators=(",", ":"))


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0032_apart"),
    ]

    operations = [migrations.RunPython(count, forget, elidable=True)]
