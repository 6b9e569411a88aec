"""封存: Merkle roots over the heads of all chains, chained among themselves, and the proofs that lead to them."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bihuan.core.chain import GENESIS, canonical, digest
from bihuan.store.models import Event, Seal


def leaves(upto: int) -> list[str]:
    """Return the heads of all chains as they stood when the last event was `upto`, in the order of their subjects."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.hash FROM store_event e JOIN (SELECT kind, subject, MAX(seq) AS seq FROM store_event "
            "WHERE tenant = 1 AND id <= %s GROUP BY kind, subject) m "
            "ON e.kind = m.kind AND e.subject = m.subject AND e.seq = m.seq WHERE e.tenant = 1 "
            "ORDER BY e.kind, e.subject",
            [upto],
        )
        return [row[0] for row in cursor.fetchall()]


def last_event() -> int:
    """Return the id of the newest event, 0 where there is none."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def listed() -> list[Seal]:
    """Return every seal from the first to the last."""
    return list(Seal.objects.order_by("id"))


def last() -> Seal | None:
    """Return the newest seal."""
    return Seal.objects.order_by("-id").first()


def keep(*, at: str, upto: int, count: int, root: str) -> Seal:
    """Append a seal to the chain of seals."""
    before = last()
    seal = Seal(at=at, upto=upto, count=count, root=root, prev=before.hash if before else GENESIS)
    seal.hash = hash_of(seal)
    seal.save()
    return seal


def hash_of(seal: Any) -> str:
    """Return the hash a seal must carry."""
    return digest(
        canonical({"at": seal.at, "upto": seal.upto, "count": seal.count, "root": seal.root, "prev": seal.prev})
    )
