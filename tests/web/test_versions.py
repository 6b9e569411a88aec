"""设 › 专项 › 版本: the board, what differs, the plan's form, its dry run, its carrying out and its taking back."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from bihuan.actions import links as order_links
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import network, orders, packs
from bihuan.words.refusals import told
from tests import cast, lives
from tests.web.staff import at, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db

BOARD = "/setup/programmes/enterprise_order/"
DIFF = f"{BOARD}diff/?a=1&b=2"
PLAN = f"{BOARD}plan/"
TYPE = "enterprise_request"
Content = dict[str, Any]


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()
    at(cast.NOW)


@pytest.fixture
def admin() -> Client:
    return signed_in("wu")


def published(*changes: Callable[[Content], None]) -> None:
    """Publish a second version, changed so; without a change it has a longer limit to accept."""
    content = copy.deepcopy(cast.content())
    for change in changes or (longer,):
        change(content["orders"]["order"][0])
    packs.publish(content, note="接单时限放宽", by="wu", now=cast.NOW)


def longer(order: Content) -> None:
    next(clock for clock in order["clock"] if clock["key"] == "accepting")["limit"] = "3 workdays"


def renamed(order: Content) -> None:
    for state in order["state"]:
        if state["key"] == "in_progress":
            state["key"], state["name"] = "working", "正在办"
    for move in order["move"]:
        move["from"] = ["working" if key == "in_progress" else key for key in move.get("from", [])]
        move["to"] = "working" if move.get("to") == "in_progress" else move.get("to", "")


def form(do: str, **given: str) -> dict[str, str]:
    kept = {
        f"clock.{TYPE}.{key}": "keep-deadline"
        for key in ("registering", "dispatching", "accepting", "promise", "handling")
    }
    return {"from": "1", "to": "2", "do": do, **kept, **given}


def now_of(order: OrderState) -> OrderState:
    return orders.by_id(order.id, seen_by=SYSTEM).order


@pytest.mark.parametrize("page", [BOARD, DIFF, f"{PLAN}?from=1&to=2"])
def test_an_administrator_opens_it_and_everybody_else_meets_404(page: str, admin: Client) -> None:
    lives.played(lives.DISPATCHED)
    published()
    assert admin.get(page).status_code == 200
    for person in ("zhou", "luo", "guo"):
        assert signed_in(person).get(page).status_code == 404


def test_a_page_asks_as_much_for_many_orders_as_for_few(admin: Client) -> None:
    lives.played(lives.DISPATCHED)
    published()
    pages = (BOARD, DIFF, f"{PLAN}?from=1&to=2")
    few = [queries(admin, page) for page in pages]
    for _ in range(4):
        lives.submitted()
    assert [queries(admin, page) for page in pages] == few
    assert max(few) <= 14, few


def test_the_list_of_programmes_leads_to_the_board(admin: Client) -> None:
    assert BOARD in links(admin.get("/setup/programmes/"))


def test_the_board_tells_where_the_running_orders_of_every_version_stand(admin: Client) -> None:
    lives.played(lives.ACCEPTED)
    lives.submitted()
    published()
    page = text(admin.get(BOARD))
    assert "第2版" in page and "接单时限放宽" in page and "收新单" in page
    assert "只办在办的" in page and "办理中 1，" in page and "待受理 1" in page or "已提交" in page


def test_an_unknown_programme_or_version_is_404(admin: Client) -> None:
    assert admin.get("/setup/programmes/nothing/").status_code == 404
    assert admin.get(f"{BOARD}diff/?a=1&b=7").status_code == 404
    assert admin.get(f"{PLAN}?from=x&to=2").status_code == 404


def test_the_differences_stand_in_three_classes_with_their_orders(admin: Client) -> None:
    lives.played(lives.DISPATCHED)
    published(longer, renamed)
    page = text(admin.get(DIFF))
    assert page.index("在办的单换版时会碰到") < page.index("只碰还没有开始的") < page.index("名称、提示一类的字")
    assert "时限“接单时限”的期限：1个工作日 → 3个工作日 在办1件" in page
    assert "去掉状态“办理中” 在办0件" in page and "新增状态“正在办”" in page


# ---- new orders ----
def test_a_programme_stops_taking_orders_and_takes_them_again(admin: Client) -> None:
    answer = admin.post(BOARD, {"version": "enterprise_order@1", "state": "closing"}, follow=True)
    assert "第1版：只办在办的" in text(answer)
    facts = {"category": "recruitment", "facts": "旺季订单排到春节，包装工缺40人。", "requester_name": "善卷食品"}
    person = {"contact_name": "郭婷", "contact_phone": "13807360516"}
    refused = Client().post("/p/enterprise_order/new/", {**facts, **person})
    assert refused.status_code == 409 and "现在不收新单，这张单没有提交" in refused.content.decode()
    assert "包装工缺40人" in refused.content.decode()
    admin.post(BOARD, {"version": "enterprise_order@1", "state": "open"})
    assert Client().post("/p/enterprise_order/new/", {**facts, **person}).status_code == 302


def test_the_office_reads_why_nothing_is_taken(admin: Client) -> None:
    admin.post(BOARD, {"version": "enterprise_order@1", "state": "closing"})
    with pytest.raises(Refused) as why:
        lives.submitted()
    kind = packs.programme("enterprise_order").orders[TYPE]
    said = told(why.value, kind, network.snapshot(cast.NOW.date()), cast.NOW)
    assert said.title.endswith("这个专项现在不收新单") and "产业链点单服务" in said.now


def test_a_version_with_running_orders_is_not_retired(admin: Client) -> None:
    lives.submitted()
    published()
    answer = admin.post(BOARD, {"version": "enterprise_order@1", "state": "retired"})
    assert answer.status_code == 409 and "还有1件在办单" in text(answer)


# ---- moving over ----
def test_the_form_asks_for_every_running_clock_and_chooses_nothing(admin: Client) -> None:
    lives.played(lives.DISPATCHED)
    published()
    page = source(admin.get(f"{PLAN}?from=1&to=2"))
    for key in ("accepting", "promise", "handling"):
        assert f'name="clock.{TYPE}.{key}" value="keep-deadline"' in page
    assert f'name="clock.{TYPE}.promise" value="restart"' not in page
    assert "checked" not in page and 'value="apply"' not in page


def test_a_clock_left_open_is_named(admin: Client) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    published()
    given = form("apply")
    del given[f"clock.{TYPE}.accepting"]
    answer = admin.post(PLAN, given)
    assert answer.status_code == 400 and "请选“接单时限”怎么办" in text(answer)
    assert now_of(order) == order


def test_a_dry_run_shows_both_deadlines_and_changes_nothing(admin: Client) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    published()
    answer = admin.post(PLAN, form("look", **{f"clock.{TYPE}.accepting": "keep-elapsed"}))
    page = text(answer)
    assert answer.status_code == 200 and "在办1件，都能换" in page and order.number in page
    assert "接单时限 9月30日17:30 → 10月9日17:30" in page and "对企业承诺" in page and "→ 不变" in page
    assert "accepting = &#34;keep-elapsed&#34;" in source(answer)
    assert now_of(order) == order


def test_orders_are_moved_listed_on_the_board_and_put_back(admin: Client) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    published()
    done = admin.post(PLAN, form("apply"))
    assert done.status_code == 200 and "1件已换到第2版" in text(done)
    assert now_of(order).bundle == "enterprise_order@2"
    board = admin.get(BOARD)
    assert "换过的版 1" in text(board) and "吴凡" in text(board)
    written = html.unescape(re.findall(r'name="plan" value="([^"]*)"', source(board))[0])
    back = admin.post(PLAN, {"do": "revert", "plan": written})
    assert "1件已换回第1版" in text(back)
    assert now_of(order).bundle == "enterprise_order@1"
    assert verify().broken is None


def test_a_plan_that_would_strand_orders_says_so_and_nothing_is_lost(admin: Client) -> None:
    order, _ = lives.played(lives.ACCEPTED)
    published(renamed)
    answer = admin.post(PLAN, form("apply"))
    assert answer.status_code == 409 and "一件也没有动" in text(answer) and order.number in text(answer)
    assert "换不过去" in text(answer) and now_of(order) == order
    stay = admin.post(PLAN, form("apply", rest_stays="1"))
    assert stay.status_code == 200 and now_of(order) == order
    moved = admin.post(PLAN, form("apply", **{f"state.{TYPE}.in_progress": "working"}))
    assert moved.status_code == 200 and now_of(order).state == "working"


def test_a_form_with_made_up_words_is_told_and_moves_nothing(admin: Client) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    published()
    answer = admin.post(PLAN, form("apply", **{f"clock.{TYPE}.accepting": "later"}))
    assert answer.status_code == 409 and "只能写" in text(answer)
    assert admin.post(PLAN, {"do": "revert", "plan": "x = "}).status_code == 404
    assert now_of(order) == order


def test_the_record_of_a_moved_order_tells_both_versions_events(admin: Client) -> None:
    order, _ = lives.played(lives.ACCEPTED)

    def fewer(table: Content) -> None:
        renamed(table)
        for move in table["move"]:
            if move["verb"] == "accept":
                move["verb"], move["effect"] = "take", "accept"
        for clock in table["clock"]:
            for part in ("starts", "stops"):
                clock[part] = ["take" if token == "accept" else token for token in clock.get(part, [])]

    published(fewer)
    done = admin.post(PLAN, form("apply", **{f"state.{TYPE}.in_progress": "working"}))
    assert "1件已换到第2版" in text(done), text(done)
    page = text(signed_in("wang").get(f"/orders/{order.number}/"))
    assert "由第1版换到第2版，现在是“正在办”" in page
    assert "接单" in page and "派单" in page
    outward = Client().get(f"/t/{order_links.link_for(order.id)}/")
    assert outward.status_code == 200 and "换到第2版" not in text(outward)


def test_the_register_tells_what_was_done(admin: Client) -> None:
    lives.submitted()
    published()
    admin.post(PLAN, form("apply"))
    admin.post(BOARD, {"version": "enterprise_order@1", "state": "retired"})
    page = text(admin.get("/setup/audit/?kind=setup"))
    assert "在办单换版" in page and "enterprise_order 第1版到第2版 1件" in page and "enterprise_order@1 停用" in page
