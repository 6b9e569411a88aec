"""数账: figures over the ledger: from counters where whole months are asked, else from the entries.

As of a past moment the entries that changed since are read from their events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from bihuan.core import entries as core
from bihuan.core.chain import plain
from bihuan.core.entries import EntryState, measured, value_of
from bihuan.core.figures import Difference, Member, Tally, Value
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.ledger_kinds import Activity, Measure, reads, sees_book
from bihuan.core.measures import amount
from bihuan.core.order_state import Event
from bihuan.core.whole import whole
from bihuan.store import events, ledger, ledger_sums, ledger_tallies
from bihuan.store.figure_branches import NOTHING, Branch, Gathered, Gatherings, counted
from bihuan.store.figure_ledger_sql import activity_of, amount_sql, choices, conditions, field, units
from bihuan.store.ledger_tallies import ABOUT, EVERYWHERE, Need, Tallies
from bihuan.store.readings import Groups, MemberPage, Query, Reading

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """An entry that counts, with what it adds and the units it is counted once by."""

    entry: EntryState
    amount: int = 0
    items: tuple[str, ...] = ()


class Ledger:
    """The source of figures over the ledger."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the book is any of the reader's business."""
        activity = reading.programme.ledger.get(indicator.of)
        return activity is not None and sees_book(reading.actor, activity)

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Groups]:
        """Return what each query counts by its keys: from counters in one query, all others in a second one."""
        kept = {query: need for query in queries if (need := _kept(reading, query)) is not None}
        tallies = ledger_tallies.read(reading.programme.key, kept.values())
        left = [query for query in queries if query not in kept]
        found = dict(zip(left, counted([_branch(reading, query) for query in left]), strict=True))
        return [
            _from_counters(reading, query, tallies[kept[query]])
            if query in kept
            else _with_odd(reading, query, found[query])
            for query in queries
        ]

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return 0: whoever counts an entry may read it."""
        return 0

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the entries, the newest day first; of what is counted once each, by its key."""
        if query.indicator.aggregator == "distinct":
            return _items(reading, query, part, cursor, size)
        return _page(reading, query, part, cursor, size)

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest entry that counts."""
        wide = Query(query.indicator, date(1970, 1, 1), query.until)
        where, values = conditions(reading, wide)
        with connection.cursor() as db:
            db.execute(f"SELECT MIN(e.date) FROM store_entry e WHERE {where}", values)
            days = [row for row in db.fetchone() if row]
        days += [one.entry.date for one in _odd(reading, wide)]
        return date.fromisoformat(min(days)) if days else None

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return the entries that came, left or were corrected between two moments, with the event that did it."""
        ids = _changed(before if before.at <= after.at else after, query[1])
        chains = events.of_orders(ids, ledger.KIND)
        found = [_difference(before, after, query, chains[id_]) for id_ in ids]
        return sorted((one for one in found if one), key=lambda one: (one.at, str(one.member.id)))


def source() -> Ledger:
    """Return the source."""
    return Ledger()


# ---- counters ----
def _kept(reading: Reading, query: Query) -> Need | None:
    """Return the tallies that hold what a query counts, None where none do."""
    one, activity = query.indicator, activity_of(reading, query)
    if reading.past or one.where or reading.asked.slices or one.aggregator not in ("count", "sum"):
        return None
    if any(key not in ("unit", activity.unit, "month") for key in query.by):
        return None
    asked = ledger.Asked(activity.key, since=query.since.isoformat(), until=query.until.isoformat())
    if not ledger_sums.whole_months(asked, reading.calendar.local_day(reading.now)):
        return None
    measures: tuple[str, ...] = (one.mark,)
    if one.aggregator == "sum":
        if one.mark != "entries" or activity.measures[one.value].counting.aggregator != "sum":
            return None
        measures = (f"m:{one.value}", f"c:{one.value}")
    return Need(activity.key, measures, _units(reading, query), f"{query.since:%Y-%m}", f"{query.until:%Y-%m}")


def _units(reading: Reading, query: Query) -> tuple[str, ...]:
    """Return the units of the counters: all at once where they are not told apart."""
    mine, wanted = reads(reading.actor, activity_of(reading, query)), units(reading, query)
    if mine is None and wanted is None:
        return (EVERYWHERE,) if set(query.by) <= {"month"} else (ABOUT,)
    some = wanted if mine is None else mine if wanted is None else mine & wanted
    return tuple(f"{ABOUT}{unit}" for unit in sorted(some or ()))


