"""来源: orders by the numbers they have where they came from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, may_see
from bihuan.store import events, packs
from bihuan.store.orders import Held, state_of

_SOME = 500  # values in one list of a query: every SQLite takes as many


def of_channel(channel: str, numbers: Iterable[str], *, seen_by: Actor) -> dict[str, Held]:
    """Return {source number: order} of what came by a channel and the actor may see."""
    where = "channel = %s AND NOT (source_number = '') AND source_number IN "
    found = _held(where, [channel], numbers)
    return {
        one.order.source_number: one
        for one in found
        if may_see(seen_by, one.order, packs.roles_of(one.order.programme, one.order.type))
    }


def by_numbers(numbers: Iterable[str]) -> dict[str, OrderState]:
    """Return {number: order} for the engine, which follows joined orders to the one that is answered."""
    return {one.order.number: one.order for one in _held("number IN ", [], numbers)}


def of_ids(ids: Iterable[int]) -> dict[int, OrderState]:
    """Return {id: order} of rows that a list has already shown to whoever asks."""
    return {one.order.id: one.order for one in _held("id IN ", [], ids)}


def firsts(ids: Iterable[int]) -> dict[int, Event]:
    """Return the first event of each order: what it was brought in with."""
    wanted, found = list(ids), {}
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), _SOME):
            part = wanted[start : start + _SOME]
            cursor.execute(
                "SELECT subject, body, hash FROM store_event WHERE tenant = 1 AND kind = 'order' AND seq = 1 "
                f"AND subject IN ({', '.join(['%s'] * len(part))})",
                part,
            )
            found.update({subject: events.read(body, hash_) for subject, body, hash_ in cursor.fetchall()})
    return found


def _held(where: str, before: list[str], wanted: Iterable[int | str]) -> list[Held]:
    keys, found = list(dict.fromkeys(wanted)), []
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _SOME):
            part = keys[start : start + _SOME]
            cursor.execute(
                f"SELECT generation, seq, body FROM store_order WHERE tenant = 1 AND {where}"
                f"({', '.join(['%s'] * len(part))})",
                [*before, *part],
            )
            found += [Held(state_of(body, seq), generation) for generation, seq, body in cursor.fetchall()]
    return found
