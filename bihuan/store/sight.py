"""眼界: the relations in which an actor sees orders, as conditions on an order `o`.

`visible` answers for lists what `core.permission.may_see` answers for one order; a test compares them pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme, Who
from bihuan.store.statements import marks

Part = tuple[str, list[Any]]
# Nothing open has an id below the one this finds, bundle after bundle in a few readings of one index.
OLDEST = (
    "WITH RECURSIVE running(bundle) AS (SELECT MIN(bundle) FROM store_order WHERE tenant = 1 AND open UNION ALL "
    "SELECT (SELECT MIN(bundle) FROM store_order WHERE tenant = 1 AND open AND bundle > running.bundle) FROM running "
    "WHERE running.bundle IS NOT NULL), oldest(id) AS (SELECT MIN(first) FROM (SELECT (SELECT MIN(id) FROM store_order "
    "WHERE tenant = 1 AND open AND bundle = running.bundle) AS first FROM running) AS firsts) "
)
_SINCE = ">= (SELECT id FROM oldest)"
# On SQLite, by which index the open orders of an office are found: what it helps with or received first is indexed for
# all times, and read from the oldest open order on.
_OPEN = {
    "lead": "store_order o INDEXED BY order_lead_open WHERE o.lead IN ({some}) AND ",
    "co": '(SELECT DISTINCT u."order" AS id FROM store_orderunit u WHERE u.tenant = 1 AND u.unit IN ({some}) '
    f'AND u."order" {_SINCE}) helped CROSS JOIN store_order o WHERE o.id = helped.id AND ',
    "first": "store_order f INDEXED BY order_first CROSS JOIN store_order o WHERE o.id = f.id AND f.tenant = 1 "
    f"AND f.first_receiver IN ({{some}}) AND NOT (f.first_receiver = '') AND f.id {_SINCE} AND ",
}


def visible(actor: Actor, programmes: Iterable[Programme]) -> Part:
    """Return the condition under which the actor sees an order `o`, with its parameters."""
    if actor.sort == "system":
        return "o.tenant = 1", []
    if actor.sort == "link":
        return "o.id = %s", [actor.order]
    if actor.sort == "list":
        return "(o.requester = %s AND NOT (o.requester = ''))", [actor.unit]
    found: dict[tuple[str, tuple[Any, ...]], list[str]] = {}
    for programme in programmes:
        for order_type in programme.orders.values():
            for key in _of_type(actor, order_type):
                found.setdefault(key, []).extend((programme.key, order_type.key))
    if not found:
        return "1 = 0", []
    clauses = [f"({clause} AND {_kinds(kinds)})" for (clause, _), kinds in found.items()]
    return f"({' OR '.join(clauses)})", [v for (_, values), kinds in found.items() for v in (*values, *kinds)]


def of_office(actor: Actor, programmes: Iterable[Programme]) -> list[Part]:
    """Return for who sees orders by their office alone each way to the open ones, else nothing. For SQLite.

    A way is what follows FROM, as far as conditions on `o` may follow; the statement begins with OLDEST.
    """
    if actor.sort != "post" or actor.keeps:
        return []
    above = sorted(actor.above)
    found: dict[tuple[str, bool], list[str]] = {}
    for programme in programmes:
        for order_type in programme.orders.values():
            stands: dict[str, bool] = {}
            for role in order_type.roles.values():
                for who in role.who:
                    if who.of in ("link", "system") or (who.post and who.post != actor.kind):
                        continue
                    if who.of not in _OPEN:
                        return []
                    stands[who.of] = stands.get(who.of, False) or role.secret
            for key in stands.items():
                found.setdefault(key, []).extend((programme.key, order_type.key))
    return [
        (f"{_OPEN[of].format(some=marks(len(above)))}{'' if secret else 'NOT o.secret AND '}{_kinds(kinds)} AND ",
         [*above, *kinds])
        for (of, secret), kinds in found.items()
    ]  # fmt: skip


def _of_type(actor: Actor, order_type: OrderType) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the conditions of one kind of order, each once: where it holds for secret ones too, that alone."""
    found: dict[tuple[str, tuple[Any, ...]], bool] = {}
    for role in order_type.roles.values():
        for who in role.who:
            if who.post and who.post != actor.kind and who.post not in actor.keeps:
                continue  # most are of other kinds of posts
            for clause, values in relations(who, actor):
                key = clause, tuple(values)
                found[key] = found.get(key, False) or role.secret
    for (clause, given), secret in found.items():
        yield (clause if secret else f"{clause} AND NOT o.secret"), given


def _kinds(keys: list[str]) -> str:
    one = "o.programme = %s AND o.type = %s"
    n = len(keys) // 2
    return one if n == 1 else f"({' OR '.join([f'({one})'] * n)})"


def relations(who: Who, actor: Actor) -> Iterator[tuple[str, list[Any]]]:
    """Yield the conditions under which the actor stands in the relation, by the post or by an order kept (原人办完)."""
    if not who.post or who.post == actor.kind:
        clause, values = _relation(who, actor)
        if clause:
            yield clause, values
    if who.of == "lead" and who.post in actor.keeps:
        yield "(o.keeper = %s AND NOT (o.keeper = ''))", [f"{actor.person}~{who.post}"]


def _relation(who: Who, actor: Actor) -> tuple[str, list[Any]]:
    """Return the condition that the actor stands in the relation to an order `o`, "" where they never can."""
    above = sorted(actor.above)
    some = marks(len(above))
    if who.of == "everywhere":
        return "o.tenant = 1", []
    if who.of == "desk":
        return "o.desk = %s", [actor.unit]
    if who.of == "covers" and actor.covers:
        return f"o.desk IN ({marks(len(actor.covers))})", sorted(actor.covers)
    if who.of in ("lead", "first", "requester") and above:
        column = {"lead": "lead", "first": "first_receiver", "requester": "requester"}[who.of]
        partial = "" if who.of == "requester" else f" AND NOT (o.{column} = '')"
        return f"(o.{column} IN ({some}){partial})", above
    if who.of == "co" and above:
        return f'o.id IN (SELECT u."order" FROM store_orderunit u WHERE u.tenant = 1 AND u.unit IN ({some}))', above
    if who.of == "supervisor":
        return "(o.supervisor = %s AND NOT (o.supervisor = ''))", [actor.post]
    return "", []
