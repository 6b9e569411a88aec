"""POST /api/v1/ledger does what the form does, for who holds a token."""

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
    "programme": "enterprise_order", "activity": "enterprise_visit", "unit": "equipment", "date": "2022年9月28日",
    "values": {"issues": 2}, "fields": {"enterprise": "foundry", "content": "缺工"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def test_an_entry_is_made_in_the_callers_name(ask: Ask) -> None:
    answer = ask("chen", "POST", "/ledger", NEW)
    assert answer.status_code == 201, answer.json()
    said = answer.json()
    entry = ledger.by_number(said["number"], seen_by=SYSTEM)
    assert (entry.person, entry.date, entry.values) == ("chen", "2022-09-28", {"issues": 2})
    assert (said["late"], said["head"]) == (False, entry.head)


def test_the_same_key_makes_one_entry_and_the_same_material_is_named(ask: Ask) -> None:
    one, two = (ask("chen", "POST", "/ledger", NEW, Idempotency_Key="k1") for _ in range(2))
    assert one.json() == two.json()
    again = ask("chen", "POST", "/ledger", NEW)
    assert again.status_code == 409
    assert again.json()["facts"] == {"number": one.json()["number"]}


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"values": {"issues": "2份"}}, 400, "issues"),
        ({"values": {"visits": 2}}, 400, "values.visits"),
        ({"fields": {"enterprise": "nobody", "content": "缺工"}}, 400, "enterprise"),
        ({"date": "2022-10-08"}, 400, "date"),
        ({"activity": "nothing"}, 400, "activity"),
        ({"programme": "nothing"}, 400, "programme"),
        ({"extra": 1}, 400, "extra"),
        ({"unit": "food"}, 409, ""),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_made(ask: Ask, change: dict[str, Any], status: int, field: str) -> None:
    answer = ask("chen", "POST", "/ledger", {**NEW, **change})
    assert answer.status_code == status, answer.json()
    if field:
        assert field in answer.json()["fields"]
    assert ledger.ids_after(0, 5) == []


def test_a_stranger_is_told_of_no_book(ask: Ask) -> None:
    assert ask("sun", "POST", "/ledger", NEW).status_code == 404
    assert ask("", "POST", "/ledger", NEW).status_code == 401
