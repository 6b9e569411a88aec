"""The administrator's page of a hand-over: each order is listed with what becomes of it before anything happens."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from bihuan.actions import network
from bihuan.core.permission import SYSTEM
from bihuan.store import people
from tests import cast
from tests.actions.test_handovers import POST, taken
from tests.web.lives import begun
from tests.web.staff import at, copies, queries, signed_in, source, text

pytestmark = pytest.mark.django_db

PAGE = f"/network/posts/{POST}/handover/"
LATER = cast.NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _county() -> None:
    cast.found()


def admin() -> Client:
    at(LATER)
    return signed_in("wu")


def form_of(page: str, **more: str) -> dict[str, str]:
    """What a browser would send of the page's form."""
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen.group(1) if chosen else ""
    return {**sent, **more}


def test_the_page_lists_each_order_and_what_becomes_of_it_and_then_does_it() -> None:
    first, second = taken(2)
    client = admin()
    answer = client.get(PAGE)
    assert text(answer).count("交给秦川") == 2 and "王磊（2件）" in text(answer)
    assert "缺口" not in text(answer)  # an administrator moves orders without reading them
    looked = client.post(PAGE, form_of(source(answer), **{f"choice-{second.number}": "keep"}))
    assert "由王磊办完" in text(looked) and first.order.handler == "wang"
    done = client.post(PAGE, form_of(source(looked), go="1"))
    assert "移交了2件" in text(done)
    assert (first.order.handler, second.order.handler, second.order.keeper) == ("qin", "wang", "wang~handler")
    assert "没有要移交的单" not in text(client.get(PAGE))  # the kept one is still in the old name
    assert "已定由王磊办完" in text(client.get(PAGE + "?choice=keep"))


def test_another_rule_for_all_does_not_touch_what_was_chosen_for_one() -> None:
    first, second = taken(2)
    client = admin()
    sent = form_of(source(client.get(PAGE)), choice="keep", **{f"choice-{first.number}": "stay"})
    looked = text(client.post(PAGE, sent))
    assert looked.count("不动，仍在王磊名下") == 1 and looked.count("由王磊办完，别的单看不到") == 1
    assert second.order.kept == {}


def test_the_record_of_the_order_says_who_handed_over_to_whom() -> None:
    (life,) = taken(1)
    client = admin()
    client.post(PAGE, form_of(source(client.get(PAGE)), go="1"))
    head = signed_in("hebing")
    assert "王磊移交给秦川" in text(head.get(f"/orders/{life.number}/"))
    assert "移交在办单" in text(client.get("/setup/audit/"))


def test_an_order_handed_over_says_so_in_the_new_holder_s_work() -> None:
    taken(1)
    client = admin()
    client.post(PAGE, form_of(source(client.get(PAGE)), go="1"))
    people.give_account("qin", "qin", "qing-feng-1022")
    new = Client()
    assert new.login(username="qin", password="qing-feng-1022")
    assert "刚移交给您" in text(new.get("/mine/"))


def test_a_change_of_holder_leads_to_the_hand_over_of_what_is_open() -> None:
    life = begun().accepted()
    client = admin()
    sent = {"way": "succeed", "person": "秦川", "whom": "wang", "since": "2022-09-30", "until": "", "sure": "1"}
    answer = client.post(f"/network/posts/{POST}/holder/", sent)
    assert answer.headers["Location"] == f"{PAGE}?person=wang"
    assert life.number in text(client.get(answer.headers["Location"]))


def test_a_post_of_another_unit_and_a_dissolved_one_are_refused_with_a_sentence_and_nothing_moves() -> None:
    (life,) = taken(1)
    network.set_post(
        actor=SYSTEM, key="labour.old", name="老岗位", kind="handler", unit="labour_bureau", since=cast.SINCE,
        until=date(2022, 9, 29), now=LATER,
    )  # fmt: skip
    client = admin()
    page = source(client.get(PAGE))
    for post, said in (("finance.handler", "不在人社局；换部门请用“改派”"), ("labour.old", "“老岗位”2022-09-29已撤销")):
        answer = client.post(PAGE, form_of(page, to_post=post, go="1"))
        assert answer.status_code == 400 and said in text(answer)
        assert life.order.handler == "wang"


def test_nobody_but_an_administrator_opens_it() -> None:
    taken(1)
    at(LATER)
    for person in ("hebing", "liyun", "guo"):
        client = signed_in(person)
        assert (client.get(PAGE).status_code, client.post(PAGE, {"go": "1"}).status_code) == (404, 404)
    assert admin().get("/network/posts/nowhere/handover/").status_code == 404


def test_the_page_asks_the_same_few_questions_however_many_orders_there_are() -> None:
    (life,) = taken(1)
    client = admin()
    few = queries(client, PAGE)
    copies(life.number, 30)
    assert text(client.get(PAGE)).count("交给秦川") == 31
    assert queries(client, PAGE) == few <= 22
