"""手上的单: what an actor must move, and what they wait for. Reads only; `core.turns` decides whose turn it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.actions.setting import setting_of
from bihuan.core.calendar import Calendar
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType
from bihuan.core.setting import Setting
from bihuan.core.turns import next_move
from bihuan.store import calendars, packs, turns
from bihuan.store.lists import Row

MOST = 200  # beyond that a day's work is a list and not a page


@dataclass(frozen=True, slots=True)
class Turn:
    """An order with the move that is the actor's to make, None where they wait for somebody."""

    row: Row
    order: OrderState
    type: OrderType
    move: Move | None = None


def turns_of(*, actor: Actor, now: datetime, until: str = "", limit: int = MOST) -> list[Turn]:
    """Return the open orders at which it is the actor's turn, the next due first; `until` leaves out later dues."""
    found = []
    settings: dict[tuple[str, str], Setting] = {}
    programmes = packs.current().values()
    for one in turns.candidates(actor=actor, programmes=programmes, now=now, until=until, limit=limit):
        key = (one.order.bundle, one.order.type)
        if key not in settings:
            settings[key] = setting_of(one.type, now)
        if move := next_move(settings[key], one.order, actor, now):
            found.append(Turn(one.row, one.order, one.type, move))
    return found


def waited_for(*, actor: Actor, now: datetime, besides: Collection[int] = (), limit: int = MOST) -> list[Turn]:
    """Return what lies with others: orders the actor handles or asked for, for everybody else what runs short."""
    found = turns.held(actor=actor, programmes=packs.current().values(), now=now, limit=limit + len(besides))
    return [Turn(one.row, one.order, one.type) for one in found if one.row.id not in besides][:limit]


def due_today(*, actor: Actor, now: datetime) -> int:
    """Return how many orders the actor must move today: what the badge on the rail says, in one query."""
    return len(turns_of(actor=actor, now=now, until=tomorrow(calendars.calendar(), now)))


def tomorrow(calendar: Calendar, now: datetime) -> str:
    """Return the end of the local day as stored text: what is due before it is due today or overdue."""
    return iso(calendar.midnight(calendar.local_day(now) + timedelta(days=1)) + timedelta(microseconds=1))
