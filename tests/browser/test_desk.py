"""The desk and the forms, as hands meet them: many at once, twice at once, somebody first, keys alone, no script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bihuan.store import events
from tests.browser.people import Person, Requester, fill
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Come = Callable[..., Person]
TITLE = "数控操作工缺口30人"


def registered(title: str, category: str = "recruitment", after: int = 60) -> lives.Life:
    """Return an order that waits to be dispatched since so many minutes after the cast's morning."""
    given = {"category": category, "importance": "heavy", "urgency": "urgent"}
    return lives.begun(title=title, category=category).go("zhou", "register", after, **given)


def verbs(life: lives.Life) -> list[str]:
    return [event.verb for event in events.of_order(life.id)]


def test_several_orders_are_dispatched_at_once_after_a_preview_and_each_has_its_own_result(come: Come) -> None:
    workers, loan, land = registered("招12名焊工"), registered("流贷续贷", "finance"), registered("堆场扩建", "land")
    desk = come("zhou").sits_at_the_desk("待派单")
    desk.page.get_by_label("全选本页").check()
    desk.page.get_by_role("button", name="批量派单").click()
    desk.reads("批量派单：先看一遍", "还没有做任何改动")
    rows = desk.page.locator("tbody tr")
    expect(rows).to_have_count(3)
    fill(desk.page, {"分管领导": "赵志远", f"{land.number}的主办部门": "自然资源局"})
    desk.page.get_by_role("button", name="按这些再看一遍").click()
    expect(rows.filter(has_text="流贷续贷")).to_contain_text("派给财政局")
    assert [one.order.state for one in (workers, loan, land)] == ["registered"] * 3

    land.go("zhou", "amend", 1, importance="light")  # somebody was first with one of them
    desk.page.get_by_role("button", name="确认派单").click()
    desk.reads("办成2件，没办成1件")
    expect(rows.filter(has_text="招12名焊工")).to_contain_text("派给人社局")
    expect(rows.filter(has_text="堆场扩建")).to_contain_text("没办成")
    assert [one.order.state for one in (workers, loan, land)] == ["dispatched", "dispatched", "registered"]
    desk.page.get_by_role("button", name="只重试这1件").click()
    fill(desk.page, {"分管领导": "赵志远", f"{land.number}的主办部门": "自然资源局"})
    desk.page.get_by_role("button", name="按这些再看一遍").click()
    desk.page.get_by_role("button", name="确认派单").click()
    desk.reads("办成1件，没办成0件")
    assert land.order.lead == "land_bureau"


def test_who_comes_second_reads_both_texts_and_keeps_their_own(come: Come) -> None:
    life = registered(TITLE)
    desk = come("zhou").finds(life.number)
    form = desk.form("派单")
    fill(form, {"分管领导": "钱立", "派单要求": "一周内先见面"})
    life.go("shen", "amend", 1, importance="light", urgency="calm")
    form.get_by_role("button", name="派单", exact=True).click()
    alert = desk.page.get_by_role("alert").first
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("您的字一个没丢")
    expect(alert).to_contain_text("沈书记")
    expect(alert).to_contain_text("一周内先见面")
    assert life.order.state == "registered"
    expect(desk.page.get_by_label("派单要求")).to_have_value("一周内先见面")
    desk.page.locator("form").get_by_role("button", name="派单", exact=True).click()
    desk.reads("已办“派单”")
    assert life.order.supervisor == "zone.supervisor2"


def test_a_refusal_names_rule_person_and_way_out_and_keeps_every_word(come: Come) -> None:
    life = lives.begun().dispatched()
    handler = come("wang").opens(TITLE)
    handler.form("申请退单")
    life.wait(timedelta(days=12))
    words = {"理由": "设备改造不归我们", "建议主办部门": "科技产业局", "职责依据": "三定规定第六条"}
    handler.tries("申请退单", words)
    box = handler.page.get_by_role("alert").first
    expect(box.get_by_role("heading")).to_contain_text("没有“申请退单”")
    for part in ("规则", "现在", "您可以", "拒绝码", "没有任何改动"):
        expect(box).to_contain_text(part)
    handler.reads("设备改造不归我们", "三定规定第六条", "已存为草稿")
    assert life.order.asks == {}


