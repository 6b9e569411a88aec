"""账: rows of entries and their events. Nothing is obtained without saying for whom (`seen_by`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction

from bihuan.core.cadence import Held
from bihuan.core.chain import canonical
from bihuan.core.counters import Tally
from bihuan.core.entries import EntryState, columns
from bihuan.core.ledger_kinds import Activity, may_read, reads
from bihuan.core.measures import Value
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.whole import whole
from bihuan.store import bulk, counters, events, packs
from bihuan.store.models import Entry, EntryUnit
from bihuan.store.models import Event as EventRow
from bihuan.store.orders import NotFound
from bihuan.store.statements import marks

KIND = "ledger"  # the kind of an entry's events
PAGE = 50
LAST = 10  # entries a doubtful number is compared with
_WAITS = events.COLUMNS.index("waits")
Written = tuple[Activity, Event, EntryState, Tally]
COLUMNS = (
    "number", "programme", "activity", "bundle", "unit", "date", "idle", "late", "live", "recorded", "changed", "post",
    "same",
)  # fmt: skip
_FIRST = ("id", "tenant", *COLUMNS, "seq", "head", "body")
_NAMED = ("entry", "unit", "field", "date", "programme", "activity")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list asks for; days as ISO text, both included, "" any. `named` is a unit an entry names in a field."""

    activity: str
    unit: str = ""
    since: str = ""
    until: str = ""
    named: str = ""
    late: bool = False
    idle: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of entries, the newest day first. `next` is the cursor of the following page, "" at the end."""

    entries: list[EntryState]
    next: str = ""


def declared(programme: str, key: str) -> Activity:
    """Return an activity as the newest version of its programme declares it; raises NotFound for none."""
    known = packs.current().get(programme)
    activity = known.book(key) if known else None
    if activity is None:
        raise NotFound(f"{programme}/{key}")
    return activity


def activity_of(entry: EntryState) -> Activity:
    """Return an entry's activity as the version declares it that its last content names."""
    return declared_then(entry.bundle, entry.activity)


def declared_then(bundle: str, activity: str) -> Activity:
    """Return an activity as a version declares it; raises KeyError where it declares none such."""
    found = packs.bundle(bundle).book(activity)
    if found is None:
        raise KeyError(activity)
    return found


def by_number(number: str, *, seen_by: Actor) -> EntryState:
    """Return the entry of that number if the actor may see it, else raise NotFound."""
    row = Entry.objects.filter(tenant=1, number=number).values_list("body", flat=True).first()
    if row is None:
        raise NotFound(number)
    entry = EntryState.load(json.loads(row))
    if not may_read(seen_by, declared(entry.programme, entry.activity), entry.unit):
        raise NotFound(number)
    return entry


def id_of_command(command: str, *, seen_by: Actor) -> EntryState | None:
    """Return the entry that a command already made, or None."""
    subject = events.subject_of(command) if command else None
    row = Entry.objects.filter(pk=subject).values_list("number", flat=True).first() if subject else None
    return by_number(row, seen_by=seen_by) if row else None


def alike(same: str) -> tuple[str, int] | None:
    """Return number and id of the live entry of the same material, or None."""
    row = Entry.objects.filter(tenant=1, same=same).exclude(same="").values_list("number", "id").first()
    return (row[0], row[1]) if row else None


def known(
    programme: str, activities: Iterable[str], *, commands: Iterable[str], same: Iterable[str], numbers: Iterable[str]
) -> dict[str, EntryState]:
    """Return the entries of some books that came by a command, are live and the same material, or bear a number."""
    found: dict[str, EntryState] = {}
    mine = Entry.objects.filter(tenant=1, programme=programme, activity__in=list(activities))
    subjects = dict(
        EventRow.objects.filter(tenant=1, kind=KIND, seq=1, command__in=list(commands)).values_list(
            "subject", "command"
        )
    )
    for id_, body in mine.filter(pk__in=list(subjects)).values_list("id", "body"):
        found[subjects[id_]] = EntryState.load(json.loads(body))
    for key, body in mine.filter(same__in=[one for one in same if one]).values_list("same", "body"):
        found[key] = EntryState.load(json.loads(body))
    for key, body in mine.filter(number__in=list(numbers)).values_list("number", "body"):
        found[key] = EntryState.load(json.loads(body))
    return found


def events_of(entry: EntryState) -> list[Event]:
    """Return an entry's events from the first to the last. The caller has obtained the entry for somebody."""
    return events.of_orders([entry.id], KIND).get(entry.id, [])


