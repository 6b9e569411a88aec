"""Kinds of order that are registered and moved on: what they keep, where they lie, what they are counted in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bihuan.actions import imports, orders
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.sheets import read_sheet
from bihuan.actions.turns import turns_of
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.queues import ADVANCING
from bihuan.core.refusal import Refused
from bihuan.store import counters, events
from bihuan.store import orders as rows
from tests import cast
from tests.stories.player import actor_of, more_cast

pytestmark = pytest.mark.django_db
SHEET = """项目名称,产业链,投资方,签约金额,签约日期,状态,收到时间,来源单号
精密轴承生产线,equipment,浙东轴承（合成）,3.6亿元,2022年3月8日,签约,2021-11-02,ZX-1
铸造砂再生,equipment,砂研环保（合成）,8500万元,2021-05-20,投产,2021-01-15,ZX-2
明年才签的,equipment,某企业（合成）,1亿元,2099-01-01,签约,2022-01-01,ZX-3
"""


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    more_cast()


def lead(**facts: str) -> OrderState:
    return orders.submit_order(
        actor=actor_of("xu"), programme="enterprise_order", type_="investment_lead", requester="equipment",
        facts={"title": "精密轴承生产线", **facts}, now=cast.NOW,
    )  # fmt: skip


def advanced(order: OrderState, verb: str, minutes: int = 5, **facts: str) -> OrderState:
    at = cast.NOW + timedelta(minutes=minutes)
    return orders.move_order(actor=actor_of("xu"), id_=order.id, verb=verb, facts=facts, now=at)[1]


def taken(tmp_path, name: str = "projects.csv") -> imports.Account:  # type: ignore[no-untyped-def]
    path = tmp_path / name
    path.write_text(SHEET, encoding="utf-8")
    return imports.import_orders(
        actor=cast.SYSTEM, programme="enterprise_order", type_="investment_lead", sheet=read_sheet(path),
        mapping=Mapping_(columns=(
            ("项目名称", "title"), ("产业链", "requester"), ("投资方", "investor_name"), ("签约金额", "contract_amount"),
            ("签约日期", "signing_date"), ("状态", "status"), ("收到时间", "received_at"), ("来源单号", "source_number"),
        )),
        now=cast.NOW,
    )  # fmt: skip


def test_what_is_stated_on_the_way_is_what_the_order_says() -> None:
    order = advanced(lead(), "sign", contract_amount="1.8亿元", signing_date="2022-09-28")
    assert order.state == "signed"
    assert order.fields["contract_amount"] == "180000000.00" and order.fields["signing_date"] == "2022-09-28"
    order = advanced(order, "correct", 9, reason="合同是1.6亿元", contract_amount="1.6亿元")
    assert (order.state, order.fields["contract_amount"]) == ("signed", "160000000.00")
    assert "reason" not in order.fields
    before = [event.facts.get("contract_amount") for event in events.of_order(order.id)]
    assert before == [None, "180000000.00", "160000000.00"]
    assert verify().broken is None


def test_a_contract_is_not_signed_tomorrow() -> None:
    with pytest.raises(Refused) as refused:
        advanced(lead(), "sign", contract_amount="1亿元", signing_date="2022-09-30")
    assert refused.value.problems == {"signing_date": "in_future"}


def test_a_correction_that_corrects_nothing_is_refused() -> None:
    order = advanced(lead(), "sign", contract_amount="1亿元", signing_date="2022-09-28")
    with pytest.raises(Refused) as refused:
        advanced(order, "correct", 9, reason="再看一遍", contract_amount="10000万元")
    assert refused.value.problems == {"reason": "nothing_new"}


def test_an_order_talked_over_again_is_no_longer_closed() -> None:
    order = advanced(lead(), "drop", reason="改投外省")
    assert order.times["closed"]
    order = advanced(order, "revive", 9, reason="又来谈")
    assert "closed" not in order.times and order.state == "negotiating"


def test_it_lies_in_no_tray_of_the_desk_and_in_no_counter_of_the_loop() -> None:
    order = lead()
    row = rows.by_id(order.id, seen_by=cast.SYSTEM)
    assert row.order.state == "lead"
    assert [turn.row.queue for turn in turns_of(actor=actor_of("xu"), now=cast.NOW)] == [ADVANCING]
    assert counters.everything() == {}


def test_its_next_step_is_work_of_whoever_the_state_names() -> None:
    lead()
    assert [turn.move.verb for turn in turns_of(actor=actor_of("xu"), now=cast.NOW) if turn.move] == ["negotiate"]
    assert turns_of(actor=cast.actor("chen"), now=cast.NOW) == []


def test_a_sheet_brings_each_row_in_its_own_state_with_its_dates(tmp_path) -> None:  # type: ignore[no-untyped-def]
    account = taken(tmp_path)
    assert (account.taken, len(account.rejected)) == (2, 1)
    (signed,) = [rows.by_number(account.first, seen_by=cast.SYSTEM).order]
    assert (signed.state, signed.fields["signing_date"]) == ("signed", "2022-03-08")
    assert signed.fields["contract_amount"] == "360000000.00"
    assert signed.times["submitted"].startswith("2021-11-01T16:00")  # midnight of the day in Changde
    closed = rows.by_number(account.last, seen_by=cast.SYSTEM).order
    assert (closed.state, closed.fields["contract_amount"]) == ("producing", "85000000.00")
    assert verify().broken is None


def test_the_same_sheet_a_second_time_takes_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    taken(tmp_path)
    again = taken(tmp_path)
    assert (again.taken, len(again.already)) == (0, 2)
