"""数好的数: which counts by unit and month are kept as tallies, and what they come to; all others are counted anew."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from bihuan.core import order_facts as core
from bihuan.core.figures import Tally
from bihuan.core.programmes import MILESTONES, OrderType, Programme
from bihuan.store import figure_tallies, packs
from bihuan.store.figure_order_sql import DUE, EVERYWHERE, HOLDS, asked_units, column_of, own_units
from bihuan.store.figure_tallies import Kept, Need, Tallies
from bihuan.store.readings import Groups, Query, Reading

ASKERS = ("from:",)  # every requester's tally
CAME = ("category", "milestone")  # what orders that came in are tallied by besides
_PLACES = {"month": 1, "category": 2, "milestone": 3}  # of a key in what a tally says; all others are the unit


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a query's number stands: under which marks (of a sum the second counts), among which tallies.

    `column` is the unit it is divided by, desk or lead; `named` what the marks say of category and milestone.
    """

    query: Query
    need: Need
    marks: tuple[str, ...]
    column: str = ""
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def read(reading: Reading, types: Iterable[str], plans: Iterable[Plan]) -> Kept:
    """Return the tallies of all plans, and the orders of some kinds that are not folded yet, in one query."""
    needs: dict[Need, dict[str, None]] = {}
    for plan in plans:
        needs.setdefault(plan.need, {}).update(dict.fromkeys(plan.marks))
    return figure_tallies.read(reading, types, needs)


def made(reading: Reading, plan: Plan, kept: Kept) -> Groups:
    """Return what a plan's tallies come to, by the keys of its query."""
    one, tallies = plan.query.indicator, kept.tallies[plan.need]
    if one.aggregator == "distinct":
        n = _many(tallies[plan.marks[0]])
        return {(): Tally(n, n)}
    if one.aggregator == "sum":
        money = reading.programme.orders[one.of].fields[one.value].kind == "money"
        totals, counts = (_divided(plan, {mark: tallies[mark]}) for mark in plan.marks)
        return {
            group: Tally(Decimal(totals.get(group, 0)) / 100 if money else totals.get(group, 0), n)
            for group, n in counts.items()
        }
    counts = _divided(plan, {mark: tallies[mark] for mark in plan.marks})
    return {group: Tally(n, n) for group, n in counts.items()}


def _many(tallies: Tallies) -> int:
    """Return how many units have a tally over all months."""
    total: Counter[str] = Counter()
    for (unit, _month), n in tallies.items():
        total[unit] += n
    return sum(n > 0 for n in total.values())


def _divided(plan: Plan, tallies: dict[str, Tallies]) -> dict[tuple[str, ...], int]:
    by = plan.query.by
    if not by:
        return {(): sum(sum(some.values()) for some in tallies.values())}
    found: dict[Any, int] = {}
    whole = plan.need.units[0] == ""
    pick = itemgetter(*(_PLACES.get(key, 0) for key in by))
    for mark, some in tallies.items():
        category, milestone = plan.named[mark]
        for (unit, month), n in some.items():
            here = unit.partition(":")[2] if plan.column else ""
            group = pick((here, month, category, milestone))
            found[group] = found.get(group, 0) + n
            if whole and here:  # what is of no unit yet is what is left of the whole
                group = pick(("", month, category, milestone))
                found[group] = found.get(group, 0) - n
    if len(by) == 1:  # a single key was picked bare
        return {(key,): n for key, n in found.items() if n}
    return {group: n for group, n in found.items() if n}


# ---- what is kept ----
def plan(reading: Reading, query: Query) -> Plan | None:
    """Return where a query's number stands, None where it is kept nowhere."""
    one, order_type = query.indicator, reading.programme.orders[query.indicator.of]
    plain = not (reading.past or reading.asked.slices or query.minus or one.scope or one.day)
    if not plain or one.mark not in core.COUNTED or len(set(query.by)) != len(query.by):
        return None
    units = _units(reading, order_type)
    if units is None or not (one.stock or _whole(reading, query)):
        return None
    first, last = ("", "") if one.stock else (f"{query.since:%Y-%m}", f"{query.until:%Y-%m}")
    if one.aggregator == "distinct":
        kept = one.value == "requester" and one.mark in core.FROM and units == EVERYWHERE
        kept = kept and not query.by and not one.where
        return Plan(query, Need(one.of, ASKERS, first, last), (one.mark,)) if kept else None
    names = _marks(reading.programme, query)
    column = _column(order_type, query, units)
    if names is None or column is None:
        return None
    if column and units == EVERYWHERE:
        units = ("", f"{column}:")
    return Plan(query, Need(one.of, units, first, last), tuple(names), column, names)


