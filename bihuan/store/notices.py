"""通知: events not yet told, the deliveries made of them, and who holds which delivery for sending.

An event row is itself the outbox: what waits in it is cleared behind, with its deliveries. A delivery is
claimed by a conditional update with a lease; a sender that dies lets the lease run out and the next one has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.db import connection, transaction

from bihuan.core.order_state import Event
from bihuan.store import events
from bihuan.store.statements import marks

_UNTOLD, _TOLD = events.waiting(events.TELL), events.done(events.TELL)

PAGE = 50
COLUMNS = (
    "key", "event", "order", "number", "programme", "type", "verb", "light", "clock", "channel", "person", "robot",
    "urgency", "at", "due", "state", "sent",
)  # fmt: skip
FIELDS = ("id", *COLUMNS, "tries", "said", "seen")
_COLUMNS = ", ".join(f'"{name}"' for name in COLUMNS)
_FIELDS = ", ".join(f'd."{name}"' for name in FIELDS)


@dataclass(frozen=True, slots=True)
class New:
    """A delivery to be kept; instants as stored text. Who asks is told without the verb: its name is the office's.

    A hand-over of several orders is one delivery of no order, and its `number` says how many they are.
    """

    key: str
    event: int
    order: int
    number: str
    programme: str
    type: str
    verb: str
    light: str
    clock: str
    channel: str
    person: str
    robot: int
    urgency: str
    at: str
    due: str
    state: str = "waiting"
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Delivery(New):
    """A delivery as kept."""

    id: int = 0
    tries: int = 0
    said: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Fresh:
    """An event nobody was told of yet, under the id of its row."""

    id: int
    kind: str
    event: Event


def unnoticed(after: int, limit: int) -> list[Fresh]:
    """Return events not yet looked at, beyond a row id, in the order of their rows."""
    with connection.cursor() as cursor:
        cursor.execute(events.first(events.TELL, "id, kind, body, hash", limit, after=after))
        return [Fresh(id_, kind, events.read(body, hash_)) for id_, kind, body, hash_ in cursor.fetchall()]


def keep(ids: Sequence[int], made: Mapping[int, Iterable[New]]) -> int:
    """Mark events as looked at and keep what was made of them, both or neither; return how many deliveries are new.

    Of two workers that looked at the same event the first one's deliveries stand.
    """
    new = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            cursor.execute(
                f"UPDATE store_event SET {_TOLD} WHERE id IN ({marks(len(part))}) AND {_UNTOLD} RETURNING id",
                part,
            )
            mine = [row[0] for row in cursor.fetchall()]
            new += _insert(cursor, [one for id_ in mine for one in made.get(id_, ())])
    return new


def put(rows: Iterable[New]) -> int:
    """Keep deliveries that come of no event, such as the day's digests; return how many were not there yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        return _insert(cursor, list(rows))


def _insert(cursor: Any, rows: Sequence[New]) -> int:
    new = 0
    for start in range(0, len(rows), 50):
        part = rows[start : start + 50]
        one = f"(1, {marks(len(COLUMNS))}, '', 0, '', '')"
        cursor.execute(
            f"INSERT INTO store_delivery (tenant, {_COLUMNS}, lease, tries, said, seen) VALUES "
            f"{', '.join([one] * len(part))} ON CONFLICT (tenant, key) DO NOTHING",
            [value for row in part for value in astuple(row)],
        )
        new += cursor.rowcount
    return new


def skip(before: str) -> int:
    """Mark events of before an instant as looked at without telling anybody: lives that were played, not lived."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_event SET {_TOLD} WHERE {_UNTOLD} AND at < %s", [before])
        return int(cursor.rowcount)


def claim(now: str, lease: str, limit: int, besides: Iterable[str] = ()) -> list[Delivery]:
    """Take up to `limit` deliveries whose time has come for sending until `lease`, the longest waiting first.

    What another sender holds is left out, and so are the channels named in `besides`.
    """
    shut = list(besides)
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    also = f" AND channel NOT IN ({marks(len(shut))})" if shut else ""
    names = ", ".join(f'"{name}"' for name in FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_delivery SET lease = %s, tries = tries + 1 WHERE id IN ("
            "SELECT id FROM store_delivery WHERE tenant = 1 AND state = 'waiting' AND due <= %s AND lease <= %s"
            f"{also} ORDER BY due, id LIMIT %s{lock}) AND lease <= %s RETURNING {names}",
            [lease, now, now, *shut, limit, now],
        )
        return sorted((_read(row) for row in cursor.fetchall()), key=lambda d: (d.due, d.id))


def settle(id_: int, lease: str, *, state: str, said: str = "", sent: str = "", due: str = "") -> bool:
    """Write what became of a claimed delivery, giving it back; False where the claim had run out meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_delivery SET state = %s, said = %s, sent = %s, lease = '', due = CASE WHEN %s = '' THEN due "
            "ELSE %s END WHERE id = %s AND state = 'waiting' AND lease = %s",
            [state, said[:120], sent, due, due, id_, lease],
        )
        return bool(cursor.rowcount)


