"""`GET /api/v1/search` finds for a caller what the pages find for the person behind the token."""

from __future__ import annotations

import pytest

from tests import lives
from tests.api.test_orders import Ask, ask, county  # noqa: F401

pytestmark = pytest.mark.django_db


def test_a_caller_finds_orders_and_names(ask: Ask) -> None:  # noqa: F811
    order = lives.submitted()
    found = ask("zhou", "GET", "/search?q=%E6%95%B0%E6%8E%A7").json()  # 数控
    assert [one["number"] for one in found["orders"]] == [order.number] and found["next"] == ""
    assert ask("sun", "GET", "/search?q=%E6%95%B0%E6%8E%A7").json()["orders"] == []
    names = ask("zhou", "GET", "/search?q=rsj").json()["names"]
    assert [(one["sort"], one["key"]) for one in names] == [("unit", "labour_bureau")]
    assert ask("liufang", "GET", "/search?q=rsj").json()["names"] == []


def test_a_search_that_makes_no_sense_names_its_field(ask: Ask) -> None:  # noqa: F811
    assert "cursor" in ask("zhou", "GET", "/search?q=a&cursor=x").json()["sentence"]
    assert ask("zhou", "GET", "/search?q=").status_code == 400
    assert ask("zhou", "GET", "/search?q=%01").status_code == 400
    assert ask("", "GET", "/search?q=a").status_code == 401
