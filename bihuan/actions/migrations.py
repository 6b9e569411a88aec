"""换版: running orders are looked at, moved to another version of their programme by a plan, and moved back.

Each order is a command of its own: what was moved stays moved when the work is cut off, and running the same plan
again takes up the rest. A plan under which any order would be stranded moves nothing, unless the rest is to stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from bihuan.actions import orders as orders_actions
from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.actions.setting import setting_of
from bihuan.core import migration
from bihuan.core import orders as core
from bihuan.core.clocks import running as runs
from bihuan.core.migration import Plan, PlanFault
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.store import events, orders, packs, register, running, versions

MOVED, BACK = "orders_migrated", "orders_moved_back"
SHOWN = 200  # rows of a look that are kept to be shown; the counts are of all


@dataclass(frozen=True, slots=True)
class Shift:
    """A running clock of an order and what becomes of it. `would` is "" where it ends; instants as stored text."""

    clock: str
    key: str
    choice: str
    due: str
    would: str


@dataclass(frozen=True, slots=True)
class Row:
    """One order under a plan: where it stands and would stand, its running clocks, or why it stays."""

    number: str
    type: str
    state: str
    to: str
    shifts: tuple[Shift, ...] = ()
    refused: Refused | None = None


@dataclass(slots=True)
class Look:
    """What a plan would do. `rows` are the first of them, those that would be refused before the others.

    `undecided` counts running clocks without a choice by (type, clock); `clocks` all running clocks likewise.
    """

    plan: Plan
    total: int = 0
    ready: int = 0
    stranded: int = 0
    rows: list[Row] = field(default_factory=list)
    undecided: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: Row | None = None


@dataclass(slots=True)
class Done:
    """What a plan did: `moved` and `rest` are numbers of orders, `refused` those that stayed and why, `left` those a
    limit left for the next time."""

    plan: Plan
    moved: int = 0
    left: int = 0
    refused: list[Row] = field(default_factory=list)


def checked(plan: Plan) -> list[PlanFault]:
    """Return what in a plan cannot be; reads the two versions, and no order."""
    known = packs.states()
    found = [
        PlanFault("no_bundle", (key,), {"key": name, "known": _numbers(plan.programme, known)})
        for key, name in (("from", plan.old), ("to", plan.new))
        if name not in known
    ]
    if plan.programme not in packs.current():
        return [PlanFault("no_programme", ("programme",), {"key": plan.programme, "known": list(packs.current())})]
    if found:
        return found
    if known[plan.new] == packs.RETIRED:
        found.append(PlanFault("retired", ("to",), {"key": plan.new}))
    return found + migration.faults(plan, packs.bundle(plan.old), packs.bundle(plan.new))


def _numbers(programme: str, known: dict[str, str]) -> list[str]:
    return [name.partition("@")[2] for name in known if name.startswith(f"{programme}@")]


@versions.held()
def look(
    plan: Plan, *, actor: Actor, now: datetime, limit: int | None = None, progress: Callable[[int], None] | None = None
) -> Look:
    """Return what the plan would do with every running order of its old version, and do nothing.

    Raises Refused `migrate.post`, or `migrate.invalid` with the plan's `faults`.
    """
    must_set_up(actor, "migrate")
    _must_be_sound(plan)
    found = Look(plan)
    others: list[Row] = []
    settings = _settings(plan, now)
    for order in running.of_bundle(plan.old, limit):
        found.total += 1
        if progress:
            progress(found.total)
        for clock in migration.undecided(plan, order):
            found.undecided[order.type, clock] += 1
        row = _row(plan, settings, order, actor, now)
        if row.refused is None:
            found.ready += 1
            if len(others) < SHOWN:
                others.append(row)
        else:
            found.stranded += 1
            found.first = found.first or row
            if len(found.rows) < SHOWN:
                found.rows.append(row)
    found.rows = (found.rows + others)[:SHOWN]
    return found


def _must_be_sound(plan: Plan) -> None:
    if faults := checked(plan):
        raise Refused("migrate.invalid", faults=faults, plan=plan)


def _settings(plan: Plan, now: datetime) -> dict[str, Setting]:
    """Return the setting of every kind of order under the other version, by key."""
    return {key: setting_of(kind, now) for key, kind in packs.bundle(plan.new).orders.items()}


def _row(plan: Plan, settings: dict[str, Setting], order: OrderState, actor: Actor, now: datetime) -> Row:
    old = packs.order_type(order.bundle, order.type)
    way = plan.way(order.type)
    try:
        _, after = migration.moved(settings.get(order.type), old, order, plan, actor, now)
    except Refused as why:
        return Row(order.number, order.type, order.state, way.states.get(order.state, order.state), refused=why)
    return Row(order.number, order.type, order.state, after.state, tuple(_shifts(plan, order, after)))


def _shifts(plan: Plan, order: OrderState, after: OrderState) -> Iterator[Shift]:
    way = plan.way(order.type)
    seen = set()
    for name, clock in order.clocks.items():
        if runs(clock):
            base, colon, unit = name.partition(":")
            key = f"{way.becomes.get(base, base)}{colon}{unit}"
            new = after.clocks.get(key, {})
            seen.add(key)
            yield Shift(name, key, way.clocks.get(base, ""), clock["due"], new["due"] if runs(new) else "")
    for key, new in after.clocks.items():
        if key not in seen and runs(new):
            yield Shift("", key, "", "", new["due"])


@versions.held()
def apply(
    plan: Plan,
    *,
    actor: Actor,
    now: datetime,
    rest_stays: bool = False,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Done:
    """Move the running orders of the old version to the new one, one event each, at most `limit`; return what was done.

    Nothing is moved where a clock has no choice (`migrate.needs`, its clocks in `problems`) or any order would be
    stranded (`migrate.state.stranded`), unless `rest_stays`: then those stay with their version. Orders that are
    there already are not touched. Raises Refused also as `look` does.
    """
    seen = look(plan, actor=actor, now=now)
    if seen.undecided:
        problems = {f"{type_}.{clock}": "undecided" for type_, clock in sorted(seen.undecided)}
        raise Refused("migrate.needs", problems, plan=plan, counts=dict(seen.undecided))
    if seen.stranded and not rest_stays:
        raise Refused("migrate.state.stranded", plan=plan, n=seen.stranded, total=seen.total, first=seen.first)
    if not seen.ready:
        return Done(plan, refused=[row for row in seen.rows if row.refused])
    with transaction.atomic():
        facts = {"plan": plan.id, "orders": seen.ready, "stay": seen.stranded, "content": plan.dump()}
        note(SETUP, actor=actor, verb=MOVED, facts=facts, now=now)
    done = Done(plan)
    settings = _settings(plan, now)
    for order in running.of_bundle(plan.old):
        if limit is not None and done.moved >= limit:
            done.left = seen.ready - done.moved
            return done
        row = _one(order.id, partial(_forward, plan, settings, actor, now))
        if row is None:
            done.moved += 1
        elif row.refused:
            done.refused.append(row)
        if progress:
            progress(done.moved + len(done.refused))
    return done


Step = Callable[[orders.Held], bool | None]


def _one(id_: int, step: Callable[[orders.Held], bool]) -> Row | None:
    """Make one step on one order, again where somebody was first; return None, else the order and why not."""
    why = Refused("migrate.stale", last={})
    for _ in range(orders_actions.TRIES):
        held = orders.by_id(id_, seen_by=SYSTEM)
        try:
            if step(held):
                return None
        except Refused as refused:
            return Row(held.order.number, held.order.type, held.order.state, "", refused=refused)
        why.facts["last"] = held.order.last
    return Row(held.order.number, held.order.type, held.order.state, "", refused=why)


def _forward(plan: Plan, settings: dict[str, Setting], actor: Actor, now: datetime, held: orders.Held) -> bool:
    order, old = held.order, held.type
    if order.bundle != plan.old or old.states[order.state].closed:
        raise Refused("migrate.stale", last=order.last)
    event, after = migration.moved(settings.get(order.type), old, order, plan, actor, now)
    return orders_actions.stored(settings[order.type], order, event, after, was=old)


@versions.held()
def revert(
    plan: Plan, *, actor: Actor, now: datetime, limit: int | None = None, progress: Callable[[int], None] | None = None
) -> Done:
    """Put back every running order the plan moved and nothing happened to since; the others stay, each with its reason.

    Raises Refused `migrate.post`, `migrate.invalid`, or `migrate.closed-version` where the old version is retired.
    """
    must_set_up(actor, "migrate")
    _must_be_sound(plan)
    if packs.states()[plan.old] == packs.RETIRED:
        raise Refused("migrate.closed-version", bundle=plan.old)
    done = Done(plan)
    mine = [order.id for order in running.of_bundle(plan.new) if order.moved.get("plan") == plan.id]
    if not mine:
        return done
    with transaction.atomic():
        note(
            SETUP, actor=actor, verb=BACK, facts={"plan": plan.id, "content": plan.dump(), "orders": len(mine)}, now=now
        )
    for id_ in mine:
        if limit is not None and done.moved >= limit:
            done.left = len(mine) - done.moved - len(done.refused)
            return done
        row = _one(id_, partial(_backward, plan, actor, now))
        if row is None:
            done.moved += 1
        elif row.refused:
            done.refused.append(row)
        if progress:
            progress(done.moved + len(done.refused))
    return done


def _backward(plan: Plan, actor: Actor, now: datetime, held: orders.Held) -> bool:
    order, new = held.order, held.type
    if order.moved.get("plan") != plan.id or order.moved.get("seq") != order.seq:
        raise Refused("migrate.stale", last=order.last)
    kinds = partial(packs.order_type, type_key=order.type)
    past = events.of_order(order.id)
    before = core.replay(kinds(past[0].bundle), past[:-1], kinds)
    old = kinds(before.bundle)
    event, after = migration.back(old, before, order, plan, actor, now)
    return orders_actions.stored(setting_of(old, now), order, event, after, was=new)


def plans(programme: str) -> list[tuple[Plan, dict[str, Any]]]:
    """Return the plans of a programme that were carried out or taken back, the latest first, each with its facts.

    A fact `verb` says which of the two it was, `at` and `by` when and by whom.
    """
    found = []
    for event in register.last(SETUP, (MOVED, BACK)):
        plan, _ = migration.read(event.facts["content"])
        if plan is not None and plan.programme == programme:
            found.append((plan, {**event.facts, "verb": event.verb, "at": event.at, "by": event.actor}))
    return found
