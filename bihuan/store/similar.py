"""相似: recent orders that another one may repeat, in one query of fixed cost whatever the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import sight
from bihuan.store.statements import marks

NEWEST = 1000  # of the recent orders, whatever they are about
MOST = 500  # of those that are about the same
OWN = 20  # of one requester
_COLUMNS = (
    "id", "tenant", "number", "programme", "type", "title", "category", "requester", "desk", "lead", "first_receiver",
    "supervisor", "secret", "open",
)  # fmt: skip
Part = tuple[str, list[Any]]
_SOME = ", ".join(f'"{name}"' for name in _COLUMNS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recent order as far as it takes to see whether it is worth reading; `own`: of a requester asked about."""

    id: int
    number: str
    title: str
    category: str
    requester: str
    open: bool
    own: bool


def candidates(
    *,
    seen_by: Actor,
    programmes: Iterable[Programme],
    programme: str,
    categories: Sequence[str],
    requesters: Sequence[str],
    since: str,
) -> list[Candidate]:
    """Return recent orders of the categories ("" of any), and the open ones of the requesters, as the actor sees them.

    Looked through are the newest 1,000 orders since the moment `since`, and the newest 20 of the requesters.
    """
    allowed, values = sight.visible(seen_by, programmes)
    about = [] if "" in categories else list(dict.fromkeys(categories))
    named = f"AND o.category IN ({marks(len(about))}) " if about else ""
    recent = (
        f"SELECT o.id, o.number, o.title, o.category, o.requester, o.open FROM (SELECT {_SOME} FROM store_order "
        f"WHERE tenant = 1 AND submitted >= %s ORDER BY submitted DESC, id DESC LIMIT {NEWEST}) o "
        f"WHERE o.programme = %s {named}AND {allowed} ORDER BY o.id DESC LIMIT {MOST}"
    )
    asked: list[Any] = [since, programme, *about, *values]
    sql = f"SELECT r.*, 0 FROM ({recent}) r"
    if requesters:
        sql += (
            f" UNION ALL SELECT m.*, 1 FROM (SELECT o.id, o.number, o.title, o.category, o.requester, o.open "
            f"FROM store_order o WHERE o.tenant = 1 AND o.requester IN ({marks(len(requesters))}) AND o.open "
            f"AND {allowed} ORDER BY o.id DESC LIMIT {OWN}) m"
        )
        asked += [*requesters, *values]
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows = cursor.fetchall()
    return [
        Candidate(id_, no, title, cat, who, bool(open_), bool(own)) for id_, no, title, cat, who, open_, own in rows
    ]


def beside(number: str, since: str, queues: Sequence[str], seen_by: Actor, programmes: Iterable[Programme]) -> Part:
    """Return the part of a query that gives (id, title) of recent orders of others in the category of one order.

    It finds nothing, and reads nothing, unless that order lies in one of the queues.
    """
    allowed, values = sight.visible(seen_by, programmes)
    chosen = f"SELECT %s FROM store_order WHERE tenant = 1 AND number = %s AND queue IN ({marks(len(queues))})"
    sql = (
        f"SELECT o.id, o.title FROM (SELECT {_SOME} FROM store_order WHERE tenant = 1 "
        f"AND submitted >= COALESCE(({chosen}), '9') ORDER BY submitted DESC, id DESC LIMIT {NEWEST}) o JOIN "
        "(SELECT programme, category, requester, number FROM store_order WHERE tenant = 1 AND number = %s) c "
        "ON o.programme = c.programme AND o.category = c.category AND o.number <> c.number "
        f"AND (o.requester = '' OR o.requester <> c.requester) WHERE {allowed} ORDER BY o.id DESC LIMIT {MOST}"
    )
    return sql, [since, number, *queues, number, *values]
