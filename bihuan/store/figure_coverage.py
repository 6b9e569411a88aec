"""数覆盖: how many units or posts must have something, how many have it, and the list of those without.

What the network itself must have (`[[coverage]]`) is looked at on the day of the moment; what activities must reach
(`[[reach]]`) in the window in which the last day asked for lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bihuan.core import coverage as core
from bihuan.core import reaches
from bihuan.core.figures import Member, Tally
from bihuan.core.indicators import Indicator
from bihuan.core.ledger_kinds import sees_book
from bihuan.core.network import Network
from bihuan.core.programmes import Coverage
from bihuan.core.reaches import Reach
from bihuan.store import duties, network
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import Row, Rows, within
from bihuan.store.names import of_the_office
from bihuan.store.readings import Query, Reading

Found = tuple[str, str, str, int, str]  # key, name, unit, how many, covered | uncovered | exempt


class Coverages(Rows):
    """The source of figures over what must be covered, by the network or by activities."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the roll, or the book of the activity, is any of the reader's business."""
        declared = _declared(reading, indicator.of)
        if isinstance(declared, Reach):
            return sees_book(reading.actor, reading.programme.ledger[declared.activity])
        return declared is not None and of_the_office(reading.actor)

    def lists(self, reading: Reading, queries: Sequence[Query]) -> list[list[Row]]:
        """Return who is covered, uncovered or exempt; each coverage is read once for each of its windows."""
        net = network.snapshot(reading.day)
        known: dict[tuple[str, str], list[Found]] = {}
        found = []
        for query in queries:
            declared = _declared(reading, query.indicator.of)
            day = min(query.until, reading.day)
            period = reaches.window(declared, day) if isinstance(declared, Reach) else None
            at = (query.indicator.of, period.start.isoformat() if period else "")
            if at not in known:
                known[at] = list(_reached(reading, net, declared, query)) if declared is not None else []
            start = period.start if period else reading.day
            units = scope_units(reading, query.indicator)
            more = {"coverage": query.indicator.of} | ({"until": period.end.isoformat()} if period else {})
            kind = "duty" if period else "unit"
            found.append([
                Row(Member(kind, key, key, name, start.isoformat(), str(n), unit,
                           more={"kept": kept, "of": key, **more}), {"kept": kept})
                for key, name, unit, n, kept in known[at]
                if within(reading, net, units, unit) and _counts(query.indicator, kept)
            ])  # fmt: skip
        return found

    def value(self, query: Query, rows: Sequence[Row]) -> Tally:
        """Return how many they are, or for a constraint whether all of them keep it: who is exempt does not."""
        if query.indicator.aggregator == "constraint":
            return Tally(all(row.groups["kept"] == "covered" for row in rows), len(rows))
        return Tally(len(rows), len(rows))


def _counts(one: Indicator, kept: str) -> bool:
    """A constraint looks at everyone: what it says of all must be true of the exempt too."""
    return kept == one.mark or (one.mark in ("", "required") and (kept != "exempt" or one.aggregator == "constraint"))


def _declared(reading: Reading, key: str) -> Coverage | Reach | None:
    some: Iterable[Coverage | Reach] = (*reading.programme.coverages, *reading.programme.reaches)
    return next((one for one in some if one.key == key), None)


def _reached(reading: Reading, net: Network, declared: Coverage | Reach, query: Query) -> Iterable[Found]:
    if isinstance(declared, Coverage):
        exempt = duties.exempt_on(reading.programme, reading.day, _moment(reading)).get(declared.key, ())
        for unit in net.of_type(declared.every):
            n = core.count(net, declared, unit)
            kept = "covered" if declared.fits(n) else "exempt" if unit.key in exempt else "uncovered"
            yield unit.key, unit.name, unit.key, n, kept
        return
    period = reaches.window(declared, min(query.until, reading.day))
    found = duties.of_reach(
        seen_by=reading.actor,
        programme=reading.programme,
        reach=declared,
        net=net,
        period=period,
        as_of=_moment(reading),
    )
    for some, kept in ((found.covered, "covered"), (found.lacking, "uncovered")):
        yield from ((one.key, one.name, one.unit, n, kept) for one, n in some)
    yield from ((one.key, one.name, one.unit, 0, "exempt") for one in found.exempt)


def _moment(reading: Reading) -> str:
    return reading.at if reading.past else ""


def source() -> Coverages:
    """Return the source."""
    return Coverages()
