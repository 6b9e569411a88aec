"""台账 before a real screen: an entry on a telephone, a block pasted into the grid, and every page can be read by all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import expect

from bihuan.actions import ledger as actions
from bihuan.core.permission import SYSTEM
from bihuan.store import ledger
from tests import cast
from tests.browser.eyes import sideways
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRID = "/ledger/enterprise_visit/2022-09-28/"
BLOCK = "沅澧精密铸造\t缺数控操作工\t2个\n善卷食品\t贷款\t0\n"
PASTE = """(element, text) => {
  var data = new DataTransfer();
  data.setData('text', text);
  element.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def some() -> str:
    """Make a few entries and return the number of the last."""
    with transaction.atomic():
        for n, (day, firm) in enumerate(
            (("2022-09-05", "foundry"), ("2022-09-26", "foundry"), ("2022-09-27", "shanjuan"))
        ):
            facts = {
                "unit": "equipment",
                "date": day,
                "enterprise": firm,
                "content": f"第{n + 1}次走访，谈用工",
                "issues": n,
            }
            made = actions.enter(actor=SYSTEM, programme="enterprise_order", activity="enterprise_visit", facts=facts,
                                 now=cast.NOW)  # fmt: skip
        actions.correct(actor=SYSTEM, number=made.number, facts={**facts, "issues": 3}, reason="漏了一个", now=cast.NOW)
    return made.number


def test_an_officer_enters_a_visit_on_a_telephone_and_turns_what_was_raised_into_an_order(
    county: None, come: Callable[..., Person]
) -> None:
    page = come("chen", "phone").goes_to("台账").page
    page.get_by_role("link", name=re.compile("^记一条.*联企走访")).click()
    assert sideways(page) == []
    page.get_by_label("企业", exact=True).select_option(label="沅澧精密铸造")
    page.get_by_label("谈了什么").fill("缺数控操作工")
    page.get_by_label("企业提出问题").fill("1家")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("“企业提出问题”数的是个，单位写错了")
    page.get_by_label("企业提出问题").fill("1")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已记入 TZ-2022-0001")
    page.get_by_role("link", name="转为工单").click()
    page.locator("#f-submit-title").fill("缺数控操作工30人")
    page.locator("#f-submit-category").select_option("recruitment")
    page.locator("#f-submit-facts").fill("旺季缺30人。")
    page.get_by_role("button", name="转为工单").click()
    expect(page.get_by_role("status").first).to_contain_text("已转为工单")


def test_a_block_from_a_spreadsheet_goes_cell_by_cell_into_the_grid(county: None, come: Callable[..., Person]) -> None:
    page = come("chen").page
    page.goto(GRID)
    first = page.get_by_label("装备制造产业链党委 企业", exact=True).first
    first.evaluate(PASTE, BLOCK)
    expect(first).to_have_value("沅澧精密铸造")
    page.locator("#f-issues-1").press("Enter")
    expect(page.locator("#f-issues-2")).to_be_focused()
    expect(page.locator("#f-issues-2")).to_have_value("0")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已记2条")
    assert ledger.by_number("TZ-2022-0002", seen_by=SYSTEM).fields["enterprise"] == "shanjuan"


def test_the_grid_works_without_script(county: None, come: Callable[..., Person]) -> None:
    page = come("chen", "plain").page
    page.goto(GRID)
    page.locator("#f-enterprise-1").fill("沅澧精密铸造")
    page.locator("#f-content-1").fill("缺工")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已记1条")


PLACES = ("/ledger/", "/ledger/enterprise_visit/", "/ledger/enterprise_visit/new/", "/ledger/{n}/",
          "/ledger/{n}/correct/", "/ledger/{n}/order/", GRID, "/ledger/enterprise_visit/import/",
          "/ledger/half_month_meeting/new/")  # fmt: skip


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_every_page_of_the_ledger_can_be_read_by_all(
    size: str, county: None, come: Callable[..., Person], request: pytest.FixtureRequest
) -> None:
    number = some()
    page = come("chen", size).page
    for place in PLACES:
        if "half_month" in place:
            page = come("shen", size).page
        page.goto(place.format(n=number))
        found = Axe().run(page)
        assert found.violations_count == 0, (place, found.generate_report())
        assert sideways(page) == [], place
