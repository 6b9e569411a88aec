"""The manual before a reader: found from the page it is about, and on paper one side of A4 in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from bihuan.web import manuals
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHEET = re.compile(rb"/Type /Page\b(?!s)")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_manual_page_is_one_side_of_a4(come: Callable[..., Person], live_server: Any, language: str) -> None:
    page = come("zhou").page
    page.context.add_cookies([{"name": "bihuan_language", "value": language, "url": live_server.url}])
    sheets = {}
    for key in manuals.kinds():
        page.goto(f"/help/{key}/")
        assert page.locator("html").get_attribute("lang") == {"zh-hans": "zh-CN", "en": "en"}[language]
        sheets[key] = len(SHEET.findall(page.pdf(prefer_css_page_size=True)))
    assert {key: n for key, n in sheets.items() if n != 1} == {}


def test_help_stands_in_the_header_at_a_desk_and_under_ones_name_on_a_telephone(come: Callable[..., Person]) -> None:
    desk = come("zhou").page
    desk.goto("/orders/desk/")
    desk.locator(".top").get_by_role("link", name="帮助").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("派单台")
    phone = come("zhou", "phone").page
    phone.goto("/me/")
    expect(phone.locator(".top").get_by_role("link", name="帮助")).to_be_hidden()
    phone.locator("main").get_by_role("link", name="帮助").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("帮助")
