"""统计值: rows of stated statistics, for whom they are and as of when. They lie in the ledger's table and chains."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bihuan.core import entries as core
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import reads
from bihuan.core.permission import Actor
from bihuan.core.statistics import Series, latest, window
from bihuan.core.whole import whole
from bihuan.store import events
from bihuan.store.ledger import KIND
from bihuan.store.statements import marks

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of statistics, the newest window first. `next` is the cursor of the following page, "" at the end."""

    entries: list[EntryState]
    next: str = ""


def conditions(
    actor: Actor, programme: str, series: Sequence[Series], *, live: bool | None = True
) -> tuple[str, list[Any]]:
    """Return the condition of the statistics of some series that the actor may see, on the alias `e`."""
    either, values = [], []
    for one in series:
        units = reads(actor, one)
        if units is None:
            either.append("e.activity = %s")
            values.append(one.key)
        elif units:
            either.append(f"(e.activity = %s AND e.unit IN ({marks(len(units))}))")
            values += [one.key, *sorted(units)]
    where = f"e.tenant = 1 AND e.programme = %s AND ({' OR '.join(either) or '1 = 0'})"
    if live is not None:
        where += " AND e.live" if live else " AND NOT e.live"
    return where, [programme, *values]


def page(
    *,
    seen_by: Actor,
    programme: str,
    series: Sequence[Series],
    unit: str = "",
    withdrawn: bool = False,
    cursor: str = "",
    limit: int = PAGE,
) -> Page:
    """Return one page of statistics by key; a broken cursor starts at the beginning."""
    where, values = conditions(seen_by, programme, series, live=not withdrawn)
    if unit:
        where += " AND e.unit = %s"
        values.append(unit)
    day, _, id_ = cursor.partition("~")
    if day and (last := whole(id_)) is not None:
        where += " AND (e.date, e.id) < (%s, %s)"
        values += [day, last]
    found = _bodies(where + " ORDER BY e.date DESC, e.id DESC LIMIT %s", [*values, limit + 1])
    if len(found) <= limit:
        return Page(found)
    return Page(found[:limit], f"{found[limit - 1].date}~{found[limit - 1].id}")


def every(*, seen_by: Actor, programme: str, series: Sequence[Series]) -> Iterator[EntryState]:
    """Yield every statistic of some series, page by page, the newest window first."""
    cursor = ""
    while True:
        got = page(seen_by=seen_by, programme=programme, series=series, cursor=cursor, limit=500)
        yield from got.entries
        cursor = got.next
        if not cursor:
            return


def count(*, seen_by: Actor, programme: str, series: Sequence[Series]) -> int:
    """Return how many statistics a list has, for the register of exports."""
    where, values = conditions(seen_by, programme, series)
    with connection.cursor() as db:
        db.execute(f"SELECT COUNT(*) FROM store_entry e WHERE {where}", values)
        return int(db.fetchone()[0])


def oldest(*, seen_by: Actor, programme: str, series: Series) -> str:
    """Return the end of the oldest window of a series, "" for none."""
    where, values = conditions(seen_by, programme, [series])
    with connection.cursor() as db:
        db.execute(f"SELECT MIN(e.date) FROM store_entry e WHERE {where}", values)
        return str(db.fetchone()[0] or "")


def of_windows(
    *, seen_by: Actor, programme: str, series: Sequence[Series], until: Collection[str], as_of: str = ""
) -> dict[tuple[str, str, str, str], list[EntryState]]:
    """Return the live statistics of windows that end on some days, by (series, unit, since, until).

    `as_of` asks for them as they were known at an instant (recorded ≤ T, decisions 19); the latest recorded comes
    first. Two queries, whatever the number of windows.
    """
    if not until:
        return {}
    where, values = conditions(seen_by, programme, series, live=None if as_of else True)
    ends = sorted(set(until))
    if as_of:
        # What was corrected afterwards may have stood in another window then: those are replayed and sorted anew.
        where += f" AND e.recorded <= %s AND (e.date IN ({marks(len(ends))}) OR e.changed > %s)"
        values += [as_of, *ends, as_of]
    else:
        where += f" AND e.date IN ({marks(len(ends))})"
        values += ends
    known = _bodies(where, values)
    if as_of:
        known = known_at(known, as_of)
    found: dict[tuple[str, str, str, str], list[EntryState]] = {}
    for one in latest(known):
        if one.live and one.date in ends:
            found.setdefault((one.activity, one.unit, *window(one)), []).append(one)
    return found


def known_at(some: Sequence[EntryState], at: str) -> list[EntryState]:
    """Return entries as they were known at an instant; those that changed since are replayed: one query."""
    later = [one.id for one in some if one.changed > at]
    chains = events.of_orders(later, KIND) if later else {}
    found = []
    for one in some:
        then = core.as_of(chains.get(one.id, []), at) if one.changed > at else one
        if then is not None:
            found.append(then)
    return found


def _bodies(where: str, values: Sequence[Any]) -> list[EntryState]:
    with connection.cursor() as db:
        db.execute(f"SELECT e.body FROM store_entry e WHERE {where}", values)
        return [EntryState.load(json.loads(row[0])) for row in db.fetchall()]
