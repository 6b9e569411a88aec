"""在办件数: how many open orders a reader has from whom nothing but secrecy is hidden, told from the trays' tallies.

The tallies know everything that lies in a tray of the loop, however much it is. What they do not know is read row by
row along an index of nothing else, and there is little of it: secret orders, and those that are only moved on (推进).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bihuan.core.chain import plain
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.queues import ADVANCING, QUEUES
from bihuan.store import events, lists, packs, sight
from bihuan.store.counters import FOLDED
from bihuan.store.lists import Asked
from bihuan.store.statements import marks, postgres, rows

PENDING = 100  # events not folded yet that are still read one by one; beyond them the orders are counted themselves
_TIMED = ("to_rate", "to_close")  # of which one list asks by the clock and not by the tray alone
_APART = f"(o.secret OR o.queue = '{ADVANCING}')"  # in the words of the index order_apart


def shared_out(*, seen_by: Actor, programme: Programme, asked: Asked, kind: str, now: datetime) -> tuple[int, int]:
    """Return what `lists.shared_out` returns of one programme, in one query that grows with no number of orders."""
    found = _told(seen_by, programme, asked, kind, now)
    if found is None:
        return lists.shared_out(seen_by=seen_by, programmes=[programme], asked=asked, kind=kind, now=now)
    return found


def count(*, seen_by: Actor, programme: Programme, asked: Asked, now: datetime) -> int:
    """Return what `lists.count` returns of one programme; where the tallies know it, in a query that does not grow."""
    found = _told(seen_by, programme, asked, "", now)
    return lists.count(seen_by=seen_by, programmes=[programme], asked=asked, now=now) if found is None else found[0]


def _told(actor: Actor, programme: Programme, asked: Asked, kind: str, now: datetime) -> tuple[int, int] | None:
    """Return how many there are and how many of the kind are hidden; None where tallies do not say it."""
    if (unit := _tallied_for(asked, programme)) is None or not _sees_all_trays(actor, programme):
        return None
    trays = [asked.queue] if asked.queue else [*QUEUES]
    where, values = lists.conditions(asked, now)
    allowed, more = sight.visible(actor, [programme])
    through = "" if postgres() else " INDEXED BY order_apart"
    moved_on = f"o.queue = '{ADVANCING}'"
    sql = (
        f"SELECT 'tray', n, 0, '' FROM store_counter WHERE {FOLDED} AND measure IN ({marks(len(trays))}) "
        f"UNION ALL SELECT 'new', 0, 0, deltas FROM (SELECT deltas FROM {events.awaiting(events.FOLD)} "
        f"LIMIT {PENDING + 1}) w "
        "UNION ALL SELECT 'apart', a.more - a.less, a.hidden, '' FROM (SELECT "
        f"COUNT(*) FILTER (WHERE {moved_on} AND {allowed}) AS more, "
        f"COUNT(*) FILTER (WHERE NOT ({moved_on}) AND NOT {allowed}) AS less, "
        f"COUNT(*) FILTER (WHERE o.type = %s AND NOT {allowed}) AS hidden "
        f"FROM store_order o{through} WHERE {' AND '.join([*where, _APART])}) a"
    )
    measures = [f"queue:{tray}" for tray in trays]
    given: list[Any] = [programme.key, unit, *measures, *more, *more, kind, *more, *values]
    n = hidden = pending = 0
    for what, more_, hidden_, deltas in rows(sql, given):
        n += int(more_)
        hidden += int(hidden_)
        if what == "new":
            pending += 1
            n += sum(
                delta
                for programme_, unit_, measure, _month, delta in plain(deltas or "[]")
                if programme_ == programme.key and unit_ == unit and measure in measures
            )
    return (n, hidden) if pending <= PENDING else None


def _tallied_for(asked: Asked, programme: Programme) -> str | None:
    """Return for which unit tallies are kept of what a list asks, None where it asks for anything else besides."""
    places = [f"{sort}:{key}" for sort, key in (("desk", asked.desk), ("lead", asked.lead)) if key]
    plain_ = Asked(programme=programme.key, open=True, queue=asked.queue, desk=asked.desk, lead=asked.lead)
    if len(places) > 1 or replace(asked, moment="submitted", sort="due") != plain_:
        return None
    if asked.queue and (asked.queue in _TIMED or asked.queue not in QUEUES):
        return None
    return places[0] if places else ""


def _sees_all_trays(actor: Actor, programme: Programme) -> bool:
    """Whether no order of the programme but a secret one can be hidden from the actor, whatever its version."""
    return packs.kinds_of(programme.key) <= programme.orders.keys() and sight.everywhere(actor, programme)
