"""What holds for every life of an order, however it goes."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.actions import alarms, orders
from bihuan.actions.verify import verify
from bihuan.core.chain import plain
from bihuan.core.order_state import OrderState
from bihuan.core.orders import replay
from bihuan.core.projection import NEVER, alarm, rungs
from bihuan.store import counters, events, packs
from bihuan.store import orders as rows
from bihuan.store.orders import by_id
from tests import cast
from tests.actions import world

pytestmark = pytest.mark.django_db

SOME = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def county(db: None) -> None:
    cast.found()


@SOME
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_a_random_walk_never_leaves_the_flow_and_its_replay_equals_the_row(county: None, seed: int) -> None:
    order, now, _ = world.walk(seed, 25)
    alarms.sound_alarms(now=now + timedelta(days=1))
    chain = events.of_order(order.id)
    order_type = packs.order_type(order.bundle, order.type)
    stored = by_id(order.id, seen_by=cast.SYSTEM).order
    body = rows.stored([order.id])[order.id]["body"]
    assert replay(order_type, chain) == stored == OrderState.load(plain(body)), seed  # kept in memory, read anew
    assert stored.state in order_type.states
    for n in range(1, len(chain) + 1):  # the next alarm is the lowest rung that was not climbed
        then = replay(order_type, chain[:n])
        lowest = min((at for at, _, _ in rungs(order_type, then)), default=NEVER)
        assert alarm(order_type, then) == min(lowest, f"{then.resume_on or '9999-12-31'}T00:00:00.000000Z"), (seed, n)
    for event in chain:
        move = order_type.moves[event.verb]
        assert not event.then.get("to") or event.then["to"] in order_type.states
        assert set(event.facts) <= {*move.needs, *move.takes}
    report = verify()
    assert report.broken is None, (seed, report.broken)


@SOME
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_folded_and_pending_counters_equal_a_recount_at_any_moment(county: None, seed: int) -> None:
    rng = random.Random(seed)
    for n in range(3):
        world.walk(seed + n, 10)
        if rng.random() < 0.5:
            counters.fold(limit=rng.randint(1, 30))
    report = verify()
    assert report.counters > 0
    assert report.broken is None, (seed, report.broken)


@SOME
@given(seed=st.integers(min_value=0, max_value=10**6))
def test_a_pause_never_brings_a_deadline_nearer(county: None, seed: int) -> None:
    order, _, _ = world.walk(seed, 25)
    before: dict[str, str] = {}
    for event in events.of_order(order.id):
        for key, clock in event.then.get("clocks", {}).items():
            if event.verb == "resume" and key in before:
                assert clock["due"] >= before[key], (seed, event.seq, key)
            before[key] = clock["due"]


def test_random_walks_reach_every_open_state(county: None) -> None:
    """The walks of this file are worth something: they do not stop at the first desk."""
    seen: set[str] = set()
    for seed in range(14):
        order, _, _ = world.walk(seed, 30)
        seen |= {event.then["to"] for event in events.of_order(order.id) if "to" in event.then}
    assert {"registered", "dispatched", "in_progress", "replied", "checked"} <= seen


def test_what_is_possible_is_what_is_accepted(county: None) -> None:
    """An option that says yes is refused only for its facts; one that says no is refused with that same code."""
    from bihuan.core.refusal import Refused

    order, now, _ = world.walk(5, 12)
    for person in cast.POST_OF:
        actor = cast.actor(person, now)
        for option in orders.options_for(actor=actor, order=order, now=now):
            if option.refused is None:
                continue
            with pytest.raises((Refused, orders.orders.NotFound)) as caught:
                orders.move_order(actor=actor, id_=order.id, verb=option.move.verb, facts={}, now=now)
            if isinstance(caught.value, Refused):
                assert caught.value.code == option.refused.code
