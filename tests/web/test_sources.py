"""来源 on pages: both numbers and both clocks, wherever the order is looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import cast, lives
from tests.actions.test_sources import hotline
from tests.web.staff import KEY, at, signed_in, text

pytestmark = pytest.mark.django_db
ORDER = "2022-0913-001"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def test_both_numbers_and_both_clocks_stand_on_the_order_the_desk_the_list_and_my_work() -> None:
    order = hotline()
    zhou = signed_in("zhou")
    page = text(zhou.get(f"/orders/{order.number}/"))
    assert f"来源 12345热线 {ORDER}" in page
    assert "来源时限" in page and "10月8日" in page
    assert "12345热线自己的期限，照录；办完要回填" in page
    for address in (f"/orders/desk/?queue=to_register&at={order.number}", "/orders/?view=open", "/mine/"):
        assert ORDER in text(zhou.get(address)), address
    at(cast.NOW + timedelta(days=14))
    assert "来源逾期" in text(zhou.get("/mine/"))
    assert "来源逾期" in text(zhou.get("/orders/?view=open"))


def test_the_requester_reads_the_number_but_not_the_clock_between_offices() -> None:
    order = hotline()
    page = text(signed_in("liufang").get(f"/orders/{order.number}/"))
    assert ORDER in page
    assert "办完要回填" not in page
    assert "待回复" not in page


def test_a_service_officer_types_number_and_deadline_and_is_told_of_the_first_one() -> None:
    chen = signed_in("chen")
    sent = {
        "requester": "foundry", "count": "1", "form_key": KEY, "channel": "hotline", "title-1": "厂门口路灯不亮",
        "category-1": "other", "source_number-1": ORDER, "source_due-1": "2022-10-08 17:30",
    }  # fmt: skip
    assert "已点1件" in text(chen.post("/orders/new/", sent))
    again = chen.post("/orders/new/", {**sent, "form_key": KEY[::-1], "title-1": "路灯"})
    assert again.status_code == 400
    first = text(signed_in("zhou").get("/orders/?view=open&q=" + ORDER))
    number = next(word for word in first.split() if word.startswith("QD2022-"))
    assert f"这个来源单号已经登记过，就是{number}" in text(again)


def test_the_dispatch_slip_names_the_source_with_number_and_deadline() -> None:
    order, now = lives.go_on(hotline(), lives.DISPATCHED, cast.NOW)
    at(now)
    page = text(signed_in("zhou").get(f"/orders/{order.number}/papers/dispatch_slip/"))
    assert f"12345热线 {ORDER}，限2022年10月8日前办结" in page
