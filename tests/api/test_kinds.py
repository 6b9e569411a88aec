"""Orders of other kinds than the loop's by the API: opened, moved on, listed by kind."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.actions import tokens
from bihuan.api.bearer import LIMIT
from bihuan.core.permission import SYSTEM
from bihuan.store import clock
from tests import cast
from tests.stories.player import more_cast
from tests.web.staff import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    more_cast()
    at(cast.NOW)
    LIMIT.clear()


@pytest.fixture
def token() -> str:
    """A token of the investment officer."""
    return tokens.make_token(actor=SYSTEM, name="xu", person="xu", now=clock.now())[0]


def ask(client: Client, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    data = json.dumps(body) if body is not None else ""
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_a_project_is_registered_signed_and_found_by_its_kind(client: Client, token: str) -> None:
    new = {
        "programme": "enterprise_order", "type": "investment_lead", "requester": "equipment",
        "fields": {"title": "精密轴承生产线", "investor_name": "浙东轴承（合成）"}, "channel": "officer",
    }  # fmt: skip
    made = ask(client, token, "POST", "/orders", new)
    assert made.status_code == 201, made.json()
    number = made.json()["number"]
    move = {"verb": "sign", "facts": {"contract_amount": "1.8亿元", "signing_date": "2022-09-28"}}
    done = ask(client, token, "POST", f"/orders/{number}/moves", move)
    assert done.status_code == 200, done.json()
    seen = ask(client, token, "GET", f"/orders/{number}").json()
    assert seen["state"] == "signed"
    listed = ask(client, token, "GET", "/orders?type=investment_lead").json()["orders"]
    assert [one["number"] for one in listed] == [number]
    assert ask(client, token, "GET", "/orders?type=supply_match").json()["orders"] == []


def test_a_kind_nobody_declared_is_named(client: Client, token: str) -> None:
    answer = ask(client, token, "GET", "/orders?type=no_such")
    assert answer.status_code == 400 and "no_such" in answer.json()["sentence"]


def test_a_contract_of_tomorrow_is_refused_by_its_field(client: Client, token: str) -> None:
    new = {
        "programme": "enterprise_order", "type": "investment_lead", "requester": "equipment",
        "fields": {"title": "精密轴承生产线"}, "channel": "officer",
    }  # fmt: skip
    number = ask(client, token, "POST", "/orders", new).json()["number"]
    move = {"verb": "sign", "facts": {"contract_amount": "1亿元", "signing_date": "2022-10-01"}}
    answer = ask(client, token, "POST", f"/orders/{number}/moves", move)
    assert answer.status_code in (400, 409) and "还没到" in json.dumps(answer.json(), ensure_ascii=False)
