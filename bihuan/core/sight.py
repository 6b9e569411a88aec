"""眼界: what kinds of reader there are of an order type: who is judged by its ratings, who reads outward words alone."""

from __future__ import annotations

from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType

ABOVE = frozenset({"everywhere", "desk", "covers", "supervisor"})
RATED = frozenset({"lead", "co", "first"})


def lead_type(order_type: OrderType) -> str:
    """Return the type of the units that lead: what the field of the dispatch asks for."""
    for move in order_type.by_effect("dispatch"):
        for key in (*move.needs, *move.takes):
            if order_type.fields[key].kind == "unit":
                return order_type.fields[key].unit
    return ""


def judged(actor: Actor, order_type: OrderType) -> bool:
    """Whether the post is of those who are rated and no more: such a reader learns totals, never who rated how."""
    kinds = ("", actor.kind, *actor.keeps)
    relations = {who.of for role in order_type.roles.values() for who in role.who if who.post in kinds}
    return actor.sort == "post" and bool(relations & RATED) and not relations & ABOVE


def outward(actor: Actor, order_type: OrderType) -> bool:
    """Whether the post reads outward words alone, as an enterprise's contact does of its own orders."""
    played = [role for role in order_type.roles.values() for who in role.who if who.post and who.post == actor.kind]
    return actor.sort == "post" and bool(played) and all(role.sees == "outward" for role in played)


def counts(actor: Actor, order_type: OrderType) -> bool:
    """Whether the kind of order is any of the reader's business: what figures of it they may read at all."""
    if actor.sort == "system":
        return True
    if actor.sort != "post" or outward(actor, order_type):
        return False
    kinds = (actor.kind, *actor.keeps)
    return any(
        who.post in kinds or (not who.post and who.of not in ("link", "system", "requester"))
        for role in order_type.roles.values()
        for who in role.who
        if role.sees == "all"
    )
