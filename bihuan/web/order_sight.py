"""单: everything one reader may see of one order, read once and cut to what is theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

from bihuan.actions.drafts import place_of
from bihuan.actions.orders import option_for, options_for
from bihuan.core.calendar import Calendar
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.orders import Option
from bihuan.core.permission import Actor, parts, sees_inner
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.core.projection import next_step
from bihuan.core.queues import WITH_OFFICE
from bihuan.core.setting import Setting
from bihuan.store import beside, calendars, counters, network, orders, packs
from bihuan.store.beside import Beside
from bihuan.web.controls import Scene
from bihuan.words import clocks, lights, people
from bihuan.words.refusals import Told, told
from bihuan.words.sources import source_clock

NEAR = ("check", "rate", "close")  # what people ask about though it is somebody else's
WORKING = ("desk", "covers", "lead", "co", "first", "supervisor")  # whose work may need the requester's number
MOST_REASONS = 6
MOST_COLLEAGUES = 40
WRITING = dt.timedelta(minutes=2)  # a draft is kept every ten seconds while somebody types


@dataclass
class Sight:
    """One order as one reader meets it now. `inner`: reads inner words; `rated`: is of those who are rated.

    `verb` is the one move that is asked for, "" for the whole page. What is not asked of it is not read: a step that
    is made needs neither the record nor the other moves.
    """

    held: orders.Held
    actor: Actor
    now: dt.datetime
    net: Network
    calendar: Calendar
    verb: str = ""

    @cached_property
    def options(self) -> list[Option]:
        """Every move with a verdict for this reader."""
        return options_for(actor=self.actor, order=self.order, now=self.now)

    @cached_property
    def cast(self) -> people.Cast:
        """Who plays which part in the order today, looked up once a role."""
        return people.Cast(self.type, self.order, self.net)

    @cached_property
    def beside(self) -> Beside:
        """The record, files, personal values, drafts and texts, in one query."""
        return beside.of_order(
            self.order.id, inner=self.inner, person=self.actor.person, places=f"{self.order.number}:",
            post=self.actor.post if self.inner else "", others=self.colleagues(), since=iso(self.now - WRITING),
        )  # fmt: skip

    @cached_property
    def loads(self) -> dict[str, int]:
        """Each unit's open work, where a form asks for the unit to send the order to: of `verb`, or one that is open.

        One query, else none.
        """
        shown = self.option(self.verb) if self.verb else None
        forms = self.to_do() if not self.verb else [shown.move] if shown is not None else []
        if any(move.effect in ("dispatch", "arbitrate") for move in forms):
            return open_loads(self.order.programme, self.type, self.net)
        return {}

    @property
    def events(self) -> list[Event]:
        return self.beside.events

    @property
    def order(self) -> OrderState:
        return self.held.order

    @property
    def type(self) -> OrderType:
        return self.held.type

    @property
    def programme(self) -> Programme:
        return packs.bundle(self.order.bundle)

    @property
    def inner(self) -> bool:
        """Whether the reader reads inner words too."""
        return sees_inner(self.actor, self.order, packs.roles_of(self.order.programme, self.order.type))

    @property
    def rated(self) -> bool:
        """Whether the reader is of those whom the requester rates."""
        return people.rated(self.actor, self.order, self.type)

    @property
    def may_call(self) -> bool:
        """Whether the reader's part in the order may need the requester's number."""
        roles = packs.roles_of(self.order.programme, self.order.type).roles
        played = parts(self.actor, self.order, roles)
        return self.inner and any(who.of in WORKING for key in played for who in roles[key].who)

    @property
    def hidden_clocks(self) -> tuple[str, ...]:
        """Clocks that would tell the rated how they were rated."""
        if not self.rated:
            return ()
        return tuple(clock.key for clock in self.type.clocks.values() if "bad_rating" in clock.starts)

    @property
    def light(self) -> lights.Light:
        """The order's light, without clocks that are not this reader's to see."""
        order = self.order
        if not self.inner and not any(line.running for line in self.clock_lines):
            return lights.NONE
        if self.hidden_clocks or not self.inner:
            kept = {
                key: clock
                for key, clock in order.clocks.items()
                if key.partition(":")[0] not in self.hidden_clocks and (self.inner or self._promised(key))
            }
            order = replace(order, clocks=kept)
        return lights.light_of_order(order, self.type, self.now, self.calendar)

    def _promised(self, key: str) -> bool:
        spec = self.type.clocks.get(key.partition(":")[0])
        return spec is not None and spec.promise

    @property
    def clock_lines(self) -> list[clocks.ClockLine]:
        """Every clock of the order; the requester reads the promise alone."""
        lines = clocks.clocks_of(self.order, self.type, self.now, self.calendar, self.net, hidden=self.hidden_clocks)
        if not self.inner:
            return [line for line in lines if line.promise]
        theirs = source_clock(self.order, self.type, self.programme, self.now, self.calendar)
        return [*lines, theirs] if theirs else lines

    @property
    def step(self) -> int:
        """The step of the ring, 1 to 7; the rated do not read from it whether the rating was a good one."""
        step = next_step(self.type, self.order)
        return 6 if self.rated and step == 7 and not self.type.states[self.order.state].closed else step

    @property
    def setting(self) -> Setting:
        """What the rules look at besides the order."""
        return Setting(self.type, self.net, self.calendar)

    @property
    def scene(self) -> Scene:
        """What forms are drawn for."""
        return Scene(self.type, self.net, self.now, self.order, self.actor, self.loads)

    def option(self, verb: str) -> Option | None:
        """Return one move with its verdict, None for a verb no person makes."""
        return option_for(actor=self.actor, order=self.order, verb=verb, now=self.now)

    def to_do(self) -> list[Move]:
        """Return the moves whose forms stand open on the page: the reader's turn."""
        waiting = {half for half, draft in self.order.drafts.items() if not draft.get("returned")}
        main = [
            one.move
            for one in self.options
            if one.yes and one.move.main and not (one.move.effect == "reply" and one.move.half in waiting)
        ]
        signing = [move for move in main if move.effect == "approve"]
        halves = [move for move in main if move.effect == "reply"]
        reading = [one.move for one in self.options if one.yes and one.move.effect == "read_note"]
        return [*reading, *(signing or halves or main[:2])]

    def others(self, open_: list[Move]) -> list[Move]:
        """Return the other possible moves; undoing stands elsewhere."""
        return [one.move for one in self.options if one.yes and one.move not in open_ and one.move.effect != "recall"]

    def undo(self) -> Move | None:
        """Return the move that undoes what the reader just did, while it may be undone."""
        return next((one.move for one in self.options if one.yes and one.move.effect == "recall"), None)

    def reasons(self) -> list[tuple[Move, Told]]:
        """Return what cannot be done now and why, as far as it concerns this reader."""
        found = [
            (one.move, told(one.refused, self.type, self.net, self.now, self.order, self.cast))
            for one in sorted(self.options, key=self._distance)
            if one.refused is not None and self._concerns(one)
        ]
        return found[:MOST_REASONS]

    def colleagues(self) -> list[str]:
        """Return the others whose turn it could be in this order now, as far as the reader may know of them."""
        if not self.inner:
            return []
        here = (move for move in self.type.moves.values() if move.main and self.order.state in move.from_)
        roles = {role for move in here for role in move.by}
        found = dict.fromkeys(person for role in sorted(roles) for person in self.cast.persons(role))
        return [person for person in found if person != self.actor.person][:MOST_COLLEAGUES]

    def writing(self) -> list[tuple[str, Move, str]]:
        """Return (person, move, when) of what others are writing.

        Nobody is told of a recusal, nor the rated of a doubt about a rating.
        """
        found = []
        for person, place, at in self.beside.writers:
            move = self.type.moves.get(place.partition(":")[2])
            if move is None or move.effect == "recuse" or (self.rated and move.ask == "verification"):
                continue
            found.append((person, move, at))
        return found

    def _distance(self, one: Option) -> int:
        """What waits or is too late before what is somebody else's, and that before steps over or still to come."""
        kind = one.refused.kind if one.refused else ""
        return {"post": 1, "state": 2}.get(kind, 0)

    def _concerns(self, one: Option) -> bool:
        assert one.refused is not None
        move, kind, order = one.move, one.refused.kind, self.order
        here = order.state in move.from_
        if move.effect in ("recall", "recuse", "assent", "joined") or (move.inner and not self.inner):
            return False
        if one.refused.code.endswith(("nothing_asked", "no_draft", "not_disputed", "accepted")):
            return False
        if kind == "post":
            return (here and move.main and self._alive(move)) or (
                move.effect in NEAR and self.inner and bool(order.lead)
            )
        if kind == "state" and not one.refused.code.partition(".state.")[2]:
            # Of the steps that are over or still to come, those that people look for by name.
            return move.effect in ("ask", "close", "reopen", "withdraw")
        return True

    def _alive(self, move: Move) -> bool:
        """Whether there is anything for somebody else's move to act upon that this reader may know of."""
        order = self.order
        if move.effect in ("decide", "arbitrate"):
            return move.ask in order.asks and not (move.ask == "verification" and self.rated)
        if move.effect in ("co_accept", "co_reply"):
            return any(part.get("state") != "done" for part in order.co.values())
        return bool(order.drafts) if move.effect in ("approve", "return_draft", "edit_draft") else True


def sight(*, number: str, actor: Actor, now: dt.datetime, verb: str = "") -> Sight:
    """Return what the actor sees of an order; raises store.orders.NotFound for a stranger."""
    if verb:
        held = orders.for_move(number, place=place_of(number, verb), seen_by=actor)
    else:
        held = orders.by_number(number, seen_by=actor)
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(now))
    return Sight(held=held, actor=actor, now=now, net=net, calendar=calendar, verb=verb)


def open_loads(programme: str, order_type: OrderType, net: Network) -> dict[str, int]:
    """Return how many orders lie with each unit that an order of this kind may be sent to; one query."""
    kinds = {
        order_type.fields[key].unit
        for move in order_type.by_effect("dispatch")
        for key in ("lead",)
        if key in move.needs
    }
    units = [unit.key for kind in sorted(kinds) for unit in net.of_type(kind)]
    loads = dict.fromkeys(units, 0)
    for (unit, measure, _month), n in counters.read(programme, [f"lead:{key}" for key in units]).items():
        key = unit.removeprefix("lead:")
        if measure.removeprefix("queue:") in WITH_OFFICE and key in loads:
            loads[key] += n
    return loads
