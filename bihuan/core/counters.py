"""计数: what one open order adds to the trays. The difference before and after an event is that event's deltas.

Because a tally is a sum of what orders contribute, counters equal a recount by construction; a property test says so.
Only what is open now is counted here, as a stock: what happened in a month is a figure's (`core.order_facts`).
"""

from __future__ import annotations

from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.queues import asked, queue

Tally = dict[tuple[str, str, str], int]  # (unit, measure, month) -> n; unit "" is everywhere, month "" is a stock

Share = tuple[tuple[str, ...], tuple[str, ...]]  # for which units an order counts, and as what: once each


def tallies(order_type: OrderType, order: OrderState) -> Tally:
    """Return what the order adds: its tray and who is asked, for all, its desk and its lead; nothing once it is closed.

    Secret orders count like others: a count shows no content.
    """
    return spread(shared(order_type, order))


def spread(share: Share) -> Tally:
    """Return what is counted, once for each of the units."""
    units, measures = share
    return {(unit, measure, ""): 1 for unit in units for measure in measures}


def shared(order_type: OrderType, order: OrderState) -> Share:
    """Return `tallies` not yet spread.

    Counters are of the loop: a kind of order that is only registered and moved on is counted from its rows.
    """
    if not order.state or not order_type.looped:
        return (), ()
    counted = []
    if tray := queue(order_type, order):
        counted.append(f"queue:{tray}")
        ask, to = asked(order)
        if ask:
            counted.append(f"asked:{ask}:{to}")
        if any(not draft.get("returned") for draft in order.drafts.values()):
            counted.append("queue:to_sign")
    if not counted:
        return (), ()
    units = [""]
    if order.desk:
        units.append(f"desk:{order.desk}")
    if order.lead:
        units.append(f"lead:{order.lead}")
    return tuple(units), tuple(counted)


def deltas(before: Tally, after: Tally) -> Tally:
    """Return what must be added to counters that held `before` so that they hold `after`."""
    changed = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    return {key: n for key, n in changed.items() if n}


def moved(before: Share, after: Share) -> Tally:
    """Return `deltas` between two orders' tallies."""
    return {} if before == after else deltas(spread(before), spread(after))
