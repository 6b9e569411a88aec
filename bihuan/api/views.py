"""Orders and events as one caller may see them, put into the shapes of the answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bihuan.actions.orders import options_for
from bihuan.core.calendar import Calendar
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, sees_inner
from bihuan.core.programmes import Move, OrderType
from bihuan.core.projection import NEVER
from bihuan.store import calendars, lists, network, packs
from bihuan.store.orders import Held
from bihuan.words import clocks, lights, outward, people
from bihuan.words.events import timeline
from bihuan.words.orders import choice_name, field_name, move_name, state_name
from bihuan.words.refusals import told

COLORS = {"g": "green", "y": "yellow", "o": "orange", "r": "red", "h": "grey"}
# What the requester reads of an order beside its number, title and state; the rest is the office's own.
OUTWARD_TIMES = ("submitted", "replied", "closed")


@dataclass(slots=True)
class View:
    """One order as one caller meets it now."""

    held: Held
    actor: Actor
    now: datetime
    net: Network
    calendar: Calendar

    @property
    def order(self) -> OrderState:
        return self.held.order

    @property
    def type(self) -> OrderType:
        return self.held.type

    @property
    def inner(self) -> bool:
        """Whether the caller reads inner words too."""
        return sees_inner(self.actor, self.order, packs.roles_of(self.order.programme, self.order.type))

    @property
    def rated(self) -> bool:
        """Whether the caller is of those whom the requester rates."""
        return people.rated(self.actor, self.order, self.type)

    # ---- the order ----
    def shown(self) -> dict[str, Any]:
        """Return the order with its limits and moves (`shapes.Order`)."""
        order, inner = self.order, self.inner
        possible, refused = self.moves()
        own = inner or None
        return {
            "number": order.number,
            "programme": order.programme,
            "type": order.type,
            "bundle": order.bundle,
            "state": order.state,
            "state_name": state_name(self.type, order.state),
            "standing": " ".join(part for part in outward.standing(order, self.type, self.net, self.now) if part),
            "title": order.title,
            "category": order.category,
            "priority": own and order.priority or "",
            "channel": order.channel,
            "source_number": order.source_number,
            "source_due": order.source_due,
            "returned": [
                {"at": one["at"], "sheet": one.get("sheet", ""), "line": one.get("line", 0)}
                for one in (order.returned if inner else ())
            ],
            "requester": order.requester,
            "requester_name": order.requester_name,
            "desk": order.desk,
            "lead": order.lead,
            "handler": own and order.handler or "",
            "supervisor": own and order.supervisor or "",
            "co": sorted(order.co) if inner else [],
            "result": order.result,
            "solved": order.solved,
            "rating": self._rating(),
            "fields": self._fields(),
            "times": {key: at for key, at in sorted(order.times.items()) if inner or key in OUTWARD_TIMES},
            "seq": order.seq,
            "head": order.head,
            "light": light(self._light()),
            "clocks": [self._clock(line) for line in self._lines()],
            "moves": possible,
            "refused": refused,
        }

    def _rating(self) -> str:
        last = self.order.rating
        return "" if self.rated or last.get("excluded") else str(last.get("level", ""))

    def _fields(self) -> dict[str, Any]:
        """The facts of the order; personal ones stand in it as commitments and are left out."""
        kept = {}
        for key, value in self.order.fields.items():
            declared = self.type.fields.get(key)
            if declared is None or declared.data_class in ("C2", "C3") or (declared.internal and not self.inner):
                continue
            kept[key] = value
        return kept

    def _hidden(self) -> tuple[str, ...]:
        """Clocks that would tell the rated how they were rated."""
        return tuple(c.key for c in self.type.clocks.values() if "bad_rating" in c.starts) if self.rated else ()

    def _light(self) -> lights.Light:
        hidden = self._hidden()
        kept = {key: clock for key, clock in self.order.clocks.items() if self._may_see(key, hidden)}
        return lights.light_of_order(replace(self.order, clocks=kept), self.type, self.now, self.calendar)

    def _may_see(self, key: str, hidden: tuple[str, ...]) -> bool:
        spec = self.type.clocks.get(key.partition(":")[0])
        return spec is not None and spec.key not in hidden and (self.inner or spec.promise)

    def _lines(self) -> list[clocks.ClockLine]:
        lines = clocks.clocks_of(self.order, self.type, self.now, self.calendar, self.net, hidden=self._hidden())
        return lines if self.inner else [line for line in lines if line.promise]

    def _clock(self, line: clocks.ClockLine) -> dict[str, Any]:
        clock = self.order.clocks[line.key]
        return {
            "key": line.key,
            "name": line.name,
            "start": clock["start"],
            "limit": clock["limit"],
            "due": clock["due"],
            "original": clock["first"] if clock.get("first", clock["due"]) != clock["due"] else "",
            "stopped": clock.get("stop", ""),
            "paused": bool(clock.get("paused")),
            "late": line.late,
            "provisional": bool(clock.get("provisional")),
            "light": light(line.light),
        }

    # ---- its moves ----
    def moves(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the moves the caller may make now, and those they may not with the reason."""
        possible, refused = [], []
        inner, cast = self.inner, people.Cast(self.type, self.order, self.net)
        for option in options_for(actor=self.actor, order=self.order, now=self.now):
            move = option.move
            if option.refused is None:
                fields = [self._field(key, key in move.needs) for key in (*move.needs, *move.takes)]
                possible.append({"verb": move.verb, "name": move_name(move), "fields": fields})
            elif inner or not move.inner:
                said = told(option.refused, self.type, self.net, self.now, self.order, cast)
                refused.append({"verb": move.verb, "name": move_name(move), "code": said.code, "sentence": short(said)})
        return possible, refused

    def _field(self, key: str, required: bool) -> dict[str, Any]:
        declared = self.type.fields[key]
        choices = {one.key: choice_name(declared, one.key) for one in declared.choices}
        return {
            "key": key,
            "name": field_name(declared),
            "kind": declared.kind,
            "required": required,
            "choices": choices,
        }

    # ---- its events ----
    def events(self, past: list[Event]) -> list[dict[str, Any]]:
        """Return every event with its hash; what the caller may not see of one is left out, the hash is not."""
        inner, rated = self.inner, self.rated
        lines = timeline(
            past, self.type, self.net, self.now, inner=inner, rated=rated, requester=self.order.requester_name
        )
        told_of = {line.seq: line for line in lines}
        found = []
        for event in past:
            move = packs.type_of(event, self.type).moves.get(event.verb)
            line = told_of.get(event.seq)
            whole = inner and line is not None and not (rated and move is not None and _of_rating(move))
            found.append(
                {
                    "seq": event.seq,
                    "verb": event.verb if line is not None else "",
                    "name": line.name if line is not None else "",
                    "at": iso(event.at),
                    "hash": event.hash,
                    "prev": event.prev,
                    "redacted": not whole,
                    "actor": event.actor if whole else {},
                    "facts": event.facts if whole else {},
                    "who": line.who if line is not None else "",
                    "text": line.text if line is not None else "",
                    "quote": line.quote if line is not None else "",
                }
            )
        return found

    def made(self, event: Event) -> dict[str, Any]:
        """Return the event the caller has just made: they know all of it."""
        move = self.type.moves[event.verb]
        return {
            "seq": event.seq,
            "verb": event.verb,
            "name": move_name(move),
            "at": iso(event.at),
            "hash": event.hash,
            "prev": event.prev,
            "redacted": False,
            "actor": event.actor,
            "facts": event.facts,
            "who": people.actor_text(event.actor, self.net, outward=not self.inner),
            "text": "",
            "quote": "",
        }


