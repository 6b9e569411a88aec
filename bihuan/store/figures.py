"""数字: any figure of a programme for one reader, now or as of a past moment, with the records it opens.

What an indicator is made of is decided here; what a single list holds, each source answers (`store.readings`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from bihuan.core.figures import OPENS, Asked, Difference, Figure, Member, Part, Tally, Value, growth, share
from bihuan.core.indicators import Indicator, definition, resolved, span, within_month, year_before
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import calendars
from bihuan.store.orders import NotFound
from bihuan.store.readings import Groups, MemberPage, Query, Reading, reading_of, source

SIZE = 50
MOST = 500  # rows of one page
YEARS = 30  # that a record looks back
Divided = dict[tuple[str, ...], Figure]  # a figure by the values of some keys; by none it is at ()


@dataclass(frozen=True, slots=True)
class Wish:
    """One figure of several that are read together: its indicator, the first and the last day, and the keys it is
    divided by (`unit`, `month`, `category` …), none for the whole."""

    indicator: Indicator
    since: date
    until: date
    by: tuple[str, ...] = ()


def declared(programme: Programme, key: str) -> Indicator:
    """Return an indicator of the programme; raises NotFound for none."""
    if key not in programme.indicators:
        raise NotFound(f"{programme.key}/{key}")
    return programme.indicators[key]


def may_read(seen_by: Actor, programme: Programme, key: str, now: datetime) -> bool:
    """Whether the actor may open this figure at all."""
    today = calendars.calendar().local_day(now)
    return reads(reading_of(seen_by, programme, Asked(today, today), now), programme.indicators[key])


def reads(reading: Reading, one: Indicator) -> bool:
    """Whether the reader may open the figure, with all it is made of."""
    if reading.actor.sort == "system":
        return True
    parts = (*resolved(one.uses, reading.programme.indicators), one)
    return all(each.composed or source(each.over).may_read(reading, each) for each in parts)


def _must(reading: Reading, one: Indicator) -> None:
    if not reads(reading, one):
        raise NotFound(f"{reading.programme.key}/{one.key}")


# ---- one figure, or many with shared queries ----
def figure(*, seen_by: Actor, programme: Programme, key: str, asked: Asked, now: datetime) -> Figure:
    """Return one figure; raises NotFound for an unknown key and for a reader whose business it is not."""
    reading = reading_of(seen_by, programme, asked, now)
    wish = Wish(declared(programme, key), asked.since, asked.until)
    found = wished(reading, [wish])[wish][()]
    hidden = sum(source(query.indicator.over).hidden(reading, query) for query in _lists(reading, wish)[:1])
    return replace(found, hidden=hidden)


def figures(
    *, seen_by: Actor, programme: Programme, keys: Iterable[str], asked: Asked, now: datetime
) -> dict[str, Figure]:
    """Return several figures by key; their number of queries is the number of their sources, not of the figures."""
    reading = reading_of(seen_by, programme, asked, now)
    wishes = [Wish(declared(programme, key), asked.since, asked.until) for key in keys]
    return {wish.indicator.key: found[()] for wish, found in wished(reading, wishes).items()}


def grouped(
    *, seen_by: Actor, programme: Programme, key: str, asked: Asked, by: tuple[str, ...], now: datetime
) -> Divided:
    """Return a figure by the values of some keys (`unit`, `month`, `category` …); groups of nothing are left out.

    Raises NotFound for a key the indicator does not declare in `by`, or for none.
    """
    wish = Wish(declared(programme, key), asked.since, asked.until, by)
    if not by:
        raise NotFound(f"{programme.key}/{key}/")
    return wished(reading_of(seen_by, programme, asked, now), [wish])[wish]


def wished(reading: Reading, wishes: Iterable[Wish]) -> dict[Wish, Divided]:
    """Return several figures, each for days and by keys of its own, of the unit and the moment of one reading.

    Their number of queries is the number of their sources. Raises NotFound as `figure` and `grouped` do.
    """
    lists: dict[Wish, list[Query]] = {}
    for wish in wishes:
        one = wish.indicator
        _must(reading, one)
        if wish.by and (one.aggregator == "record" or any(key not in (*one.by, "unit", "month") for key in wish.by)):
            raise NotFound(f"{reading.programme.key}/{one.key}/{'+'.join(wish.by)}")
        lists[wish] = _lists(reading, wish)
    groups = _evaluated(reading, [query for some in lists.values() for query in some])
    return {wish: _made(reading, wish, some, [groups[query] for query in some]) for wish, some in lists.items()}


def _evaluated(reading: Reading, queries: Iterable[Query]) -> dict[Query, Groups]:
    by_source: dict[str, list[Query]] = {}
    for query in dict.fromkeys(queries):
        by_source.setdefault(query.indicator.over, []).append(query)
    found: dict[Query, Groups] = {}
    for over, some in by_source.items():
        found |= zip(some, source(over).evaluate(reading, some), strict=True)
    return found


def _made(reading: Reading, wish: Wish, lists: list[Query], counted: list[Groups]) -> Divided:
    if wish.indicator.aggregator == "growth" and "month" in wish.by:
        place = wish.by.index("month")
        counted[1] = {_later(group, place): tally for group, tally in counted[1].items()}
    made, nothing = _maker(reading, wish.indicator, lists), Tally()
    return {group: made([some.get(group, nothing) for some in counted]) for group in sorted(set().union(*counted))}


def _later(group: tuple[str, ...], place: int) -> tuple[str, ...]:
    """A group of the base window stands beside the same month a year later."""
    year, _, month = group[place].partition("-")
    return (*group[:place], f"{int(year) + 1}-{month}", *group[place + 1 :])


def _lists(reading: Reading, wish: Wish) -> list[Query]:
    """Return the lists of a figure in the order of its parts."""
    known, one = reading.programme.indicators, wish.indicator

    def of(key: str, minus: str = "", back: int = 0) -> Query:
        inner = known[key] if key else one
        since, until = span(inner, wish.since, wish.until, reading.day)
        if reading.month and not inner.stock:
            since, until = within_month(since, until, reading.month)
        for _ in range(back):
            since, until = year_before(since), year_before(until)
        return Query(inner, since, until, known[minus] if minus else None, wish.by)

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


def _definition(programme: Programme, one: Indicator) -> str:
    """Return the hash of an indicator's declaration; a published programme never changes."""
    place = (programme.hash, one.key)
    if place not in _DEFINITIONS:
        _DEFINITIONS[place] = definition(one, programme.indicators, programme.scopes)
    return _DEFINITIONS[place]


