"""An enterprise's contact on the telephone: asks, follows, rates badly, sees it put right, rates again."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bihuan.actions import links
from bihuan.store import attachments
from tests import cast
from tests.browser.eyes import sideways
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/p/enterprise_order/new/"
PHONE = "13807360516"


def flawless(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert sideways(page) == []


def fill(page: Page) -> None:
    page.get_by_role("radio", name="招工").check()
    page.get_by_label("具体情况").fill("旺季订单排到春节，包装工缺40人。")
    page.get_by_label("单位名称").fill("善卷食品")
    page.get_by_label("联系人").fill("郭婷")
    page.get_by_label("手机号").fill(PHONE)


def asked(page: Page) -> lives.Life:
    """Submit the form on the page and return the order as a life."""
    page.get_by_role("button", name="提交这张单").click()
    expect(page).to_have_url(re.compile(r"/t/\w+/\?said=submitted"))
    page.wait_for_load_state()  # the script of this page forgets the draft
    actor = links.order_of(page.url.split("/t/")[1].split("/")[0])
    assert actor
    life = lives.Life(actor.order, "", cast.NOW)
    life.number = life.order.number
    return life


def rate(page: Page, level: str) -> None:
    page.get_by_role("radio", name=level, exact=True).check()
    page.get_by_label("联系手机号后四位").fill(PHONE[-4:])
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("评价已记下")).to_be_visible()


@pytest.mark.smoke
def test_an_order_goes_round_on_a_telephone(phone: Page) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto(NEW)
    fill(phone)
    life = asked(phone)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("已收到，最迟9月30日17:30受理")
    expect(phone.get_by_label("这张单的查询地址")).to_have_value(re.compile(r"http://.+/t/\w+/$"))
    flawless(phone)

    life.accepted()
    phone.goto(life.address)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("人社局已接单")

    life.answered("已推荐12人到岗。").invited()
    phone.reload()
    expect(phone.get_by_text("已推荐12人到岗。").first).to_be_visible()
    assert phone.locator("input[type=radio]:checked").count() == 0
    flawless(phone)
    phone.get_by_role("checkbox", name="太慢").check()
    rate(phone, "不满意")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("向您核实")

    life.go("zhou", "verify", agreed_bad="agree", text="属实。")
    phone.goto(life.address)
    expect(phone.get_by_role("heading", level=1)).to_contain_text("人社局正在按您的评价重办，最迟")
    flawless(phone)

    life.answered("又到岗9人。").invited()
    phone.reload()
    expect(phone.get_by_role("heading", name="重办后这样答复您")).to_be_visible()
    rate(phone, "满意")
    life.go("zhou", "close")
    phone.goto(life.address)
    expect(phone.get_by_role("img", name="闭环完成")).to_be_visible()
    assert [one["level"] for one in life.order.ratings] == ["unsatisfied", "satisfied"]


def test_a_mistake_is_seen_first_and_nothing_typed_is_lost(phone: Page) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto(NEW)
    fill(phone)
    phone.get_by_label("手机号").fill("1380736051")
    phone.get_by_role("button", name="提交这张单").click()
    alert = phone.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(phone.get_by_label("具体情况")).to_have_value("旺季订单排到春节，包装工缺40人。")
    flawless(phone)
    alert.get_by_role("link").click()
    expect(phone.get_by_label("手机号")).to_be_in_viewport()
    phone.get_by_label("手机号").fill(PHONE)
    asked(phone)


def test_what_was_half_filled_in_is_there_again_until_it_was_sent(phone: Page) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto(NEW)
    fill(phone)
    phone.goto("/in/")
    phone.goto(NEW)
    expect(phone.get_by_label("具体情况")).to_have_value("旺季订单排到春节，包装工缺40人。")
    expect(phone.get_by_role("radio", name="招工")).to_be_checked()
    asked(phone)
    phone.goto(NEW)
    expect(phone.get_by_label("具体情况")).to_have_value("")


def test_all_of_it_works_without_script(screen: Callable[..., Page]) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    page = screen(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(NEW)
    fill(page)
    life = asked(page)
    page.get_by_role("link", name="补充情况").click()
    page.get_by_label("有什么新情况").fill("又走了两个人")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_text("补充的情况已记下")).to_be_visible()
    page.get_by_role("link", name="撤回这张单").click()
    expect(page.get_by_text("这张单就此结束")).to_be_visible()
    page.get_by_label("联系手机号后四位").fill(PHONE[-4:])
    page.get_by_role("button", name="撤回这张单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("您已撤回")
    assert life.order.state == "withdrawn"


def test_a_large_photo_is_made_smaller_on_the_telephone(phone: Page, tmp_path: Any) -> None:
    cast.found()
    lives.set_clock(cast.NOW)
    phone.goto(NEW)
    # Noise does not compress: the browser itself draws a picture of several megabytes.
    heavy = phone.evaluate(
        """async () => {
          const canvas = document.createElement('canvas'); canvas.width = 2400; canvas.height = 1800;
          const pen = canvas.getContext('2d'), noise = pen.createImageData(2400, 1800);
          for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : (i * 2654435761 >>> 7) & 255;
          pen.putImageData(noise, 0, 0);
          const made = await new Promise(done => canvas.toBlob(done, 'image/jpeg', 1));
          return await new Promise(done => {
            const reader = new FileReader();
            reader.onload = () => done(reader.result.split(',')[1]);
            reader.readAsDataURL(made);
          });
        }"""
    )
    photo = tmp_path / "厂房.jpg"
    photo.write_bytes(base64.b64decode(heavy))
    assert photo.stat().st_size > 1_000_000
    fill(phone)
    phone.set_input_files("input[type=file]", str(photo))
    phone.evaluate(
        """async heavy => {
          const box = document.querySelector('input[type=file]');
          while (box.files[0].size >= heavy) await new Promise(go => setTimeout(go, 50));
        }""",
        photo.stat().st_size,
    )
    life = asked(phone)
    [kept] = attachments.of_order(life.id, inner=False)
    assert (kept["name"], kept["kind"]) == ("厂房.jpg", "image/jpeg")
    assert kept["size"] < photo.stat().st_size


@pytest.mark.parametrize("large", [False, True])
def test_no_public_page_scrolls_sideways_at_320_pixels(screen: Callable[..., Page], large: bool) -> None:
    cast.found()
    life = lives.begun().accepted().answered().invited()
    page = screen(viewport={"width": 320, "height": 640})
    if large:
        page.goto("/look/?size=large&next=/in/")
    for path in (NEW, life.address, life.address + "more/", life.address + "withdraw/", "/t/forged/"):
        page.goto(path)
        flawless(page)
        if large:
            low = page.evaluate(
                "Array.from(document.querySelectorAll('main .btn, main .pick span, main .rate span, "
                "main input[type=text],"
                " main input[type=tel], main textarea'))"
                ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 60).length"
            )
            assert low == 0, path
