"""相似工单: what may be the same matter again, said before it is filed and where it is dispatched; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.core import similar as rules
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.similar import Matter
from bihuan.store import packs, similar, sources

RECENT = timedelta(days=90)
READ = 12  # orders whose texts are read for one matter
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Alike:
    """An order that may be about the same: of the same requester (`own`), of like words (`share` in per cent)."""

    order: OrderState
    own: bool
    share: int


def similar_to(*, actor: Actor, programme: str, matters: Sequence[Matter], now: datetime) -> list[list[Alike]]:
    """Return for each matter the orders it may repeat, the likest first, five at most; two queries for all of them.

    Looked at are open orders of the same requester, and of the last 90 days those in the same category (see
    `store.similar`), of both only what the actor may see. An order is said where it has the requester, or half of its
    words in common.
    """
    found = similar.candidates(
        seen_by=actor,
        programmes=packs.current().values(),
        programme=programme,
        categories=[one.category for one in matters],
        requesters=list(dict.fromkeys(one.requester for one in matters if one.requester)),
        since=since(now),
    )
    own = {one.id: one.requester for one in found if one.own}
    wanted: list[list[int]] = []
    for matter in matters:
        others = [one for one in found if one.number != matter.number]
        mine = [one.id for one in others if one.own and one.requester == matter.requester]
        recent = ((one.id, one.title) for one in others if not one.own and one.category == matter.category)
        near = rules.nearest(matter, recent, READ)
        wanted.append(list(dict.fromkeys((*near, *mine[:SHOWN]))))
    orders = sources.of_ids(id_ for ids in wanted for id_ in ids)
    return [
        _likest(matter, [orders[id_] for id_ in ids if id_ in orders], own)
        for matter, ids in zip(matters, wanted, strict=True)
    ]


def near_to(matter: Matter, *, own: Sequence[OrderState], recent: Sequence[tuple[int, str]]) -> list[Alike]:
    """Return the orders a matter may repeat among open ones of its requester and (id, title) of recent ones of others.

    One query where any title is near, none where none is; what is handed in is what the reader may see.
    """
    near = rules.nearest(matter, recent, READ)
    orders = [*own, *(sources.of_ids(near).values() if near else ())]
    return _likest(matter, orders, {order.id: matter.requester for order in own})


def since(now: datetime) -> str:
    """Return from when on an order is recent, as stored text."""
    return iso(now - RECENT)


def _likest(matter: Matter, orders: Sequence[OrderState], own: dict[int, str]) -> list[Alike]:
    found = []
    for order in orders:
        share = rules.likeness(matter, matter_of(order))
        same = bool(matter.requester) and own.get(order.id) == matter.requester
        if same or share >= rules.ENOUGH:
            found.append(Alike(order, same, share))
    return sorted(found, key=lambda one: (one.share >= rules.ENOUGH, one.share, one.order.id), reverse=True)[:SHOWN]


def matter_of(order: OrderState) -> Matter:
    """Return what an order is about; personal facts are not in it."""
    text = order.fields.get("facts", "")
    return Matter(order.title, str(text), order.category, order.requester, order.number)
