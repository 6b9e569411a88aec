"""单: rows of orders and their events. Nothing is obtained without saying for whom (`seen_by`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction

from bihuan.core.chain import normal, plain, written
from bihuan.core.counters import Tally
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, may_see
from bihuan.core.programmes import OrderType
from bihuan.core.projection import beside, columns
from bihuan.core.terms import found_otherwise
from bihuan.store import counters, events, packs, versions
from bihuan.store.recent import Recent
from bihuan.store.statements import Direct, immediately, marks, numbered, one_row, postgres, touched

# A state whose head is known here is not read again: half of a row is its body.
_READ = (
    "SELECT o.id, o.seq, o.generation, CASE WHEN o.head = %s THEN '' ELSE o.body END{more} "
    "FROM store_order o{with_} WHERE o.tenant = 1 AND o.{key} = %s"
)
_PLAIN = {key: _READ.format(more="", with_="", key=key) for key in ("number", "id")}
# Outside of a page the order and the numbers that say how fresh the caches are come in one reading.
_FRESH = {
    key: _READ.format(
        more="".join(f", v.{name}" for name in versions.NAMES), with_=" LEFT JOIN store_version v ON v.id = 1", key=key
    )
    for key in ("number", "id")
}
_DRAFTED = _READ.format(
    more=", EXISTS (SELECT 1 FROM store_draft d WHERE d.person = %s AND d.place = %s)", with_="", key="number"
)
COLUMNS = (
    "state", "queue", "ring", "open", "title", "category", "priority", "channel", "source_number", "requester",
    "requester_name", "desk", "lead", "first_receiver", "handler", "supervisor", "secret", "pending", "pending_to",
    "drafted", "supervised", "due", "due_clock", "yellow", "orange", "suspended", "alarm", "rate_until", "rating",
    "rated", "result", "solved", "on_time", "submitted", "dispatched", "replied", "closed", "source_due", "owed",
    "keeper", "archived", "aged_in", "aged_since", "bundle",
)  # fmt: skip
FIRST = ("id", "tenant", "number", "programme", "type", *COLUMNS, "seq", "head", "body", "generation")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_CHANGING = tuple(name for name in COLUMNS if name != "bundle")  # an order stays with its bundle unless migrated


@lru_cache(maxsize=512)
def _update(names: tuple[str, ...]) -> str:
    columns_ = ", ".join(f'"{name}" = %s' for name in (*names, "seq", "head", "body"))
    return f"UPDATE store_order SET {columns_} WHERE id = %s AND seq = %s"


_UPDATE = _update(_CHANGING)
_MIGRATE = _update(COLUMNS)
_INSERT = f"INSERT INTO store_order ({_quoted(FIRST)}) VALUES ({marks(len(FIRST))})"
# What rides in PostgreSQL's one statement: it happens only where the guarded row did.
_EVENT = (
    f"INSERT INTO store_event ({', '.join(events.COLUMNS)}) SELECT 1, 'order', o.id, o.seq, %s::varchar, %s::varchar, "
    "%s::varchar, %s::varchar, %s::varchar, o.head, %s::text, %s::text, %s::smallint FROM o"
)
_GONE = (
    'gone AS (DELETE FROM store_orderunit u USING o WHERE u.tenant = 1 AND u."order" = o.id '
    "AND u.unit = ANY(%s::text[]))"
)
_CAME = (
    'came AS (INSERT INTO store_orderunit (tenant, "order", unit) '
    "SELECT 1, o.id, c.unit FROM o, unnest(%s::text[]) c(unit))"
)
_PERSONAL = (
    f"personal AS (INSERT INTO store_personal ({_quoted(events.PERSONAL)}) "
    "SELECT 1, o.id, o.seq, p.key, p.value, %s::varchar, '' FROM o, unnest(%s::text[], %s::text[]) p(key, value))"
)


def _one_statement(order: str, more: bool) -> str:
    parts = [f"o AS ({order} RETURNING id, seq, head)", *([_GONE, _CAME, _PERSONAL] if more else [])]
    return numbered(f"WITH {', '.join(parts)} {_EVENT}")


_ONE = {(sql, more): _one_statement(sql, more) for sql in (_UPDATE, _MIGRATE, _INSERT) for more in (False, True)}
_PROJECTED: Recent[dict[str, Any]] = Recent()
_STATES: Recent[OrderState] = Recent(500)  # by number, as last read or written here


class NotFound(Exception):
    """There is no such order, or it is none of the asker's business: both look alike from outside."""


