"""评议计分: what the ballots of a round come to, in tenths of a point, and what of it may be shown.

All of it is whole numbers and fractions, so that a recount gives the same tenth. Nothing here knows who gave a ballot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from bihuan.core.chain import canonical, digest, merkle_root
from bihuan.core.review_kinds import WHOLE, Meeting

Answers = Mapping[str, Mapping[str, str]]  # {unit judged: {criterion: step}}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot: the kind of its rater, and what was answered; nothing else is known of it."""

    kind: str
    answers: Answers = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Its canonical text."""
        return canonical({"kind": self.kind, "answers": {key: dict(one) for key, one in self.answers.items()}})


@dataclass(frozen=True, slots=True)
class Score:
    """What may be shown of a unit judged. Points are in tenths; None is not shown, or nobody answered.

    `n` ballots counted of each kind; `kinds` are the means by kind, empty where they would show a few ballots.
    """

    object: str
    n: Mapping[str, int]
    total: int | None = None
    kinds: Mapping[str, int] = field(default_factory=dict)
    criteria: Mapping[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """How many ballots were counted."""
        return sum(self.n.values())

    def dump(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "object": self.object, "n": dict(self.n), "total": self.total, "kinds": dict(self.kinds),
            "criteria": dict(self.criteria),
        }  # fmt: skip


def complete(meeting: Meeting, answers: Answers, unit: str) -> bool:
    """Whether a ballot answers everything about a unit; one that does not is not counted for it."""
    return set(answers.get(unit, ())) == set(meeting.criteria)


def scores(meeting: Meeting, objects: Iterable[str], ballots: Iterable[Ballot]) -> list[Score]:
    """Return what may be shown of every unit judged, in the order given."""
    kept = list(ballots)
    return [_score(meeting, unit, [one for one in kept if complete(meeting, one.answers, unit)]) for unit in objects]


def _score(meeting: Meeting, unit: str, ballots: Sequence[Ballot]) -> Score:
    given = {key: [one.answers[unit] for one in ballots if one.kind == key] for key in meeting.kinds}
    n = {key: len(some) for key, some in given.items()}
    if sum(n.values()) < meeting.floor:
        return Score(unit, n)
    here = [key for key in meeting.kinds if given[key]]
    weights = {key: meeting.kinds[key].weight for key in here}
    if not sum(weights.values()):
        return Score(unit, n)
    means = {key: _means(meeting, given[key]) for key in here}
    criteria = {
        one: sum((weights[key] * means[key][one] for key in here), Fraction()) / sum(weights.values())
        for one in meeting.criteria
    }
    total = tenths(sum(criteria.values(), Fraction()))
    shown = {key: tenths(sum(means[key].values(), Fraction())) for key in here}
    if any(n[key] < meeting.floor for key in here):
        # The total and the mean of one kind would give away the mean of the few ballots of the other.
        shown = {}
    return Score(unit, n, total, shown, {key: tenths(value) for key, value in criteria.items()})


def _means(meeting: Meeting, given: Sequence[Mapping[str, str]]) -> dict[str, Fraction]:
    """Return the mean of every criterion; where the pack says so, the highest and lowest ballots are left out."""
    points = [{key: _points(meeting, key, one[key]) for key in meeting.criteria} for one in given]
    out = len(points) * meeting.trim // WHOLE
    points.sort(key=lambda one: (sum(one.values()), sorted(one.items())))
    kept = points[out : len(points) - out]
    return {key: Fraction(sum(one[key] for one in kept), WHOLE * len(kept)) for key in meeting.criteria}


def _points(meeting: Meeting, criterion: str, step: str) -> int:
    """Hundredths of a point."""
    return meeting.criteria[criterion].points * meeting.steps[step].percent


def tenths(value: Fraction) -> int:
    """Return a number of points in tenths, halves up."""
    return int((value * 20 + 1) // 2)


def class_of(meeting: Meeting, total: int) -> str:
    """Return the key of the class a total falls into."""
    return next(one.key for one in meeting.classes if total >= one.from_ * 10)


def lowest(meeting: Meeting, score: Score) -> list[str]:
    """Return the criteria with the smallest share of their points; none where nothing is shown."""
    share = {key: Fraction(score.criteria[key], one.points) for key, one in meeting.criteria.items() if score.criteria}
    return [key for key, value in share.items() if value == min(share.values())]


def failed(meeting: Meeting, score: Score) -> list[str]:
    """Return the criteria under their threshold; [""] where only the total is under its own."""
    if score.total is None:
        return []
    given, bound = score.criteria, meeting.bad_criterion
    under = [key for key, one in meeting.criteria.items() if given[key] * 10 < one.points * bound]
    return under or ([""] if score.total < meeting.bad * 10 else [])


def root_of(ballots: Iterable[Ballot]) -> str:
    """Return one hash over all ballots, in whatever order they are."""
    return merkle_root(sorted(digest(one.text) for one in ballots))


def of_plain(data: Mapping[str, Any]) -> Score:
    """Return the score that plain data hold."""
    return Score(data["object"], data["n"], data["total"], data["kinds"], data["criteria"])