def give_back(id_: int, lease: str, due: str) -> None:
    """Give a claimed delivery back untried, to be taken again at `due`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_delivery SET lease = '', tries = tries - 1, due = %s WHERE id = %s AND lease = %s",
            [due, id_, lease],
        )


def kept_for(person: str) -> list[Delivery]:
    """Return what waits for a person's next digest, the oldest first."""
    return _many("d.person = %s AND d.state = 'kept' ORDER BY d.id LIMIT 500", [person])


def digested(ids: Sequence[int], sent: str) -> None:
    """Mark what a digest told of as sent."""
    with connection.cursor() as cursor:
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            cursor.execute(
                "UPDATE store_delivery SET state = 'sent', sent = %s WHERE state = 'kept' "
                f"AND id IN ({marks(len(part))})",
                [sent, *part],
            )


def of_person(person: str, *, now: str, before: int = 0, unread: bool = False, limit: int = PAGE) -> list[Delivery]:
    """Return a person's notices on pages, the newest first, those before an id if one is given."""
    where, values = "d.channel = 'inapp' AND d.person = %s AND d.due <= %s", [person, now]
    if unread:
        where += " AND d.seen = ''"
    if before:
        where, values = where + " AND d.id < %s", [*values, before]  # type: ignore[list-item]
    return _many(f"{where} ORDER BY d.id DESC LIMIT %s", [*values, limit])


def unread(person: str) -> int:
    """Return how many notices on pages a person has not marked as read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM store_delivery WHERE tenant = 1 AND channel = 'inapp' AND seen = '' AND person = %s",
            [person],
        )
        return int(cursor.fetchone()[0])


def see(person: str, now: str, ids: Sequence[int] | None = None, upto: int = 0) -> int:
    """Mark a person's own notices as read: those named, or all up to an id; return how many changed."""
    where, values = "tenant = 1 AND channel = 'inapp' AND seen = '' AND person = %s", [now, person]
    if ids is not None:
        if not ids:
            return 0
        where, values = f"{where} AND id IN ({marks(len(ids))})", [*values, *ids]  # type: ignore[list-item]
    else:
        where, values = f"{where} AND id <= %s", [*values, upto]  # type: ignore[list-item]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_delivery SET seen = %s WHERE {where}", values)
        return int(cursor.rowcount)


def of_orders(orders: Iterable[int], verbs: Iterable[str]) -> list[Delivery]:
    """Return what went out about these orders for these moves, the oldest first."""
    wanted, named = list(orders), list(verbs)
    if not wanted or not named:
        return []
    return _many(
        f'd."order" IN ({marks(len(wanted))}) AND d.verb IN ({marks(len(named))}) ORDER BY d.id', [*wanted, *named]
    )


def every(*, before: int = 0, limit: int = PAGE) -> list[Delivery]:
    """Return every delivery there is, the newest first, those before an id if one is given."""
    where, values = ("d.id < %s", [before]) if before else ("1 = 1", [])
    return _many(f"{where} ORDER BY d.id DESC LIMIT %s", [*values, limit])


def failed(limit: int = PAGE) -> list[Delivery]:
    """Return what was given up, the newest first."""
    return _many("d.state = 'failed' ORDER BY d.id DESC LIMIT %s", [limit])


def retry(now: str) -> int:
    """Let everything that was given up be tried again; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_delivery SET state = 'waiting', tries = 0, lease = '', due = %s "
            "WHERE tenant = 1 AND state = 'failed'",
            [now],
        )
        return int(cursor.rowcount)


def tally(now: str) -> dict[str, int]:
    """Return how many deliveries are overdue for sending, given up, and how many events were not looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT COUNT(*) FROM store_delivery WHERE tenant = 1 AND state = 'waiting' AND due <= %s), "
            "(SELECT COUNT(*) FROM store_delivery WHERE tenant = 1 AND state = 'failed'), "
            f"(SELECT COUNT(*) FROM ({events.first(events.TELL, 'id', 1000)}) e)",
            [now],
        )
        waiting, given_up, fresh = cursor.fetchone()
        return {"waiting": waiting, "failed": given_up, "unnoticed": fresh}


def clear_before(at: str, limit: int = 5000) -> int:
    """Delete messages of before an instant that are done with; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM store_delivery WHERE id IN (SELECT id FROM store_delivery WHERE tenant = 1 AND at < %s "
            "AND state <> 'waiting' ORDER BY id LIMIT %s)",
            [at, limit],
        )
        return int(cursor.rowcount)


def _many(where: str, values: Sequence[Any]) -> list[Delivery]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_FIELDS} FROM store_delivery d WHERE d.tenant = 1 AND {where}", list(values))
        return [_read(row) for row in cursor.fetchall()]


def _read(row: Sequence[Any]) -> Delivery:
    return Delivery(**dict(zip(FIELDS, row, strict=True)))


MANY = 1000


def overlooked(before: str) -> int:
    """Return how many events older than a stored instant no worker has looked at, at most MANY; over what waits."""
    with connection.cursor() as cursor:
        cursor.execute(events.first(events.TELL, "id, at", MANY))
        return sum(at < before for _id, at in cursor.fetchall())