@pytest.mark.parametrize("where", ["desk", "page"])
def test_a_double_click_is_one_event(come: Come, where: str) -> None:
    life = registered(TITLE)
    desk = come("zhou")
    if where == "desk":
        desk.sits_at_the_desk("待派单").picks(TITLE)
        form = desk.pane
    else:
        form = desk.finds(life.number).form("派单")
    fill(form, {"分管领导": "赵志远"})
    form.get_by_role("button", name="派单", exact=True).dblclick()
    desk.reads("已派" if where == "desk" else "已办“派单”")
    assert verbs(life).count("dispatch") == 1


def test_what_was_just_done_can_be_undone_from_the_desk(come: Come) -> None:
    life = registered(TITLE)
    desk = come("zhou")
    desk.dispatches(TITLE)
    desk.page.get_by_role("button", name="撤回").click()
    desk.reads("已撤回", TITLE)
    assert life.order.state == "registered"


def test_the_desk_is_worked_with_keys_alone(come: Come) -> None:
    titles = ("招12名焊工", "招30名缝纫工", "招5名叉车工")
    first, second, third = (registered(title, after=at) for at, title in enumerate(titles, 1))
    desk = come("zhou").sits_at_the_desk("待派单").picks("招12名焊工")
    fill(desk.pane, {"分管领导": "赵志远"})
    desk.page.locator("body").press("Escape")
    desk.pane.get_by_role("heading", level=2).first.focus()
    press = desk.page.keyboard.press
    press("D")
    desk.reads("已派")  # the leader named last is proposed for the next one
    here = desk.page.locator("li.item.cur")
    expect(here).to_contain_text("招30名缝纫工")
    press("j")
    expect(here).to_contain_text("招5名叉车工")
    press("x")
    expect(here.get_by_role("checkbox")).to_be_checked()
    press("k")
    expect(here).to_contain_text("招30名缝纫工")
    press("j")
    press("Enter")
    expect(desk.pane.get_by_role("heading", level=2, name="招5名叉车工")).to_be_focused()
    press("D")
    desk.reads(f"已派{third.number}给人社局")
    assert [one.order.state for one in (first, second, third)] == ["dispatched", "registered", "dispatched"]


def test_an_order_opened_as_a_whole_page_is_where_the_keys_go_on(come: Come) -> None:
    registered(TITLE)
    desk = come("zhou").sits_at_the_desk("待派单")
    link = desk.page.locator("li.item").get_by_role("link", name=TITLE).get_attribute("href") or ""
    desk.page.goto(desk.page.url.partition("/orders/")[0] + link)  # pressed before htmx knew it
    expect(desk.pane.get_by_role("heading", level=2, name=TITLE)).to_be_focused()


def test_an_order_opened_on_the_telephone_is_what_is_read_next(come: Come) -> None:
    life = registered(TITLE)
    desk = come("zhou", "phone").sits_at_the_desk("待派单").picks(TITLE)
    expect(desk.pane.get_by_role("heading", level=2, name=TITLE)).to_be_focused()
    expect(desk.pane.get_by_text(life.number, exact=True)).to_be_in_viewport()


@pytest.mark.smoke
def test_the_loop_can_be_gone_with_script_switched_off(
    come: Come, screen: Callable[..., object], contact: Requester
) -> None:
    life = registered(TITLE)
    desk = come("zhou", "plain", door=True)
    desk.sits_at_the_desk("待派单").picks(TITLE)
    fill(desk.pane, {"分管领导": "赵志远"})
    desk.pane.get_by_role("button", name="派单", exact=True).click()
    desk.reads("已派")
    handler = come("wang", "plain").accepts(TITLE)
    handler.answers(TITLE, answer="已推荐12人到岗。", report="到岗12人。")
    come("hebing", "plain").signs(TITLE)
    life.go("zhou", "check", 1, confirmed="yes")
    Requester(handler.page).opens(life).rates("满意")
    assert life.order.rating["level"] == "satisfied"
