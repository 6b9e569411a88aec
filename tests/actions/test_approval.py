"""审签: drafts pass the desks the pack declares, and every desk they lay at stays visible."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.actions.orders import move_order
from bihuan.actions.turns import turns_of
from bihuan.actions.verify import verify
from bihuan.core.notices import tellings
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import calendars, events, network, packs, people
from bihuan.words.approval import Half, halves, signed_text
from tests import cast, lives

pytestmark = pytest.mark.django_db(transaction=True)

LEADER = {"key": "leader", "name": "分管领导审定", "role": "supervisor", "when": "heavy_or_urgent"}


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    network.put_post(
        key="jobs.head", name="就业科科长", kind="section_head", unit="labour_jobs", since=cast.SINCE, covers=[]
    )
    network.put_unit(
        key="labour_pay", name="工资科", type_="section", parent="labour_bureau", since=cast.SINCE, order=50
    )
    network.put_post(
        key="pay.head", name="工资科科长", kind="section_head", unit="labour_pay", since=cast.SINCE, covers=[]
    )
    for person, name, post in (("deng", "邓云舒", "jobs.head"), ("jiang", "蒋雪松", "pay.head")):
        network.put_person(key=person, name=name)
        network.put_holding(person=person, post=post, since=cast.SINCE)


def who(person: str, post: str = "") -> Actor:
    found = people.actor(person, post, cast.NOW)
    assert found is not None, person
    return found


def published(change: Callable[[dict[str, Any]], object]) -> None:
    """Publish the programme with its kind of order changed."""
    content = deepcopy(cast.content())
    change(content["orders"]["order"][0])
    packs.publish(content, note="改了审签", by="", now=cast.NOW)


def drafted(**facts: Any) -> tuple[OrderState, Any]:
    return lives.played(lives.DRAFTED, **facts)


def does(order: OrderState, actor: Actor, verb: str, now: Any, **facts: Any) -> tuple[OrderState, Any]:
    now += lives.HOUR
    _event, order = move_order(actor=actor, id_=order.id, verb=verb, facts=facts, now=now)
    return order, now


def refused(order: OrderState, actor: Actor, verb: str, now: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as why:
        move_order(actor=actor, id_=order.id, verb=verb, facts=facts, now=now)
    assert lives.again(order).seq == order.seq
    return why.value


def told(order: OrderState, now: Any) -> list[Half]:
    past = events.of_order(order.id)
    return halves(past, order, lives.type_of(order), lives.net_of(now), now, calendars.calendar())


def desks(order: OrderState, now: Any) -> list[tuple[str, str, str]]:
    return [(one.name, one.who, one.how) for one in told(order, now)[0].desks]


def test_a_draft_goes_to_its_own_section_then_to_the_head_and_then_out() -> None:
    order, now = drafted()
    assert refused(order, cast.actor("hebing"), "approve", now).code == "approve.post.step"
    assert refused(order, who("jiang"), "approve", now).code == "approve.post.step", "the head of another section"
    order, now = does(order, who("deng"), "approve", now, opinion="数字核过")
    assert order.state == "in_progress" and {d["step"] for d in order.drafts.values()} == {1}
    order, now = does(order, cast.actor("hebing"), "approve", now)
    assert order.state == "replied" and not order.drafts
    assert desks(order, now) == [("科室审核", "邓云舒", "已签"), ("部门负责人审定", "何兵", "已签")]
    said = signed_text(events.of_order(order.id), "requester", lives.type_of(order), lives.net_of(now), now)
    assert said == "科室审核邓云舒（9月29日），部门负责人审定何兵（9月29日）"
    assert not verify().faults


def test_a_department_without_heads_of_sections_goes_straight_to_its_head() -> None:
    network.put_person(key="nobody", name="无")
    order, now = lives.played(
        (
            lives.REGISTER,
            ("zhou", "dispatch", {"lead": "finance_bureau", "supervisor": "zone.supervisor"}),
            ("wubo", "accept", {}),
            ("wubo", "reply_requester", {"result": "solved", "answer": "已放款。"}),
        )
    )
    order, now = does(order, cast.actor("jin"), "approve", now)
    assert "requester" in order.replies
    assert desks(order, now) == [("部门负责人审定", "金局", "已签")]


def test_what_a_head_of_section_drafts_passes_their_own_desk_over() -> None:
    order, now = lives.played(lives.ACCEPTED[:-1])
    order, now = does(order, who("deng"), "accept", now)
    order, now = does(order, who("deng"), "reply_requester", now, result="solved", answer="已到岗。")
    assert refused(order, who("deng"), "approve", now).code.startswith("approve.")
    order, now = does(order, cast.actor("hebing"), "approve", now)
    assert "requester" in order.replies


def test_the_supervising_leader_signs_where_the_head_stepped_aside() -> None:
    order, now = drafted()
    order, now = does(order, who("deng"), "approve", now)
    assert refused(order, cast.actor("zhao"), "approve", now).code == "approve.post.step"
    order, now = does(order, cast.actor("hebing"), "recuse", now, reason="企业负责人是本人亲属")
    assert refused(order, cast.actor("hebing"), "approve", now).code == "approve.recusal"
    assert [turn.order.id for turn in turns_of(actor=cast.actor("zhao"), now=now)] == [order.id]
    order, now = does(order, cast.actor("zhao"), "approve", now)
    assert order.state == "replied"
    assert desks(order, now)[-1] == ("部门负责人审定", "赵志远", "已签")
    assert not verify().faults


def test_weighty_or_urgent_orders_pass_one_desk_more() -> None:
    published(lambda t: t["sign"].append(LEADER))
    heavy, now = drafted()
    light, _ = lives.played(
        (("zhou", "register", {"category": "recruitment", "importance": "light", "urgency": "calm"}),
         *lives.DRAFTED[1:]), importance="light", urgency="calm"
    )  # fmt: skip
    states = []
    for order in (heavy, light):
        order, at = does(order, who("deng"), "approve", now)
        order, at = does(order, cast.actor("hebing"), "approve", at)
        states.append(order.state)
    assert states == ["in_progress", "replied"]
    heavy = lives.again(heavy)
    heavy, now = does(heavy, cast.actor("zhao"), "approve", now + timedelta(hours=5))
    assert heavy.state == "replied"


def test_a_desk_sends_a_draft_back_to_an_earlier_desk_or_to_its_writer() -> None:
    order, now = drafted()
    order, now = does(order, who("deng"), "approve", now)
    order, now = does(order, cast.actor("hebing"), "return_draft", now, opinion="到岗人数再核", back_to="section")
    assert {d["step"] for d in order.drafts.values()} == {0} and not any("returned" in d for d in order.drafts.values())
    assert refused(order, cast.actor("hebing"), "approve", now).code == "approve.post.step"
    why = refused(order, who("deng"), "return_draft", now, opinion="再核", back_to="section")
    assert why.problems == {"back_to": "not_earlier"}
    order, now = does(order, who("deng"), "return_draft", now, opinion="请补名单", back_to="drafter")
    assert all(d["returned"] == "请补名单" for d in order.drafts.values())
    order, now = does(order, cast.actor("wang"), "reply_requester", now, result="solved", answer="名单附后。")
    order, now = does(order, who("deng"), "approve", now)
    assert desks(order, now) == [
        ("科室审核", "邓云舒", "已签"),
        ("部门负责人审定", "何兵", "退回"),
        ("科室审核", "邓云舒", "退回"),
        ("拟稿人修改", "王磊", "改好重报"),
        ("科室审核", "邓云舒", "已签"),
        ("部门负责人审定", "何兵", ""),
    ]
    assert not verify().faults


def test_only_what_lies_at_ones_own_desk_is_sent_back() -> None:
    order, now = lives.played(lives.DRAFTED[:-1])
    order, now = does(order, who("deng"), "approve", now)
    order, now = does(order, cast.actor("wang"), "reply_desk", now, result="solved", report="到岗21人")
    order, now = does(order, who("deng"), "return_draft", now, opinion="数字不对")
    assert "returned" not in order.drafts["requester"] and order.drafts["desk"]["returned"] == "数字不对"


def test_a_desk_edits_the_text_and_who_changed_what_stays_to_be_read() -> None:
    order, now = drafted()
    edit = {"result": "partly_solved", "answer": "第二批19人今天已全部办入职"}
    assert refused(order, cast.actor("hebing"), "edit_answer", now, **edit).code == "edit_answer.post.step"
    same = refused(order, who("deng"), "edit_answer", now, **lives.ANSWER[2])
    assert same.problems == {"answer": "same_text"}
    order, now = does(order, who("deng"), "edit_answer", now, **edit)
    assert order.drafts["requester"]["facts"] == edit and order.drafts["requester"]["by"] == "wang"
    versions = told(order, now)[0].versions
    assert [(v.n, v.who) for v in versions] == [(1, "王磊"), (2, "邓云舒")]
    assert versions[1].changes[0].pieces == [("", "第二批19人今天已"), ("ins", "全部"), ("", "办入职")]
    order, now = does(order, who("deng"), "approve", now)
    order, now = does(order, cast.actor("hebing"), "approve", now)
    assert order.replies["requester"]["facts"]["answer"] == edit["answer"]
    assert not verify().faults


def test_time_at_a_desk_is_counted_in_working_hours() -> None:
    order, now = drafted()  # the answer at 14:20, ten minutes before the office opens again
    order, now = does(order, who("deng"), "approve", now)
    monday = now + timedelta(days=10)  # the National Day holiday lies between
    waits = told(order, monday)[0].desks[-1]
    assert waits.here and waits.who == "何兵"
    assert told(order, now)[0].desks[0].took == "用1小时50分"
    hours = int(waits.took.removeprefix("已等").partition("小时")[0])
    assert 0 < hours < 40, waits.took


def test_a_stand_in_signs_with_both_names_and_never_what_was_drafted_in_the_name_of_whom_they_stand_for() -> None:
    network.put_holding(
        person="liyun", post="labour.head", since=date(2022, 9, 1), until=date(2022, 12, 1), stands_for="hebing"
    )
    order, now = drafted()
    order, now = does(order, who("deng"), "approve", now)
    order, now = does(order, who("liyun", "labour.head~hebing"), "approve", now, opinion="同意")
    assert order.state == "replied"
    assert desks(order, now)[-1] == ("部门负责人审定", "李芸（代何兵）", "已签")
    other, now = lives.played(lives.ACCEPTED)
    other, now = does(other, cast.actor("liyun"), "reply_requester", now, result="solved", answer="已办。")
    other, now = does(other, who("deng"), "approve", now) if other.drafts["requester"]["step"] == 0 else (other, now)
    assert refused(other, who("liyun", "labour.head~hebing"), "approve", now).code == "approve.self.draft"


def test_each_desk_is_told_when_a_draft_comes_to_it() -> None:
    order, now = drafted()

    def told_now() -> set[str]:
        after = lives.again(order)
        last = events.of_order(order.id)[-1]
        row = [r for r in lives.type_of(after).notices if "signer" in r.to]
        only = replace(lives.type_of(after), notices=tuple(row))
        return {one.person for one in tellings(only, after, after, last, lives.net_of(now))}

    assert told_now() == {"deng"}
    order, now = does(order, who("deng"), "approve", now)
    assert told_now() == {"hebing"}
    order, now = does(order, cast.actor("hebing"), "return_draft", now, opinion="再核", back_to="section")
    assert told_now() == {"deng"}
    order, now = does(order, who("deng"), "return_draft", now, opinion="再核")
    assert told_now() == set(), "the writer is told by a row of its own"


def test_the_old_short_way_of_writing_the_chain_still_signs() -> None:
    def short(table: dict[str, Any]) -> None:
        del table["sign"]
        table["approval"] = ["unit_head"]

    published(short)
    order, now = drafted()
    order, now = does(order, cast.actor("hebing"), "approve", now)
    assert order.state == "replied"
