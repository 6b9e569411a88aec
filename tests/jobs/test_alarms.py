"""The pass over running-out orders: many together, and none that holds up the others."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bench import county, fill
from bihuan.actions import alarms
from bihuan.actions.verify import verify
from bihuan.core.instants import iso
from bihuan.store.models import Event, Order
from tests.once import made_once

pytestmark = pytest.mark.django_db
LATER = county.NOW + timedelta(days=12)


@made_once
def fill_in() -> None:
    county.found()
    fill.write(fill.unaccepted(fill.actors(), random.Random(1), 30, county.NOW), 120)


@pytest.fixture
def waiting() -> list[int]:
    """Return ids of 120 unaccepted orders in the order in which their alarm comes."""
    fill_in()
    return list(Order.objects.filter(alarm__lte=iso(LATER)).order_by("alarm", "id").values_list("id", flat=True))


def alarmed() -> list[int]:
    return list(Event.objects.filter(verb="alarm").order_by("id").values_list("subject", flat=True))


def test_more_orders_than_fit_one_transaction_are_all_taken_the_oldest_first(waiting: list[int]) -> None:
    assert len(waiting) == 120 > alarms.TOGETHER
    assert alarms.sound_alarms(now=LATER) == 120
    assert alarmed() == waiting
    assert verify().faults == []


def test_an_order_that_cannot_be_moved_holds_up_no_other(waiting: list[int]) -> None:
    broken = waiting[7]
    Order.objects.filter(id=broken).update(body='{"id":1,"bundle":"gone@9","type":"none"}')
    assert alarms.sound_alarms(now=LATER) == 119
    assert sorted(alarmed()) == sorted(set(waiting) - {broken})
