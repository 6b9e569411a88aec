"""重算: which running deadlines a calendar would move, and moving them, one event an order, once somebody confirmed.

Each order is a command of its own: what was cut off is taken up by doing it again, and nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction

from bihuan.actions import orders as orders_actions
from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.actions.setting import setting_of
from bihuan.core import reclocks
from bihuan.core.calendar import Calendar
from bihuan.core.instants import instant
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.programmes import RECLOCK
from bihuan.core.refusal import Refused
from bihuan.store import calendars, deadlines, orders, packs, versions
from bihuan.store.deadlines import START, Place, Promised

RECLOCKED = "deadlines_reclocked"
SHOWN = 50  # orders of one page of a look


@dataclass(frozen=True, slots=True)
class Shift:
    """A running clock of an open order whose end would be another if it were counted again."""

    number: str
    bundle: str
    type: str
    clock: str
    due: datetime
    would: datetime


@dataclass(slots=True)
class Look:
    """What a calendar would move. `orders` and `clocks` are counts among the `looked` open orders that are due first;
    `more` says that there were others. `found` are the first of them, `next` the place where the rest begins."""

    version: str
    found: list[Shift] = field(default_factory=list)
    orders: int = 0
    clocks: int = 0
    looked: int = 0
    more: bool = False
    next: Place | None = None


@dataclass(slots=True)
class Done:
    """What was counted again: `moved` orders, `refused` as (number, why), `more` where a limit left some."""

    moved: int = 0
    refused: list[tuple[str, Refused]] = field(default_factory=list)
    more: bool = False


def look(calendar: Calendar, *, now: datetime, after: Place = START, most: int | None = None) -> Look:
    """Return what the calendar would make of the open orders beyond `after`, at most `most` of them; reads only."""
    found = Look(calendar.version)
    for one in deadlines.running(after, None if most is None else most + 1):
        if found.looked == most:
            found.more = True
            break
        found.looked += 1
        moved = _moved(one, calendar, now)
        if not moved:
            continue
        found.orders += 1
        found.clocks += len(moved)
        if found.orders <= SHOWN:
            found.found += [
                Shift(one.number, one.bundle, one.type, key, instant(one.clocks[key]["due"]), instant(clock["due"]))
                for key, clock in moved.items()
            ]
            place = one.place
        elif found.next is None:
            found.next = place
    return found


def _moved(one: Promised, calendar: Calendar, now: datetime) -> reclocks.Clocks:
    return reclocks.recounted(packs.order_type(one.bundle, one.type), one.clocks, calendar, now)


@versions.held()
def apply(
    *,
    actor: Actor,
    now: datetime,
    seen: str = "",
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Done:
    """Count the deadlines of every open order again under the calendar in force, at most `limit` orders.

    `seen` is the version of the calendar whose effect was looked at: another one by now refuses as `reclock.stale`.
    Orders that stand right are not touched. Raises Refused `reclock.post` for everybody but an administrator.
    """
    must_set_up(actor, RECLOCK)
    calendar = calendars.calendar()
    if seen and seen != calendar.version:
        raise Refused(f"{RECLOCK}.stale", seen=seen, version=calendar.version)
    done = Done()
    waiting = list(islice(_ids(calendar, now), None if limit is None else limit + 1))
    if limit is not None and len(waiting) > limit:
        waiting, done.more = waiting[:limit], True
    if not waiting:
        return done
    with transaction.atomic():
        facts = {"calendar": calendar.version, "orders": len(waiting)}
        note(SETUP, actor=actor, verb=RECLOCKED, facts=facts, now=now)
    for id_ in waiting:
        _one(id_, calendar, actor, now, done)
        if progress:
            progress(done.moved + len(done.refused))
    return done


def _ids(calendar: Calendar, now: datetime) -> Iterator[int]:
    return (one.id for one in deadlines.running() if _moved(one, calendar, now))


def _one(id_: int, calendar: Calendar, actor: Actor, now: datetime, done: Done) -> None:
    """Count one order again, anew where somebody was first."""
    for _ in range(orders_actions.TRIES):
        held = orders.by_id(id_, seen_by=SYSTEM)
        try:
            event, after = reclocks.reclocked(held.type, held.order, calendar, actor, now)
        except Refused as why:
            done.refused.append((held.order.number, why))
            return
        if orders_actions.stored(setting_of(held.type, now), held.order, event, after):
            done.moved += 1
            return
    done.refused.append((held.order.number, Refused(f"{RECLOCK}.stale", last=held.order.last)))
