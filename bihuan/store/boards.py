"""看板的数: what a board asks besides figures: how far orders came, how long stages took, what is asked again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bihuan.core.indicators import Indicator
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.store import lists, sight
from bihuan.store.figure_order_sql import body
from bihuan.store.lists import Asked

SAMPLE = 100  # of the latest answered orders, from which the usual time of a stage is told
TITLES = 200  # of the latest orders, among which those that say the same are sought


def came(order_type: OrderType) -> Indicator:
    """Return the count of orders that came in, by category and by how far they have come."""
    return Indicator(
        ":came", "", "count", over="orders", of=order_type.key, mark="submitted", by=("category", "milestone")
    )


def lying_open(order_type: OrderType) -> Indicator:
    """Return the count of open orders, those included whose content the reader may not see."""
    return Indicator(":open", "", "count", over="orders", of=order_type.key, mark="open")


@dataclass(frozen=True, slots=True)
class Passed:
    """When an order passed each stage, as stored text, "" where it has not yet."""

    submitted: str
    dispatched: str
    accepted: str
    replied: str
    checked: str
    rated: str
    closed: str


def passed(
    *, seen_by: Actor, programme: Programme, order_type: OrderType, lead: str, since: str, until: str, now: datetime
) -> list[Passed]:
    """Return the latest orders answered in a window, the newest first, at most SAMPLE + 1; one query by an index."""
    asked = Asked(
        programme=programme.key,
        type=order_type.key,
        lead=lead,
        moment="replied",
        since=since,
        until=until,
        sort="moment",
    )
    where, values = lists.conditions(asked, now)
    allowed, more = sight.visible(seen_by, [programme])
    with connection.cursor() as db:
        db.execute(
            f"SELECT o.submitted, o.dispatched, COALESCE({body('times', 'accepted')}, ''), o.replied, "
            f"COALESCE({body('checked', 'at')}, ''), o.rated, o.closed FROM store_order o "
            f"WHERE {' AND '.join([*where, allowed])} ORDER BY o.replied DESC, o.id DESC LIMIT %s",
            [*values, *more, SAMPLE + 1],
        )
        return [Passed(*row) for row in db.fetchall()]


def latest(
    *, seen_by: Actor, programme: Programme, order_type: OrderType, since: str, lead: str, now: datetime
) -> list[lists.Row]:
    """Return the latest orders that came since a moment, the newest first, at most TITLES; one query by an index."""
    asked = Asked(
        programme=programme.key, type=order_type.key, lead=lead, moment="submitted", since=since, sort="moment"
    )
    return lists.page(seen_by=seen_by, programmes=[programme], asked=asked, now=now, limit=TITLES).rows
