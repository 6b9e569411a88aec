"""登记: the chains of the network and the settings, and who looked at personal values, the newest first, by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from bihuan.core.instants import instant
from bihuan.core.order_state import Event
from bihuan.store.events import read
from bihuan.store.statements import marks

READ = "read"  # looks at personal values: not a chain, for what is erased must leave no trace that cannot be
KINDS = ("network", "setup", READ)
LOOKED = "personal_read"
CHAIN = 1
PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: of these kinds, these verbs, these persons, from an instant on and before another; () is all."""

    kinds: tuple[str, ...] = KINDS
    verbs: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


def page(cursor: str = "", asked: Asked | None = None, limit: int = PAGE) -> tuple[list[tuple[str, Event]], str]:
    """Return (kind, event) of one page and the cursor of the next or ""; a broken cursor starts at the beginning.

    One query a kind, each a range of its own sequence. A look at a personal value comes as an event without a hash.
    """
    asked = asked or Asked()
    before = _before(cursor)
    found: list[tuple[str, Event]] = []
    for kind in asked.kinds:
        below = before.get(kind, 2**62)
        rows = _looks(asked, below, limit) if kind == READ else _chain(kind, asked, below, limit)
        found += [(kind, event) for event in rows]
    # Within a chain the sequence decides, for two events may share an instant.
    found.sort(key=lambda one: (one[1].at, one[0], one[1].seq), reverse=True)
    shown = found[:limit]
    if len(found) <= limit:
        return shown, ""
    for kind, event in shown:
        before[kind] = event.seq
    return shown, "~".join(f"{kind}.{seq}" for kind, seq in sorted(before.items()))


def _chain(kind: str, asked: Asked, below: int, limit: int) -> list[Event]:
    where, values = _narrowed(asked, "")
    if asked.verbs:
        where += f" AND verb IN ({marks(len(asked.verbs))})"
        values += asked.verbs
    with connection.cursor() as db:
        db.execute(
            f"SELECT hash, body FROM store_event WHERE tenant = 1 AND kind = %s AND subject = %s AND seq < %s{where} "
            "ORDER BY seq DESC LIMIT %s",
            [kind, CHAIN, min(below, 2**31 - 1), *values, limit + 1],
        )
        return [read(body, hash_) for hash_, body in db.fetchall()]


def _looks(asked: Asked, below: int, limit: int) -> list[Event]:
    if asked.verbs and LOOKED not in asked.verbs:
        return []
    where, values = _narrowed(asked, "r.")
    with connection.cursor() as db:
        db.execute(
            "SELECT r.id, r.at, r.person, r.post, r.key, o.number FROM store_personalread r "
            f'LEFT JOIN store_order o ON o.id = r."order" WHERE r.id < %s{where} ORDER BY r.id DESC LIMIT %s',
            [below, *values, limit + 1],
        )
        return [
            Event(
                order=CHAIN,
                seq=id_,
                verb=LOOKED,
                actor={"sort": "post", "person": person, "post": post},
                at=instant(at),
                facts={"number": number or "", "key": key},
                then={},
                bundle="",
                prev="",
            )
            for id_, at, person, post, key, number in db.fetchall()
        ]


def _narrowed(asked: Asked, of: str) -> tuple[str, list[Any]]:
    where, values = "", list[Any]()
    if asked.persons:
        where += f" AND {of}person IN ({marks(len(asked.persons))})"
        values += asked.persons
    if asked.since:
        where += f" AND {of}at >= %s"
        values.append(asked.since)
    if asked.until:
        where += f" AND {of}at < %s"
        values.append(asked.until)
    return where, values


def _before(cursor: str) -> dict[str, int]:
    found = {}
    for part in cursor[:80].split("~"):
        kind, _, seq = part.partition(".")
        if kind in KINDS and seq.isascii() and seq.isdigit() and len(seq) < 19:
            found[kind] = int(seq)
    return found


def last(kind: str, verbs: tuple[str, ...], limit: int = 20) -> list[Event]:
    """Return the latest events of a chain that are one of these verbs."""
    with connection.cursor() as db:
        db.execute(
            "SELECT hash, body FROM store_event WHERE tenant = 1 AND kind = %s AND subject = %s "
            f"AND verb IN ({marks(len(verbs))}) ORDER BY seq DESC LIMIT %s",
            [kind, CHAIN, *verbs, limit],
        )
        return [read(body, hash_) for hash_, body in db.fetchall()]
