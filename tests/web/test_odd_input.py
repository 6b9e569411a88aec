"""Whatever stands in an address or comes in a form gets a page that says so; never a fault of ours, never a change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from bihuan.actions import links
from bihuan.store import caches
from tests import cast, lives
from tests.architecture.test_addresses import addresses, sample
from tests.web.staff import at, signed_in, text
from tests.web.walk import Walked, replaced, walk

pytestmark = pytest.mark.django_db
# What nobody types on purpose: numbers beyond a row's, signs that are digits only in Unicode, days on the edge of the
# calendar, instants, what a database cannot keep, what a pattern means something by, and much of everything.
ODD = (
    "x", "-1", "0", "9" * 30, "9999999999999999999", "a\x00b", "😀", "²", "٣", "1e999", "2022-02-30", "0001-01-01",
    "9999-12-31", "99999", "'\"<%_\\", "{x}", "长" * 3000, "..", "0001-01-01T00:00:00.000000Z",
    "9999-12-31T23:59:59.999999Z", "2022-13-01T00:00:00.000000Z", "a:b:c", ",,", "[]", "\u202e", "2022-13", "9999-12",
    "9999年", "9" * 30 + "万元", "10000-01-01",
)  # fmt: skip
FEW = 1  # of them meets a parameter in the short run, the next one the next parameter


@pytest.fixture
def public() -> list[str]:
    """Orders at several steps, one of another chain; return the addresses that are their own key."""
    cast.found()
    lives.played((), title="新来的", category="land")
    lives.played(lives.DISPATCHED)
    lives.played(lives.ACCEPTED)
    order, _now = lives.played(lives.CHECKED)
    _bad, now = lives.played((*lives.CHECKED, lives.BAD))
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    at(now + timedelta(hours=1))
    return [f"/t/{links.link_for(order.id)}/", "/s/enterprise_order/"]


def browser(person: str) -> Client:
    client = signed_in(person) if person else Client()
    client.raise_request_exception = False
    return client


def walked(client: Client, public: list[str]) -> Walked:
    return walk(client, ["/", *public, *(sample(route) for route, _pattern in addresses() if route[:4] != "api/")])


def some(every: bool) -> Iterator[tuple[str, ...]]:
    """Yield which odd values the next parameter meets."""
    for n in count():
        yield ODD if every else tuple(ODD[(FEW * n + k) % len(ODD)] for k in range(FEW))


def faults_of_addresses(client: Client, seen: Walked, every: bool) -> list[str]:
    found, odd = [], some(every)
    for route, path, given in seen.addresses():
        asked = [f"{path}?{urlencode({**given, name: value})}" for name in sorted(seen.parameters[route])
                 for value in next(odd)]  # fmt: skip
        asked += [f"{path}?{name}=%ED%A0%80&{name}=%FF" for name in sorted(seen.parameters[route])]
        asked += [address for value in next(odd) for address in replaced(path, value)]
        found += [address for address in asked if client.get(address).status_code >= 500]
    return found


def faults_of_forms(client: Client, seen: Walked, every: bool) -> list[tuple[str, dict[str, str]]]:
    found, odd = [], some(every)
    for form in seen.forms.values():
        sent: list[dict[str, Any]] = [{}]
        for name in form.fields:
            sent += [{**form.fields, name: value} for value in next(odd)]
            sent += [{key: value for key, value in form.fields.items() if key != name}]
        sent += [dict.fromkeys(form.fields, value) for value in next(odd)]
        for fields in sent:
            with transaction.atomic():
                answer = client.post(form.action, fields)
                transaction.set_rollback(True)
            caches.clear()  # they know versions that were taken back
            if answer.status_code >= 500:
                found.append((form.action, fields))
    return found


@pytest.mark.parametrize("person", ["", "zhou", "he", "wu", "liufang"])
def test_odd_words_in_addresses_and_forms_are_no_fault(person: str, public: list[str]) -> None:
    client = browser(person)
    seen = walked(client, public)
    assert len(seen.pages) > 3 and (not person or len(seen.forms) > 3)
    assert faults_of_addresses(client, seen, every=False) == []
    assert faults_of_forms(client, seen, every=False) == []


def test_no_control_character_comes_in_and_what_it_stood_in_is_kept(public: list[str]) -> None:
    client = browser("wu")
    assert client.get("/setup/people/a%00b/").status_code == 404
    assert "周敏" in text(client.get("/setup/people/?q=%E5%91%A8%0%000%E6%95%8F"))
    assert client.post("/setup/people/zhou/", {"do": "rename", "name": "周\x00敏敏"}).status_code in (200, 302)
    assert "周敏敏" in text(client.get("/setup/people/zhou/"))


@pytest.mark.long
@pytest.mark.parametrize("person", ["", "zhou", "wang", "he", "wu", "liufang", "luo", "chen", "hebing", "zhao", "du"])
def test_no_odd_word_anywhere_is_a_fault(person: str, public: list[str]) -> None:
    client = browser(person)
    seen = walked(client, public)
    assert faults_of_addresses(client, seen, every=True) == []
    assert faults_of_forms(client, seen, every=True) == []
