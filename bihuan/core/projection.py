"""投影: the columns of an order that lists, queues and lights ask for, derived from its state and nothing else."""

from __future__ import annotations

from typing import Any

from bihuan.core import ages
from bihuan.core.clocks import running
from bihuan.core.ladders import Ladder
from bihuan.core.notes import waiting_for
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import MILESTONES, OrderType
from bihuan.core.queues import asked, queue
from bihuan.core.sources import owed

NEVER = "9999-12-31T00:00:00.000000Z"
RANK = {"P1": 1, "P2": 2, "P3": 3, "P4": 4, "": 5}


def columns(order_type: OrderType, order: OrderState) -> dict[str, Any]:
    """Return the projected columns. Instants are UTC text, "" or NEVER standing for "none".

    `due`, `yellow`, `orange` are the earliest over the clocks that run and that an office owes; the light at any
    instant is therefore a comparison with stored text (decisions 15). A paused clock does not count.
    """
    state = order_type.states.get(order.state)
    closed = state is None or state.closed
    window = order.clocks.get("rating_window", {})
    rating = order.standing_rating
    pending, pending_to = asked(order)
    aged_in, aged_since = ("", "") if closed else ages.since(order_type, order)
    return {
        "state": order.state,
        "queue": queue(order_type, order),
        "ring": ring(order_type, order),
        "open": not closed,
        "title": order.title,
        "category": order.category,
        "priority": RANK[order.priority],
        "channel": order.channel,
        "source_number": order.source_number,
        "source_due": order.source_due or NEVER,
        "owed": owed(order_type, order),
        "requester": order.requester,
        "requester_name": order.requester_name,
        "desk": order.desk,
        "lead": order.lead,
        "first_receiver": order.first_receiver,
        "handler": order.handler,
        "keeper": order.keeper,
        "supervisor": order.supervisor,
        "secret": order.secret,
        "pending": pending,
        "pending_to": pending_to,
        "drafted": any(not d.get("returned") for d in order.drafts.values()),
        "supervised": order.supervised,
        **lights(order_type, order),
        "suspended": bool(order.resume_on),
        "aged_in": aged_in,
        "aged_since": aged_since,
        "alarm": alarm(order_type, order) if not closed else NEVER,
        "rate_until": window["due"] if running(window) and not order.rating else "",
        "rating": rating.get("level", ""),
        "rated": rating.get("at", ""),
        "result": order.result,
        "solved": order.solved,
        "on_time": order.on_time,
        "submitted": order.times.get("submitted", ""),
        "dispatched": order.times.get("first_dispatched", ""),
        "replied": order.times.get("first_replied", ""),
        "closed": order.times.get("closed", ""),
        "archived": order.archived.get("year", 0),
        "bundle": order.bundle,
    }


def lights(order_type: OrderType, order: OrderState) -> dict[str, str]:
    """Return the columns of the clocks that run: which ends first and when, and the instants of its lights."""
    due = yellow = orange = NEVER
    due_clock = ""
    for key in sorted(order.clocks):  # of two that end together the same one is named, however the order was read
        clock = order.clocks[key]
        spec = order_type.clocks.get(key.partition(":")[0])
        if spec is None or not running(clock) or clock.get("paused") or spec.owes == "requester":
            continue
        if clock["due"] < due:
            due, due_clock = clock["due"], key
        yellow = min(yellow, clock["yellow"])
        orange = min(orange, clock.get("orange", NEVER))
    return {"due": due, "due_clock": due_clock, "yellow": yellow, "orange": orange}


def beside(order: OrderState) -> frozenset[str]:
    """Return what an order is listed by besides its columns: its co-handling units, and posts with words to read."""
    return waiting_for(order).union(order.co) if order.notes else frozenset(order.co)


def ring(order_type: OrderType, order: OrderState) -> int:
    """Return the step of the ring the order stands at; 7, the closed ring, only when it is struck off (ux.md §0).

    0 is for an order that ended outside the loop, and for every one of a kind that has none.
    """
    state = order_type.states.get(order.state)
    return 0 if state is None or not order_type.looped else MILESTONES[state.milestone]


def next_step(order_type: OrderType, order: OrderState) -> int:
    """Return the step that is due: as the ring, but 销号 once the rating is there and nothing waits."""
    step = ring(order_type, order)
    return 7 if step == 6 and queue(order_type, order) == "to_close" else step


def rungs(order_type: OrderType, order: OrderState) -> list[tuple[str, str, int]]:
    """Return the rungs of the ladder not yet climbed as (instant, `clock.light`, index in the ladder)."""
    found = []
    for index, rung in enumerate(order_type.ladder):
        clock = order.clocks.get(rung.clock, {})
        name = _name(rung, clock)
        if not running(clock) or clock.get("paused") or name in order.alarms:
            continue
        at = clock["due"] if rung.light == "red" else clock.get(rung.light, NEVER)
        found.append((at, name, index))
    return sorted(found)


def _name(rung: Ladder, clock: dict[str, Any]) -> str:
    """Return what an order keeps of a rung it climbed: a clock that begins anew has all its rungs again."""
    return f"{rung.clock}.{rung.light}.{clock.get('start', '')}"


def alarm(order_type: OrderType, order: OrderState) -> str:
    """Return the next instant at which the system has something to do for the order."""
    at = NEVER
    for rung in order_type.ladder:  # as `rungs`, but only the earliest is asked for
        clock = order.clocks.get(rung.clock)
        if not clock or clock.get("stop") or clock.get("paused"):
            continue
        when = clock["due"] if rung.light == "red" else clock.get(rung.light, NEVER)
        if when < at and not (order.alarms and _name(rung, clock) in order.alarms):
            at = when
    if order.resume_on:
        at = min(at, f"{order.resume_on}T00:00:00.000000Z")
    return at
