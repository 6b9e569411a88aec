"""Every rating meeting that a shipped pack tells, held with real ballots; afterwards the record must verify."""

from __future__ import annotations

import pytest

from bihuan.actions import reviews
from bihuan.actions.verify import verify
from bihuan.core import reviews as rules
from bihuan.core import scores
from bihuan.packs.loader import programme as loaded
from bihuan.packs.stories import Rating, ratings
from bihuan.store import reviews as store
from bihuan.words import reviews as words
from tests import cast

PATHS = {path.parent.name: path.parent for path in sorted(cast.PROGRAMMES.glob("*/programme.toml"))}
SHIPPED = [
    (name, rating)
    for name, path in PATHS.items()
    for rating in ratings(path, {key: list(one.criteria) for key, one in loaded(path).reviews.items()})
]


def test_the_enterprise_programme_tells_rating_meetings() -> None:
    assert [name for name, _rating in SHIPPED].count("enterprise_order") >= 4


@pytest.mark.django_db
@pytest.mark.parametrize(("programme", "rating"), SHIPPED, ids=[f"{p}: {r.name}" for p, r in SHIPPED])
def test_the_rating_comes_out_as_told(programme: str, rating: Rating) -> None:
    cast.found()
    chair, invited = cast.actor("zhou"), dict[str, int]()
    for kind, _unit, n, _given in rating.votes:
        invited[kind] = invited.get(kind, 0) + n
    seats = max(5, sum(invited.values())) - sum(invited.values())
    invited[rating.votes[0][0]] += seats
    facts = {
        "unit": "equipment",
        "title": rating.name,
        "date": "2022-09-29",
        "objects": list(rating.then),
        "invited": invited,
    }
    held = reviews.open_round(actor=chair, programme=programme, meeting=rating.meeting, given=facts, now=cast.NOW)
    for kind, unit, n, given in rating.votes:
        found = reviews.opened(reviews.hall(held, kind))
        assert found is not None
        for _ in range(n):
            token = reviews.take(found=found, units=frozenset())
            reviews.answer(token=token, unit=unit, given=given, units=frozenset())
    reviews.close(actor=chair, number=held.number, now=cast.NOW)
    after = reviews.publish(actor=chair, number=held.number, now=cast.NOW)
    meeting = store.meeting_of(after)
    due = [(unit, criterion or "total") for unit, criterion in rules.due(meeting, after)]
    for unit, (class_, points, rectify) in rating.then.items():
        score = after.score(unit)
        assert score is not None
        assert words.points(score.total) == points
        assert ("" if score.total is None else scores.class_of(meeting, score.total)) == class_
        assert [criterion for of, criterion in due if of == unit] == list(rectify)
    assert verify().faults == []
