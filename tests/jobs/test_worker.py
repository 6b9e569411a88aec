"""The worker's rounds: alarms sounded for every order, oldest first, counters folded, chains sealed."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from bihuan.actions import alarms, orders
from bihuan.actions.seals import check_receipt, receipt
from bihuan.actions.verify import verify
from bihuan.core.instants import iso
from bihuan.jobs.worker import Worker
from bihuan.store import counters, events, lists, packs, seals
from bihuan.store.events import FOLD, holding
from bihuan.store.models import Event, Order
from tests import cast
from tests.actions import world

pytestmark = pytest.mark.django_db


def _dispatched(n: int) -> list[int]:
    ids = []
    for i in range(n):
        now = cast.NOW + timedelta(minutes=i)
        order = world.place(now, random.Random(i))
        for verb, facts in (
            ("register", {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}),
            ("dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"}),
        ):
            orders.move_order(actor=cast.actor("zhou"), id_=order.id, verb=verb, facts=facts, now=now)
        ids.append(order.id)
    return ids


def test_every_unaccepted_order_is_reminded_once_the_oldest_first() -> None:
    cast.found()
    ids = _dispatched(40)
    later = cast.NOW + timedelta(days=12)
    assert alarms.sound_alarms(now=later) == 40
    alarmed = list(Event.objects.filter(verb="alarm").order_by("id").values_list("subject", flat=True))
    assert alarmed == ids  # all of them, and in the order their alarm came
    assert alarms.sound_alarms(now=later) == 0
    assert all("accepting.red" in next(iter(events.of_order(id_)[-1].then["rungs"])) for id_ in ids)


def test_a_pass_that_is_cut_short_goes_on_where_it_stopped() -> None:
    cast.found()
    _dispatched(9)
    later = cast.NOW + timedelta(days=12)
    assert [alarms.sound_alarms(now=later, limit=4) for _ in range(4)] == [4, 4, 1, 0]


def test_a_suspended_order_comes_back_by_itself_on_its_day() -> None:
    cast.found()
    (id_,) = _dispatched(1)
    now = cast.NOW + timedelta(hours=2)
    orders.move_order(actor=cast.actor("wang"), id_=id_, verb="accept", facts={}, now=now)
    orders.move_order(
        actor=cast.actor("wang"),
        id_=id_,
        verb="ask_suspension",
        facts={"suspend_reason": "superior", "resume_on": "2022-10-12", "reason": "等批复"},
        now=now,
    )
    orders.move_order(actor=cast.actor("zhou"), id_=id_, verb="decide_suspension", facts={"agreed": "agree"}, now=now)
    before = orders.orders.by_id(id_, seen_by=cast.SYSTEM).order
    Worker().round(cast.NOW + timedelta(days=20))
    after = orders.orders.by_id(id_, seen_by=cast.SYSTEM).order
    assert (before.state, after.state) == ("suspended", "in_progress")
    assert after.clocks["handling"]["due"] > before.clocks["handling"]["due"]
    assert after.clocks["promise"]["due"] == before.clocks["promise"]["due"]  # the promise never stands still


def test_a_round_folds_counters_and_seals_and_a_second_one_finds_nothing() -> None:
    cast.found()
    _dispatched(3)
    before = counters.everything()
    assert Event.objects.filter(waits__in=holding(FOLD)).exists()
    Worker().round(cast.NOW + timedelta(hours=1))
    assert not Event.objects.filter(waits__in=holding(FOLD)).exists()
    assert counters.everything() == before
    assert len(seals.listed()) == 1
    Worker().round(cast.NOW + timedelta(hours=2))
    assert len(seals.listed()) == 1
    assert verify().broken is None


@pytest.mark.parametrize("what", ["row", "event", "tail", "counter", "seal"])
def test_verification_names_the_first_broken_link(what: str) -> None:
    cast.found()
    (id_,) = _dispatched(1)
    Worker().round(cast.NOW + timedelta(hours=1))
    assert verify().broken is None
    if what == "row":
        Order.objects.filter(id=id_).update(lead="land_bureau")
    elif what == "event":
        row = Event.objects.filter(subject=id_, seq=2).get()
        Event.objects.filter(pk=row.pk).update(body=row.body.replace("recruitment", "finance"))
    elif what == "tail":
        Event.objects.filter(subject=id_, seq=3).delete()
    elif what == "counter":
        from bihuan.store.models import Counter

        Counter.objects.filter(unit="", month="").update(n=7)
    else:
        from bihuan.store.models import Seal

        Seal.objects.update(root="0" * 64)
    expected = {"row": "row", "event": "hash", "tail": "tail", "counter": "counter", "seal": "seal"}[what]
    broken = verify().broken
    assert broken is not None
    assert broken[0] == f"verify.{expected}", broken


def test_a_receipt_stands_until_the_record_is_changed() -> None:
    cast.found()
    (id_,) = _dispatched(1)
    order = orders.orders.by_id(id_, seen_by=cast.SYSTEM).order
    text = receipt(order, 2)
    assert check_receipt(text)[:2] == (True, "receipt.stands")
    assert check_receipt(text.replace(order.number, "QD2022-0999"))[1] == "receipt.altered"
    assert check_receipt("你好")[1] == "receipt.unreadable"
    row = Event.objects.filter(subject=id_, seq=2).get()
    Event.objects.filter(pk=row.pk).update(body=row.body.replace("recruitment", "finance"))
    assert check_receipt(text)[1] == "receipt.missing"


def test_lights_in_lists_are_ranges_of_stored_instants() -> None:
    cast.found()
    ids = _dispatched(1)
    programmes = list(packs.current().values())
    order = orders.orders.by_id(ids[0], seen_by=cast.SYSTEM).order
    clock = order.clocks["accepting"]
    for text, light in ((clock["start"], "green"), (clock["yellow"], "yellow"), (clock["due"], "red")):
        from bihuan.core.instants import instant

        now = instant(text)
        found = {
            name: lists.count(seen_by=cast.SYSTEM, programmes=programmes, asked=lists.Asked(light=name), now=now)
            for name in ("green", "yellow", "orange", "red", "grey")
        }
        assert found.pop(light) == 1, (text, found)
        assert set(found.values()) == {0}
        assert iso(now) == text
