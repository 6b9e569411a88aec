"""On a figure's page the number received and the one the records give stand side by side, neither over the other."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from bihuan.actions import ledger, orders
from bihuan.core.instants import iso
from tests import cast
from tests.stories.player import actor_of, more_cast
from tests.web.staff import at, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
P = "enterprise_order"
BASE = f"/reports/figures/{P}/"
WINDOW = "from=2022-01-01&to=2022-08-31"
LATER = cast.NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    more_cast()
    at(LATER)


def state(series: str = "contract_reported", **facts: Any) -> str:
    given = {"unit": "equipment", "period": "2022年1-8月", "value": "3亿元", "document": "招商月报", **facts}
    return ledger.enter(actor=cast.actor("he"), programme=P, activity=series, facts=given, now=cast.NOW).number


def sign(amount: str = "2.5亿元", unit: str = "equipment") -> None:
    order = orders.submit_order(
        actor=actor_of("xu"), programme=P, type_="investment_lead", requester=unit,
        facts={"title": "精密轴承生产线"}, now=cast.NOW,
    )  # fmt: skip
    facts = {"contract_amount": amount, "signing_date": "2022-08-20"}
    orders.move_order(actor=actor_of("xu"), id_=order.id, verb="sign", facts=facts, now=cast.NOW + timedelta(minutes=5))


def panel(address: str, person: str = "luo") -> str:
    """Return what the panel says, "" where the page has none."""
    said = text(signed_in(person).get(address))
    return said.partition("收到的数和记录给出的数")[2].partition("组成这个数")[0]


def test_beside_the_stated_value_stands_what_the_records_of_its_unit_and_window_give() -> None:
    number = state(document_number="招〔2022〕8号")
    sign()
    address = f"{BASE}eo_contract_reported/?{WINDOW}&unit=equipment"
    said = panel(address)
    assert "装备制造产业链党委 2022年1—8月 3亿元 招商月报，招〔2022〕8号" in said
    assert "签约总金额 2.5亿元 1月1日至8月31日" in said
    page = signed_in("luo").get(address)
    assert re.search(r"<h1>招商月报的签约金额 3亿元</h1>", source(page))  # the heading keeps the number received
    assert f"/reports/stated/{number}/" in links(page)
    (counted,) = links(page, f"{BASE}eo_contract/")
    assert "2.5亿元" in text(signed_in("luo").get(counted))


def test_the_page_of_the_figure_counted_here_shows_what_was_received_with_its_source() -> None:
    state()
    state(document="统计年鉴", value="2.6亿元")
    sign()
    address = f"{BASE}eo_contract/?{WINDOW}&unit=equipment"
    said = panel(address)
    assert "2.6亿元 统计年鉴" in said and "3亿元 招商月报" in said
    assert said.index("统计年鉴") < said.index("报表不用这一条") < said.index("3亿元 招商月报")
    assert re.search(r"<h1>签约总金额 2.5亿元</h1>", source(signed_in("luo").get(address)))
    # All units: each with a page where both are of the same unit.
    every = signed_in("luo").get(f"{BASE}eo_contract/?{WINDOW}")
    own = next(one for one in links(every, f"{BASE}eo_contract/") if "unit=equipment" in one)
    assert "2.6亿元 统计年鉴" in panel(own)


def test_what_was_not_received_is_said_and_what_is_counted_stands_all_the_same() -> None:
    sign()
    said = panel(f"{BASE}eo_contract_reported/?{WINDOW}&unit=equipment")
    assert "没有收到" in said and "签约总金额 2.5亿元" in said
    assert "没有收到" in panel(f"{BASE}eo_contract/?{WINDOW}")


def test_the_growth_that_follows_from_two_values_stands_beside_the_published_one_as_it_was_known() -> None:
    now = state("output", value="108亿元")
    base = state("output", value="100亿元", period="2021年1-8月")
    state("growth", value="7.5%")
    address = f"{BASE}eo_growth/?{WINDOW}&unit=equipment"
    said = panel(address)
    assert "7.5%" in said and f"8.00%：{now}对{base}" in said.replace(" ", "")
    right = {"unit": "equipment", "period": "2021年1-8月", "value": "90亿元", "document": "招商月报"}
    ledger.correct(actor=cast.actor("he"), number=base, facts=right, reason="抄错了", now=LATER)
    at(LATER + timedelta(hours=1))
    assert "20.00%" in panel(address)
    assert "8.00%" in panel(f"{address}&as_of={quote(iso(cast.NOW))}")


def test_a_value_nothing_here_counts_says_so_and_a_plain_figure_has_no_such_panel() -> None:
    state("output", value="108亿元")
    assert "这里没有可数的记录" in panel(f"{BASE}eo_output/?{WINDOW}&unit=equipment")
    assert panel(f"{BASE}eo_requests/?{WINDOW}") == ""
    sign()
    assert panel(f"{BASE}eo_contract/?{WINDOW}&month=2022-08") == ""  # one month of a longer number


def test_who_may_not_read_the_series_or_the_figure_learns_nothing_of_it() -> None:
    state()
    sign()
    address = f"{BASE}eo_contract/?{WINDOW}&unit=equipment"
    assert "3亿元" in panel(address, "shen")
    for person in ("wang", "guo"):
        answer = signed_in(person).get(address)
        assert answer.status_code == 404 or "3亿元" not in text(answer)


def test_many_statistics_ask_no_more_queries() -> None:
    state()
    sign()
    state("output", value="108亿元")
    addresses = [f"{BASE}{key}/?{WINDOW}" for key in ("eo_contract", "eo_contract_reported", "eo_output")]
    few = [queries(signed_in("luo"), one) for one in addresses]
    for unit in ("equipment", "food"):
        for n in range(4):
            state(unit=unit, document=f"文件{n}")
            state("output", unit=unit, document=f"文件{n}")
    for one, before in zip(addresses, few, strict=True):
        assert queries(signed_in("luo"), one) <= before, one


def test_where_no_value_was_received_the_page_leads_to_those_of_other_periods() -> None:
    number = state()
    quarter = "from=2022-01-01&to=2022-03-31&unit=equipment"
    empty = signed_in("luo").get(f"{BASE}eo_contract_reported/?{quarter}")
    assert "看已收到的各时段统计值" in text(empty)
    assert number in source(signed_in("luo").get(links(empty, "/reports/stated/?")[0]))
    assert "看已收到的各时段统计值" not in text(signed_in("luo").get(f"{BASE}eo_contract/?{quarter}"))
