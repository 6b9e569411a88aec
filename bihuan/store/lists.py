"""清单: pages of orders that one actor may see. One query a page, by key, whatever the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from bihuan.core.ages import Band
from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.queues import QUEUES
from bihuan.core.whole import whole
from bihuan.store import calendars, sight, terms
from bihuan.store.sight import visible
from bihuan.store.statements import postgres
from bihuan.store.statements import rows as rows_of

PAGE = 50
FEW = 3  # counts of open work for which an index each is cheaper than one pass
MOMENTS = ("submitted", "dispatched", "replied", "closed", "rated")
FIELDS = (
    "id", "number", "programme", "type", "state", "queue", "ring", "open", "title", "category", "priority", "channel",
    "requester", "requester_name", "desk", "lead", "handler", "supervisor", "secret", "pending", "pending_to",
    "drafted", "supervised", "due", "due_clock", "yellow", "orange", "suspended", "rate_until", "rating", "result",
    "submitted", "dispatched", "replied", "closed", "seq", "rated", "on_time",
    "source_number", "source_due", "owed", "head",
)  # fmt: skip
_SELECT = ", ".join(f'o."{name}"' for name in FIELDS)


class Row(NamedTuple):
    """One order in a list: projected columns only, instants as stored text."""

    id: int
    number: str
    programme: str
    type: str
    state: str
    queue: str
    ring: int
    open: bool
    title: str
    category: str
    priority: int
    channel: str
    requester: str
    requester_name: str
    desk: str
    lead: str
    handler: str
    supervisor: str
    secret: bool
    pending: str
    pending_to: str
    drafted: bool
    supervised: bool
    due: str
    due_clock: str
    yellow: str
    orange: str
    suspended: bool
    rate_until: str
    rating: str
    result: str
    submitted: str
    dispatched: str
    replied: str
    closed: str
    seq: int
    rated: str = ""
    on_time: bool = False
    source_number: str = ""
    source_due: str = ""
    owed: bool = False
    head: str = ""  # names all of it: the same head has the same row


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list asks for; empty means "any".

    `light` is red | yellow | orange | green | grey as of `now`, or near for yellow and orange together. `queue` may
    also be `to_sign` or `asked:<ask>:<desk|arbiter>`; `to_close` has the orders whose rating window ran out, and
    `to_rate` has not. `since`/`until` bound `moment` (one of MOMENTS) as stored text, `until` exclusive. `sort` is
    due | recent | source (the source's own deadline) | moment (the latest first). `text` is looked for in what an
    order is found by (`store.terms`); `sought` is what `terms.sought` gave for it, asked once for a whole page.
    `aged` has open orders of an age as of `now`.
    """

    programme: str = ""
    type: str = ""
    queue: str = ""
    states: tuple[str, ...] = ()
    open: bool | None = None
    light: str = ""
    aged: Band | None = None
    category: str = ""
    desk: str = ""
    lead: str = ""
    handler: str = ""
    requester: str = ""
    text: str = ""
    sought: terms.Sought | None = None
    result: str = ""
    solved: bool | None = None
    on_time: bool | None = None
    supervised: bool | None = None
    owed: bool | None = None  # its source waits for the answer
    channel: str = ""
    ratings: tuple[str, ...] = ()
    moment: str = "submitted"
    since: str = ""
    until: str = ""
    expired: bool | None = None  # the rating window has run out
    sort: str = "due"


@dataclass(slots=True)
class Page:
    """A page of rows; `next` is the cursor of the following page, "" at the end."""

    rows: list[Row] = field(default_factory=list)
    next: str = ""


def conditions(asked: Asked, now: datetime) -> tuple[list[str], list[Any]]:
    """Return the conditions of what a list asks for."""
    where: list[str] = ["o.tenant = 1"]
    values: list[Any] = []

    def add(clause: str, *given: Any) -> None:
        where.append(clause)
        values.extend(given)

    for column in ("programme", "type", "category", "channel", "desk", "lead", "handler", "requester", "result"):
        if value := getattr(asked, column):
            add(f"o.{column} = %s", value)
    for column in ("lead", "handler"):
        if getattr(asked, column):
            add(f"NOT (o.{column} = '')")  # in the words of the partial index
    if asked.open is not None:
        add("o.open" if asked.open else "NOT o.open")
    if asked.queue:
        _queue(asked.queue, iso(now), add)
    if asked.states:
        add(f"o.state IN ({', '.join(['%s'] * len(asked.states))})", *asked.states)
    if asked.ratings:
        add(f"o.rating IN ({', '.join(['%s'] * len(asked.ratings))})", *asked.ratings)
    for column in ("solved", "on_time", "supervised", "owed"):
        if (wanted := getattr(asked, column)) is not None:
            add(f"o.{column}" if wanted else f"NOT o.{column}")
    if asked.light:
        _light(asked.light, iso(now), add)
    if asked.aged:
        _aged(asked.aged, now, add)
    if asked.expired is not None:
        add("o.open AND NOT (o.rate_until = '') AND o.rate_until " + ("<= %s" if asked.expired else "> %s"), iso(now))
    moment = _moment(asked.moment)
    if moment != "submitted" and (asked.since or asked.until or asked.sort == "moment"):
        add(f"NOT (o.{moment} = '')")  # in the words of the partial index, or SQLite does not see that it fits
    if asked.since:
        add(f"o.{moment} >= %s", asked.since)
    if asked.until:
        add(f"o.{moment} < %s", asked.until)
        if moment == "submitted" and not asked.since:
            add("o.submitted <> ''")  # an unknown time is in no window (decisions 26)
    if asked.text:
        clause, given = terms.condition(asked.sought or terms.sought(asked.text))
        add(clause, *given)
    return where, values


