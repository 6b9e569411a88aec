"""会签 and 回避: co-handlers agree an answer before it leaves, and who has an interest steps aside."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from bihuan.actions import network as network_actions
from bihuan.actions.orders import move_order
from bihuan.actions.turns import turns_of
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.refusal import Refused
from bihuan.store import network, packs, people
from bihuan.words.refusals import told
from tests import cast, lives

pytestmark = pytest.mark.django_db(transaction=True)
WITH_CO = (lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.ANSWER, lives.REPORT)
OBJECT = ("lihang", "co_reply", {"agreed": "refuse", "text": "补贴数字不对"})
ASK = ("wang", "ask_ruling", {"reason": "口径不一"})


@pytest.fixture
def strict() -> None:
    """The programme in which no answer leaves before the co-handlers agreed to it."""
    cast.found()
    content = deepcopy(cast.content())
    approve = next(move for move in content["orders"]["order"][0]["move"] if move["verb"] == "approve")
    approve["guards"] = ["co_agreed"]
    packs.publish(content, note="会签后发出", by="", now=cast.NOW)


def refused(order: OrderState, who: str, verb: str, now: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as why:
        move_order(actor=cast.actor(who, now), id_=order.id, verb=verb, facts=facts, now=now)
    return why.value


def test_no_answer_leaves_before_every_co_handler_agreed(strict: None) -> None:
    order, now = lives.played(WITH_CO)
    why = refused(order, "hebing", "approve", now)
    assert why.code == "approve.needs.co_agreed" and why.facts["units"] == ["science_bureau"]
    said = told(why, lives.type_of(order), lives.net_of(now), now, order)
    assert "协办部门还没有会签同意" in said.title and "科技产业局" in said.now
    order, now = lives.go_on(order, [lives.COUNTERSIGN, lives.SIGN], now)
    assert order.state == "replied"
    assert not verify().faults


def test_an_objection_goes_to_the_lead_who_rewrites_and_is_asked_again(strict: None) -> None:
    order, now = lives.played((*WITH_CO, OBJECT))
    assert refused(order, "hebing", "approve", now).facts["objected"] == ["science_bureau"]
    assert [turn.order.id for turn in turns_of(actor=cast.actor("lihang"), now=now)] == [order.id], "may still agree"
    answer = ("wang", "reply_requester", {"result": "partly_solved", "answer": "第二批19人已办入职，补贴另行核定"})
    order, now = lives.go_on(order, [answer], now)
    assert order.co["science_bureau"]["state"] == "accepted", "asked again"
    order, now = lives.go_on(order, [lives.COUNTERSIGN, lives.SIGN], now)
    assert order.state == "replied"


def test_an_objection_that_stays_is_settled_by_the_supervising_leader(strict: None) -> None:
    order, now = lives.played(WITH_CO)
    assert refused(order, "wang", "ask_ruling", now, reason="口径不一").code == "ask_ruling.state.no_objection"
    order, now = lives.go_on(order, [OBJECT, ASK], now)
    assert [(t.order.id, t.move and t.move.verb) for t in turns_of(actor=cast.actor("zhao"), now=now)] == [
        (order.id, "rule_objection")
    ]
    order, now = lives.go_on(order, [("zhao", "rule_objection", {"agreed_ruling": "agree"}), lives.SIGN], now)
    assert order.state == "replied" and order.co["science_bureau"]["ruled"] == "zhao"
    assert not verify().faults


def test_the_leader_may_side_with_the_co_handler_and_the_lead_writes_anew(strict: None) -> None:
    order, now = lives.played((*WITH_CO, OBJECT, ASK))
    ruling = ("zhao", "rule_objection", {"agreed_ruling": "refuse", "opinion": "补贴的话去掉"})
    order, now = lives.go_on(order, [ruling], now)
    assert all(draft["returned"] == "补贴的话去掉" for draft in order.drafts.values())
    assert refused(order, "hebing", "approve", now).code == "approve.state.no_draft"
    assert not verify().faults


# ---- 回避 ----
def test_who_has_an_interest_steps_aside_with_a_reason_and_the_colleague_takes_over() -> None:
    cast.found()
    order, now = lives.played(lives.ACCEPTED)
    assert refused(order, "wang", "recuse", now).problems == {"reason": "missing"}
    order, now = lives.go_on(order, [("wang", "recuse", {"reason": "配偶在该企业任职"})], now)
    assert order.handler == "" and order.recused == ["wang"]
    for verb, facts in (("reply_requester", lives.ANSWER[2]), ("progress", {"text": "继续办"})):
        assert refused(order, "wang", verb, now, **facts).code == f"{verb}.recusal"
    assert turns_of(actor=cast.actor("wang"), now=now) == []
    assert order.id in [turn.order.id for turn in turns_of(actor=cast.actor("liyun"), now=now)]
    assert refused(order, "hebing", "assign", now, handler="wang").problems == {"handler": "recused"}
    order, now = lives.go_on(order, [("hebing", "assign", {"handler": "liyun"})], now)
    assert order.handler == "liyun"
    assert not verify().faults


def test_where_the_supervising_leader_steps_aside_the_desk_names_another() -> None:
    cast.found()
    order, now = lives.played((*lives.ACCEPTED, ("wang", "ask_termination", {"reason": "企业已搬迁"})))
    order, now = lives.go_on(order, [("zhao", "recuse", {"reason": "企业负责人是本人亲属"})], now)
    assert refused(order, "zhao", "decide_termination", now, agreed="agree").code == "decide_termination.recusal"
    other = {"supervisor": "zone.supervisor2", "reason": "原分管领导回避"}
    order, now = lives.go_on(order, [("zhou", "resupervise", other)], now)
    assert order.supervisor == "zone.supervisor2"
    order, now = lives.go_on(order, [("qian", "decide_termination", {"agreed": "agree"})], now)
    assert order.state == "terminated"
    assert not verify().faults


def test_a_stand_in_may_not_check_what_was_handled_in_their_own_name_or_by_whom_they_stand_for() -> None:
    cast.found()
    network.put_holding(
        person="zhou", post="labour.handler", since=date(2022, 9, 1), until=date(2022, 12, 1), stands_for="wang"
    )
    order, now = lives.played(lives.ACCEPTED)
    stand_in = people.actor("zhou", "labour.handler~wang", now)
    assert stand_in is not None and stand_in.stands_for == "wang"
    for verb, facts in (lives.ANSWER[1:], lives.REPORT[1:]):
        _event, order = move_order(actor=stand_in, id_=order.id, verb=verb, facts=facts, now=now)
    order, now = lives.go_on(order, [lives.SIGN], now)
    assert refused(order, "zhou", "check", now, confirmed="yes").code == "check.self"


def test_two_stand_ins_of_one_person_whose_dates_overlap_are_refused_with_a_sentence() -> None:
    cast.found()
    given = {"actor": cast.actor("wu"), "post": "labour.head", "stands_for": "hebing", "now": cast.NOW}
    network_actions.appoint(**given, person="liyun", since=date(2022, 10, 1), until=date(2022, 10, 20))
    with pytest.raises(Refused) as why:
        network_actions.appoint(**given, person="wang", since=date(2022, 10, 20), until=date(2022, 10, 30))
    assert why.value.problems["stands_for"] == "stood_for"
    network_actions.appoint(**given, person="wang", since=date(2022, 10, 21), until=date(2022, 10, 30))
