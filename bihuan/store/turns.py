"""手上的单: rows with their whole state, found by whose turn it may be. `core.turns` says whose turn it is.

Every condition here lets through more than the rule does, never less; open work alone is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from bihuan.core.instants import iso
from bihuan.core.notes import mark_of
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, may_see
from bihuan.core.programmes import OrderType, Programme, Role, Who
from bihuan.core.queues import trays
from bihuan.store import packs, sight
from bihuan.store.lists import FIELDS, Row
from bihuan.store.orders import state_of
from bihuan.store.recent import Recent
from bihuan.store.statements import postgres, rows

_SELECT = ", ".join(f'o."{name}"' for name in FIELDS)
_DUE = FIELDS.index("due")
# Work that lies open is read with every page and changes seldom: who reads the same orders again names the heads that
# are known here, and the database leaves those bodies out.
_STATES: Recent[OrderState] = Recent(1000)
_SEEN: Recent[list[str]] = Recent(500)
# What asks whose turn it may be hangs on the post and the programmes alone, but for the moment.
_ASKED: Recent[tuple[str, list[Any]]] = Recent(500)
_NOW, _UNTIL = "\0now", "\0until"  # where it goes: no word of an order or a programme


@dataclass(frozen=True, slots=True)
class Found:
    """An order as a list shows it and as the rules know it."""

    row: Row
    order: OrderState

    @property
    def type(self) -> OrderType:
        """The kind of order under the bundle the order is pinned to."""
        return packs.order_type(self.order.bundle, self.order.type)


def candidates(
    *, actor: Actor, programmes: Iterable[Programme], now: datetime, until: str = "", limit: int
) -> list[Found]:
    """Return open orders at which it may be the actor's turn, the next due first; `until` leaves out later dues."""
    declared = list(programmes)
    key = (actor, bool(until), limit, *(programme.hash for programme in declared))
    asked = _ASKED.get(actor.person, key)
    if asked is None:
        asked = _asked(actor, declared, until=bool(until), limit=limit)
        _ASKED.keep(actor.person, key, asked)
    ways, marked = asked
    if not ways:
        return []
    moments = {_NOW: iso(now), _UNTIL: until}
    values = [moments.get(one, one) for one in marked]
    known = _known(actor)
    body, heads = _body(known)
    every = rows(f"SELECT o.*, {body} FROM ({ways}) o", [*heads, *values])
    found = {row[0]: row for row in every}
    return _as_found(sorted(found.values(), key=lambda row: (row[_DUE], row[0]))[:limit], known, actor)


def _asked(actor: Actor, programmes: Iterable[Programme], *, until: bool, limit: int) -> tuple[str, list[Any]]:
    """Return the ways in which it may be the actor's turn, as one query with its parameters; "" for none."""
    parts: list[str] = []
    values: list[Any] = []
    for programme in programmes:
        for order_type in programme.orders.values():
            for clause, given in _turns(actor, order_type, _NOW):
                # Each way has a query of its own: together they would fit no index and read all open work.
                parts.append(
                    f"SELECT * FROM (SELECT {_SELECT} FROM store_order o WHERE o.tenant = 1 AND o.open "
                    f"AND o.programme = %s AND o.type = %s AND {clause}{' AND o.due < %s' if until else ''} "
                    f"ORDER BY o.due, o.id LIMIT {limit:d}) AS way{len(parts)}"
                )
                values += [programme.key, order_type.key, *given, *([_UNTIL] if until else [])]
    return " UNION ALL ".join(parts), values


def held(*, actor: Actor, programmes: Iterable[Programme], now: datetime, limit: int) -> list[Found]:
    """Return open orders an actor waits for: those they handle or asked for, else what runs short in their sight."""
    declared = list(programmes)
    allowed, values = sight.visible(actor, declared)
    whose: list[str] = []
    given: list[Any] = []
    if handles(actor, declared):
        people = _people(actor)
        whose.append(f"(o.handler IN ({_marks(people)}) AND NOT (o.handler = ''))")
        given += people
    else:
        whose.append("o.yellow <= %s")
        given.append(iso(now))
    if asking := _units(actor, declared):
        whose.append(f"o.requester IN ({_marks(asking)})")
        given += asking
    where = f"o.tenant = 1 AND o.open AND ({' OR '.join(whose)}) AND {allowed}"
    return _found(f"{where} ORDER BY o.due, o.id", [*given, *values], limit)


def noted(*, actor: Actor, limit: int) -> list[Found]:
    """Return the open orders with words that wait for the actor's post to read them, the oldest first; one query."""
    if actor.sort != "post" or not actor.post:
        return []
    where = (
        'o.tenant = 1 AND o.open AND o.id IN (SELECT u."order" FROM store_orderunit u WHERE u.tenant = 1 '
        "AND u.unit = %s) ORDER BY o.id"
    )
    found = _found(where, [mark_of(actor.post)], limit)
    return [one for one in found if may_see(actor, one.order, packs.roles_of(one.order.programme, one.order.type))]


def picked(numbers: Iterable[str], *, seen_by: Actor) -> dict[str, Found]:
    """Return the orders of those numbers that the actor may see, by number, in one query."""
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        return {}
    found = _found(f"o.tenant = 1 AND o.number IN ({_marks(wanted)})", wanted, len(wanted))
    return {
        one.row.number: one
        for one in found
        if may_see(seen_by, one.order, packs.roles_of(one.order.programme, one.order.type))
    }


