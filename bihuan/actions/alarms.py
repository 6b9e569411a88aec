"""预警: what the clock does by itself. Every order whose alarm has come is taken, the oldest first; none is missed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from bihuan.actions import orders as orders_actions
from bihuan.actions.setting import setting_of
from bihuan.core import orders as core
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM
from bihuan.core.projection import rungs
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.store import alarms, orders, versions

log = logging.getLogger("bihuan.alarms")
BATCH = 500
TOGETHER = 50  # orders a transaction: one flush for all of them, and nobody waits long for one of them


def sound_alarms(*, now: datetime, limit: int | None = None) -> int:
    """Make the due system moves of every order whose alarm has come; return how many orders were touched.

    Fifty orders are one transaction: a process that dies in between has lost nothing, and the next pass goes on with
    the oldest. An order that somebody moves meanwhile is read again, one that cannot be moved holds up no other.
    """
    touched = 0
    after = ("", 0)
    while limit is None or touched < limit:
        batch = orders.alarming(iso(now), TOGETHER if limit is None else min(TOGETHER, limit - touched), after)
        if not batch:
            return touched
        after = batch[-1]
        touched += _together([id_ for _, id_ in batch], now)
    return touched


def _together(ids: list[int], now: datetime) -> int:
    """Move these orders in one transaction; those it could not have are moved one by one."""
    done: dict[int, bool] = {}
    try:
        with versions.held(), transaction.atomic():
            for held in alarms.taken(ids):
                sounded = _sounded(held, now)
                if sounded is not None:
                    done[held.order.id] = sounded
    except (OperationalError, InterfaceError):
        raise  # the database is away
    except Exception:
        done.clear()  # all of them were undone
    return sum(done[id_] if id_ in done else _alone(id_, now) for id_ in ids)


def _alone(id_: int, now: datetime) -> bool:
    try:
        return sound(id_, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("order %s: its alarm could not be sounded", id_)
        return False


@versions.held()
def sound(id_: int, now: datetime) -> bool:
    """Make what is due on one order: resume it where its pause is over, climb the rungs whose instant has come."""
    for _ in range(orders_actions.TRIES):
        done = _sounded(orders.by_id(id_, seen_by=SYSTEM), now)
        if done is not None:
            return done
    return False


def _sounded(held: orders.Held, now: datetime) -> bool | None:
    """Whether something was due and is recorded; None where somebody else was first."""
    setting = setting_of(held.type, now)
    verb, then = _due(setting, held.order, now)
    if not verb:
        return False
    try:
        move = core.possible(setting, held.order, SYSTEM, verb, now)
    except Refused:
        return False
    event = core.event_of(setting, held.order, SYSTEM, move, {}, now, then=then)
    after = core.apply(setting.type, held.order, event)
    return orders_actions.stored(setting, held.order, event, after) or None


def _due(setting: Setting, order: OrderState, now: datetime) -> tuple[str, dict[str, object]]:
    """Return the system move that is due and what its event adds; ("", {}) where nothing is."""
    if order.resume_on and f"{order.resume_on}T00:00:00.000000Z" <= iso(now):
        for move in setting.type.by_effect("resume"):
            return move.verb, {"by_date": order.resume_on}
    come = [(name, index) for at, name, index in rungs(setting.type, order) if at <= iso(now)]
    alarm = setting.type.by_effect("alarm")
    if not come or not alarm:
        return "", {}
    steps = [setting.type.ladder[index] for _, index in come]
    return alarm[0].verb, {
        "rungs": [name for name, _ in come],
        "steps": [{"clock": s.clock, "light": s.light, "does": s.does, "tell": list(s.tell)} for s in steps],
    }


def settle(*, now: datetime) -> Iterator[int]:
    """Settle provisional deadlines whose year has its notice now, once each, by an event; yield the orders' ids."""
    start = 0
    while ids := orders.ids_after(start, BATCH):
        start = ids[-1]
        for id_ in ids:
            if _settled(id_, now):
                yield id_


def _settled(id_: int, now: datetime) -> bool:
    from bihuan.core import clocks
    from bihuan.core.instants import instant

    held = orders.by_id(id_, seen_by=SYSTEM)
    setting = setting_of(held.type, now)
    changes = {}
    for key, clock in held.order.clocks.items():
        if not clock.get("provisional") or not clocks.running(clock) or clock.get("paused"):
            continue
        if clock["limit"] == "stated" or clock.get("extended"):
            continue
        spans = [(instant(a), instant(b)) for a, b in clock.get("pauses", ())]
        fresh = clocks.counted(setting.type, clock["limit"], instant(clock["start"]), setting.calendar, spans)
        if not fresh.get("provisional"):
            changes[key] = {**fresh, "first": clock["first"]}
    moves = setting.type.by_effect("settle")
    if not changes or not moves:
        return False
    event = core.event_of(setting, held.order, SYSTEM, moves[0], {}, now, clocks=changes)
    return orders_actions.stored(setting, held.order, event, core.apply(setting.type, held.order, event))
