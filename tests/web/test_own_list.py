"""One link opens all orders of one enterprise; it is given, prolonged and withdrawn by those who serve it."""

from __future__ import annotations

import gzip
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.actions import list_links
from bihuan.actions.verify import verify
from bihuan.core.permission import list_of
from bihuan.store import network, orders
from bihuan.store.models import Event
from tests import cast, lives
from tests.web.staff import at, links, signed_in, text

pytestmark = pytest.mark.django_db
PAGE = "/network/units/foundry/link/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def given(who: str = "chen") -> str:
    """Give the foundry its link and return the address as the page shows it."""
    office = signed_in(who)
    assert office.post(PAGE, {"do": "give"}).status_code == 302
    [address] = re.findall(r"<textarea[^>]*>http://testserver(/p/\w+/)</textarea>", office.get(PAGE).content.decode())
    return address


def test_one_link_shows_every_order_with_where_it_stands(client: Client) -> None:
    done, _ = lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), cast.NOW - timedelta(days=2), title="办好的")
    running, _ = lives.played(lives.ACCEPTED, cast.NOW - timedelta(days=1), title="在办的")
    page = client.get(given())
    said = text(page)
    assert "沅澧精密铸造" in said and "共2件，已办1件" in said
    assert said.index("在办的") < said.index("办好的")
    assert "人社局已接单" in said and "闭环完成" in html.unescape(page.content.decode())
    tracks = [href for href in links(page) if href.startswith("/t/")]
    assert len(tracks) == 2
    assert "在办的" in text(client.get(tracks[0]))
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    for hidden in ("刘芳", lives.PHONE, "王磊"):
        assert hidden not in said
    assert done.number in said and running.number in said


def test_another_enterprise_s_order_is_not_on_it(client: Client) -> None:
    lives.submitted()
    guo = cast.actor("guo")
    from bihuan.actions.orders import submit_order

    submit_order(
        actor=guo, programme="enterprise_order", type_="enterprise_request", requester="shanjuan",
        facts={"title": "别家的", "category": "recruitment", "facts": "缺人"}, now=cast.NOW,
    )  # fmt: skip
    assert "别家的" not in text(client.get(given())) and "共1件" in text(client.get(given()))
    with pytest.raises(orders.NotFound):
        orders.by_number("QD2022-0002", seen_by=list_of("foundry"))


def test_a_secret_order_shows_its_number_alone(client: Client) -> None:
    order = lives.submitted(secret="1", title="融资方案")
    page = client.get(given())
    assert order.number in text(page) and "融资方案" not in text(page)
    assert not [href for href in links(page) if href.startswith("/t/")]


@pytest.mark.parametrize("who", ["chen", "zhou", "liufang"])
def test_who_may_ask_for_the_enterprise_may_give_its_link(who: str, client: Client) -> None:
    assert client.get(given(who)).status_code == 200


@pytest.mark.parametrize("who", ["sun", "wang", "guo", "tang", "wu", "luo"])
def test_others_meet_not_found(who: str) -> None:
    office = signed_in(who)
    assert office.get(PAGE).status_code == 404 and office.post(PAGE, {"do": "give"}).status_code == 404
    assert office.get("/network/units/nowhere/link/").status_code == 404
    assert not Event.objects.filter(verb="list_link_given").exists()


def test_given_again_it_is_the_same_link_and_withdrawn_it_says_only_whom_to_call(client: Client) -> None:
    lives.submitted()
    first = given()
    assert given("zhou") == first
    office = signed_in("chen")
    office.post(PAGE, {"do": "withdraw"})
    gone = client.get(first)
    assert gone.status_code == 410 and "这个链接已经停用" in text(gone)
    assert "沅澧" not in text(gone) and "QD2022" not in text(gone)
    assert given() != first
    assert client.get(first).status_code == 410
    assert list(Event.objects.filter(kind="setup").order_by("id").values_list("verb", flat=True)) == [
        "list_link_given", "list_link_given", "list_link_withdrawn", "list_link_given",
    ]  # fmt: skip
    assert verify().broken is None


def test_after_a_year_it_opens_nothing(client: Client) -> None:
    address = given()
    at(cast.NOW + timedelta(days=366))
    assert client.get(address).status_code == 410


@pytest.mark.parametrize("forged", ["x", "a" * 39, "开" * 39, "A" * 200])
def test_a_forged_link_opens_nothing(forged: str, client: Client) -> None:
    assert client.get(f"/p/{forged}/").status_code == 404


def test_neither_kind_of_link_opens_what_the_other_does(client: Client) -> None:
    lives.submitted()
    address = given()
    assert client.get(address.replace("/p/", "/t/")).status_code == 404
    [track] = [href for href in links(client.get(address)) if href.startswith("/t/")]
    assert client.get(track.replace("/t/", "/p/")).status_code == 404
    net = network.snapshot(cast.NOW.date())
    token, _until = list_links.given(actor=cast.actor("chen"), unit="foundry", net=net, now=cast.NOW)
    assert f"/p/{token}/" == address


def test_a_long_list_is_paged_with_as_many_queries(client: Client) -> None:
    lives.submitted(title="第0件")
    address = given()
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(1, 23):
        lives.submitted(cast.NOW + timedelta(minutes=n), title=f"第{n}件")
    with CaptureQueriesContext(connection) as many:
        first = client.get(address)
    assert len(many) <= len(few) <= 12
    assert "共23件" in text(first) and "第3件" in text(first) and "第2件" not in text(first)
    [more] = [href for href in links(first, "?") if "before=" in href]
    rest = client.get(address + more)
    assert "第2件" in text(rest) and "第3件" not in text(rest) and "更早的" not in text(rest)


def test_a_first_visit_is_light(client: Client) -> None:
    for n in range(20):
        lives.submitted(cast.NOW + timedelta(minutes=n), title=f"数控操作工缺口{n}人，请帮助招工")
    page = client.get(given()).content
    room = Path(settings.STATICFILES_DIRS[0]) / "bihuan"
    shared = [(room / name).read_bytes() for name in ("app.css", "app.js", "ring.svg")]
    assert len(gzip.compress(page)) <= 10 * 1024
    assert sum(len(gzip.compress(part)) for part in (*shared, page)) <= 40 * 1024


def test_a_broken_cursor_is_the_first_page(client: Client) -> None:
    lives.submitted(title="第一件")
    address = given()
    for odd in ("x", "-1", "9" * 30, "%00"):
        assert client.get(f"{address}?before={odd}").status_code == 200
