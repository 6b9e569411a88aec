"""数覆盖: how many units or posts must have something, how many have it, and the list of those without.

What the network itself must have (`[[coverage]]`) is looked at on the day of the moment; what activities must reach
(`[[reach]]`) in the window in which the last day asked for lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bihuan.core import coverage as core
from bihuan.core import reaches
from bihuan.core.figures import Member, Tally
from bihuan.core.indicators import Indicator
from bihuan.core.instants import iso
from bihuan.core.ledger_kinds import sees_book
from bihuan.core.network import Network
from bihuan.core.programmes import Coverage
from bihuan.core.reaches import Reach
from bihuan.store import duties, network
from bihuan.store.figure_causes import BEGAN, Between, Cause, latest
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

    def said(self, row: Row | None) -> str:
        """Return `in` for whoever is in the list, however many they have."""
        return "" if row is None else "in"

    def causes(self, between: Between, query: Query, rows: Sequence[Row]) -> list[Cause]:
        """Return for each the last entry, exemption or change of the network that tells on it."""
        declared = _declared(between.last, query.indicator.of)
        assert declared is not None
        told = list(between.waived(between.last.programme.waivers.get(f"coverage.{declared.key}")))
        if isinstance(declared, Reach):
            told += _entered(between, declared)
            began = reaches.window(declared, min(query.until, between.last.day)).start
            told += [one for row in rows for one in between.day(BEGAN, began, of=row.member.more["of"])]
        else:
            told += _founded(between, declared)
        return [latest(one for one in told if one.of == row.member.more["of"]) for row in rows]


def _entered(between: Between, reach: Reach) -> Iterator[Cause]:
    """Yield the entries that reach somebody, and the founding of those that must be reached."""
    posts = reaches.of_posts(between.last.programme, reach)
    for event, states in between.written([reach.activity]):
        for one in states:
            for key in duties.about(one, reach, posts):
                yield Cause(event.verb, iso(event.at), one.number, key)
    yield from (one for some in between.of_things().values() for one in some)


def _founded(between: Between, coverage: Coverage) -> Iterator[Cause]:
    """Yield what took effect of the units that must have something, and of what they must have."""
    net = network.of_all_time(between.last.day)
    for key, some in between.of_things().items():
        if key in net.units:
            owners = {key} if net.units[key].type == coverage.every else set(net.above(key)) - {key}
        else:
            post = net.posts[key]
            owners = {post.unit, *post.covers} if post.kind == coverage.has else set()
        if key in net.posts or net.units[key].type in (coverage.every, coverage.has):
            yield from (replace(one, of=owner) for one in some for owner in owners)


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
