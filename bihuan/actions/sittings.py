"""集中派单会: open a sitting, take orders of the queue into it, decide each, close it with its minute.

A dispatch at a sitting is the order's own dispatch, made first under a command that names the sitting; the sitting then
notes it. What was cut off in between is found by that command and noted before anything else is said of the sitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.actions.document_lists import Compose, Listing, Subject, frozen
from bihuan.actions.orders import TRIES, move_order, new_id
from bihuan.actions.setting import setting_of
from bihuan.core import sittings as rules
from bihuan.core.order_state import Event, mark
from bihuan.core.permission import Actor, sees_inner
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.core.sittings import CLOSE, DEFER, DISPATCH, MOST, OPEN, TAKE, SittingState
from bihuan.store import packs, sittings, turns, versions
from bihuan.store.documents import Paper
from bihuan.store.lists import Row
from bihuan.store.orders import NotFound

KEPT = ("lead", "supervisor", "note")  # of a dispatch: what the minute says of it
Say = Callable[[SittingState], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one order at a sitting: refused with the reason, or not."""

    number: str
    refused: Refused | None = None


def order_type_of(sitting: SittingState) -> OrderType:
    """Return the kind of order a sitting dispatches, as its programme is now."""
    return packs.roles_of(sitting.programme, sitting.type)


def may_see(actor: Actor, sitting: SittingState) -> bool:
    """Whether a sitting is the actor's business: whose desk it was held at, who held it, who sees every order."""
    order_type = order_type_of(sitting)
    if actor.person == sitting.person and actor.post == sitting.post:
        return True
    if actor.unit == sitting.unit and rules.may_hold(actor, order_type):
        return True
    return sees_inner(actor, Subject(), order_type)


def sitting_of(*, actor: Actor, id_: int) -> SittingState:
    """Return a sitting if the actor may see it, else raise NotFound."""
    found = sittings.one(id_)
    if found is None or not may_see(actor, found):
        raise NotFound(str(id_))
    return found


def seen(*, actor: Actor, programme: str, before: int = 0) -> list[SittingState]:
    """Return a page of the sittings the actor may see, one more than a page where there are more; one query."""
    types = packs.current()[programme].orders.values()
    if any(sees_inner(actor, Subject(), one) for one in types):
        return sittings.of_programme(programme, before)
    return sittings.of_units([actor.unit], programme, before)


@versions.held()
def open_sitting(*, actor: Actor, programme: str, type_: str, title: str, present: str, now: datetime) -> SittingState:
    """Open a sitting and return it. Raises Refused `sitting.post` or `sitting.needs`."""
    declared = packs.current()[programme].orders[type_]
    if not rules.may_hold(actor, declared):
        raise Refused("sitting.post")
    title, present = rules.checked(title, present)
    new = SittingState(id=new_id(now))
    facts = {"programme": programme, "type": type_, "unit": actor.unit, "title": title, "present": present}
    event = _event(new, actor, OPEN, facts, now)
    after = rules.apply(new, event)
    sittings.record(new, event, after)
    return after


@versions.held()
def take(*, actor: Actor, id_: int, numbers: Iterable[str], now: datetime) -> SittingState:
    """Take orders that wait for dispatch into an open sitting, each once; others are left out.

    Raises NotFound, Refused `sitting.post`, `.state.closed`, `.state.nothing` or `.state.full`.
    """
    wanted = list(dict.fromkeys(numbers))[: MOST + 1]
    found = turns.picked(wanted, seen_by=actor)
    froms = {state for move in order_type_of(_own(actor, id_)).by_effect(DISPATCH) for state in move.from_}

    def say(sitting: SittingState) -> dict[str, Any]:
        rules.must_be_open(sitting)
        some = [
            found[number]
            for number in wanted
            if number in found
            and str(found[number].order.id) not in sitting.items
            and (found[number].order.programme, found[number].order.type) == (sitting.programme, sitting.type)
            and found[number].order.state in froms
        ]
        if not some:
            raise Refused("sitting.state.nothing")
        if len(sitting.items) + len(some) > MOST:
            raise Refused("sitting.state.full", most=MOST)
        return {"orders": [{"id": one.order.id, "number": one.order.number} for one in some]}

    return _noted(actor, id_, TAKE, say, now)


@versions.held()
def dispatch(
    *, actor: Actor, id_: int, verb: str, facts: Mapping[str, Mapping[str, Any]], now: datetime
) -> tuple[SittingState, list[Result]]:
    """Dispatch orders of a sitting, one or several together, each by its own event; a refused one leaves the others.

    `facts` are the facts of the move by number. Raises NotFound or Refused `sitting.…` before anything is moved.
    """
    sitting = _synced(actor, id_, now)
    move = order_type_of(sitting).moves.get(verb)
    if move is None or move.effect != DISPATCH:
        raise Refused("sitting.state.unknown")
    rules.must_be_open(sitting)
    results = []
    for number, given in facts.items():
        try:
            key, _item = rules.item_of(sitting, number)
            event, _after = move_order(
                actor=actor, id_=int(key), verb=verb, facts=given, now=now, command=_command(id_, key)
            )
        except Refused as why:
            results.append(Result(number, why))
            continue
        except NotFound:
            results.append(Result(number, Refused("sitting.state.gone")))
            continue
        sitting = _noted(actor, id_, DISPATCH, _saying(number, event), now)
        results.append(Result(number))
    return sitting, results


