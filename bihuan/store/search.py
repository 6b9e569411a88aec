"""搜索: what one actor may see of what the words find, the newest first, paged by key; bounded whatever the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import connection

from bihuan.core import terms as rules
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import lists, sight, statements, terms
from bihuan.store.lists import Row
from bihuan.store.statements import marks

PAGE = 20
OWN = 2000  # orders of a reader that are looked through one by one
FURTHER = (300, 20 * terms.WALK)  # entries of the rarest term that the first and the second reading pass
LAST = 2**63 - 1
_SELECT = ", ".join(f'o."{name}"' for name in lists.FIELDS)


@dataclass(slots=True)
class Found:
    """A page of what was found. `next` is the cursor of the following page, "" at the end.

    `behind` says that very new orders may be missing.
    """

    words: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    next: str = ""
    behind: bool = False


def orders(*, seen_by: Actor, programmes: Iterable[Programme], text: str, cursor: str = "", limit: int = PAGE) -> Found:
    """Return one page of the orders the words of a text find among those the actor may see.

    Seven queries at most. A page may be short and still have a next one: entries beyond a bound are read when the next
    page is asked for. A broken cursor starts at the beginning.
    """
    wanted = terms.sought(text, counted=False)
    found = Found(wanted.words, behind=wanted.behind)
    if not wanted.words:
        return found
    programmes = list(programmes)
    allowed = sight.visible(seen_by, programmes)
    before = min(int(cursor), LAST) if cursor.isdecimal() else LAST
    rows = _rows(f"o.id IN ({marks(len(wanted.fresh))})", [*wanted.fresh], allowed, before) if wanted.fresh else []
    own = partial(_own, seen_by, programmes)
    written, floor = _written(wanted, allowed, own, before, limit + 1) if wanted.terms[0][1] else ([], 0)
    rows = sorted([*(row for row in rows if row.id >= floor), *written], key=lambda row: -row.id)
    found.rows = rows[:limit]
    if len(rows) > limit:
        found.next = str(found.rows[-1].id)
    elif floor:
        found.next = str(floor)
    return found


def _written(
    wanted: terms.Sought,
    allowed: tuple[str, list[Any]],
    own: Callable[[], list[int] | None],
    before: int,
    limit: int,
) -> tuple[list[Row], int]:
    """Return rows before a cursor, and from where the next reading goes on: 0 where nothing is left."""
    tables, led, values = terms.leading(wanted)
    term = wanted.terms[0][0]
    floor = 0
    for step, far in enumerate(FURTHER):
        floor = _floor(term, before, far)
        where = " AND ".join([*led, 't."order" < %s', 't."order" >= %s', allowed[0]])
        sql = f'SELECT {_SELECT} FROM {tables} WHERE {where} ORDER BY t."order" DESC LIMIT {limit}'
        rows = [Row._make(row) for row in statements.rows(sql, [*values, before, floor, *allowed[1]])]
        if len(rows) >= limit:
            return rows, rows[-1].id
        if not floor:
            return rows, 0
        if step == 0 and (mine := own()) is not None:
            return _of_own(mine, wanted, allowed, before, limit), 0
    return rows, floor


def _of_own(own: list[int], wanted: terms.Sought, allowed: tuple[str, list[Any]], before: int, limit: int) -> list[Row]:
    """Return rows of a reader who has few orders: those are looked through one by one."""
    own = sorted(set(own).difference(wanted.pending))
    if not own:
        return []
    clauses, values = terms.having(wanted)
    clause = " AND ".join([f"o.id IN ({marks(len(own))})", terms.HAS, *clauses])
    return _rows(clause, [*own, wanted.terms[0][0], *values], allowed, before, limit)


def _floor(term: int, before: int, far: int) -> int:
    """Return the last order that a reading of so many entries meets, 0 where it meets them all."""
    row = statements.one_row(
        'SELECT "order" FROM store_term WHERE tenant = 1 AND term = %s AND "order" < %s '
        f'ORDER BY "order" DESC LIMIT 1 OFFSET {far}',
        [term, before],
    )
    return int(row[0]) if row else 0


def _own(seen_by: Actor, programmes: Iterable[Programme]) -> list[int] | None:
    """Return the orders of a reader who has few of them, else None; each relation by an index of its own."""
    relations = _relations(seen_by, programmes)
    if relations is None:
        return None
    if not relations:
        return []
    one = "SELECT * FROM (SELECT o.id FROM store_order o WHERE o.tenant = 1 AND {clause} LIMIT %s) r{n}"
    sql = " UNION ".join(one.format(clause=clause, n=n) for n, (clause, _) in enumerate(relations))
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*(v for _, given in relations for v in (*given, OWN + 1)), OWN + 1])
        ids = [row[0] for row in cursor.fetchall()]
    return ids if len(ids) <= OWN else None


def _relations(actor: Actor, programmes: Iterable[Programme]) -> list[tuple[str, tuple[Any, ...]]] | None:
    """Return the relations in which an actor may see orders, None for one who may see every order."""
    if actor.sort == "system":
        return None
    if actor.sort != "post":
        clause, values = sight.visible(actor, [])
        return [(clause, tuple(values))]
    found: dict[tuple[str, tuple[Any, ...]], None] = {}
    for programme in programmes:
        for order_type in programme.orders.values():
            for who in (who for role in order_type.roles.values() for who in role.who):
                for clause, values in sight.relations(who, actor):
                    if who.of == "everywhere":
                        return None
                    found[clause, tuple(values)] = None
    return list(found)


def _rows(
    clause: str, values: list[Any], allowed: tuple[str, list[Any]], before: int, limit: int = terms.LOOKED
) -> list[Row]:
    return _fetch(
        f"SELECT {_SELECT} FROM store_order o WHERE {clause} AND {allowed[0]} AND o.id < %s "
        "ORDER BY o.id DESC LIMIT %s",
        [*values, *allowed[1], before, limit],
    )


def _fetch(sql: str, values: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Row._make(row) for row in cursor.fetchall()]


def snippets(rows: Iterable[Row], words: tuple[str, ...]) -> dict[int, list[tuple[str, bool]]]:
    """Return by order where the words stand outside of its title, in marked pieces; one query for rows already seen."""
    wanted = [row.id for row in rows]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, seq, title, body FROM store_order WHERE id IN ({marks(len(wanted))})", wanted)
        found = {}
        for id_, seq, title, body in cursor.fetchall():
            parts = [part for part in terms.text_of(body, seq)[1] if part != title]
            found[id_] = rules.snippet(parts, words)
    return found
