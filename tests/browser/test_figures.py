"""A figure before real screens: from a mark of the board to its records and an order, as of a moment, why it moved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from tests import cast
from tests import lives as played
from tests.browser.test_kinds import Come, fits
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOLVED = (*played.CHECKED, played.GOOD, played.CLOSE)


@pytest.fixture(autouse=True)
def solved(county: None) -> None:
    """Let one order have been solved three weeks ago and one just now."""
    with transaction.atomic():
        played.played(SOLVED, cast.NOW - timedelta(days=30))
        _order, now = played.played(SOLVED)
        lives.set_clock(now)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_number_of_the_board_opens_its_records_and_one_of_them_its_order(come: Come, size: str) -> None:
    page = come("luo", size).goes_to("报表").page
    mark = page.locator('svg a[href*="/eo_requests/?from=2022-08-01"]').first
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("组成这个数的1条"))).to_be_visible()
    page.go_back()
    page.locator('a[href*="/reports/figures/"]', has_text=re.compile("^2$")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("2[件个]"))
    records = page.get_by_role("link", name=re.compile(r"^QD2022-\d+$"))
    expect(records).to_have_count(2)
    fits(page)
    number = records.first.inner_text()
    records.first.click()
    expect(page.locator(".head")).to_contain_text(number)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_figure_is_counted_as_of_a_moment_and_says_what_moved_it(come: Come, size: str) -> None:
    page = come("he", size).page
    page.goto("/reports/figures/enterprise_order/eo_closed/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2件")
    page.get_by_text("换时段、截至时刻、单位").click()
    page.get_by_label("截至").fill("2022-09-20T10:00")
    page.get_by_role("button", name="查", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1件")
    page.goto("/reports/figures/enterprise_order/eo_closed/")
    page.get_by_text("换时段、截至时刻、单位").click()
    page.get_by_label("与另一时刻相比").fill("2022-09-20T10:00")
    page.get_by_role("button", name="查", exact=True).click()
    moved = page.locator("section.panel", has_text="从1件到2件，差在哪里")
    expect(moved).to_contain_text("新计入")
    expect(moved).to_contain_text("销号")
    expect(page.locator("section.panel", has_text="印在哪里")).to_be_visible()
    fits(page)


def test_a_unit_is_exempt_from_what_the_network_must_have_and_the_page_fits(come: Come) -> None:
    for size in ("desk", "phone"):
        page = come("du", size).page
        page.goto("/network/gaps/")
        fits(page)
        page.locator("#chamber_per_chain").get_by_role("link").first.click()
        fits(page)
        page.get_by_label("为什么豁免").fill("产业链刚成立")
        page.get_by_label("豁免到哪天").fill("2022-12-31")
        page.get_by_role("button", name="豁免", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("已豁免，不计在应有里")
        fits(page)
        page.get_by_label("为什么收回").fill("商会成立了")
        page.get_by_role("button", name="收回", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("有0，至少1")
