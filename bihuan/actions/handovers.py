"""移交: the open orders in the name of who leaves a post go to a successor or stay until done, one event per order.

Each order is a command of its own: a hand-over that was cut off is taken up by running it again, for what was handed
over is in the old name no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction

from bihuan.actions import orders as order_actions
from bihuan.actions.register import NETWORK, must_set_up, note
from bihuan.actions.setting import setting_of
from bihuan.core import handover as rules
from bihuan.core.handover import CHOICES, FOLLOW, KEEP, STAY, Handover
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.orders import apply
from bihuan.core.permission import SYSTEM, Actor, may_see
from bihuan.core.programmes import HAND_OVER, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.roll import PostEntry
from bihuan.core.setting import Setting
from bihuan.store import calendars, hands, network, notices, orders, packs, roll, versions
from bihuan.store.notices import New

HANDED = "orders_handed_over"
Choices = Mapping[str, str]  # by order number; "" is for all others


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a hand-over: what was chosen, and what becomes of it or why not. `seq` is how far it was when read.

    `title` is "" for who may not read the order: an administrator moves orders without opening them.
    """

    number: str
    order: OrderState
    type: OrderType
    choice: str
    seq: int
    title: str = ""
    refused: Refused | None = None


@dataclass(slots=True)
class Look:
    """What a hand-over would do, or has done, order by order."""

    plan: Handover
    rows: list[Row] = field(default_factory=list)

    def ready(self, choice: str = "") -> int:
        """Return how many orders change hands, or stay in the old ones, by choice."""
        wanted = (choice,) if choice else (FOLLOW, KEEP)
        return sum(row.refused is None and row.choice in wanted for row in self.rows)

    @property
    def refused(self) -> list[Row]:
        """The orders that cannot be handed over as chosen."""
        return [row for row in self.rows if row.refused]


def plan_of(
    *, actor: Actor, post: str, person: str, now: datetime, to: str = "", to_post: str = "", needs: bool = True
) -> Handover:
    """Return a hand-over that can be looked at: the posts and persons exist today, and somebody is there to take over.

    `post` may have ended; `to_post` is the same post where nothing is said, `to` its one holder. Without `needs` a
    missing successor is no fault: everything may stay with the old person. Raises Refused `hand_over.post`,
    `hand_over.needs` with the field at fault, or `hand_over.state.nobody` / `.several`.
    """
    must_set_up(actor, HAND_OVER)
    today = calendars.calendar().local_day(now)
    known, net = roll.read(), network.snapshot(today)
    old = known.posts.get(post)
    if old is None:
        raise _needs("post", "unknown_post")
    if person not in known.persons:
        raise _needs("person", "unknown_person")
    taking = known.posts.get(to_post or post)
    if taking is None:
        raise _needs("to_post", "unknown_post")
    try:
        _stands(taking, today)
        _same_house(old, taking, net)
    except Refused:
        if needs:
            raise
        return Handover(person, post, old.kind, old.unit)
    found = [held.person for held in net.holders(taking.key) if held.person != person and not held.stands_for]
    if not to and len(found) == 1:
        to = found[0]
    if not to and needs:
        if not found:
            raise Refused(f"{HAND_OVER}.state.nobody", post=taking.name)
        persons = "、".join(net.name(one) for one in found)
        raise Refused(f"{HAND_OVER}.state.several", post=taking.name, n=len(found), persons=persons)
    return Handover(person, post, old.kind, old.unit, to, taking.key)


def _needs(field_: str, code: str, **facts: str) -> Refused:
    return Refused(f"{HAND_OVER}.needs", {field_: code}, fields=[field_], **facts)


def _stands(post: PostEntry, today: date) -> None:
    if post.until is not None and post.until < today:
        raise _needs("to_post", "ended", post=post.name, until=post.until.isoformat())
    if post.since is not None and post.since > today:
        raise _needs("to_post", "not_begun", post=post.name, since=post.since.isoformat())


def _same_house(old: PostEntry, new: PostEntry, net: Network) -> None:
    """Both posts must be of one unit that leads orders; where the old one is no more, each order is asked alone."""
    for type_ in lead_types():
        here, there = net.nearest(old.unit, type_), net.nearest(new.unit, type_)
        if here and here != there:
            unit = net.name(new.unit)
            raise _needs("to_post", "other_unit_post", post=new.name, unit=unit, lead=net.name(here))


def handling_kinds() -> frozenset[str]:
    """Return the kinds of posts whose holders handle orders, in any programme."""
    types = (one for programme in packs.current().values() for one in programme.orders.values())
    return frozenset(kind for one in types for kind in rules.handling_kinds(one))


def lead_types() -> list[str]:
    """Return the types of units that lead orders, as the programmes have them."""
    types = (one for programme in packs.current().values() for one in programme.orders.values())
    return sorted({one.fields["lead"].unit for one in types if "lead" in one.fields})


