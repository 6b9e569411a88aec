"""数好的数: counts by unit and month that are kept, read together with the orders not folded yet in one query.

The tallies are the sum of what the rows of `store_orderfacts` add; what the row of a pending order adds is taken out
again and what its body adds put in, so that the number is exact at any moment.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection

from bihuan.core import order_facts as core
from bihuan.core.chain import plain
from bihuan.core.figures import Tally
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.store import packs
from bihuan.store.counters import UNFOLDED
from bihuan.store.figure_order_sql import column_of, months, reach, units_of
from bihuan.store.figures import Groups, Query, Reading
from bihuan.store.statements import marks

Key = tuple[str, str, str]  # mark, unit, month
EVERYWHERE = ("",)
ASKERS = ("from:",)  # every requester's tally


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a query's number stands: under which marks (a sum has one of its own before that of its count), for which
    units, in which months."""

    query: Query
    marks: tuple[str, ...]
    units: tuple[str, ...]
    months: tuple[str, ...]


def counted(reading: Reading, queries: Iterable[Query]) -> dict[Query, Tally]:
    """Return what is kept of the queries; those of which nothing is kept are left out."""
    plans = [plan for query in queries if (plan := _plan(reading, query)) is not None]
    found: dict[Query, Tally] = {}
    for type_ in dict.fromkeys(plan.query.indicator.of for plan in plans):
        some = [plan for plan in plans if plan.query.indicator.of == type_]
        units = {unit for plan in some for unit in plan.units}
        order_type = reading.programme.orders[type_]
        for askers in (False, True):
            of_these = [plan for plan in some if (plan.query.indicator.aggregator == "distinct") == askers]
            if of_these:
                wanted = {mark for plan in of_these for mark in plan.marks}
                tallies = _read(reading, order_type, wanted, ASKERS if askers else sorted(units))
                found |= {plan.query: _tally(order_type, plan, tallies) for plan in of_these}
    return found


def grouped(reading: Reading, query: Query, by: Sequence[str]) -> Groups | None:
    """Return what is kept of a query by unit and month, None where nothing is."""
    plan = _plan(reading, query)
    if plan is None or query.indicator.aggregator == "distinct" or len(set(by)) != len(by):
        return None
    order_type = reading.programme.orders[query.indicator.of]
    column = ""
    for key in by:
        here = ("desk" if order_type.desk else "lead") if key == "unit" else column_of(order_type, key)
        if key == "month":
            continue
        if here not in ("desk", "lead") or column:
            return None
        column = here
    if column and plan.units != EVERYWHERE:
        if not all(unit.startswith(f"{column}:") for unit in plan.units):
            return None
    units = _all(column) if column and plan.units == EVERYWHERE else plan.units
    tallies = _read(reading, order_type, plan.marks, units, plan.months)
    counts = [_by_group(plan, tallies, mark, by, column) for mark in plan.marks]
    return {
        group: _made(order_type, query, counts[0][group], counts[-1][group]) for group, n in counts[-1].items() if n
    }


def _all(column: str) -> tuple[str, ...]:
    """Return what asks for every unit of a column, and for the whole."""
    return ("", f"{column}:")


