"""A move changes the page where it stands: no new page, the same address, focus and words as without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.people import Person, fill
from tests.browser.test_desk import TITLE, registered
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Come = Callable[..., Person]
PROGRESS = {"内容": "推荐了12人"}


def mark(page: Page) -> None:
    page.evaluate("window.stands = true")


def stands(page: Page) -> bool:
    """Whether the page was never left since it was marked."""
    return bool(page.evaluate("window.stands === true"))


def test_a_move_changes_the_order_in_place_and_the_way_back_is_as_without_script(come: Come) -> None:
    life = registered(TITLE)
    page = come("zhou").finds(life.number).page
    mark(page)
    form = page.locator("section.panel form").first
    fill(form, {"分管领导": "赵志远"})
    form.get_by_role("button", name="派单", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已办“派单”")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_focused()
    expect(page).to_have_url(re.compile(rf"/orders/{life.number}/\?done=\d+$"))
    page.get_by_role("navigation", name="看哪些记录").get_by_role("link", name="仅期限").click()
    expect(page).to_have_url(re.compile("lines=limits"))  # what is pressed is focused before its part has come
    expect(page.get_by_role("link", name="仅期限")).to_be_focused()
    page.get_by_role("button", name="撤回（2分钟内）").click()
    expect(page.get_by_role("heading", name="下一步：派单")).to_be_visible()
    assert stands(page) and life.order.state == "registered"
    page.go_back()
    expect(page).to_have_url(re.compile("lines=limits"))
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()


def test_a_move_is_made_while_another_part_of_the_page_is_still_on_its_way(come: Come) -> None:
    life = registered(TITLE)
    page = come("zhou").finds(life.number).page
    form = page.locator("section.panel form").first
    fill(form, {"分管领导": "赵志远"})
    page.route("**/*lines=limits*", lambda route: None)  # it never comes
    page.get_by_role("navigation", name="看哪些记录").get_by_role("link", name="仅期限").click()
    form.get_by_role("button", name="派单", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已办“派单”")).to_be_visible()


def test_a_refusal_is_read_in_place_and_its_address_opens_the_form_again(come: Come) -> None:
    life = lives.begun().dispatched()
    handler = come("wang").opens(TITLE)
    mark(handler.page)
    handler.form("申请退单")
    life.wait(timedelta(days=12))
    handler.tries("申请退单", {"理由": "设备改造不归我们", "职责依据": "三定规定第六条"})
    expect(handler.page.get_by_role("alert").first).to_be_focused()
    handler.reads("没有“申请退单”", "设备改造不归我们")
    assert stands(handler.page)
    handler.page.get_by_role("alert").get_by_role("link", name="回到这张单").click()
    expect(handler.page.get_by_role("heading", level=1, name=TITLE)).to_be_focused()
    assert stands(handler.page)


def test_what_stands_half_written_in_the_other_form_is_there_after_the_first_was_sent(come: Come) -> None:
    lives.begun().accepted()
    handler = come("wang").opens(TITLE)
    fill(handler.form("反馈产业链党委"), {"反馈内容": "到岗12人，还缺18人。"})
    handler.does("反馈企业", {"办理结果": "已解决", "给企业的答复": "已推荐12人到岗。"})
    expect(handler.form("反馈产业链党委").get_by_label("反馈内容")).to_have_value("到岗12人，还缺18人。")


def test_a_file_that_is_too_large_is_said_beside_the_words_and_they_are_sent_again_without_it(
    come: Come, tmp_path: Path
) -> None:
    life = lives.begun().accepted()
    handler = come("wang").opens(TITLE)
    form = handler.form("写进展")
    large = tmp_path / "名册.pdf"
    large.write_bytes(b"%PDF-1.7\n" + bytes(21 * 1024 * 1024))
    form.get_by_label("照片或材料").set_input_files(large)
    handler.tries("写进展", PROGRESS)
    expect(handler.page.get_by_role("alert").filter(has_text="文件太大")).to_be_visible()
    expect(form.get_by_label("内容")).to_have_value("推荐了12人")
    form.get_by_label("照片或材料").set_input_files([])
    handler.does("写进展")
    expect(handler.page.get_by_role("alert")).to_have_count(0)
    assert life.order.last["verb"] == "progress"


def test_who_was_signed_out_meanwhile_is_led_to_the_door(come: Come) -> None:
    lives.begun().accepted()
    handler = come("wang").opens(TITLE)
    handler.form("写进展")
    handler.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    handler.tries("写进展", PROGRESS)
    expect(handler.page.get_by_role("heading", name="登录")).to_be_visible()
