"""Keys: what `?` shows is what the keys do, on the desk, in lists and in the tree of units."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_desk import Come, registered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_question_mark_shows_the_keys_and_escape_puts_them_away(come: Come) -> None:
    page = come("zhou").goes_to("工单").page
    panel = page.get_by_role("complementary", name="快捷键")
    expect(panel).to_be_hidden()
    page.keyboard.press("?")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("单位树：收起、展开、上下走")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_g_and_a_letter_goes_to_a_place_and_not_while_one_types(come: Come) -> None:
    page = come("zhou").goes_to("工单").page
    page.keyboard.press("/")
    page.keyboard.type("gn")
    expect(page.get_by_role("searchbox", name="查单号")).to_have_value("gn")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/network/")


def test_arrows_walk_the_tree_of_units_and_the_rows_of_a_list(come: Come) -> None:
    for title in ("招12名焊工", "招30名缝纫工"):
        registered(title)
    page = come("zhou").goes_to("网络").page
    first = page.locator(".tree .node > a").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    here = page.locator(".tree .node .node > a").first
    expect(here).to_be_focused()
    page.keyboard.press("ArrowLeft")  # closes the unit where it was open
    page.keyboard.press("ArrowLeft")  # and goes to the one above
    expect(first).to_be_focused()
    page.goto("/orders/?view=open")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator(".tbl tbody tr").nth(1).get_by_role("checkbox")).to_be_checked()


def test_keys_that_are_switched_off_do_nothing(come: Come) -> None:
    person = come("zhou")
    person.page.goto("/me/")
    person.page.get_by_role("button", name="关掉快捷键").click()
    person.goes_to("工单")
    person.page.keyboard.press("?")
    expect(person.page.get_by_role("complementary", name="快捷键")).to_have_count(0)
    expect(person.page.locator("html")).to_have_attribute("data-keys", "off")


def test_a_standard_text_goes_where_the_writer_is(come: Come) -> None:
    registered("招12名焊工")
    person = come("zhou")
    page = person.page
    page.goto("/mine/snippets/")
    page.get_by_label("名字").first.fill("问候")
    page.get_by_label("内容").first.fill("{企业}您好。")
    page.get_by_role("button", name="存常用语").click()
    page.goto("/orders/?view=open")
    page.locator(".tbl tbody th a").first.click()
    page.locator("section.panel").filter(has_text="还可以做").get_by_role("link", name="催办").click()
    form = page.locator(
        "form[action$='/remind/']"
    )  # the page's other forms know the texts too, until this one is there
    form.get_by_label("常用语").select_option(label="问候")
    form.get_by_role("button", name="插入“内容”").click()
    expect(form.get_by_label("内容").first).to_have_value("沅澧精密铸造您好。")
