"""满库: a hundred thousand orders or a million, whose every event verifies, in minutes.

A few hundred lives are played through the rules. Each is then written many times over: a copy has its own id and
number,
its events name them, are chained and hashed anew, and its row is projected again. Only the times are shared.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bench import county, lives
from bihuan.actions.orders import new_id
from bihuan.actions.setting import setting_of
from bihuan.core.chain import GENESIS, digest
from bihuan.core.counters import tallies
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.store import bulk, counters, events, order_facts, packs
from bihuan.store.orders import FIRST

BATCH = 4000
CLOSED, OPEN = 240, 160  # distinct lives
OPEN_SHARE = 0.1
OPEN_MOST = 5_000
BITS = 21  # of an id, below its milliseconds
_PLACE = {name: at for at, name in enumerate(FIRST)}
_EVENT = {name: at for at, name in enumerate(events.COLUMNS)}


@dataclass(slots=True)
class Template:
    """One life as rows, to be copied."""

    born: datetime
    year: int
    id: int
    number: str
    row: list[Any]
    events: list[list[Any]]
    units: list[str]
    facts: list[Any]
    kind: tuple[str, str]
    counts: list[str]
    adds: list[str]

    def stamp(self, id_: int, number: str, into: bulk.Rows) -> None:
        """Add a copy with that id and number."""
        prev, old_prev = GENESIS, GENESIS
        for at, event in enumerate(self.events):
            text = event[_EVENT["body"]].replace(f'"order":{self.id},', f'"order":{id_},')
            text = text.replace(f'"prev":"{old_prev}"', f'"prev":"{prev}"')
            if at == 0:
                text = text.replace(f'"number":"{self.number}"', f'"number":"{number}"')
            prev, old_prev = digest(text), event[_EVENT["hash"]]
            copy = event.copy()
            copy[_EVENT["subject"]], copy[_EVENT["hash"]], copy[_EVENT["body"]] = id_, prev, text
            into.events.append(copy)
        row = self.row.copy()
        body = row[_PLACE["body"]].replace(f'"head":"{old_prev}"', f'"head":"{prev}"')
        body = body.replace(f'"id":{self.id},', f'"id":{id_},').replace(
            f'"number":"{self.number}"', f'"number":"{number}"'
        )
        row[_PLACE["id"]], row[_PLACE["number"]], row[_PLACE["head"]], row[_PLACE["body"]] = id_, number, prev, body
        into.orders.append(row)
        into.units += [[1, id_, unit] for unit in self.units]
        into.facts.append([id_, *self.facts[1:]])
        into.counts.update(self.counts)
        into.adds[self.kind].update(self.adds)


def template(people: dict[str, Actor], crew: lives.Crew, steps: list[lives.Step], born: datetime) -> Template:
    """Return one life of the shipped programme, played on the rules and turned into rows."""
    declared = packs.programme(county.PROGRAMME)
    setting = setting_of(declared.orders[county.TYPE], county.NOW)
    order = OrderState(id=new_id(born), number=f"{setting.type.prefix}{born.year}-template")
    played = lives.played(setting, declared.bundle, order, crew, steps, people, born)
    last = played[-1][1]
    before: dict[tuple[str, str, str], int] = {}
    rows = []
    for event, after in played:
        now = tallies(setting.type, after)
        changed = {key: now.get(key, 0) - before.get(key, 0) for key in now.keys() | before.keys()}
        deltas = {key: n for key, n in changed.items() if n}
        rows.append(events.values(event, counters.written(declared.key, deltas)))
        rows[-1][_EVENT["waits"]] = 0 if before else events.INDEX
        before = now
    made = bulk.row_of(setting.type, last)
    kept = order_facts.row_of(setting.type, last, iso(played[0][0].at))
    counts = bulk.texts(counters.written(declared.key, before))
    adds = bulk.texts(kept[order_facts.COLUMNS.index("adds")])
    kind = (declared.key, setting.type.key)
    return Template(born, born.year, order.id, order.number, made, rows, sorted(last.co), kept, kind, counts, adds)


def actors(wanted: Iterable[str] = ()) -> dict[str, Actor]:
    """Return people of the county acting in their posts, by person; without names everybody who plays a part."""
    firms = [f"contact{n}" for n in range(county.FIRMS)]
    desks = [f"dispatcher{n}" for n in range(county.CHAINS // 4)] + [f"secretary{n}" for n in range(county.CHAINS)]
    offices = [f"handler{n}_{m}" for n in range(county.OFFICES) for m in range(3)]
    heads = [f"head{n}" for n in range(county.OFFICES)]
    return {person: county.actor(person) for person in wanted or (*firms, *desks, *offices, *heads)}


def crew_of(rng: random.Random) -> lives.Crew:
    """Return a firm with a lead and another office, by chance."""
    office = rng.randrange(county.OFFICES)
    return lives.Crew(rng.randrange(county.FIRMS), office, (office + 1) % county.OFFICES)


def closed_lives(people: dict[str, Actor], rng: random.Random, many: int) -> Iterator[Template]:
    """Yield lives of the last three years, struck off long ago; some co-handled, some put right after a bad rating."""
    for _ in range(many):
        crew = crew_of(rng)
        steps = lives.shipped(crew, co=rng.random() < 0.2, bad=rng.random() < 0.08)
        born = county.NOW - timedelta(days=90 + rng.randrange(3 * 365), minutes=rng.randrange(480))
        yield template(people, crew, steps, born)


def open_lives(people: dict[str, Actor], rng: random.Random, many: int) -> Iterator[Template]:
    """Yield lives of the last weeks that stand somewhere between submission and striking off."""
    for _ in range(many):
        crew = crew_of(rng)
        steps = lives.shipped(crew, co=rng.random() < 0.2)
        steps = steps[: rng.randrange(len(steps))]
        lasted = timedelta(hours=sum(step[3] for step in steps))
        yield template(people, crew, steps, county.NOW - lasted - timedelta(minutes=rng.randrange(30, 14 * 1440)))


def unaccepted(people: dict[str, Actor], rng: random.Random, many: int, since: datetime) -> list[Template]:
    """Return dispatched lives that nobody has accepted, dispatched one after another from `since` on."""
    found = []
    for n in range(many):
        crew = crew_of(rng)
        found.append(template(people, crew, lives.shipped(crew)[:2], since + timedelta(minutes=n)))
    return found


def write(templates: list[Template], n: int, start: int = 0) -> None:
    """Write `n` orders, the templates in turn; `start` keeps numbers and ids of several fillings apart."""
    for first in range(start, start + n, BATCH):
        rows = bulk.Rows()
        for at in range(first, min(first + BATCH, start + n)):
            one = templates[at % len(templates)]
            id_ = (one.id >> BITS << BITS) | at
            one.stamp(id_, f"QD{one.year}-{at:07d}", rows)
        bulk.copy(rows)


def fill(n: int, running: int = 0) -> None:
    """Fill the empty county with `n` orders and tell the planner.

    `running` of them are open: one in ten and no more than OPEN_MOST, for what a desk has in hand does not grow with
    what it has done.
    """
    rng = random.Random(20220929)
    people = actors()
    running = running or min(round(n * OPEN_SHARE), OPEN_MOST)
    write(list(closed_lives(people, rng, min(CLOSED, n))), n - running)
    write(list(open_lives(people, rng, min(OPEN, n))), running, start=n - running)
    settle()


def settle() -> None:
    """Let the database take note of what was loaded."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("order", "event", "orderunit", "orderfacts", "entry", "entryunit"):
                cursor.execute(f"VACUUM store_{table}")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    settle_statistics()


def settle_statistics() -> None:
    """Let the planner know what there is."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
