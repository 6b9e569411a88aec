"""派单台: trays that count what their lists hold, one move after another, several at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.core.order_state import OrderState
from bihuan.store import drafts, events
from tests import cast, lives
from tests.actions import world
from tests.web.staff import KEY, at, copies, links, queries, signed_in, source, text, title

pytestmark = pytest.mark.django_db
DESK = "/orders/desk/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


@pytest.fixture
def zhou() -> Client:
    return signed_in("zhou")


def registered(name: str, category: str = "recruitment", **facts: str) -> OrderState:
    order = lives.submitted(title=name, category=category, **facts)
    return lives.go_on(order, [("zhou", "register", {**lives.REGISTER[2], "category": category})], cast.NOW)[0]


def rows(answer: HttpResponse) -> list[str]:
    """Return the numbers of the list, in order."""
    return re.findall(r'<span class="mono">(.*?)</span></span></li>', source(answer))


def trays(answer: HttpResponse) -> dict[str, tuple[int, str]]:
    """Return {name: (count, address)} of the queue nav."""
    nav = source(answer).split('<nav class="queues"')[1].split("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)<span class="n">(\d+)</span>', nav)
    return {name: (int(n), address) for address, name, n in found}


def send(client: Client, order: OrderState, verb: str, facts: dict[str, str], **more: str) -> HttpResponse:
    sent = {"number": order.number, "verb": verb, "expect": str(order.seq), "form_key": KEY, **facts, **more}
    return client.post(DESK, sent)  # type: ignore[return-value]


GOOD = {"lead": "labour_bureau", "supervisor": "zone.supervisor"}


def test_a_move_at_the_desk_reads_its_order_once(zhou: Client) -> None:
    order = registered("缺技工")
    with CaptureQueriesContext(connection) as made:
        assert send(zhou, order, "dispatch", GOOD).status_code == 302
    assert sum(str(one["sql"]).startswith("SELECT o.id, o.seq, o.generation") for one in made) == 1


# ---------- trays and lists ----------
def test_every_tray_counts_exactly_what_its_list_holds() -> None:
    played = [world.walk(seed, 9) for seed in range(8)]
    lives.played(lives.CHECKED)
    lives.played((*lives.CHECKED, lives.GOOD))
    lives.played((*lives.CHECKED, lives.BAD))
    at(max(now for _o, now, _r in played) + timedelta(days=20))
    for person in ("zhou", "tang", "shen", "luo"):
        client = signed_in(person)
        for name, (n, address) in trays(client.get(DESK)).items():
            answer = client.get(address)
            assert len(rows(answer)) == n, (person, name, address)
            assert f"{name} {n}件" in text(answer)


def test_an_order_whose_rating_window_ran_out_moves_from_waiting_to_striking_off(zhou: Client) -> None:
    order, now = lives.played(lives.CHECKED)
    at(now + timedelta(days=3))
    assert rows(zhou.get(f"{DESK}?queue=to-rate")) == [order.number] and rows(zhou.get(f"{DESK}?queue=to-close")) == []
    at(now + timedelta(days=20))
    assert rows(zhou.get(f"{DESK}?queue=to-close")) == [order.number] and rows(zhou.get(f"{DESK}?queue=to-rate")) == []


def test_the_list_is_sorted_by_what_is_due_first(zhou: Client) -> None:
    calm = lives.submitted(title="不急的")
    lives.go_on(calm, [("zhou", "register", {**lives.REGISTER[2], "urgency": "calm"})], cast.NOW)
    urgent = registered("急的")
    at(cast.NOW + timedelta(hours=2))
    assert rows(zhou.get(DESK)) == [urgent.number, calm.number]


def test_chain_and_category_narrow_the_list_and_say_so(zhou: Client) -> None:
    one = registered("融资的", "finance")
    registered("招工的")
    at(cast.NOW + timedelta(hours=2))
    answer = zhou.get(f"{DESK}?queue=to-dispatch&category=finance")
    assert rows(answer) == [one.number] and "待派单 1件" in text(answer)
    answer = zhou.get(f"{DESK}?queue=to-dispatch&desk=food")
    assert rows(answer) == [] and "这个条件下没有单" in text(answer) and "去掉条件" in text(answer)


def test_an_emptied_tray_says_what_is_next(zhou: Client) -> None:
    lives.played(lives.ANSWERED)
    at(cast.NOW + timedelta(hours=8))
    said = text(zhou.get(DESK))
    assert "待派单清空了" in said and "已反馈待核1件" in said


def test_a_dispatcher_sees_only_the_chains_covered() -> None:
    order = registered("装备链的")
    at(cast.NOW + timedelta(hours=2))
    client = signed_in("tang")
    answer = client.get(f"{DESK}?queue=to-dispatch&at={order.number}")
    assert rows(answer) == [] and order.title not in text(answer)


def test_somebody_without_a_desk_is_led_to_the_list() -> None:
    at(cast.NOW)
    answer = signed_in("wang").get(DESK)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/orders/")


def test_more_than_a_page_goes_on_by_key_without_loss_or_repetition(zhou: Client) -> None:
    order = registered("很多件")
    copies(order.number, 70)
    at(cast.NOW + timedelta(hours=2))
    first = zhou.get(DESK)
    more = next(link for link in links(first, DESK) if "after=" in link and "at=" not in link)
    second = zhou.get(more)
    assert len(rows(first)) == 50 and len(rows(second)) == 21
    assert len({*rows(first), *rows(second)}) == 71
    assert "待派单 71件" not in text(first)  # the counter counts events, not copied rows


# ---------- the pane ----------
def test_the_first_order_stands_in_the_pane_with_the_catalogue_s_proposal_and_its_load(zhou: Client) -> None:
    lives.played(lives.ACCEPTED)
    order = registered("招五十人")
    at(cast.NOW + timedelta(hours=5))
    page = source(zhou.get(DESK))
    assert f'name="number" value="{order.number}"' in page
    assert re.search(r'<option value="labour_bureau" selected>人社局\W+在办1件<', page)
    said = text(zhou.get(DESK))
    assert "旺季订单排到春节" in said and "国庆前到岗20人" in said
    assert "最迟10月31日双反馈（1个月）" in said  # 29 October is a Saturday
    assert "本月各专项2件" in said
    assert lives.PHONE not in said and "刘芳" not in said


def test_the_requester_s_other_open_orders_stand_beside_with_the_way_to_join_them(zhou: Client) -> None:
    other, _now = lives.played(lives.ACCEPTED, title="车间招工老单")
    order = registered("车间招工新单")
    at(cast.NOW + timedelta(hours=5))
    answer = zhou.get(f"{DESK}?at={order.number}")
    assert "车间招工老单" in text(answer)
    assert f"/orders/{order.number}/merge/?main={other.number}" in links(answer)


def test_a_request_to_return_shows_reason_basis_and_the_catalogue(zhou: Client) -> None:
    asked = (
        "wang",
        "ask_return",
        {"reason": "不属我局职责", "suggested_unit": "land_bureau", "legal_basis": "三定方案第4条"},
    )
    lives.played((*lives.DISPATCHED, asked))
    at(cast.NOW + timedelta(hours=5))
    said = text(zhou.get(f"{DESK}?queue=asked-return-desk"))
    for word in ("王磊申请退单", "不属我局职责", "三定方案第4条", "招工归人社局", "此前退过0次", "同意退单，重新派"):
        assert word in said, word


def test_both_answers_stand_side_by_side_before_the_check(zhou: Client) -> None:
    lives.played(lives.ANSWERED)
    at(cast.NOW + timedelta(hours=8))
    said = text(zhou.get(f"{DESK}?queue=to-check"))
    assert "第二批19人今天已办入职" in said and "合计到岗21人" in said and "核查通过，请企业评" in said


# ---------- moving ----------
def test_a_dispatch_slides_the_next_order_in_and_says_what_happened(zhou: Client) -> None:
    first, second = registered("第一件"), registered("第二件")
    at(cast.NOW + timedelta(hours=2))
    answer = send(zhou, first, "dispatch", GOOD, next=second.number)
    assert answer.status_code == 302
    after = zhou.get(answer.headers["Location"])
    assert f"已派{first.number}给人社局" in text(after) and "撤回（2分钟内）" in text(after)
    assert f'name="number" value="{second.number}"' in source(after)
    assert lives.again(first).state == "dispatched"


def test_the_form_names_the_order_that_follows(zhou: Client) -> None:
    one, two = registered("第一件"), registered("第二件")
    at(cast.NOW + timedelta(hours=2))
    first, second = rows(zhou.get(DESK))
    assert {first, second} == {one.number, two.number}
    assert f'name="next" value="{second}"' in source(zhou.get(DESK))
    assert f'name="next" value="{first}"' in source(zhou.get(f"{DESK}?at={second}"))


def test_a_dispatch_is_taken_back_within_two_minutes_and_not_after(zhou: Client) -> None:
    order = registered("派错了")
    at(cast.NOW + timedelta(hours=2))
    done = zhou.get(send(zhou, order, "dispatch", GOOD).headers["Location"])
    assert "撤回（2分钟内）" in text(done)
    order = lives.again(order)
    answer = send(zhou, order, "recall", {}, form_key="1" * 32)
    assert lives.again(order).state == "registered"
    assert f"已撤回{order.number}刚才的操作" in text(zhou.get(answer.headers["Location"]))
    order = lives.again(order)
    send(zhou, order, "dispatch", GOOD, form_key="2" * 32)
    at(cast.NOW + timedelta(hours=3))
    said = text(zhou.get(f"{DESK}?done={order.number}"))
    assert "已派" in said and "撤回（2分钟内）" not in said
    refused = send(zhou, lives.again(order), "recall", {}, form_key="3" * 32)
    assert refused.status_code == 409 and lives.again(order).state == "dispatched"


def test_nobody_is_told_of_what_somebody_else_did(zhou: Client) -> None:
    order, now = lives.played(lives.DISPATCHED)
    at(now)
    assert "已派" not in text(signed_in("luo").get(f"{DESK}?done={order.number}"))


def test_what_is_missing_is_named_at_the_field_and_nothing_typed_is_lost(zhou: Client) -> None:
    order = registered("少填的")
    at(cast.NOW + timedelta(hours=2))
    answer = send(zhou, order, "dispatch", {"lead": "science_bureau", "note": "请一周内答复"})
    assert answer.status_code == 400 and title(answer).startswith("有1处要改：")
    page = source(answer)
    assert 'href="#f-dispatch-supervisor"' in page and 'id="f-dispatch-supervisor"' in page
    assert '<option value="science_bureau" selected>' in page and "请一周内答复" in page
    assert lives.again(order).seq == order.seq


def test_a_stale_form_is_refused_in_words_and_changes_nothing(zhou: Client) -> None:
    order = registered("两人同时派")
    at(cast.NOW + timedelta(hours=2))
    lives.go_on(order, [("zhou", "amend", {"urgency": "calm"})], cast.NOW)
    answer = send(zhou, order, "dispatch", {**GOOD, "note": "我写的要求"})
    assert answer.status_code == 409
    assert "没有“派单”" in text(answer) and "dispatch.stale" in text(answer) and "我写的要求" in source(answer)
    assert lives.again(order).state == "registered"
    assert "现在的" in text(answer) and "您要改的" in text(answer) and "您的字一个没丢" in text(answer)
    kept = drafts.of("zhou", f"{order.number}:dispatch")
    assert kept is not None and kept.facts["note"] == "我写的要求"


def test_what_was_written_for_a_move_that_is_over_is_shown_and_kept(zhou: Client) -> None:
    order = registered("别人已派")
    at(cast.NOW + timedelta(hours=2))
    lives.go_on(order, [("shen", "dispatch", {**GOOD})], cast.NOW)
    answer = send(zhou, order, "dispatch", {**GOOD, "note": "我写的要求"})
    assert answer.status_code == 409
    assert "没有“派单”" in text(answer) and "我写的要求" in text(answer)
    assert drafts.of("zhou", f"{order.number}:dispatch") is not None


def test_the_same_form_sent_twice_makes_one_event(zhou: Client) -> None:
    order = registered("手快")
    at(cast.NOW + timedelta(hours=2))
    answers = [send(zhou, order, "dispatch", GOOD) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert [event.verb for event in events.of_order(order.id)].count("dispatch") == 1


def test_what_an_address_or_a_form_makes_up_does_no_harm(zhou: Client) -> None:
    order = registered("乱来")
    at(cast.NOW + timedelta(hours=2))
    for query in ("queue=x", "at=%00", "done=%00&at=QD", "desk=%27", "category=%00;--", "after=~~~", "after=9~x"):
        assert zhou.get(f"{DESK}?{query}").status_code == 200, query
    assert send(zhou, order, "nonsense", {}).status_code == 409
    assert send(zhou, order, "dispatch\x00", {}, form_key="k" * 300, next="\x00").status_code in (302, 400)
    assert several(zhou, "dispatch", [order], pick="\x00").status_code == 200


def test_what_is_not_one_s_own_is_not_found() -> None:
    order = registered("别人的链")
    at(cast.NOW)
    assert send(signed_in("tang"), order, "dispatch", GOOD).status_code == 404
    assert send(signed_in("zhou"), order, "dispatch", GOOD, number="QD2022-9999").status_code == 404


def test_a_leader_looking_over_the_desk_s_shoulder_is_offered_no_dispatch() -> None:
    order = registered("看看的")
    at(cast.NOW + timedelta(hours=2))
    client = signed_in("luo")
    answer = client.get(DESK)
    assert "这张单现在不等您这一步" in text(answer) and 'name="verb"' not in source(answer)
    refused = send(client, order, "dispatch", GOOD)
    assert refused.status_code == 409 and lives.again(order).state == "registered"


def test_the_leader_named_last_is_proposed_for_the_next_order(zhou: Client) -> None:
    first, second = registered("第一件"), registered("第二件")
    at(cast.NOW + timedelta(hours=2))
    send(zhou, first, "dispatch", {**GOOD, "supervisor": "zone.supervisor2"})
    page = source(zhou.get(f"{DESK}?at={second.number}"))
    assert re.search(r'<option value="zone.supervisor2" selected>', page)


def test_keys_are_printed_on_the_buttons_they_press(zhou: Client) -> None:
    registered("按键")
    at(cast.NOW + timedelta(hours=2))
    page = source(zhou.get(DESK))
    assert re.search(r'data-key="D">派单 <kbd[^>]*>D</kbd>', page)
    assert re.search(r'data-key="N">代企业点单 <kbd[^>]*>N</kbd>', page)


@pytest.mark.parametrize("tray", ["to-dispatch", "red"])
def test_the_desk_makes_the_same_few_queries_for_five_orders_and_for_four_hundred(zhou: Client, tray: str) -> None:
    for n in range(5):
        order = registered(f"第{n}件")
    at(cast.NOW + timedelta(days=1))
    few = queries(zhou, f"{DESK}?queue={tray}")
    copies(order.number, 400)
    assert queries(zhou, f"{DESK}?queue={tray}") == few <= 8


# ---------- several at once ----------
def several(client: Client, verb: str, orders: list[OrderState], **more: str) -> HttpResponse:
    sent = {"pick": [order.number for order in orders], "form_key": KEY, **more}
    return client.post(f"/orders/bulk/{verb}/", sent)  # type: ignore[return-value]


def test_a_bulk_dispatch_shows_first_what_will_happen_to_each(zhou: Client) -> None:
    good, unknown = registered("招工的"), registered("物流的", "logistics")
    gone, _now = lives.played(lives.ACCEPTED, title="已在办的")
    at(cast.NOW + timedelta(hours=5))
    answer = several(zhou, "dispatch", [good, unknown, gone], seen="1", supervisor="zone.supervisor")
    said = text(answer)
    assert answer.status_code == 200 and "能办1件，不能办2件。还没有做任何改动。" in said
    assert "派给人社局，最迟10月31日双反馈" in said and said.count("不能办") >= 2
    assert lives.again(good).state == "registered"


def test_confirming_moves_what_can_be_moved_and_offers_the_rest_again(zhou: Client) -> None:
    good, bad = registered("招工的"), registered("物流的", "logistics")
    at(cast.NOW + timedelta(hours=5))
    more = {f"seq-{good.number}": str(good.seq), f"seq-{bad.number}": str(bad.seq), f"lead-{bad.number}": ""}
    more |= {f"lead-{good.number}": "labour_bureau", "supervisor": "zone.supervisor", "seen": "1", "go": "1"}
    answer = several(zhou, "dispatch", [good, bad], **more)
    said = text(answer)
    assert "办成1件，没办成1件" in said and "只重试这1件" in said
    assert lives.again(good).state == "dispatched" and lives.again(bad).state == "registered"
    page = source(answer)
    assert re.findall(r'name="pick" value="(.*?)"', page) == [bad.number]
    assert 'name="supervisor" value="zone.supervisor"' in page
    again = several(zhou, "dispatch", [bad], **{**more, f"lead-{bad.number}": "finance_bureau", "form_key": "4" * 32})
    assert "办成1件，没办成0件" in text(again) and lives.again(bad).lead == "finance_bureau"


def test_a_bulk_confirmed_twice_makes_each_move_once(zhou: Client) -> None:
    orders = [registered("一"), registered("二")]
    at(cast.NOW + timedelta(hours=5))
    more = {f"seq-{order.number}": str(order.seq) for order in orders}
    more |= {f"lead-{order.number}": "labour_bureau" for order in orders}
    for _ in range(2):
        answer = several(zhou, "dispatch", orders, seen="1", go="1", supervisor="zone.supervisor", **more)
        assert "办成2件，没办成0件" in text(answer)
    for order in orders:
        assert [event.verb for event in events.of_order(order.id)] == ["submit", "register", "dispatch"]


def test_an_order_that_moved_on_since_the_preview_is_refused_and_the_others_are_not(zhou: Client) -> None:
    one, two = registered("一"), registered("二")
    lives.go_on(one, [("zhou", "amend", {"urgency": "calm"})], cast.NOW)
    at(cast.NOW + timedelta(hours=5))
    more = {f"seq-{order.number}": str(order.seq) for order in (one, two)}
    more |= {f"lead-{order.number}": "labour_bureau" for order in (one, two)}
    said = text(several(zhou, "dispatch", [one, two], seen="1", go="1", supervisor="zone.supervisor", **more))
    assert "办成1件，没办成1件" in said
    assert (lives.again(one).state, lives.again(two).state) == ("registered", "dispatched")


def test_several_are_reminded_or_put_into_another_category(zhou: Client) -> None:
    orders = [registered("一"), registered("二")]
    at(cast.NOW + timedelta(hours=5))
    several(zhou, "amend", orders, seen="1", go="1", category="finance", form_key="5" * 32)
    assert [lives.again(order).category for order in orders] == ["finance", "finance"]
    several(zhou, "remind", orders, seen="1", go="1", text="请抓紧", form_key="6" * 32)
    assert [lives.again(order).last["verb"] for order in orders] == ["remind", "remind"]


def test_only_moves_meant_for_several_are_offered_for_several(zhou: Client) -> None:
    order = registered("一")
    assert several(zhou, "close", [order]).status_code == 404
    assert several(zhou, "nonsense", [order]).status_code == 404
    assert zhou.get("/orders/bulk/dispatch/").headers["Location"] == DESK
