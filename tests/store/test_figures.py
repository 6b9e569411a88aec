"""Every figure equals brute force over the replayed events, now and as of any moment; its list has as many records."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.actions.orders import move_order
from bihuan.actions.verify import verify
from bihuan.core import order_facts as core
from bihuan.core import sight
from bihuan.core.figures import Asked, Figure
from bihuan.core.indicators import Indicator, resolved, span
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import OrderState
from bihuan.core.orders import replay
from bihuan.core.permission import may_see
from bihuan.store import calendars, counters, events, figures, order_facts, orders, packs
from bihuan.store.figure_odd import rights
from bihuan.store.readings import reading_of
from tests import cast, lives
from tests.actions import world

pytestmark = pytest.mark.django_db

SEEDS = pytest.mark.parametrize("seed", range(101, 105))
SINCE, UNTIL = date(2022, 1, 1), date(2023, 12, 31)


@pytest.fixture
def county(db: None) -> None:
    cast.found()


def played(seed: int) -> tuple[random.Random, datetime]:
    """Play a small world: lives of any kind, folded now and then, and return the moment after the last."""
    rng, last = random.Random(seed), cast.NOW
    for n in range(4):
        _order, now, _ = world.walk(seed + n, 30)
        last = max(last, now)
        if rng.random() < 0.6:
            counters.fold(limit=rng.randint(1, 60))
    return rng, last + timedelta(minutes=1)


def counted() -> list[str]:
    """The indicators that count orders of the loop, those made of them included."""
    known_ = packs.programme("enterprise_order").indicators
    return [
        key
        for key in known_
        if all(
            one.composed or (one.over, one.of) == ("orders", "enterprise_request") for one in resolved([key], known_)
        )
    ]


def known(at: str) -> list[OrderState]:
    """Every order as its events up to the moment make it."""
    found = []
    for id_ in orders.ids_after(0, 1000):
        chain = [event for event in events.of_order(id_) if iso(event.at) <= at]
        if chain:
            first = packs.order_type(chain[0].then["bundle"], chain[0].then["type"])
            found.append(replay(first, chain))
    return found


def by_hand(one: Indicator, asked: Asked, now: datetime) -> list[tuple[OrderState, str]]:
    """The orders that an indicator counts, with their moments, found without any of the store."""
    at = asked.as_of or iso(now)
    calendar = calendars.calendar()
    since, until = span(one, asked.since, asked.until, calendar.local_day(instant(at)))
    found = []
    for order in known(at):
        order_type = packs.order_type(order.bundle, order.type)
        moment = core.moment(one, order_type, order, at)
        if moment is None:
            continue
        day = calendar.local_day(instant(moment))
        due = one.moment in ("due", "contact_due")
        if one.stock or (since <= day <= until and not (due and moment >= at)):
            found.append((order, moment))
    return found


def must_equal(key: str, asked: Asked, now: datetime) -> Figure:
    """Compare one figure with brute force, and each of its lists with its count."""
    programme = packs.programme("enterprise_order")
    one = programme.indicators[key]
    found = figures.figure(seen_by=cast.SYSTEM, programme=programme, key=key, asked=asked, now=now)
    if not one.composed and one.aggregator != "rule":
        hits = by_hand(one, asked, now)
        if one.aggregator == "sum":
            total = sum(core.amount_of(one, order) for order, _ in hits)
            money = programme.orders[one.of].fields[one.value].kind == "money"
            assert found.value == (Decimal(total) / 100 if money else total), key
        elif one.aggregator == "distinct":
            assert found.value == len({core.item_of(one, order) for order, _ in hits} - {""}), key
        else:
            assert found.value == len(hits), (key, asked)
            rows = list(figures.every(seen_by=cast.SYSTEM, programme=programme, key=key, asked=asked, now=now))
            assert {row.id for row in rows} == {order.id for order, _ in hits}, key
    for part in found.parts:
        rows = list(
            figures.every(seen_by=cast.SYSTEM, programme=programme, key=key, asked=asked, now=now, part=part.key)
        )
        assert len(rows) == part.count, (key, part)
        if found.opens == "amounts":
            assert sum((Decimal(row.amount) for row in rows), Decimal(0)) == found.value, key
    return found


@SEEDS
def test_every_indicator_equals_brute_force_now_and_as_of_any_moment(county: None, seed: int) -> None:
    rng, now = played(seed)
    moments = ["", *(iso(cast.NOW + (now - cast.NOW) * rng.random()) for _ in range(2))]
    for key in counted():
        for at in moments:
            must_equal(key, Asked(SINCE, UNTIL, at), now)
            must_equal(key, Asked(cast.NOW.date(), cast.NOW.date() + timedelta(days=rng.randint(0, 90)), at), now)


@SEEDS
def test_a_figure_by_unit_and_month_adds_up_to_brute_force(county: None, seed: int) -> None:
    rng, now = played(seed)
    programme, calendar = packs.programme("enterprise_order"), calendars.calendar()
    for at in ("", iso(cast.NOW + (now - cast.NOW) * rng.random())):
        asked = Asked(SINCE, UNTIL, at)
        for one in resolved(counted(), programme.indicators):
            if one.aggregator != "count":
                continue
            expected: dict[tuple[str, ...], int] = {}
            for order, moment in by_hand(one, asked, now):
                month = "" if one.stock else f"{calendar.local_day(instant(moment)):%Y-%m}"
                expected[order.desk, month] = expected.get((order.desk, month), 0) + 1
            found = figures.grouped(
                seen_by=cast.SYSTEM, programme=programme, key=one.key, asked=asked, by=("unit", "month"), now=now
            )
            assert {group: figure.value for group, figure in found.items()} == expected, one.key


@SEEDS
def test_the_difference_between_two_moments_is_the_list_of_what_moved(county: None, seed: int) -> None:
    rng, now = played(seed)
    programme = packs.programme("enterprise_order")
    early, late = sorted(iso(cast.NOW + (now - cast.NOW) * rng.random()) for _ in range(2))
    for key in ("eo_requests", "eo_solved", "eo_open", "eo_due", "eo_answered_in_time", "eo_satisfied", "eo_loans"):
        before, after = Asked(SINCE, UNTIL, early), Asked(SINCE, UNTIL, late)
        moved = figures.explain(seen_by=cast.SYSTEM, programme=programme, key=key, before=before, after=after, now=now)
        values = [must_equal(key, asked, now).value for asked in (before, after)]
        if key == "eo_loans":
            change = sum((Decimal(one.after or 0) - Decimal(one.before or 0) for one in moved), Decimal(0))
        else:
            change = Decimal(sum((one.after == "in") - (one.before == "in") for one in moved))
        assert Decimal(str(values[1])) - Decimal(str(values[0])) == change, key
        assert all(early < one.at <= late or key in ("eo_due", "eo_answered_in_time") for one in moved), key


def test_verify_finds_nothing_wrong_with_what_is_kept_for_figures(county: None) -> None:
    played(7)
    assert verify().broken is None
    while counters.fold():
        pass
    assert verify().broken is None


@SEEDS
def test_moves_and_co_handling_parts_equal_brute_force_over_the_events(county: None, seed: int) -> None:
    rng, now = played(seed)
    order, _ = lives.played((lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.COUNTERSIGN))
    lives.played((lives.REGISTER, lives.WITH_CO))
    programme, calendar = packs.programme("enterprise_order"), calendars.calendar()
    for at in ("", iso(cast.NOW + (now - cast.NOW) * rng.random())):
        moment = at or iso(now)
        asked = Asked(SINCE, UNTIL, at)
        given: dict[str, Any] = {"seen_by": cast.SYSTEM, "programme": programme, "asked": asked, "now": now}
        done = 0
        for id_ in orders.ids_after(0, 1000):
            chain = [event for event in events.of_order(id_) if iso(event.at) <= moment]
            for event, after in zip(chain, [*chain[1:], None], strict=True):
                agreed = event.verb == "decide_return" and event.facts.get("agreed_return") == "agree"
                done += agreed and (after is None or after.verb != "recall")
        states = known(moment)
        parts = [(each, unit) for each in states for unit in each.co]
        due = [(each, unit) for each, unit in parts if f"co_handling:{unit}" in each.clocks]
        end = iso(calendar.midnight(UNTIL + timedelta(days=1)))
        due = [(each, unit) for each, unit in due if each.clocks[f"co_handling:{unit}"]["due"] < min(end, moment)]
        in_time = [
            (each, unit)
            for each, unit in due
            if each.co[unit]["state"] == "done" and each.co[unit]["at"] < each.clocks[f"co_handling:{unit}"]["due"]
        ]
        for key, expected in (
            ("eo_returns_agreed", done), ("eo_parts_due", len(due)), ("eo_parts_in_time", len(in_time)),
        ):  # fmt: skip
            found = figures.figure(**given, key=key)
            rows = list(figures.every(**given, key=key))
            assert (found.value, found.members, len(rows)) == (expected, expected, expected), key
            groups = figures.grouped(**given, key=key, by=("unit", "month"))
            assert sum(int(one.value or 0) for one in groups.values()) == expected
    given["asked"] = Asked(SINCE, UNTIL)
    assert figures.figure(**given, key="eo_parts_open").value
    assert order.number in {row.number for row in figures.every(**given, key="eo_parts_in_time")}


def test_what_is_kept_can_be_written_anew_and_is_the_same(county: None) -> None:
    played(3)
    while counters.fold():
        pass
    before = order_facts.everything()
    assert before and order_facts.recount() == 0
    assert order_facts.recount(everything=True) == len(orders.ids_after(0, 1000))
    assert order_facts.everything() == before
    assert verify().broken is None


@pytest.mark.parametrize("folded", [True, False])
def test_every_reader_counts_the_orders_it_has_to_do_with_and_no_others(county: None, folded: bool) -> None:
    _rng, now = played(11)
    lives.played(lives.ACCEPTED, secret="1")
    while folded and counters.fold():
        pass
    programme = packs.programme("enterprise_order")
    order_type = programme.orders["enterprise_request"]
    asked, seen = Asked(SINCE, UNTIL), set()
    for person in cast.POST_OF:
        actor = cast.actor(person, now)
        given: dict[str, Any] = {
            "seen_by": actor,
            "programme": programme,
            "key": "eo_requests",
            "asked": asked,
            "now": now,
        }
        if not sight.counts(actor, order_type):
            with pytest.raises(figures.NotFound):
                figures.figure(**given)
            continue
        mine = [order for order in known(iso(now)) if rights(actor, order, order_type)[0]]
        clear = [order for order in mine if may_see(actor, order, order_type)]
        found = figures.figure(**given)
        assert (found.value, found.hidden) == (len(mine), len(mine) - len(clear)), person
        rows = list(figures.every(**given))
        assert {row.id for row in rows if not row.hidden} == {order.id for order in clear}, person
        groups = figures.grouped(**given, by=("unit",))
        assert sum(int(one.value or 0) for one in groups.values()) == len(mine), person
        seen.add(len(mine))
    assert len(seen) > 2  # readers differ


@pytest.mark.parametrize("folded", [True, False])
def test_a_reader_counts_of_one_unit_what_of_its_orders_it_has_to_do_with(county: None, folded: bool) -> None:
    _rng, now = played(11)
    while folded and counters.fold():
        pass
    programme, calendar = packs.programme("enterprise_order"), calendars.calendar()
    for person in ("luo", "zhou", "shen", "hebing", "wang", "jin", "zhao"):
        actor = cast.actor(person, now)
        for unit in ("equipment", "food", "labour_bureau", "finance_bureau"):
            asked = Asked(SINCE, now.date(), unit=unit)
            for key in ("eo_requests", "eo_open", "eo_due", "eo_answered_in_time", "eo_rated"):
                expected: dict[tuple[str, ...], int] = {}
                for order, moment in by_hand(programme.indicators[key], asked, now):
                    order_type = packs.order_type(order.bundle, order.type)
                    if unit in (order.desk, order.lead) and rights(actor, order, order_type)[0]:
                        month = f"{calendar.local_day(instant(moment)):%Y-%m}"
                        group = ("" if programme.indicators[key].stock else month,)
                        expected[group] = expected.get(group, 0) + 1
                given: dict[str, Any] = {"seen_by": actor, "programme": programme, "key": key, "now": now}
                groups = figures.grouped(**given, asked=asked, by=("month",))
                n = sum(expected.values())
                if sight.judged(actor, order_type) and key == "eo_rated":  # so few are told to nobody who is judged
                    expected = {group: n for group, n in expected.items() if n >= 5}
                    n = n if n >= 5 else 0
                found = figures.figure(**given, asked=asked)
                assert found.count("records") == n, (person, unit, key)
                told = {group: one.value for group, one in groups.items() if one.value is not None}
                assert told == expected, (person, unit, key)


BESIDES = (None, {"post": "supervising_leader", "of": "lead"}, {"post": "supervising_leader", "of": "desk"})


@pytest.mark.parametrize("besides", BESIDES, ids=["alone", "with_lead", "with_desk"])
@SEEDS
def test_who_supervises_counts_by_month_what_brute_force_counts(
    county: None, seed: int, besides: dict[str, str] | None
) -> None:
    rng, now = played(seed)
    for n in range(3):
        order, last = lives.played(lives.ACCEPTED, cast.NOW - timedelta(days=40 * n))
        if rng.random() < 0.7:
            facts = {"supervisor": "zone.supervisor2", "reason": "原分管领导回避"}
            move_order(actor=cast.actor("zhou"), id_=order.id, verb="resupervise", facts=facts, now=last)
        now = max(now, last + timedelta(minutes=1))
        if rng.random() < 0.5:
            counters.fold(limit=rng.randint(1, 60))
    if besides:  # a post that stands to orders in another way too
        content = packs.content(packs.programme("enterprise_order").bundle)
        role = next(one for one in content["orders"]["order"][0]["role"] if one["key"] == "supervisor")
        role["who"].append(besides)
        packs.publish(content, note="", by="", now=now)
    programme, calendar = packs.programme("enterprise_order"), calendars.calendar()
    order_type, counts = programme.orders["enterprise_request"], set()
    for person in ("zhao", "qian"):
        actor = cast.actor(person, now)
        given: dict[str, Any] = {"seen_by": actor, "programme": programme, "now": now}
        for one in resolved(counted(), programme.indicators):
            if one.aggregator != "count":
                continue
            asked = Asked(SINCE, UNTIL)
            mine = [hit for hit in by_hand(one, asked, now) if rights(actor, hit[0], order_type)[0]]
            months = Counter("" if one.stock else f"{calendar.local_day(instant(at)):%Y-%m}" for _order, at in mine)
            assert figures.figure(**given, key=one.key, asked=asked).value == len(mine), (person, one.key)
            groups = figures.grouped(**given, key=one.key, asked=asked, by=("month",))
            assert {group: figure.value for group, figure in groups.items()} == {
                (month,): n for month, n in months.items()
            }, (person, one.key)
            counts.add(len(mine))
    assert len(counts) > 2 and verify().broken is None


@SEEDS
def test_many_figures_read_together_are_those_read_one_by_one_in_two_queries(county: None, seed: int) -> None:
    rng, now = played(seed)
    programme = packs.programme("enterprise_order")
    asked = Asked(SINCE, now.date(), unit=rng.choice(["", "equipment", "labour_bureau"]))
    reading = reading_of(cast.SYSTEM, programme, asked, now)
    wishes = {}
    for key in counted():
        one = programme.indicators[key]
        if one.aggregator == "record":
            continue
        since = date(2022, rng.randint(1, 9), rng.choice([1, 1, 17]))
        for by in ((), ("month",), ("unit", "month"), tuple(rng.sample(one.by, min(len(one.by), 2)))):
            wishes[figures.Wish(one, since, asked.until, by)] = replace(asked, since=since)
    with CaptureQueriesContext(connection) as made:
        together = figures.wished(reading, wishes)
    assert len(made) == 2
    for wish, window in wishes.items():
        given: dict[str, Any] = {"seen_by": cast.SYSTEM, "programme": programme, "asked": window, "now": now}
        key = wish.indicator.key
        alone = figures.grouped(**given, key=key, by=wish.by) if wish.by else figures.figures(**given, keys=[key])
        assert list(together[wish].values()) == list(alone.values()), wish


def test_orders_of_a_category_that_a_version_dropped_are_counted_all_the_same(county: None) -> None:
    lives.played(lives.ACCEPTED)
    while counters.fold():
        pass
    content = packs.content(packs.programme("enterprise_order").bundle)
    field = next(one for one in content["orders"]["order"][0]["field"] if one["key"] == "category")
    given: dict[str, Any] = {"seen_by": cast.SYSTEM, "now": cast.NOW + timedelta(days=3), "asked": Asked(SINCE, UNTIL)}
    before = figures.grouped(
        **given, programme=packs.programme("enterprise_order"), key="eo_requests", by=("category",)
    )
    ((category,),) = before
    field["choices"] = [one for one in field["choices"] if one["key"] != category]
    packs.publish(content, note="", by="", now=cast.NOW)
    after = figures.grouped(**given, programme=packs.programme("enterprise_order"), key="eo_requests", by=("category",))
    assert {group: one.value for group, one in after.items()} == {(category,): 1}
