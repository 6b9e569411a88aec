"""范围: what part of the county a post looks after, for the pages that count things."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core.network import Network
from bihuan.core.order_facts import under
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.sight import judged as judged
from bihuan.core.sight import lead_type as lead_type
from bihuan.core.sight import outward as outward


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the county. `units` are keys of counters ("" everywhere, `desk:<unit>`, `lead:<unit>`), of those of
    figures alone for what a post supervises (`under:<post>`); `desks` the desk units in it; `lead` the department;
    `all_secret` whether nothing is hidden.
    """

    units: tuple[str, ...]
    desks: tuple[str, ...] = ()
    lead: str = ""
    everywhere: bool = False
    all_secret: bool = True


def scope_of(actor: Actor, order_type: OrderType, net: Network) -> Scope | None:
    """Return the widest scope the actor's post gives: everywhere, its desks, its department, what it supervises."""
    relations = {who.of: role for role in order_type.roles.values() for who in role.who if who.post in ("", actor.kind)}
    if actor.sort != "post":
        return None
    if role := relations.get("everywhere"):
        desks = tuple(unit.key for unit in net.of_type(order_type.desk))
        return Scope(("",), desks, everywhere=True, all_secret=role.secret)
    covered = set(actor.covers) if "covers" in relations else set()
    if "desk" in relations and net.units.get(actor.unit) and net.units[actor.unit].type == order_type.desk:
        covered.add(actor.unit)
    if covered:
        desks = tuple(unit.key for unit in net.of_type(order_type.desk) if unit.key in covered)
        return Scope(tuple(f"desk:{key}" for key in desks), desks)
    if "lead" in relations:
        lead = net.nearest(actor.unit, lead_type(order_type))
        return Scope((f"lead:{lead}",), lead=lead) if lead else None
    return Scope((under(actor.post),)) if "supervisor" in relations else None


def desk_types(actor: Actor, programme: Programme | None) -> tuple[OrderType, ...]:
    """Return the kinds of order whose desk the actor sits at, or may look over the shoulder of."""
    if programme is None or actor.sort != "post":
        return ()
    return tuple(one for one in programme.orders.values() if one.looped and _at_desk(actor, one))


def _at_desk(actor: Actor, order_type: OrderType) -> bool:
    owners = {state.owner for state in order_type.states.values()}
    return any(
        who.post in ("", actor.kind)
        and (who.of == "everywhere" or (who.of in ("desk", "covers") and role.key in owners))
        for role in order_type.roles.values()
        for who in role.who
    )


def may_ask(actor: Actor, order_type: OrderType) -> bool:
    """Whether the post may submit for the requesters it looks after; their own contacts do it for themselves."""
    roles = order_type.start().by
    return actor.sort == "post" and any(
        who.of in ("desk", "covers") and who.post in ("", actor.kind)
        for role in order_type.roles.values()
        if role.key in roles
        for who in role.who
    )


def may_bring(actor: Actor, order_type: OrderType) -> bool:
    """Whether the post may bring orders in from a source's sheet, and give the sheet back with their answers."""
    roles = {role for move in order_type.by_effect("import") for role in move.by}
    return actor.sort == "post" and any(
        who.post in ("", actor.kind)
        for role in order_type.roles.values()
        if role.key in roles
        for who in role.who
        if who.of not in ("system", "link")
    )
