"""换版: running orders moved to another version of their programme by a plan, one event each, and moved back.

A plan says where a state that is no more leads, and for every clock that runs whether its deadline stays, the time
used counts under the new limit, or it begins anew: there is no default, for a deadline is a promise. What an order
holds must be readable and what it waits for decidable in the other version; otherwise it is refused and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bihuan.core import clocks as clock_rules
from bihuan.core.chain import canonical, digest
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event, OrderState, mark
from bihuan.core.orders import apply
from bihuan.core.permission import Actor
from bihuan.core.players import players
from bihuan.core.programmes import MIGRATE, Move, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.core.versions import facts_of

KEEP_DEADLINE, KEEP_ELAPSED, RESTART, END = "keep-deadline", "keep-elapsed", "restart", "end"
CHOICES = (KEEP_DEADLINE, KEEP_ELAPSED, RESTART, END)
# Moves that do not bring a matter on: with these alone an order would be stranded.
AWAY = ("withdraw", "merge", "refuse", "recall", "alarm")


@dataclass(frozen=True, slots=True)
class Way:
    """How orders of one kind go over: old state -> new, old clock -> one of CHOICES, old clock -> its new key."""

    states: Mapping[str, str] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)
    becomes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan: from one numbered version of a programme to another, by kind of order."""

    programme: str
    source: int
    target: int
    ways: Mapping[str, Way] = field(default_factory=dict)

    @property
    def old(self) -> str:
        return f"{self.programme}@{self.source}"

    @property
    def new(self) -> str:
        return f"{self.programme}@{self.target}"

    @property
    def id(self) -> str:
        """The same for the same plan, however it was written."""
        return digest(canonical(self.dump()))[:16]

    def way(self, type_: str) -> Way:
        return self.ways.get(type_, Way())

    def dump(self) -> dict[str, Any]:
        """Return the plan as plain data, as a plan file holds it; `read` takes it again."""
        order = {}
        for type_, way in self.ways.items():
            parts = {"states": dict(way.states), "clocks": dict(way.clocks), "becomes": dict(way.becomes)}
            if kept := {name: part for name, part in parts.items() if part}:
                order[type_] = kept
        return {"programme": self.programme, "from": self.source, "to": self.target, "order": order}


@dataclass(frozen=True, slots=True)
class PlanFault:
    """What is wrong with a plan, and where: `place` leads to the value in the plan file."""

    code: str
    place: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


def read(table: Mapping[str, Any]) -> tuple[Plan | None, list[PlanFault]]:
    """Return the plan a parsed plan file holds, None where its shape is wrong, and every fault of its shape."""
    faults = [PlanFault("unknown_key", (key,), {"key": key}) for key in table if key not in _KEYS]
    for key, sort in _KEYS.items():
        value = table.get(key)
        if (value is None and key != "order") or (value is not None and type(value) is not sort):
            faults.append(PlanFault(f"bad_{key}", (key,), {"key": key}))
    if any(fault.code.startswith("bad_") for fault in faults):
        return None, faults
    ways = {}
    for type_, parts in table.get("order", {}).items():
        if not isinstance(parts, dict):
            faults.append(PlanFault("bad_order", ("order", type_), {"key": type_}))
            continue
        for part, pairs in parts.items():
            if part not in _PARTS or not isinstance(pairs, dict):
                faults.append(PlanFault("unknown_part", ("order", type_, part), {"key": part}))
                continue
            wrong = [key for key, value in pairs.items() if not isinstance(value, str)]
            faults += [PlanFault("bad_value", ("order", type_, part, key), {"key": key}) for key in wrong]
        if not faults:
            ways[type_] = Way(*(dict(parts.get(part, {})) for part in _PARTS))
    if faults:
        return None, faults
    return Plan(table["programme"], table["from"], table["to"], ways), []


_KEYS: Mapping[str, type] = {"programme": str, "from": int, "to": int, "order": dict}
_PARTS = ("states", "clocks", "becomes")


def faults(plan: Plan, old: Programme, new: Programme) -> list[PlanFault]:
    """Return what in a plan cannot be, looking at the two versions and at no order."""
    found: list[PlanFault] = []
    if plan.source == plan.target:
        found.append(PlanFault("same_version", ("to",)))
    for type_, way in plan.ways.items():
        at = ("order", type_)
        if type_ not in old.orders:
            found.append(PlanFault("unknown_type", at, {"key": type_, "known": list(old.orders)}))
            continue
        if type_ not in new.orders:
            found.append(PlanFault("no_type", at, {"key": type_}))
            continue
        a, b = old.orders[type_], new.orders[type_]
        found += _state_faults(way, a, b, at)
        found += _clock_faults(way, a, b, at)
    return found


def _state_faults(way: Way, a: OrderType, b: OrderType, at: tuple[str, ...]) -> Iterator[PlanFault]:
    for was, becomes in way.states.items():
        place = (*at, "states", was)
        if was not in a.states:
            yield PlanFault("unknown_state", place, {"key": was, "known": list(a.states)})
        elif a.states[was].closed:
            yield PlanFault("ended_state", place, {"key": was})
        if becomes not in b.states:
            yield PlanFault("no_state", place, {"key": becomes, "known": _open(b)})
        elif b.states[becomes].closed:
            yield PlanFault("closed_state", place, {"key": becomes, "known": _open(b)})