@versions.held()
def defer(*, actor: Actor, id_: int, number: str, note: str, now: datetime) -> SittingState:
    """Leave an order in its queue, with the reason in the minute. Raises NotFound or Refused `sitting.…`."""
    note = " ".join(note.split())
    if not note:
        raise Refused("sitting.needs", {f"note-{number}": "no_note"})
    if len(note) > rules.WORDS:
        raise Refused("sitting.needs", {f"note-{number}": "long_note"}, words=rules.WORDS)
    _synced(actor, id_, now)

    def say(sitting: SittingState) -> dict[str, Any]:
        key, _item = rules.item_of(sitting, number)
        return {"id": int(key), "note": note}

    return _noted(actor, id_, DEFER, say, now)


@versions.held()
def close(*, actor: Actor, id_: int, compose: Compose, now: datetime) -> tuple[SittingState, Paper]:
    """Close a sitting whose orders are all decided and freeze its minute; return both.

    Raises NotFound, Refused `sitting.post`, `.state.closed`, `.state.empty` or `.state.undecided`.
    """
    for _ in range(TRIES):
        sitting = _synced(actor, id_, now)
        rules.ready_to_close(sitting)
        made = minute_of(sitting, actor, now)
        try:
            with transaction.atomic():
                paper = frozen(made, compose, now)
                event = _event(sitting, actor, CLOSE, {"minute": paper.id, "digest": paper.digest}, now)
                after = rules.apply(sitting, event)
                if not sittings.record(sitting, event, after):
                    raise _Lost
        except (_Lost, IntegrityError):
            continue
        return after, paper
    raise Refused("sitting.stale")


def minute_of(sitting: SittingState, actor: Actor, now: datetime) -> Listing:
    """Return what the minute of a sitting is made from: its orders as they stand, secret ones counted and left out."""
    declared = packs.current()[sitting.programme]
    order_type = declared.orders[sitting.type]
    kind = order_type.documents[rules.minute_kind(order_type)]
    found = rows_of(sitting, actor)
    shown = [row for row in found if not row.secret]
    return Listing(
        kind, setting_of(order_type, now), actor, now, declared, versions.current().county, sitting.unit, sitting.unit,
        shown, len(sitting.items) - len(shown), sitting=sitting,
    )  # fmt: skip


def rows_of(sitting: SittingState, actor: Actor) -> list[Row]:
    """Return the orders of a sitting the actor may see: by kind as the programme has them, then weight and urgency."""
    found = turns.picked([item["number"] for item in sitting.items.values()], seen_by=actor)
    return sorted((one.row for one in found.values()), key=lambda row: rank(order_type_of(sitting), row))


def rank(order_type: OrderType, row: Row) -> tuple[int, int, str, int]:
    """Return by what orders of a sitting are sorted: kind, weight and urgency, then what is due first."""
    spec = order_type.fields.get("category")
    kinds = [choice.key for choice in spec.choices] if spec else []
    return (kinds.index(row.category) if row.category in kinds else len(kinds), row.priority, row.due, row.id)


class _Lost(Exception):
    """Somebody else changed the sitting first: all of it is undone and tried again."""


def _command(id_: int, key: str) -> str:
    return f"sitting:{id_}:{key}"


def _own(actor: Actor, id_: int) -> SittingState:
    """Return a sitting the actor may lead: of their own desk."""
    sitting = sitting_of(actor=actor, id_=id_)
    if actor.unit != sitting.unit or not rules.may_hold(actor, order_type_of(sitting)):
        raise Refused("sitting.post")
    return sitting


def _synced(actor: Actor, id_: int, now: datetime) -> SittingState:
    """Return the sitting with every dispatch noted that was made at it and cut off before it could be."""
    sitting = _own(actor, id_)
    if sitting.closed or not sitting.open_items:
        return sitting
    commands = {_command(id_, key): int(key) for key in sitting.open_items}
    for event in sittings.made(commands).values():
        number = sitting.items[str(event.order)]["number"]
        sitting = _noted(actor, id_, DISPATCH, _saying(number, event), now)
    return sitting


def _saying(number: str, event: Event) -> Say:
    def say(sitting: SittingState) -> dict[str, Any]:
        key, _item = rules.item_of(sitting, number)
        facts: dict[str, Any] = {"id": int(key), "seq": event.seq, "hash": event.hash}
        return facts | {name: event.facts[name] for name in KEPT if name in event.facts}

    return say


def _noted(actor: Actor, id_: int, verb: str, say: Say, now: datetime) -> SittingState:
    """Append one event to a sitting, again where somebody was first; `say` refuses or returns its facts."""
    for _ in range(TRIES):
        sitting = _own(actor, id_)
        event = _event(sitting, actor, verb, say(sitting), now)
        after = rules.apply(sitting, event)
        try:
            if sittings.record(sitting, event, after):
                return after
        except IntegrityError:
            continue
    raise Refused("sitting.stale")


def _event(sitting: SittingState, actor: Actor, verb: str, facts: dict[str, Any], now: datetime) -> Event:
    return Event(sitting.id, sitting.seq + 1, verb, mark(actor), now, facts, {}, "", sitting.head).sealed()
