"""满账: the ledger of the county, as many entries as orders, each entered by the rules on the day after it took place.

Half-monthly meetings are held on the days they are due; all others are of books a chain may keep several times a day.
Every entry has the event that made it, hashed as all are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from bench import county
from bench.fill import BITS
from bihuan.actions.ledger import places
from bihuan.actions.orders import new_ids
from bihuan.core import entries as core
from bihuan.core.entries import EntryState
from bihuan.core.entry_facts import clean
from bihuan.core.ledger_kinds import Activity
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.store import events, ledger, packs

BATCH = 5000
DAYS = 3 * 365
_TURN = ("matters_consult", "resource_share", "policy_study", "matters_consult")
_EVENING = timedelta(hours=9)  # of the present day, when what took place the day before is entered


def fill(n: int) -> None:
    """Write `n` entries of the last three years, those of meetings among them."""
    books, officers = packs.programme(county.PROGRAMME).ledger, _officers()
    planned = _planned(n)
    net, _today = places(county.NOW)  # the county stands as it is now through all the years
    for first in range(0, n, BATCH):
        some = [next(planned) for _ in range(min(BATCH, n - first))]
        ledger.write(_written(books, officers, net, some, first))
        _told()


def _told() -> None:
    """Leave no event for the workers: whom an entry concerned has been told long ago."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_event SET {events.done(events.TELL)} WHERE {events.waiting(events.TELL)}")


def _officers() -> list[Actor]:
    return [county.actor(f"secretary{chain}") for chain in range(county.CHAINS)]


def _planned(n: int) -> Iterator[tuple[str, int, date, dict[str, Any]]]:
    """Yield (activity, chain, day, facts) of `n` entries, no two of which are the same material."""
    rng, today = random.Random(20220929), county.NOW.date()
    for at in range(min(n // 20, county.CHAINS * (DAYS // 15))):
        chain, turn = at % county.CHAINS, at // county.CHAINS
        facts = {"topic": "招工与用电", "attendance": 20 + at % 25, "issues": at % 4, "decisions": at % 3}
        yield "half_month_meeting", chain, today - timedelta(days=1 + 15 * turn), facts
    while True:
        at = rng.randrange(1 << 40)
        chain, day = at % county.CHAINS, today - timedelta(days=1 + rng.randrange(DAYS))
        name = _TURN[at // 8 % 4]
        firms = [f"firm{(chain + county.CHAINS * m) % county.FIRMS}" for m in {at // 64 % 20, at // 1280 % 20}]
        yield name, chain, day, _facts(name, at, firms)


def _facts(name: str, at: int, firms: list[str]) -> dict[str, Any]:
    said = f"第{at}次"
    if name == "matters_consult":
        return {
            "topic": f"{said}商量用工",
            "about": ["trend"] if at % 2 else ["supply", "policy"],
            "topics": 1 + at % 5,
        }
    if name == "resource_share":
        kind = ("lawyer", "accountant", "consultant", "other")[at % 4]
        return {"kind": kind, "content": f"{said}合同审查", "enterprises": firms, "cost": "1.2万元", "saved": "8000元"}
    return {"topic": f"{said}税费政策", "enterprises": firms, "persons": 10 + at % 30}


def _written(
    books: dict[str, Activity],
    officers: list[Actor],
    net: Network,
    some: list[tuple[str, int, date, dict[str, Any]]],
    first: int,
) -> Iterator[ledger.Written]:
    for at, (name, chain, day, facts) in enumerate(some, start=first):
        book, actor = books[name], officers[chain]
        now = datetime.combine(day + timedelta(days=1), county.NOW.time(), county.NOW.tzinfo) + _EVENING
        given = {"unit": f"chain{chain}", "date": day.isoformat(), "has_evidence": True, **facts}
        content = clean(book, given, net, now.date(), "enter")
        entry = EntryState(id=new_ids(now, 1)[0] >> BITS << BITS | at)
        then = {"number": f"{book.prefix}-{day.year}-{at:07d}", "programme": county.PROGRAMME, "bundle": book.bundle}
        event = core.enter(book, entry, actor, content, now, now.date(), then=then)
        after = core.apply(entry, event)
        yield book, event, after, core.tallies(book, after)
