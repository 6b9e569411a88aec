"""The search and the enterprise's list before a screen: found by hand, read on the telephone, in large type."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests import lives as played
from tests.browser.people import Person
from tests.browser.test_public import flawless

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_order_is_found_from_the_box_of_any_page(come: Callable[..., Person], size: str) -> None:
    played.played(played.ACCEPTED)
    office = come("zhou", size)
    if size == "phone":  # the head is narrow: the box is one tap away
        office.page.get_by_role("link", name="搜索", exact=True).click()
    box = office.page.get_by_role("searchbox", name="找什么" if size == "phone" else "查单号")
    box.fill("春节 操作")
    box.press("Enter")
    expect(office.page.get_by_role("heading", level=1, name="搜索")).to_be_visible()
    expect(office.page.locator("mark", has_text="春节")).to_be_visible()
    flawless(office.page)
    office.page.get_by_role("link", name="数控操作工缺口30人").click()
    expect(office.page.get_by_role("heading", level=1, name="数控操作工缺口30人")).to_be_visible()


def test_an_officer_gives_the_link_and_the_enterprise_reads_its_list(
    come: Callable[..., Person], screen: Callable[..., Page]
) -> None:
    with transaction.atomic():
        played.played((*played.CHECKED, played.GOOD, played.CLOSE), title="办好的一件")
        played.played(played.ACCEPTED, title="在办的一件")
    officer = come("chen", "phone")
    officer.page.goto("/network/units/foundry/")
    flawless(officer.page)
    officer.page.get_by_role("link", name="给企业看全部单的链接").click()
    officer.page.get_by_role("button", name="发一个链接").click()
    flawless(officer.page)
    address = officer.page.get_by_label("这家企业的链接").input_value()
    for large in (False, True):
        firm = screen(viewport={"width": 320, "height": 640}, has_touch=True)
        if large:
            firm.goto("/look/?size=large&next=/in/")
        firm.goto(address)
        expect(firm.get_by_text("共2件，已办1件")).to_be_visible()
        flawless(firm)
        size = firm.evaluate("parseFloat(getComputedStyle(document.querySelector('main .say p')).fontSize)")
        assert size >= (18 if large else 16)
    firm.get_by_role("link", name="在办的一件").click()
    expect(firm.get_by_text("人社局已接单")).to_be_visible()
    officer.page.get_by_role("button", name="停用").click()
    firm.goto(address)
    expect(firm.get_by_text("这个链接已经停用")).to_be_visible()
    flawless(firm)
