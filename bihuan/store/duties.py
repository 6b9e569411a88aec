"""周期和覆盖的记录: which entries kept a duty or covered a unit, and what was waived, now or as of a past moment.

A fixed number of queries for a whole cadence or coverage, whatever the number of units and periods.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bihuan.core import waivers as core
from bihuan.core.cadence import Cadence, Duty, Held, Period, duties, periods_of
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import Activity, reads
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.reaches import Reach, Reached, of_posts, reached, subjects
from bihuan.store import ledger
from bihuan.store.ledger import Asked, conditions
from bihuan.store.statements import marks
from bihuan.store.statistics import known_at


@dataclass(frozen=True, slots=True)
class Owed:
    """How one unit or post kept a cadence. `since` is its founding, from which counting begins (decisions 20)."""

    key: str
    name: str
    unit: str
    since: date | None
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What duties look at of one or more entries of a day; `post` made it, by a stand-in or not."""

    day: date
    unit: str
    post: str
    late: bool
    idle: bool


def of_cadence(
    *,
    seen_by: Actor,
    programme: Programme,
    cadence: Cadence,
    net: Network,
    since: date,
    until: date,
    today: date,
    as_of: str = "",
) -> list[Owed]:
    """Return how every unit or post one may read of kept the periods that began between two days.

    `net` holds those that owe, of all time; `as_of` asks for what was recorded by an instant. Two queries, two more as
    of a past moment.
    """
    activity = programme.ledger[cadence.activity]
    given: dict[str, Any] = {"seen_by": seen_by, "programme": programme, "activity": activity}
    some = entries(**given, since=since, until=_end(cadence, since, until), as_of=as_of)
    waived = waivers(programme, f"cadence.{cadence.key}", as_of)
    return _owed(seen_by, programme, cadence, net, (since, until, today), some, waived)


def lately(
    *,
    seen_by: Actor,
    programme: Programme,
    cadences: Mapping[str, tuple[Cadence, date]],
    net: Network,
    today: date,
) -> dict[str, list[Owed]]:
    """Return the same of several cadences at once, each from a day of its own to the present: one query."""
    spans = {key: (one, since, today) for key, (one, since) in cadences.items()}
    return of_cadences(seen_by=seen_by, programme=programme, spans=spans, net=net, today=today)


def of_cadences(
    *,
    seen_by: Actor,
    programme: Programme,
    spans: Mapping[str, tuple[Cadence, date, date]],
    net: Network,
    today: date,
) -> dict[str, list[Owed]]:
    """Return the same of several cadences at once, each for the periods between two days of its own: one query."""
    if not spans:
        return {}
    books = [f"cadence.{key}" for key in spans if f"cadence.{key}" in programme.waivers]
    activities = sorted({one.activity for one, _since, _until in spans.values()})
    first = min(since for _one, since, _until in spans.values()).isoformat()
    last = max(_end(*span) for span in spans.values()).isoformat()
    live = "FROM store_entry e WHERE e.tenant = 1 AND e.programme = %s AND e.live AND e.activity IN"
    sql = (
        "SELECT DISTINCT e.activity, e.date, e.unit, e.post, e.late, e.idle <> '', '' "
        f"{live} ({marks(len(activities))}) AND e.date >= %s AND e.date <= %s"
    )
    values: list[Any] = [programme.key, *activities, first, last]
    if books:
        # A day from the first on: without one SQLite takes the few books for a third of the table and reads it whole.
        sql += f" UNION ALL SELECT e.activity, '', '', '', e.late, e.idle <> '', e.body {live} ({marks(len(books))})"
        sql += " AND e.date > ''"
        values += [programme.key, *books]
    kept: dict[str, list[Kept]] = {}
    waived: dict[str, list[EntryState]] = {}
    with connection.cursor() as db:
        db.execute(sql, values)
        for key, day, unit, post, late, idle, body in db.fetchall():
            if body:
                waived.setdefault(key, []).append(EntryState.load(json.loads(body)))
            else:
                one = Kept(date.fromisoformat(day), unit, post, bool(late), bool(idle))
                kept.setdefault(key, []).append(one)
    return {
        key: _owed(
            seen_by, programme, one, net, (since, until, today), kept.get(one.activity, ()),
            core.by_subject(waived.get(f"cadence.{key}", ())),
        )
        for key, (one, since, until) in spans.items()
    }  # fmt: skip


