"""A sitting takes orders of the queue, decides each, and is closed with a minute that says what was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.actions import sittings
from bihuan.actions.document_lists import list_of, seen_page
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.core.sittings import SittingState, replay
from bihuan.store import events, orders
from bihuan.store.models import Sitting
from bihuan.store.orders import NotFound
from bihuan.words.documents import composed_list
from bihuan.words.sittings import reason
from tests import cast, lives

pytestmark = pytest.mark.django_db

LATER = cast.NOW + timedelta(hours=8)
LABOUR = {"lead": "labour_bureau", "supervisor": "zone.supervisor", "note": "一周内见面"}


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()


def waiting(title: str, category: str = "recruitment", heavy: str = "heavy", urgent: str = "urgent") -> OrderState:
    register = ("zhou", "register", {"category": category, "importance": heavy, "urgency": urgent})
    return lives.played((register,), title=title)[0]


def opened(*numbers: str) -> SittingState:
    zhou = cast.actor("zhou", LATER)
    made = sittings.open_sitting(
        actor=zhou, programme="enterprise_order", type_="enterprise_request", title="十月第一次", present="周敏、赵志远",
        now=LATER,
    )  # fmt: skip
    return sittings.take(actor=zhou, id_=made.id, numbers=numbers, now=LATER) if numbers else made


def dispatched(sitting: SittingState, *numbers: str, **more: str) -> list[sittings.Result]:
    facts = {number: {**LABOUR, **more} for number in numbers}
    return sittings.dispatch(actor=cast.actor("zhou", LATER), id_=sitting.id, verb="dispatch", facts=facts, now=LATER)[
        1
    ]


def closed(sitting: SittingState, who: str = "zhou") -> Any:
    return sittings.close(actor=cast.actor(who, LATER), id_=sitting.id, compose=composed_list, now=LATER)


def again(sitting: SittingState) -> SittingState:
    return sittings.sitting_of(actor=cast.actor("zhou", LATER), id_=sitting.id)


def test_a_sitting_decides_each_order_and_its_minute_says_what_by_whom_and_when() -> None:
    one, two, three = waiting("招工"), waiting("物流", "logistics"), waiting("招人", heavy="light")
    sitting = opened(two.number, three.number, one.number)
    assert [result.refused for result in dispatched(sitting, one.number, three.number)] == [None, None]
    zhou = cast.actor("zhou", LATER)
    sittings.defer(actor=zhou, id_=sitting.id, number=two.number, note="等交通局到会", now=LATER)
    after, paper = closed(sitting)
    assert [lives.again(order).state for order in (one, two, three)] == ["dispatched", "registered", "dispatched"]
    rows = paper.content["items"]
    assert [row[1] for row in rows] == [one.number, three.number, two.number]  # by kind, then weight and urgency
    assert rows[0][6:] == ["派给人社局，分管赵志远", "一周内见面", "周敏", "18:20"]
    assert rows[2][6:8] == ["暂缓：等交通局到会", ""]
    assert (
        "共研究3件，派出2件，暂缓1件。" in paper.content["body"][1]
        and "参加人：周敏、赵志远" in paper.content["body"][0]
    )
    assert paper.number == "2022-0001" and after.minute == paper.id
    assert list_of(actor=zhou, id_=paper.id).digest == paper.digest
    assert verify().broken is None


def test_a_decision_of_another_day_stands_in_the_minute_with_its_day() -> None:
    one = waiting("招工")
    sitting, morning = opened(one.number), LATER + timedelta(hours=15)
    zhou = cast.actor("zhou", morning)
    sittings.dispatch(actor=zhou, id_=sitting.id, verb="dispatch", facts={one.number: LABOUR}, now=morning)
    _, paper = sittings.close(actor=zhou, id_=sitting.id, compose=composed_list, now=morning)
    assert paper.content["items"][0][9] == "9月30日09:20"


def test_orders_of_a_sitting_are_sorted_by_kind_then_weight_and_urgency() -> None:
    calm = waiting("缓", urgent="calm")
    other = waiting("物流", "logistics")
    urgent = waiting("急")
    sitting = opened(other.number, calm.number, urgent.number)
    rows = sittings.rows_of(sitting, cast.actor("zhou", LATER))
    assert [row.number for row in rows] == [urgent.number, calm.number, other.number]


def test_what_cannot_be_dispatched_is_refused_alone_and_may_be_tried_again() -> None:
    one, two = waiting("一"), waiting("二")
    sitting = opened(one.number, two.number)
    zhou = cast.actor("zhou", LATER)
    facts = {one.number: LABOUR, two.number: {"lead": "labour_bureau"}}
    _after, results = sittings.dispatch(actor=zhou, id_=sitting.id, verb="dispatch", facts=facts, now=LATER)
    assert [(r.number, r.refused.code if r.refused else "") for r in results] == [
        (one.number, ""), (two.number, "dispatch.needs"),
    ]  # fmt: skip
    with pytest.raises(Refused) as why:
        closed(sitting)
    assert reason(why.value) == f"还有1件没有定：{two.number}。请派单，或写明理由暂缓，再散会"
    assert dispatched(sitting, two.number)[0].refused is None
    assert closed(sitting)[0].closed and verify().broken is None


def test_a_dispatch_cut_off_before_the_sitting_noted_it_is_noted_and_not_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = waiting("一"), waiting("二")
    sitting = opened(one.number, two.number)
    with monkeypatch.context() as broken:
        broken.setattr(sittings, "_noted", lambda *given: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(OSError):
            dispatched(sitting, one.number, two.number)
    assert [lives.again(order).state for order in (one, two)] == ["dispatched", "registered"]
    assert len(again(sitting).open_items) == 2
    assert [r.refused.code if r.refused else "" for r in dispatched(sitting, one.number, two.number)] == [
        "sitting.state.decided", "",
    ]  # fmt: skip
    assert again(sitting).open_items == []
    assert [event.verb for event in events.of_order(one.id)].count("dispatch") == 1
    closed(sitting)
    assert verify().broken is None


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("take", "没有可收进来的单：请勾选待派的单，已收的不用再收"),
        ("dispatch", "在会上已经定了"),
        ("close", "这个会已经散会，不能再改"),
    ],
)
def test_what_a_sitting_cannot_do_is_said_in_a_sentence(act: str, said: str) -> None:
    order = waiting("一")
    sitting = opened(order.number)
    zhou = cast.actor("zhou", LATER)
    if act == "take":
        with pytest.raises(Refused) as why:
            sittings.take(actor=zhou, id_=sitting.id, numbers=[order.number, "QD2022-9999"], now=LATER)
    elif act == "dispatch":
        dispatched(sitting, order.number)
        assert said in reason(dispatched(sitting, order.number)[0].refused)  # type: ignore[arg-type]
        return
    else:
        dispatched(sitting, order.number)
        closed(sitting)
        with pytest.raises(Refused) as why:
            closed(sitting)
    assert reason(why.value) == said


def test_an_empty_sitting_is_not_closed_and_a_deferral_needs_its_reason() -> None:
    order = waiting("一")
    empty = opened()
    with pytest.raises(Refused) as why:
        closed(empty)
    assert reason(why.value) == "会上还没有单，请先收单；不开了就留着不散会"
    sitting = opened(order.number)
    with pytest.raises(Refused) as why:
        sittings.defer(actor=cast.actor("zhou", LATER), id_=sitting.id, number=order.number, note=" ", now=LATER)
    assert reason(why.value) == "暂缓的要写明理由，会议纪要里要印"


def test_strangers_find_no_sitting_and_leaders_read_but_do_not_lead_it() -> None:
    order = waiting("一")
    sitting = opened(order.number)
    for person in ("wang", "sun", "guo", "shen"):
        with pytest.raises(NotFound):
            sittings.sitting_of(actor=cast.actor(person, LATER), id_=sitting.id)
    leader = cast.actor("luo", LATER)
    assert sittings.sitting_of(actor=leader, id_=sitting.id).title == "十月第一次"
    with pytest.raises(Refused) as why:
        sittings.take(actor=leader, id_=sitting.id, numbers=[order.number], now=LATER)
    assert reason(why.value) == "这个会由开会的派单台主持，您只能看"
    dispatched(sitting, order.number)
    _after, paper = closed(sitting)
    assert paper.id in {one.id for one in seen_page(actor=leader)}
    with pytest.raises(NotFound):
        list_of(actor=cast.actor("wang", LATER), id_=paper.id)


def test_a_secret_order_is_decided_at_a_sitting_and_stands_in_no_minute() -> None:
    order = lives.played((lives.REGISTER,), title="融资方案", secret="1")[0]
    sitting = opened(order.number, waiting("一").number)
    facts = {item["number"]: LABOUR for item in sitting.items.values()}
    sittings.dispatch(actor=cast.actor("zhou", LATER), id_=sitting.id, verb="dispatch", facts=facts, now=LATER)
    _after, paper = closed(sitting)
    assert len(paper.content["items"]) == 1 and "融资方案" not in str(paper.content)
    assert "另有1件涉及商业秘密" in paper.content["note"]


@pytest.mark.parametrize(("column", "value"), [("body", "{}"), ("closed", True), ("unit", "zone"), ("seq", 9)])
def test_a_sitting_changed_behind_its_events_is_found(column: str, value: Any) -> None:
    sitting = opened(waiting("一").number)
    assert verify().broken is None
    Sitting.objects.filter(pk=sitting.id).update(**{column: value})
    broken = verify().broken
    assert broken and broken[0] == "verify.sitting" and broken[1]["column"] == column


def test_a_sitting_is_its_events() -> None:
    order = waiting("一")
    sitting = opened(order.number)
    dispatched(sitting, order.number)
    after, _paper = closed(sitting)
    chain = events.of_orders([sitting.id], "sitting")[sitting.id]
    assert [event.verb for event in chain] == ["open", "take", "dispatch", "close"]
    assert replay(sitting.id, chain) == after
    own = orders.by_number(order.number, seen_by=SYSTEM).order
    assert (after.items[str(order.id)]["seq"], after.items[str(order.id)]["hash"]) == (own.seq, own.head)
