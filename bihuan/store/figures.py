"""数字: any figure of a programme for one reader, now or as of a past moment, with the records it opens.

What an indicator is made of is decided here; what a single list holds, each source answers: the module
`store.figure_<over>` has one function `source()` that returns a `Source`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from typing import Protocol, cast

from bihuan.core.calendar import Calendar
from bihuan.core.figures import OPENS, Asked, Difference, Figure, Member, Part, Tally, Value, growth, share
from bihuan.core.indicators import OVER, Indicator, definition, resolved, span, within_month, year_before
from bihuan.core.instants import instant, iso
from bihuan.core.network import Network
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.programmes import Programme
from bihuan.store import calendars, network
from bihuan.store.orders import NotFound

SIZE = 50
ONE_DAY = timedelta(days=1)
MOST = 500  # rows of one page
YEARS = 30  # that a record looks back


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads which programme's figures, at which moment. `at` is the as-of moment, `past` whether it is gone by."""

    actor: Actor
    programme: Programme
    asked: Asked
    now: datetime
    at: str
    past: bool
    net: Network
    calendar: Calendar
    month: str = ""

    @property
    def day(self) -> date:
        """The local day of the as-of moment; 24:00 is still the day before."""
        return self.calendar.local_day(instant(self.at) - timedelta(microseconds=1))

    def bounds(self, since: date, until: date) -> tuple[str, str]:
        """Return a window of local days as stored instants, the end exclusive."""
        return _begins(self.calendar.zone, since), _begins(self.calendar.zone, until + ONE_DAY)


@lru_cache(maxsize=4096)
def _begins(zone: tzinfo, day: date) -> str:
    """Return the instant at which a local day begins: a figure by months asks a dozen, each time the same."""
    return iso(datetime.combine(day, time(), zone).astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Query:
    """One list: the records of an indicator within a window, less those that are also of `minus`."""

    indicator: Indicator
    since: date
    until: date
    minus: Indicator | None = None


@dataclass(slots=True)
class MemberPage:
    """One page of records; `next` is the cursor of the following page, "" at the end."""

    rows: list[Member] = field(default_factory=list)
    next: str = ""


Groups = dict[tuple[str, ...], Tally]


class Source(Protocol):
    """What one kind of record answers. Everything is limited to what the reader may count."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether figures of this are any of the reader's business."""

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Tally]:
        """Return what each query counts, in their order, in a number of database queries that depends on nothing."""

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return how many records of a list are listed without their content."""

    def group(self, reading: Reading, query: Query, by: Sequence[str]) -> Groups:
        """Return what the query counts by the values of some keys; groups of nothing are left out."""

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the records."""

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest record there is, whatever the window."""

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return what moved records in or out, or changed their amounts, between two as-of moments."""


@lru_cache(maxsize=32)
def source(over: str) -> Source:
    """Return the source of that kind; raises NotFound for one that is not there."""
    if over not in OVER:
        raise NotFound(over)
    try:
        return cast(Source, import_module(f"bihuan.store.figure_{over}").source())
    except ModuleNotFoundError:
        raise NotFound(over) from None


def reading_of(seen_by: Actor, programme: Programme, asked: Asked, now: datetime) -> Reading:
    """Return the reading of what is asked; an as-of moment that has not come is now."""
    present = iso(now)
    past = "" < asked.as_of < present
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(now))
    month = dict(asked.slices).get("month", "")
    kept = replace(asked, slices=tuple(one for one in asked.slices if one[0] != "month"))
    return Reading(seen_by, programme, kept, now, asked.as_of if past else present, past, net, calendar, month)


def declared(programme: Programme, key: str) -> Indicator:
    """Return an indicator of the programme; raises NotFound for none."""
    if key not in programme.indicators:
        raise NotFound(f"{programme.key}/{key}")
    return programme.indicators[key]


def may_read(seen_by: Actor, programme: Programme, key: str, now: datetime) -> bool:
    """Whether the actor may open this figure at all."""
    today = calendars.calendar().local_day(now)
    reading = reading_of(seen_by, programme, Asked(today, today), now)
    return all(_reads(reading, one) for one in resolved([key], programme.indicators))


def _reads(reading: Reading, one: Indicator) -> bool:
    return one.composed or reading.actor.sort == "system" or source(one.over).may_read(reading, one)


def _must(reading: Reading, keys: Iterable[str]) -> list[Indicator]:
    wanted = [declared(reading.programme, key) for key in keys]
    for one in resolved([one.key for one in wanted], reading.programme.indicators):
        if not _reads(reading, one):
            raise NotFound(f"{reading.programme.key}/{one.key}")
    return wanted


