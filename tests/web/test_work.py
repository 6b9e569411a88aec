"""办: whose turn it is, what each line offers, and that the rail counts what the page shows."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from bihuan.actions.setting import setting_of
from bihuan.actions.turns import due_today, turns_of
from bihuan.core.turns import next_move
from bihuan.store import network, orders, packs, people, versions
from tests import cast, lives
from tests.actions import world
from tests.web.staff import at, copies, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
EXTENSION = ("wang", "ask_extension", {"until": "2022-12-01", "reason": "等省里名单"})
SUSPENSION = ("wang", "ask_suspension", {"suspend_reason": "superior", "resume_on": "2022-10-20", "reason": "等批复"})
SUSPEND = ("zhou", "decide_suspension", {"agreed": "agree"})
RETURN = ("wang", "ask_return", {"reason": "不属我局", "suggested_unit": "land_bureau", "legal_basis": "三定"})
DISPUTE = ("zhou", "decide_return", {"agreed_return": "arbiter"})


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def turns(person: str, now: datetime) -> dict[str, str]:
    """Return {number: verb} of what lies with the person."""
    found = turns_of(actor=cast.actor(person, now), now=now)
    return {turn.row.number: turn.move.verb for turn in found if turn.move}


@pytest.mark.parametrize(
    ("steps", "who", "verb"),
    [
        ((), "zhou", "register"),
        ((lives.REGISTER,), "zhou", "dispatch"),
        (lives.DISPATCHED, "wang", "accept"),
        (lives.DISPATCHED, "liyun", "accept"),
        ((lives.REGISTER, lives.WITH_CO), "lihang", "co_accept"),
        (lives.ACCEPTED, "wang", "reply_requester"),
        ((*lives.ACCEPTED, lives.ANSWER), "wang", "reply_desk"),
        (lives.DRAFTED, "hebing", "approve"),
        ((*lives.ACCEPTED, EXTENSION), "zhou", "decide_extension"),
        ((*lives.ACCEPTED, EXTENSION), "zhao", "decide_extension"),
        ((*lives.DISPATCHED, RETURN), "zhou", "decide_return"),
        ((*lives.DISPATCHED, RETURN, DISPUTE), "zhao", "arbitrate"),
        (lives.ANSWERED, "zhou", "check"),
        (lives.CHECKED, "liufang", "rate"),
        ((*lives.CHECKED, lives.GOOD), "zhou", "close"),
        ((*lives.CHECKED, lives.BAD), "zhou", "verify"),
        ((*lives.CHECKED, lives.BAD, lives.FOUNDED), "wang", "reply_requester"),
    ],
)
def test_whose_turn_it_is_finds_the_order_with_the_move(steps: object, who: str, verb: str) -> None:
    order, now = lives.played(steps)  # type: ignore[arg-type]
    assert turns(who, now) == {order.number: verb}


@pytest.mark.parametrize(
    ("steps", "who"),
    [
        ((), "wang"),
        ((lives.REGISTER,), "chen"),
        (lives.DISPATCHED, "hebing"),
        (lives.DISPATCHED, "sun"),
        (lives.ACCEPTED, "liyun"),  # a colleague took it
        (lives.DRAFTED, "wang"),  # it waits for the signature
        ((*lives.ACCEPTED, SUSPENSION, SUSPEND), "wang"),
        (lives.CHECKED, "zhou"),  # the enterprise is asked first
        ((*lives.CHECKED, lives.BAD), "wang"),
        (lives.ANSWERED, "zhao"),
    ],
)
def test_what_lies_with_somebody_else_is_not_ones_work(steps: object, who: str) -> None:
    _order, now = lives.played(steps)  # type: ignore[arg-type]
    assert turns(who, now) == {}


def test_an_order_whose_rating_window_ran_out_is_to_be_struck_off() -> None:
    order, now = lives.played(lives.CHECKED)
    assert turns("zhou", now + timedelta(days=14)) == {}
    assert turns("zhou", now + timedelta(days=17)) == {order.number: "close"}


def test_a_suspended_order_comes_back_on_its_day() -> None:
    order, now = lives.played((*lives.ACCEPTED, SUSPENSION, SUSPEND))
    assert turns("wang", now + timedelta(days=10)) == {}
    assert turns("wang", now + timedelta(days=25)) == {order.number: "resume"}


@pytest.mark.parametrize("seed", range(6))
def test_the_list_of_work_leaves_out_no_order_that_waits_for_its_reader(seed: int) -> None:
    """Random lives: for everybody, what the rule says of each order and what the query finds is the same."""
    played = [world.walk(100 * seed + n, 14) for n in range(3)]
    now = max(ended for _order, ended, _refused in played)
    for person in cast.POST_OF:
        actor = cast.actor(person, now)
        expected = {}
        for one, _now, _refused in played:
            order = orders.by_id(one.id, seen_by=cast.SYSTEM).order
            order_type = packs.order_type(order.bundle, order.type)
            if move := next_move(setting_of(order_type, now), order, actor, now):
                expected[order.number] = move.verb
        assert turns(person, now) == expected, person


# ---------- the page ----------
def groups(answer: HttpResponse) -> dict[str, list[str]]:
    """Return the titles under each heading of the page."""
    found = {}
    for part in source(answer).split('<li class="group">')[1:]:
        name = re.search(r"<h2>(.*?)</h2>", part)
        assert name
        found[name.group(1)] = re.findall(r'<a class="t"[^>]*>(.*?)</a>', part)
    return found


def test_the_groups_hold_what_is_due_today_this_week_later_and_what_waits_for_others() -> None:
    monday = cast.NOW + timedelta(days=11)  # 10 October, after the holiday
    today, _now = lives.played(lives.DISPATCHED, monday - timedelta(days=2), title="今天要接的")
    lives.played(lives.ACCEPTED, monday - timedelta(days=29), title="这周到期的")
    lives.played(lives.ACCEPTED, monday, title="还早的")
    lives.played(lives.ANSWERED, monday, title="等核查的")
    at(monday + timedelta(hours=6))
    answer = signed_in("wang").get("/mine/")
    assert groups(answer) == {
        "今天必须动的": ["今天要接的"], "本周到期": ["这周到期的"], "以后到期": ["还早的"], "等别人": ["等核查的"],
    }  # fmt: skip
    assert "人社局 已反馈待核" in text(answer)
    assert f"/orders/{today.number}/accept/" in source(answer)


def test_the_rail_counts_exactly_what_must_move_today() -> None:
    for n in range(3):
        _order, now = lives.played(lives.DISPATCHED, title=f"第{n}件")
    lives.played(lives.ACCEPTED)
    at(now + timedelta(days=1))
    answer = signed_in("wang").get("/mine/")
    badge = re.search(r'class="dot"><span class="vh">待办</span>(\d+)<', answer.content.decode())
    assert badge and int(badge.group(1)) == 3 == due_today(actor=cast.actor("wang"), now=now + timedelta(days=1))
    assert "今天必须动的 3件" in text(answer)


def test_an_empty_day_says_so_and_has_no_badge() -> None:
    at(cast.NOW)
    answer = signed_in("sun").get("/mine/")
    assert "今天没有必须动的。" in text(answer)
    assert 'class="dot"' not in answer.content.decode()


def test_the_calendar_greys_the_holiday_and_counts_the_days_dues() -> None:
    _order, now = lives.played(lives.DISPATCHED)
    at(now)
    said = source(signed_in("wang").get("/mine/"))
    days = re.findall(r'<li class="([^"]*)">(\S+?)<b>(\d+)</b>([^<]*)</li>', said)
    assert [day[2] for day in days][:3] == ["29", "30", "1"] and len(days) == 14
    assert days[0][0].split() == ["today"] and "rest" in days[2][0]
    assert days[1][3] == "1件"  # one workday to accept


def test_one_who_stands_in_works_on_the_orders_of_whom_they_stand_for() -> None:
    order, now = lives.played(lives.ACCEPTED)
    network.put_holding(person="liyun", post="labour.handler", since=cast.SINCE, stands_for="wang")
    versions.bump("network")
    stand_in = people.actor("liyun", "labour.handler~wang", now)
    assert stand_in is not None and stand_in.stands_for == "wang"
    assert [turn.row.number for turn in turns_of(actor=stand_in, now=now)] == [order.number]


def test_those_who_are_rated_do_not_read_of_a_bad_rating_before_its_callback() -> None:
    _order, now = lives.played((*lives.CHECKED, lives.BAD))
    at(now)
    said = text(signed_in("wang").get("/mine/"))
    assert "等企业评单" in said
    assert "差评" not in said and "不满意" not in said and "核实" not in said


@pytest.mark.parametrize("person", ["zhou", "wang", "hebing", "zhao"])
def test_the_page_makes_the_same_few_queries_for_five_orders_and_for_four_hundred(person: str) -> None:
    for steps in ((), (lives.REGISTER,), lives.DISPATCHED, lives.ACCEPTED, lives.DRAFTED):
        order, now = lives.played(steps)
    at(now)
    client = signed_in(person)
    few = queries(client, "/mine/")
    copies(order.number, 200)
    copies("QD2022-0003", 200)
    assert queries(client, "/mine/") == few <= 8


def test_a_state_known_by_its_head_is_not_read_again_and_a_move_is_seen_at_once() -> None:
    order, _now = lives.go_on(lives.submitted(), [lives.REGISTER], cast.NOW)
    zhou = cast.actor("zhou")
    assert [turn.order.number for turn in turns_of(actor=zhou, now=cast.NOW)] == [order.number]
    given: list[str] = []  # kept plans are captured without what they are given

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        given.append(f"{sql} {params}")
        return execute(sql, params, many, context)

    with CaptureQueriesContext(connection) as made, connection.execute_wrapper(note):
        again = turns_of(actor=zhou, now=cast.NOW)
    assert again[0].order == orders.by_id(order.id, seen_by=zhou).order
    said = [*given, *(query["sql"] for query in made)]
    assert any("CASE WHEN" in one and order.head in one for one in said)  # its body is left out
    lives.go_on(order, [lives.DISPATCH], cast.NOW)
    assert turns_of(actor=zhou, now=cast.NOW) == []


def test_ones_own_work_takes_nine_queries_at_most() -> None:
    lives.submitted()
    assert queries(signed_in("zhou"), "/mine/") <= 8  # one of them for the duties of the post
    assert queries(signed_in("he"), "/mine/") <= 8  # no duties of their own
