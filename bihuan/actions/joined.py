"""并单: which order an order that was joined to another one follows, to the answer and the rating."""

from __future__ import annotations

from bihuan.core.order_state import OrderState
from bihuan.store import sources

HOPS = 5  # an order joined to one that was joined itself


def main_of(order: OrderState) -> OrderState | None:
    """Return the order that is handled in place of this one, None for one that was never joined."""
    main: OrderState | None = None
    number = order.merged_into
    for _hop in range(HOPS):
        if not number:
            break
        main = sources.by_numbers([number]).get(number)
        number = main.merged_into if main else ""
    return main


def follows(order: OrderState, main: OrderState) -> bool:
    """Whether the requester of a joined order may go on with the main one as their own: the same unit, verified."""
    return order.verified and bool(order.requester) and order.requester == main.requester