# ---- one figure, or many with shared queries ----
def figure(*, seen_by: Actor, programme: Programme, key: str, asked: Asked, now: datetime) -> Figure:
    """Return one figure; raises NotFound for an unknown key and for a reader whose business it is not."""
    found = figures(seen_by=seen_by, programme=programme, keys=[key], asked=asked, now=now)[key]
    reading = reading_of(seen_by, programme, asked, now)
    one = programme.indicators[key]
    hidden = sum(source(query.indicator.over).hidden(reading, query) for query in _lists(reading, one)[:1])
    return replace(found, hidden=hidden)


def figures(
    *, seen_by: Actor, programme: Programme, keys: Iterable[str], asked: Asked, now: datetime
) -> dict[str, Figure]:
    """Return several figures by key; their number of queries is the number of their sources, not of the figures."""
    reading = reading_of(seen_by, programme, asked, now)
    wanted = _must(reading, keys)
    lists = {one.key: _lists(reading, one) for one in wanted}
    tallies = _evaluated(reading, [query for some in lists.values() for query in some])
    return {
        one.key: _maker(reading, one, lists[one.key])([tallies[query] for query in lists[one.key]]) for one in wanted
    }


def _evaluated(reading: Reading, queries: Iterable[Query]) -> dict[Query, Tally]:
    by_source: dict[str, list[Query]] = {}
    for query in dict.fromkeys(queries):
        by_source.setdefault(query.indicator.over, []).append(query)
    found: dict[Query, Tally] = {}
    for over, some in by_source.items():
        found |= zip(some, source(over).evaluate(reading, some), strict=True)
    return found


def _lists(reading: Reading, one: Indicator) -> list[Query]:
    """Return the lists of a figure in the order of its parts."""
    known, asked = reading.programme.indicators, reading.asked

    def of(key: str, minus: str = "", back: int = 0) -> Query:
        inner = known[key] if key else one
        since, until = span(inner, asked.since, asked.until, reading.day)
        if reading.month and not inner.stock:
            since, until = within_month(since, until, reading.month)
        for _ in range(back):
            since, until = year_before(since), year_before(until)
        return Query(inner, since, until, known[minus] if minus else None)

    if one.aggregator == "share":
        found = [of(one.part, one.without), of(one.whole, one.without)]
        return [*found, of(one.without)] if one.without else found
    if one.aggregator == "growth":
        return [of(one.part), of(one.part, back=1)]
    if one.aggregator == "record":
        return _windows(reading, of(one.part))
    return [of("")]


def _windows(reading: Reading, query: Query) -> list[Query]:
    """Return the window and the same one of every earlier year on file."""
    first = source(query.indicator.over).earliest(reading, query)
    found = [query]
    while first is not None and len(found) < YEARS:
        earlier = replace(found[-1], since=year_before(found[-1].since), until=year_before(found[-1].until))
        if earlier.until < first:
            break
        found.append(earlier)
    return found


_DEFINITIONS: dict[tuple[str, str], str] = {}


def _definition(programme: Programme, key: str) -> str:
    """Return the hash of an indicator's declaration; a published programme never changes."""
    place = (programme.hash, key)
    if place not in _DEFINITIONS:
        _DEFINITIONS[place] = definition(programme.indicators[key], programme.indicators, programme.scopes)
    return _DEFINITIONS[place]


_PARTS = {"share": ("numerator", "denominator", "excluded"), "growth": ("numerator", "denominator")}


def _maker(reading: Reading, one: Indicator, lists: list[Query]) -> Callable[[list[Tally]], Figure]:
    """Return what makes the figure of its tallies; what all groups of it share is worked out once."""
    names = _PARTS.get(one.aggregator, ("records",))
    unit = one.word or ("%" if one.aggregator in ("share", "growth") else "")
    opens, definition_ = OPENS[one.aggregator], _definition(reading.programme, one.key)
    since, until = lists[0].since.isoformat(), lists[0].until.isoformat()

    def made(counted: list[Tally]) -> Figure:
        value, missing = _value(one, counted)
        if one.aggregator == "record":
            parts: tuple[Part, ...] = (Part("records", len(lists)),)
        else:
            parts = tuple(Part(name, tally.count) for name, tally in zip(names, counted, strict=False))
        return Figure(one.key, value, unit, opens, parts, since, until, reading.at, definition_, missing)

    return made