def _open(t: OrderType) -> list[str]:
    return [key for key, state in t.states.items() if not state.closed]


def _clock_faults(way: Way, a: OrderType, b: OrderType, at: tuple[str, ...]) -> Iterator[PlanFault]:
    for key, choice in way.clocks.items():
        place = (*at, "clocks", key)
        new = way.becomes.get(key, key)
        if key not in a.clocks:
            yield PlanFault("unknown_clock", place, {"key": key, "known": list(a.clocks)})
        elif choice not in CHOICES:
            yield PlanFault("unknown_choice", place, {"key": key, "word": choice, "known": list(CHOICES)})
        elif choice == END and new in b.clocks:
            yield PlanFault("end_known", place, {"key": key})
        elif choice == RESTART and (a.clocks[key].promise or (new in b.clocks and b.clocks[new].promise)):
            yield PlanFault("promise_restart", place, {"key": key})
        elif choice != END and new not in b.clocks:
            yield PlanFault("no_clock", place, {"key": key})
    for key, new in way.becomes.items():
        place = (*at, "becomes", key)
        if key not in a.clocks:
            yield PlanFault("unknown_clock", place, {"key": key, "known": list(a.clocks)})
        elif new not in b.clocks:
            yield PlanFault("unknown_clock", place, {"key": new, "known": list(b.clocks)})
        elif bool(a.clocks[key].each) != bool(b.clocks[new].each) or list(way.becomes.values()).count(new) > 1:
            yield PlanFault("bad_becomes", place, {"key": key, "new": new})


def running(order: OrderState) -> list[str]:
    """Return the keys of the clocks that run, each once, co-handlers' together."""
    keys = (name.partition(":")[0] for name, clock in order.clocks.items() if clock_rules.running(clock))
    return list(dict.fromkeys(keys))


def undecided(plan: Plan, order: OrderState) -> list[str]:
    """Return the running clocks of an order for which the plan says nothing."""
    return [key for key in running(order) if key not in plan.way(order.type).clocks]


def moved(
    new: Setting | None, old: OrderType, order: OrderState, plan: Plan, actor: Actor, now: datetime
) -> tuple[Event, OrderState]:
    """Return the one event that moves an order by a plan, and the order after it.

    `new` is the setting under the other version, None where that has no such kind of order. Raises Refused
    `migrate.…`: what would be stranded, unreadable or undecidable there stays where it is.
    """
    if new is None:
        raise Refused("migrate.state.type", type=order.type)
    way = plan.way(order.type)
    kind = new.type
    to = way.states.get(order.state, order.state)
    if to not in kind.states or kind.states[to].closed:
        raise Refused("migrate.state.missing", state=order.state, to=to)
    _readable(order, old, kind)
    _decidable(order, kind)
    clocks, gone = _clocks(new, way, order, now)
    changes = {"clocks": clocks, "gone": gone, "alarms": _alarms(way, order, gone)}
    event = _event(order, actor, now, plan.new, plan.id, changes, to)
    after = apply(kind, order, event)
    if to != order.state:  # whatever starts or stops on reaching that state does so here as anywhere
        co = [unit for unit, part in order.co.items() if part.get("state") != "done"]
        begun = clock_rules.changed(kind, after, frozenset({to}), now, new.calendar, co)
        if begun:
            event.then["clocks"] = {**event.then.get("clocks", {}), **begun}
            after = apply(kind, order, event)
    if not _leads_on(new, after) and (not _leading(kind, to) or _leads_on(replace(new, type=old), order)):
        raise Refused("migrate.state.dead", state=order.state, to=to)
    event.sealed()
    after.head = event.hash
    return event, after


def back(
    old: OrderType, before: OrderState, order: OrderState, plan: Plan, actor: Actor, now: datetime
) -> tuple[Event, OrderState]:
    """Return the event that puts an order back as it was before the plan moved it, and the order after it.

    `before` is the order one event ago. Raises Refused `migrate.stale` where anything came after the move.
    """
    if order.moved.get("plan") != plan.id or order.moved.get("seq") != order.seq:
        raise Refused("migrate.stale", last=order.last, moved=order.moved)
    clocks = {key: clock for key, clock in before.clocks.items() if order.clocks.get(key) != clock}
    gone = [key for key in order.clocks if key not in before.clocks]
    changes = {"clocks": clocks, "gone": gone, "alarms": before.alarms if before.alarms != order.alarms else None}
    event = _event(order, actor, now, before.bundle, plan.id, changes, before.state)
    event.then["moved"] = before.moved
    event.facts["undoes"] = order.seq
    event.sealed()
    return event, apply(old, order, event)


