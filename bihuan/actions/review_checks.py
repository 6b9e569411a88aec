"""验证评议: every round's row made again from its events, its result from its ballots, its orders found."""

from __future__ import annotations

from typing import Protocol

from bihuan.core import reviews as rules
from bihuan.core import scores as counting
from bihuan.core.reviews import RoundState
from bihuan.store import events, reviews


class Report(Protocol):
    """Where faults go."""

    rounds: int

    def fault(self, code: str, **facts: object) -> None: ...


def check(report: Report) -> None:
    """Compare every round with its events, and what a closed one shows with its ballots; note the first difference.

    Faults: verify.round (which column differs), verify.round_gone, verify.ballots (they are not those that were
    counted), verify.score (they come to something else), verify.linked (an answer leads to a link after the end).
    """
    rows = reviews.rows()
    for id_, chain in sorted(events.of_kind(rules.KIND).items()):
        held = rules.replay(id_, chain)
        row = rows.pop(id_, None)
        report.rounds += 1
        if row is None:
            report.fault("verify.round_gone", number=held.number)
            return
        for name, value in reviews.columns(held).items():
            if row[name] != value:
                report.fault("verify.round", number=held.number, column=name)
                return
        if reviews.judged(id_) != sorted(held.objects):
            report.fault("verify.round", number=held.number, column="objects")
            return
        if held.closed and not _counted(report, held):
            return
    if rows:
        report.fault("verify.round", number=next(iter(rows.values()))["number"], column="id")


def _counted(report: Report, held: RoundState) -> bool:
    ballots = reviews.given(held.id)
    if counting.root_of(ballots) != held.root:
        report.fault("verify.ballots", number=held.number)
        return False
    again = counting.scores(reviews.meeting_of(held), held.objects, ballots)
    if [one.dump() for one in again] != held.scores:
        report.fault("verify.score", number=held.number)
        return False
    if reviews.linked(held.id):
        report.fault("verify.linked", number=held.number)
        return False
    return True
