"""GET /api/v1/figures: the number, and the records behind it."""

from __future__ import annotations

import pytest

from tests import cast, lives
from tests.api.test_orders import Ask, ask
from tests.web.staff import at

__all__ = ["ask"]
pytestmark = pytest.mark.django_db
BASE = "/figures/enterprise_order/"
YEAR = "from=2022-01-01&to=2022-12-31"


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    lives.played(lives.DISPATCHED)
    lives.played((), secret="1")
    at(lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))[1])


def test_a_figure_names_where_its_records_are_and_there_are_as_many(ask: Ask) -> None:
    said = ask("luo", "GET", f"{BASE}eo_requests?{YEAR}&by=unit,month").json()
    assert (said["value"], said["text"], said["opens"], said["parts"]) == (3, "3件", "records", {"records": 3})
    assert said["by"] == [
        {"group": {"unit": "equipment", "month": "2022-09"}, "value": 3, "text": "3件", "count": 3, "missing": ""}
    ]
    rows = ask("luo", "GET", said["members"].removeprefix("/api/v1")).json()["members"]
    assert len(rows) == 3
    assert [(row["hidden"], row["title"] == "") for row in rows].count((True, True)) == 1


def test_pages_of_records_follow_one_another(ask: Ask) -> None:
    first = ask("luo", "GET", f"{BASE}eo_requests/members?{YEAR}&limit=2").json()
    second = ask("luo", "GET", f"{BASE}eo_requests/members?{YEAR}&limit=2&cursor={first['next']}").json()
    numbers = [row["number"] for row in (*first["members"], *second["members"])]
    assert sorted(numbers) == ["QD2022-0001", "QD2022-0002", "QD2022-0003"] and second["next"] == ""


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        (f"{BASE}eo_requests?from=2022", 400, "from"),
        (f"{BASE}eo_requests?from=2022-02-01&to=2022-01-01", 400, "from"),
        (f"{BASE}eo_requests?as_of=soon", 400, "as_of"),
        (f"{BASE}eo_requests?by=mood", 400, "by"),
        (f"{BASE}eo_requests?unit=nowhere", 400, "unit"),
        (f"{BASE}eo_requests/members?unit=nowhere", 400, "unit"),
        (f"{BASE}eo_requests/members?part=half", 400, "part"),
        (f"{BASE}eo_request", 404, ""),
        ("/figures/enterprise/eo_requests", 404, ""),
    ],
)
def test_what_makes_no_sense_is_named(ask: Ask, address: str, status: int, field: str) -> None:
    answer = ask("luo", "GET", address)
    assert answer.status_code == status
    assert field in answer.json().get("fields", {"": ""})


def test_an_enterprise_meets_404(ask: Ask) -> None:
    assert ask("liufang", "GET", f"{BASE}eo_requests?{YEAR}").status_code == 404