def _end(cadence: Cadence, since: date, until: date) -> date:
    """A custom period that begins in the window may end after it: what was entered then counts for it."""
    return max([until, *(one.end for one in periods_of(cadence, since, until))])


def _owed(
    actor: Actor,
    programme: Programme,
    cadence: Cadence,
    net: Network,
    days: tuple[date, date, date],
    some: Iterable[Kept],
    waived: Mapping[str, list[EntryState]],
) -> list[Owed]:
    units = reads(actor, programme.ledger[cadence.activity])
    held: dict[str, list[Held]] = {}
    for entry in some:
        held.setdefault(entry.post if cadence.post else entry.unit, []).append(Held(entry.day, entry.late, entry.idle))
    since, until, today = days
    found = []
    for key, name, unit, founded, dissolved in _owing(net, programme, cadence):
        if units is not None and unit not in units:
            continue
        kept = duties(
            cadence,
            since,
            until,
            held.get(key, ()),
            today,
            founded=founded,
            dissolved=dissolved,
            excused=[core.period(one) for one in waived.get(key, ())],
        )
        if kept:
            found.append(Owed(key, name, unit, founded, tuple(kept)))
    return found


def _owing(
    net: Network, programme: Programme, cadence: Cadence
) -> Iterator[tuple[str, str, str, date | None, date | None]]:
    if cadence.post:
        for post in net.posts_of_kind(cadence.post):
            yield post.key, f"{net.name(post.unit)} {post.name}", post.unit, post.since, post.until
    else:
        for unit in net.of_type(programme.ledger[cadence.activity].unit):
            yield unit.key, unit.name, unit.key, unit.since, unit.until


def of_reach(
    *, seen_by: Actor, programme: Programme, reach: Reach, net: Network, period: Period, as_of: str = ""
) -> Reached:
    """Return who is covered in a window, who is not and who is exempt, of those the reader may read of.

    `net` is the network of the day that decides who must be covered. Two queries, a third as of a past moment.
    """
    activity = programme.ledger[reach.activity]
    some = subjects(net, programme, reach, reads(seen_by, activity))
    counts: dict[str, int] = {}
    posts = of_posts(programme, reach)
    if reach.field and not as_of:
        counts = _named(seen_by, programme, activity, reach.field, period)
    else:
        given: dict[str, Any] = {"seen_by": seen_by, "programme": programme, "activity": activity}
        for entry in _states(**given, since=period.start, until=period.end, as_of=as_of):
            if entry.idle:
                continue
            for key in about(entry, reach, posts):
                counts[key] = counts.get(key, 0) + 1
    waived = waivers(programme, f"coverage.{reach.key}", as_of)
    return reached(
        reach, period, some, counts, {key: [core.period(one) for one in rows] for key, rows in waived.items()}
    )


def about(entry: EntryState, reach: Reach, posts: bool) -> Iterable[str]:
    """Return the keys of the units an entry reaches, or of the post that made it."""
    if reach.field:
        value = entry.fields.get(reach.field, [])
        return dict.fromkeys([value] if isinstance(value, str) else value)
    return [entry.post if posts else entry.unit]


def _named(
    actor: Actor, programme: Programme, activity: Activity, field: str, period: Period
) -> dict[str, int]:  # fmt: skip
    """Return by unit how many entries name it in a field: the index of named units answers."""
    where, values = conditions(actor, programme.key, activity, _asked(activity, period.start, period.end))
    with connection.cursor() as db:
        db.execute(
            "SELECT n.unit, COUNT(*) FROM store_entryunit n JOIN store_entry e ON e.id = n.entry WHERE n.tenant = 1 "
            f"AND n.programme = %s AND n.activity = %s AND n.field = %s AND {where} GROUP BY n.unit",
            [programme.key, activity.key, field, *values],
        )
        return dict(db.fetchall())


