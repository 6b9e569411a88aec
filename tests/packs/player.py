"""Plays the stories of any pack on the rules alone: no database, a cast made from the pack itself.

Every unit a story names exists, and beside it one unit of each kind; every kind of post is held once at every unit it
may stand at, so `handler:labour_bureau` is whoever holds a handler's post there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bihuan.core import orders
from bihuan.core.calendar import Calendar
from bihuan.core.deadlines import deadline, light
from bihuan.core.durations import parse
from bihuan.core.facts import clean
from bihuan.core.instants import instant
from bihuan.core.network import Holding, Network, Post, Unit
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM, Actor, actor_in, parts
from bihuan.core.programmes import OrderType, Programme, Role
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.packs.stories import Step, Story

BEGIN = datetime(2022, 9, 29, 2, 20, tzinfo=UTC)
TICK = timedelta(seconds=10)  # between two steps that follow each other at once
OPENING = ("submit", "import")


class Wrong(AssertionError):
    """A step that did not go as its story says."""


@dataclass
class Player:
    """A programme with its cast, ready to play."""

    programme: Programme
    stories: list[Story]
    calendar: Calendar

    def __post_init__(self) -> None:
        units = dict(self._units())
        posts = [post for unit in units.values() for post in self._posts(unit, units)]
        held = [Holding(f"{post.kind}_at_{post.unit}", post.key, date(2021, 1, 1)) for post in posts]
        people = {one.person: one.person for one in held}
        self.network = Network(BEGIN.date(), 1, units.values(), posts, held, people)

    def _units(self) -> Iterator[tuple[str, Unit]]:
        """One unit of each kind, and those the stories name, each within the first of the kinds it may stand in."""
        kinds = self.programme.unit_types
        for kind in kinds.values():
            yield kind.key, Unit(kind.key, kind.name, kind.key, kind.within[0] if kind.within else "")
        for story in self.stories:
            fields = self.programme.orders[story.order].fields
            for step in story.steps:
                for name, value in step.facts.items():
                    if fields[name].kind in ("unit", "units"):
                        kind = kinds[fields[name].unit]
                        for key in [value] if isinstance(value, str) else value:
                            yield key, Unit(key, key, kind.key, kind.within[0] if kind.within else "")

    def _posts(self, unit: Unit, units: Mapping[str, Unit]) -> Iterator[Post]:
        for kind in self.programme.post_kinds.values():
            if unit.type in kind.at:
                covers = frozenset(one.key for one in units.values() if one.type == kind.covers)
                yield Post(f"{unit.key}.{kind.key}", kind.name, kind.key, unit.key, covers)

    def play(self, story: Story) -> OrderState:
        """Play a story to its end and return the order; raises Wrong at the first step that goes another way."""
        kind = self.programme.orders[story.order]
        setting = Setting(kind, self.network, self.calendar, "salt")
        order, earlier, now = OrderState(id=1, requester=kind.requester, desk=kind.desk), OrderState(id=1), BEGIN
        for step in story.steps:
            now = deadline(now, parse(step.after), self.calendar).due if step.after else now + TICK
            try:
                after = self._move(setting, order, earlier, step, now)
            except Refused as why:
                if not step.refused or not step.refused_by(why.code):
                    raise Wrong(f"{step.line}: {why!r} {why.problems}") from why
                continue
            if step.refused:
                raise Wrong(f"{step.line}: not refused")
            earlier, order = order, after
            self._compare(kind, order, step, now)
        return order

    def _move(self, setting: Setting, order: OrderState, earlier: OrderState, step: Step, now: datetime) -> OrderState:
        actor = self._actor(setting.type, order, step.role, step.unit)
        facts = {key: self._value(setting, order, key, value, now) for key, value in step.facts.items()}
        move = setting.type.moves[step.does]
        if move.effect not in OPENING:
            event = orders.decide(setting, order, actor, step.does, facts, now, earlier=earlier)
            return orders.apply(setting.type, order, event, earlier=earlier)
        if not parts(actor, order, setting.type.roles).intersection(move.by):
            raise Refused(f"{move.verb}.post")
        cleaned = clean(setting.type, move, facts, setting.network, setting.today(now))
        then = {"number": "A-1", "bundle": "a@1", "requester": order.requester, "desk": order.desk}
        event = orders.event_of(setting, order, actor, move, cleaned, now, then=then)
        return orders.apply(setting.type, OrderState(id=1), event)

    def _actor(self, kind: OrderType, order: OrderState, role: str, unit: str) -> Actor:
        """Return who plays the role in this order, else somebody with such a post who does not."""
        if any(who.of == "system" for who in kind.roles[role].who):
            return SYSTEM
        cast = [actor_in(self.network, h.person, h.post) for h in self._holdings(kind.roles[role], unit)]
        return next((actor for actor in cast if role in parts(actor, order, kind.roles)), cast[0])

    def _holdings(self, role: Role, unit: str) -> list[Holding]:
        kinds = [who.post for who in role.who if who.post]
        posts = [post for kind in kinds for post in self.network.posts_of_kind(kind)]
        return [h for post in posts if not unit or unit == post.unit for h in self.network.holders(post.key)]

    def _value(self, setting: Setting, order: OrderState, key: str, value: Any, now: datetime) -> Any:
        field = setting.type.fields[key]
        if field.kind == "post":
            return self.network.posts_of_kind(value)[0].key
        if field.kind == "person":
            return self._actor(setting.type, order, value, "").person
        if field.kind == "order":
            return "A-2"
        if field.kind == "date" and not value[:4].isdecimal():
            return self.calendar.local_day(deadline(now, parse(value), self.calendar).due).isoformat()
        return value

    def _compare(self, kind: OrderType, order: OrderState, step: Step, now: datetime) -> None:
        if step.then and order.state != step.then:
            raise Wrong(f"{step.line}: state {order.state}, not {step.then}")
        if step.pending and (list(order.asks) or ["none"]) != [step.pending]:
            raise Wrong(f"{step.line}: pending {list(order.asks)}, not {step.pending}")
        if step.light:
            key = step.clock or next(clock.key for clock in kind.clocks.values() if clock.promise)
            clock = order.clocks[key]
            orange = instant(clock["orange"]) if "orange" in clock else None
            halted = any(one.get("paused") for one in order.clocks.values())
            shown = light(now, instant(clock["yellow"]), orange, instant(clock["due"]), halted)
            if shown != step.light:
                raise Wrong(f"{step.line}: light {shown}, not {step.light}")
