"""数单的条件: the conditions under which an order counts, as SQL over its columns and its facts beside it.

`core.order_facts.moment` says the same of one order; a property test compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from bihuan.core import order_facts as core
from bihuan.core.indicators import Indicator, Where
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import MILESTONES, OrderType
from bihuan.core.sight import lead_type
from bihuan.store.readings import Query, Reading
from bihuan.store.sight import relations
from bihuan.store.statements import marks

EVERYWHERE = ("",)  # the unit of tallies of all orders
FACTS = "f"  # the alias of store_orderfacts; `o` is the order
_BOTH = 'store_order o JOIN store_orderfacts f ON f."order" = o.id'
_OF_FACTS = re.compile(r"\bf\.")
DUE = ("due", "contact_due")  # moments that may lie ahead
_STRUCK_OFF = MILESTONES["closed"]  # its place on the ring, which no other milestone has
# Where the moment of a mark stands, and what must hold besides.
MOMENTS = {
    "submitted": "o.submitted", "replied": "o.replied", "closed": "o.closed", "rated": "o.rated",
    **{name: f"f.{name}" for name in core.MOMENTS},
}  # fmt: skip
HOLDS = {
    "returned": "f.returned", "redone": "f.redone", "dual": "NOT (o.replied = '')", "on_time": "f.kept",
    "responded": "f.responded", "closed": f"o.ring = {_STRUCK_OFF}", "solved": "o.solved",
    "refused": "o.state = 'refused'", "confirmed": "f.confirmed", "satisfied": "f.satisfied",
    "supervised": "o.supervised", "open": "o.open",
}  # fmt: skip
_COLUMNS = {
    "category": "o.category", "channel": "o.channel", "result": "o.result", "state": "o.state", "rating": "o.rating",
    "milestone": "f.milestone",
}  # fmt: skip
ITEMS = {
    "requester": "CASE WHEN o.requester = '' THEN o.requester_name ELSE o.requester END",
    "lead": "o.lead",
    "desk": "o.desk",
}
_RANKED = "CASE o.priority WHEN 1 THEN 'P1' WHEN 2 THEN 'P2' WHEN 3 THEN 'P3' WHEN 4 THEN 'P4' ELSE '' END"


@dataclass(slots=True)
class Sql:
    """Conditions joined by AND, with their parameters in the same order."""

    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, clause: str, *values: Any) -> None:
        """Ask for one more thing."""
        self.where.append(clause)
        self.values.extend(values)

    @property
    def text(self) -> str:
        """The condition."""
        return " AND ".join(self.where) or "1 = 1"


def tables(*parts: str) -> str:
    """Return the tables a query of these parts needs: the facts beside the orders are read where one is asked for."""
    return _BOTH if any(_OF_FACTS.search(part) for part in parts) else "store_order o"


def body(*path: str) -> str:
    """Return the expression for a value inside the body as text; the path holds keys of packs and nothing else."""
    if connection.vendor == "postgresql":
        return "(o.body::json" + "".join(f"->'{key}'" for key in path[:-1]) + f"->>'{path[-1]}')"
    return f"CAST(json_extract(o.body, '$.{'.'.join(path)}') AS TEXT)"


def held(key: str) -> str:
    """Return the expression for an outcome measure or a field of an order; "" for none."""
    return f"COALESCE({body('measures', key)}, {body('fields', key)}, '')"


def amount(indicator: Indicator) -> str:
    """Return the expression for what an order adds to a sum, money in fen."""
    # Money has two decimals always: without the point it is fen.
    kind = "NUMERIC" if connection.vendor == "postgresql" else "INTEGER"
    return f"CAST(COALESCE(NULLIF(REPLACE({held(indicator.value)}, '.', ''), ''), '0') AS {kind})"


def slice_of(key: str, order_type: OrderType) -> str:
    """Return the expression for what an order is by a key."""
    if key in _COLUMNS:
        return _COLUMNS[key]
    if key == "priority":
        return _RANKED
    if key in ("secret", "supervised"):
        return f"CASE WHEN o.{key} THEN 'yes' ELSE 'no' END"
    if key == "left_after_reply":
        return f"CASE WHEN {body(key)} IN ('true', '1') THEN 'yes' ELSE 'no' END"
    if key in ("importance", "urgency"):
        return f"COALESCE({body(key)}, '')"
    return held(key)


def moment(indicator: Indicator) -> str:
    """Return the expression for the moment (a date field: the day) by which an order counts, "" for a stock."""
    return held(indicator.day) if indicator.day else MOMENTS.get(indicator.moment, "")


# ---- who reads ----
def reach(actor: Actor, order_type: OrderType, *, content: bool) -> Sql:
    """Return under which condition an order counts for the reader; with `content`, under which they may read it too."""
    found = Sql()
    if actor.sort == "system":
        return found
    clauses: list[str] = []
    values: list[Any] = []
    for role in order_type.roles.values():
        for who in role.who:
            for clause, more in relations(who, actor):
                clauses.append(f"({clause} AND NOT o.secret)" if content and not role.secret else clause)
                values += more
    if "o.tenant = 1" in clauses:
        return found
    found.add(f"({' OR '.join(clauses)})" if clauses else "1 = 0", *values)
    return found


def own_units(actor: Actor, order_type: OrderType) -> tuple[set[str], bool]:
    """Return the units of tallies whose orders the reader counts all of, and whether these are all that they count.

    Units of one column add up; who counts by desk and by what they supervise would count an order twice.
    """
    if not reach(actor, order_type, content=False).where:
        return set(EVERYWHERE), True
    own: set[str] = set()
    all_ = actor.sort == "post" and not actor.keeps
    for role in order_type.roles.values():
        for who in role.who:
            if actor.sort != "post" or (who.post and who.post != actor.kind):
                continue
            if who.of == "covers":
                own |= {f"desk:{unit}" for unit in actor.covers}
            elif who.of == "desk":
                own.add(f"desk:{actor.unit}")
            elif who.of == "lead":
                own |= {f"lead:{unit}" for unit in actor.above}
                all_ = False
            elif who.of == "supervisor":
                own.add(core.under(actor.post))
            elif who.of not in ("link", "system"):
                all_ = False
    return own, all_ and len({unit.partition(":")[0] for unit in own}) == 1


# ---- of which units ----
def column_of(order_type: OrderType, unit_type: str) -> str:
    """Return the column in which units of a type stand in an order of this kind, "" for none."""
    known = {order_type.requester: "requester", lead_type(order_type): "lead", order_type.desk: "desk"}
    return known.get(unit_type, "") if unit_type else ""


def units_of(net: Network, order_type: OrderType, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the units by the column they stand in; one that stands in none is taken as everything below it."""
    found: dict[str, list[str]] = {}
    for key in keys:
        unit = net.units.get(key)
        column = column_of(order_type, unit.type) if unit else "lead"
        if column:
            found.setdefault(column, []).append(key)
            continue
        for below in net.below(key):
            if column := column_of(order_type, below.type):
                found.setdefault(column, []).append(below.key)
    return found