def next_numbers(prefix: str, year: int, n: int = 1) -> list[str]:
    """Take the next `n` numbers of a prefix, like TZ-2022-0148, inside the caller's transaction; there may be gaps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_serial (name, n) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET n = store_serial.n + excluded.n RETURNING n",
            [f"{prefix}-{year}", n],
        )
        (last,) = cursor.fetchone()
    return [f"{prefix}-{year}-{at:04d}" for at in range(last - n + 1, last + 1)]


# ---- writing ----
def record(before: EntryState, event: Event, after: EntryState, activity: Activity, deltas: Tally) -> bool:
    """Write row and event where the row still stands at `before.seq`; False when somebody was first.

    Inside the caller's transaction, if there is one. Raises IntegrityError where the same material is entered already.
    """
    row = {**columns(activity, after), "seq": after.seq, "head": after.head, "body": canonical(after.dump())}
    with transaction.atomic():
        if before.seq == 0:
            Entry.objects.create(id=after.id, **row)
        elif not Entry.objects.filter(pk=after.id, seq=before.seq).update(**row):
            return False
        with connection.cursor() as cursor:
            cursor.execute(events.INSERT, events.values(event, counters.written(after.programme, deltas), KIND))
        _named(activity, before, after)
    return True


def write_numbered(prefix: str, year: int, n: int, make: Callable[[list[str]], Iterable[Written]]) -> list[str]:
    """Write `n` new entries under the next numbers, all or none, and return the numbers.

    Raises IntegrityError where one of them is here already.
    """
    with transaction.atomic():
        numbers = next_numbers(prefix, year, n)
        write(make(numbers))
    return numbers


def write(made: Iterable[Written]) -> None:
    """Write new entries with their events, all or none; their deltas are folded at once."""
    rows, happened, named = [], [], []
    total: Counter[tuple[str, str, str, str]] = Counter()
    for activity, event, after, deltas in made:
        row = columns(activity, after)
        rows.append([after.id, 1, *(row[name] for name in COLUMNS), after.seq, after.head, canonical(after.dump())])
        values = events.values(event, counters.written(after.programme, deltas), KIND)
        values[_WAITS] = events.TELL
        happened.append(values)
        named += [[1, *(name[key] for key in _NAMED)] for name in names(activity, after)]
        for (unit, measure, month), n in deltas.items():
            total[after.programme, unit, measure, month] += n
    with transaction.atomic():
        with connection.cursor() as cursor:
            bulk.insert(cursor, "store_entry", _FIRST, rows)
            bulk.insert(cursor, "store_entryunit", ("tenant", *_NAMED), named)
            bulk.insert(cursor, "store_event", events.COLUMNS, happened)
            counters.add(cursor, total)


def _named(activity: Activity, before: EntryState, after: EntryState) -> None:
    if before.seq:
        EntryUnit.objects.filter(tenant=1, entry=after.id).delete()
    EntryUnit.objects.bulk_create(_names(activity, after))


def _names(activity: Activity, entry: EntryState) -> list[EntryUnit]:
    return [EntryUnit(**row) for row in names(activity, entry)]


def names(activity: Activity, entry: EntryState) -> list[dict[str, Any]]:
    """Return the rows of the units an entry names; none once it is withdrawn."""
    if not entry.live or entry.idle:
        return []
    found = []
    for key in activity.listing():
        value = entry.fields.get(key, [])
        for unit in dict.fromkeys([value] if isinstance(value, str) else value):
            kept = {"entry": entry.id, "unit": unit, "field": key, "date": entry.date}
            found.append({**kept, "programme": entry.programme, "activity": entry.activity})
    return found


# ---- reading ----
def conditions(actor: Actor, programme: str, activity: Activity, asked: Asked) -> tuple[str, list[Any]]:
    """Return the condition of a list of what the actor may see, on the alias `e`, with its parameters."""
    where = ["e.tenant = 1", "e.programme = %s", "e.activity = %s"]
    values: list[Any] = [programme, activity.key]
    units = reads(actor, activity)
    if units is not None:
        where.append(f"e.unit IN ({marks(len(units))})" if units else "1 = 0")
        values += sorted(units)
    for column, sign, value in (("unit", "=", asked.unit), ("date", ">=", asked.since), ("date", "<=", asked.until)):
        if value:
            where.append(f"e.{column} {sign} %s")
            values.append(value)
    if asked.named:
        where.append("e.id IN (SELECT n.entry FROM store_entryunit n WHERE n.tenant = 1 AND n.unit = %s)")
        values.append(asked.named)
    if asked.late:
        where.append("e.late")
    if asked.idle:
        where.append("e.idle <> ''")
    where.append("NOT e.live" if asked.withdrawn else "e.live")
    return " AND ".join(where), values


def page(
    *, seen_by: Actor, programme: str, activity: Activity, asked: Asked, cursor: str = "", limit: int = PAGE
) -> Page:
    """Return one page of what the actor may see of it, by key; a broken cursor starts at the beginning."""
    where, values = conditions(seen_by, programme, activity, asked)
    day, _, id_ = cursor.partition("~")
    if day and (last := whole(id_)) is not None:
        where += " AND (e.date, e.id) < (%s, %s)"
        values += [day, last]
    with connection.cursor() as db:
        db.execute(
            f"SELECT e.body FROM store_entry e WHERE {where} ORDER BY e.date DESC, e.id DESC LIMIT %s",
            [*values, limit + 1],
        )
        found = [EntryState.load(json.loads(row[0])) for row in db.fetchall()]
    if len(found) <= limit:
        return Page(found)
    return Page(found[:limit], f"{found[limit - 1].date}~{found[limit - 1].id}")


def bodies(*, seen_by: Actor, programme: str, activity: Activity, asked: Asked) -> Iterator[EntryState]:
    """Yield every entry of a list, page by page, the newest day first."""
    cursor = ""
    while True:
        got = page(seen_by=seen_by, programme=programme, activity=activity, asked=asked, cursor=cursor, limit=500)
        yield from got.entries
        cursor = got.next
        if not cursor:
            return


def count(*, seen_by: Actor, programme: str, activity: Activity, asked: Asked) -> int:
    """Return how many entries a list has; ask it of a bounded window."""
    where, values = conditions(seen_by, programme, activity, asked)
    with connection.cursor() as db:
        db.execute(f"SELECT COUNT(*) FROM store_entry e WHERE {where}", values)
        return int(db.fetchone()[0])


def earlier(programme: str, activity: str, unit: str, *, besides: int = 0) -> list[Mapping[str, Value]]:
    """Return the values of a unit's last live entries, the newest first: what a doubtful number is compared with."""
    rows = Entry.objects.filter(tenant=1, programme=programme, activity=activity, unit=unit, live=True, idle="")
    found = rows.exclude(pk=besides).order_by("-date", "-id").values_list("body", flat=True)[:LAST]
    return [json.loads(body).get("values", {}) for body in found]


