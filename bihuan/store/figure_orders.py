"""数单: figures over orders, from tallies where they are kept, else by the database, and by hand for the few odd ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bihuan.core import clock_kinds, sight
from bihuan.core import order_facts as core
from bihuan.core.durations import parse as parse_duration
from bihuan.core.figures import Difference, Member, Tally, Value
from bihuan.core.indicators import Indicator
from bihuan.core.instants import instant
from bihuan.core.programmes import OrderType
from bihuan.core.whole import whole
from bihuan.store import figure_counted, figure_explain
from bihuan.store.figure_branches import NOTHING, Branch, Gathered, counted
from bihuan.store.figure_odd import Hit, Odds, group_of, hits, odds, of_pending
from bihuan.store.figure_order_sql import ITEMS, Sql, amount, conditions, moment, reach, tables
from bihuan.store.figure_order_sql import group_of as grouped_by
from bihuan.store.readings import ONE_DAY, Groups, MemberPage, Query, Reading
from bihuan.store.statements import marks

RATED = frozenset({"rated", "satisfied", "rectified"})
FEWEST = 5  # ratings under which those who are rated are told nothing (ux.md §4.6)
_ROW = ("o.id", "o.number", "o.title", "o.desk", "o.lead", "o.requester", "o.requester_name", "o.category", "o.channel")


class Orders:
    """The source of figures over orders."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the kind of order is any of the reader's business."""
        order_type = reading.programme.orders.get(indicator.of)
        return order_type is not None and sight.counts(reading.actor, order_type)

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Groups]:
        """Return what each query counts by its keys: from tallies in one query, all others in a second one."""
        plans: dict[Query, figure_counted.Plan] = {}
        parts: dict[Query, figure_counted.Parts] = {}
        for query in queries:
            if query.indicator.aggregator == "rule":
                continue
            parts[query] = ((1, query),)
            if not figure_counted.plan(reading, query) and (some := figure_counted.parts(reading, query)):
                parts[query] = some
            for _sign, one in parts[query]:
                if one not in plans and (found := figure_counted.plan(reading, one)):
                    plans[one] = found
        counts: dict[Query, Groups] = {}
        left = list(dict.fromkeys(one for some in parts.values() for _sign, one in some if one not in plans))
        types = _types(reading, left)
        few = None
        if plans and not reading.past:
            kept = figure_counted.read(reading, [one.key for one in types], plans.values())
            counts = {query: figure_counted.made(reading, one, kept) for query, one in plans.items()}
            few = of_pending(reading, kept.pending, types)
        if left:
            counts |= _counted(reading, left, odds(reading, types) if few is None else few)
        return [
            _told(reading, query, _added([(sign, counts[one]) for sign, one in parts[query]]))
            if query in parts
            else {(): _rule(reading, query)}
            for query in queries
        ]

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return how many orders of a list the reader may count and not read."""
        if query.indicator.aggregator in ("rule", "distinct"):
            return 0
        order_type = _type(reading, query)
        if _anonymous(reading, query):
            return self.evaluate(reading, [query])[0][()].count
        content = reach(reading.actor, order_type, content=True)
        if not content.where:
            return 0
        few = odds(reading, [order_type])
        where = _where(reading, query, few)
        where.add("o.secret")  # by which their index is found: whoever may count may read all others
        where.add(f"NOT ({content.text})", *content.values)
        with connection.cursor() as db:
            db.execute(f"SELECT COUNT(*) FROM {tables(where.text)} WHERE {where.text}", where.values)
            n = int(db.fetchone()[0])
        return n + sum(not hit.odd.clear for hit in hits(reading, query, few))

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the orders, the latest moment first; of what is counted once each, by its key."""
        if query.indicator.aggregator == "rule":
            return MemberPage([_clause(reading, query)])
        few = odds(reading, [_type(reading, query)])
        if query.indicator.aggregator == "distinct":
            return _items(reading, query, part, cursor, size, few)
        within = self._within(reading, query)
        return _page(reading, within, part, cursor, size, few) if within else MemberPage()

    def _within(self, reading: Reading, query: Query) -> Query | None:
        """Return a sum's list within the months that have amounts, where tallies say it; None for none."""
        monthly = replace(query, by=("month",))
        if query.indicator.aggregator != "sum" or not figure_counted.plan(reading, monthly):
            return query
        months = sorted(month for (month,), tally in self.evaluate(reading, [monthly])[0].items() if tally.count)
        if not months:
            return None
        first, last = (date.fromisoformat(f"{month}-01") for month in (months[0], months[-1]))
        ends = date(last.year + last.month // 12, last.month % 12 + 1, 1) - ONE_DAY
        return replace(query, since=max(query.since, first), until=min(query.until, ends))

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest order that counts by this indicator."""
        order_type = _type(reading, query)
        few = odds(reading, [order_type])
        wide = Query(query.indicator, date(1970, 1, 1), query.until, query.minus)
        where, expression = _where(reading, wide, few), moment(query.indicator)
        if not expression:
            return None
        with connection.cursor() as db:
            db.execute(
                f"SELECT MIN({expression}) FROM {tables(expression, where.text)} WHERE {where.text}", where.values
            )
            found = [row for row in [db.fetchone()[0]] if row]
        found += [hit.moment for hit in hits(reading, wide, few)]
        return _day(reading, min(found)) if found else None

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return what moved orders in or out between two moments."""
        return figure_explain.explained(before, after, query)


def source() -> Orders:
    """Return the source."""
    return Orders()


# ---- counting ----
def _type(reading: Reading, query: Query) -> OrderType:
    return reading.programme.orders[query.indicator.of]


def _types(reading: Reading, queries: Sequence[Query]) -> list[OrderType]:
    return list({query.indicator.of: _type(reading, query) for query in queries}.values())


def _where(reading: Reading, query: Query, few: Odds) -> Sql:
    found = conditions(reading, _type(reading, query), query, few.ids)
    if query.indicator.aggregator == "sum":
        if (
            query.indicator.mark == core.SUMMED
        ):  # a text is looked through in a tenth of the time that a body is read in
            found.add("f.adds LIKE %s", f'%"{core.SUMMED}#{query.indicator.value}"%')
        found.add(f"{amount(query.indicator)} > 0")
    if query.indicator.aggregator == "distinct":
        found.add(f"NOT ({ITEMS[query.indicator.value]} = '')")
    return found


def _counted(reading: Reading, queries: Sequence[Query], few: Odds) -> dict[Query, Groups]:
    """Return what the database and the odd orders count together, in one query."""
    odd = {query: hits(reading, query, few) for query in queries}
    found = counted([_branch(reading, query, few, odd[query]) for query in queries])
    for query, groups in zip(queries, found, strict=True):
        for hit in odd[query]:
            here = tuple(group_of(reading, query, hit, key) for key in query.by)
            groups.setdefault(here, Gathered()).add(1, hit.amount, (hit.item,))
    return {
        query: {group: _tally(reading, query, some) for group, some in groups.items()}
        for query, groups in zip(queries, found, strict=True)
    }


def _branch(reading: Reading, query: Query, few: Odds, odd: Sequence[Hit]) -> Branch:
    one, columns, given = query.indicator, [], []
    for key in query.by:
        expression, values = grouped_by(reading, _type(reading, query), query, key)
        columns.append(expression)
        given += values
    total, item = "0", NOTHING
    if one.aggregator == "sum":
        total = f"COALESCE(SUM({amount(one)}), 0)"
    elif one.aggregator == "distinct" and query.by:
        item = ITEMS[one.value]
    elif one.aggregator == "distinct":
        total = f"COUNT(DISTINCT {ITEMS[one.value]})"
        if items := sorted({hit.item for hit in odd}):  # those of the odd ones that others have too are counted once
            total = (
                f"COUNT(DISTINCT CASE WHEN {ITEMS[one.value]} IN ({marks(len(items))}) THEN NULL "
                f"ELSE {ITEMS[one.value]} END)"
            )
            given += items
    where = _where(reading, query, few)
    source_ = tables(*columns, total, item, where.text)
    return Branch(source_, where.text, [*given, *where.values], columns, total, item)


def _added(parts: Sequence[tuple[int, Groups]]) -> Groups:
    """Return what the parts of a query add up to."""
    if len(parts) == 1:
        return parts[0][1]
    n = Counter[tuple[str, ...]]()
    for sign, part in parts:
        for group, tally in part.items():
            n[group] += sign * tally.count
    return {group: Tally(many, many) for group, many in n.items() if many or not group}


def _tally(reading: Reading, query: Query, some: Gathered) -> Tally:
    one = query.indicator
    if one.aggregator == "sum":
        return Tally(_summed(reading, one, some.total), some.n)
    if one.aggregator == "distinct":  # undivided the database has counted them, all but those of the odd orders
        n = len(some.items) + some.total
        return Tally(n, n)
    return Tally(some.n, some.n)


def _summed(reading: Reading, one: Indicator, total: int) -> Value:
    return Decimal(total) / 100 if is_money(reading, one) else total


def is_money(reading: Reading, one: Indicator) -> bool:
    """Whether what is summed is money, which is stored in yuan with two decimals."""
    field = reading.programme.orders[one.of].fields.get(one.value)
    return field is not None and field.kind == "money"


def _told(reading: Reading, query: Query, groups: Groups) -> Groups:
    """Those who are judged learn nothing of fewer ratings than hide who gave them."""
    if not _anonymous(reading, query):
        return groups
    few = Tally(None, 0, "too_few")
    return {group: few if 0 < tally.count < FEWEST else tally for group, tally in groups.items()}


def _anonymous(reading: Reading, query: Query) -> bool:
    one = query.indicator
    by_rating = one.mark in RATED or any(where.key == "rating" for where in one.where)
    sliced = any(key == "rating" for key, _ in reading.asked.slices)
    return (by_rating or sliced) and sight.judged(reading.actor, _type(reading, query))


# ---- listing ----
def _day(reading: Reading, moment_: str) -> date:
    return date.fromisoformat(moment_) if len(moment_) == 10 else reading.calendar.local_day(instant(moment_))


def _page(reading: Reading, query: Query, part: str, cursor: str, size: int, few: Odds) -> MemberPage:
    expression = moment(query.indicator)
    where, content = _where(reading, query, few), reach(reading.actor, _type(reading, query), content=True)
    after = _cursor(cursor, expression)
    if after:
        sign = f"({expression}, o.id) < (%s, %s)" if expression else "o.id < %s"
        where.add(sign, *after)
    order = f"{expression} DESC, o.id DESC" if expression else "o.id DESC"
    summed = amount(query.indicator) if query.indicator.aggregator == "sum" else "0"
    with connection.cursor() as db:
        db.execute(
            f"SELECT {', '.join(_ROW)}, {expression or chr(39) * 2}, {summed}, ({content.text}) "
            f"FROM {tables(expression, summed, where.text)} "
            f"WHERE {where.text} ORDER BY {order} LIMIT %s",
            [*content.values, *where.values, size + 1],
        )
        rows = [((row[-3], row[0]), row) for row in db.fetchall()]
    for hit in hits(reading, query, few):
        key = (hit.moment if expression else "", hit.odd.order.id)
        if not after or key < ((after[0], after[1]) if expression else ("", after[0])):
            rows.append((key, _row(hit)))
    rows.sort(key=lambda one: one[0], reverse=True)
    page = MemberPage([_member(reading, query, part, row) for _, row in rows[:size]])
    if len(rows) > size:
        at, id_ = rows[size - 1][0]
        page.next = f"{at}~{id_}"
    return page


def _cursor(cursor: str, expression: str) -> list[Any]:
    at, _, id_ = cursor.partition("~")
    last = whole(id_)
    if last is None or bool(at) != bool(expression):
        return []
    return [at, last] if expression else [last]


def _row(hit: Hit) -> tuple[Any, ...]:
    order = hit.odd.order
    kept = (order.id, order.number, order.title, order.desk, order.lead, order.requester, order.requester_name)
    return (*kept, order.category, order.channel, hit.moment, hit.amount, hit.odd.clear)


def _member(reading: Reading, query: Query, part: str, row: tuple[Any, ...]) -> Member:
    id_, number, title, desk, lead, requester, name, category, channel, at, summed, clear = row
    day = _day(reading, at).isoformat() if at else reading.day.isoformat()
    unit = desk or lead
    shown = ""
    if query.indicator.aggregator == "sum":
        shown = f"{Decimal(int(summed)) / 100:.2f}" if is_money(reading, query.indicator) else str(int(summed))
    if _anonymous(reading, query):
        return Member("order", 0, "", "", "", shown, "", part, hidden=True)
    if not clear:
        return Member("order", int(id_), str(number), "", day, shown, unit, part, hidden=True)
    facts = {"requester": requester, "requester_name": name, "desk": desk, "lead": lead, "category": category}
    return Member("order", int(id_), str(number), title, day, shown, unit, part, more={**facts, "channel": channel})


def _items(reading: Reading, query: Query, part: str, cursor: str, size: int, few: Odds) -> MemberPage:
    where, item, expression = _where(reading, query, few), ITEMS[query.indicator.value], moment(query.indicator)
    more: dict[str, tuple[int, str]] = {}
    for hit in hits(reading, query, few):
        n, last = more.get(hit.item, (0, ""))
        more[hit.item] = (n + 1, max(last, hit.moment))
    if cursor:
        where.add(f"{item} > %s", cursor)
    collate = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    if cursor and collate:
        where.where[-1] = f"({item}){collate} > %s"
    latest = f"MAX({expression})" if expression else "''"
    with connection.cursor() as db:
        db.execute(
            f"SELECT {item} AS item, COUNT(*), {latest} FROM {tables(latest, where.text)} "
            f"WHERE {where.text} GROUP BY 1 "
            f"ORDER BY ({item}){collate} LIMIT %s",
            [*where.values, size + 1],
        )
        found = {str(key): (int(n), str(last)) for key, n, last in db.fetchall()}
    cut = max(found) if len(found) > size else None
    for key, (n, last) in more.items():
        if key > cursor and (cut is None or key <= cut):
            had = found.get(key, (0, ""))
            found[key] = (had[0] + n, max(had[1], last))
    keys = sorted(found)
    rows = []
    for key in keys[:size]:
        n, last = found[key]
        unit = reading.net.units.get(key)
        day = _day(reading, last).isoformat() if last else reading.day.isoformat()
        rows.append(Member("unit", key, key if unit else "", unit.name if unit else key, day, str(n), key, part))
    return MemberPage(rows, keys[size - 1] if len(keys) > size else "")


# ---- the clause of a rule ----
def _clock(reading: Reading, query: Query) -> clock_kinds.Clock:
    return _type(reading, query).clocks[query.indicator.value]


def _rule(reading: Reading, query: Query) -> Tally:
    return Tally(parse_duration(_clock(reading, query).limit).n, 1)


def _clause(reading: Reading, query: Query) -> Member:
    clock, bundle = _clock(reading, query), reading.programme.bundle
    id_ = f"{bundle}#{query.indicator.of}.{clock.key}"
    return Member("clause", id_, bundle, clock.name, query.until.isoformat(), clock.limit)
