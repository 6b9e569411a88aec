"""派单台: the numbers of its trays, and an order with what its requester asked besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, may_see
from bihuan.core.programmes import Programme
from bihuan.store import counters, lists, packs, similar
from bihuan.store.lists import Asked
from bihuan.store.orders import Held, state_of

_COUNT = "count"  # stands where rows of counters have their unit, which is never called so
_OTHERS = 20
JOINABLE = ("to_register", "to_dispatch")  # trays in which an order may still turn out to be another one again
_SELECT = "SELECT '', id, generation, number, body FROM store_order WHERE tenant = 1 AND "


def numbers(
    programme: Programme, units: Iterable[str], asked: Mapping[str, Asked], *, seen_by: Actor, now: datetime
) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Return open work as {(unit, measure): n} and the counts asked for by name: one query for both."""
    wanted = list(units)
    sql, values = counters.source(programme.key, wanted, stock=True)
    given: list[Any] = [*values]
    for name, one in asked.items():
        part, more = lists.counting(one, seen_by, [programme], now)
        sql += f" UNION ALL SELECT '{_COUNT}', %s, '', {part}, ''"
        given += [name, *more]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    tallies = counters.summed(programme.key, wanted, (row for row in rows if row[0] != _COUNT))
    stock = {(unit, measure): n for (unit, measure, month), n in tallies.items() if not month}
    return stock, {row[1]: int(row[3]) for row in rows if row[0] == _COUNT}


@dataclass(slots=True)
class Around:
    """What a desk shows: the chosen order, one just moved, others of the same requester, the chosen one's files.

    `recent` are (id, title) of what came lately in the same category from others, where it can still be joined.
    """

    chosen: Held | None = None
    moved: Held | None = None
    others: list[OrderState] = field(default_factory=list)
    files: list[tuple[int, str]] = field(default_factory=list)
    recent: list[tuple[int, str]] = field(default_factory=list)


def around(number: str, *, seen_by: Actor, moved: str = "", since: str = "") -> Around:
    """Return an order with what lies around it, in one query; what the actor may not see is left out.

    With `since` recent orders of others are among it.
    """
    sql = (
        f"{_SELECT}number IN (%s, %s) UNION ALL SELECT * FROM ("
        f"{_SELECT}requester <> '' AND number <> %s AND requester = "
        "(SELECT requester FROM store_order WHERE tenant = 1 AND number = %s) "
        f"ORDER BY id DESC LIMIT {_OTHERS}) AS others UNION ALL "
        "SELECT 'file', f.id, 0, f.name, '' FROM store_attachment f WHERE f.tenant = 1 AND f.\"order\" = "
        "(SELECT id FROM store_order WHERE tenant = 1 AND number = %s)"
    )
    values: list[Any] = [number, moved, number, number, number]
    if since:
        part, more = similar.beside(number, since, JOINABLE, seen_by, packs.current().values())
        sql += f" UNION ALL SELECT 'like', l.id, 0, l.title, '' FROM ({part}) l"
        values += more
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    found = Around()
    seen: set[int] = set()
    for kind, id_, generation, key, body in rows:
        if kind or id_ in seen:
            continue
        seen.add(id_)
        order = state_of(body, 0)
        if not may_see(seen_by, order, packs.roles_of(order.programme, order.type)):
            continue
        if key == number:
            found.chosen = Held(order, generation)
        elif key != moved:
            found.others.append(order)
        if key == moved:
            found.moved = Held(order, generation)
    if found.chosen:
        found.files = [(id_, name) for kind, id_, _, name, _ in rows if kind == "file"]
        found.recent = [(id_, title) for kind, id_, _, title, _ in rows if kind == "like"]
    return found
