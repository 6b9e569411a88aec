"""Every page of the office: readable in both colours, by a screen reader, at every width, in large text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bihuan.actions import notices
from tests.browser.conftest import PHONE
from tests.browser.eyes import sideways
from tests.browser.people import Person
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Come = Callable[..., Person]
TITLE = "数控操作工缺口30人"
WIDTHS = (320, 390, 768, 1024, 1366)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# Pages by whose they are; {n} is an order on its way, {new} one that waits to be dispatched.
PAGES = {
    "zhou": ("/mine/", "/orders/desk/", "/orders/?view=open", "/orders/{n}/", "/orders/{new}/merge/", "/orders/new/",
             "/orders/{n}/papers/", "/notices/", "/notices/unaccepted/", "/me/", "/status/"),
    "wang": ("/mine/", "/orders/{n}/", "/orders/{n}/ask_suspension/", "/orders/{n}/sheet/"),
    "zhao": ("/reports/", "/orders/{n}/decide_extension/", "/orders/{n}/papers/supervision_slip/"),
    "liufang": ("/mine/", "/orders/", "/orders/{n}/"),
    "wu": ("/network/", "/network/units/labour_bureau/", "/network/gaps/", "/network/people/wang/",
           "/network/posts/labour.handler/holder/", "/network/import/"),
    "wu at the setup": ("/setup/", "/setup/people/", "/setup/people/wang/", "/setup/programmes/",
                        "/setup/programmes/enterprise_order/", "/setup/calendar/", "/setup/documents/",
                        "/setup/notices/", "/setup/audit/"),
}  # fmt: skip


@pytest.fixture
def numbers(county: None) -> dict[str, str]:
    """Let there be orders in many states, so that pages have something to show."""
    new = lives.begun(title="流贷续贷").go("zhou", "register", category="finance", importance="light", urgency="calm")
    lives.begun(title="一句很长很长的话，说的是厂区门口那条路上的限高架低了二十厘米，大货车进出都要绕行八公里多的事")
    lives.begun(title="招5名叉车工").accepted().answered().invited()
    asked = lives.begun().accepted().answered("先去了两家技校。", "partly_solved").go("zhou", "redo", reason="还没办成")
    sent = lives.begun(title="招3名钳工").dispatched()
    sent.wait(timedelta(minutes=5))
    notices.tell(now=sent.now)
    asked.go("wang", "ask_extension", until="2022-11-25", reason="技校十一月底才有毕业生")
    return {"n": asked.number, "new": new.number}


def look_at(page: Page, path: str, numbers: dict[str, str]) -> None:
    answer = page.goto(path.format(**numbers))
    assert answer and answer.status == 200, path
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


@pytest.mark.parametrize("who", list(PAGES))
def test_a_page_fits_every_width_and_a_screen_reader_meets_no_obstacle(
    come: Come, numbers: dict[str, str], who: str
) -> None:
    page = come(who.split()[0]).page
    wide, faults = {}, []
    for path in PAGES[who]:
        look_at(page, path, numbers)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 850})
            if out := sideways(page):
                wide[f"{path} {width}"] = out
        for theme, options in (("light", RULES), ("dark", CONTRAST)):
            page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
            found = Axe().run(page, options=options)
            if found.violations_count:
                faults.append(f"{path} {theme}\n{found.generate_report()}")
    assert wide == {}
    assert not faults, "\n".join(faults)


def test_an_order_in_a_telephones_list_takes_three_lines(come: Come, numbers: dict[str, str]) -> None:
    page = come("zhou", "phone").page
    look_at(page, "/orders/?view=open", numbers)
    card = page.locator("tbody tr").filter(has=page.locator(".light")).first
    places = {name: card.locator(f'td[data-l="{name}"]').bounding_box() for name in ("企业", "单号", "期限", "部门")}
    title = card.get_by_role("rowheader").bounding_box()
    assert title and all(places.values())
    top = {name: round(box["y"] + box["height"] / 2) for name, box in places.items() if box}
    assert title["y"] + title["height"] <= top["企业"] < top["期限"]
    assert abs(top["企业"] - top["单号"]) <= 4 and abs(top["期限"] - top["部门"]) <= 4
    whole = card.bounding_box()
    assert whole and whole["height"] - title["height"] < 4 * 24  # two lines and the padding, however long the title


def test_values_of_a_telephones_card_run_on_behind_their_labels(come: Come, numbers: dict[str, str]) -> None:
    page = come("he", "phone").page
    look_at(page, "/ledger/", numbers)
    card = page.locator("tbody tr").filter(has=page.locator('td[data-l="今年以来"]')).first
    places = [card.locator(f'td[data-l="{name}"]').bounding_box() for name in ("本月", "今年以来", "其中补记")]
    assert all(places) and len({round(box["y"]) for box in places if box}) == 1
    for path in ("/duties/", "/ledger/", "/status/", "/notices/"):
        look_at(page, path, numbers)
        out = "() => [...document.querySelectorAll('td[data-l]')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
        assert page.evaluate(out) == 0, path
        assert sideways(page) == []


def test_names_to_open_stand_two_abreast_on_a_telephone_and_a_finger_finds_each(
    come: Come, numbers: dict[str, str]
) -> None:
    page = come("he", "phone").page
    look_at(page, "/duties/covered/", numbers)
    names = page.locator(".links.cols2 a")
    first, second = names.nth(0).bounding_box(), names.nth(1).bounding_box()
    assert first and second and first["y"] == second["y"] and first["height"] >= 36
    page.set_viewport_size({"width": 320, "height": 700})
    assert sideways(page) == []


def test_the_orders_of_a_list_begin_in_the_upper_half_of_a_telephone(come: Come, numbers: dict[str, str]) -> None:
    page = come("zhou", "phone").page
    look_at(page, "/orders/?view=open", numbers)
    first = page.locator("tbody tr").first.bounding_box()
    assert first and first["y"] < PHONE["height"] / 2
    page.get_by_text("更多条件").click()
    expect(page.locator("#f-category")).to_be_visible()
    assert sideways(page) == []


def test_a_long_condition_of_a_list_breaks_instead_of_widening_a_small_page(
    come: Come, numbers: dict[str, str]
) -> None:
    page = come("zhou", "phone").page
    page.set_viewport_size({"width": 320, "height": 700})
    states = "submitted,registered,dispatched,in_progress,suspended,replied,checked,rectifying,closed"
    look_at(page, f"/orders/?view=all&type=enterprise_request&state={states}", numbers)
    expect(page.get_by_role("link", name="待受理、待派单")).to_be_visible()
    assert sideways(page) == []


def test_a_long_name_of_a_programme_is_cut_and_the_products_own_name_stays_whole(come: Come) -> None:
    page = come("zhou", "phone").page
    page.goto("/mine/")
    page.locator(".where b").evaluate(
        "e => { e.textContent = 'Enterprise orders along industrial chains ' + e.textContent }"
    )
    brand, where = page.locator(".brand"), page.locator(".where b")
    assert brand.evaluate("e => e.scrollWidth <= e.clientWidth && getComputedStyle(e).whiteSpace") == "nowrap"
    assert where.evaluate("e => e.scrollWidth > e.clientWidth && getComputedStyle(e).textOverflow") == "ellipsis"
    assert sideways(page) == []


def test_dark_colours_stay_from_page_to_page_until_switched_off(come: Come) -> None:
    desk = come("zhou")
    desk.page.get_by_role("link", name="深色").click()
    desk.goes_to("工单")
    dark = "() => getComputedStyle(document.body).backgroundColor"
    assert desk.page.evaluate(dark) == "rgb(18, 23, 29)"
    desk.page.get_by_role("link", name="浅色").click()
    assert desk.page.evaluate(dark) != "rgb(18, 23, 29)"


def test_large_text_enlarges_the_office_and_hides_nothing(come: Come, numbers: dict[str, str]) -> None:
    desk = come("zhou")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before = desk.page.locator("body").evaluate(size)
    desk.page.get_by_role("link", name="大字").click()
    assert desk.page.locator("body").evaluate(size) >= before * 1.2
    for path in PAGES["zhou"]:
        look_at(desk.page, path, numbers)
        for width in (320, 1366):
            desk.page.set_viewport_size({"width": width, "height": 850})
            assert sideways(desk.page) == [], (path, width)
    desk.page.get_by_role("navigation", name="个人").get_by_role("link", name="标准字").click()
    assert desk.page.locator("body").evaluate(size) == before


def test_what_is_pressed_on_a_telephone_is_large_enough(come: Come, numbers: dict[str, str]) -> None:
    page = come("wang", "phone").page
    low = """() => Array.from(document.querySelectorAll(
      'main .btn:not(.btn-s), main .task .btn, main .pick span, main select, main textarea, .tabs a'))
      .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.textContent.trim())"""
    for path in PAGES["wang"][:3]:
        look_at(page, path, numbers)
        assert page.evaluate(low) == [], path


def test_a_list_on_a_telephone_begins_with_its_orders(come: Come, numbers: dict[str, str]) -> None:
    page = come("zhou", "phone").page
    page.goto("/orders/?view=open")
    expect(page.locator("#f-category")).to_be_hidden()
    first = page.get_by_role("rowheader").first.bounding_box()
    assert first and first["y"] < PHONE["height"]
    page.get_by_text("更多条件").click()
    page.locator("#f-category").select_option(label="融资")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)


def test_a_list_is_printed_as_a_table_on_a_sheet_that_lies_across(come: Come, numbers: dict[str, str]) -> None:
    page = come("zhou").page
    for path in ("/orders/?view=open", "/notices/unaccepted/"):
        look_at(page, path, numbers)
        boxes = [box.split() for box in re.findall(rb"/MediaBox \[([^\]]*)\]", page.pdf(prefer_css_page_size=True))]
        assert boxes and all(float(box[2]) > float(box[3]) for box in boxes), path
    page.set_viewport_size({"width": 600, "height": 800})  # what is left of a sheet between its margins
    look_at(page, "/orders/?view=open", numbers)
    shown = "e => getComputedStyle(e).display"
    assert page.locator("table.cards td").first.evaluate(shown) != "table-cell"
    page.emulate_media(media="print")
    assert page.locator("table.cards td").nth(1).evaluate(shown) == "table-cell"
