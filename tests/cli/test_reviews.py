"""`bihuan reviews` lists rounds and prints a result."""

from __future__ import annotations

import json

import pytest

from tests import cast
from tests.actions.test_reviews import closed, opened, published, votes
from tests.cli.conftest import Run


@pytest.fixture
def county(db: None) -> None:
    cast.found()


def test_rounds_are_listed_and_a_result_is_printed(county: None, run: Run) -> None:
    assert "还没有测评会" in run("reviews", "enterprise_order").out
    held = opened()
    votes(held, "labour_bureau", ["poor"] * 5)
    votes(held, "finance_bureau", ["very_poor"] * 4)
    assert "正在打分" in run("reviews", "enterprise_order").out
    published(closed(held))
    said = run("reviews", "enterprise_order", held.number)
    assert "人社局　需整改　40.0分　5票" in said.out and "财政局　4票　不足5票，不公布" in said.out
    data = json.loads(run("reviews", "enterprise_order", held.number, "--json").out)
    assert [one["total"] for one in data["results"]] == ["40.0", None]
    wrong = run("reviews", "enterprise_order", "CP-2022-0009")
    assert wrong.code == 1 and "没有“CP-2022-0009”这场测评会" in wrong.err