def _value(one: Indicator, counted: list[Tally]) -> tuple[Value, str]:
    first = counted[0]
    if missing := next((tally.missing for tally in counted if tally.missing), ""):
        return None, missing
    if one.aggregator == "share":
        found = share(first.count, counted[1].count)
        return found, "" if found is not None else "too_few"
    if one.aggregator == "growth":
        change = growth(_number(first), _number(counted[1]))
        return change, "" if change is not None else "no_base"
    if one.aggregator == "record":
        earlier = [_number(tally) for tally in counted[1:]]
        return (_number(first) > max(earlier), "") if earlier else (None, "no_history")
    return first.value, ""


def _number(tally: Tally) -> Decimal | int:
    return tally.value if isinstance(tally.value, Decimal | int) else 0


# ---- by groups ----
def grouped(
    *, seen_by: Actor, programme: Programme, key: str, asked: Asked, by: tuple[str, ...], now: datetime
) -> dict[tuple[str, ...], Figure]:
    """Return a figure by the values of some keys (`unit`, `month`, `category` …); groups of nothing are left out.

    Raises NotFound for a key the indicator does not declare in `by`.
    """
    reading = reading_of(seen_by, programme, asked, now)
    (one,) = _must(reading, [key])
    if not by or any(name not in (*one.by, "unit", "month") for name in by) or one.aggregator == "record":
        raise NotFound(f"{programme.key}/{key}/{'+'.join(by)}")
    lists = _lists(reading, one)
    groups = [source(query.indicator.over).group(reading, query, by) for query in lists]
    if one.aggregator == "growth" and "month" in by:
        place = by.index("month")
        groups[1] = {_later(group, place): tally for group, tally in groups[1].items()}
    made, nothing = _maker(reading, one, lists), Tally()
    return {group: made([some.get(group, nothing) for some in groups]) for group in sorted(set().union(*groups))}


def _later(group: tuple[str, ...], place: int) -> tuple[str, ...]:
    """A group of the base window stands beside the same month a year later."""
    year, _, month = group[place].partition("-")
    return (*group[:place], f"{int(year) + 1}-{month}", *group[place + 1 :])


# ---- what a figure opens ----
def members(
    *,
    seen_by: Actor,
    programme: Programme,
    key: str,
    asked: Asked,
    now: datetime,
    part: str = "records",
    cursor: str = "",
    size: int = SIZE,
) -> MemberPage:
    """Return one page of a list of a figure, by key. An unknown part is the first one; a broken cursor begins anew."""
    reading = reading_of(seen_by, programme, asked, now)
    (one,) = _must(reading, [key])
    lists = _lists(reading, one)
    if one.aggregator == "record":
        return _compared(reading, lists)
    names = _PARTS.get(one.aggregator, ("records",))
    at = names.index(part) if part in names[: len(lists)] else 0
    query = lists[at]
    return source(query.indicator.over).members(reading, query, names[at], cursor, max(1, min(size, MOST)))


def _compared(reading: Reading, lists: list[Query]) -> MemberPage:
    tallies = _evaluated(reading, lists)
    rows = []
    for query in lists:
        since, until = query.since.isoformat(), query.until.isoformat()
        amount = str(tallies[query].value)
        rows.append(Member("window", f"{since}/{until}", since[:4], query.indicator.name, until, amount))
    return MemberPage(rows)


def every(
    *, seen_by: Actor, programme: Programme, key: str, asked: Asked, now: datetime, part: str = "records"
) -> Iterable[Member]:
    """Yield every record of a list of a figure, page by page."""
    cursor = ""
    while True:
        page = members(
            seen_by=seen_by, programme=programme, key=key, asked=asked, now=now, part=part, cursor=cursor, size=MOST
        )
        yield from page.rows
        cursor = page.next
        if not cursor:
            return


def explain(
    *, seen_by: Actor, programme: Programme, key: str, before: Asked, after: Asked, now: datetime
) -> list[Difference]:
    """Return what made a figure differ between two as-of moments, record by record with the event that did it.

    For a rate it is the numerator's and the denominator's together, told apart by the member's `part`.
    """
    old, new = reading_of(seen_by, programme, before, now), reading_of(seen_by, programme, after, now)
    (one,) = _must(new, [key])
    was, is_ = _lists(old, one), _lists(new, one)
    names = _PARTS.get(one.aggregator, ("records",))
    found = []
    for name, query, later in zip(names, was, is_, strict=False):
        for difference in source(query.indicator.over).explain(old, new, (query, later)):
            found.append(replace(difference, member=replace(difference.member, part=name)))
    return found


__all__ = [
    "SYSTEM",
    "Asked",
    "Groups",
    "MemberPage",
    "NotFound",
    "Query",
    "Reading",
    "Source",
    "declared",
    "every",
    "explain",
    "figure",
    "figures",
    "grouped",
    "may_read",
    "members",
    "reading_of",
    "source",
]
