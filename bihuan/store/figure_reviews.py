"""数评议: rounds of rating meetings that were closed, and results that were published and stand.

A result opens the unit's own mean, which five ballots at least made; no figure is made of ballots. What an upheld
appeal took out counts until it was decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bihuan.core import scores as counting
from bihuan.core.figures import Member
from bihuan.core.indicators import Indicator
from bihuan.core.review_kinds import Meeting, reads
from bihuan.core.reviews import UPHELD, RoundState
from bihuan.store import reviews
from bihuan.store.figure_causes import Between, Cause, latest
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import Row, Rows, within
from bihuan.store.readings import Query, Reading


class Reviews(Rows):
    """The source of figures over rating meetings."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the reader reads rounds of this kind held by anybody."""
        meeting = reading.programme.reviews.get(indicator.of)
        units = reads(reading.actor, meeting) if meeting is not None else frozenset()
        return units is None or bool(units)

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the rounds or results of each query, by day: one database query for all of them."""
        held = reviews.of_window(
            programme=reading.programme.key,
            since=min(one.since for one in queries).isoformat(),
            until=max(one.until for one in queries).isoformat(),
        )
        return [[row for one in held for row in self._rows(reading, query, one)] for query in queries]

    def _rows(self, reading: Reading, query: Query, held: RoundState) -> list[Row]:
        indicator = query.indicator
        if held.meeting != indicator.of or not query.since.isoformat() <= held.date <= query.until.isoformat():
            return []
        mine = reads(reading.actor, reading.programme.reviews[held.meeting])
        if not held.closed or held.closed > reading.at or (mine is not None and held.unit not in mine):
            return []
        units = scope_units(reading, indicator)
        if indicator.mark == "rounds":
            member = Member("review", held.number, held.number, held.title, held.date, unit=held.unit)
            return [Row(member)] if within(reading, reading.net, units, held.unit) else []
        if not held.published or held.published > reading.at:
            return []
        meeting, found = reviews.meeting_of(held), []
        for score in map(counting.of_plain, held.scores):
            if score.total is None or _out(held, score.object, reading.at):
                continue
            if indicator.mark == "bad_results" and not counting.failed(meeting, score):
                continue
            if within(reading, reading.net, units, score.object):
                found.append(_row(held, meeting, score, score.total))
        return found

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest round on file."""
        found = reviews.oldest(reading.programme.key, query.indicator.of)
        return date.fromisoformat(found) if found else None

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return what closed, published or took out each result between two moments."""
        return [_cause(between, row) for row in rows]


def _cause(between: Between, row: Row) -> Cause:
    held = reviews.of_number(str(row.member.number))
    if held is None:
        return latest(())
    decided = held.contests.get(row.member.unit, {}).get("decided", "")
    happened = [("close_review", held.closed), ("publish", held.published), ("review", decided)]
    return latest(Cause(verb, at) for verb, at in happened if between.first.at < at <= between.last.at)


def _out(held: RoundState, unit: str, at: str) -> bool:
    contest = held.contests.get(unit, {})
    return bool(contest.get("decision") == UPHELD and contest["decided"] <= at)


def _row(held: RoundState, meeting: Meeting, score: counting.Score, total: int) -> Row:
    points = f"{total // 10}.{total % 10}"
    more = {"class": counting.class_of(meeting, total), "ballots": str(score.counted)}
    id_ = f"{held.number}/{score.object}"
    member = Member("review", id_, held.number, held.title, held.date, points, score.object, more=more)
    return Row(member, groups={"class": more["class"]}, amount=Decimal(points))


def source() -> Reviews:
    """Return the source."""
    return Reviews()
