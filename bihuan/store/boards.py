"""看板的数: what a board asks besides figures: how far orders came, how long stages took, what is asked again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from bihuan.core.order_facts import came
from bihuan.core.permission import Actor
from bihuan.core.programmes import MILESTONES, OrderType, Programme
from bihuan.store import lists
from bihuan.store.figure_counted import tallies
from bihuan.store.figure_order_sql import body
from bihuan.store.figures import Reading
from bihuan.store.lists import Asked

SAMPLE = 100  # of the latest answered orders, from which the usual time of a stage is told
TITLES = 200  # of the latest orders, among which those that say the same are sought


def how_far(
    reading: Reading, order_type: OrderType, units: Iterable[str], months: Iterable[str]
) -> dict[tuple[str, str], int]:
    """Return how many orders that came in these months stand where, by (category, milestone); one query of tallies.

    `units` are keys of counters: "" everywhere, `desk:<unit>`, `lead:<unit>`.
    """
    field = order_type.fields.get("category")
    categories = ["", *(one.key for one in field.choices)] if field else [""]
    names = {came(category, at): (category, at) for category in categories for at in MILESTONES}
    wanted, found = set(months), Counter[tuple[str, str]]()
    for (mark, _unit, month), n in tallies(reading, order_type, names, sorted(set(units))).items():
        if month in wanted:
            found[names[mark]] += n
    return {key: n for key, n in found.items() if n}


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
    allowed, more = lists.visible(seen_by, [programme])
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