_PARTS = {"share": ("numerator", "denominator", "excluded"), "growth": ("numerator", "denominator")}


def _maker(reading: Reading, one: Indicator, lists: list[Query]) -> Callable[[list[Tally]], Figure]:
    """Return what makes the figure of its tallies; what all groups of it share is worked out once."""
    names = _PARTS.get(one.aggregator, ("records",))
    unit = one.word or ("%" if one.aggregator in ("share", "growth") else "")
    opens, definition_ = OPENS[one.aggregator], _definition(reading.programme, one)
    since, until = lists[0].since.isoformat(), lists[0].until.isoformat()

    def made(counted: list[Tally]) -> Figure:
        value, missing = _value(one, counted)
        if one.aggregator == "record":
            parts: tuple[Part, ...] = (Part("records", len(lists)),)
        else:
            parts = tuple([Part(name, tally.count) for name, tally in zip(names, counted, strict=False)])
        return Figure(one.key, value, unit, opens, parts, since, until, reading.at, definition_, missing)

    return made


def _value(one: Indicator, counted: list[Tally]) -> tuple[Value, str]:
    first = counted[0]
    for tally in counted:
        if tally.missing:
            return None, tally.missing
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
    """Return one page of a list of a figure, by key. A broken cursor begins anew.

    What a rate does not declare it leaves out is empty; a part that this kind of figure does not have is the first one.
    """
    reading = reading_of(seen_by, programme, asked, now)
    one = declared(programme, key)
    _must(reading, one)
    lists = _lists(reading, Wish(one, asked.since, asked.until))
    if one.aggregator == "record":
        return _compared(reading, lists)
    names = _PARTS.get(one.aggregator, ("records",))
    at = names.index(part) if part in names else 0
    if at >= len(lists):
        return MemberPage()
    query = lists[at]
    return source(query.indicator.over).members(reading, query, names[at], cursor, max(1, min(size, MOST)))


def _compared(reading: Reading, lists: list[Query]) -> MemberPage:
    groups = _evaluated(reading, lists)
    rows = []
    for query in lists:
        since, until = query.since.isoformat(), query.until.isoformat()
        amount = str(groups[query][()].value)
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
    one = declared(programme, key)
    _must(new, one)
    was, is_ = (_lists(each, Wish(one, asked.since, asked.until)) for each, asked in ((old, before), (new, after)))
    names = _PARTS.get(one.aggregator, ("records",))
    found = []
    for name, query, later in zip(names, was, is_, strict=False):
        for difference in source(query.indicator.over).explain(old, new, (query, later)):
            found.append(replace(difference, member=replace(difference.member, part=name)))
    return found


__all__ = [
    "Asked",
    "MemberPage",
    "NotFound",
    "declared",
    "every",
    "explain",
    "figure",
    "figures",
    "grouped",
    "may_read",
    "members",
    "reads",
    "wished",
]
