"""The script of the pages, as a browser runs it: keys, drafts, double taps, refused and broken parts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.addresses import counted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.web.addresses"),
]


def test_keys_walk_the_rows_tick_and_open_them(desk: Page) -> None:
    desk.goto("/p/rows/")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    expect(desk.locator(".item.cur a")).to_have_text("乙")
    desk.keyboard.press("x")
    expect(desk.locator(".item.sel a")).to_have_text("乙")
    desk.keyboard.press("k")
    expect(desk.locator(".item.cur a")).to_have_text("甲")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/p/row/*/")
    assert desk.url.endswith("/p/row/%E7%94%B2/")


def test_single_keys_do_nothing_while_an_input_method_composes_or_when_switched_off(desk: Page) -> None:
    desk.goto("/p/rows/")
    desk.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))")
    expect(desk.locator(".item.cur")).to_have_count(0)
    desk.context.add_cookies([{"name": "bihuan_keys", "value": "off", "url": desk.url}])
    desk.reload()
    desk.keyboard.press("j")
    expect(desk.locator(".item.cur")).to_have_count(0)


def test_a_letter_printed_on_a_button_presses_it(desk: Page) -> None:
    desk.goto("/p/rows/")
    desk.keyboard.press("N")
    desk.wait_for_url("**/p/new/")


def test_a_refused_part_is_shown_and_a_lost_line_is_said(desk: Page) -> None:
    desk.goto("/p/rows/")
    desk.get_by_role("button", name="拒").click()
    expect(desk.locator("#part")).to_have_text("没有派出：已被并入")
    desk.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError'))")
    expect(desk.get_by_role("alert")).to_contain_text("没发出去")


def test_what_was_typed_outlives_a_lost_page_and_is_gone_once_sent(phone: Page) -> None:
    phone.goto("/p/form/")
    phone.fill("#said", "热水没通")
    phone.goto("/in/")
    phone.goto("/p/form/")
    expect(phone.locator("#said")).to_have_value("热水没通")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("h1")).to_have_text("热水没通")
    phone.wait_for_load_state()
    phone.goto("/p/form/")
    expect(phone.locator("#said")).to_have_value("")


def test_a_draft_older_than_a_day_is_dropped(phone: Page) -> None:
    phone.goto("/p/form/")
    old = "JSON.stringify({at: Date.now() - 25 * 3600000, fields: {said: '旧'}})"
    phone.evaluate(f"localStorage.setItem('draft:try', {old})")
    phone.reload()
    expect(phone.locator("#said")).to_have_value("")


def test_a_double_tap_sends_the_form_once(desk: Page) -> None:
    counted.clear()
    desk.goto("/p/form/")
    desk.fill("#said", "一次")
    desk.evaluate("const b = document.querySelector('form button'); b.click(); b.click()")
    expect(desk.locator("h1")).to_have_text("一次")
    assert len(counted) == 1


def test_the_form_is_sent_without_script_too(plain: Page) -> None:
    plain.goto("/p/form/")
    plain.fill("#said", "没有脚本")
    plain.get_by_role("button", name="提交").click()
    expect(plain.locator("h1")).to_have_text("没有脚本")
