"""What was typed stays on the telephone until it is sent or cleared, a day at most; nothing personal of others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.people import Person
from tests.browser.test_public import NEW, asked, fill, flawless
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ENTER = "/orders/new/?requester=foundry"
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('draft:'))"


def test_a_requester_goes_on_after_the_page_was_lost_and_leaves_nothing_behind(phone: Page) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto(NEW)
    expect(phone.get_by_role("button", name="清除草稿")).to_be_hidden()
    fill(phone)
    phone.reload()
    expect(phone.get_by_label("具体情况")).to_have_value("旺季订单排到春节，包装工缺40人。")
    expect(phone.get_by_role("radio", name="招工")).to_be_checked()
    expect(phone.get_by_text("上次填的还在，接着填")).to_be_visible()
    flawless(phone)
    asked(phone)
    assert phone.evaluate(KEPT) == []
    phone.goto(NEW)
    expect(phone.get_by_label("具体情况")).to_have_value("")


def test_a_draft_is_cleared_by_its_owner(phone: Page) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto(NEW)
    fill(phone)
    phone.reload()
    phone.get_by_role("button", name="清除草稿").click()
    expect(phone.get_by_text("草稿已清除")).to_be_visible()
    expect(phone.get_by_label("具体情况")).to_have_value("")
    expect(phone.get_by_role("radio", name="招工")).not_to_be_checked()
    assert phone.evaluate(KEPT) == []
    phone.reload()
    expect(phone.get_by_label("联系人")).to_have_value("")
    assert phone.evaluate(KEPT) == []


def test_a_draft_of_yesterday_goes_on_whichever_page_is_opened(phone: Page) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto("/in/")
    old, new = (f"JSON.stringify({{at: Date.now() - {hours} * 3600000, fields: {{}}}})" for hours in (25, 1))
    phone.evaluate(f"localStorage.setItem('draft:old', {old}); localStorage.setItem('draft:new', {new})")
    phone.evaluate("localStorage.setItem('draft:broken', 'x'); localStorage.setItem('other', 'x')")
    phone.goto(NEW)
    assert phone.evaluate("Object.keys(localStorage).sort()") == ["draft:new", "other"]


def test_several_matters_of_a_visit_survive_on_the_telephone(come: Callable[..., Person]) -> None:
    officer = come("chen", "phone")
    page = officer.page
    page.goto(ENTER)
    flawless(page)
    page.get_by_label("一句话说清").nth(0).fill("数控操作工缺口30人")
    page.get_by_label("类别").nth(0).select_option(label="招工")
    page.get_by_label("一句话说清").nth(1).fill("厂区门口积水")
    page.get_by_label("联系人").fill("刘芳")
    page.get_by_label("手机号").fill("13800000618")
    page.reload()
    expect(page.get_by_label("一句话说清").nth(1)).to_have_value("厂区门口积水")
    expect(page.get_by_label("类别").nth(0)).to_have_value("recruitment")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "刘芳" not in kept and "13800000618" not in kept
    # A sheet that comes back half done is not mixed with what was kept before.
    page.get_by_role("button", name="提交以上各件").click()
    expect(page.get_by_role("heading", name="已点1件")).to_be_visible()
    expect(page.get_by_label("一句话说清").nth(0)).to_have_value("厂区门口积水")
    page.get_by_label("类别").nth(0).select_option(label="招工")
    page.get_by_role("button", name="提交以上各件").click()
    expect(page.get_by_role("heading", level=1, name="已点")).to_be_visible()
    page.wait_for_load_state()
    assert page.evaluate(KEPT) == []
    page.goto(ENTER)
    expect(page.get_by_label("一句话说清").nth(0)).to_have_value("")


def test_without_script_the_forms_are_whole_and_offer_nothing_to_clear(screen: Callable[..., Page]) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    page = screen(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(NEW)
    expect(page.get_by_role("button", name="清除草稿")).to_be_hidden()
    fill(page)
    page.get_by_role("button", name="提交这张单").click()
    expect(page.get_by_text("收到了，单号")).to_be_visible()
