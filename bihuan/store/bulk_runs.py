"""成批: what somebody set out to do with several orders, kept until it was done with each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bihuan.store.models import BulkRun
from bihuan.store.statements import marks

KEPT = 30  # runs of one person on a page


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `rows` are {number: {facts, seq}} in the order given, instants as stored text."""

    id: int
    command: str
    person: str
    post: str
    programme: str
    verb: str
    rows: dict[str, dict[str, Any]]
    at: str
    ended: str
    done: int
    refused: int


_FIELDS = ("id", "command", "person", "post", "programme", "verb", "rows", "at", "ended", "done", "refused")


def begin(
    *, command: str, person: str, post: str, programme: str, verb: str, rows: dict[str, dict[str, Any]], at: str
) -> Run:
    """Keep a run, or return the one that was kept under the same command."""
    row, _new = BulkRun.objects.get_or_create(
        tenant=1,
        command=command,
        defaults={"person": person, "post": post, "programme": programme, "verb": verb, "rows": rows, "at": at},
    )
    return Run(*(getattr(row, name) for name in _FIELDS))


def end(id_: int, *, at: str, done: int, refused: int) -> None:
    """Keep that every row of a run was tried, and how many were done."""
    BulkRun.objects.filter(pk=id_).update(ended=at, done=done, refused=refused)


def of(person: str, limit: int | None = KEPT) -> list[Run]:
    """Return the latest runs of a person, or all with no limit, the newest first; one query."""
    rows = BulkRun.objects.filter(tenant=1, person=person).order_by("-id").values_list(*_FIELDS)[:limit]
    return [Run(*row) for row in rows]


def one(id_: int, *, person: str) -> Run | None:
    """Return a run of that person, or None."""
    row = BulkRun.objects.filter(tenant=1, person=person, pk=id_).values_list(*_FIELDS).first()
    return Run(*row) if row else None


def unfinished(person: str) -> int:
    """Return how many runs of a person were cut off; one query."""
    return BulkRun.objects.filter(tenant=1, person=person, ended="").count()


def moved(command: str, ids: Collection[int]) -> set[int]:
    """Return which of these orders a command has moved already, whatever happened to them since; one query."""
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM store_event WHERE tenant = 1 AND kind = 'order' "
            f"AND subject IN ({marks(len(ids))}) AND command = %s",
            [*ids, command],
        )
        return {row[0] for row in cursor.fetchall()}