def _from_counters(reading: Reading, query: Query, tallies: Tallies) -> Groups:
    one = query.indicator
    totals: dict[tuple[str, ...], list[int]] = {} if query.by else {(): [0, 0]}
    for (unit, measure, month), n in tallies.items():
        key = tuple(month if name == "month" else unit.removeprefix(ABOUT) for name in query.by)
        total = totals.setdefault(key, [0, 0])
        if not measure.startswith("c:"):
            total[0] += n
        if not measure.startswith("m:"):
            total[1] += n
    adding = one.aggregator == "sum"
    return {
        key: Tally(_summed(reading, query, value) if adding else value, n)
        for key, (value, n) in totals.items()
        if n or not query.by
    }


# ---- the few that changed since ----
def _changed(reading: Reading, query: Query) -> list[int]:
    with connection.cursor() as db:
        db.execute(
            "SELECT id FROM store_entry WHERE tenant = 1 AND programme = %s AND activity = %s AND changed > %s",
            [reading.programme.key, query.indicator.of, reading.at],
        )
        return [row[0] for row in db.fetchall()]


def _odd(reading: Reading, query: Query) -> Iterator[Counted]:
    """Yield the entries that changed after a moment gone by, as they stood then, where they count."""
    if not reading.past:
        return
    ids = _changed(reading, query)
    for start in range(0, len(ids), CHUNK):
        for chain in events.of_orders(ids[start : start + CHUNK], ledger.KIND).values():
            entry = core.as_of(chain, reading.at)
            if entry is not None and (one := _counts(reading, query, entry)):
                yield one


def _counts(reading: Reading, query: Query, entry: EntryState) -> Counted | None:
    one, activity = query.indicator, activity_of(reading, query)
    mine, wanted = reads(reading.actor, activity), units(reading, query)
    inside = query.since.isoformat() <= entry.date <= query.until.isoformat()
    if not entry.live or not inside or any(some is not None and entry.unit not in some for some in (mine, wanted)):
        return None
    if not {"entries": not entry.idle, "idle": bool(entry.idle), "late": entry.late}[one.mark]:
        return None
    for key, words in choices(reading, query):
        value = entry.fields.get(key, "")
        if not set(words) & set(value if isinstance(value, list) else [value]):
            return None
    if one.aggregator == "sum":
        held = ledger.activity_of(entry)
        total = amount(measured(held, entry).get(one.value, 0))
        return Counted(entry, total) if total else None
    if one.aggregator == "distinct":
        value = entry.fields.get(one.value, [])
        items = (entry.unit,) if one.value == "unit" else tuple([value] if isinstance(value, str) else value)
        return Counted(entry, 0, tuple(dict.fromkeys(item for item in items if item)))
    return Counted(entry)


# ---- counting ----
def _item(one: Indicator) -> tuple[str, str, list[Any]]:
    """Return tables and expression of what is counted once each."""
    if one.value == "unit":
        return "store_entry e", "e.unit", []
    return (
        "store_entry e JOIN store_entryunit n ON n.tenant = 1 AND n.entry = e.id AND n.field = %s",
        "n.unit",
        [one.value],
    )


def _branch(reading: Reading, query: Query) -> Branch:
    one, activity = query.indicator, activity_of(reading, query)
    where, values = conditions(reading, query)
    tables, total, item = "store_entry e", "0", NOTHING
    given: list[Any] = []
    if one.aggregator == "sum":
        total = f"COALESCE(SUM({amount_sql(activity, one)}), 0)"
    elif one.aggregator == "distinct":
        tables, item, given = _item(one)
        if not query.by and not reading.past:  # the database counts them: with entries of back then it names them
            total, item = f"COUNT(DISTINCT {item})", NOTHING
    return Branch(tables, where, [*given, *values], [_group(activity, key) for key in query.by], total, item)


def _with_odd(reading: Reading, query: Query, groups: Gatherings) -> Groups:
    """Return what a query counts with the entries that changed after a moment gone by."""
    for one in _odd(reading, query):
        here = tuple(_group_of(one.entry, key) for key in query.by)
        groups.setdefault(here, Gathered()).add(1, one.amount, one.items)
    return {group: _tally(reading, query, some) for group, some in groups.items() if some.n or not query.by}


def _tally(reading: Reading, query: Query, some: Gathered) -> Tally:
    one = query.indicator
    if one.aggregator == "sum":
        return Tally(_summed(reading, query, some.total), some.n)
    n = len(some.items) + some.total if one.aggregator == "distinct" else some.n
    return Tally(n, n)


def _summed(reading: Reading, query: Query, total: int) -> Value:
    money = activity_of(reading, query).measures[query.indicator.value].kind == "money"
    return Decimal(total) / 100 if money else total


def _group(activity: Activity, key: str) -> str:
    if key in ("unit", activity.unit):
        return "e.unit"
    return "SUBSTR(e.date, 1, 7)" if key == "month" else field(key)