def _asked(activity: Activity, since: date, until: date) -> Asked:
    return Asked(activity.key, since=since.isoformat(), until=until.isoformat())


def entries(
    *, seen_by: Actor, programme: Programme, activity: Activity, since: date, until: date, as_of: str = ""
) -> list[Kept]:
    """Return what duties look at of the live entries of a window, one query; two as of a past moment."""
    if as_of:
        given: dict[str, Any] = {"seen_by": seen_by, "programme": programme, "activity": activity}
        return [
            Kept(date.fromisoformat(one.date), one.unit, one.post, one.late, bool(one.idle))
            for one in _states(**given, since=since, until=until, as_of=as_of)
        ]
    where, values = conditions(seen_by, programme.key, activity, _asked(activity, since, until))
    with connection.cursor() as db:
        db.execute(
            f"SELECT DISTINCT e.date, e.unit, e.post, e.late, e.idle <> '' FROM store_entry e WHERE {where}", values
        )
        return [
            Kept(date.fromisoformat(day), unit, post, bool(late), bool(idle))
            for day, unit, post, late, idle in db.fetchall()
        ]


def _states(
    *, seen_by: Actor, programme: Programme, activity: Activity, since: date, until: date, as_of: str
) -> list[EntryState]:
    """Return the live entries of a window, or those that were live in it as of a moment."""
    if not as_of:
        asked = _asked(activity, since, until)
        return list(ledger.bodies(seen_by=seen_by, programme=programme.key, activity=activity, asked=asked))
    units = reads(seen_by, activity)
    where = "e.tenant = 1 AND e.programme = %s AND e.activity = %s AND e.recorded <= %s"
    where += " AND ((e.live AND e.changed <= %s AND e.date BETWEEN %s AND %s) OR e.changed > %s)"
    values: list[Any] = [programme.key, activity.key, as_of, as_of, since.isoformat(), until.isoformat(), as_of]
    with connection.cursor() as db:
        db.execute(f"SELECT e.body FROM store_entry e WHERE {where}", values)
        found = [EntryState.load(json.loads(row[0])) for row in db.fetchall()]
    return [
        one
        for one in known_at(found, as_of)
        if one.live and since.isoformat() <= one.date <= until.isoformat() and (units is None or one.unit in units)
    ]


def waivers(programme: Programme, key: str, as_of: str = "") -> dict[str, list[EntryState]]:
    """Return the live waivers of a cadence or coverage by the unit or post they are of, as known at a moment."""
    return all_waivers(programme, [key], as_of).get(key, {})


def all_waivers(
    programme: Programme, keys: Sequence[str], as_of: str = ""
) -> dict[str, dict[str, list[EntryState]]]:  # fmt: skip
    """Return the live waivers of several cadences and coverages: one query, two as of a past moment."""
    known = [key for key in keys if key in programme.waivers]
    if not known:
        return {}
    where, values = (
        f"e.tenant = 1 AND e.programme = %s AND e.activity IN ({marks(len(known))})",
        [programme.key, *known],
    )
    where += " AND e.recorded <= %s" if as_of else " AND e.live"
    values += [as_of] if as_of else []
    with connection.cursor() as db:
        db.execute(f"SELECT e.body FROM store_entry e WHERE {where} ORDER BY e.date, e.id", values)
        some = [EntryState.load(json.loads(row[0])) for row in db.fetchall()]
    if as_of:
        some = [one for one in known_at(some, as_of) if one.live]
    return {key: core.by_subject(one for one in some if one.activity == key) for key in known}


def exempt_on(programme: Programme, day: date, as_of: str = "") -> dict[str, set[str]]:
    """Return by each coverage of the network which units are exempt on a day: one query, none where nobody may be."""
    books = {f"coverage.{one.key}": one.key for one in programme.coverages}
    some = all_waivers(programme, list(books), as_of)
    return {
        books[book]: {unit for unit, rows in by_unit.items() if any(core.period(one).holds(day) for one in rows)}
        for book, by_unit in some.items()
    }