def _found(where: str, values: list[Any], limit: int) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SELECT}, o.body FROM store_order o WHERE {where} LIMIT %s", [*values, limit])
        return _as_found(cursor.fetchall(), {})


def _known(actor: Actor) -> dict[str, OrderState]:
    """Return by head the states this actor's orders had when they were last read here."""
    states = ((head, _STATES.get(head, "")) for head in _SEEN.get(actor.person, actor.post) or ())
    return {head: state for head, state in states if state is not None}


def _body(known: Collection[str]) -> tuple[str, list[Any]]:
    """Return the column of a row's whole state with its parameters, empty where its head is one of the known."""
    body = "(SELECT b.body FROM store_order b WHERE b.id = o.id)"
    if postgres():  # however many are known, it is one statement with one plan; heads are figures and letters
        return f"CASE WHEN o.head = ANY(%s) THEN '' ELSE {body} END", [f"{{{','.join(known)}}}"]
    return (f"CASE WHEN o.head IN ({_marks(known)}) THEN '' ELSE {body} END" if known else body), [*known]


def _as_found(
    rows: Iterable[tuple[Any, ...]], known: Mapping[str, OrderState], actor: Actor | None = None
) -> list[Found]:
    found, heads = [], []
    for *columns, body in rows:
        row = Row._make(columns)
        order = known.get(row.head) or state_of(body, 0)
        if actor is not None and row.head not in known:
            _STATES.keep(row.head, "", order)
        heads.append(row.head)
        found.append(Found(row, order))
    if actor is not None:
        _SEEN.keep(actor.person, actor.post, heads)
    return found


def _turns(actor: Actor, order_type: OrderType, now: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield for each relation in which the actor may stand what would make it their turn."""
    for role in order_type.roles.values():
        for who in role.who:
            for related, given in [sight.helped(actor)] if _helps(who, actor) else sight.relations(who, actor):
                reasons = list(_reasons(order_type, role, who, actor, now))
                if not reasons:
                    continue
                secret = "" if role.secret else " AND NOT o.secret"
                some = " OR ".join(reason for reason, _ in reasons)
                yield f"{related}{secret} AND ({some})", [*given, *(one for _, more in reasons for one in more)]


def _helps(who: Who, actor: Actor) -> bool:
    return who.of == "co" and who.post in ("", actor.kind) and bool(actor.above)


def _reasons(order_type: OrderType, role: Role, who: Who, actor: Actor, now: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every way in which it can be a role's turn, with its parameters."""

    def standing(states: list[str], more: str = "", given: Iterable[str] = ()) -> tuple[str, list[str]]:
        # The tray follows from the state and is what open work is indexed by.
        lying = trays(order_type, states)
        return f"(o.queue IN ({_marks(lying) or 'NULL'}) AND o.state IN ({_marks(states)}){more})", [
            *lying,
            *states,
            *given,
        ]

    if owned := [state.key for state in order_type.states.values() if state.owner == role.key and not state.closed]:
        if who.of == "lead":  # a colleague's order is not mine
            people = _people(actor)
            yield standing(owned, f" AND o.handler IN ('', {_marks(people)})", people)
        else:
            yield standing(owned)
    moves = [move for move in order_type.moves.values() if role.key in move.by]
    if asks := sorted({move.ask for move in moves if move.effect == "decide"}):
        yield f"(o.pending IN ({_marks(asks)}) AND NOT (o.pending = '') AND o.pending_to = 'desk')", asks
    if any(move.effect == "arbitrate" for move in moves):
        yield "(NOT (o.pending = '') AND o.pending_to = 'arbiter')", []
    if any(role.key in (sign.role, sign.instead) for sign in order_type.signs):
        yield "o.drafted", []
    if any(move.effect == "close" for move in moves):
        yield "(o.queue = 'to_close' OR (o.queue = 'to_rate' AND o.rate_until <= %s))", [now]
    for effect in ("assent", "co_accept", "co_reply"):
        if states := sorted({state for move in moves if move.effect == effect for state in move.from_}):
            yield standing(states, " AND o.supervised" if effect == "assent" else "")


def _people(actor: Actor) -> list[str]:
    """Return who the actor is for an order that names its handler: themselves and whom they stand in for."""
    return [person for person in (actor.person, actor.stands_for) if person]


def _marks(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


def handles(actor: Actor, programmes: Iterable[Programme]) -> bool:
    """Whether the actor's post is one that handles orders, so that theirs are those they took."""
    for programme in programmes:
        for order_type in programme.orders.values():
            owners = {state.owner for state in order_type.states.values()}
            for role in order_type.roles.values():
                if role.key in owners and any(who.of == "lead" and who.post == actor.kind for who in role.who):
                    return True
    return False


def _units(actor: Actor, programmes: Iterable[Programme]) -> list[str]:
    """Return the units in whose name the actor asks."""
    for programme in programmes:
        for order_type in programme.orders.values():
            for role in order_type.roles.values():
                if any(who.of == "requester" and who.post in ("", actor.kind) for who in role.who):
                    return sorted(actor.above)
    return []
