"""How often the office came to one enterprise this month: counted over all programmes, said before one more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import cast, lives
from tests.web.staff import at, links, queries, signed_in, text

pytestmark = pytest.mark.django_db
ENTER = "/orders/new/?requester=foundry"
UNIT = "/network/units/foundry/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def asked(n: int) -> list[str]:
    return [lives.submitted(cast.NOW - timedelta(hours=k), title=f"第{k}件").number for k in range(n)]


@pytest.mark.parametrize(("limit", "n", "warned"), [(3, 2, False), (3, 3, True), (5, 4, False), (0, 4, False)])
def test_the_limit_is_a_parameter_and_reached_it_warns(settings: Any, limit: int, n: int, warned: bool) -> None:
    settings.CONTACT_BUDGET = limit
    asked(n)
    page = text(signed_in("chen").get(ENTER))
    assert f"本月各专项已联系{n}次" in page
    assert ("本月已到上限" in page) is warned
    assert (f"上限{limit}次" in page) is bool(limit)
    assert ("本月已到上限" in text(signed_in("zhou").get(UNIT))) is warned


def test_the_enterprise_s_page_lists_what_was_counted() -> None:
    numbers = asked(2)
    lives.submitted(cast.NOW - timedelta(days=40), title="上上月的")
    page = signed_in("zhou").get(UNIT)
    assert "各专项共2次" in text(page) and "上上月的" not in text(page)
    assert {f"/orders/{number}/" for number in numbers} <= set(links(page))
    # Who may not see them learns how many there were and no more.
    other = signed_in("sun").get(UNIT)
    assert "各专项共2次" in text(other) and "另有2件不在您可看的范围" in text(other) and "第1件" not in text(other)
    assert "本月联系" not in text(signed_in("zhou").get("/network/units/labour_bureau/"))
    assert "本月联系" not in text(signed_in("zhou").get(f"{UNIT}?at=2022-01-01"))


def test_its_page_makes_as_many_queries_however_often_it_was_come_to() -> None:
    office = signed_in("zhou")
    asked(1)
    few = queries(office, UNIT)
    asked(6)
    assert queries(office, UNIT) <= few


def test_choosing_an_enterprise_leads_to_what_was_counted() -> None:
    asked(1)
    assert f"{UNIT}#contacts" in links(signed_in("chen").get(ENTER))