def _group_of(entry: EntryState, key: str) -> str:
    if key in ("unit", ledger.activity_of(entry).unit):
        return entry.unit
    return entry.date[:7] if key == "month" else str(entry.fields.get(key, ""))


# ---- listing ----
def _page(reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
    where, values = conditions(reading, query)
    day, _, id_ = cursor.partition("~")
    at = whole(id_)
    after = (day, at) if day and at is not None else None
    if after:
        where += " AND (e.date, e.id) < (%s, %s)"
        values += after
    with connection.cursor() as db:
        db.execute(
            f"SELECT e.body FROM store_entry e WHERE {where} ORDER BY e.date DESC, e.id DESC LIMIT %s",
            [*values, size + 1],
        )
        rows = plain(
            f"[{','.join([body for (body,) in db.fetchall()])}]"
        )  # all at once: half of it was each one's call
    odd = [one.entry for one in _odd(reading, query) if not after or (one.entry.date, one.entry.id) < after]
    if odd:
        rows = sorted(rows + [entry.dump() for entry in odd], key=lambda row: (row["date"], row["id"]), reverse=True)
    page = MemberPage(_members(reading, query, part, rows[:size]))
    if len(rows) > size:
        last = rows[size - 1]
        page.next = f"{last['date']}~{last['id']}"
    return page


def _members(reading: Reading, query: Query, part: str, rows: Sequence[dict[str, Any]]) -> list[Member]:
    """The entries as they are listed, from their stored form: a list shows little of each, and is long."""
    activity, one = activity_of(reading, query), query.indicator
    nothing = "0.00" if one.aggregator == "sum" and activity.measures[one.value].kind == "money" else "0"
    measures: dict[str, Measure | None] = {}  # what is summed, by the version an entry stands under
    found = []
    for row in rows:
        fields, idle, shown = row.get("fields", {}), row.get("idle", ""), ""
        title = str(fields.get(activity.title, "") or activity.name) if activity.title else activity.name
        if idle and idle in activity.idle:
            title = activity.idle[idle].name
        if one.aggregator == "sum":
            bundle = row["bundle"]
            if bundle not in measures:
                measures[bundle] = ledger.declared_then(bundle, row["activity"]).measures.get(one.value)
            measure = measures[bundle]
            value = value_of(measure, row.get("values", {}), fields) if measure and not idle else None
            shown = str(value) if value else nothing  # money is stored as it is shown
        found.append(Member("entry", row["id"], row["number"], title, row["date"], shown, row["unit"], part))
    return found


def _items(reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
    where, values = conditions(reading, query)
    tables, item, given = _item(query.indicator)
    collate = ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    if cursor:
        where += f" AND ({item}){collate} > %s"
        values.append(cursor)
    with connection.cursor() as db:
        db.execute(
            f"SELECT {item}, COUNT(*), MAX(e.date) FROM {tables} WHERE {where} GROUP BY {item} "
            f"ORDER BY ({item}){collate} LIMIT %s",
            [*given, *values, size + 1],
        )
        found = {str(key): (int(n), str(day)) for key, n, day in db.fetchall()}
    cut = max(found) if len(found) > size else None
    for one in _odd(reading, query):
        for key in one.items:
            if key > cursor and (cut is None or key <= cut):
                n, day = found.get(key, (0, ""))
                found[key] = (n + 1, max(day, one.entry.date))
    keys = sorted(found)
    rows = []
    for key in keys[:size]:
        unit = reading.net.units.get(key)
        n, day = found[key]
        rows.append(Member("unit", key, key if unit else "", unit.name if unit else key, day, str(n), key, part))
    return MemberPage(rows, keys[size - 1] if len(keys) > size else "")


# ---- what made the difference ----
def _difference(before: Reading, after: Reading, query: tuple[Query, Query], chain: list[Event]) -> Difference | None:
    was, is_ = _value(before, query[0], chain, before.at), _value(after, query[1], chain, after.at)
    if was == is_:
        return None
    early, late = sorted((before.at, after.at))
    reading, last, final = (after, query[1], is_) if after.at == late else (before, query[0], was)
    between = [event for event in chain if early < iso(event.at) <= late]
    cause = next((event for event in between if _value(reading, last, chain, iso(event.at)) == final), chain[0])
    entry = core.replay(chain)
    [member] = _members(after, query[1], "records", [entry.dump()])
    return Difference(member, was, is_, cause.verb, iso(cause.at))


def _value(reading: Reading, query: Query, chain: list[Event], at: str) -> str:
    entry = core.as_of(chain, at)
    one = _counts(reading, query, entry) if entry is not None else None
    if one is None:
        return ""
    if query.indicator.aggregator != "sum":
        return "in"
    money = activity_of(reading, query).measures[query.indicator.value].kind == "money"
    return f"{Decimal(one.amount) / 100:.2f}" if money else str(one.amount)
