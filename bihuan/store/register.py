"""登记: the chains of the network and the settings read together, the newest first, by key."""

from __future__ import annotations

from django.db import connection

from bihuan.core.order_state import Event
from bihuan.store.events import read
from bihuan.store.statements import marks

KINDS = ("network", "setup")
CHAIN = 1
PAGE = 50


def page(cursor: str = "", kinds: tuple[str, ...] = KINDS) -> tuple[list[tuple[str, Event]], str]:
    """Return (kind, event) of one page and the cursor of the next or ""; a broken cursor starts at the beginning.

    One query a chain, each a range of its own sequence.
    """
    before = _before(cursor)
    found: list[tuple[str, Event]] = []
    with connection.cursor() as db:
        for kind in kinds:
            db.execute(
                "SELECT hash, body FROM store_event WHERE tenant = 1 AND kind = %s AND subject = %s AND seq < %s "
                "ORDER BY seq DESC LIMIT %s",
                [kind, CHAIN, before.get(kind, 2**31 - 1), PAGE + 1],
            )
            found += [(kind, read(body, hash_)) for hash_, body in db.fetchall()]
    # Within a chain the sequence decides, for two events may share an instant.
    found.sort(key=lambda one: (one[1].at, one[0], one[1].seq), reverse=True)
    shown = found[:PAGE]
    if len(found) <= PAGE:
        return shown, ""
    for kind, event in shown:
        before[kind] = event.seq
    return shown, "~".join(f"{kind}.{seq}" for kind, seq in sorted(before.items()))


def _before(cursor: str) -> dict[str, int]:
    found = {}
    for part in cursor[:80].split("~"):
        kind, _, seq = part.partition(".")
        if kind in KINDS and seq.isascii() and seq.isdigit() and len(seq) < 10:
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
