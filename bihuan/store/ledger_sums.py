"""台账合计: what the entries of a list add up to, from counters where whole months are asked, else from the entries.

Persons of two entries never add up; how many firms there were is counted once each.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from bihuan.core.ledger_kinds import Activity, reads
from bihuan.core.permission import Actor
from bihuan.store import counters
from bihuan.store.ledger import Asked, conditions

BUILT_IN = ("entries", "idle", "late")


@dataclass(slots=True)
class Sums:
    """What a list adds up to: entries, idle statements and late ones, measures that add up (money in fen), and how
    many different units each field names."""

    entries: int = 0
    idle: int = 0
    late: int = 0
    measures: dict[str, int] = field(default_factory=dict)
    distinct: dict[str, int] = field(default_factory=dict)


def sums(*, seen_by: Actor, programme: str, activity: Activity, asked: Asked, today: date) -> Sums:
    """Return what a list adds up to, of what the actor may see; ask it of a bounded window. Three queries at most."""
    units = reads(seen_by, activity)
    plain = not (asked.named or asked.late or asked.idle or asked.withdrawn)
    if plain and whole_months(asked, today):
        found = _counted(programme, activity, asked, units)
    else:
        found = _added(seen_by, programme, activity, asked)
    found.distinct = _distinct(seen_by, programme, activity, asked)
    return found


def whole_months(asked: Asked, today: date) -> bool:
    """Whether the window begins with a month and ends with one, or with the present: nothing is entered ahead."""
    if asked.since and not asked.since.endswith("-01"):
        return False
    if not asked.until or asked.until >= today.isoformat():
        return True
    year, month, day = map(int, asked.until.split("-"))
    return day == monthrange(year, month)[1]


def by_unit(programme: str, units: Iterable[str]) -> dict[tuple[str, str, str, str], int]:
    """Return every tally of the ledger of a programme as {(unit, activity, measure, month): n}; one query.

    `units` are names of counters: "" everywhere, `at:<unit>` the entries about a unit, `in:<unit>` those naming it.
    """
    found: dict[tuple[str, str, str, str], int] = {}
    wanted = set(units)
    for (unit, name, month), n in (counters.read(programme, wanted) if wanted else {}).items():
        if name.startswith("ledger:"):
            _ledger, activity, measure = name.split(":", 2)
            found[unit, activity, measure, month] = n
    return found


def _counted(programme: str, activity: Activity, asked: Asked, units: frozenset[str] | None) -> Sums:
    if asked.unit:
        names = [f"at:{asked.unit}"] if units is None or asked.unit in units else []
    else:
        names = [""] if units is None else [f"at:{unit}" for unit in units]
    found = Sums()
    if not names:
        return found
    for (_unit, key, measure, month), n in by_unit(programme, names).items():
        if key != activity.key or month < asked.since[:7] or (asked.until and month > asked.until[:7]):
            continue
        if measure in BUILT_IN:
            setattr(found, measure, getattr(found, measure) + n)
        elif measure.startswith("m:"):
            name = measure.removeprefix("m:")
            found.measures[name] = found.measures.get(name, 0) + n
    return found


def _added(actor: Actor, programme: str, activity: Activity, asked: Asked) -> Sums:
    where, values = conditions(actor, programme, activity, asked)
    typed = [one for one in activity.measures.values() if one.typed and one.counting.aggregator == "sum"]
    listed = [one for one in activity.measures.values() if one.of and one.counting.aggregator == "sum"]
    postgres = connection.vendor == "postgresql"
    columns, given = [], []
    for one in typed:
        text = "e.body::json->'values'->>%s" if postgres else "json_extract(e.body, %s)"
        given.append(one.key if postgres else f"$.values.{one.key}")
        # Money has two decimals always: without the point it is fen.
        columns.append(f"SUM(CAST(REPLACE(CAST({text} AS TEXT), '.', '') AS {'NUMERIC' if postgres else 'INTEGER'}))")
    for one in listed:
        columns.append(
            "SUM((SELECT COUNT(*) FROM store_entryunit u WHERE u.tenant = 1 AND u.entry = e.id AND u.field = %s))"
        )
        given.append(one.of)
    flags = [f"SUM(CASE WHEN {one} THEN 1 ELSE 0 END)" for one in ("e.idle = ''", "e.idle <> ''", "e.late")]
    with connection.cursor() as db:
        db.execute(f"SELECT {', '.join([*flags, *columns])} FROM store_entry e WHERE {where}", [*given, *values])
        entries, idle, late, *rest = (int(n or 0) for n in db.fetchone())
    keys = [one.key for one in (*typed, *listed)]
    return Sums(entries, idle, late, {key: n for key, n in zip(keys, rest, strict=True) if n})


def _distinct(actor: Actor, programme: str, activity: Activity, asked: Asked) -> dict[str, int]:
    fields = [one.of for one in activity.measures.values() if one.of and one.counting.aggregator == "distinct"]
    if not fields or asked.withdrawn:
        return {}
    inner: list[str] = ["u.tenant = 1", "u.programme = %s", "u.activity = %s"]
    values: list[Any] = [programme, activity.key]
    for sign, day in ((">=", asked.since), ("<=", asked.until)):
        if day:
            inner.append(f"u.date {sign} %s")
            values.append(day)
    join = ""
    if reads(actor, activity) is not None or asked.unit or asked.named or asked.late:
        where, given = conditions(actor, programme, activity, asked)
        join = f" AND u.entry IN (SELECT e.id FROM store_entry e WHERE {where})"
        values += given
    with connection.cursor() as db:
        db.execute(
            f"SELECT u.field, COUNT(DISTINCT u.unit) FROM store_entryunit u WHERE {' AND '.join(inner)}{join} "
            "GROUP BY u.field",
            values,
        )
        found = dict(db.fetchall())
    return {one.key: int(found.get(one.of, 0)) for one in activity.measures.values() if one.of in fields}
