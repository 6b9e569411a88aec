"""事件: the rows that are never changed, and the personal values that may be erased beside them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connection

from bihuan.core.chain import GENESIS, digest, plain
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event
from bihuan.store.statements import one_row, postgres

COLUMNS = (
    "tenant", "kind", "subject", "seq", "verb", "at", "person", "post", "command", "hash", "body", "deltas", "waits",
)  # fmt: skip
_COLUMNS = f"({', '.join(COLUMNS)})"
_MARKS = ", ".join(["%s"] * len(COLUMNS))
INSERT = f"INSERT INTO store_event {_COLUMNS} VALUES ({_MARKS})"
_BEGUN = (
    "SELECT subject FROM store_event WHERE tenant = 1 AND command = %s "
    "AND seq = 1 AND NOT (command = '')"  # in the words of the partial index
)
_MADE = "SELECT hash, body FROM store_event WHERE tenant = 1 AND kind = 'order' AND subject = %s AND command = %s"
# What is done behind with an event, each in its own time: folded into tallies, told about, found by its words.
FOLD, TELL, INDEX = 1, 2, 4
PERSONAL = ("tenant", "order", "seq", "key", "value", "salt", "erased")


def holding(*what: int) -> tuple[int, ...]:
    """Return the values of `waits` that hold any of these."""
    return tuple(n for n in range(1, FOLD + TELL + INDEX + 1) if any(n & one for one in what))


def waiting(what: int) -> str:
    """Return the condition of the events that wait for this, in the words of their index.

    They are no range: else SQLite walks all that waits for anything.
    """
    return f"NOT (waits = 0) AND waits IN ({', '.join(map(str, holding(what)))})"


@cache
def awaiting(what: int) -> str:
    """Return `store_event WHERE …` for the events that wait for this."""
    # Told by ANALYZE of a day on which much waited, SQLite's planner would read the whole table.
    through = "" if postgres() else " INDEXED BY event_waits"
    return f"store_event{through} WHERE {waiting(what)}"


def first(what: int, columns: str, limit: int, *, newest: bool = False, after: int = 0) -> str:
    """Return the query of so many events that wait for this, the oldest first or the newest; `columns` begin with id.

    Each value is read along the index, in an order the table has not: a planner that was told of a day on which much
    waited would look for the rest of it through all events there are.
    """
    way = "DESC" if newest else "ASC"
    source = f"SELECT {columns} FROM store_event{'' if postgres() else ' INDEXED BY event_waits'}"
    past = f" AND id > {after}" if after else ""
    parts = (
        f"SELECT * FROM ({source} WHERE NOT (waits = 0) AND waits >= {n} AND waits <= {n}{past} "
        f"ORDER BY waits {way}, id {way} LIMIT {limit}) waits{n}"
        for n in holding(what)
    )
    return f"SELECT {columns} FROM ({' UNION ALL '.join(parts)}) waiting ORDER BY id {way} LIMIT {limit}"


def taken(what: int, columns: str, limit: int) -> str:
    """Return the query of the oldest events that wait for this, for one worker: what another one holds is left."""
    if not postgres():
        return first(what, columns, limit)
    return (
        f"SELECT {columns} FROM store_event WHERE id IN ({first(what, 'id', limit)}) AND {waiting(what)} "
        "ORDER BY id FOR UPDATE SKIP LOCKED"
    )


def done(what: int) -> str:
    """Return what an UPDATE sets when this is done."""
    return f"waits = waits & {FOLD + TELL + INDEX - what}"


def values(event: Event, deltas: str, kind: str = "order", *, indexed: bool = True) -> list[Any]:
    """Return the parameters of INSERT for an event; one without deltas is born folded, unless it is an order's.

    Every event of an order is folded behind: it may change what figures ask of the order (`store.order_facts`).
    `indexed` is False for one that changes by what its order is found.
    """
    who = event.actor
    waits = TELL + (FOLD if deltas or kind == "order" else 0) + (0 if indexed else INDEX)
    return [
        1, kind, event.order, event.seq, event.verb, iso(event.at), who.get("person", ""), who.get("post", ""),
        event.command, event.hash, event.body, deltas, waits,
    ]  # fmt: skip


def new_salt() -> str:
    """Return a fresh salt for the commitments of one event."""
    return secrets.token_hex(16)


def personal_values(event: Event) -> list[tuple[str, str]]:
    """Return the personal values of an event by key, without the salt its facts were committed under."""
    return [(key, value) for key, value in event.personal.items() if key != "_salt"]


def keep_personal(cursor: Any, event: Event) -> None:
    """Keep the personal values of an event beside it, with the salt its facts were committed under."""
    kept = personal_values(event)
    if not kept:
        return
    salt = event.personal.get("_salt", "")
    cursor.execute(
        'INSERT INTO store_personal (tenant, "order", seq, key, value, salt, erased) VALUES '
        + ", ".join(["(1, %s, %s, %s, %s, %s, '')"] * len(kept)),
        [value for key, text in kept for value in (event.order, event.seq, key, text, salt)],
    )


def of_order(id_: int) -> list[Event]:
    """Return an order's events from the first to the last. The caller has obtained the order for somebody."""
    return of_orders([id_]).get(id_, [])