def held(*, seen_by: Actor, programme: str, activity: Activity, since: date, until: date) -> dict[str, list[Held]]:
    """Return by unit on which days of a window it took place, in time or late, or was said not to: one query."""
    asked = Asked(activity.key, since=since.isoformat(), until=until.isoformat())
    where, values = conditions(seen_by, programme, activity, asked)
    found: dict[str, list[Held]] = {}
    with connection.cursor() as db:
        db.execute(f"SELECT DISTINCT e.unit, e.date, e.late, e.idle <> '' FROM store_entry e WHERE {where}", values)
        for unit, day, late, idle in db.fetchall():
            found.setdefault(unit, []).append(Held(date.fromisoformat(day), bool(late), bool(idle)))
    return found


def of_day(*, seen_by: Actor, programme: str, activity: Activity, day: str) -> list[EntryState]:
    """Return the live entries of one day that the actor may see, at most 500."""
    asked = Asked(activity.key, since=day, until=day)
    return page(seen_by=seen_by, programme=programme, activity=activity, asked=asked, limit=500).entries


# ---- for the recount ----
def ids_after(id_: int, limit: int) -> list[int]:
    """Return ids of all entries in order, for the recount; only `verify` and the like ask so."""
    return list(Entry.objects.filter(tenant=1, id__gt=id_).order_by("id").values_list("id", flat=True)[:limit])


def stored(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return every column of the rows by id."""
    wanted = ("id", *COLUMNS, "seq", "head", "body")
    return {row["id"]: dict(row) for row in Entry.objects.filter(pk__in=list(ids)).values(*wanted)}


def stored_names(ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the rows of named units by entry."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = EntryUnit.objects.filter(tenant=1, entry__in=list(ids)).order_by("id")
    for row in rows.values("entry", "unit", "field", "date", "programme", "activity"):
        found.setdefault(row["entry"], []).append(dict(row))
    return found


__all__ = ["Asked", "IntegrityError", "NotFound", "Page", "by_number", "page", "record"]
