"""Plays a pack's stories with the small county, through the real actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.actions import orders
from bihuan.core.deadlines import deadline, light
from bihuan.core.durations import parse
from bihuan.core.instants import instant
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, parts
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.packs.stories import Step, Story
from bihuan.store import calendars, network, packs, people
from bihuan.store.orders import NotFound
from tests import cast

REQUESTERS = {"enterprise": "foundry", "chain_committee": "equipment"}
# Who plays in the stories of other kinds of order, besides the fixed cast.
MORE = (
    ("investment.officer", "investment_officer", "science_bureau", ("equipment",), "xu", "徐招商"),
    ("chamber.secretary", "chamber_secretary", "chamber", ("equipment",), "guorui", "郭秘书长"),
)


def more_cast() -> None:
    """Add the chamber, its secretary and an investment officer to the small county."""
    network.put_unit(key="chamber", name="装备制造商会", type_="chain_chamber", parent="equipment", since=cast.SINCE)
    for key, kind, unit, covers, person, name in MORE:
        network.put_post(key=key, name=name, kind=kind, unit=unit, since=cast.SINCE, covers=list(covers))
        network.put_person(key=person, name=name)
        network.put_holding(person=person, post=key, since=cast.SINCE)


def actor_of(person: str, now: datetime = cast.NOW) -> Actor:
    """Return somebody of the cast or of those added to it, acting in their post."""
    post = next((key for key, *_, who, _name in MORE if who == person), "") or cast.POST_OF[person]
    found = people.actor(person, post, now)
    assert found is not None, person
    return found


@dataclass
class Player:
    """One story being played: the order so far and the time of the story."""

    programme: str
    story: Story
    now: datetime = cast.NOW
    order: OrderState | None = None
    another: str = ""
    log: list[str] = field(default_factory=list)
    move: Callable[..., Any] = orders.move_order

    @property
    def type(self) -> OrderType:
        return packs.programme(self.programme).orders[self.story.order]

    @property
    def requester(self) -> str:
        """The unit of the cast that asks for an order of this kind."""
        return REQUESTERS[self.type.requester]

    def play(self) -> None:
        """Play every step and assert what the story says of it."""
        if any(value == "another" for step in self.story.steps for value in step.facts.values()):
            self.another = self._another()
        for step in self.story.steps:
            self.step(step)

    def step(self, step: Step) -> None:
        where = f"{self.story.name}, line {step.line}: {step.who} {step.does}"
        if step.after:
            self.now = deadline(self.now, parse(step.after), calendars.calendar()).due
        seq = self.order.seq if self.order else 0
        try:
            self._make(step)
        except NotFound:
            # To somebody whom the order does not concern it does not exist.
            assert step.refused == "post", f"{where} cannot see the order"
            return
        except Refused as why:
            assert step.refused, f"{where} was refused: {why!r} {why.problems}"
            assert step.refused_by(why.code), f"{where}: refused by {why.code}, not {step.refused}"
            if self.order:
                held = orders.orders.by_id(self.order.id, seen_by=cast.SYSTEM).order
                assert held.seq == seq, f"{where}: a refusal changed something"
            return
        assert not step.refused, f"{where} should have been refused ({step.refused})"
        assert self.order is not None
        if step.then:
            assert self.order.state == step.then, f"{where}: {self.order.state}, not {step.then}"
        if step.pending == "none":
            assert not self.order.asks, f"{where}: {self.order.asks}"
        elif step.pending:
            assert step.pending in self.order.asks, f"{where}: {list(self.order.asks)}"
        if step.light:
            clock = self.order.clocks[step.clock or "promise"]
            marks = [instant(clock[name]) if clock.get(name) else None for name in ("yellow", "orange", "due")]
            seen = light(self.now, marks[0], marks[1], marks[2], bool(self.order.resume_on))
            assert seen == step.light, f"{where}: {seen}, not {step.light}"

    def _make(self, step: Step) -> None:
        facts = {key: self._fact(key, value) for key, value in step.facts.items()}
        if self.order is None:
            who = self._who(step, OrderState(id=0, requester=self.requester, desk="equipment"))
            self.order = orders.submit_order(
                actor=who,
                programme=self.programme,
                type_=self.story.order,
                facts=facts,
                now=self.now,
                requester=self.requester,
            )
            return
        who = self._who(step, self.order)
        _, self.order = self.move(actor=who, id_=self.order.id, verb=step.does, facts=facts, now=self.now)

    def _who(self, step: Step, order: OrderState) -> Actor:
        """Return a member of the cast who plays the role, at the unit if one is named."""
        role = self.type.roles[step.role]
        if step.role == "system":
            return cast.SYSTEM
        more = [who for *_, who, _name in MORE] if self.story.order != "enterprise_request" else []
        everyone = [actor_of(person, self.now) for person in (*cast.POST_OF, *more)]
        kinds = {who.post for who in role.who}
        fitting = [a for a in everyone if a.kind in kinds and (not step.unit or step.unit in a.above)]
        playing = [a for a in fitting if step.role in parts(a, order, self.type.roles)]
        visible = [a for a in fitting if parts(a, order, self.type.roles)]
        chosen = (playing or visible or fitting)[:1]
        assert chosen, f"nobody in the cast can play {step.who}"
        return chosen[0]

    def _fact(self, key: str, value: Any) -> Any:
        kind = self.type.fields[key].kind
        if value == "another":
            return self.another
        if kind == "post":
            return network.snapshot(self.now.date()).posts_of_kind(value)[0].key
        if kind == "person":
            assert self.order is not None
            _role, _, _unit = value.partition(":")
            return self._who(Step(who=value, does=""), self.order).person
        if kind == "date" and not str(value)[:4].isdigit():
            end: date = calendars.calendar().local_day(deadline(self.now, parse(value), calendars.calendar()).due)
            return end.isoformat()
        return value

    def _another(self) -> str:
        order = orders.submit_order(
            actor=cast.actor("liufang", self.now),
            programme=self.programme,
            type_=self.story.order,
            facts={"title": "招焊工", "category": "recruitment", "facts": "同一件事先点的一张单。"},
            now=self.now,
            requester=self.requester,
        )
        return order.number
