"""简报 before a real screen: written by a button, every number opened beside the paper, signed, printed on A4."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from bihuan.store.models import Brief
from tests.actions.test_briefs import NOW, issued, place, solved
from tests.browser.eyes import sideways
from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 20


def three() -> None:
    with transaction.atomic():
        for _n in range(3):
            solved(NOW.replace(day=20))


def opens_every_number(page: Page) -> int:
    """Click every number of the paper; the pane says the same and lists its records. Return how many there were."""
    numbers = page.locator("#paper a.fig")
    for n in range(numbers.count()):
        number = page.locator("#paper a.fig").nth(n)
        says, what = number.inner_text(), str(number.get_attribute("title"))
        number.click()
        expect(page.locator("#pane h2")).to_contain_text(f"{what} {says}")
        expect(page.locator("#paper a.fig").nth(n)).to_have_attribute("aria-current", "true")
        if re.fullmatch(r"\d+", says):
            expect(page.locator("#pane tbody tr")).to_have_count(min(int(says), MOST))
    return numbers.count()


def test_the_brief_of_a_period_is_written_by_a_button_and_opens_every_number(
    county: None, come: Callable[..., Person]
) -> None:
    three()
    page = come("he").goes_to("报表").page
    page.get_by_role("link", name="简报", exact=True).click()
    page.get_by_label("到", exact=True).fill("2022-09-29")
    page.get_by_role("button", name="写出草稿").click()
    expect(page.locator("#paper")).to_contain_text("解决融资、招工、物流等问题3个")
    assert opens_every_number(page) >= 12
    assert page.locator("#pane a.mono").count() or page.locator("#pane tbody").count() == 0
    report = Axe().run(page)
    assert report.violations_count == 0, report.generate_report()
    page.get_by_role("link", name="改文字和写法").click()
    page.get_by_label("第1段").fill("今年解决98个问题。")
    page.get_by_role("button", name="存下").click()
    expect(page.get_by_role("alert")).to_contain_text("“98个”是手写的数")
    page.get_by_label("第1段").fill("今年解决问题【1：98】个。")
    page.get_by_role("button", name="存下").click()
    expect(page.locator("#paper")).to_contain_text("今年解决问题3个。")
    page.get_by_role("button", name="送审核").click()
    expect(page.locator(".head")).to_contain_text("现在轮到分管领导")
    for who, button in (("zhao", "送签发"), ("luo", "签发并冻结")):
        other = come(who).page
        other.goto(page.url.partition("?")[0])
        other.get_by_role("button", name=button).click()
        expect(other.get_by_role("status")).to_be_visible()
    page.reload()
    expect(page.locator("#paper")).to_contain_text("第1期")
    assert Brief.objects.get().number == 1


def test_without_script_a_number_of_an_issued_brief_opens_its_frozen_records(
    county: None, come: Callable[..., Person]
) -> None:
    three()
    with transaction.atomic():
        brief = issued(NOW)
    page = come("luo", "plain").page
    page.goto(f"/reports/briefs/{brief.id}/")
    page.locator(f"#n{place(brief, 'eo_solved')}").click()
    expect(page.locator("#pane")).to_contain_text("现在仍为3个，无变动")
    expect(page.locator("#pane tbody tr")).to_have_count(3)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_paper_fits_the_screen_and_a_telephone_shows_the_records_over_it(
    county: None, come: Callable[..., Person], size: str
) -> None:
    three()
    with transaction.atomic():
        brief = issued(NOW)
    page = come("luo", size).page
    for part in ("", f"?figure={place(brief, 'eo_solved')}", "now/", "figures/1/"):
        page.goto(f"/reports/briefs/{brief.id}/{part}")
        assert sideways(page) == [], part
        report = Axe().run(page)
        assert report.violations_count == 0, report.generate_report()
    if size == "phone":
        page.goto(f"/reports/briefs/{brief.id}/?figure={place(brief, 'eo_solved')}")
        expect(page.locator("#pane tbody tr").first).to_be_in_viewport()
        page.get_by_role("link", name="收起").click()
        expect(page.locator("#pane")).to_contain_text("点一个数")
