"""计数: what one order adds to every tally. The difference before and after an event is that event's deltas.

Because a tally is a sum of what orders contribute, counters equal a recount by construction; a property test says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import lru_cache

from bihuan.core.instants import instant
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.queues import asked, queue

Tally = dict[tuple[str, str, str], int]  # (unit, measure, month) -> n; unit "" is everywhere, month "" is a stock

Share = tuple[tuple[str, ...], dict[tuple[str, str], int]]

_MONTHLY = (
    ("submitted", "received"),
    ("first_dispatched", "dispatched"),
    ("first_replied", "replied"),
)


def tallies(order_type: OrderType, order: OrderState, zone: tzinfo) -> Tally:
    """Return what the order adds: its open state as a stock, its milestones by local month, for all, desk and lead.

    Secret orders count like others: a count shows no content.
    """
    return spread(*shared(order_type, order, zone))


def spread(units: tuple[str, ...], counted: Mapping[tuple[str, str], int]) -> Tally:
    """Return what is counted, once for each of the units."""
    return {(unit, measure, when): n for unit in units for (measure, when), n in counted.items()}


def shared(order_type: OrderType, order: OrderState, zone: tzinfo) -> Share:
    """Return `tallies` not yet spread: for which units the order counts, and what by (measure, month).

    Counters are of the loop: a kind of order that is only registered and moved on is counted from its rows.
    """
    if not order.state or not order_type.looped:
        return (), {}
    counted: dict[tuple[str, str], int] = {}
    if tray := queue(order_type, order):
        counted[f"queue:{tray}", ""] = 1
        ask, to = asked(order)
        if ask:
            counted[f"asked:{ask}:{to}", ""] = 1
        if any(not draft.get("returned") for draft in order.drafts.values()):
            counted["queue:to_sign", ""] = 1
    for moment, measure in _MONTHLY:
        if moment in order.times:
            counted[measure, month(order.times[moment], zone)] = 1
    state = order_type.states.get(order.state)
    if state and state.milestone == "closed" and "closed" in order.times:  # 销号 alone: not refused, not withdrawn
        counted["closed", month(order.times["closed"], zone)] = 1
    if order.solved:
        counted["solved", month(order.times["closed"], zone)] = 1
    if order.state == "refused" and "closed" in order.times:
        counted["refused", month(order.times["closed"], zone)] = 1
    if rating := order.standing_rating:
        when = month(rating["at"], zone)
        counted["rated", when] = 1
        if rating["level"] not in order_type.bad_ratings:
            counted["satisfied", when] = 1
    if order.on_time:
        counted["on_time", month(order.times["first_replied"], zone)] = 1
    units = [""]
    if order.desk:
        units.append(f"desk:{order.desk}")
    if order.lead:
        units.append(f"lead:{order.lead}")
    return tuple(units), counted


@lru_cache(maxsize=4096)
def month(text: str, zone: tzinfo) -> str:
    """Return the local month `YYYY-MM` of a stored instant."""
    return local(text, zone).strftime("%Y-%m")


def local(text: str, zone: tzinfo) -> datetime:
    """Return a stored instant as local time."""
    return instant(text).astimezone(zone)


def deltas(before: Tally, after: Tally) -> Tally:
    """Return what must be added to counters that held `before` so that they hold `after`."""
    changed = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    return {key: n for key, n in changed.items() if n}


def moved(before: Share, after: Share) -> Tally:
    """Return `deltas` between two orders' tallies, spreading only what differs where the units are the same."""
    if before[0] != after[0]:
        return deltas(spread(*before), spread(*after))
    old, new = before[1], after[1]
    changed = {key: n for key in old.keys() | new.keys() if (n := new.get(key, 0) - old.get(key, 0))}
    return spread(after[0], changed)
