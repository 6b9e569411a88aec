"""看板: on a desk and on a telephone a mark of a chart leads to its records, and no page moves sideways."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.eyes import sideways
from tests.browser.test_desk import Come, registered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1366, 390])
def test_a_mark_of_a_chart_leads_to_its_records(come: Come, width: int) -> None:
    for title in ("招12名焊工", "招30名缝纫工"):
        registered(title)
    page = come("zhou").goes_to("报表").page
    page.set_viewport_size({"width": width, "height": 850})
    assert sideways(page) == []
    tray = page.locator("section.panel", has_text="停在哪一环")
    mark = tray.get_by_role("link", name=re.compile("待派单：2件"))
    expect(mark).to_have_count(1)
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("共2件")
    page.go_back()
    tray.get_by_text("看数表").click()
    tray.get_by_role("row", name="待派单").get_by_role("link", name="2").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共2件")
