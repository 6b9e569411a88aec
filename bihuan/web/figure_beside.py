"""数字的对照: a number received and what the records give, side by side; neither is put in the other's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from bihuan.core import statistics as core
from bihuan.core.entries import EntryState
from bihuan.core.figures import Asked, Figure, Member
from bihuan.core.indicators import Indicator
from bihuan.core.programmes import Programme
from bihuan.core.statistics import Series
from bihuan.store import calendars, figures, network, statistics
from bihuan.web.access import Acted
from bihuan.web.figure_address import figure_href
from bihuan.web.stated import beside_of, series_seen
from bihuan.words import figures as words
from bihuan.words import statistics as stated_words
from bihuan.words.orders import named, unit_name


@dataclass(frozen=True, slots=True)
class Counted:
    """What the records give: the figure's name, its number and window in words, and where its records are.

    `base` is the second of the two statistics a growth follows from, its number; `text` "" says that each unit has
    a page of its own for it.
    """

    name: str
    text: str
    href: str
    window: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A number received, with unit, window and source, and what the records give of the same unit and window.

    `number` is "" where none was received, `counted` None where nothing here counts it or the reader may not read
    it. `counts` says whether reports use this one.
    """

    series: str
    unit: str
    window: str
    number: str = ""
    value: str = ""
    document: str = ""
    counts: bool = True
    counted: Counted | None = None


def beside(
    request: Acted, programme: Programme, one: Indicator, found: Figure, asked: Asked, members: Sequence[Member]
) -> list[Pair] | None:
    """Return what stands beside a figure, None for one that has no counterpart: a fixed number of queries.

    `members` are the records of a stated figure. A figure of some slices only is compared with nothing.
    """
    if asked.slices:
        return None
    if one.aggregator == "stated":
        return _of_stated(request, programme, one, found, asked, members)
    named_by = [series for series in series_seen(request.actor, programme) if series.computed == one.key]
    return _of_counted(request, programme, named_by, one, found, asked) if named_by else None


def other_values(request: Acted, programme: Programme, one: Indicator) -> str:
    """Return the address of every value received of a stated figure, "" where the reader may not see them."""
    if one.aggregator != "stated" or programme.series[one.of] not in series_seen(request.actor, programme):
        return ""
    return f"{reverse('stated')}?series={one.of}"


def counted(request: Acted, programme: Programme, series: Series, asked: Asked) -> Counted | None:
    """Return the figure counted here that a series names, of one unit and window; None for none the reader may open."""
    if series.computed not in programme.indicators:
        return None
    try:
        found = figures.figure(
            seen_by=request.actor, programme=programme, key=series.computed, asked=asked, now=request.now
        )  # fmt: skip
    except figures.NotFound:
        return None
    return _counted(request, programme, programme.indicators[series.computed], found, asked)


def _counted(request: Acted, programme: Programme, one: Indicator, found: Figure, asked: Asked) -> Counted:
    text = words.shown(found) if found.value is not None else words.missing_text(found)
    href = figure_href(programme.key, one.key, asked)
    return Counted(named(one), text, href, words.window_text(found, request.now))


def _of_stated(
    request: Acted, programme: Programme, one: Indicator, found: Figure, asked: Asked, members: Sequence[Member]
) -> list[Pair]:
    series = programme.series[one.of]
    net = network.snapshot(calendars.calendar().local_day(request.now))
    known = _known(request, programme, found, asked)
    received = {entry.number: entry for some in known.values() for entry in some}
    units = {row.unit for row in members}
    alone = next(iter(units)) if len(units) == 1 else asked.unit
    here = counted(request, programme, series, replace(asked, unit=alone)) if alone else None
    pairs = []
    for row in members:
        if entry := received.get(row.number):
            its = here
            if series.of:
                its = _growth(series, entry, known)
            elif not alone and series.computed in programme.indicators:
                its = Counted("", "", figure_href(programme.key, one.key, replace(asked, unit=row.unit)))
            pair = _pair(series, entry, unit_name(net, row.unit), row.more.get("counts") == "yes")
            pairs.append(replace(pair, counted=its))
    if not pairs:
        window = stated_words.span_text(found.since, found.until)
        pairs.append(Pair(named(series), unit_name(net, asked.unit), window, counted=here))
    return pairs


def _of_counted(
    request: Acted, programme: Programme, named_by: list[Series], one: Indicator, found: Figure, asked: Asked
) -> list[Pair]:
    net = network.snapshot(calendars.calendar().local_day(request.now))
    known = _known(request, programme, found, asked)
    own = _counted(request, programme, one, found, asked)
    pairs = []
    for series in named_by:
        some = [
            (unit, entry, at == 0)
            for (key, unit, *window), entries in sorted(known.items())
            if key == series.key and window == [found.since, found.until] and asked.unit in ("", unit)
            for at, entry in enumerate(entries)
        ]
        for unit, entry, counts in some:
            its = own if asked.unit else Counted("", "", figure_href(programme.key, one.key, replace(asked, unit=unit)))
            pairs.append(replace(_pair(series, entry, unit_name(net, unit), counts), counted=its))
        if not some:
            window_ = stated_words.span_text(found.since, found.until)
            pairs.append(Pair(named(series), unit_name(net, asked.unit), window_, counted=own))
    return pairs


Known = dict[tuple[str, str, str, str], list[EntryState]]


def _known(request: Acted, programme: Programme, found: Figure, asked: Asked) -> Known:
    """The statistics of the figure's window and of the same one a year before, as they were known at its moment."""
    since, until = date.fromisoformat(found.since), date.fromisoformat(found.until)
    ends = {found.until, core.base_of(since.isoformat(), until.isoformat())[1]}
    seen = series_seen(request.actor, programme)
    return statistics.of_windows(
        seen_by=request.actor, programme=programme.key, series=seen, until=ends, as_of=asked.as_of
    )  # fmt: skip


def _growth(series: Series, entry: EntryState, known: Known) -> Counted | None:
    found = beside_of(series, entry, known)
    if found is None:
        return None
    return Counted(found.now.number, found.text, f"/reports/stated/{found.now.number}/", base=found.base.number)


def _pair(series: Series, entry: EntryState, unit: str, counts: bool) -> Pair:
    return Pair(
        named(series),
        unit,
        stated_words.window_text(entry),
        entry.number,
        stated_words.value_text(series, entry),
        stated_words.document_text(entry),
        counts,
    )
