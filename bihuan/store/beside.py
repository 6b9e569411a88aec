"""单: an order's record, its files, its personal values and the reader's drafts, read together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bihuan.core.order_state import Event
from bihuan.store import events
from bihuan.store.drafts import Kept


@dataclass(slots=True)
class Beside:
    """What lies beside an order: events, files, personal values by key, drafts by place, texts (id, name, text), and
    who else is writing (person, place, when).
    """

    events: list[Event] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    personal: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Kept] = field(default_factory=dict)
    snippets: list[tuple[int, str, str]] = field(default_factory=list)
    writers: list[tuple[str, str, str]] = field(default_factory=list)


def of_order(
    order: int,
    *,
    inner: bool,
    person: str,
    places: str,
    post: str = "",
    others: Sequence[str] = (),
    since: str = "",
) -> Beside:
    """Return what lies beside an order in one query. The caller has obtained the order for that person.

    Without `inner` only outward files; personal values are those not erased, the newest of each key. `places` is the
    beginning of the drafts' places; `post` the one acted in, whose texts the reader shares. `writers` are (person,
    place, when) of the drafts that the `others` kept there after the instant `since`: never their words.
    """
    outward = "" if inner else " AND outward"
    among = ", ".join(["%s"] * len(others)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'event', hash, body, '', '', '', '', 0, seq FROM store_event "
            "WHERE tenant = 1 AND kind = 'order' AND subject = %s "
            "UNION ALL SELECT 'file', CAST(id AS TEXT), name, kind, CAST(size AS TEXT), at, by, "
            f'CASE WHEN outward THEN 1 ELSE 0 END, id FROM store_attachment WHERE tenant = 1 AND "order" = %s{outward} '
            "UNION ALL SELECT 'personal', key, value, '', '', '', '', 0, seq FROM store_personal "
            """WHERE tenant = 1 AND "order" = %s AND erased = '' """
            "UNION ALL SELECT 'draft', place, CAST(facts AS TEXT), '', '', at, '', 0, 0 FROM store_draft "
            "WHERE person = %s AND place LIKE %s "
            "UNION ALL SELECT 'writer', place, person, '', '', at, '', 0, 0 FROM store_draft "
            f"WHERE person IN ({among}) AND place LIKE %s AND at > %s "
            "UNION ALL SELECT 'snippet', name, text, '', '', '', '', 0, id FROM store_snippet WHERE tenant = 1 "
            "AND (person = %s AND post = '' OR person = '' AND post = %s AND NOT (post = '')) ORDER BY 9",
            [order, order, order, person, f"{places}%", *others, f"{places}%", since, person, post],
        )
        rows = cursor.fetchall()
    found = Beside()
    for what, key, value, kind, size, at, by, shown, n in rows:
        if what == "event":
            found.events.append(events.read(value, key))
        elif what == "file":
            row = {"id": int(key), "name": value, "kind": kind, "size": int(size), "at": at, "by": by}
            found.files.append({**row, "outward": bool(shown)})
        elif what == "personal":
            found.personal[key] = value
        elif what == "writer":
            found.writers.append((value, key, at))
        elif what == "snippet":
            found.snippets.append((int(n), key, value))
        else:
            found.drafts[key] = Kept(json.loads(value), at)
    return found
