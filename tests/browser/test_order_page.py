"""工单页 in a browser: the handler writes, attaches and answers; nothing typed is lost; every page can be read by all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.store import attachments, drafts, people, versions
from tests import cast, lives
from tests.browser.eyes import sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = {"name": "名册.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n"}


def order_at(steps: Any) -> OrderState:
    cast.found()
    order, now = lives.played(steps)
    later = now + timedelta(minutes=1)
    versions.start_demonstration(iso(later), iso(datetime.now(later.tzinfo)), "常德经开区")
    return order


def enter(page: Page, person: str, path: str) -> None:
    people.give_account(person, person, "qing-feng-1022")
    page.goto(f"/in/?next={path}")
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill("qing-feng-1022")
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{path}")


def flawless(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(function (one) { one.open = true; })")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert sideways(page) == []


@pytest.mark.smoke
def test_a_handler_answers_with_a_paper_and_sees_what_comes_next(desk: Page) -> None:
    order = order_at(lives.ACCEPTED)
    enter(desk, "wang", f"/orders/{order.number}/")
    flawless(desk)
    form = desk.locator("form[action$='/reply_requester/']")
    form.get_by_role("radio", name="部分解决").check()
    form.get_by_label("给企业的答复").fill("第二批19人已办入职。")
    form.get_by_label("照片或材料").set_input_files(PDF)  # type: ignore[arg-type]
    form.get_by_role("button", name="反馈企业", exact=True).dblclick()
    expect(desk.get_by_role("status").first).to_contain_text("已办“反馈企业”")
    expect(desk.locator("#record li.new")).to_contain_text("第二批19人已办入职。")
    assert lives.again(order).seq == order.seq + 1
    assert [row["name"] for row in attachments.of_order(order.id, inner=True)] == ["名册.pdf"]


def test_what_is_typed_is_kept_when_the_page_is_left_and_offered_again(desk: Page) -> None:
    order = order_at(lives.ACCEPTED)
    path = f"/orders/{order.number}/progress/"
    enter(desk, "wang", path)
    desk.get_by_label("内容").fill("推荐了12人")
    desk.get_by_label("照片或材料").set_input_files(PDF)  # type: ignore[arg-type]
    with desk.expect_response("**/drafts/") as kept:
        desk.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert kept.value.status == 204
    assert drafts.of("wang", f"{order.number}:progress") is not None
    desk.goto(path)
    expect(desk.get_by_label("内容")).to_have_value("推荐了12人")


def test_a_faulty_form_shows_its_faults_first_and_leads_to_the_field(desk: Page) -> None:
    order = order_at(lives.ACCEPTED)
    enter(desk, "wang", f"/orders/{order.number}/ask_extension/")
    desk.get_by_label("理由").fill("等实习班")
    desk.get_by_role("button", name="申请延期", exact=True).click()
    expect(desk).to_have_title("有1处要改：申请延期 QD2022-0001 · 闭环")
    expect(desk.get_by_role("alert")).to_be_focused()
    flawless(desk)
    desk.get_by_role("link", name="请选延期至").click()
    expect(desk.get_by_label("延期至")).to_be_focused()
    expect(desk.get_by_label("理由")).to_have_value("等实习班")


def test_the_page_is_whole_on_a_telephone_and_without_script(phone: Page, plain: Page) -> None:
    order = order_at([lives.REGISTER])
    enter(phone, "zhou", f"/orders/{order.number}/")
    flawless(phone)
    phone.set_viewport_size({"width": 320, "height": 640})
    assert sideways(phone) == []
    enter(plain, "zhou", f"/orders/{order.number}/")
    plain.get_by_label("分管领导").select_option("zone.supervisor")
    plain.get_by_role("button", name="派单", exact=True).click()
    expect(plain.get_by_text("已办“派单”，现在是“待接单”。")).to_be_visible()
    plain.get_by_role("button", name="撤回（2分钟内）").click()
    expect(plain.get_by_role("heading", name="下一步：派单")).to_be_visible()