def _by_group(plan: Plan, tallies: Counter[Key], mark: str, by: Sequence[str], column: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for (name, unit, month), n in tallies.items():
        if name != mark or month not in plan.months:
            continue
        if not column or unit.startswith(f"{column}:"):
            found[tuple(month if key == "month" else unit.partition(":")[2] for key in by)] += n
            if column and plan.units == EVERYWHERE:  # what is of no unit yet is what is left of the whole
                found[tuple(month if key == "month" else "" for key in by)] -= n
        elif unit == "":
            found[tuple(month if key == "month" else "" for key in by)] += n
    return found


def _tally(order_type: OrderType, plan: Plan, tallies: Counter[Key]) -> Tally:
    if plan.query.indicator.aggregator == "distinct":
        askers: Counter[str] = Counter()
        for (_mark, unit, month), n in tallies.items():
            if month in plan.months:
                askers[unit] += n
        n = sum(many > 0 for many in askers.values())
        return Tally(n, n)
    sums = [sum(tallies[mark, unit, month] for unit in plan.units for month in plan.months) for mark in plan.marks]
    return _made(order_type, plan.query, sums[0], sums[-1])


def _made(order_type: OrderType, query: Query, total: int, n: int) -> Tally:
    one = query.indicator
    if one.aggregator == "sum":
        return Tally(Decimal(total) / 100 if order_type.fields[one.value].kind == "money" else total, n)
    return Tally(n, n)


# ---- what is kept ----
def _plan(reading: Reading, query: Query) -> Plan | None:
    one = query.indicator
    order_type = reading.programme.orders[one.of]
    plain_ = not (reading.past or reading.asked.slices or one.where or query.minus or one.scope or one.day)
    if not plain_ or one.mark not in core.COUNTED:
        return None
    units = _units(reading, order_type)
    if units is None:
        return None
    named: tuple[str, ...] = (one.mark,)
    if one.aggregator == "sum":
        if one.mark != core.SUMMED:
            return None
        named = (f"{one.mark}:{one.value}", f"{one.mark}#{one.value}")
    elif one.aggregator == "distinct" and (
        one.value != "requester" or one.mark not in core.FROM or units != EVERYWHERE
    ):
        return None
    elif one.aggregator not in ("count", "distinct"):
        return None
    if one.stock:
        return Plan(query, named, units, ("",))
    if not _whole(reading, query):
        return None
    return Plan(query, named, units, tuple(name for name, _ in months(reading, query)))


def _whole(reading: Reading, query: Query) -> bool:
    """Whether the window has whole months only, or ends with the present one: what is recorded has happened."""
    today = reading.calendar.local_day(reading.now)
    if query.since.day != 1 or query.since > query.until:
        return False
    ends = query.until.day == monthrange(query.until.year, query.until.month)[1]
    if query.indicator.moment in ("due", "contact_due"):
        return ends and query.until < today
    return ends or (query.until >= today and (query.until.year, query.until.month) == (today.year, today.month))


def halves(reading: Reading, query: Query) -> tuple[Query, Query] | None:
    """Return a count of what falls due as its whole months gone by and the running month, None for any other query.

    A year's figure then reads the orders of one month and not those of a year.
    """
    first = reading.calendar.local_day(reading.now).replace(day=1)
    one = query.indicator
    due = one.aggregator == "count" and one.moment in ("due", "contact_due")
    if not due or not query.since < first <= query.until:
        return None
    return replace(query, until=date.fromordinal(first.toordinal() - 1)), replace(query, since=first)


def _units(reading: Reading, order_type: OrderType) -> tuple[str, ...] | None:
    """Return the units of the tallies that hold all the reader counts, and no more; None where there are none such."""
    own = _own(reading, order_type)
    if not reading.asked.unit:
        return own
    by_column = units_of(reading.net, order_type, [reading.asked.unit])
    if set(by_column) - {"desk", "lead"} or len(by_column) != 1:
        return None
    ((column, keys),) = by_column.items()
    wanted = tuple(f"{column}:{key}" for key in dict.fromkeys(keys))
    return wanted if own == EVERYWHERE or (own is not None and set(wanted) <= set(own)) else None


def _own(reading: Reading, order_type: OrderType) -> tuple[str, ...] | None:
    actor = reading.actor
    if not reach(actor, order_type, content=False).where:
        return EVERYWHERE
    desks: set[str] = set()
    for role in order_type.roles.values():
        for who in role.who:
            if actor.sort == "post" and (not who.post or who.post == actor.kind):
                if who.of == "covers":
                    desks |= actor.covers
                elif who.of == "desk":
                    desks.add(actor.unit)
                elif who.of not in ("link", "system"):
                    return None
    if not desks or actor.keeps:
        return None
    return tuple(f"desk:{desk}" for desk in sorted(desks))


def _read(
    reading: Reading, order_type: OrderType, wanted: Iterable[str], units: Sequence[str], when: Sequence[str] = ()
) -> Counter[Key]:
    """Return the tallies of some marks for some units, and months, in one query; `desk:` asks for every desk."""
    names = sorted(set(wanted))
    where, values = f"mark IN ({marks(len(names))})", list(names)
    exact, prefixes = [u for u in units if not u.endswith(":")], tuple(u for u in units if u.endswith(":"))
    clauses = [f"unit IN ({marks(len(exact))})"] if exact else []
    clauses += ["unit LIKE %s"] * len(prefixes)
    where += f" AND ({' OR '.join(clauses)})"
    values += exact + [f"{prefix}%" for prefix in prefixes]
    if when:
        where += " AND month >= %s AND month <= %s"
        values += [min(when), max(when)]
    sql = (
        "SELECT mark, unit, month, n, '' AS had, '' AS body FROM store_figuretally WHERE tenant = 1 AND programme = %s "
        f"AND type = %s AND {where} UNION ALL "
        "SELECT '', '', '', 0, COALESCE(f.adds, '[]'), o.body FROM (SELECT DISTINCT subject FROM store_event "
        f"WHERE {UNFOLDED} AND kind = 'order') p JOIN store_order o ON o.id = p.subject "
        'LEFT JOIN store_orderfacts f ON f."order" = o.id WHERE o.programme = %s AND o.type = %s'
    )
    key = [reading.programme.key, order_type.key]
    found: Counter[Key] = Counter()
    odd = False
    with connection.cursor() as db:
        db.execute(sql, [*key, *values, *key])
        for mark, unit, month, n, had, body in db.fetchall():
            if mark:
                found[mark, unit, month] += n
                continue
            for was, at, month, many in plain(had):
                found[was, at, month] -= many
            order = OrderState.load(plain(body))
            kind = packs.order_type(order.bundle, order.type)
            found.update(core.adds(kind, order, reading.calendar.zone))
            odd = True
    if not odd:
        return found  # the database left out what was not asked for
    kept, some = set(names), set(exact)
    return Counter(
        {
            one: n
            for one, n in found.items()
            if one[0] in kept and (one[1] in some or (bool(prefixes) and one[1].startswith(prefixes)))
        }
    )


def tallies(reading: Reading, order_type: OrderType, names: Iterable[str], units: Sequence[str]) -> Counter[Key]:
    """Return the tallies of some marks for some units with the orders not folded yet, in one query."""
    return _read(reading, order_type, names, units)