def _event(
    order: OrderState, actor: Actor, now: datetime, bundle: str, plan: str, changes: Mapping[str, Any], to: str
) -> Event:
    seq = order.seq + 1
    then = {
        "bundle": bundle,
        "moved": {"plan": plan, "seq": seq, "from": order.bundle},
        **({"to": to} if to != order.state else {}),
        **{key: value for key, value in changes.items() if value or (key == "alarms" and value is not None)},
    }
    return Event(
        order=order.id,
        seq=seq,
        verb=MIGRATE,
        actor=mark(actor),
        at=now,
        facts={"from": order.bundle, "to": bundle, "plan": plan},
        then=then,
        bundle=bundle,
        prev=order.head,
        command=f"{MIGRATE}:{plan}:{seq}",
    )


def _alarms(way: Way, order: OrderState, gone: list[str]) -> dict[str, str] | None:
    """Return the rungs climbed, those of a clock with a new key under that, so that none sounds twice; None if same."""
    if not gone:
        return None
    renamed = {}
    for rung, at in order.alarms.items():
        clock, dot, rest = rung.partition(".")
        renamed[f"{way.becomes.get(clock, clock)}{dot}{rest}"] = at
    return renamed if renamed != order.alarms else None


def _readable(order: OrderState, old: OrderType, kind: OrderType) -> None:
    """What an order holds can be read in the other version: its fields are declared there, its choices offered."""
    tops = {key: getattr(order, key) for key in ("title", "category", "importance", "urgency")}
    for part in (order.fields, {k: v for k, v in tops.items() if v}, *facts_of(order)):
        for key, value in part.items():
            spec = kind.fields.get(key)
            if spec is None:
                if key in old.fields:
                    raise Refused("migrate.needs.field", field=key)
            elif spec.kind in ("choice", "choices"):
                for one in value if isinstance(value, list) else [value]:
                    if one and not spec.has_choice(one) and old.fields[key].has_choice(one):
                        raise Refused("migrate.needs.choice", field=key, choice=one)


def _decidable(order: OrderState, kind: OrderType) -> None:
    """What an order waits for can be decided there: its pending request, its drafts at their step of approval."""
    for ask, pending in order.asks.items():
        effect = "arbitrate" if pending.get("to") == "arbiter" else "decide"
        if not any(move.ask == ask and move.effect == effect for move in kind.moves.values()):
            raise Refused("migrate.pending.ask", ask=ask)
    for draft in order.drafts.values():
        if draft["step"] >= len(kind.signs):
            raise Refused("migrate.pending.draft", by=draft["by"])


def _clocks(new: Setting, way: Way, order: OrderState, now: datetime) -> tuple[dict[str, Any], list[str]]:
    """Return the clocks a move changes and those it takes away under their old key."""
    changes: dict[str, Any] = {}
    gone: list[str] = []
    for name, clock in order.clocks.items():
        base, colon, unit = name.partition(":")
        if not clock_rules.running(clock):
            continue
        choice = way.clocks.get(base)
        if choice is None:
            raise Refused("migrate.needs.undecided", clock=base)
        key = way.becomes.get(base, base)
        if choice == END:
            changes[name] = clock_rules.stopped(clock, now)
            continue
        if key not in new.type.clocks:
            raise Refused("migrate.needs.clock", clock=base)
        carried = _carried(new, choice, key, clock, order, now)
        if key != base:
            gone.append(name)
        if key != base or carried is not clock:
            changes[f"{key}{colon}{unit}"] = dict(carried)
    return changes, gone


def _carried(
    new: Setting, choice: str, key: str, clock: Mapping[str, Any], order: OrderState, now: datetime
) -> Mapping[str, Any]:
    """Return a running clock as it runs on; the very same where its deadline stays.

    A deadline stated by the source is the source's (decisions 26), and one extended by approval comes no nearer.
    """
    if choice == KEEP_DEADLINE or clock["limit"] == "stated":
        return clock
    spec = new.type.clocks[key]
    anew = choice == RESTART
    start = now if anew else instant(clock["start"])
    pauses = [] if anew else [(instant(a), instant(b)) for a, b in clock.get("pauses", ())]
    fresh = clock_rules.counted(new.type, clock_rules.limit_of(spec, order), start, new.calendar, pauses)
    if clock.get("extended") and not anew:
        if fresh["due"] <= clock["due"]:
            return clock
        fresh["extended"] = clock["extended"]
    if clock.get("paused"):
        fresh["paused"] = iso(now) if anew else clock["paused"]
    return {**fresh, "first": clock["first"], "reclocked": clock.get("reclocked", 0) + 1}


def _leading(kind: OrderType, state: str) -> list[Move]:
    """Return the moves that bring an order out of a state and the matter on."""
    return [
        move
        for move in kind.moves.values()
        if state in move.from_ and move.to not in ("", state) and move.effect not in AWAY
    ]


def _leads_on(s: Setting, order: OrderState) -> bool:
    """Whether somebody who is there now may make a move that brings the order out of its state."""
    roles = dict.fromkeys(role for move in _leading(s.type, order.state) for role in move.by)
    return any(players(s.type, order, role, s.network) for role in roles)