@dataclass(frozen=True, slots=True)
class Held:
    """An order as read, with the sequence a later write must still find."""

    order: OrderState
    generation: int
    drafted: bool = True  # False where the asker is known to keep no draft in the place asked about

    @property
    def type(self) -> OrderType:
        """The kind of order under the bundle the order is pinned to."""
        return packs.order_type(self.order.bundle, self.order.type)


def by_number(number: str, *, seen_by: Actor) -> Held:
    """Return the order of that number if the actor may see it, else raise NotFound."""
    return _one("number", number, seen_by)


def for_move(number: str, *, place: str, seen_by: Actor) -> Held:
    """Return the order as `by_number` does, with whether the actor keeps a draft in `place`: one reading for both."""
    with versions.held():
        versions.current()
        known = _STATES.get(number, "")
        row = one_row(_DRAFTED, [known.head if known else "", seen_by.person, place, number])
        return _held(row, number, seen_by, known)


def by_id(id_: int, *, seen_by: Actor) -> Held:
    """Return the order if the actor may see it, else raise NotFound."""
    return _one("id", id_, seen_by)


def _one(column: str, key: int | str, actor: Actor) -> Held:
    with versions.held():
        sql = (_PLAIN if versions.are_known() else _FRESH)[column]
        known = _STATES.get(key, "") if isinstance(key, str) else None
        row = one_row(sql, [known.head if known else "", key])
        if row is not None:
            versions.keep(row[4:])
        return _held(row and row[:4], key, actor, known)


def _held(row: Sequence[Any] | None, key: int | str, actor: Actor, known: OrderState | None) -> Held:
    """Return what a row holds for one actor; a fifth column says whether they keep a draft."""
    if row is None:
        raise NotFound(str(key))
    if known is not None and not row[3]:
        order = known
    else:
        order = state_of(row[3], row[1])
        _STATES.keep(order.number, "", order)
    if not may_see(actor, order, packs.roles_of(order.programme, order.type)):
        raise NotFound(str(key))
    return Held(order, row[2], bool(row[4]) if len(row) > 4 else True)


def state_of(body: str, seq: int) -> OrderState:
    """Return the state a row's body holds. Nobody changes it in place: the next reading may be given the same."""
    return OrderState.load(plain(body))


def by_command(command: str) -> int | None:
    """Return the id of the order that a command already opened, or None."""
    return events.subject_of(command)


def record(
    before: OrderState,
    event: Event,
    after: OrderState,
    order_type: OrderType,
    deltas: Tally,
    *,
    inside: bool = False,
    new: bool = False,
) -> bool:
    """Write row and event where the row still stands at `before.seq`; False when somebody was first.

    A command makes one event on an order: False too where it made one already. The row at `before.seq` vouches for
    all the history up to it, so that nobody can come in between; `new` is for who has looked there, or knows of a form
    that what it made would stand above the sequence it saw.

    PostgreSQL does it in one statement, which is its own transaction; SQLite in one short immediate transaction
    (decisions 23), or `inside` the caller's, which a failure must undo as a whole. Co-handlers and personal values,
    where an event brings any, ride along.
    """
    if event.command and not new and before.seq and events.made_by(event.command, event.order):
        return False
    row = columns(order_type, after)
    # What an order is comes from its events alone; only a new version of its programme says it in words of its own.
    text = written(after.dump())
    body = text if event.normal and before.seq > 0 and before.bundle == after.bundle else normal(text)
    ends = [after.seq, after.head, body]
    indexed = before.seq > 0 and not found_otherwise(before, after)
    told = events.values(event, counters.written(after.programme, deltas), indexed=indexed)
    if before.seq == 0:
        sql, values = _INSERT, [after.id, 1, after.number, after.programme, after.type]
        values += [*(row[name] for name in COLUMNS), *ends, 1]
    else:
        names = _CHANGING
        if before.bundle != after.bundle:
            names = COLUMNS  # another version may read the same state into other columns
        elif not postgres():
            # SQLite rewrites every index of a column that is set, changed or not: pages that all must be flushed.
            stood = _PROJECTED.get(before.head, order_type.bundle) or columns(order_type, before)
            names = tuple(name for name in _CHANGING if row[name] != stood[name])
        sql, values = _update(names), [*(row[name] for name in names), *ends, after.id, before.seq]
    was, is_ = beside(before), beside(after)
    gone, came = sorted(was - is_), sorted(is_ - was)
    if postgres():
        done = _in_one(sql, values, told, event, gone, came)
    elif inside:
        done = _one_by_one(Direct(), sql, values, told, event, gone, came)
    else:
        done = immediately(lambda cursor: _one_by_one(cursor, sql, values, told, event, gone, came))
    _PROJECTED.keep(after.head, order_type.bundle, row)
    if done and body is text:
        _STATES.keep(after.number, "", after)
    return done


