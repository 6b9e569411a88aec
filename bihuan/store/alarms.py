"""预警: orders taken together, so that many system moves need one flush."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from bihuan.store.orders import Held, state_of
from bihuan.store.statements import marks


def taken(ids: Sequence[int]) -> list[Held]:
    """Return these orders in this order, held for the caller's transaction; one that somebody is moving is left out.

    Nobody is waited for, so two who take several orders each never wait in a circle. On SQLite the transaction alone
    keeps others out.
    """
    lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, seq, generation, body FROM store_order WHERE tenant = 1 AND id IN ({marks(len(ids))}){lock}",
            list(ids),
        )
        found = {row[0]: Held(state_of(row[3], row[1]), row[2]) for row in cursor.fetchall()}
    return [found[id_] for id_ in ids if id_ in found]
