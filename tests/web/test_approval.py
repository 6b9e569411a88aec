"""审签 on the pages: whose desk a draft lies at, for how long, and what was changed on the way."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from bihuan.actions.orders import move_order
from bihuan.core.order_state import OrderState
from bihuan.store import network, people
from tests import cast, lives
from tests.web.staff import at, queries, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    network.put_post(
        key="jobs.head", name="就业科科长", kind="section_head", unit="labour_jobs", since=cast.SINCE, covers=[]
    )
    network.put_person(key="deng", name="邓云舒")
    network.put_holding(person="deng", post="jobs.head", since=cast.SINCE)


def drafted() -> OrderState:
    order, now = lives.played(lives.DRAFTED)
    at(now + lives.HOUR)
    return order


def send(client: Client, order: OrderState, verb: str, **facts: Any) -> Any:
    now = lives.again(order)
    return client.post(f"/orders/{order.number}/{verb}/", {"form_key": uuid4().hex, "expect": now.seq, **facts})


def test_a_draft_passes_its_desks_in_the_browser_and_each_is_told_with_its_time() -> None:
    order = drafted()
    section, head, handler = signed_in("deng"), signed_in("hebing"), signed_in("wang")
    page = text(section.get(f"/orders/{order.number}/"))
    assert "签后送部门负责人审定" in page and "下一步：审签发出" in page
    assert "现在等科室负责人（邓云舒）审签" in text(handler.get(f"/orders/{order.number}/"))
    assert (
        "待审签" in text(section.get("/mine/")) and order.number not in text(head.get("/mine/")).partition("等别人")[0]
    )
    assert "退到哪里" not in text(section.get(f"/orders/{order.number}/return_draft/")), "nobody earlier but the writer"
    edit = {"result": "partly_solved", "answer": "第二批19人今天已全部办入职"}
    assert send(section, order, "edit_answer", **edit).status_code == 302
    assert send(section, order, "approve", opinion="核过").status_code == 302
    page = text(head.get(f"/orders/{order.number}/"))
    assert "科室审核 邓云舒" in page and "已签：核过" in page and "在这里" in page and "已等" in page
    assert "稿子改过1次" in page and "第2稿 邓云舒" in page
    assert "<ins>全部</ins>" in head.get(f"/orders/{order.number}/").content.decode()
    assert "退到哪里" in text(head.get(f"/orders/{order.number}/return_draft/"))
    sheet = text(head.get(f"/orders/{order.number}/sheet/"))
    assert "科室审核" in sheet and "用时按工作时间算" in sheet


def test_an_edit_without_a_change_comes_back_with_what_to_do() -> None:
    order = drafted()
    answer = send(signed_in("deng"), order, "edit_answer", **lives.ANSWER[2])
    assert answer.status_code == 400 and "同意原稿就直接审签" in text(answer)


def test_the_requester_reads_nothing_of_the_chain() -> None:
    order = drafted()
    send(signed_in("deng"), order, "approve", opinion="内部的话")
    page = text(signed_in("liufang").get(f"/orders/{order.number}/"))
    assert "科室审核" not in page and "内部的话" not in page and "邓云舒" not in page


def test_the_page_asks_as_few_questions_with_a_long_chain_of_drafts() -> None:
    order = drafted()
    few = queries(signed_in("hebing"), f"/orders/{order.number}/")
    now = cast.NOW + 8 * lives.HOUR
    for n in range(4):
        back = ("hebing", "return_draft", {"opinion": f"再改{n}", "back_to": "drafter"})
        again = ("wang", "reply_requester", {"result": "solved", "answer": f"第{n}稿"})
        sign = ("deng", "approve", {})
        for who, verb, facts in (sign, back, again):
            now += lives.HOUR
            actor = cast.actor(who, now) if who != "deng" else _deng(now)
            move_order(actor=actor, id_=order.id, verb=verb, facts=facts, now=now)
    at(now + lives.HOUR)
    assert queries(signed_in("hebing"), f"/orders/{order.number}/") == few


def _deng(now: Any) -> Any:
    return people.actor("deng", "jobs.head", now)
