"""`GET /api/v1/reviews` shows a caller the results the pages show, and nothing under five ballots."""

from __future__ import annotations

import pytest

from tests.actions.test_reviews import closed, opened, published, votes
from tests.api.test_orders import Ask, ask, county  # noqa: F401

pytestmark = pytest.mark.django_db


def test_a_caller_reads_results_as_on_the_pages(ask: Ask) -> None:  # noqa: F811
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    votes(held, "finance_bureau", ["very_poor"] * 4)
    assert ask("he", "GET", "/reviews").json()["rounds"][0]["results"] == []
    closed(held)
    assert ask("hebing", "GET", f"/reviews/{held.number}").status_code == 404
    published(held)
    whole = ask("he", "GET", f"/reviews/{held.number}").json()["results"]
    assert [(one["unit"], one["total"], one["criteria"] == {}) for one in whole] == [
        ("labour_bureau", "20.0", False),
        ("finance_bureau", None, True),
    ]
    own = ask("hebing", "GET", f"/reviews/{held.number}").json()["results"]
    assert [one["unit"] for one in own] == ["labour_bureau"]
    assert own[0]["class"] == "需整改"
    assert ask("sun", "GET", f"/reviews/{held.number}").status_code == 404
    assert ask("", "GET", "/reviews").status_code == 401
