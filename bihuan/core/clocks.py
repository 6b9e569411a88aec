"""办理时限: which clocks an event starts, stops, pauses or moves, and what that makes of their deadlines.

A clock is stored as plain data with its inputs: start, limit, calendar version, pauses; `due` is a promise and is
never counted again behind anybody's back (architecture.md §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.core.calendar import Calendar
from bihuan.core.deadlines import Deadline, deadline, thresholds
from bihuan.core.durations import parse
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Clock, OrderType

Changes = dict[str, dict[str, Any]]


def limit_of(clock: Clock, order: OrderState) -> str:
    """Return the limit that holds for this order: by priority, category or another choice, else the clock's own."""
    if not clock.by:
        return clock.limit
    value = (
        order.priority
        if clock.by == "priority"
        else str(getattr(order, clock.by, "") or order.fields.get(clock.by, ""))
    )
    return clock.limits.get(value, clock.limit)


def started(
    order_type: OrderType, clock: Clock, order: OrderState, now: datetime, calendar: Calendar
) -> dict[str, Any]:
    """Return the clock as it begins now."""
    return counted(order_type, limit_of(clock, order), now, calendar)


def counted(
    order_type: OrderType,
    limit: str,
    start: datetime,
    calendar: Calendar,
    pauses: Iterable[tuple[datetime, datetime]] = (),
) -> dict[str, Any]:
    """Return a clock's data counted from its inputs; `verify` calls it again with the stored ones."""
    end = deadline(start, parse(limit), calendar, tuple(pauses))
    data: dict[str, Any] = {
        "start": iso(start),
        "limit": limit,
        "cal": calendar.version,
        **lit(order_type, end, calendar),
    }
    data["first"] = data["due"]
    if end.provisional:
        data["provisional"] = True
    if end.pauses:
        data["pauses"] = [[iso(a), iso(b)] for a, b in end.pauses]
    return data


def lit(order_type: OrderType, end: Deadline, calendar: Calendar) -> dict[str, str]:
    """Return the due instant with its light thresholds, stored beside it (decisions 15)."""
    marks = thresholds(end, calendar, *shares(order_type))
    data = {"due": iso(end.due), "yellow": iso(marks.yellow_at)}
    if marks.orange_at is not None:
        data["orange"] = iso(marks.orange_at)
    return data


def shares(order_type: OrderType) -> tuple[float, int, float | None]:
    """Return the share of the time and the workdays left that show yellow, and the share that shows orange, or None."""
    lights = order_type.lights
    orange = float(lights["orange_share"]) if "orange_share" in lights else None
    return float(lights.get("yellow_share", 0.3)), int(lights.get("yellow_workdays", 2)), orange


def running(clock: Mapping[str, Any]) -> bool:
    """Whether the clock has begun and not ended; a paused clock is running too."""
    return bool(clock) and not clock.get("stop")


def changed(
    order_type: OrderType,
    order: OrderState,
    signals: frozenset[str],
    now: datetime,
    calendar: Calendar,
    co: Iterable[str] = (),
) -> Changes:
    """Return what the signals of an event do to the clocks of `order`, which already carries the event's facts.

    Signals are the verb, the state reached, `verb.outcome` of a decision, `bad_rating` and `ended`. The promise
    starts once and never again. `co` are the co-handling units a dispatch names.
    """
    changes: Changes = {}
    ended = "ended" in signals
    fresh: Changes = {}  # several clocks of one limit begin together: counted once
    for spec in order_type.clocks.values():
        if spec.each == "co":
            changes.update(_each(order_type, spec, order, signals, now, calendar, co))
            continue
        if not ended and signals.isdisjoint(spec.heeds):
            continue
        have = order.clocks.get(spec.key, {})
        if (ended or not signals.isdisjoint(spec.stops)) and running(have):
            changes[spec.key] = stopped(have, now)
        if ended:
            continue
        begins = not signals.isdisjoint(spec.restarts) or (not signals.isdisjoint(spec.starts) and not running(have))
        if begins and not (spec.promise and have):
            limit = limit_of(spec, order)
            if limit not in fresh:
                fresh[limit] = counted(order_type, limit, now, calendar)
            changes[spec.key] = dict(fresh[limit])
    return changes


