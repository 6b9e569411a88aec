"""心跳: when the worker last finished a round; whoever runs several sees the latest of them."""

from __future__ import annotations

from django.db import connection

WORKER = "worker"


def beat(name: str, at: str) -> None:
    """Keep that this part finished a round at a stored instant; a later one is never put back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_beat (name, at) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE store_beat.at < excluded.at",
            [name, at],
        )


def last(name: str) -> str:
    """Return the stored instant of its last round, "" where it never made one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM store_beat WHERE name = %s", [name])
        row = cursor.fetchone()
    return str(row[0]) if row else ""