def of_orders(ids: Iterable[int], kind: str = "order") -> dict[int, list[Event]]:
    """Return the events of several subjects by id, each from the first to the last."""
    wanted = list(ids)
    found: dict[int, list[Event]] = {}
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, seq, hash, body FROM store_event WHERE tenant = 1 AND kind = %s "
            f"AND subject IN ({', '.join(['%s'] * len(wanted))}) ORDER BY subject, seq",
            [kind, *wanted],
        )
        for subject, _, hash_, body in cursor.fetchall():
            found.setdefault(subject, []).append(read(body, hash_))
    return found


def of_kind(kind: str) -> dict[int, list[Event]]:
    """Return every chain of a kind that is not an order's, by subject."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT subject FROM store_event WHERE tenant = 1 AND kind = %s", [kind])
        subjects = [row[0] for row in cursor.fetchall()]
    return of_orders(subjects, kind)


def stands(number: str, seq: int, hash_: str) -> bool:
    """Whether the event at this place of an order's chain has this hash, its text unchanged."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.body FROM store_order o JOIN store_event e ON e.tenant = 1 AND e.kind = 'order' "
            "AND e.subject = o.id AND e.seq = %s WHERE o.tenant = 1 AND o.number = %s",
            [seq, number],
        )
        row = cursor.fetchone()
    return row is not None and digest(row[0]) == hash_


def read(body: str, hash_: str) -> Event:
    """Return the event a stored body holds."""
    data = plain(body)
    return Event(
        order=data["order"],
        seq=data["seq"],
        verb=data["verb"],
        actor=data["actor"],
        at=instant(data["at"]),
        facts=data["facts"],
        then=data["then"],
        bundle=data["bundle"],
        prev=data["prev"],
        command=data["command"],
        body=body,
        hash=hash_,
    )


def subject_of(command: str) -> int | None:
    """Return the subject whose first event a command made, or None."""
    row = one_row(_BEGUN, [command])
    return row[0] if row else None


def made_by(command: str, order: int) -> Event | None:
    """Return the event a command made on an order, however long ago, or None."""
    row = one_row(_MADE, [order, command])
    return read(row[1], row[0]) if row else None


def personal_of(order: int) -> dict[str, str]:
    """Return the latest personal values of an order that were not erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT key, value FROM store_personal WHERE tenant = 1 AND "order" = %s AND erased = '' ORDER BY seq""",
            [order],
        )
        return dict(cursor.fetchall())


def note_read(order: int, key: str, person: str, post: str, at: str) -> None:
    """Keep that somebody looked at a personal value."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO store_personalread ("order", key, person, post, at) VALUES (%s, %s, %s, %s, %s)',
            [order, key, person, post, at],
        )


def append(kind: str, subject: int, make: Any) -> Event:
    """Append to a chain that is not an order's (network, setup): `make(seq, prev)` returns the sealed event.

    Called inside the transaction of the change it records.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, hash FROM store_event WHERE tenant = 1 AND kind = %s AND subject = %s "
            "ORDER BY seq DESC LIMIT 1",
            [kind, subject],
        )
        row = cursor.fetchone()
        event: Event = make((row[0] if row else 0) + 1, row[1] if row else GENESIS)
        cursor.execute(INSERT, values(event, "", kind))
    return event