def _moment(name: str) -> str:
    return name if name in MOMENTS else "submitted"


def _queue(queue: str, now: str, add: Any) -> None:
    if queue == "to_sign":
        add("o.open AND o.drafted")
    elif queue == "to_rate":
        add("o.open AND o.queue = 'to_rate' AND o.rate_until > %s", now)
    elif queue == "to_close":
        # Without a window that still runs there is nobody to wait for.
        add("o.open AND o.queue IN ('to_close', 'to_rate') AND (o.queue = 'to_close' OR o.rate_until <= %s)", now)
    elif queue.startswith("asked:"):
        _, ask, *to = queue.split(":")
        add("o.open AND o.pending = %s AND NOT (o.pending = '')", ask)
        if to:
            add("o.pending_to = %s", to[0])
    else:
        add("o.open AND o.queue = %s", queue)


def _light(light: str, now: str, add: Any) -> None:
    add("o.open")
    if light == "red":
        add("o.due <= %s", now)
    elif light == "orange":
        add("o.due > %s AND o.orange <= %s", now, now)
    elif light == "yellow":
        add("o.due > %s AND o.orange > %s AND o.yellow <= %s", now, now, now)
    elif light == "near":
        add("o.due > %s AND o.yellow <= %s", now, now)
    elif light == "grey":
        add("o.yellow > %s AND o.suspended", now)
    else:
        add("o.yellow > %s AND NOT o.suspended", now)


def _aged(band: Band, now: datetime, add: Any) -> None:
    first, end = band.began(now, calendars.calendar())
    add("o.open AND o.aged_in = %s", band.unit)
    if first:
        add("o.aged_since >= %s", iso(first))
    if end:
        add("o.aged_since < %s", iso(end))


def page(
    *, seen_by: Actor, programmes: Iterable[Programme], asked: Asked, now: datetime, cursor: str = "", limit: int = PAGE
) -> Page:
    """Return one page of what the actor may see of it, by key; a broken cursor starts at the beginning."""
    sql, values = _query(seen_by, list(programmes), asked, now, cursor, limit + 1)
    rows = list(map(Row._make, rows_of(sql, values, kept=bool(asked.open and not asked.text))))
    if len(rows) <= limit:
        return Page(rows)
    last = rows[limit - 1]
    if asked.sort == "recent":
        return Page(rows[:limit], str(last.id))
    return Page(rows[:limit], f"{getattr(last, _column(asked))}~{last.id}")


def _query(
    actor: Actor, programmes: list[Programme], asked: Asked, now: datetime, cursor: str, limit: int
) -> tuple[str, list[Any]]:
    """Return a page's query with its parameters."""
    tables, led, first = _leading(asked)
    where, values = conditions(replace(asked, text="") if led else asked, now)
    table, allowed, more = _reach(actor, programmes, asked)
    order, after, given = _after(asked, cursor)
    if led:
        order = order.replace("o.id", 't."order"')
    clause = " AND ".join([*led, *where, allowed, *after])
    return f"SELECT {_SELECT} FROM {tables or table} WHERE {clause} ORDER BY {order} LIMIT %s", [
        *first, *values, *more, *given, limit,
    ]  # fmt: skip


def _reach(actor: Actor, programmes: Iterable[Programme], asked: Asked) -> tuple[str, str, list[Any]]:
    """Return the table of orders with the condition that the actor sees one.

    Open work that nothing else narrows is found by the ways an office comes to it.
    """
    narrowed = asked.handler or asked.lead or asked.desk or asked.requester or asked.text or asked.owed
    narrowed = narrowed or asked.queue == "to_sign" or asked.queue.startswith("asked:")
    if asked.open and not narrowed:
        tray = asked.queue if asked.queue in QUEUES and asked.queue != "to_close" else ""
        if way := sight.of_office(actor, programmes, tray):
            return "store_order o" if postgres() else "store_order o NOT INDEXED", *way
    return "store_order o", *visible(actor, programmes)


def _column(asked: Asked) -> str:
    """Return the column a list is sorted by, besides the id."""
    return {"due": "due", "source": "source_due"}.get(asked.sort) or _moment(asked.moment)