def _of_rating(move: Move) -> bool:
    return move.effect == "rate" or (move.effect == "decide" and move.ask == "verification")


def view(held: Held, actor: Actor, now: datetime) -> View:
    """Return the order as the actor meets it now."""
    calendar = calendars.calendar()
    return View(held, actor, now, network.snapshot(calendar.local_day(now)), calendar)


def light(found: lights.Light) -> dict[str, str]:
    """Return a light as the answers have it."""
    return {"color": COLORS.get(found.color, "none"), "text": found.text}


def short(said: Any) -> str:
    """Return a refusal in one or two sentences: what is in the way, the rule, how it stands."""
    return "。".join(part for part in (said.title, said.rule, said.now) if part) + "。"


def rows(page: lists.Page, now: datetime) -> dict[str, Any]:
    """Return a page of a list (`shapes.Page`)."""
    calendar = calendars.calendar()
    found = []
    for row in page.rows:
        order_type = packs.roles_of(row.programme, row.type)
        found.append(
            {
                "number": row.number,
                "programme": row.programme,
                "type": row.type,
                "state": row.state,
                "state_name": state_name(order_type, row.state),
                "title": row.title,
                "category": row.category,
                "requester": row.requester,
                "requester_name": row.requester_name,
                "desk": row.desk,
                "lead": row.lead,
                "open": bool(row.open),
                "due": "" if row.due == NEVER else row.due,
                "light": light(lights.light_of(row, now, calendar, order_type)) if row.open else NO_LIGHT,
                "submitted": row.submitted,
                "closed": row.closed,
                "seq": row.seq,
            }
        )
    return {"orders": found, "next": page.next}


NO_LIGHT = {"color": "none", "text": ""}
