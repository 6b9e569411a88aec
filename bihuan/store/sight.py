"""眼界: the relations in which an actor sees orders, as conditions on an order `o`.

`visible` answers for lists what `core.permission.may_see` answers for one order; a test compares them pair by pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme, Who
from bihuan.store.recent import Recent
from bihuan.store.statements import marks, postgres

Part = tuple[str, list[Any]]
_HINT = re.compile(r" INDEXED BY \w+")
# Nothing open has an id below this one, and what is indexed for all times is read from there on.
_OLDEST = "(SELECT MIN(id) FROM store_order INDEXED BY order_running WHERE tenant = 1 AND open)"
# By which index the ids of an office's open orders are found. What it received first and still leads stands among what
# it leads, so that only the rest is asked for. INDEXED BY is for SQLite alone.
_WAYS = {
    "lead": "SELECT l.id FROM store_order l INDEXED BY order_lead_open "
    "WHERE l.tenant = 1 AND l.open AND l.lead IN ({some}) AND NOT (l.lead = ''){tray}",
    "co": 'SELECT u."order" FROM store_orderunit u WHERE u.tenant = 1 AND u.unit IN ({some}) '
    f'AND u."order" >= {_OLDEST}',
    "first": "SELECT f.id FROM store_order f INDEXED BY order_passed_on WHERE f.tenant = 1 AND f.open "
    "AND f.first_receiver IN ({some}) AND NOT (f.first_receiver = '') AND NOT (f.first_receiver = f.lead)",
    "requester": "SELECT r.id FROM store_order r INDEXED BY order_requester WHERE r.tenant = 1 "
    f"AND r.requester IN ({{some}}) AND r.id >= {_OLDEST}",
}
# (the ways, whether to secret ones too, the kinds of order as programme and type, one after the other)
_Ways = tuple[tuple[str, ...], bool, list[str]]
_KNOWN: dict[tuple[str, ...], tuple[_Ways, ...]] = {}
_SEEN: Recent[Part] = Recent(500)  # by the actor and the programmes: it hangs on nothing else


def visible(actor: Actor, programmes: Iterable[Programme], *, inner: bool = False) -> Part:
    """Return the condition under which the actor sees an order `o`, with its parameters.

    With `inner`, sees it in a role that sees all of it, and not only what was said outward.
    """
    if actor.sort == "system":
        return "o.tenant = 1", []
    if inner and actor.sort in ("link", "list"):
        return "1 = 0", []
    if actor.sort == "link":
        return "o.id = %s", [actor.order]
    if actor.sort == "list":
        return "(o.requester = %s AND NOT (o.requester = ''))", [actor.unit]
    declared = list(programmes)
    key = (actor, inner, *(programme.hash for programme in declared))
    known = _SEEN.get(actor.person, key)
    if known is None:
        known = _visible(actor, declared, inner)
        _SEEN.keep(actor.person, key, known)
    return known[0], [*known[1]]


def _visible(actor: Actor, programmes: Iterable[Programme], inner: bool) -> Part:
    found: dict[tuple[str, tuple[Any, ...]], list[str]] = {}
    for programme in programmes:
        for order_type in programme.orders.values():
            for key in _of_type(actor, order_type, inner):
                found.setdefault(key, []).extend((programme.key, order_type.key))
    if not found:
        return "1 = 0", []
    clauses = [f"({clause} AND {_kinds(kinds)})" for (clause, _), kinds in found.items()]
    return f"({' OR '.join(clauses)})", [v for (_, values), kinds in found.items() for v in (*values, *kinds)]


def everywhere(actor: Actor, programme: Programme) -> bool:
    """Whether the actor sees every order of the programme's kinds, but perhaps secret ones."""
    if actor.sort != "post":
        return False
    return all(
        any(who.of == "everywhere" and who.post in ("", actor.kind) for role in kind.roles.values() for who in role.who)
        for kind in programme.orders.values()
    )


def of_office(actor: Actor, programmes: Iterable[Programme], tray: str = "") -> Part | None:
    """Return the condition that an open order `o` is one the actor sees, where that is by their office or firm alone.

    It says the same of open orders as `visible`, in the words of the indexes that find them: the ids way by way, each
    for itself, as one OR fits no index. With `tray` none of another tray need be among them. None for any other actor.
    On SQLite the table stands in the query as `OPEN` has it.
    """
    if actor.sort != "post" or actor.keeps or not actor.above:
        return None
    declared = list(programmes)
    place = (actor.kind, *(programme.hash for programme in declared))
    if place not in _KNOWN:
        _KNOWN[place] = tuple(_ways(actor.kind, declared))
    clauses: list[str] = []
    values: list[Any] = []
    above = sorted(actor.above)
    for ways, secret, kinds in _KNOWN[place]:
        clauses.append(f"(o.id {_among(ways, len(above), bool(tray))}{'' if secret else ' AND NOT o.secret'}")
        clauses[-1] += f" AND {_kinds(kinds)})"
        for way in ways:
            values += [*above, tray] if tray and way == "lead" else above
        values += kinds
    return (f"({' OR '.join(clauses)})", values) if clauses else None


@lru_cache(maxsize=512)
def _among(ways: tuple[str, ...], some: int, tray: bool) -> str:
    found = (_WAYS[way].format(some=marks(some), tray=" AND l.queue = %s" if tray else "") for way in ways)
    ids = " UNION ALL ".join(found)
    # An array is what PostgreSQL looks up id by id; of a list that it may join it thinks it can be half of all orders.
    return f"= ANY(ARRAY({_HINT.sub('', ids)}))" if postgres() else f"IN ({ids})"


def _ways(kind: str, programmes: Iterable[Programme]) -> Iterator[_Ways]:
    """Yield by which ways a kind of post sees which orders; nothing where one of them is no way of `_WAYS`."""
    found: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for programme in programmes:
        for order_type in programme.orders.values():
            stands: dict[str, bool] = {}
            for role in order_type.roles.values():
                for who in role.who:
                    if who.of in ("link", "system") or (who.post and who.post != kind):
                        continue
                    stands[who.of] = stands.get(who.of, False) or role.secret
            first, lead = stands.get("first"), stands.get("lead")
            if not stands.keys() <= _WAYS.keys() or (first is not None and (lead is None or first > lead)):
                return
            for secret in (True, False):
                ways = tuple(way for way in _WAYS if stands.get(way) is secret)
                if ways:
                    found.setdefault((ways, secret), []).extend((programme.key, order_type.key))
    yield from ((ways, secret, kinds) for (ways, secret), kinds in found.items())


def _of_type(actor: Actor, order_type: OrderType, inner: bool) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the conditions of one kind of order, each once: where it holds for secret ones too, that alone."""
    found: dict[tuple[str, tuple[Any, ...]], bool] = {}
    for role in order_type.roles.values():
        if inner and role.sees != "all":
            continue
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


def helped(actor: Actor) -> Part:
    """Return the condition that the actor helps with an open order `o`: what `relations` says of all orders.

    It is found by the ids of what the office helps with, none older than the oldest open one.
    """
    above = sorted(actor.above)
    return f"o.id {_among(('co',), len(above), tray=False)}", above


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
