"""单: submit, move, merge, import. One command, one event per order, one transaction; refused means nothing changed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions.setting import setting_of
from bihuan.core import counters as tallying
from bihuan.core import orders as core
from bihuan.core import sources
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.store import attachments, events, orders, packs, versions
from bihuan.store.recent import Recent

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
TRIES = 4
_TALLIED: Recent[tallying.Share] = Recent()


def new_id(now: datetime) -> int:
    """Return an order's id: milliseconds since 2000 with 21 random bits, so that ids follow time without a hot row."""
    return new_ids(now, 1)[0]


def new_ids(now: datetime, n: int) -> list[int]:
    """Return the ids of `n` orders that come one after another, a millisecond apart."""
    first, chance = int((now - _EPOCH).total_seconds() * 1000), secrets.token_bytes(3 * n)
    return [(first + at << 21) | (int.from_bytes(chance[3 * at : 3 * at + 3]) >> 3) for at in range(n)]


@versions.held()
def submit_order(
    *,
    actor: Actor | None,
    programme: str,
    type_: str,
    facts: Mapping[str, Any],
    now: datetime,
    requester: str = "",
    requester_name: str = "",
    desk: str = "",
    channel: str = "self",
    source_number: str = "",
    source_due: str = "",
    command: str = "",
) -> OrderState:
    """Open one order and return it, or raise Refused and open nothing.

    `actor` None is the public without sign-in: what it submits is unverified until registered (decisions 12).
    `requester` is a unit's key, or "" with a name as typed; `desk` is asked only where the requester does not tell.
    `source_number` and `source_due` (a day or a moment as typed) are the channel's own; a number that came by it
    before is refused with the number of that order as `first`. The same `command` gives the same order again.
    """
    if command and (known := events.subject_of(command)) is not None:
        return orders.by_id(known, seen_by=actor or _link(known)).order
    declared = packs.programme(programme)
    packs.must_take_orders(declared)
    order_type = declared.orders[type_]
    setting = setting_of(order_type, now)
    order = OrderState(id=new_id(now), requester=requester, desk=_desk(setting, requester, desk))
    actor = actor or _link(order.id)
    if channel not in declared.channels:
        raise Refused("submit.needs", {"channel": "not_a_choice"}, fields=["channel"])
    source_number = sources.number_of(source_number)
    if len(source_number) > sources.LONGEST:
        raise Refused("submit.invalid", {"source_number": "source_long"}, fields=["source_number"])
    try:
        source_due = sources.due_of(source_due, setting.calendar)
    except ValueError:
        raise Refused("submit.invalid", {"source_due": "not_a_moment"}, fields=["source_due"]) from None
    if requester and requester not in setting.network.units:
        raise Refused("submit.needs", {"requester": "unknown_unit"}, fields=["requester"])
    if not order.desk:
        raise Refused("submit.needs", {"desk": "missing"}, fields=["desk"])
    if not (requester or requester_name.strip()):
        raise Refused("submit.needs", {"requester": "missing"}, fields=["requester"])
    move = core.possible(setting, order, actor, order_type.start().verb, now)
    _must_be_new(channel, source_number)
    given = dict(facts)
    if not str(given.get(order_type.title) or "").strip():
        given[order_type.title] = first_words(str(given.get("facts") or ""))
    cleaned = core.clean(order_type, move, given, setting.network, setting.today(now))

    def opened() -> OrderState:
        number = orders.next_number(order_type.prefix, setting.today(now).year)
        then = _opening(declared, type_, number, setting, order, requester_name, channel, source_number, source_due)
        then["verified"] = actor.sort == "post"
        event, after = core.opened(setting, order, actor, move, cleaned, now, command=command, then=then)
        _write(setting, order, event, after, actor)
        return after

    try:
        if cleaned.get("attachments"):
            with transaction.atomic():
                after = opened()
        else:
            after = orders.begun(opened)
    except IntegrityError:
        if command and (known := events.subject_of(command)) is not None:
            return orders.by_id(known, seen_by=actor if actor.sort == "post" else _link(known)).order
        _must_be_new(channel, source_number)
        raise
    return after


