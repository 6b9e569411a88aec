"""权限: one verdict with its reason. Rights come from the relation between a post and an order, not from rank."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from bihuan.core.network import Network
from bihuan.core.programmes import OrderType, Role, Who


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person in one post, the holder of an order's link or of an enterprise's list, or the system itself.

    `sort` is post | link | list | system. `above` is the post's unit with everything above it; `covers` what the
    post looks after; `stands_for` the person whose stand-in acts; `order` the one order a link opens. `keeps` are
    the kinds of posts the person left and still finishes orders of (原人办完).
    """

    sort: str
    person: str = ""
    name: str = ""
    post: str = ""
    kind: str = ""
    unit: str = ""
    above: frozenset[str] = frozenset()
    covers: frozenset[str] = frozenset()
    stands_for: str = ""
    order: int = 0
    keeps: frozenset[str] = frozenset()


SYSTEM = Actor(sort="system", name="系统")


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer with its reason: `why` is a refusal code, or the roles that said yes."""

    yes: bool
    why: str

    def __bool__(self) -> bool:
        return self.yes


class Subject(Protocol):
    """What permission needs to know of an order."""

    @property
    def id(self) -> int: ...
    @property
    def desk(self) -> str: ...
    @property
    def lead(self) -> str: ...
    @property
    def first_receiver(self) -> str: ...
    @property
    def requester(self) -> str: ...
    @property
    def supervisor(self) -> str: ...
    @property
    def secret(self) -> bool: ...
    @property
    def co(self) -> Collection[str]: ...
    @property
    def keeper(self) -> str: ...


def actor_in(network: Network, person: str, post: str, stands_for: str = "") -> Actor:
    """Return the person acting in a post they hold on the network's day; raises KeyError for an unknown post."""
    key = (person, post, stands_for)
    if (known := network.actors.get(key)) is not None:
        return known
    held = network.posts[post]
    network.actors[key] = made = Actor(
        sort="post",
        person=person,
        name=network.name(person),
        post=post,
        kind=held.kind,
        unit=held.unit,
        above=network.above(held.unit),
        covers=held.covers,
        stands_for=stands_for,
        keeps=network.keeps(person),
    )
    return made


def link_to(order: int) -> Actor:
    """Return the bearer of the link of one order: nobody in particular, and nothing but that order."""
    return Actor(sort="link", order=order)


def list_of(unit: str) -> Actor:
    """Return the bearer of the link to a unit's whole list: they read what it asked for and can do nothing."""
    return Actor(sort="list", unit=unit)


def stands(who: Who, actor: Actor, order: Subject) -> bool:
    """Whether the actor stands in the named relation to the order."""
    of = who.of
    if of == "system" or of == "link":
        return actor.sort == of and (of == "system" or actor.order == order.id)
    if actor.sort != "post":
        return False
    if of == "lead" and who.post and order.keeper == f"{actor.person}~{who.post}":
        return True  # they left the post and finish this order all the same
    if who.post and who.post != actor.kind:
        return False
    if of == "everywhere":
        return True
    if of == "desk":
        return bool(order.desk) and order.desk == actor.unit
    if of == "covers":
        return order.desk in actor.covers
    if of == "lead":
        return bool(order.lead) and order.lead in actor.above
    if of == "first":
        return bool(order.first_receiver) and order.first_receiver in actor.above
    if of == "co":
        return any(unit in actor.above for unit in order.co)
    if of == "requester":
        return bool(order.requester) and order.requester in actor.above
    return of == "supervisor" and bool(order.supervisor) and order.supervisor == actor.post


def parts(actor: Actor, order: Subject, roles: Mapping[str, Role]) -> frozenset[str]:
    """Return the keys of the roles the actor plays in the order."""
    played = []
    of_post = actor.sort == "post" and not order.keeper
    for role in roles.values():
        if order.secret and not role.secret:
            continue
        for who in role.who:
            if of_post and who.post and who.post != actor.kind:
                continue  # most differ already in the kind of post: the full question is asked of few
            if stands(who, actor, order):
                played.append(role.key)
                break
    return frozenset(played)


def may_see(actor: Actor, order: Subject, order_type: OrderType) -> Verdict:
    """Say whether the order may be seen, and as which roles. The list query in `store` answers alike."""
    if actor.sort == "system":
        return Verdict(True, "system")
    if actor.sort == "list":
        own = bool(actor.unit) and order.requester == actor.unit
        return Verdict(own, "list" if own else "see.post")
    played = parts(actor, order, order_type.roles)
    if played:
        return Verdict(True, ",".join(sorted(played)))
    return Verdict(False, "see.post")


def sees_inner(actor: Actor, order: Subject, order_type: OrderType) -> bool:
    """Whether the actor reads inner words too: true as soon as one played role sees all."""
    return actor.sort == "system" or any(
        order_type.roles[key].sees == "all" for key in parts(actor, order, order_type.roles)
    )
