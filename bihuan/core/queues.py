"""队列: in whose tray an order lies, from its milestone and what waits. Lists, counts and columns share this one rule."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType

# The trays in the order of the loop; asks lie in a tray of their own besides.
QUEUES = (
    "to_register",
    "to_dispatch",
    "to_accept",
    "in_progress",
    "to_check",
    "to_rate",
    "to_verify",
    "to_close",
    "rectifying",
)
WITH_OFFICE = ("to_accept", "in_progress", "rectifying")  # what lies with the office that leads
ADVANCING = "advancing"  # where every open order lies that is registered and moved on, not dispatched (推进)
_BY_MILESTONE = {
    "received": "to_register",
    "registered": "to_dispatch",
    "dispatched": "to_accept",
    "accepted": "in_progress",
    "answered": "to_check",
    "rectifying": "rectifying",
}


def queue(order_type: OrderType, order: OrderState) -> str:
    """Return the tray of an open order, "" for a closed one."""
    state = order_type.states.get(order.state)
    if state is None or state.closed:
        return ""
    if not order_type.looped:
        return ADVANCING
    if state.milestone == "checked":
        if "verification" in order.asks:
            return "to_verify"
        return "to_close" if order.rating else "to_rate"
    return _BY_MILESTONE.get(state.milestone, "in_progress")


def trays(order_type: OrderType, states: Iterable[str]) -> list[str]:
    """Return every tray in which an order of one of these states may lie."""
    if not order_type.looped:
        return [ADVANCING]
    found: set[str] = set()
    for key in states:
        state = order_type.states[key]
        if not state.closed:
            checked = state.milestone == "checked"
            found.update(
                ("to_rate", "to_verify", "to_close") if checked else [_BY_MILESTONE.get(state.milestone, "in_progress")]
            )
    return sorted(found)


def asked(order: OrderState) -> tuple[str, str]:
    """Return what waits for a decision and whose: (ask, desk | arbiter), or ("", ""); one request waits at a time."""
    for ask, pending in order.asks.items():
        return ask, pending.get("to") or "desk"
    return "", ""
