"""Notices before a screen: read and marked, an address typed, a text copied into a chat group with one press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bihuan.actions import notices
from tests.browser.people import Person
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(county: Any) -> lives.Life:
    """An order that was dispatched, and the worker has told the office."""
    life = lives.begun().dispatched().wait(timedelta(minutes=5))
    notices.tell(now=life.now)
    return life


def faults(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_an_office_reads_its_notice_and_goes_to_the_order(told: lives.Life, come: Callable[..., Person]) -> None:
    page = come("wang").page
    page.goto("/me/")
    page.get_by_role("link", name="通知 1条未读").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1条未读")
    assert faults(page) == []
    page.get_by_role("button", name="全部记为已读").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("通知")
    page.get_by_role("link", name="数控操作工缺口30人").click()
    expect(page).to_have_url(page.url.split("/orders")[0] + f"/orders/{told.number}/")


def test_a_desk_copies_the_text_for_the_group_with_one_press(told: lives.Life, come: Callable[..., Person]) -> None:
    page = come("zhou").page
    page.goto("/orders/desk/")
    page.get_by_role("link", name="已送达、未签收").click()
    assert faults(page) == []
    text = page.get_by_label("发到工作群的话").input_value()
    assert text.startswith("人社局：有1件单待接单。") and told.number in text
    page.get_by_role("button", name="一键复制").click()
    expect(page.get_by_role("button", name="已复制，到群里粘贴")).to_be_visible()
    page.goto("/notices/address/")
    page.get_by_label("邮箱").click()
    page.keyboard.press("Control+V")
    assert "人社局：有1件单待接单" in page.get_by_label("邮箱").input_value()


def test_an_administrator_sees_the_ways_out_and_a_wrong_address_named_at_its_field(
    told: lives.Life, come: Callable[..., Person]
) -> None:
    page = come("wu").page
    page.goto("/setup/notices/")
    assert faults(page) == []
    page.get_by_label("群的名称").fill("工作群")
    page.get_by_label("哪个单位的群").select_option(label="人社局")
    page.get_by_label("机器人的地址").fill("https://example.org/")
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("alert")).to_contain_text("不是钉钉、企业微信、飞书群机器人的地址")
    assert faults(page) == []
