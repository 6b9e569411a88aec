"""搜索: what it costs to write the index, and what two characters cost beside the raw query of the index."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection

from bench import baseline, county, pairs
from bihuan.core import terms as rules
from bihuan.core.permission import Actor
from bihuan.store import events, orders, packs, search, terms

# Two characters that every order has, and two that one in fifteen has.
WORDS = {"every_order": "招工", "some_orders": "业7"}
CHUNK = 1000


def searching(repeats: int) -> dict[str, Any]:
    """Index every order, then compare searches with the raw query: a term's newest entries and their orders."""
    start = time.perf_counter()
    last = n = 0
    while ids := orders.ids_after(last, CHUNK):
        terms.renew(ids)
        last, n = ids[-1], n + len(ids)
    took = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_event SET {events.done(events.INDEX)} WHERE {events.waiting(events.INDEX)}")
        cursor.execute("SELECT COUNT(*) FROM store_term")
        entries = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    chief = county.actor("leader")
    found = {name: _pair(word, chief, repeats) for name, word in WORDS.items()}
    narrow = {person: _once(county.actor(person), WORDS["every_order"]) for person in ("handler3_1", "contact5")}
    return {
        "orders": n,
        "entries": entries,
        "orders_a_second": round(n / took),
        "words": found,
        "narrow_ms": narrow,
        "absent_ms": _once(chief, "电镀"),
        "one_sign_ms": _once(chief, "招"),
    }


def _pair(word: str, person: Actor, repeats: int) -> dict[str, Any]:
    declared = list(packs.current().values())
    db = baseline.connect()
    mark = "%s" if connection.vendor == "postgresql" else "?"
    raw = (
        "SELECT o.id, o.number, o.title, o.state, o.category, o.priority, o.requester_name, o.lead, o.handler, o.due, "
        'o.yellow, o.orange FROM store_term t CROSS JOIN store_order o WHERE o.id = t."order" AND t.tenant = 1 '
        f'AND t.term = {mark} ORDER BY t."order" DESC LIMIT {search.PAGE + 1}'
    )
    [term] = rules.needed(rules.asked(word))

    def by_hand() -> int:
        for _ in range(10):
            assert db.execute(raw, (term,)).fetchall()
        return 10

    def ours() -> int:
        for _ in range(10):
            assert search.orders(seen_by=person, programmes=declared, text=word).rows
        return 10

    measured = pairs.paired(by_hand, ours, repeats).facts()
    db.close()
    return measured


def _once(person: Actor, word: str) -> float:
    """Return the milliseconds of the quickest of five."""
    declared = list(packs.current().values())
    times = [
        pairs.timed(lambda: bool(search.orders(seen_by=person, programmes=declared, text=word)) or 1) for _ in range(5)
    ]
    return round(min(times) / 1000, 1)
