"""The calendar of one's own deadlines: a secret link that oneself gives and withdraws, with nothing but numbers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from bihuan.actions.links import link_for
from bihuan.actions.turns import turns_of
from bihuan.core.projection import NEVER
from bihuan.store import accounts
from bihuan.web.logs import KEY
from tests import cast
from tests.web import lives
from tests.web.staff import at, queries, signed_in, source, text
from tests.web.test_list_exports import registered

pytestmark = pytest.mark.django_db
PAGE = "/mine/calendar/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW + timedelta(hours=8))


def link_of(client: Client) -> str:
    """Take a link on the page and return the path it leads to."""
    client.post(PAGE, {"do": "give"})
    found = re.search(r"http://testserver(/p/\w+/due\.ics)", source(client.get(PAGE)))
    assert found
    return found[1]


def read(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.content.decode().replace("\r\n ", "")


def test_the_file_lists_what_the_calendar_of_dues_counts_and_no_title() -> None:
    orders = [lives.begun().dispatched() for _ in range(2)]
    wang = signed_in("wang")
    file = read(link_of(wang))
    due = [
        turn for turn in turns_of(actor=cast.actor("wang"), now=cast.NOW + timedelta(hours=8)) if turn.row.due != NEVER
    ]
    assert file.count("BEGIN:VEVENT") == len(due) == 2
    for life in orders:
        assert f"SUMMARY:{life.number} 到期：接单" in file and f"/orders/{life.number}/" in file
    assert "数控" not in file and "有限公司" not in file


def test_nobody_has_a_link_before_asking_and_a_withdrawn_one_opens_nothing() -> None:
    wang = signed_in("wang")
    assert "现在没有有效的链接" in text(wang.get(PAGE))
    first = link_of(wang)
    assert link_of(wang) == first  # prolonged, not changed
    wang.post(PAGE, {"do": "withdraw"})
    assert Client().get(first).status_code == 404
    second = link_of(wang)
    assert second != first and Client().get(first).status_code == 404 and read(second)


def test_a_link_ends_with_its_year_and_with_the_account() -> None:
    address = link_of(signed_in("wang"))
    accounts.set_active("wang", False)
    assert Client().get(address).status_code == 404
    accounts.set_active("wang", True)
    assert Client().get(address).status_code == 200
    at(cast.NOW + timedelta(days=367))
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 39, "7" * 39, "键" * 39])
def test_what_is_no_token_is_not_found(token: str) -> None:
    assert Client().get(f"/p/{token}/due.ics").status_code == 404


def test_a_link_to_a_list_or_an_order_opens_no_calendar() -> None:
    address = link_of(signed_in("wang"))
    assert Client().get(address.replace("due.ics", "")).status_code == 404
    other = lives.begun().dispatched()
    assert Client().get(f"/p/{link_for(other.order.id)}/due.ics").status_code == 404


def test_taking_and_withdrawing_stand_in_the_register_and_no_log_holds_the_key() -> None:
    wang = signed_in("wang")
    address = link_of(wang)
    wang.post(PAGE, {"do": "withdraw"})
    said = text(signed_in("wu").get("/setup/audit/"))
    assert "要期限日历的链接" in said and "停用期限日历的链接" in said and registered() == []
    assert address.split("/")[2] not in KEY.sub("…", f"GET {address}")


def test_the_file_asks_as_little_however_many_orders_there_are() -> None:
    lives.begun().dispatched()
    address = link_of(signed_in("wang"))
    few = queries(Client(), address)
    for _ in range(5):
        lives.begun().dispatched()
    assert queries(Client(), address) == few


def test_my_work_leads_to_the_calendar_and_an_administrator_to_the_form_of_a_stand_in() -> None:
    assert 'href="/mine/calendar/"' in source(signed_in("wang").get("/mine/"))
    assert "设代办人" not in text(signed_in("wang").get("/mine/"))
    wu = signed_in("wu")
    page = source(wu.get("/mine/"))
    found = re.search(r'href="(/network/posts/[^"]+way=stand_in[^"]*)"', page)
    assert found and "代办：这段时间替一位在任的人" in text(wu.get(found[1].replace("&amp;", "&")))
