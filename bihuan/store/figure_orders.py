"""数单: figures over orders, from tallies where they are kept, else by the database, and by hand for the few odd ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bihuan.core import clock_kinds, sight
from bihuan.core.durations import parse as parse_duration
from bihuan.core.figures import Difference, Member, Tally, Value
from bihuan.core.indicators import Indicator
from bihuan.core.instants import instant
from bihuan.core.programmes import OrderType
from bihuan.store import figure_counted, figure_explain
from bihuan.store.figure_odd import Hit, Odds, group_of, hits, odds
from bihuan.store.figure_order_sql import ITEMS, Sql, amount, conditions, moment, reach, tables
from bihuan.store.figure_order_sql import group_of as grouped_by
from bihuan.store.figures import Groups, MemberPage, Query, Reading
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

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Tally]:
        """Return what each query counts: from counters, else all in one query, and the odd orders by hand."""
        found: dict[Query, Tally] = {q: _rule(reading, q) for q in queries if q.indicator.aggregator == "rule"}
        left = [query for query in queries if query not in found]
        halves = {query: half for query in left if (half := figure_counted.halves(reading, query))}
        kept = figure_counted.counted(reading, [*left, *(past for past, _ in halves.values())])
        found |= {query: kept[query] for query in left if query in kept}
        left = [query for query in left if query not in found]
        if left:
            few = odds(reading, _types(reading, left))
            rest = {
                query: halves[query][1] if query in halves and halves[query][0] in kept else query for query in left
            }
            for query, tally in zip(left, _evaluated(reading, list(rest.values()), few), strict=True):
                past = kept[halves[query][0]].count if rest[query] is not query else 0
                found[query] = Tally(tally.count + past, tally.count + past) if past else tally
        return [_told(reading, query, found[query]) for query in queries]

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return how many orders of a list the reader may count and not read."""
        if query.indicator.aggregator in ("rule", "distinct"):
            return 0
        order_type = _type(reading, query)
        if _anonymous(reading, query):
            return self.evaluate(reading, [query])[0].count
        content = reach(reading.actor, order_type, content=True)
        if not content.where:
            return 0
        few = odds(reading, [order_type])
        where = _where(reading, query, few)
        where.add(f"NOT ({content.text})", *content.values)
        with connection.cursor() as db:
            db.execute(f"SELECT COUNT(*) FROM {tables(where.text)} WHERE {where.text}", where.values)
            n = int(db.fetchone()[0])
        return n + sum(not hit.odd.clear for hit in hits(reading, query, few))

    def group(self, reading: Reading, query: Query, by: Sequence[str]) -> Groups:
        """Return what the query counts by some keys."""
        if (counted := figure_counted.grouped(reading, query, by)) is not None:
            return counted
        order_type = _type(reading, query)
        few = odds(reading, [order_type])
        found: dict[tuple[str, ...], list[Any]] = {}
        for *group, n, more in _grouped(reading, query, by, few):
            found.setdefault(tuple(group), [0, 0, set()])
            _gather(found[tuple(group)], query, int(n), more)
        for hit in hits(reading, query, few):
            here = tuple(group_of(reading, query, hit, key) for key in by)
            _gather(found.setdefault(here, [0, 0, set()]), query, 1, hit.item or hit.amount)
        return {
            group: _told(reading, query, _tally(reading, query, n, total, len(items)))
            for group, (n, total, items) in found.items()
        }

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the orders, the latest moment first; of what is counted once each, by its key."""
        if query.indicator.aggregator == "rule":
            return MemberPage([_clause(reading, query)])
        few = odds(reading, [_type(reading, query)])
        if query.indicator.aggregator == "distinct":
            return _items(reading, query, part, cursor, size, few)
        return _page(reading, query, part, cursor, size, few)

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
        found.add(f"{amount(query.indicator)} > 0")
    if query.indicator.aggregator == "distinct":
        found.add(f"NOT ({ITEMS[query.indicator.value]} = '')")
    return found


def _evaluated(reading: Reading, queries: Sequence[Query], few: Odds) -> list[Tally]:
    columns, values = [], []
    odd = {query: hits(reading, query, few) for query in dict.fromkeys(queries)}
    for at, query in enumerate(queries):
        where, one = _where(reading, query, few), query.indicator
        total = "0"
        given: list[Any] = []
        if one.aggregator == "sum":
            total = f"COALESCE(SUM({amount(one)}), 0)"
        elif one.aggregator == "distinct":
            item = ITEMS[one.value]
            items = sorted({hit.item for hit in odd[query]})
            total = f"COUNT(DISTINCT {item})"
            if items:  # those of the odd ones that the others have too are counted once
                total = f"COUNT(DISTINCT CASE WHEN {item} IN ({marks(len(items))}) THEN NULL ELSE {item} END)"
                given = list(items)
        source_ = tables(total, where.text)
        columns.append(f"(SELECT COUNT(*) AS n, {total} AS total FROM {source_} WHERE {where.text}) AS q{at}")
        values += [*given, *where.values]
    with connection.cursor() as db:
        names = ", ".join(f"q{at}.n, q{at}.total" for at in range(len(queries)))
        db.execute(f"SELECT {names} FROM {' CROSS JOIN '.join(columns)}", values)
        row = db.fetchone()
    found = []
    for at, query in enumerate(queries):
        more = odd[query]
        n, summed = int(row[2 * at]) + len(more), int(row[2 * at + 1])
        items_ = {hit.item for hit in more}
        found.append(_tally(reading, query, n, summed + sum(hit.amount for hit in more), summed + len(items_)))
    return found


def _tally(reading: Reading, query: Query, n: int, total: int, items: int) -> Tally:
    one = query.indicator
    if one.aggregator == "sum":
        return Tally(_summed(reading, one, total), n)
    if one.aggregator == "distinct":
        return Tally(items, items)
    return Tally(n, n)


def _summed(reading: Reading, one: Indicator, total: int) -> Value:
    return Decimal(total) / 100 if is_money(reading, one) else total


def is_money(reading: Reading, one: Indicator) -> bool:
    """Whether what is summed is money, which is stored in yuan with two decimals."""
    field = reading.programme.orders[one.of].fields.get(one.value)
    return field is not None and field.kind == "money"


def _told(reading: Reading, query: Query, tally: Tally) -> Tally:
    """Those who are judged learn nothing of fewer ratings than hide who gave them."""
    if _anonymous(reading, query) and 0 < tally.count < FEWEST:
        return Tally(None, 0, "too_few")
    return tally


def _anonymous(reading: Reading, query: Query) -> bool:
    one = query.indicator
    by_rating = one.mark in RATED or any(where.key == "rating" for where in one.where)
    sliced = any(key == "rating" for key, _ in reading.asked.slices)
    return (by_rating or sliced) and sight.judged(reading.actor, _type(reading, query))


def _grouped(reading: Reading, query: Query, by: Sequence[str], few: Odds) -> Iterator[tuple[Any, ...]]:
    order_type, one = _type(reading, query), query.indicator
    columns, values = [], []
    for key in by:
        expression, given = grouped_by(reading, order_type, query, key)
        columns.append(expression)
        values += given
    places = ", ".join(str(n) for n in range(1, len(by) + 1))
    more = "0"
    if one.aggregator == "sum":
        more = f"COALESCE(SUM({amount(one)}), 0)"
    elif one.aggregator == "distinct":
        more, places = ITEMS[one.value], f"{places}, {len(by) + 2}"
    where = _where(reading, query, few)
    with connection.cursor() as db:
        db.execute(
            f"SELECT {', '.join(columns)}, COUNT(*), {more} FROM {tables(*columns, more, where.text)} "
            f"WHERE {where.text} GROUP BY {places}",
            [*values, *where.values],
        )
        yield from db.fetchall()


def _gather(into: list[Any], query: Query, n: int, more: Any) -> None:
    into[0] += n
    if query.indicator.aggregator == "sum":
        into[1] += int(more)
    elif query.indicator.aggregator == "distinct":
        into[2].add(more)


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
    if not (id_.isdigit() and len(id_) < 20) or bool(at) != bool(expression):
        return []
    return [at, int(id_)] if expression else [int(id_)]


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
