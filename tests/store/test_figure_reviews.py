"""数评议: rounds and results, each figure as many as it opens, as of any moment, and never a ballot."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.actions import reviews
from bihuan.core.figures import Asked, Figure, Member
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.reviews import RoundState
from bihuan.store import figures, packs
from bihuan.store.orders import NotFound
from tests import cast
from tests.actions.test_reviews import closed, opened, votes

pytestmark = pytest.mark.django_db
P = "enterprise_order"
YEAR = Asked(date(2022, 1, 1), date(2022, 12, 31))
LATER = cast.NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def asked(call: Any, key: str, given: Asked = YEAR, actor: Actor = SYSTEM, **more: Any) -> Any:
    return call(seen_by=actor, programme=packs.programme(P), key=key, asked=given, now=LATER, **more)


def figure(key: str, given: Asked = YEAR, actor: Actor = SYSTEM) -> Figure:
    found: Figure = asked(figures.figure, key, given, actor)
    return found


def members(key: str) -> list[Member]:
    found: list[Member] = asked(figures.members, key).rows
    return found


def held(publish: bool = True) -> RoundState:
    one = opened()
    votes(one, "labour_bureau", ["very_poor"] * 6)
    votes(one, "finance_bureau", ["good"] * 4)  # too few to show
    after = closed(one)
    hour = cast.NOW + timedelta(hours=1)
    return reviews.publish(actor=cast.actor("zhou"), number=one.number, now=hour) if publish else after


def test_figures_open_as_many_records_as_they_count_and_results_with_few_ballots_are_none() -> None:
    one = held()
    opened()  # still open: no round yet
    assert figure("eo_review_rounds").value == len(members("eo_review_rounds")) == 1
    (result,) = members("eo_dept_score")
    assert (result.number, result.unit, result.amount) == (one.number, "labour_bureau", "20.0")
    assert figure("eo_dept_score").value == figure("eo_dept_bad").value == 1
    assert set(asked(figures.grouped, "eo_dept_score", by=("unit",))) == {("labour_bureau",)}


def test_a_result_that_is_not_published_is_in_no_figure() -> None:
    held(publish=False)
    assert figure("eo_review_rounds").value == 1
    assert figure("eo_dept_score").value == 0 and members("eo_dept_score") == []


def test_an_upheld_appeal_takes_a_result_out_from_then_on_and_is_the_cause_of_the_difference() -> None:
    one = held()
    facts: dict[str, Any] = {"number": one.number, "unit": "labour_bureau"}
    later = cast.NOW + timedelta(hours=2)
    reviews.contest(actor=cast.actor("hebing"), reason="打错了", now=later, **facts)
    decided = cast.NOW + timedelta(hours=3)
    reviews.review(actor=cast.actor("fu"), decision="upheld", words="属实", now=decided, **facts)
    before = Asked(YEAR.since, YEAR.until, as_of=iso(decided - timedelta(minutes=1)))
    assert (figure("eo_dept_score", before).value, figure("eo_dept_score").value) == (1, 0)
    (cause,) = figures.explain(
        seen_by=SYSTEM, programme=packs.programme(P), key="eo_dept_score", before=before, after=YEAR, now=LATER
    )
    assert (cause.verb, cause.before, cause.after) == ("review", "20.0", "")


def test_a_department_has_no_figures_of_others() -> None:
    held()
    assert figure("eo_dept_score", actor=cast.actor("he")).value == 1
    with pytest.raises(NotFound):
        figure("eo_dept_score", actor=cast.actor("hebing"))