def _leading(asked: Asked) -> tuple[str, list[str], list[Any]]:
    """Return tables, conditions and parameters where the words lead to the newest orders that have them, else none."""
    sought = asked.sought or (terms.sought(asked.text) if asked.text and asked.sort == "recent" else None)
    if sought is None or asked.sort != "recent" or not sought.words or sought.pending:
        return "", [], []
    return terms.leading(sought)


def _after(asked: Asked, cursor: str) -> tuple[str, list[str], list[Any]]:
    """Return the order of a list, and the condition that a row comes after the cursor, if there is one."""
    if asked.sort != "recent":
        column, (sign, down) = _column(asked), ((">", "") if asked.sort in ("due", "source") else ("<", " DESC"))
        order = f"o.{column}{down}, o.id{down}"
        at, _, id_ = cursor.partition("~")
        if at and (last := whole(id_)) is not None:
            return order, [f"(o.{column}, o.id) {sign} (%s, %s)"], [at, last]
        return order, [], []
    before = whole(cursor)
    return ("o.id DESC", [], []) if before is None else ("o.id DESC", ["o.id < %s"], [before])


def count(*, seen_by: Actor, programmes: Iterable[Programme], asked: Asked, now: datetime) -> int:
    """Return how many orders a list has. Ask it of open work or of a bounded window, never of all history."""
    sql, values = counting(asked, seen_by, programmes, now)
    with connection.cursor() as db:
        db.execute(f"SELECT {sql}", values)
        return int(db.fetchone()[0])


def shared_out(
    *, seen_by: Actor, programmes: Iterable[Programme], asked: Asked, kind: str, now: datetime
) -> tuple[int, int]:
    """Return how many orders a list has, and how many of one kind it would have besides for who sees all; one query.

    Ask it of what `count` may be asked of, and for who sees most of it: it looks at all of it.
    """
    where, values = conditions(asked, now)
    allowed, more = visible(seen_by, programmes)
    sql = f"SELECT COUNT(*) FILTER (WHERE {allowed}), COUNT(*) FILTER (WHERE o.type = %s AND NOT {allowed}) "
    sql += f"FROM store_order o WHERE {' AND '.join(where)}"
    n, hidden = rows_of(sql, [*more, kind, *more, *values], kept=not asked.text)[0]
    return int(n), int(hidden)


def counts(
    *, seen_by: Actor, programmes: Iterable[Programme], asked: dict[str, Asked], now: datetime
) -> dict[str, int]:
    """Return several counts by name in one query: those of open work in one pass over it, each other by an index."""
    declared = list(programmes)
    of_open = [name for name, one in asked.items() if one.open or one.light or one.queue or one.aged]
    if len(of_open) < FEW:
        of_open = []
    parts = {name: counting(one, seen_by, declared, now) for name, one in asked.items() if name not in of_open}
    columns = [sql for sql, _ in parts.values()]
    values = [value for _, given in parts.values() for value in given]
    source = ""
    if of_open:
        filters = {name: conditions(asked[name], now) for name in of_open}
        kept = ", ".join(
            f"COUNT(*) FILTER (WHERE {' AND '.join(where)}) AS n{n}" for n, (where, _) in enumerate(filters.values())
        )
        table, allowed, more = _reach(seen_by, declared, Asked(open=True))
        source = f" FROM (SELECT {kept} FROM {table} WHERE o.tenant = 1 AND o.open AND {allowed}) AS work"
        columns += [f"work.n{n}" for n in range(len(of_open))]
        values += [value for _, given in filters.values() for value in given] + more
    if not columns:
        return {}
    with connection.cursor() as db:
        db.execute(f"SELECT {', '.join(columns)}{source}", values)
        found = dict(zip([*parts, *of_open], (int(n) for n in db.fetchone()), strict=True))
    return {name: found[name] for name in asked}


def capped(
    *, seen_by: Actor, programmes: Iterable[Programme], asked: dict[str, Asked], now: datetime, most: int
) -> dict[str, int]:
    """Return several counts by name in one query, none above `most` + 1: beyond that nobody counts on."""
    declared, parts, values = list(programmes), [], []
    for n, one in enumerate(asked.values()):
        where, given = conditions(one, now)
        table, allowed, more = _reach(seen_by, declared, one)
        inner = f"SELECT 1 AS one FROM {table} WHERE {' AND '.join([*where, allowed])} LIMIT %s"
        parts.append(f"(SELECT COUNT(*) FROM ({inner}) AS c{n})")
        values += [*given, *more, most + 1]
    if not parts:
        return {}
    with connection.cursor() as db:
        db.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(asked, (int(n) for n in db.fetchone()), strict=True))


def counting(asked: Asked, seen_by: Actor, programmes: Iterable[Programme], now: datetime) -> tuple[str, list[Any]]:
    """Return the sub-query that counts a list, with its parameters."""
    where, values = conditions(asked, now)
    table, allowed, more = _reach(seen_by, programmes, asked)
    return f"(SELECT COUNT(*) FROM {table} WHERE {' AND '.join([*where, allowed])})", [*values, *more]
