"""现场测评 before real screens: from the code on the wall to the rectification order, with the network going away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from bihuan.actions import reviews
from bihuan.store.models import Ballot
from bihuan.store.reviews import of_token
from tests.actions.test_reviews import CRITERIA, HEADS, WATCH, opened, votes
from tests.browser.conftest import SIZES
from tests.browser.eyes import sideways
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def scores(page: Page, step: str) -> None:
    """Tap the same step for everything and go on."""
    for group in page.locator("fieldset.score").all():
        group.get_by_role("radio", name=step).check()
    page.get_by_role("button", name="保存，下一家").click()


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    return [one["id"] for one in found.response["violations"]]


def test_a_meeting_is_played_from_the_code_to_the_rectification_order(
    county: None, come: Callable[..., Person], screen: Callable[..., Page]
) -> None:
    chair = come("zhou").goes_to("评议").page
    chair.get_by_label("名称").fill("三季度面对面测评会")
    chair.get_by_label("主办").select_option(label="装备制造产业链党委")
    for other in ("自然资源局",):
        chair.get_by_label(other).uncheck()
    chair.get_by_label("企业负责人票数").fill("8")
    chair.get_by_label("营商环境监督员票数").fill("5")
    chair.get_by_role("button", name="开始", exact=True).click()
    expect(chair.get_by_role("img", name="企业负责人的二维码")).to_be_visible()
    assert faults(chair) == []
    address = chair.get_by_role("link", name="/s/").first.get_attribute("href")
    assert address
    for _ in range(5):
        phone = screen(**SIZES["phone"])
        phone.goto(address)
        phone.get_by_role("button", name="领票，开始打分").click()
        expect(phone.get_by_role("heading", name="人社局")).to_be_visible()
        assert sideways(phone) == []
        assert phone.locator("input:checked").count() == 0
        scores(phone, "很差")
        expect(phone.get_by_role("heading", name="科技产业局")).to_be_visible()
        phone.get_by_role("link", name="跳过").click()
        expect(phone.get_by_role("heading", name="财政局")).to_be_visible()
        scores(phone, "很好")
        expect(phone.get_by_text("已打2家，共3家")).to_be_visible()
    assert faults(phone) == []
    phone.get_by_role("link", name="人社局").click()
    expect(phone.locator("input:checked")).to_have_count(5)
    assert faults(phone) == []
    chair.get_by_role("link", name="刷新票数").click()
    expect(chair.get_by_text("已打5张")).to_be_visible()
    chair.locator("#close details summary").click()
    chair.get_by_label("沅澧精密铸造").check()
    chair.get_by_label("营商环境监督员人数").fill("0")
    chair.get_by_label("佐证").set_input_files({"name": "签到.txt", "mimeType": "text/plain", "buffer": "5家".encode()})
    chair.get_by_role("button", name="结束测评").click()
    expect(chair.get_by_text("票和链接已经分开")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="测评已经结束")).to_be_visible()
    chair.get_by_role("button", name="公布结果").click()
    row = chair.get_by_role("row").filter(has=chair.get_by_role("rowheader", name="人社局"))
    expect(row).to_contain_text("需整改")
    expect(chair.get_by_role("row").filter(has_text="科技产业局")).to_contain_text("不足5票，不公布")
    assert faults(chair) == []
    chair.get_by_label("人社局 测评整改：解决实效").check()
    chair.get_by_label("分管领导").select_option(index=1)
    chair.get_by_role("button", name="派出勾选的整改单").click()
    expect(chair.get_by_role("status")).to_contain_text("已派出整改单：QD2022-0001")
    handler = come("wang", "phone").page
    handler.goto("/orders/QD2022-0001/")
    expect(handler.get_by_role("heading", level=1, name="测评整改：解决实效")).to_be_visible()
    handler.get_by_role("link", name="CP-2022-0001").first.click()
    expect(handler.get_by_role("heading", name="测评结果")).to_be_visible()
    expect(handler.get_by_role("row").filter(has_text="财政局")).to_have_count(0)
    assert sideways(handler) == []


def taken(held: Any) -> str:
    found = reviews.opened(reviews.hall(held, HEADS))
    assert found is not None
    return reviews.take(found=found, units=frozenset())


def test_answers_wait_on_the_phone_while_the_network_is_away(county: None, phone: Page) -> None:
    with transaction.atomic():
        token = taken(opened())
    phone.goto(f"/s/{token}/")
    phone.context.set_offline(True)
    scores(phone, "较好")
    expect(phone.get_by_role("heading", name="财政局")).to_be_visible()
    expect(phone.get_by_role("status")).to_contain_text("待传1家")
    assert not Ballot.objects.exclude(answers="").exists()
    phone.context.set_offline(False)
    expect(phone.get_by_role("status")).to_be_hidden()
    found = of_token(token)
    assert found is not None
    assert found.answers == {"labour_bureau": dict.fromkeys(CRITERIA, "good")}
    assert phone.evaluate("localStorage.length") == 0


def test_what_was_tapped_before_the_script_came_is_kept(county: None, phone: Page) -> None:
    with transaction.atomic():
        token = taken(opened())
    late: list[Route] = []
    phone.route("**/score*.js", lambda route: late.append(route))
    phone.goto(f"/s/{token}/", wait_until="commit")
    first = phone.locator("fieldset.score").first.get_by_role("radio", name="很差")
    first.check()
    late[0].continue_()
    phone.wait_for_load_state("load")
    expect(first).to_be_checked()


def test_a_ballot_works_without_script(county: None, screen: Callable[..., Page]) -> None:
    with transaction.atomic():
        held = opened()
        token = taken(held)
        votes(held, "labour_bureau", ["good"], WATCH)
    page = screen(**SIZES["phone"], **SIZES["plain"])
    page.goto(f"/s/{token}/")
    scores(page, "一般")
    expect(page.get_by_role("heading", name="财政局")).to_be_visible()
    page.get_by_role("link", name="跳过").click()
    expect(page.get_by_role("heading", name="打过的")).to_be_visible()
    expect(page.get_by_role("link", name="人社局")).to_contain_text("60.0分")
