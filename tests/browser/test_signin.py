"""The door, as a browser shows it: at the desk, on the phone and without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.eyes import sideways

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.smoke
@pytest.mark.parametrize("kind", ["desk", "phone", "plain"])
def test_the_sign_in_page_can_be_filled_in_anywhere(kind: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(kind)
    page.goto("/in/")
    expect(page.locator("input[name=login]")).to_be_visible()
    expect(page.locator("input[name=password]")).to_be_visible()
    assert sideways(page) == []


def test_a_wrong_password_gets_a_sentence_and_keeps_the_name(desk: Page) -> None:
    desk.goto("/in/")
    desk.fill("input[name=login]", "nobody")
    desk.fill("input[name=password]", "not the right one")
    desk.press("input[name=password]", "Enter")
    expect(desk.get_by_text("用户名或密码不对", exact=False).first).to_be_visible()
    expect(desk.locator("input[name=login]")).to_have_value("nobody")


@pytest.mark.parametrize("kind", ["desk", "phone"])
def test_a_screen_reader_finds_nothing_to_stumble_over_at_the_door(kind: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(kind)
    page.goto("/in/")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