def _must_be_new(channel: str, source_number: str) -> None:
    """Refuse a source's number that came by the channel before; the database holds to it among those at once."""
    if source_number and (first := orders.number_of_source(channel, source_number)):
        raise Refused("submit.invalid.duplicate", {"source_number": "duplicate"}, number=source_number, first=first)


def first_words(text: str, limit: int = 30) -> str:
    """Return the first clause of a text as a title."""
    flat = " ".join(text.split())
    ends = [at for mark in "。；！？\n.;!?" if 4 <= (at := flat.find(mark)) <= limit]
    return flat[: min(ends)] if ends else flat[:limit]


def _link(order: int) -> Actor:
    return core.link_to(order)


def _desk(setting: Setting, requester: str, desk: str) -> str:
    found = setting.network.nearest(requester, setting.type.desk) if requester else ""
    if found:
        return found
    unit = setting.network.units.get(desk)
    return desk if unit is not None and unit.type == setting.type.desk else ""


def _opening(
    declared: Programme,
    type_: str,
    number: str,
    setting: Setting,
    order: OrderState,
    requester_name: str,
    channel: str,
    source_number: str,
    source_due: str,
) -> dict[str, Any]:
    then = {
        "number": number,
        "programme": declared.key,
        "type": type_,
        "bundle": declared.bundle,
        "channel": channel,
        "source_number": source_number,
        "source_due": source_due,
        "requester": order.requester,
        "requester_name": setting.network.name(order.requester) if order.requester else requester_name.strip()[:120],
        "desk": order.desk,
    }
    return {key: value for key, value in then.items() if value}


@versions.held()
def move_order(
    *,
    actor: Actor,
    verb: str,
    facts: Mapping[str, Any],
    now: datetime,
    number: str = "",
    id_: int = 0,
    expect: int | None = None,
    command: str = "",
    read: orders.Held | None = None,
) -> tuple[Event, OrderState]:
    """Make one move on one order and record it, or raise Refused (or store's NotFound) and change nothing.

    `expect` is the event sequence the mover saw: another one refuses as `stale`. Without it a move that lost a race
    is decided again on what stands now, so that it either still fits or is refused with the reason. `read` is the
    order as the actor has just read it: it is not read again unless somebody was first.
    """
    for _ in range(TRIES):
        held = read or (orders.by_number(number, seen_by=actor) if number else orders.by_id(id_, seen_by=actor))
        read = None
        order, setting = held.order, setting_of(held.type, now)
        if command and (done := _already(order, command, expect)):
            return done, order
        if expect is not None and expect != order.seq:
            raise Refused(f"{verb}.stale", seq=order.seq, expect=expect, last=order.last)
        event, after = _decided(setting, order, actor, verb, facts, now, command)
        if setting.type.moves[verb].effect == "merge":
            written = _merge(setting, order, event, after, actor, now, command)
        else:
            written = _record(setting, order, event, after, actor)
        if written:
            return event, after
        if expect is not None:
            expect = order.seq  # the next reading sees who was first and refuses
    raise Refused(f"{verb}.stale", seq=0, expect=expect, last={})


def _already(order: OrderState, command: str, expect: int | None) -> Event | None:
    """Return the event a repeated command already made; where more came since, a form that saw less is stale."""
    if expect is not None and order.last.get("command") != command:
        return None
    return events.made_by(command, order.id)


def _decided(
    setting: Setting, order: OrderState, actor: Actor, verb: str, facts: Mapping[str, Any], now: datetime, command: str
) -> tuple[Event, OrderState]:
    move = setting.type.moves.get(verb)
    earlier = None
    if move is not None and move.effect == "recall":
        past = events.of_order(order.id)
        kinds = partial(packs.order_type, type_key=order.type)
        earlier = core.replay(kinds(past[0].bundle), past[:-1], kinds) if len(past) > 1 else None
    return core.decided(setting, order, actor, verb, facts, now, command=command, earlier=earlier)