def _each(
    order_type: OrderType,
    spec: Clock,
    order: OrderState,
    signals: frozenset[str],
    now: datetime,
    calendar: Calendar,
    co: Iterable[str],
) -> Changes:
    changes: Changes = {}
    for key, have in order.clocks.items():
        if key.startswith(f"{spec.key}:") and running(have):
            unit = key.partition(":")[2]
            done = any(f"{token}:{unit}" in signals for token in spec.stops)
            if "ended" in signals or done or (signals.intersection(spec.starts) and unit not in co):
                changes[key] = stopped(have, now)
    if signals.intersection(spec.starts):
        for unit in co:
            key = f"{spec.key}:{unit}"
            if not running(order.clocks.get(key, {})):
                changes[key] = started(order_type, spec, order, now, calendar)
    return changes


def stopped(clock: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the clock ended now; `late` says whether that was past its due."""
    data = {k: v for k, v in clock.items() if k != "paused"}
    data["stop"] = iso(now)
    if data["stop"] >= data["due"] and not clock.get("paused"):
        data["late"] = True
    return data


def paused(order_type: OrderType, order: OrderState, now: datetime) -> Changes:
    """Return the pausable clocks as they stand still from now on."""
    return {
        key: {**clock, "paused": iso(now)}
        for key, clock in order.clocks.items()
        if running(clock) and (spec := order_type.clocks.get(key)) and spec.pausable and not clock.get("paused")
    }


def resumed(order_type: OrderType, order: OrderState, now: datetime, calendar: Calendar) -> Changes:
    """Return the paused clocks running again, their due moved by the pause and never nearer."""
    changes: Changes = {}
    for key, clock in order.clocks.items():
        if not clock.get("paused"):
            continue
        since = instant(clock["paused"])
        spans = [(instant(a), instant(b)) for a, b in clock.get("pauses", ())]
        if now > since:
            spans.append((since, now))
        if clock.get("extended") or clock["limit"] == "stated":
            new = {**clock, **moved(order_type, clock, instant(clock["due"]) + (now - since), calendar)}
            new["pauses"] = [[iso(a), iso(b)] for a, b in spans]
        else:
            fresh = counted(order_type, clock["limit"], instant(clock["start"]), calendar, spans)
            new = {**fresh, "first": clock["first"]}
        new.pop("paused", None)
        changes[key] = new
    return changes


def extended(order_type: OrderType, order: OrderState, until: date, calendar: Calendar) -> Changes:
    """Return every running extendable clock moved to the end of the day `until`, where that is later.

    The original due stays in `first` (decisions 14).
    """
    end = calendar.midnight(calendar.workday_from(until) + timedelta(days=1))
    changes: Changes = {}
    for key, clock in order.clocks.items():
        spec = order_type.clocks.get(key)
        if spec and spec.extendable and running(clock) and iso(end) > clock["due"]:
            changes[key] = {
                **clock,
                **moved(order_type, clock, end, calendar),
                "extended": clock.get("extended", 0) + 1,
            }
    return changes


def moved(order_type: OrderType, clock: Mapping[str, Any], due: datetime, calendar: Calendar) -> dict[str, Any]:
    """Return the due and thresholds of a clock whose end is set rather than counted."""
    limit = parse("1 month") if clock["limit"] == "stated" else parse(clock["limit"])
    provisional = not calendar.is_known(calendar.local_day(due).year)
    pauses = tuple((instant(a), instant(b)) for a, b in clock.get("pauses", ()))
    end = Deadline(instant(clock["start"]), due, limit, calendar.key, calendar.version, provisional, pauses)
    data: dict[str, Any] = lit(order_type, end, calendar)
    if provisional:
        data["provisional"] = True
    return data


def stated(order_type: OrderType, start: datetime, due: datetime, calendar: Calendar) -> dict[str, Any]:
    """Return a clock whose due was given by the source and not counted by us."""
    begin = min(start, due - timedelta(seconds=1))
    provisional = not calendar.is_known(calendar.local_day(due).year)
    end = Deadline(begin, due, parse("1 month"), calendar.key, calendar.version, provisional)
    data: dict[str, Any] = {"start": iso(begin), "limit": "stated", "cal": calendar.version}
    data |= lit(order_type, end, calendar)
    if provisional:
        data["provisional"] = True
    data["first"] = data["due"]
    return data