def asked_units(reading: Reading, order_type: OrderType) -> tuple[str, ...] | None:
    """Return the units of tallies that hold the orders of the unit asked for, where the reader counts all of them."""
    by_column = units_of(reading.net, order_type, [reading.asked.unit])
    if set(by_column) - {"desk", "lead"} or len(by_column) != 1:
        return None
    ((column, keys),) = by_column.items()
    wanted = tuple(f"{column}:{key}" for key in dict.fromkeys(keys))
    own, _all = own_units(reading.actor, order_type)
    return wanted if own == set(EVERYWHERE) or own.issuperset(wanted) else None


def within(net: Network, order_type: OrderType, keys: Sequence[str]) -> Sql:
    """Return the condition that an order is of one of these units."""
    found = Sql()
    clauses, values = [], []
    for column, units in units_of(net, order_type, keys).items():
        clauses.append(f"o.{column} IN ({marks(len(units))})")
        values += sorted(units)
    found.add(f"({' OR '.join(clauses)})" if clauses else "1 = 0", *values)
    return found


def scope_units(reading: Reading, indicator: Indicator) -> list[str] | None:
    """Return the units an indicator's scope names, None where it has none."""
    if not indicator.scope:
        return None
    scope = reading.programme.scopes[indicator.scope]
    return list(dict.fromkeys([*scope.units, *(u.key for t in scope.types for u in reading.net.of_type(t))]))


# ---- one list ----
def window(reading: Reading, query: Query) -> tuple[str, str]:
    """Return the bounds of a list's moments, the end exclusive; of a date field they are days.

    What falls due later than the as-of moment is not due yet, and left out unless it is asked for.
    """
    if query.indicator.day:
        return query.since.isoformat(), date.fromordinal(query.until.toordinal() + 1).isoformat()
    start, end = reading.bounds(query.since, query.until)
    if query.indicator.moment not in DUE or query.due == "ever":
        return start, end
    return (max(start, reading.at), end) if query.due else (start, min(end, reading.at))


