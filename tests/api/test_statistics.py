"""POST /api/v1/statistics does what the form does, for who holds a token."""

from __future__ import annotations

from typing import Any

import pytest

from bihuan.core.permission import SYSTEM
from bihuan.store import ledger
from tests import cast
from tests.api.test_orders import Ask, ask
from tests.web.staff import at

__all__ = ["ask"]
pytestmark = pytest.mark.django_db
NEW: dict[str, Any] = {
    "programme": "enterprise_order", "series": "output", "unit": "equipment", "period": "2022年1-8月",
    "value": "114.1亿元", "document": "统计月报",
}  # fmt: skip


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def test_a_statistic_is_stated_in_the_callers_name_once(ask: Ask) -> None:
    one, two = (ask("he", "POST", "/statistics", NEW, Idempotency_Key="k1") for _ in range(2))
    assert one.status_code == 201, one.json()
    said = one.json()
    assert said == two.json()
    assert (said["since"], said["until"], said["value"], said["word"]) == (
        "2022-01-01", "2022-08-31", "11410000000", "元",
    )  # fmt: skip
    assert ledger.by_number(said["number"], seen_by=SYSTEM).person == "he"
    again = ask("he", "POST", "/statistics", NEW)
    assert (again.status_code, again.json()["facts"]) == (409, {"number": said["number"]})


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"value": "7.1%"}, 400, "value"),
        ({"period": "近年来"}, 400, "period"),
        ({"unit": "nowhere"}, 400, "unit"),
        ({"series": "profit"}, 400, "series"),
        ({"programme": "nothing"}, 400, "programme"),
        ({"extra": 1}, 400, "extra"),
    ],
)
def test_what_is_wrong_is_named(ask: Ask, change: dict[str, Any], status: int, field: str) -> None:
    answer = ask("he", "POST", "/statistics", {**NEW, **change})
    assert answer.status_code == status
    assert field in answer.json()["fields"]


def test_a_reader_is_refused_and_a_stranger_finds_nothing(ask: Ask) -> None:
    assert ask("shen", "POST", "/statistics", NEW).status_code == 409
    assert ask("wang", "POST", "/statistics", NEW).status_code == 404
