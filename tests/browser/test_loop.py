"""The whole loop in a browser, played by the people it belongs to, each before a screen of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Requester, fill
from tests.web import lives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Come = Callable[..., Person]
TITLE = "数控操作工缺口30人"
RETURN = {"理由": "设备改造不归我们", "建议主办部门": "科技产业局", "职责依据": "三定规定第六条"}


@pytest.mark.smoke
def test_an_order_goes_from_the_desk_to_striking_off(come: Come, contact: Requester) -> None:
    life = lives.begun()
    desk = come("zhou", door=True)
    desk.registers(TITLE)
    desk.dispatches(TITLE).reads("待派单清空了")
    contact.opens(life).told("已派给人社局")

    handler = come("wang", door=True).accepts(TITLE)
    expect(handler.light).to_contain_text("10月31日到期")
    handler.does("写进展", {"内容": "周五送第一批8人面试", "同时告知企业": "1"})
    handler.answers(TITLE, answer="已推荐21人到岗，名单已发到您手机。", report="两场专场招聘，到岗21人。")
    contact.opens(life).told("人社局已接单")

    come("hebing").signs(TITLE).reads("已反馈待核")
    desk.moves("已反馈待核", TITLE, "核查通过，请企业评", {"问题是否解决": "已解决"})
    contact.opens(life).told("已办好，等您评价").rates("满意")
    desk.finds(life.number).does("销号")
    desk.reads("已销号")
    expect(desk.page.locator(".loop li.ok")).to_have_count(7)
    contact.opens(life)
    expect(contact.page.get_by_role("img", name="闭环完成")).to_be_visible()
    assert life.order.state == "closed"
    assert life.order.solved


def test_a_handler_accepts_and_answers_on_a_telephone(come: Come) -> None:
    life = lives.begun().dispatched()
    handler = come("wang", "phone").accepts(TITLE)
    handler.answers(TITLE, answer="已推荐12人到岗。", report="到岗12人。")
    handler.goes_to("我的工作").reads("等审签")
    assert set(life.order.drafts) == {"requester", "desk"}


def test_an_agreed_return_comes_back_to_the_desk_and_goes_to_another_office(come: Come, contact: Requester) -> None:
    life = lives.begun().dispatched()
    come("wang").opens(TITLE).does("申请退单", RETURN)
    desk = come("zhou").sits_at_the_desk("退单待批").picks(TITLE)
    desk.reads("三定规定第六条", "招工归人社局", "此前退过0次")
    desk.moves("退单待批", TITLE, "裁定退单", {"裁定": "同意退单，重新派"})
    desk.dispatches(TITLE, lead="科技产业局")
    contact.opens(life).told("已派给科技产业局")
    come("lihang").accepts(TITLE)
    assert (life.order.lead, life.order.returns) == ("science_bureau", 1)


def test_a_disputed_return_is_decided_by_the_supervising_leader(come: Come) -> None:
    life = lives.begun().dispatched()
    refused = come("wang").opens(TITLE).does("申请退单", RETURN)
    desk = come("zhou")
    desk.moves("退单待批", TITLE, "裁定退单", {"裁定": "有争议，报分管领导指定"})
    leader = come("zhao").takes_up(TITLE, "指定承办", {"主办部门": "人社局", "意见": "由人社局办"})
    leader.reads("由人社局办")
    refused.opens(TITLE).page.get_by_text("暂不能办理及原因").click()
    refused.reads("已指定人社局承办").does("接单")
    assert life.order.state == "in_progress"


def test_an_extension_moves_the_due_and_leaves_the_first_one_to_be_read(come: Come, contact: Requester) -> None:
    life = lives.begun().accepted()
    handler = come("wang").opens(TITLE).does("申请延期", {"延期至": "2022-11-25", "理由": "技校十一月底才有毕业生"})
    handler.reads("延期待批", "10月31日24:00到期")
    desk = come("zhou").sits_at_the_desk("延期待批").picks(TITLE).reads("技校十一月底才有毕业生")
    desk.moves("延期待批", TITLE, "审批延期", {"裁定": "同意"})
    handler.opens(TITLE)
    expect(handler.light).to_contain_text("11月25日到期")
    handler.reads("原定10月31日", "期限变更")
    contact.opens(life).told("最迟11月25日")


def test_a_suspended_order_shows_grey_says_until_when_and_goes_on(come: Come, contact: Requester) -> None:
    life = lives.begun().accepted()
    asked = {"挂起理由": "等上级批复", "预计恢复日期": "2022-10-12", "理由": "省厅批复要两周"}
    handler = come("wang").opens(TITLE).does("申请挂起", asked)
    come("zhao").takes_up(TITLE, "审批挂起", {"裁定": "同意"})
    handler.opens(TITLE)
    expect(handler.light).to_have_class("light light-h pill")
    expect(handler.light).to_contain_text("预计10月12日恢复")
    contact.opens(life).told("预计10月12日恢复")
    life.wait(timedelta(days=3))
    handler.opens(TITLE).does("恢复办理", {"内容": "批复到了"})
    expect(handler.light).to_have_class("light light-g pill")
    assert life.order.state == "in_progress"


def test_two_orders_about_one_matter_become_one_from_the_pane_of_the_desk(come: Come, contact: Requester) -> None:
    main = lives.begun(title="数控操作工缺口20人").accepted()
    life = lives.begun()
    desk = come("zhou").sits_at_the_desk("待受理").picks(TITLE).reads("相似的单", "企业相同")
    desk.pane.get_by_role("link", name="并入该单").click()
    form = desk.page.locator("section.panel form")
    expect(form.get_by_label("并入的主单号")).to_have_value(main.number)
    form.get_by_role("button", name="并单").click()
    desk.reads("已并单")
    expect(desk.page.get_by_role("link", name=main.number).first).to_be_visible()
    contact.opens(life).told("与另一张单并在一起办")
    assert (life.order.state, main.order.joined) == ("merged", [life.number])


@pytest.mark.smoke
def test_a_bad_rating_is_verified_put_right_and_rated_again(come: Come, contact: Requester) -> None:
    life = lives.begun().accepted().answered().invited()
    contact.opens(life).rates("不满意", reasons=["太慢"], words="拖了三个星期").told("向您核实")
    desk = come("zhou")
    desk.moves("差评待核实", TITLE, "核实差评", {"回访核实": "属实，重办整改", "内容": "回访属实"})
    contact.opens(life).told("人社局正在按您的评价重办")

    handler = come("wang").opens(TITLE).reads("整改中")
    handler.answers(TITLE, answer="又到岗9人，您缺的30人齐了。", report="第二场招聘到岗9人。", result="已解决")
    come("hebing").signs(TITLE)
    desk.moves("已反馈待核", TITLE, "核查通过，请企业评", {"问题是否解决": "已解决"})
    contact.opens(life).told("等您评价")
    expect(contact.page.get_by_role("heading", name="重办后这样答复您")).to_be_visible()
    contact.rates("非常满意")
    desk.moves("待销号", TITLE, "销号")
    contact.opens(life)
    expect(contact.page.get_by_role("img", name="闭环完成")).to_be_visible()
    assert [one["level"] for one in life.order.ratings] == ["unsatisfied", "very_satisfied"]


def test_the_rated_learn_what_to_put_right_but_not_how_they_were_rated_before(come: Come, contact: Requester) -> None:
    life = lives.begun().accepted().answered().invited()
    contact.opens(life).rates("不满意", reasons=["太慢"], words="拖了三个星期")
    handler = come("wang").opens(TITLE)
    for secret in ("不满意", "拖了三个星期", "差评"):
        expect(handler.page.get_by_text(secret)).to_have_count(0)
    come("zhou").moves("差评待核实", TITLE, "核实差评", {"回访核实": "属实，重办整改", "内容": "回访属实"})
    handler.opens(TITLE).reads("太慢", "拖了三个星期")


def test_what_is_refused_says_why_and_where_to_go_instead(come: Come, contact: Requester) -> None:
    life = lives.begun(title="货款官司")
    desk = come("zhou").sits_at_the_desk("待受理").picks("货款官司")
    desk.pane.get_by_role("link", name="不予受理").click()
    form = desk.page.locator("section.panel form")
    form.get_by_role("button", name="不予受理").click()
    alert = desk.page.get_by_role("alert").first
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("还有2处要改")
    fill(form, {"不予受理的理由": "应走诉讼、仲裁、复议或信访", "可向何处反映": "区人民法院诉讼服务中心"})
    form.get_by_role("button", name="不予受理").click()
    desk.reads("不予受理")
    contact.opens(life).told("没有受理")
    expect(contact.page.get_by_text("区人民法院诉讼服务中心").first).to_be_visible()
    assert life.order.state == "refused"
