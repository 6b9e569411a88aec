"""移交: what becomes of the open orders in a person's name when they leave a post.

随岗移交: the order goes to who holds the post now. 原人办完: it stays with the old person, who may go on with this one
order from whatever post they hold, until it is finished or somebody else takes it. Orders that hang on a post, not on a
person, follow the post by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.core.order_state import Event, OrderState
from bihuan.core.orders import event_of
from bihuan.core.permission import Actor
from bihuan.core.programmes import BUILT_IN, HAND_OVER, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting

FOLLOW, KEEP, STAY = "follow", "keep", "stay"
CHOICES = (FOLLOW, KEEP, STAY)


@dataclass(frozen=True, slots=True)
class Handover:
    """Who leaves which post of which kind at which unit, and who in which post takes over; `to` is "" for 原人办完."""

    person: str
    post: str
    kind: str
    unit: str = ""
    to: str = ""
    to_post: str = ""


def handling_kinds(order_type: OrderType) -> frozenset[str]:
    """Return the kinds of posts whose holders handle orders for the lead unit."""
    return frozenset(who.post for role in order_type.roles.values() for who in role.who if who.of == "lead")


def handed(
    setting: Setting, order: OrderState, plan: Handover, choice: str, actor: Actor, now: datetime, *, command: str = ""
) -> Event:
    """Return the one event by which an order changes hands or stays in the old ones, or raise Refused.

    `choice` is follow or keep. Refuses `hand_over.state…` where there is nothing to hand over, `hand_over.needs` with
    the field that cannot be, `hand_over.recusal` where the successor has withdrawn from the order.
    """
    state = setting.type.states.get(order.state)
    if state is None or state.closed:
        raise Refused(f"{HAND_OVER}.state.closed")
    if order.handler != plan.person:
        raise Refused(f"{HAND_OVER}.state.not_theirs", handler=order.handler)
    then: dict[str, Any] = {}
    if choice == FOLLOW:
        _can_take(setting, order, plan)
        facts = {"from": plan.person, "handler": plan.to, "post": plan.to_post}
    else:
        _can_keep(setting, order, plan)
        facts = {"from": plan.person, "handler": plan.person, "post": plan.post}
        then["kept"] = {"person": plan.person, "kind": plan.kind, "post": plan.post, "unit": plan.unit}
    return event_of(setting, order, actor, BUILT_IN[HAND_OVER], facts, now, command=command, then=then)


def _can_take(setting: Setting, order: OrderState, plan: Handover) -> None:
    net = setting.network
    post = net.posts.get(plan.to_post)
    if post is None:
        raise _not("to_post", "unknown_post")
    if order.lead not in net.above(post.unit):
        raise _not("to_post", "other_unit", unit=net.name(post.unit), lead=net.name(order.lead))
    if post.kind not in handling_kinds(setting.type):
        raise _not("to_post", "not_handling", post=post.name)
    if plan.to not in {held.person for held in net.holders(post.key)}:
        raise _not("to", "not_holding", person=net.name(plan.to), post=post.name)
    if plan.to == plan.person:
        raise _not("to", "same_person", person=net.name(plan.to))
    if plan.to in order.recused:
        raise Refused(f"{HAND_OVER}.recusal", person=plan.to)


def _can_keep(setting: Setting, order: OrderState, plan: Handover) -> None:
    net, kinds = setting.network, handling_kinds(setting.type)
    held = [net.posts[h.post] for h in net.held_by(plan.person)]
    if order.kept.get("person") == plan.person:
        raise Refused(f"{HAND_OVER}.state.kept", person=net.name(plan.person))
    if any(post.kind in kinds and order.lead in net.above(post.unit) for post in held):
        raise Refused(f"{HAND_OVER}.state.still_there", person=net.name(plan.person))
    if plan.kind not in kinds:
        raise _not("post", "not_handling", post=net.name(plan.post))
    if not held:
        raise _not("choice", "no_post", person=net.name(plan.person))


def _not(field: str, code: str, **facts: str) -> Refused:
    return Refused(f"{HAND_OVER}.needs", {field: code}, fields=[field], **facts)