def _record(setting: Setting, order: OrderState, event: Event, after: OrderState, actor: Actor) -> bool:
    files, sent = event.facts.get("attachments", ()), _sent_with(order, event)
    if not files and not sent:
        return stored(setting, order, event, after, new=True)
    with transaction.atomic():
        written = stored(setting, order, event, after, new=True)
        if written:
            attachments.claim(order.id, files, by=actor.person, outward=_outward(setting, event))
            attachments.show(order.id, sent)
    return written


def _outward(setting: Setting, event: Event) -> bool:
    """Whether the requester may have the files of an event at once; those of a draft wait for its signature."""
    move = setting.type.moves[event.verb]
    if move.inner or (move.effect == "reply" and setting.type.signs):
        return False
    return bool(event.facts.get("outward")) if "outward" in (*move.needs, *move.takes) else True


def _sent_with(order: OrderState, event: Event) -> list[int]:
    """Return the files of an answer to the requester that this event sends."""
    if "requester" not in event.then.get("issued", ()):
        return []
    return list(order.drafts["requester"]["facts"].get("attachments", ()))


def stored(
    setting: Setting,
    before: OrderState,
    event: Event,
    after: OrderState,
    was: OrderType | None = None,
    *,
    new: bool = False,
) -> bool:
    """Write an event with its counter deltas where the row still stands as read; False when somebody was first.

    `was` is the kind of order as its version declared it before the event, where the event is what changes that;
    `new` as in `store.orders.record`.
    """
    kind = was or setting.type
    old = _TALLIED.get(before.head, kind.bundle) or tallying.shared(kind, before)
    now = tallying.shared(setting.type, after)
    _TALLIED.keep(after.head, setting.type.bundle, now)
    return orders.record(before, event, after, setting.type, tallying.moved(old, now), new=new)


def _write(setting: Setting, before: OrderState, event: Event, after: OrderState, actor: Actor) -> None:
    """Write the first event of an order; a failure undoes the transaction it is written in."""
    deltas = tallying.tallies(setting.type, after)
    orders.record(before, event, after, setting.type, deltas, inside=True)
    if files := event.facts.get("attachments"):
        attachments.claim(after.id, files, by=actor.person, outward=True)


class _Lost(Exception):
    """A row of a command over several orders was changed by somebody else: all of it is undone."""


def _merge(
    setting: Setting, order: OrderState, event: Event, after: OrderState, actor: Actor, now: datetime, command: str
) -> bool:
    """Write the merge and, on the main order, that another one joined: one event each, one transaction."""
    try:
        main = orders.by_number(event.facts["main"], seen_by=actor)
    except orders.NotFound:
        raise Refused(f"{event.verb}.needs", {"main": "unknown_order"}, fields=["main"]) from None
    if main.order.type != order.type or main.order.programme != order.programme:
        raise Refused(f"{event.verb}.needs", {"main": "other_type"}, fields=["main"])
    theirs = setting_of(main.type, now)
    joined_move = theirs.type.by_effect("joined")[0]
    if main.order.state not in joined_move.from_:
        raise Refused(f"{event.verb}.needs", {"main": "closed_order"}, fields=["main"], state=main.order.state)
    joined = core.event_of(
        theirs,
        main.order,
        actor,
        joined_move,
        {},
        now,
        command=command,
        then={"other": order.number, "other_id": order.id},
    )
    try:
        with transaction.atomic():
            if not stored(setting, order, event, after, new=True):
                raise _Lost
            if not stored(theirs, main.order, joined, core.apply(theirs.type, main.order, joined)):
                raise _Lost
    except _Lost:
        return False
    return True


def options_for(*, actor: Actor, order: OrderState, now: datetime) -> list[core.Option]:
    """Return every move with a verdict for this actor; reads only."""
    order_type = packs.order_type(order.bundle, order.type)
    return core.options(setting_of(order_type, now), order, actor, now)


def option_for(*, actor: Actor, order: OrderState, verb: str, now: datetime) -> core.Option | None:
    """Return one move with its verdict for this actor, None for a verb no person makes; reads only."""
    return core.option(setting_of(packs.order_type(order.bundle, order.type), now), order, actor, verb, now)
