"""The box in the head of every page: numbers lead to what bears them, words list what they are found in."""

from __future__ import annotations

import pytest

from bihuan.store import names, network, terms
from tests import cast, lives
from tests.web.staff import at, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
FIND = "/search/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def test_the_box_of_every_page_leads_to_the_search() -> None:
    page = signed_in("zhou").get("/network/").content.decode()
    assert '<form class="find" role="search" action="/search/">' in page
    assert "查单号、单位、文号、事由" in page


@pytest.mark.parametrize("typed", ["QD2022-0001", "qd2022-0001", "ＱＤ２０２２－０００１", " QD2022-0001 "])
def test_an_order_number_leads_to_the_order_however_it_is_typed(typed: str) -> None:
    order = lives.submitted()
    answer = signed_in("zhou").get(FIND, {"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.number}/")
    stranger = signed_in("sun").get(FIND, {"q": typed})
    assert stranger.status_code == 200 and "没有找到" in text(stranger)


def test_words_are_shown_where_they_stand() -> None:
    order = lives.submitted()
    answer = signed_in("zhou").get(FIND, {"q": "春节 操作"})
    assert "<mark>操作</mark>" in source(answer) and "<mark>春节</mark>" in source(answer)
    assert f"/orders/{order.number}/" in links(answer)
    assert "共1件" in text(answer)


def test_units_posts_and_people_are_found_by_name_and_initials() -> None:
    office = signed_in("zhou")
    assert "/network/units/labour_bureau/" in links(office.get(FIND, {"q": "人社"}))
    assert "人社局" in text(office.get(FIND, {"q": "rsj"}))
    assert "王磊" in text(office.get(FIND, {"q": "wl"}))
    # An enterprise's contact is no reader of the office's rolls.
    assert "人社局" not in text(signed_in("liufang").get(FIND, {"q": "人社"}))


def test_the_letters_of_a_name_find_it() -> None:
    net = network.snapshot(cast.NOW.date())
    reader = cast.actor("zhou")
    assert [one.key for one in names.found(net, "renshe", seen_by=reader)] == ["labour_bureau"]
    assert [one.key for one in names.found(net, "WANGLEI", seen_by=reader)] == ["wang"]
    assert names.found(net, "", seen_by=reader) == [] and names.found(net, "不在", seen_by=reader) == []
    assert names.found(net, "renshe", seen_by=cast.actor("liufang")) == []


def test_nothing_found_says_so_and_nothing_asked_asks() -> None:
    office = signed_in("zhou")
    assert "没有找到“电镀”" in text(office.get(FIND, {"q": "电镀"}))
    assert office.get(FIND).status_code == 200
    for odd in ("%00", "——", "'; --", "%", "_" * 80, "😀"):
        assert office.get(FIND, {"q": odd}).status_code == 200, odd
    assert office.get(FIND, {"q": "数控", "after": "x"}).status_code == 200


def test_a_page_makes_the_same_few_queries_however_many_are_found() -> None:
    office = signed_in("zhou")
    lives.submitted()
    few = queries(office, f"{FIND}?q=数控")
    for n in range(6):
        lives.played(lives.DISPATCHED, cast.NOW, title=f"数控{n}")
    assert queries(office, f"{FIND}?q=数控") <= few + 2 <= 22
    while terms.fold():
        pass
    assert queries(office, f"{FIND}?q=数控") <= few + 2


def test_more_than_a_page_goes_on_by_key() -> None:
    for n in range(23):
        lives.submitted(title=f"数控{n}")
    while terms.fold():
        pass
    office = signed_in("zhou")
    first = office.get(FIND, {"q": "数控"})
    assert "这一页20件" in text(first)
    [more] = [href for href in links(first, "?") if "after=" in href]
    rest = office.get(f"{FIND}{more}")
    assert "这一页3件" in text(rest) and "往前找" not in text(rest)
    shown = {href for answer in (first, rest) for href in links(answer, "/orders/QD")}
    assert len(shown) == 23
