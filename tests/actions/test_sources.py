"""来源: an order keeps the number and the deadline it has where it came from, and no number comes in twice."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.actions.orders import submit_order
from bihuan.actions.verify import verify
from bihuan.core import sources
from bihuan.core.order_state import OrderState
from bihuan.core.refusal import Refused
from bihuan.store import calendars
from bihuan.words.problems import problems
from tests import cast, lives
from tests.actions.test_concurrent import at_once


@pytest.fixture
def county() -> None:
    cast.found()


def hotline(number: str = "2022-0913-001", due: str = "2022-10-08", **more: Any) -> OrderState:
    given: dict[str, Any] = {
        "actor": cast.actor("chen"),
        "programme": "enterprise_order",
        "type_": "enterprise_request",
        "requester": "foundry",
        "channel": "hotline",
        "source_number": number,
        "source_due": due,
        "facts": {"title": "厂门口路灯不亮", "category": "other", "facts": "夜班工人看不清路。"},
        "now": cast.NOW,
    }
    return submit_order(**{**given, **more})


@pytest.mark.django_db
def test_an_order_typed_in_keeps_the_number_and_the_deadline_of_its_source(county: None) -> None:
    order = hotline(" ２０２２－0913－001 ")
    assert order.source_number == "2022-0913-001"
    assert order.source_due == "2022-10-08T16:00:00.000000Z"  # the end of that day in the county
    clock = sources.clock(lives.type_of(order), order, calendars.calendar())
    assert (clock["due"], clock["limit"], clock.get("stop")) == (order.source_due, "stated", None)
    assert verify().broken is None


@pytest.mark.django_db
def test_a_second_order_with_the_number_is_told_which_one_is_the_first(county: None) -> None:
    first = hotline()
    with pytest.raises(Refused) as refused:
        hotline("2022-0913-001 ")
    assert refused.value.facts["first"] == first.number
    said = problems(refused.value, lives.type_of(first))["source_number"]
    assert first.number in said
    assert hotline(channel="superior").source_number == first.source_number  # another source counts for itself


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "due", "fault"), [("1" * 81, "", "source_number"), ("1", "下周吧", "source_due")])
def test_a_number_too_long_and_a_deadline_that_names_no_day_are_refused(
    county: None, number: str, due: str, fault: str
) -> None:
    with pytest.raises(Refused) as refused:
        hotline(number, due)
    assert list(refused.value.problems) == [fault]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_one_number_one_is_taken_and_the_others_are_told_its_number(county: None) -> None:
    found = at_once(*([hotline] * 4))
    taken = [one for one in found if isinstance(one, OrderState)]
    assert len(taken) == 1, found
    told = {one.facts["first"] for one in found if isinstance(one, Refused)}
    assert told == {taken[0].number}
    assert verify().broken is None
