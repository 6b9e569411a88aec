"""重算: running clocks of an order counted again under another calendar, as one event and only when somebody said so.

A promise never moves by itself (architecture.md §4): what another calendar would make of it is listed first. A clock
that was extended by approval, stated by the source or stands paused keeps its end whatever the calendar, and no
deadline is moved to a moment that has already passed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bihuan.core.calendar import Calendar
from bihuan.core.clocks import counted, running
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event, OrderState, mark
from bihuan.core.orders import apply
from bihuan.core.permission import Actor
from bihuan.core.programmes import RECLOCK, OrderType
from bihuan.core.refusal import Refused

Clocks = dict[str, dict[str, Any]]


def recounted(order_type: OrderType, clocks: Clocks, calendar: Calendar, now: datetime) -> Clocks:
    """Return the running clocks that would end at another moment under this calendar, as they would then be stored."""
    found: Clocks = {}
    for key, clock in clocks.items():
        if not running(clock) or clock.get("paused") or clock.get("extended") or clock["limit"] == "stated":
            continue
        if clock.get("cal") == calendar.version:
            continue
        pauses = [(instant(a), instant(b)) for a, b in clock.get("pauses", ())]
        fresh = counted(order_type, clock["limit"], instant(clock["start"]), calendar, pauses)
        if fresh["due"] != clock["due"] and fresh["due"] > iso(now):
            found[key] = {**fresh, "first": clock["first"], "reclocked": clock.get("reclocked", 0) + 1}
    return found


def reclocked(
    order_type: OrderType, order: OrderState, calendar: Calendar, actor: Actor, now: datetime
) -> tuple[Event, OrderState]:
    """Return the one event that counts an order's clocks again, and the order after it.

    Raises Refused `reclock.state.closed` for an order that has ended, `reclock.state.same` where no clock would move.
    """
    if order_type.states[order.state].closed:
        raise Refused(f"{RECLOCK}.state.closed", state=order.state)
    clocks = recounted(order_type, order.clocks, calendar, now)
    if not clocks:
        raise Refused(f"{RECLOCK}.state.same")
    seq = order.seq + 1
    event = Event(
        order=order.id,
        seq=seq,
        verb=RECLOCK,
        actor=mark(actor),
        at=now,
        facts={
            "calendar": calendar.version,
            "moved": {key: {"was": order.clocks[key]["due"], "due": clock["due"]} for key, clock in clocks.items()},
        },
        then={"clocks": clocks},
        bundle=order.bundle,
        prev=order.head,
        command=f"{RECLOCK}:{calendar.version}:{seq}",
    ).sealed()
    return event, apply(order_type, order, event)
