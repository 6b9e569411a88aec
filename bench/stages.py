"""What is measured, one function a stage; each returns its figures as plain data."""

from __future__ import annotations

import itertools
import random
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import baseline, county, entries, fill, lives, pairs
from bench.rows import QUEUE
from bihuan.actions.alarms import sound_alarms
from bihuan.core.instants import iso
from bihuan.core.orders import replay
from bihuan.core.queues import QUEUES
from bihuan.store import counters, events, lists, orders, packs, versions

Figures = dict[str, Any]
_tick = itertools.count()


def filling(n: int, running: int = 0) -> Figures:
    """Fill the tables with orders and as many entries and say how fast; look at some orders and at all counters.

    What an earlier run left is taken as it is.
    """
    if there := _scalar("SELECT COUNT(*) FROM store_order"):
        return {"orders": there, "events": _scalar("SELECT COUNT(*) FROM store_event"), "kept": True, **truth(300)}
    county.found()
    start = time.perf_counter()
    fill.fill(n, running)
    entries.fill(n)
    fill.settle()
    took = time.perf_counter() - start
    many = _scalar("SELECT COUNT(*) FROM store_event")
    return {"orders": n, "events": many, "seconds": round(took, 1), "events_a_second": round(many / took), **truth(300)}


def truth(sample: int) -> Figures:
    """Replay some orders from their events and recount all trays: how many differ from what is stored."""
    ids = orders.ids_after(0, 10**9)
    some = random.Random(1).sample(ids, min(sample, len(ids)))
    wrong = 0
    for start in range(0, len(some), 100):
        part = some[start : start + 100]
        rows, chains = orders.stored(part), events.of_orders(part)
        for id_ in part:
            state = orders.state_of(rows[id_]["body"], rows[id_]["seq"])
            again = replay(packs.order_type(state.bundle, state.type), chains[id_])
            wrong += again != state or again.head != rows[id_]["head"]
    counted: dict[tuple[str, str], int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT programme, queue, COUNT(*) FROM store_order WHERE open GROUP BY programme, queue")
        recount = {(programme, queue): n for programme, queue, n in cursor.fetchall()}
    for programme in packs.current():
        stock = counters.read(programme, [""])
        counted |= {(programme, tray): stock.get(("", f"queue:{tray}", ""), 0) for tray in QUEUES}
    differing = sum(counted.get(key, 0) != recount.get(key, 0) for key in counted.keys() | recount.keys())
    return {"replayed": len(some), "replayed_wrong": wrong, "counters_wrong": differing}


# ---- lives ----
def one_life(programme: str, script: Callable[[lives.Crew], list[lives.Step]], people: dict[str, Any]) -> int:
    """Live a life through the actions and return its steps."""
    n = next(_tick)
    office = n % county.OFFICES
    crew = lives.Crew(n % county.FIRMS, office, (office + 1) % county.OFFICES)
    now = county.NOW + timedelta(milliseconds=n)
    return sum(1 for _ in lives.live(programme, crew, script(crew), people, now))


def life(repeats: int, each: int = 5) -> Figures:
    """Compare lives with the baseline: seven steps against seven, and the shipped programme's steps one by one."""
    base, people = baseline.Baseline(), fill.actors()

    def by_hand() -> int:
        return sum(base.life() for _ in range(each))

    def seven() -> int:
        return sum(one_life(county.SEVEN, lives.seven, people) for _ in range(each))

    def shipped() -> int:
        return sum(one_life(county.PROGRAMME, lives.shipped, people) for _ in range(each))

    for _ in range(3):
        by_hand(), seven(), shipped()
    found = {
        "seven_steps": pairs.paired(by_hand, seven, repeats, _folded).facts(),
        "shipped_programme": pairs.paired(by_hand, shipped, repeats, _folded).facts(),
    }
    base.close()
    return found


def _folded() -> None:
    while counters.fold():
        pass


def statements() -> Figures:
    """Count the statements of every step of both lives, BEGIN and COMMIT among them."""
    people, found = fill.actors(), {}
    for programme, script in ((county.SEVEN, lives.seven), (county.PROGRAMME, lives.shipped)):
        crew = lives.Crew(1, 1, 2)
        one_life(programme, script, people)  # the network of each day and the bundle are read once a process
        now = county.NOW + timedelta(seconds=next(_tick))
        with versions.held(), CaptureQueriesContext(connection) as caught:
            counts, before = [], 0
            for verb in lives.live(programme, crew, script(crew), people, now):
                counts.append((verb, len(caught) - before))
                before = len(caught)
        found[programme] = {"most": max(n for _, n in counts), "life": sum(n for _, n in counts), "steps": dict(counts)}
    return found


# ---- lists and counters ----
def reading(repeats: int) -> Figures:
    """Compare a queue page's query and the counters' with the raw queries they stand on."""
    person = county.actor("handler3_1")
    declared = list(packs.current().values())
    asked = lists.Asked(open=True, queue="in_progress")
    db = baseline.connect()
    mark = "%s" if connection.vendor == "postgresql" else "?"
    raw = QUEUE.replace("%s", mark)
    stock = (
        "SELECT unit, measure, month, n FROM store_counter "
        f"WHERE tenant = 1 AND programme = {mark} AND unit IN ({mark}, {mark})"
    )
    units = ["", "lead:office3"]

    def raw_page() -> int:
        for _ in range(10):
            db.execute(raw, ("office3", "in_progress")).fetchall()
        return 10

    def page() -> int:
        for _ in range(10):
            lists.page(seen_by=person, programmes=declared, asked=asked, now=county.NOW)
        return 10

    def raw_counters() -> int:
        for _ in range(10):
            db.execute(stock, (county.PROGRAMME, *units)).fetchall()
        return 10

    def board() -> int:
        for _ in range(10):
            counters.read(county.PROGRAMME, units)
        return 10

    _folded()
    found = {
        "queue_page": pairs.paired(raw_page, page, repeats).facts(),
        "counters": pairs.paired(raw_counters, board, repeats).facts(),
    }
    db.close()
    return found


def folding() -> Figures:
    """Time the folding of events into counters, which happens behind."""
    people = fill.actors()
    _folded()
    events_made = sum(one_life(county.SEVEN, lives.seven, people) for _ in range(40))
    took = pairs.timed(lambda: counters.fold())
    return {"events": events_made, "us_an_event": round(took)}


# ---- the clock ----
def alarms(sizes: tuple[int, ...], chunk: int = 500) -> Figures:
    """Let so many unaccepted orders run out at once: all are taken, the oldest first.

    The pass goes on in chunks, each paired with some lives of the baseline, so that the cost of an order is told as a
    multiple of one step by hand of the same second.
    """
    rng, people, base, found = random.Random(7), fill.actors(), baseline.Baseline(), {}
    for place, size in enumerate(sizes):
        since = county.NOW + timedelta(days=30 * (place + 1))
        fill.write(fill.unaccepted(people, rng, 120, since), size, start=1_200_000 + sum(sizes[:place]))
        fill.settle()
        now = since + timedelta(days=9)
        due, last = _due(now), _scalar("SELECT COALESCE(MAX(id), 0) FROM store_event")
        costs, ratios = [], []
        while True:
            start = time.perf_counter()
            touched = sound_alarms(now=now, limit=chunk)
            took = (time.perf_counter() - start) * 1e6
            if not touched:
                break
            costs.append(took / touched)
            ratios.append(took / touched / pairs.timed(lambda: sum(base.life() for _ in range(5))))
        taken = _column("SELECT subject FROM store_event WHERE id > %s AND verb = 'alarm' ORDER BY id", last)
        found[str(size)] = {
            "due": len(due),
            "missed": len(set(due) - set(taken)),
            "left": len(_due(now)),
            "oldest_first": list(dict.fromkeys(taken)) == due,
            "ratio": round(statistics.median(ratios), 2),
            "us_an_order": round(statistics.median(costs)),
            "seconds": round(sum(costs) * chunk / 1e6, 1),
        }
        _folded()
    base.close()
    ratios = [one["ratio"] for one in found.values()]
    return {"sizes": found, "growth": round(ratios[-1] / ratios[0], 2)}


def _due(now: datetime) -> list[int]:
    return _column("SELECT id FROM store_order WHERE open AND alarm <= %s ORDER BY alarm, id", iso(now))


def _column(sql: str, *given: object) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return [row[0] for row in cursor.fetchall()]


def _scalar(sql: str) -> int:
    return _column(sql)[0]