def _marks(programme: Programme, query: Query) -> dict[str, tuple[str, str]] | None:
    """Return the marks under which a query is kept with the category and the milestone each names, None for none."""
    one = query.indicator
    if one.where:
        return _results(query)
    if one.aggregator == "sum":
        kept = one.mark == core.SUMMED
        return {f"{one.mark}:{one.value}": ("", ""), f"{one.mark}#{one.value}": ("", "")} if kept else None
    if one.aggregator != "count":
        return None
    if not set(query.by) & set(CAME):
        return {one.mark: ("", "")}
    if one.mark != "submitted":
        return None
    known = _categories(programme.key, one.of)
    return {core.came(category, at): (category, at) for category in known for at in MILESTONES}


def _results(query: Query) -> dict[str, tuple[str, str]] | None:
    """Return the marks of a count of those that had some results, None for any other condition."""
    one = query.indicator
    keys = [where.key for where in one.where]
    if keys != ["result"] or one.mark not in core.BY_RESULT or one.aggregator != "count" or set(query.by) & set(CAME):
        return None
    return {core.came_to(one.mark, result): ("", "") for result in one.where[0].one_of}


def _categories(programme: str, type_: str) -> Iterable[str]:
    """Return every category an order of a kind may have, those of earlier versions included."""
    found = {"": None}
    for name in packs.states():
        order_type = packs.bundle(name).orders.get(type_) if name.partition("@")[0] == programme else None
        if order_type is not None and "category" in order_type.fields:
            found |= dict.fromkeys(choice.key for choice in order_type.fields["category"].choices)
    return found


def _column(order_type: OrderType, query: Query, units: tuple[str, ...]) -> str | None:
    """Return the column of the unit a query is divided by, "" where it is by none, None where no tally says it."""
    columns = []
    for key in query.by:
        if key == "unit":
            columns.append("desk" if order_type.desk else "lead")
        elif key not in ("month", *CAME):
            columns.append(column_of(order_type, key))
    if not columns:
        return ""
    (column, *more) = columns
    fits = units == EVERYWHERE or all(unit.startswith(f"{column}:") for unit in units)
    return column if column in ("desk", "lead") and not more and fits else None


def _whole(reading: Reading, query: Query) -> bool:
    """Whether the window has whole months only, or ends with the present one: what is recorded has happened."""
    today = reading.calendar.local_day(reading.now)
    if query.since.day != 1 or query.since > query.until:
        return False
    ends = query.until.day == monthrange(query.until.year, query.until.month)[1]
    if query.indicator.moment in DUE:
        return ends and (query.due == "ever" or (not query.due and query.until < today))
    return ends or (query.until >= today and (query.until.year, query.until.month) == (today.year, today.month))


Parts = tuple[tuple[int, Query], ...]  # what a query is the sum of: each is added (1) or taken away (-1)


def parts(reading: Reading, query: Query) -> Parts | None:
    """Return a count as one that is kept and others of few orders, None for any other query.

    A year's figure then reads the orders of some days, or of one result, and not those of a year.
    """
    found = _less(query) if query.minus is not None else _months_and_days(reading, query)
    return found if found and plan(reading, found[0][1]) else None


def _less(query: Query) -> Parts | None:
    """What is left out bears the same moment, so that it is what fits its conditions besides."""
    one, minus = query.indicator, query.minus
    if minus is None or one.aggregator != "count" or one.moment != minus.moment or minus.mark in HOLDS:
        return None
    among = replace(one, where=(*one.where, *minus.where))
    return (1, replace(query, minus=None)), (-1, replace(query, minus=None, indicator=among))


def _months_and_days(reading: Reading, query: Query) -> Parts | None:
    """What falls due in whole months and the days of the running one on the nearer side of the present.

    A first contact is never due long after the dispatch: ahead there are always few.
    """
    today, one = reading.calendar.local_day(reading.now), query.indicator
    first = today.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    if one.aggregator != "count" or one.moment not in DUE or query.due or not query.since <= first <= query.until:
        return None
    if query.until >= today and (one.moment == "contact_due" or today.day > last.day // 2):
        return (1, replace(query, until=last, due="ever")), (-1, replace(query, since=today, until=last, due="ahead"))
    if query.since == first:
        return None
    return (1, replace(query, until=date.fromordinal(first.toordinal() - 1))), (1, replace(query, since=first))


def _units(reading: Reading, order_type: OrderType) -> tuple[str, ...] | None:
    """Return the units of the tallies that hold all the reader counts, and no more; None where there are none such."""
    if reading.asked.unit:
        return asked_units(reading, order_type)
    own, all_ = own_units(reading.actor, order_type)
    return tuple(sorted(own)) if own and all_ else None
