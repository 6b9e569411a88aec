"""The days between the orders: a sitting, a hand-over, a new version, a calendar and a year's end, as their people play
them on an office screen, on a telephone and with script switched off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from bihuan.store import orders
from tests import lives
from tests.actions.test_handovers import POST, taken
from tests.actions.test_sittings import LATER, waiting
from tests.browser.eyes import sideways
from tests.browser.people import Person
from tests.web.lives import set_clock
from tests.web.test_versions import published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Come = Callable[..., Person]
SIZES = ["desk", "phone", "plain"]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def pressed(page: Page, name: str) -> None:
    """Press a button that sends a form, and read a page that fits its window."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert sideways(page) == [], page.url


@pytest.mark.parametrize("size", SIZES)
def test_a_sitting_decides_each_order_and_ends_with_its_minute(come: Come, size: str) -> None:
    with transaction.atomic():
        first, second = waiting("招焊工12名"), waiting("园区物流专线", "logistics", urgent="calm")
        set_clock(LATER)
    page = come("zhou", size).page
    page.goto("/orders/sittings/")
    page.get_by_label("会议名称").fill("十月第一次集中派单会")
    page.get_by_label("参加人").fill("周敏、赵志远")
    pressed(page, "开会")
    for order in (first, second):
        page.get_by_label(f"选中{order.number}").check()
    pressed(page, "把勾选的收进来")
    expect(page.get_by_text("还有2件没有定")).to_be_visible()
    # What is refused stands beside its order with every word.
    page.get_by_label(f"{first.number}的主办部门").select_option(label="人社局")
    page.get_by_label(f"{first.number}的派单要求或暂缓理由").fill("一周内见面")
    pressed(page, f"派这件 {first.number}")
    expect(page.get_by_role("alert").first).to_contain_text("请选分管领导")
    expect(page.get_by_label(f"{first.number}的派单要求或暂缓理由")).to_have_value("一周内见面")
    page.get_by_label(f"{first.number}的分管领导").select_option(index=1)
    pressed(page, f"派这件 {first.number}")
    page.get_by_label(f"{second.number}的派单要求或暂缓理由").fill("等交通局到会")
    pressed(page, f"暂缓 {second.number}")
    pressed(page, "散会，出会议纪要")
    expect(page.get_by_text("已散会。每件的决定都写在会议纪要里")).to_be_visible()
    page.get_by_role("link", name="会议纪要").click()
    expect(page.get_by_role("main")).to_contain_text("共研究2件，派出1件，暂缓1件。")
    assert [lives.again(order).state for order in (first, second)] == ["dispatched", "registered"]


@pytest.mark.parametrize("size", SIZES)
def test_open_orders_go_with_the_post_or_stay_with_who_began_them_after_a_look(come: Come, size: str) -> None:
    with transaction.atomic():
        first, second = taken(2)
    page = come("wu", size).page
    page.goto(f"/network/posts/{POST}/handover/")
    page.get_by_label(f"{second.number}怎么办").select_option("keep")
    pressed(page, "按这些再看一遍")
    expect(page.get_by_role("main")).to_contain_text("由王磊办完")
    assert (first.order.handler, second.order.keeper) == ("wang", "")
    pressed(page, "移交2件")
    expect(page.get_by_role("heading", level=1)).to_have_text("移交了2件")
    assert (first.order.handler, second.order.handler, second.order.keeper) == ("qin", "wang", "wang~handler")
    came = come("qin", size).reads("刚移交给您").page
    assert sideways(came) == []


@pytest.mark.parametrize("size", SIZES)
def test_a_running_order_goes_over_to_a_new_version_after_a_rehearsal_and_back_again(come: Come, size: str) -> None:
    with transaction.atomic():
        order, now = lives.played(lives.DISPATCHED)
        published()
        set_clock(now)
    page = come("wu", size).page
    page.goto("/setup/programmes/")
    page.get_by_role("link", name="产业链点单服务").first.click()
    page.get_by_role("link", name="和最新版比较").click()
    assert sideways(page) == []
    page.get_by_role("link", name=re.compile("把在办单换到第2版")).click()
    pressed(page, "预演")  # nothing is chosen for anybody: the clock that runs must be
    expect(page.get_by_role("alert").first).to_be_visible()
    for choice in page.locator("fieldset .pick").all():
        choice.get_by_role("radio").first.check(force=True)
    pressed(page, "预演")
    expect(page.locator("section[role=status]")).to_contain_text(order.number)
    assert bundle_of(order) == "enterprise_order@1"
    page.get_by_role("button", name="换版", exact=True).click()
    expect(page.get_by_role("heading", name="结果")).to_be_visible()
    assert bundle_of(order) == "enterprise_order@2"
    page.get_by_role("link", name="回到版本").click()
    page.get_by_role("button", name="换回去").click()
    expect(page.get_by_role("heading", name="结果")).to_be_visible()
    assert sideways(page) == []
    assert bundle_of(order) == "enterprise_order@1"


def bundle_of(order: orders.OrderState) -> str:
    return lives.again(order).bundle


@pytest.mark.parametrize("size", SIZES)
def test_a_rest_day_of_the_county_is_set_once_its_effect_on_deadlines_was_read(come: Come, size: str) -> None:
    with transaction.atomic():
        order, now = lives.played(lives.DISPATCHED)
        set_clock(now)
    due = lives.again(order).clocks["accepting"]["due"]
    page = come("wu", size).page
    page.goto("/setup/calendar/?day=2022-09-30#day")
    page.get_by_role("group", name="这一天是").get_by_label("休息日").check(force=True)
    page.get_by_label("名称").fill("防汛值班调休")
    pressed(page, "看会影响哪些期限")
    expect(page.locator("section[role=status]")).to_contain_text(order.number)
    pressed(page, "保存这一天")
    expect(page.get_by_role("main")).to_contain_text("还没有保存。")
    pressed(page, "只改日历，期限不动")
    assert lives.again(order).clocks["accepting"]["due"] == due
    pressed(page, "按现在的日历重算")
    assert lives.again(order).clocks["accepting"]["due"] > due


@pytest.mark.parametrize("size", SIZES)
def test_a_year_is_closed_and_its_package_taken_along(come: Come, size: str) -> None:
    with transaction.atomic():
        order, _now = lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
        set_clock(datetime(2023, 1, 9, 2, 0, tzinfo=UTC))
    page = come("wu", size).page
    page.goto("/setup/archive/")
    pressed(page, "把这1件归档")
    expect(page.get_by_role("main")).to_contain_text("2022年归档1件，从现在起只读")
    with page.expect_download() as package:
        page.get_by_role("button", name="下载移交包").click()
    assert package.value.suggested_filename.endswith(".zip")
    read = come("zhou", size).page
    read.goto(f"/orders/{order.number}/")
    expect(read.get_by_role("main")).to_contain_text("归档")
    assert sideways(read) == []
