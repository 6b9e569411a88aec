"""数账的条件: the conditions under which an entry counts, as SQL over the entries and the units they name."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bihuan.core.indicators import Indicator
from bihuan.core.ledger_kinds import Activity
from bihuan.store import ledger
from bihuan.store.readings import Query, Reading
from bihuan.store.statements import marks

MARKS = {"entries": "e.idle = ''", "idle": "e.idle <> ''", "late": "e.late"}


def activity_of(reading: Reading, query: Query) -> Activity:
    """Return the activity whose entries a query counts."""
    return reading.programme.ledger[query.indicator.of]


def choices(reading: Reading, query: Query) -> list[tuple[str, tuple[str, ...]]]:
    """Return which choices an entry must have made, by field."""
    fields = activity_of(reading, query).fields
    sliced = [(key, (value,)) for key, value in reading.asked.slices if key in fields]
    return [(where.key, where.one_of) for where in query.indicator.where] + sliced


def units(reading: Reading, query: Query) -> set[str] | None:
    """Return the units whose entries count, None for all the reader may read."""
    found: set[str] | None = None
    one = query.indicator
    if one.scope:
        scope = reading.programme.scopes[one.scope]
        found = {*scope.units, *(unit.key for type_ in scope.types for unit in reading.net.of_type(type_))}
    if reading.asked.unit:
        unit = reading.asked.unit
        inside = {unit, *(below.key for below in reading.net.below(unit))}
        found = inside if found is None else found & inside
    return found


def field(key: str) -> str:
    """Return the expression for a field of an entry; the key is a pack's."""
    if connection.vendor == "postgresql":
        return f"COALESCE(e.body::json->'fields'->>'{key}', '')"
    return f"COALESCE(json_extract(e.body, '$.fields.{key}'), '')"


def conditions(reading: Reading, query: Query) -> tuple[str, list[Any]]:
    """Return the condition of a list over `store_entry e`, with its parameters."""
    activity, one = activity_of(reading, query), query.indicator
    asked = ledger.Asked(activity.key, since=query.since.isoformat(), until=query.until.isoformat())
    where, values = ledger.conditions(reading.actor, reading.programme.key, activity, asked)
    clauses = [where, MARKS[one.mark]]
    if (some := units(reading, query)) is not None:
        clauses.append(f"e.unit IN ({marks(len(some))})" if some else "1 = 0")
        values += sorted(some)
    for key, words in choices(reading, query):
        if activity.fields[key].kind == "choices":  # a list in the text of the body: the quoted key stands in it
            clauses.append("(" + " OR ".join([f"{field(key)} LIKE %s"] * len(words)) + ")")
            values += [f'%"{word}"%' for word in words]
        else:
            clauses.append(f"{field(key)} IN ({marks(len(words))})")
            values += words
    if one.aggregator == "sum":
        clauses.append(f"{amount_sql(activity, one)} > 0")
    if reading.past:
        clauses.append("e.changed <= %s")
        values.append(reading.at)
    return " AND ".join(clauses), values


def amount_sql(activity: Activity, one: Indicator) -> str:
    """Return the expression for what an entry adds, money in fen; the names in it are a pack's."""
    measure = activity.measures[one.value]
    if measure.of:
        return (
            "(SELECT COUNT(*) FROM store_entryunit u WHERE u.tenant = 1 AND u.entry = e.id "
            f"AND u.field = '{measure.of}')"
        )
    postgres = connection.vendor == "postgresql"
    text = (
        f"e.body::json->'values'->>'{measure.key}'" if postgres else f"json_extract(e.body, '$.values.{measure.key}')"
    )
    # Money has two decimals always: without the point it is fen.
    return f"CAST(COALESCE(REPLACE(CAST({text} AS TEXT), '.', ''), '0') AS {'NUMERIC' if postgres else 'INTEGER'})"
