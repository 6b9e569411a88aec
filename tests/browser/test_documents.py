"""文书 before a real screen: a leader signs between two meetings, the department confirms, the sheet fits the paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Locator, expect

from tests.browser.eyes import sideways
from tests.browser.people import Person
from tests.web.lives import Life, begun

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def overdue() -> Life:
    """Return an order that the labour bureau took on and let run out."""
    with transaction.atomic():
        return begun().accepted().wait(timedelta(days=40))


def test_a_leader_signs_a_supervision_slip_on_a_telephone_in_three_taps(
    county: None, come: Callable[..., Person]
) -> None:
    life = overdue()
    leader = come("zhao", "phone")
    taps: list[str] = []

    def tap(what: Locator) -> None:
        taps.append(str(what))
        what.tap()

    page = leader.page
    tap(page.get_by_role("navigation", name="主导航").get_by_role("link", name="报表"))
    tap(page.get_by_role("link", name="签督办单").first)
    expect(page.get_by_role("textbox", name="督办要求")).to_have_value(re.compile("^11月11日前书面反馈办理结果"))
    assert sideways(page) == []
    expect(page.get_by_role("button", name="签发")).to_be_in_viewport()
    tap(page.get_by_role("button", name="签发"))
    expect(page.get_by_role("status").filter(has_text="督办单 链督〔2022〕1号已签发，已送达人社局")).to_be_visible()
    assert len(taps) == 3
    assert life.order.supervised


def test_the_department_confirms_the_paper_it_was_sent(county: None, come: Callable[..., Person]) -> None:
    life = overdue()
    leader = come("zhao")
    leader.page.goto(f"/orders/{life.number}/papers/")
    leader.page.get_by_role("link", name="督办单……").click()
    leader.page.get_by_role("textbox", name="督办要求").fill("三日内说明原因。")
    leader.page.get_by_role("button", name="签发").click()
    leader.reads("已送达，未签收")
    head = come("hebing", "phone")
    head.page.goto(f"/orders/{life.number}/papers/")
    head.page.get_by_role("link", name="督办单 链督〔2022〕1号").click()
    head.reads("三日内说明原因。").page.get_by_role("button", name="签收").click()
    expect(head.page.get_by_role("status").filter(has_text="已签收")).to_be_visible()
    leader.page.reload()
    leader.reads("何兵 11月8日")


PLACES = {
    "zhao": ("/orders/{n}/papers/supervision_slip/",),
    "zhou": ("/orders/{n}/papers/", "/documents/", "/documents/new/?kind=task_list&about=labour_bureau"),
    "wu": ("/setup/documents/", "/setup/documents/enterprise_order/enterprise_request/task_list/"),
}


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_of_papers_can_be_read_by_all(size: str, county: None, come: Callable[..., Person]) -> None:
    life = overdue()
    for who, places in PLACES.items():
        page = come(who, size).page
        for place in places:
            page.goto(place.format(n=life.number))
            found = Axe().run(page)
            assert found.violations_count == 0, (place, found.generate_report())
            assert sideways(page) == []


@pytest.mark.smoke
def test_the_printed_sheet_shows_the_paper_alone(county: None, come: Callable[..., Person]) -> None:
    life = overdue()
    page = come("zhao", "plain").page
    page.goto(f"/orders/{life.number}/papers/supervision_slip/")
    page.get_by_role("button", name="签发").click()
    page.emulate_media(media="print")
    expect(page.locator("article.doc")).to_be_visible()
    for gone in (".top", ".rail", ".head", "main .panel", ".btn"):
        for one in page.locator(gone).all():
            expect(one).to_be_hidden()
    assert "（加盖公章处）" not in page.locator(".doc .stamp").evaluate("e => getComputedStyle(e, '::after').content")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= 1
