"""Lists people come back to: kept under a name for a person or a post, counted, lit when too many are in it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from bihuan.store import network, versions
from tests import cast, lives
from tests.web.staff import at, copies, queries, signed_in, source, text

pytestmark = pytest.mark.django_db

LATER = cast.NOW + timedelta(hours=8)
PAGE = "/orders/views/"
MINE = {"c-category": "recruitment", "c-view": "open"}


@pytest.fixture
def zhou() -> Client:
    cast.found()
    at(LATER)
    return signed_in("zhou")


def keep(client: Client, name: str, **more: str) -> HttpResponse:
    return client.post(PAGE, {"name": name, **MINE, **more})  # type: ignore[return-value]


def played(n: int) -> str:
    number = ""
    for k in range(n):
        number = lives.played((lives.REGISTER,), title=f"第{k}件")[0].number
    at(LATER)
    return number


def test_a_list_is_kept_under_a_name_and_opens_with_the_same_conditions(zhou: Client) -> None:
    played(2)
    page = source(zhou.get("/orders/?view=open&category=recruitment"))
    assert 'name="c-category" value="recruitment"' in page
    assert keep(zhou, "招工在办").status_code == 302
    shown = zhou.get("/orders/?view=open")
    chip = re.search(
        r'<a class="btn btn-s" href="(/orders/\?[^"]+)">招工在办 <span class="mute">2</span></a>', source(shown)
    )
    assert chip
    opened = text(zhou.get(chip.group(1).replace("&amp;", "&")))
    assert "共2件" in opened and "招工 ×" in opened


def test_a_view_with_more_than_its_limit_shows_a_light_in_words(zhou: Client) -> None:
    played(2)
    keep(zhou, "招工", limit="1")
    keep(zhou, "宽的", limit="2")
    said = text(zhou.get(PAGE))
    assert "黄灯： 2件，超过1件" in said.replace("黄灯：2件", "黄灯： 2件") and "超过2件" not in said


def test_a_post_s_view_is_there_for_whoever_holds_the_post_and_a_person_s_is_not(zhou: Client) -> None:
    played(1)
    keep(zhou, "我自己的")
    keep(zhou, "岗位的", shared="1")
    network.put_holding(person="tang", post="desk.dispatcher", since=cast.SINCE)
    versions.bump("network")
    tang = signed_in("tang")
    tang.post("/me/", {"post": "desk.dispatcher2"})
    assert "岗位的" not in text(tang.get(PAGE))  # she acts in another post of hers
    tang.post("/me/", {"post": "desk.dispatcher"})
    assert "岗位的" in text(tang.get(PAGE)) and "我自己的" not in text(tang.get(PAGE))
    stranger = signed_in("sun")
    assert "岗位的" not in text(stranger.get(PAGE))
    assert "岗位的" in text(zhou.get(PAGE)) and "本岗位共用" in text(zhou.get(PAGE))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "请给视图起个名字"),
        ({"name": "长" * 21}, "视图的名字最多20个字"),
        ({"name": "甲", "limit": "二十"}, "提醒的件数写0到1000的整数，不提醒就不填"),
        ({"name": "甲", "limit": "5000"}, "提醒的件数写0到1000的整数，不提醒就不填"),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_conditions_stay(zhou: Client, sent: dict[str, str], said: str) -> None:
    answer = zhou.post(PAGE, {**MINE, **sent})
    assert answer.status_code == 400 and said in text(answer)
    assert 'name="c-category" value="recruitment"' in source(answer)


def test_a_seventh_view_is_refused_and_a_list_without_conditions_is_none(zhou: Client) -> None:
    for n in range(6):
        assert keep(zhou, f"第{n}").status_code == 302
    assert "最多存6个，请先删掉不用的" in text(keep(zhou, "第七"))
    assert keep(zhou, "第1", limit="3").status_code == 302  # the same name again takes its place
    assert "没有条件的清单不用存" in text(zhou.post(PAGE, {"name": "空"}))


def test_a_view_is_renamed_and_forgotten_by_its_owner_alone(zhou: Client) -> None:
    keep(zhou, "旧名")
    keep(zhou, "别的")
    found = re.search(r'id="v(\d+)"', source(zhou.get(PAGE)))
    assert found
    sent = {"id": found.group(1), "name": "新名", "limit": "20"}
    assert signed_in("tang").post(PAGE, sent).status_code == 404
    assert zhou.post(PAGE, sent).status_code == 302 and "新名" in text(zhou.get(PAGE))
    assert "已有叫“别的”的视图" in text(zhou.post(PAGE, {**sent, "name": "别的"}))
    zhou.post(PAGE, {"id": found.group(1), "does": "drop"})
    zhou.get(PAGE)  # says that it is gone
    assert "新名" not in source(zhou.get("/orders/?view=open"))


def test_what_would_be_counted_over_all_history_is_not_counted(zhou: Client) -> None:
    zhou.post(PAGE, {"name": "全部招工", "c-category": "recruitment", "c-view": "all"})
    assert "历史太长，不计数" in text(zhou.get(PAGE))


def test_a_count_stops_at_a_thousand_and_costs_one_query_however_many_views_there_are(zhou: Client) -> None:
    number = played(1)
    keep(zhou, "一")
    few = queries(zhou, PAGE)
    copies(number, 1200)
    keep(zhou, "二")
    keep(zhou, "三", shared="1")
    assert "1000+" in text(zhou.get(PAGE))
    assert queries(zhou, PAGE) == few


def test_a_view_keeps_the_order_its_list_stood_in(zhou: Client) -> None:
    for k, days in enumerate((9, 2)):
        lives.played((lives.REGISTER,), cast.NOW - timedelta(days=days), title=f"第{k}件")
    at(LATER)
    newest = text(zhou.get("/orders/?view=open&sort=recent"))
    assert newest.index("第1件") < newest.index("第0件")
    by_due = text(zhou.get("/orders/?view=open"))
    assert by_due.index("第0件") < by_due.index("第1件")
    keep(zhou, "新的在前", **{"c-sort": "recent"})
    chip = re.search(r'href="(/orders/\?[^"]+)">新的在前', source(zhou.get("/orders/?view=open")))
    assert chip and "sort=recent" in chip.group(1)
    assert 'aria-sort="descending"' in source(zhou.get(chip.group(1).replace("&amp;", "&")))


def test_an_order_no_index_serves_counts_as_not_given(zhou: Client) -> None:
    played(1)
    assert "sort=" not in source(zhou.get("/orders/?view=closed&sort=due")).split("/orders/export/")[1][:60]
