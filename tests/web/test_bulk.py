"""Several orders at once: extensions, runs that were cut off and are taken up, and what each post may do in lists."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from bihuan.actions import bulk
from bihuan.core.order_state import OrderState
from bihuan.store import bulk_runs, events
from tests import cast, lives
from tests.web.staff import KEY, at, copies, queries, signed_in, source, text

pytestmark = pytest.mark.django_db

LATER = cast.NOW + timedelta(hours=8)


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()


def several(client: Client, verb: str, orders: list[OrderState], **more: str) -> HttpResponse:
    sent: dict[str, Any] = {"pick": [order.number for order in orders], "form_key": KEY, "seen": "1", "go": "1", **more}
    return client.post(f"/orders/bulk/{verb}/", sent)  # type: ignore[return-value]


def accepted(n: int) -> list[OrderState]:
    return [lives.played(lives.ACCEPTED, title=f"第{k}件")[0] for k in range(n)]


def registered(n: int) -> list[OrderState]:
    return [lives.played((lives.REGISTER,), title=f"第{k}件")[0] for k in range(n)]


def test_several_extensions_are_asked_for_and_granted_each_with_its_new_end() -> None:
    orders = accepted(2)
    at(LATER)
    asked = text(several(signed_in("wang"), "ask_extension", orders, until="2022-11-18", reason="设备未到"))
    assert "办成2件，没办成0件" in asked and asked.count("申请延到11月18日，等审批") == 2
    granted = text(several(signed_in("zhou"), "decide_extension", orders, agreed="agree", form_key="7" * 32))
    assert "办成2件，没办成0件" in granted and granted.count("同意延期，最迟11月18日") == 2
    assert [lives.again(order).extensions for order in orders] == [1, 1]


def test_an_extension_that_is_none_is_refused_row_by_row_and_nothing_changes() -> None:
    one, two = accepted(2)
    at(LATER)
    wang = signed_in("wang")
    several(wang, "ask_extension", [one], until="2022-11-18", reason="设备未到")
    said = text(several(wang, "ask_extension", [one, two], until="2022-11-21", reason="设备未到", form_key="8" * 32))
    assert "办成1件，没办成1件" in said and "还没有裁定" in said and "只重试这1件" in said
    assert [event.verb for event in events.of_order(one.id)].count("ask_extension") == 1


def cut_off(monkeypatch: pytest.MonkeyPatch, client: Client, orders: list[OrderState]) -> None:
    """Let the machine fail after the first order of three was reminded."""
    real, calls = bulk.move_order, []

    def breaks(**given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("power cut")
        return real(**given)

    with monkeypatch.context() as broken:
        broken.setattr(bulk, "move_order", breaks)
        with pytest.raises(OSError):
            several(client, "remind", orders, text="请抓紧")


def reminded(orders: list[OrderState]) -> list[int]:
    return [[event.verb for event in events.of_order(order.id)].count("remind") for order in orders]


def test_a_run_that_was_cut_off_is_taken_up_and_nothing_is_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = accepted(3)
    at(LATER)
    zhou = signed_in("zhou")
    cut_off(monkeypatch, zhou, orders)
    assert reminded(orders) == [1, 0, 0]
    lives.go_on(lives.again(orders[0]), [("wang", "progress", {"text": "在联系"})], LATER)  # it moved on since
    page = zhou.get("/orders/bulk/")
    assert "中途断了，还没办完" in text(page)
    address = re.search(r'action="(/orders/bulk/runs/\d+/)"', source(page))
    assert address
    said = text(zhou.post(address.group(1)))
    assert "办成3件，没办成0件" in said and reminded(orders) == [1, 1, 1]
    assert "接着办</button>" not in source(zhou.get("/orders/bulk/"))
    assert "办成3件，没办成0件" in text(zhou.post(address.group(1))) and reminded(orders) == [1, 1, 1]


def test_the_same_form_sent_again_after_a_crash_takes_up_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = accepted(3)
    at(LATER)
    zhou = signed_in("zhou")
    cut_off(monkeypatch, zhou, orders)
    assert "办成3件，没办成0件" in text(several(zhou, "remind", orders, text="请抓紧"))
    assert reminded(orders) == [1, 1, 1] and bulk_runs.unfinished("zhou") == 0


def test_a_run_is_nobody_else_s(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = accepted(3)
    at(LATER)
    zhou = signed_in("zhou")
    cut_off(monkeypatch, zhou, orders)
    (run,) = bulk_runs.of("zhou")
    other = signed_in("shen")
    assert other.post(f"/orders/bulk/runs/{run.id}/").status_code == 404
    assert several(other, "remind", orders, text="请抓紧").status_code == 404
    assert "还没有批量办过" in text(other.get("/orders/bulk/"))
    assert reminded(orders) == [1, 0, 0]


@pytest.mark.parametrize(
    ("person", "offered"),
    [
        ("zhou", ["dispatch", "decide_extension", "amend", "redispatch", "remind", "resupervise"]),
        ("wang", ["ask_extension"]),
        ("luo", ["remind", "resupervise"]),
        ("he", []),
    ],
)
def test_a_list_offers_each_post_the_moves_it_may_make_on_several(person: str, offered: list[str]) -> None:
    accepted(1)
    at(LATER)
    page = source(signed_in(person).get("/orders/?view=open"))
    assert sorted(re.findall(r'formaction="/orders/bulk/(\w+)/"', page)) == sorted(offered)
    assert ('name="pick"' in page) == bool(offered)


def test_each_tray_offers_what_can_be_done_with_what_lies_there() -> None:
    registered(1)
    order = accepted(1)[0]
    at(LATER)
    lives.go_on(order, [("wang", "ask_extension", {"until": "2022-11-18", "reason": "设备未到"})], LATER)
    zhou = signed_in("zhou")
    offered = {
        tray: re.findall(r'formaction="/orders/bulk/(\w+)/"', source(zhou.get(f"/orders/desk/?queue={tray}")))
        for tray in ("to-dispatch", "in-progress", "asked-extension-desk")
    }
    assert offered == {
        "to-dispatch": ["dispatch", "amend", "remind"],
        "in-progress": ["amend", "resupervise", "redispatch", "remind"],
        "asked-extension-desk": ["decide_extension", "remind"],
    }


def test_the_page_of_runs_asks_one_question_however_many_there_are() -> None:
    orders = accepted(1)
    at(LATER)
    zhou = signed_in("zhou")
    few = queries(zhou, "/orders/bulk/")
    for k in range(5):
        several(zhou, "remind", orders, text="请抓紧", form_key=f"{k}" * 32)
    assert queries(zhou, "/orders/bulk/") == few


def test_all_orders_of_a_condition_are_chosen_at_once_with_those_of_other_pages() -> None:
    order = registered(1)[0]
    copies(order.number, 130)
    at(LATER)
    zhou = signed_in("zhou")
    page = source(zhou.get("/orders/?view=open&category=recruitment"))
    every = re.search(r'<a href="([^"]+)">选中全部131件（含其他页）</a>', page)
    assert every and page.count('name="pick"') == 50
    chosen = source(zhou.get(every.group(1).replace("&amp;", "&")))
    assert "已选中全部131件" in chosen and len(re.findall(r'name="pick" value="[^"]+" checked', chosen)) == 131


def test_more_than_one_run_may_hold_is_said_and_not_cut_in_silence() -> None:
    order = registered(1)[0]
    copies(order.number, bulk.MOST + 20)
    at(LATER)
    chosen = text(signed_in("zhou").get("/orders/?view=open&all=1"))
    assert f"已选中最前面的{bulk.MOST}件，一次最多{bulk.MOST}件" in chosen


def test_a_form_of_so_many_orders_is_taken() -> None:
    order = registered(1)[0]
    copies(order.number, bulk.MOST - 1)
    at(LATER)
    numbers = [order.number, *(f"{order.number}-{k}" for k in range(bulk.MOST - 1))]
    sent: dict[str, Any] = {"pick": numbers, "form_key": KEY, "seen": "1"}
    sent |= {f"seq-{one}": "2" for one in numbers} | {f"lead-{one}": "labour_bureau" for one in numbers}
    assert signed_in("zhou").post("/orders/bulk/dispatch/", sent).status_code == 200
