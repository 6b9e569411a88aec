"""What takes long to make is made once a process; every later test finds the same rows written again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db import connection

from bihuan.store import caches

Made = TypeVar("Made")
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def made_once(make: Callable[[], Made]) -> Callable[[], Made]:
    """Return `make` for fixtures: the first call makes, the others write back every row that stood there afterwards.

    It begins in a test's empty database and is given back what it returned the first time, which must be a plain value.
    """
    kept: list[tuple[Made, Rows]] = []

    @wraps(make)
    def again() -> Made:
        before = _rows()
        if not kept:
            kept.append((make(), {table: rows for table, rows in _rows().items() if before.get(table) != rows}))
            return kept[0][0]
        made, rows = kept[0]
        with connection.cursor() as cursor:
            for table, (names, lines) in rows.items():
                columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(["%s"] * len(names))
                cursor.execute(f'DELETE FROM "{table}"')
                cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', lines)
        caches.clear()
        return made

    return again


def _rows() -> Rows:
    """Return what stands in every table that holds anything, each with its columns."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            if lines := cursor.fetchall():
                found[table] = [column[0] for column in cursor.description], lines
    return found
