"""What the benchmark fills in is as true as what people do."""

from __future__ import annotations

import random

import pytest

from bench import county, fill
from bihuan.actions.verify import verify
from bihuan.core.permission import SYSTEM
from bihuan.core.queues import QUEUES
from bihuan.store import counters, lists, packs
from tests.once import made_once

TRAYS = {f"queue:{tray}" for tray in QUEUES}
pytestmark = pytest.mark.django_db


@made_once
def fill_in() -> int:
    county.found()
    fill.write(list(fill.closed_lives(fill.actors(), random.Random(1), 6)), 40)
    fill.write(list(fill.open_lives(fill.actors(), random.Random(2), 6)), 20, start=40)
    return 60


@pytest.fixture
def filled() -> int:
    return fill_in()


def test_every_event_row_clock_and_counter_of_the_filling_verifies(filled: int) -> None:
    report = verify()
    assert report.faults == []
    assert (report.orders, report.counters > 0) == (filled, True)
    assert report.events > filled


def test_open_orders_of_the_filling_stand_in_the_lists_and_the_counters_alike(filled: int) -> None:
    declared = list(packs.current().values())
    listed = lists.count(seen_by=SYSTEM, programmes=declared, asked=lists.Asked(open=True), now=county.NOW)
    counted = counters.read(county.PROGRAMME, [""])
    assert listed == sum(n for (_, measure, _), n in counted.items() if measure in TRAYS) == 20
