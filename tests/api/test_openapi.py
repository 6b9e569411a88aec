"""The description is what the API does: OpenAPI 3.1, and requests made up from it meet only what it promises."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from bihuan.actions import tokens
from bihuan.actions.orders import submit_order
from bihuan.api.bearer import LIMIT
from bihuan.core.permission import SYSTEM
from bihuan.store import clock
from bihuan.wsgi import application
from tests import cast

OPERATIONS = (
    ("/api/v1/orders", "POST"),
    ("/api/v1/orders", "GET"),
    ("/api/v1/orders/{number}", "GET"),
    ("/api/v1/orders/{number}/events", "GET"),
    ("/api/v1/orders/{number}/moves", "POST"),
    ("/api/v1/search", "GET"),
    ("/api/v1/figures/{programme}/{indicator}", "GET"),
    ("/api/v1/figures/{programme}/{indicator}/members", "GET"),
)
# What the description allows may still be refused as things stand, and a token is always sent.
LEFT_OUT = ("positive_data_acceptance", "ignored_auth")


@pytest.fixture
def token(transactional_db: None, settings: Any) -> str:
    cast.found()
    settings.API_RATE = 0
    LIMIT.clear()
    settings.ALLOWED_HOSTS = ["*"]
    submit_order(
        actor=cast.actor("zhou"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        facts={"title": "数控操作工缺口30人", "category": "recruitment", "facts": "缺30人。"},
        now=cast.NOW,
    )
    return tokens.make_token(actor=SYSTEM, name="probe", person="zhou", now=clock.now())[0]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_requests_made_up_from_the_description_meet_only_what_it_promises(path: str, method: str, token: str) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = described[path][method]
    left_out = schemathesis.checks.CHECKS.get_by_names(LEFT_OUT)
    seen: list[int] = []

    @given(case=operation.as_strategy())
    @settings(
        max_examples=20,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    def ask(case: Any) -> None:
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=left_out)
        seen.append(answer.status_code)

    ask()
    assert seen
    assert not set(seen) & {403, 422, 500}


@pytest.mark.django_db
def test_the_description_is_openapi_3_1_and_names_every_address(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    body = answer.json()
    assert answer.status_code == 200
    assert body["openapi"].startswith("3.1")
    assert set(body["paths"]) == {
        "/api/v1/orders",
        "/api/v1/orders/{number}",
        "/api/v1/orders/{number}/events",
        "/api/v1/orders/{number}/moves",
        "/api/v1/figures/{programme}/{indicator}",
        "/api/v1/figures/{programme}/{indicator}/members",
        "/api/v1/ledger",
        "/api/v1/reviews",
        "/api/v1/reviews/{number}",
        "/api/v1/search",
        "/api/v1/statistics",
    }
    for operations in body["paths"].values():
        for operation in operations.values():
            assert {"400", "401", "404", "409", "413", "429"} <= set(operation["responses"])
            assert "422" not in operation["responses"]
            assert operation["security"] == [{"Token": []}]
    assert "412" in body["paths"]["/api/v1/orders/{number}/moves"]["post"]["responses"]
