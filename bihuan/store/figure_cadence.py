"""数周期义务: how many periods were due, met, late, missed and excused; counting begins where the unit was founded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bihuan.core.cadence import Cadence, Period
from bihuan.core.figures import Member
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.ledger_kinds import sees_book
from bihuan.core.network import Network
from bihuan.store import duties, network
from bihuan.store.duties import Owed
from bihuan.store.figure_causes import FELL_DUE, Between, Cause, latest
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import Row, Rows, within
from bihuan.store.readings import Query, Reading


class Cadences(Rows):
    """The source of figures over periodic duties."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the book of the cadence is any of the reader's business."""
        cadence = _declared(reading, indicator.of)
        return cadence is not None and sees_book(reading.actor, reading.programme.ledger[cadence.activity])

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the periods of each query; those of one cadence are read once over all their windows."""
        net = network.of_all_time(reading.day)
        spans: dict[str, tuple[date, date]] = {}
        for query in queries:
            if query.indicator.aggregator == "rule":
                continue
            since, until = spans.get(query.indicator.of, (query.since, query.until))
            spans[query.indicator.of] = (min(since, query.since), max(until, query.until))
        known = _known(reading, net, spans)
        return [
            _clause(reading, query)
            if query.indicator.aggregator == "rule"
            else _rows(reading, query, known.get(query.indicator.of, []))
            for query in queries
        ]

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return for each period the last entry or waiver about it, else that it was over without one."""
        programme = between.last.programme
        cadence = _declared(between.last, query.indicator.of)
        if cadence is None:
            return [latest(()) for _row in rows]
        told: list[Cause] = list(between.waived(programme.waivers.get(f"cadence.{cadence.key}")))
        for event, states in between.written([cadence.activity]):
            for one in states:
                day = date.fromisoformat(one.date)
                of = one.post if cadence.post else one.unit
                told.append(Cause(event.verb, iso(event.at), one.number, of, Period(day, day)))
        return [_cause(between, cadence, row, told) for row in rows]


def _cause(between: Between, cadence: Cadence, row: Row, told: Sequence[Cause]) -> Cause:
    more = row.member.more
    own = Period(date.fromisoformat(row.member.day), date.fromisoformat(more["until"]))
    some = [one for one in told if one.of == more["of"] and one.over is not None and one.over.meets(own)]
    if more["kept"] == "missed" or not some:
        some += between.day(FELL_DUE, own.end + timedelta(days=cadence.grace + 1))
    return latest(some)


def _known(reading: Reading, net: Network, spans: dict[str, tuple[date, date]]) -> dict[str, list[Owed]]:
    """Return the periods of some cadences between two days each: now in one query, as of a past moment in some each."""
    given: dict[str, Any] = {"seen_by": reading.actor, "programme": reading.programme, "net": net, "today": reading.day}
    some = {
        key: (cadence, since, min(until, reading.day))
        for key, (since, until) in spans.items()
        if (cadence := _declared(reading, key)) is not None
    }
    if not reading.past:
        return duties.of_cadences(**given, spans=some)
    return {
        key: duties.of_cadence(**given, cadence=cadence, since=since, until=until, as_of=reading.at)
        for key, (cadence, since, until) in some.items()
    }


def _clause(reading: Reading, query: Query) -> list[Row]:
    """The clause of the published bundle that says how often the duty is due."""
    cadence = _declared(reading, query.indicator.of)
    if cadence is None:
        return []
    bundle = reading.programme.bundle
    id_ = f"{bundle}#{cadence.key}"
    return [Row(Member("clause", id_, bundle, cadence.name, query.until.isoformat(), cadence.every))]


def _declared(reading: Reading, key: str) -> Cadence | None:
    return next((one for one in reading.programme.cadences if one.key == key), None)


def _rows(reading: Reading, query: Query, owed: Sequence[Owed]) -> list[Row]:
    """Return the periods over by the moment that began in the window and were kept as the mark says."""
    one, units = query.indicator, scope_units(reading, query.indicator)
    found = []
    for some in owed:
        if not within(reading, reading.net, units, some.unit):
            continue
        since = some.since.isoformat() if some.since else ""
        for duty in some.duties:
            if duty.kept == "open" or not query.since <= duty.period.start <= query.until:
                continue
            if one.mark in ("", "due") or duty.kept == one.mark:
                start, end = duty.period.start.isoformat(), duty.period.end.isoformat()
                more = {"kept": duty.kept, "until": end, "founded": since, "of": some.key, "cadence": one.of}
                number = f"{start}/{end}"
                member = Member(
                    "duty", f"{one.of}:{some.key}:{start}", number, some.name, start, "", some.unit, more=more
                )  # fmt: skip
                found.append(Row(member, {"kept": duty.kept}))
    return found


def source() -> Cadences:
    """Return the source."""
    return Cadences()