def _in_one(sql: str, values: list[Any], told: list[Any], event: Event, gone: list[str], came: list[str]) -> bool:
    more = bool(gone or came or event.personal)
    if more:
        kept = events.personal_values(event)
        values += [gone, came, event.personal.get("_salt", ""), [k for k, _ in kept], [v for _, v in kept]]
    return bool(touched(_ONE[sql, more], [*values, *told[4:9], *told[10:]]))


def _one_by_one(
    cursor: Direct, sql: str, values: list[Any], told: list[Any], event: Event, gone: list[str], came: list[str]
) -> bool:
    cursor.execute(sql, values)
    if not cursor.rowcount:
        return False
    cursor.execute(events.INSERT, told)
    if gone:
        cursor.execute(
            f'DELETE FROM store_orderunit WHERE tenant = 1 AND "order" = %s AND unit IN ({marks(len(gone))})',
            [event.order, *gone],
        )
    if came:
        cursor.execute(
            f'INSERT INTO store_orderunit (tenant, "order", unit) VALUES {", ".join(["(1, %s, %s)"] * len(came))}',
            [value for unit in came for value in (event.order, unit)],
        )
    events.keep_personal(cursor, event)
    return True


def forget() -> None:
    """Drop what this process worked out of orders, after the tables were exchanged."""
    _PROJECTED.clear()
    _STATES.clear()


def begun(work: Callable[[], OrderState]) -> OrderState:
    """Do what takes a number and writes an order's first event: all of it or nothing, but for a gap in the numbers.

    On PostgreSQL the number is taken in a transaction of its own, so that writers do not wait for one another. On
    SQLite there is one writer anyway, and one flush for number and order is half of two.
    """
    if postgres():
        if not connection.in_atomic_block:
            return work()
        with transaction.atomic():
            return work()
    return immediately(lambda _: work())


def next_number(prefix: str, year: int) -> str:
    """Return the next number like QD2022-0149. A failed order may leave a gap (decisions 25)."""
    (n,) = one_row(
        "INSERT INTO store_serial (name, n) VALUES (%s, 1) "
        "ON CONFLICT (name) DO UPDATE SET n = store_serial.n + 1 RETURNING n",
        [f"{prefix}{year}"],
    )
    return f"{prefix}{year}-{n:04d}"


def number_of_source(channel: str, source_number: str) -> str:
    """Return the number of the order that already came from this channel under this number, "" for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM store_order WHERE tenant = 1 AND channel = %s AND source_number = %s "
            "AND NOT (source_number = '')",
            [channel, source_number],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def turn_link(id_: int) -> int:
    """Revoke every link of an order given so far and return the new generation."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_order SET generation = generation + 1 WHERE id = %s RETURNING generation", [id_])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(str(id_))
    return int(row[0])


def generation_of(id_: int) -> int:
    """Return the generation an order's links must carry; 0 where there is no such order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation FROM store_order WHERE id = %s", [id_])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def alarming(now: str, limit: int, after: tuple[str, int] = ("", 0)) -> list[tuple[str, int]]:
    """Return (alarm, id) of open orders whose alarm has come, the oldest first, beyond `after`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT alarm, id FROM store_order WHERE tenant = 1 AND open AND alarm <= %s AND (alarm, id) > (%s, %s) "
            "ORDER BY alarm, id LIMIT %s",
            [now, *after, limit],
        )
        return list(cursor.fetchall())


def ids_after(id_: int, limit: int) -> list[int]:
    """Return ids of all orders in order, for the recount; only `verify` and the like ask so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM store_order WHERE tenant = 1 AND id > %s ORDER BY id LIMIT %s", [id_, limit])
        return [row[0] for row in cursor.fetchall()]


def stored(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return every column of the rows by id, for the recount."""
    wanted = list(ids)
    names = ("id", "number", "seq", "head", "body", *COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'{chr(34)}{n}{chr(34)}' for n in names)} FROM store_order "
            f"WHERE id IN ({', '.join(['%s'] * len(wanted))})",
            wanted,
        )
        return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


__all__ = ["Held", "IntegrityError", "NotFound", "by_command", "by_id", "by_number", "record"]
