"""Needs, investments and platforms: each kind of order is opened and moved on to its end before real screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.browser.eyes import sideways
from tests.browser.people import Person, fill
from tests.browser.test_pages import CONTRAST, RULES
from tests.stories.player import more_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Come = Callable[..., Person]


@pytest.fixture(autouse=True)
def more(county: None) -> None:
    """Let there be a chamber with its secretary and an investment officer."""
    with transaction.atomic():
        more_cast()


def fits(page: Page) -> None:
    """Let the page fit its window and be without obstacles, in light and dark."""
    assert sideways(page) == [], page.url
    for theme, options in (("light", RULES), ("dark", CONTRAST)):
        page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
        found = Axe().run(page, options=options)
        assert not found.violations_count, f"{page.url} {theme}\n{found.generate_report()}"


def opened(person: Person, kind: str, answers: dict[str, str]) -> str:
    """Open an order of a kind by its own form and return its number."""
    page = person.page
    page.goto("/orders/")
    page.locator(f'a[href^="/orders/new/{kind}/"]').first.click()
    fits(page)
    form = page.locator("main form")
    fill(form, answers)
    form.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(list(answers.values())[1])
    fits(page)
    return page.url.rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_need_is_put_by_the_firm_shared_by_the_chamber_matched_and_finished(come: Come, size: str) -> None:
    firm, chamber, investor = come("liufang", size), come("guorui", size), come("xu", size)
    need = {"企业": "沅澧精密铸造", "一句话说清": "找减速机壳体铸件", "需求": "找供应", "产品或服务": "减速机壳体铸件"}
    number = opened(firm, "supply_match", need)
    chamber.page.goto(f"/orders/{number}/")
    chamber.does("反馈招商部门", {"内容": "请先在链内找"})
    investor.page.goto(f"/orders/{number}/")
    investor.does("链内配上", {"配套企业": "沅澧精密铸造", "对接结果": "签了全年框架合同"})
    fits(investor.page)
    chamber.page.goto(f"/orders/{number}/")
    chamber.does("办结")
    expect(chamber.page.get_by_role("main")).to_contain_text("已办结")
    fits(chamber.page)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_investment_goes_from_its_lead_to_production(come: Come, size: str) -> None:
    officer = come("xu", size)
    lead = {"产业链": "装备制造产业链党委", "项目名称": "精密轴承生产线", "意向投资": "2亿元"}
    number = opened(officer, "investment_lead", lead)
    officer.does("开始洽谈", {"内容": "谈用地和设备补贴"})
    officer.tries("签约", {"签约金额": "1.8亿元"})
    expect(officer.page.get_by_role("alert").first).to_contain_text("签约日期")
    officer.page.goto(f"/orders/{number}/")
    officer.does("签约", {"签约金额": "1.8亿元", "签约日期": "2022-09-29"})
    officer.does("开工", {"开工日期": "2022-09-29"})
    officer.does("投产", {"投产日期": "2022-09-29"})
    fits(officer.page)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_platform_is_applied_for_and_recognised_by_a_paper(come: Come, size: str) -> None:
    officer = come("chen", size)
    platform = {
        "企业": "沅澧精密铸造",
        "平台名称": "精密铸造工程技术研究中心",
        "平台类别": "工程技术研究中心",
        "级别": "省级",
    }
    number = opened(officer, "platform_application", platform)
    officer.does("报出", {"申报日期": "2022-09-29"})
    officer.tries("认定", {"认定日期": "2022-09-29"})
    expect(officer.page.get_by_role("alert").first).to_contain_text("认定文件")
    officer.page.goto(f"/orders/{number}/")
    officer.does("认定", {"认定日期": "2022-09-29", "认定文件": "认定通知"})
    fits(officer.page)
