"""The page of a sitting: orders are taken in, dispatched one after another or together, and the minute is printed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import cast, lives
from tests.actions.test_sittings import LATER, waiting
from tests.web.staff import at, copies, queries, signed_in, source, text

pytestmark = pytest.mark.django_db

LIST = "/orders/sittings/"


@pytest.fixture
def zhou() -> Client:
    cast.found()
    at(LATER)
    return signed_in("zhou")


def opened(client: Client) -> str:
    at(LATER)
    answer = client.post(LIST, {"title": "十月第一次", "present": "周敏、赵志远"})
    return str(answer.headers["Location"])


def sent(client: Client, page: str, number: str, **more: str) -> HttpResponse:
    given = {f"lead-{number}": "labour_bureau", f"supervisor-{number}": "zone.supervisor", **more}
    return client.post(page, given)  # type: ignore[return-value]


def test_a_desk_holds_a_sitting_from_its_opening_to_the_printed_minute(zhou: Client) -> None:
    one, two, three = waiting("招工一"), waiting("招工二", urgent="calm"), waiting("物流", "logistics")
    page = opened(zhou)
    shown = text(zhou.get(page))
    assert "会上还没有单" in shown and shown.index("招工一") < shown.index("招工二") < shown.index("物流")
    zhou.post(page, {"take": "1", "pick": [one.number, two.number, three.number]})
    assert "收进来3件。" in text(zhou.get(page))
    assert 'value="labour_bureau" selected' in source(zhou.get(page))  # the catalogue proposes
    sent(zhou, page, one.number, one=one.number, **{f"note-{one.number}": "一周内见面"})
    assert "派出1件" in text(zhou.get(page))
    zhou.post(page, {"defer": three.number, f"note-{three.number}": "等交通局到会"})
    sent(zhou, page, two.number, together="1", pick=two.number)
    ready = text(zhou.get(page))
    assert "派给人社局，分管赵志远" in ready and "暂缓：等交通局到会" in ready and "散会，出会议纪要" in ready
    zhou.post(page, {"close": "1"})
    over = zhou.get(page)
    assert "已散会" in text(over)
    minute = re.search(r'href="(/documents/\d+/)"', source(over))
    assert minute
    printed = text(zhou.get(minute.group(1)))
    for words in ("集中派单会议纪要", "共研究3件，派出2件，暂缓1件。", one.number, "周敏", "18:20", "等交通局到会"):
        assert words in printed
    assert zhou.get(minute.group(1).rstrip("/") + ".docx").status_code == 200
    assert "会议纪要" in text(zhou.get(LIST))
    assert [lives.again(order).state for order in (one, two, three)] == ["dispatched", "dispatched", "registered"]


def test_what_is_refused_stands_beside_its_order_with_what_was_chosen(zhou: Client) -> None:
    order = waiting("一")
    page = opened(zhou)
    zhou.post(page, {"take": "1", "pick": [order.number]})
    given = {"one": order.number, f"lead-{order.number}": "finance_bureau", f"note-{order.number}": "请快"}
    answer = zhou.post(page, given)
    assert answer.status_code == 409 and "请选分管领导" in text(answer)
    assert 'value="finance_bureau" selected' in source(answer) and 'value="请快"' in source(answer)
    assert "还有1件没有定" in text(answer) and "散会，出会议纪要" not in text(answer)
    assert zhou.post(page, {"close": "1"}).status_code == 409
    assert lives.again(order).state == "registered"


@pytest.mark.parametrize(
    ("form", "said"),
    [({"title": "", "present": "周敏"}, "请写会议名称"), ({"title": "会", "present": ""}, "请写参加人")],
)
def test_a_sitting_without_a_name_or_anybody_there_is_not_opened(zhou: Client, form: dict[str, str], said: str) -> None:
    answer = zhou.post(LIST, form)
    assert answer.status_code == 400 and said in text(answer)


def test_only_a_desk_holds_sittings_and_strangers_find_none(zhou: Client) -> None:
    page = opened(zhou)
    for person in ("wang", "guo", "sun"):
        client = signed_in(person)
        assert {
            client.get(LIST).status_code,
            client.get(page).status_code,
            client.post(page, {"close": "1"}).status_code,
        } == {404}
        assert client.post(LIST, {"title": "会", "present": "我"}).status_code == 404
    leader = signed_in("luo")
    assert leader.get(page).status_code == 200 and "把勾选的收进来" not in text(leader.get(page))
    assert zhou.get("/orders/sittings/1/").status_code == 404
    assert zhou.post(page, {"nonsense": "1"}).status_code == 404
    assert "集中派单会" in text(zhou.get("/orders/desk/")) and "集中派单会" not in text(
        signed_in("sun").get("/orders/")
    )


def test_the_page_asks_the_same_few_questions_for_one_order_and_for_sixty(zhou: Client) -> None:
    order = waiting("一")
    page = opened(zhou)
    zhou.post(page, {"take": "1", "pick": [order.number]})
    few = queries(zhou, page)
    copies(order.number, 60)
    assert queries(zhou, page) == few <= 8
    assert queries(zhou, LIST) <= 6


def test_the_day_after_a_sitting_may_still_be_closed(zhou: Client) -> None:
    order = waiting("一")
    page = opened(zhou)
    zhou.post(page, {"take": "1", "pick": [order.number]})
    at(LATER + timedelta(days=1))
    sent(zhou, page, order.number, one=order.number)
    assert zhou.post(page, {"close": "1"}).status_code == 302
