"""推进的步子: the states of a kind of order that has no ring, in their order, and when each was reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import MILESTONES, OrderType
from bihuan.words import moments
from bihuan.words.orders import state_name
from bihuan.words.outward import Step


def of_order(order: OrderState, order_type: OrderType, events: Iterable[Event], now: datetime) -> list[Step]:
    """Return one step for each milestone the kind has; states that share one are alternatives.

    An order that ended outside its path shows what it reached and where it ended.
    """
    reached: dict[str, datetime] = {}
    for event in events:
        if to := event.then.get("to", ""):
            reached[str(to)] = event.at
    here = order_type.states[order.state]
    found: list[Step] = []
    for milestone, n in sorted(MILESTONES.items(), key=lambda one: one[1]):
        states = [key for key, state in order_type.states.items() if state.milestone == milestone]
        if not n or not states:
            continue
        been = next((key for key in states if key == order.state), "")
        been = been or next((key for key in states if key in reached), "")
        if here.milestone == "ended":
            mark = "ok" if been else ""
            if not been:
                continue
        elif order.state in states:
            mark = "ok" if here.closed else "now"
        else:
            mark = "ok" if n < MILESTONES[here.milestone] else "todo"
        shown = been if been and mark != "todo" else ""
        name = state_name(order_type, shown) if shown else _("／").join(state_name(order_type, key) for key in states)
        when = moments.table_moment(reached[shown], now) if shown in reached else ""
        found.append(Step(name, mark, when))
    if here.milestone == "ended":
        when = moments.table_moment(reached[order.state], now) if order.state in reached else ""
        found.append(Step(state_name(order_type, order.state), "now", when))
    return found