@versions.held()
def look(plan: Handover, choices: Choices, *, actor: Actor, now: datetime, most: int | None = None) -> Look:
    """Return what a hand-over would do with each order in the old holder's name, and do nothing.

    `choices` say follow, keep or stay by number, "" for all others. Only orders of the old post's unit are looked at.
    """
    must_set_up(actor, HAND_OVER)
    return Look(plan, [_row(plan, order, choices, actor, now) for order in _theirs(plan, now, most)])


def _theirs(plan: Handover, now: datetime, most: int | None = None) -> Iterator[OrderState]:
    """The open orders in the old name that hang on the old post: its unit, or one above it, leads them."""
    net = network.snapshot(calendars.calendar().local_day(now))
    known = net.posts.get(plan.post)
    for order in hands.named(plan.person, most):
        # A post that ended says no more where it stood: then every order in the name is looked at.
        if known is None or order.lead in net.above(known.unit):
            yield order


def _row(plan: Handover, order: OrderState, choices: Choices, actor: Actor, now: datetime) -> Row:
    order_type = packs.order_type(order.bundle, order.type)
    choice = choices.get(order.number) or choices.get("", STAY)
    seen = actor.sort == "system" or may_see(actor, order, packs.roles_of(order.programme, order.type))
    row = Row(order.number, order, order_type, choice, order.seq, order.title if seen else "")
    if choice == STAY:
        return row
    try:
        if choice not in CHOICES:
            raise _needs("choice", "not_a_choice")
        event = rules.handed(setting_of(order_type, now), order, plan, choice, actor, now)
    except Refused as why:
        return replace(row, refused=why)
    return replace(row, order=apply(order_type, order, event))


@versions.held()
def hand_over(
    plan: Handover,
    choices: Choices,
    *,
    actor: Actor,
    now: datetime,
    command: str,
    expect: Mapping[str, int] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Look:
    """Hand over the orders as chosen, one event each, and return what became of every one; those left stay as they are.

    `command` names the hand-over: the same one does each order once. `expect` is the sequence an order had in the
    preview; one that moved on since is refused as stale. The network's chain keeps who handed over what to whom.
    """
    seen = look(plan, choices, actor=actor, now=now)
    if seen.ready():
        facts = {
            "person": plan.person, "post": plan.post, "to": plan.to, "to_post": plan.to_post, "id": command,
            "follow": seen.ready(FOLLOW), "keep": seen.ready(KEEP),
        }  # fmt: skip
        with transaction.atomic():
            note(NETWORK, actor=actor, verb=HANDED, facts=facts, now=now)
    done = Look(plan)
    for row in seen.rows:
        if row.choice != STAY and row.refused is None:
            row = _one(plan, row, actor, now, f"{HAND_OVER}:{command}"[:64], (expect or {}).get(row.number))
        done.rows.append(row)
        if progress:
            progress(len(done.rows))
    _tell(plan, done, command, now)
    return done


def _tell(plan: Handover, done: Look, command: str, now: datetime) -> None:
    """One notice to who receives the orders, however many they are; the same hand-over taken up again adds none."""
    n, at = done.ready(FOLLOW), iso(now)
    if n and plan.to:
        key = f"{HAND_OVER}:{command}"[:64]
        notices.put([New(key, 0, 0, str(n), "", "", HAND_OVER, "", "", "inapp", plan.to, 0, "", at, at, "sent", at)])


def _one(plan: Handover, row: Row, actor: Actor, now: datetime, command: str, expect: int | None) -> Row:
    why = Refused(f"{HAND_OVER}.stale")
    for _ in range(order_actions.TRIES):
        held = orders.by_id(row.order.id, seen_by=SYSTEM)
        order, setting = held.order, setting_of(held.type, now)
        if order.last.get("command") == command:
            return replace(row, order=order)
        if expect is not None and expect != order.seq:
            break
        try:
            event = rules.handed(setting, order, plan, row.choice, actor, now, command=command)
        except Refused as refused:
            return replace(row, order=order, refused=refused)
        after = apply(setting.type, order, event)
        if _written(setting, order, event, after):
            return replace(row, order=after)
    return replace(row, refused=why)


def _written(setting: Setting, order: OrderState, event: Event, after: OrderState) -> bool:
    if not after.keeper:
        return order_actions.stored(setting, order, event, after)
    with transaction.atomic():
        written = order_actions.stored(setting, order, event, after)
        if written:
            versions.bump("network")  # the network tells who keeps orders of a post they left
    return written


def leaving(post: str, now: datetime) -> dict[str, int]:
    """Return who holds or held a post and has open orders in their name, with how many; three queries."""
    held = list(dict.fromkeys(one["person__key"] for one in roll.history([post])))
    found = hands.counted(held)
    return {person: found[person] for person in held if person in found}


__all__ = ["CHOICES", "FOLLOW", "HANDED", "KEEP", "STAY", "Look", "Row", "hand_over", "leaving", "look", "plan_of"]