def conditions(reading: Reading, order_type: OrderType, query: Query, odd: Iterable[int]) -> Sql:
    """Return the condition of a list over `tables`, without the orders named as odd."""
    one, found = query.indicator, Sql(["o.tenant = 1"])
    found.add("o.programme = %s AND o.type = %s", reading.programme.key, order_type.key)
    expression = moment(one)
    if expression:
        start, end = window(reading, query)
        if expression.startswith(("o.", "f.")) and expression != "o.submitted":
            found.add(f"NOT ({expression} = '')")  # in the words of the partial index, or SQLite does not see it fits
        if expression.startswith("f."):
            found.add("f.tenant = 1")
        found.add(f"{expression} >= %s AND {expression} < %s", start, end)
        if one.day:
            found.add("f.tenant = 1 AND f.programme = %s AND f.type = %s", reading.programme.key, order_type.key)
    if one.mark in HOLDS:
        found.add(HOLDS[one.mark])
    if one.mark == "overdue":
        found.add("o.open AND o.due <= %s", reading.at)
    for where in one.where:
        found.add(*_one_of(where, order_type))
    if query.minus is not None:
        less = Sql()
        if query.minus.mark in HOLDS:
            less.add(HOLDS[query.minus.mark])
        for where in query.minus.where:
            less.add(*_one_of(where, order_type))
        found.add(f"NOT ({less.text})", *less.values)
    for key, value in reading.asked.slices:
        found.add(f"{slice_of(key, order_type)} = %s", value)
    if (units := scope_units(reading, one)) is not None:
        of_scope = within(reading.net, order_type, units)
        found.add(of_scope.text, *of_scope.values)
    if reading.asked.unit:
        of_unit = within(reading.net, order_type, [reading.asked.unit])
        found.add(of_unit.text, *of_unit.values)
    if not (reading.asked.unit and asked_units(reading, order_type)):  # else all that is left is the reader's
        seen = reach(reading.actor, order_type, content=False)
        found.add(seen.text, *seen.values)
    if reading.past:
        found.add("f.changed <= %s", reading.at)
    if without := ", ".join(str(int(id_)) for id_ in odd):
        found.add(f"o.id NOT IN ({without})")
    return found


def _one_of(where: Where, order_type: OrderType) -> tuple[Any, ...]:
    clause = f"{slice_of(where.key, order_type)} IN ({marks(len(where.one_of))})"
    # In the words of the partial index too.
    known = where.key == "result" and "" not in where.one_of
    return f"{clause} AND NOT (o.result = '')" if known else clause, *where.one_of


# ---- groups ----
def group_of(reading: Reading, order_type: OrderType, query: Query, key: str) -> tuple[str, list[Any]]:
    """Return the expression for the group of an order by a key, with its parameters."""
    if key == "month":
        return _month(reading, query)
    if key == "unit":
        return ("o.desk" if order_type.desk else "o.lead"), []
    if column := column_of(order_type, key):
        return ITEMS["requester"] if column == "requester" else f"o.{column}", []
    return slice_of(key, order_type), []


def _month(reading: Reading, query: Query) -> tuple[str, list[Any]]:
    """The local month of the moment: the bounds of the window's months are compared, so that any zone is right."""
    expression = moment(query.indicator)
    if not expression:
        return "''", []
    if query.indicator.day:
        return f"SUBSTR({expression}, 1, 7)", []
    whens, values = [], []
    for name, end in months(reading, query):
        whens.append(f"WHEN {expression} < %s THEN %s")
        values += [end, name]
    return f"CASE {' '.join(whens)} ELSE '' END", values


def months(reading: Reading, query: Query) -> list[tuple[str, str]]:
    """Return the months a window touches as (YYYY-MM, its end as an instant)."""
    found = []
    day = query.since.replace(day=1)
    while day <= query.until:
        after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        found.append((f"{day:%Y-%m}", reading.bounds(day, date.fromordinal(after.toordinal() - 1))[1]))
        day = after
    return found


def known_slices(order_type: OrderType) -> Mapping[str, None]:
    """Return the keys an asking may be sliced by."""
    choices = (key for key, one in order_type.fields.items() if one.kind == "choice")
    built = ("category", "priority", "channel", "result", "rating", "state", "milestone", "secret", "supervised")
    return dict.fromkeys((*built, *choices))
