"""Another calendar moves no deadline by itself; who says so moves each by one event, and it can be taken up again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.actions import calendar, reclocks
from bihuan.actions.orders import move_order, submit_order
from bihuan.actions.register import CHAIN, SETUP
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import calendars, events, orders
from tests import cast

pytestmark = pytest.mark.django_db

WAS, MOVED = "2022-09-30T09:30:00.000000Z", "2022-10-08T09:30:00.000000Z"
SOON = cast.NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()


def submitted() -> OrderState:
    return submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="officer", now=cast.NOW, facts={"title": "缺人", "category": "recruitment", "facts": "缺30人"},
    )  # fmt: skip


def now_of(order: OrderState) -> OrderState:
    return orders.by_id(order.id, seen_by=SYSTEM).order


def edited(kind: str = "rest", day: date = date(2022, 9, 30)) -> None:
    calendar.set_day(actor=cast.actor("wu"), day=day, kind=kind, name="", now=SOON)


def applied(**more: object) -> reclocks.Done:
    return reclocks.apply(actor=cast.actor("wu"), now=SOON, **more)  # type: ignore[arg-type]


def test_a_look_lists_number_old_and_new_due_and_changes_nothing() -> None:
    order = submitted()
    edited()
    seen = reclocks.look(calendars.calendar(), now=SOON)
    assert [(one.number, one.clock) for one in seen.found] == [(order.number, "registering")]
    assert (seen.orders, seen.clocks, seen.looked, seen.more) == (1, 1, 1, False)
    assert now_of(order) == order


def test_each_order_gets_one_event_and_everything_still_verifies() -> None:
    order = submitted()
    edited()
    done = applied()
    after = now_of(order)
    assert (done.moved, done.refused, done.more) == (1, [], False)
    assert (after.seq, after.last["verb"]) == (order.seq + 1, "reclock")
    assert (after.clocks["registering"]["due"], after.clocks["registering"]["first"]) == (MOVED, WAS)
    assert events.of_order(order.id)[-1].facts["moved"] == {"registering": {"was": WAS, "due": MOVED}}
    report = verify()
    assert report.broken is None, report.faults
    assert (report.clocks, report.kept_clocks) == (1, 0)


def test_what_was_cut_off_is_taken_up_again_and_nothing_is_counted_twice() -> None:
    made = [submitted() for _ in range(5)]
    edited()
    first = applied(limit=2)
    assert (first.moved, first.more) == (2, True)
    assert applied().moved == 3
    assert applied() == reclocks.Done()
    assert [now_of(order).seq for order in made] == [order.seq + 1 for order in made]
    verbs = [event.verb for event in events.of_orders([CHAIN], SETUP)[CHAIN]]
    assert verbs == ["calendar_day", "deadlines_reclocked", "deadlines_reclocked"]


def test_the_day_taken_back_brings_the_old_deadline_back_when_counted_again() -> None:
    order = submitted()
    edited()
    applied()
    edited("")
    assert applied().moved == 1
    assert now_of(order).clocks["registering"]["due"] == WAS
    assert verify().broken is None


def test_no_deadline_moves_to_a_moment_that_has_passed() -> None:
    order = submitted()
    edited("workday", date(2022, 10, 1))
    edited("rest")  # 9月30日 rest and 10月1日 worked: the limit would end on 1 October
    late = cast.NOW + timedelta(days=8)
    assert reclocks.look(calendars.calendar(), now=late).orders == 0
    assert reclocks.look(calendars.calendar(), now=SOON).orders == 1
    assert now_of(order).clocks["registering"]["due"] == WAS


def test_what_has_ended_is_not_counted_again() -> None:
    order = submitted()
    facts = {"refuse_reason": "not_duty", "where_to": "区信访局"}
    move_order(actor=cast.actor("zhou"), id_=order.id, verb="refuse", facts=facts, now=SOON)
    edited()
    assert reclocks.look(calendars.calendar(), now=SOON).looked == 0
    assert applied().moved == 0


def test_only_an_administrator_counts_again_and_no_move_of_a_post_does() -> None:
    order = submitted()
    edited()
    with pytest.raises(Refused, match="reclock.post"):
        reclocks.apply(actor=cast.actor("zhou"), now=SOON)
    with pytest.raises(Refused, match="reclock.post"):
        move_order(actor=cast.actor("zhou"), id_=order.id, verb="reclock", facts={}, now=SOON)


def test_a_look_asks_once_a_page_of_orders_and_shows_where_the_next_begins() -> None:
    made = [submitted() for _ in range(reclocks.SHOWN + 3)]
    edited()
    with CaptureQueriesContext(connection) as asked:
        seen = reclocks.look(calendars.calendar(), now=SOON)
    assert len([one for one in asked if "store_order" in one["sql"]]) == 1
    assert (len(seen.found), seen.orders) == (reclocks.SHOWN, len(made))
    assert seen.next is not None
    rest = reclocks.look(calendars.calendar(), now=SOON, after=seen.next)
    assert {one.number for one in seen.found} | {one.number for one in rest.found} == {order.number for order in made}
    assert (rest.orders, rest.next) == (3, None)
    capped = reclocks.look(calendars.calendar(), now=SOON, most=10)
    assert (capped.looked, capped.orders, capped.more) == (10, 10, True)
