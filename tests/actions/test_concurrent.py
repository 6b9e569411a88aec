"""Two people at once: one event or a refusal, never two, and nobody's work is half done."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bihuan.actions import orders
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.refusal import Refused
from bihuan.store import caches, events
from tests import cast
from tests.actions import world

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; return results or exceptions in order."""
    found: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(n: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait()
            found[n] = call()
        except Exception as why:
            found[n] = why
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def dispatched() -> OrderState:
    caches.clear()
    cast.found()
    order = world.place(cast.NOW, random.Random(1))
    desk, now = cast.actor("zhou"), cast.NOW + timedelta(minutes=5)
    for verb, facts in (
        ("register", {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}),
        ("dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"}),
    ):
        _, order = orders.move_order(actor=desk, id_=order.id, verb=verb, facts=facts, now=now)
    return order


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who(dispatched: OrderState) -> None:
    now = cast.NOW + timedelta(hours=1)
    one, two = cast.actor("wang"), cast.actor("liyun")
    results = at_once(
        *(
            lambda who=who: orders.move_order(actor=who, id_=dispatched.id, verb="accept", facts={}, now=now)
            for who in (one, two)
        )
    )
    won = [r for r in results if isinstance(r, tuple)]
    lost = [r for r in results if isinstance(r, Refused)]
    assert (len(won), len(lost)) == (1, 1), results
    assert lost[0].code == "accept.state"
    assert lost[0].facts["handler"] == won[0][1].handler
    assert [e.verb for e in events.of_order(dispatched.id)].count("accept") == 1


def test_the_same_form_sent_twice_at_once_makes_one_event(dispatched: OrderState) -> None:
    now = cast.NOW + timedelta(hours=1)
    desk = cast.actor("zhou")
    results = at_once(
        *(
            lambda: orders.move_order(
                actor=desk, id_=dispatched.id, verb="remind", facts={"text": "请抓紧"}, now=now, command="form-1"
            )
            for _ in range(4)
        )
    )
    assert all(isinstance(r, tuple) for r in results), results
    assert len({r[0].hash for r in results}) == 1
    assert [e.verb for e in events.of_order(dispatched.id)].count("remind") == 1


def test_the_same_submission_sent_twice_at_once_makes_one_order() -> None:
    caches.clear()
    cast.found()

    def submit() -> OrderState:
        return orders.submit_order(
            actor=cast.actor("chen"),
            programme="enterprise_order",
            type_="enterprise_request",
            requester="foundry",
            channel="officer",
            facts={"title": "招工", "category": "recruitment", "facts": "缺人。"},
            now=cast.NOW,
            command="form-2",
        )

    results = at_once(submit, submit, submit)
    assert len({r.number for r in results}) == 1, results


def test_many_moves_at_once_leave_an_unbroken_chain(dispatched: OrderState) -> None:
    now = cast.NOW + timedelta(hours=1)
    desk, leader = cast.actor("zhou"), cast.actor("zhao")
    calls = [
        lambda who=who, n=n: orders.move_order(
            actor=who, id_=dispatched.id, verb="remind", facts={"text": f"第{n}次"}, now=now
        )
        for n, who in enumerate([desk, leader, desk, leader])
    ]
    results = at_once(*calls)
    for result in results:
        assert isinstance(result, tuple) or (isinstance(result, Refused) and result.kind == "stale"), results
    chain = events.of_order(dispatched.id)
    assert [e.seq for e in chain] == list(range(1, len(chain) + 1))
    assert verify().broken is None


def test_a_stale_page_is_refused_with_what_happened_meanwhile(dispatched: OrderState) -> None:
    now = cast.NOW + timedelta(hours=1)
    orders.move_order(actor=cast.actor("zhou"), id_=dispatched.id, verb="remind", facts={}, now=now)
    with pytest.raises(Refused) as caught:
        orders.move_order(
            actor=cast.actor("wang"), id_=dispatched.id, verb="accept", facts={}, now=now, expect=dispatched.seq
        )
    assert caught.value.code == "accept.stale"
    assert caught.value.facts["last"]["verb"] == "remind"
