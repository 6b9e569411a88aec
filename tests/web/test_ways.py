"""Ways: no page leads its reader to a closed door, and an address that only takes forms says so."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from bihuan.store import clock
from tests import cast, lives
from tests.web.staff import links, signed_in, text

pytestmark = pytest.mark.django_db
PEOPLE = ("zhou", "wang", "luo", "fu", "guo", "wu")


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    lives.submitted()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


def rail(client: Client) -> list[str]:
    """Return where the rail leads somebody."""
    page = client.get("/me/").content.decode()
    return re.findall(r'<a href="([^"]+)"[^>]*><b aria-hidden="true">', page[page.index('id="rail"') :])


@pytest.mark.parametrize("person", PEOPLE)
def test_the_places_of_the_rail_and_what_they_link_to_are_open_to_their_reader(person: str) -> None:
    client = signed_in(person)
    begin = dict.fromkeys(["/me/", *rail(client)])
    assert {"/mine/", "/orders/"} < set(begin)
    seen = dict.fromkeys(one.split("#")[0] for page in begin for one in links(client.get(page, follow=True)))
    answers = {one: client.get(one).status_code for one in (*begin, *seen) if not one.startswith(("/look/", "/in/"))}
    assert {one: status for one, status in answers.items() if status not in (200, 302)} == {}
    assert len(answers) > 10


def test_an_address_that_only_takes_forms_says_so_on_a_page() -> None:
    answer = signed_in("zhou").get("/reports/stated/export/")
    assert answer.status_code == 405 and answer.headers["Allow"] == "POST"
    assert "不能这样打开这一页" in text(answer) and "没有任何改动" in text(answer)
    assert signed_in("zhou").put("/mine/").status_code == 405


@pytest.mark.parametrize("said", ["²", "99999999999999999999", "9999999999999999999", "x", "%00"])
def test_a_place_in_a_list_that_does_not_exist_is_no_fault(said: str) -> None:
    client = signed_in("zhou")
    pages = (
        "/notices/?before=", "/documents/?before=", "/orders/sittings/?before=", "/reviews/?before=",
        "/reports/briefs/?before=", "/orders/?view=open&after=2022-09-29T01:00:00.000000Z~",
        "/orders/?view=open&sort=recent&after=", "/ledger/half_month_meeting/?after=2022-09-29~",
    )  # fmt: skip
    assert {one: client.get(one + said).status_code for one in pages} == dict.fromkeys(pages, 200)


def test_a_number_that_is_none_in_a_form_is_no_fault() -> None:
    client = signed_in("zhou")
    for form in ({"id": "²"}, {"upto": "99999999999999999999"}):
        assert client.post("/notices/", form).status_code == 302
    assert client.post("/orders/new/", {"count": "²", "requester": "foundry"}).status_code in (200, 400)
