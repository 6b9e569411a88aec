"""归档: the orders that have ended and are not archived yet, those that are, and those that hold a year open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from bihuan.core.order_state import OrderState
from bihuan.store.orders import state_of
from bihuan.store.statements import marks

PAGE = 500
# In the words of the partial indexes.
ENDED = "tenant = 1 AND NOT open AND archived = 0"
ARCHIVED = "tenant = 1 AND NOT (archived = 0)"


@dataclass(frozen=True, slots=True)
class Standing:
    """An open order as a list shows it; `submitted` is stored text."""

    id: int
    number: str
    title: str
    bundle: str
    type: str
    state: str
    pending: str
    submitted: str


def ended(since: str, until: str, most: int | None = None) -> Iterator[OrderState]:
    """Yield what ended between two stored instants and is not archived, by when it ended, at most `most`.

    Whoever archives orders on the way may go on: what was yielded is not asked for again.
    """
    return _walk(ENDED, ("closed", "id"), (since, 0), "AND closed >= %s AND closed < %s", [since, until], most)


def unknown_end(after: int = 0, most: int | None = None) -> Iterator[OrderState]:
    """Yield what has ended without a column that knows when (mergers, terminations, some imports), by id."""
    return _walk(ENDED, ("closed", "id"), ("", after), "AND closed = ''", [], most)


def archived(year: int, most: int | None = None) -> Iterator[OrderState]:
    """Yield the orders archived with a year, by id."""
    return _walk(ARCHIVED, ("id",), (0,), "AND archived = %s", [year], most)


def _walk(
    where: str,
    keys: tuple[str, ...],
    after: tuple[str | int, ...],
    more: str,
    values: list[str | int],
    most: int | None,
) -> Iterator[OrderState]:
    names, done = ", ".join(keys), 0
    while most is None or done < most:
        limit = PAGE if most is None else min(PAGE, most - done)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT seq, body, {names} FROM store_order WHERE {where} {more} "
                f"AND ({names}) > ({marks(len(keys))}) ORDER BY {names} LIMIT %s",
                [*values, *after, limit],
            )
            rows = cursor.fetchall()
        for seq, body, *place in rows:
            after = tuple(place)
            yield state_of(body, seq)
        done += len(rows)
        if len(rows) < limit:
            return


def counted(since: str, until: str) -> int:
    """Return how many orders ended between two stored instants and are not archived; a range of one partial index."""
    return _one(f"SELECT COUNT(*) FROM store_order WHERE {ENDED} AND closed >= %s AND closed < %s", [since, until])


def archived_count(year: int) -> int:
    """Return how many orders were archived with a year."""
    return _one(f"SELECT COUNT(*) FROM store_order WHERE {ARCHIVED} AND archived = %s", [year])


def still_open(before: str) -> int:
    """Return how many orders that were submitted before a stored instant are open; over open work alone."""
    return _one("SELECT COUNT(*) FROM store_order WHERE tenant = 1 AND open AND submitted < %s", [before])


def open_before(before: str, after: tuple[str, int] = ("", 0), limit: int = 50) -> list[Standing]:
    """Return open orders that were submitted before a stored instant, the oldest first, beyond `after`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, number, title, bundle, type, state, pending, submitted FROM store_order "
            "WHERE tenant = 1 AND open AND submitted < %s AND (submitted, id) > (%s, %s) "
            "ORDER BY submitted, id LIMIT %s",
            [before, *after, limit],
        )
        return [Standing(*row) for row in cursor.fetchall()]


def first_ended() -> str:
    """Return when the first order ended that any column knows of, "" where none has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT closed FROM store_order WHERE tenant = 1 AND NOT (closed = '') ORDER BY tenant, closed, id LIMIT 1"
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def heads(numbers: list[str]) -> dict[str, str]:
    """Return the head of the chain of every order that is here, by number."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for at in range(0, len(numbers), PAGE):
            some = numbers[at : at + PAGE]
            cursor.execute(
                f"SELECT number, head FROM store_order WHERE tenant = 1 AND number IN ({marks(len(some))})", some
            )
            found.update(cursor.fetchall())
    return found


def _one(sql: str, values: list[str | int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])
