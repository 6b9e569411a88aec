"""来源: the number and the deadline an order has where it came from, and whether an answer is owed there."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bihuan.core import clocks
from bihuan.core.calendar import Calendar
from bihuan.core.instants import instant, iso
from bihuan.core.moments import moment_of
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, parts
from bihuan.core.programmes import OrderType

LONGEST = 80


def number_of(text: str) -> str:
    """Return a source's number as it is stored and compared: half-width, trimmed, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def due_of(text: str, calendar: Calendar) -> str:
    """Return a stated deadline as an instant, a day meaning its end; raises ValueError for what names no moment."""
    if not text.strip():
        return ""
    found = moment_of(text)
    if found is None:
        raise ValueError(text)
    if not isinstance(found, datetime):
        return iso(calendar.midnight(found + timedelta(days=1)))
    return iso((found if found.tzinfo else found.replace(tzinfo=calendar.zone)).astimezone(UTC))


def plain(text: str) -> str:
    """Return a text as it is compared with what was imported: half-width and without any space or line break."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def edited(before: Mapping[str, Any], now: Mapping[str, str]) -> list[str]:
    """Return the facts whose text is no longer what it was, in the order of `now`."""
    return [key for key, text in now.items() if plain(str(before.get(key) or "")) != plain(text)]


def owes(order_type: OrderType, order: OrderState) -> bool:
    """Whether the source of the order wants its own sheet back."""
    return bool(order.source_number) and order.channel in order_type.owing


def owed(order_type: OrderType, order: OrderState) -> bool:
    """Whether the order has an answer, or has ended, and its source was not told so since.

    An order joined to another one is owed from then on: its answer is the other one's, whenever that comes.
    """
    if not owes(order_type, order):
        return False
    told = order.returned[-1]["at"] if order.returned else ""
    if answer := order.replies.get("requester"):
        return bool(told < answer["at"])
    state = order_type.states.get(order.state)
    return state is not None and state.closed and not told


def may_return(actor: Actor, order: OrderState, order_type: OrderType) -> bool:
    """Whether the actor may answer the source: whoever may bring orders of this kind in from a sheet."""
    by = {role for move in order_type.by_effect("import") for role in move.by}
    return actor.sort == "system" or not by.isdisjoint(parts(actor, order, order_type.roles))


def clock(order_type: OrderType, order: OrderState, calendar: Calendar) -> dict[str, Any]:
    """Return the deadline of the source as a clock, {} where it set none.

    It runs beside ours until the source has its sheet back, or, where it wants none, until the answer or the end.
    """
    if not order.source_due:
        return {}
    due = instant(order.source_due)
    begun = order.times.get("submitted", "")
    found = clocks.stated(order_type, instant(begun) if begun else due - timedelta(days=30), due, calendar)
    if owes(order_type, order):
        ended = order.returned[-1]["at"] if order.returned and not owed(order_type, order) else ""
    else:
        ended = order.times.get("replied") or order.times.get("closed", "")
    return clocks.stopped(found, instant(ended)) if ended else found
