"""统计值: the numbers an office received, each with its window and its source; what can be counted stands beside."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import path, register_converter
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.actions.sheets import write_sheet
from bihuan.actions.statistic_imports import export_statistics
from bihuan.core import statistics as core
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import keeps, sees_book
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.statistics import Series
from bihuan.store import calendars, network, statistics
from bihuan.web.access import Acted, staff
from bihuan.web.handed import about, attached
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.shell import programme_of
from bihuan.words import statistics as words
from bihuan.words.orders import named, unit_name

NAMES = ("series", "unit", "withdrawn")


class _Number:
    """Numbers of statistics in addresses."""

    regex = r"TJ-[0-9]{4}-[0-9]{4,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Number, "stated")


@dataclass(frozen=True, slots=True)
class Beside:
    """What the statistics on file give for a growth: the number in words, and the two it was counted from."""

    text: str
    now: EntryState
    base: EntryState


@dataclass(frozen=True, slots=True)
class Line:
    """A statistic as the list draws it. `others` states the same window; `counts` says whether this one is used."""

    entry: EntryState
    series: Series
    unit: str
    window: str
    value: str
    document: str
    beside: Beside | None
    others: int
    counts: bool


@dataclass(slots=True)
class Listed:
    """The page of the statistics of a programme."""

    given: dict[str, str]
    lines: list[Line]
    more: str
    series: list[Series]
    units: list[tuple[str, str]]
    words: list[tuple[str, str]] = field(default_factory=list)
    keeps: list[Series] = field(default_factory=list)

    def address(self, **more: str) -> str:
        """Return the same list with something changed; "" drops a condition."""
        kept = {key: value for key, value in {**self.given, **more}.items() if value}
        return "/reports/stated/" + (f"?{urlencode(kept)}" if kept else "")


def series_seen(actor: Actor, programme: Programme | None) -> list[Series]:
    """Return the series of a programme that are any of the actor's business."""
    return [one for one in (programme.series.values() if programme else ()) if sees_book(actor, one)]


@staff
@require_GET
def stated(request: Acted) -> HttpResponse:
    """Show the statistics of the programme, the newest window first."""
    programme = programme_of(request)
    seen = series_seen(request.actor, programme)
    if programme is None or not seen:
        raise Http404
    net = network.of_all_time(calendars.calendar().local_day(request.now))
    given = {name: value for name in NAMES if (value := word(request.GET, name))}
    chosen = [one for one in seen if one.key == given.get("series")] or seen
    got = statistics.page(
        seen_by=request.actor,
        programme=programme.key,
        series=chosen,
        unit=given.get("unit", ""),
        withdrawn=given.get("withdrawn") == "1",
        cursor=word(request.GET, "after"),
    )
    page = Listed(given, lines_of(request.actor, programme, got.entries, net), "", seen, _units(seen, net))
    page.more = page.address(after=got.next) if got.next else ""
    page.keeps = [one for one in seen if keeps(request.actor, one)]
    names = {one.key: named(one) for one in seen}
    said = {"series": names.get(given.get("series", ""), ""), "unit": unit_name(net, given.get("unit", ""))}
    said["withdrawn"] = _("已撤销")
    page.words = [(name, said[name]) for name in NAMES if given.get(name) and said[name]]
    return render(request, "stated/list.html", {"listed": page})


def lines_of(actor: Actor, programme: Programme, entries: list[EntryState], net: Network) -> list[Line]:
    """Return statistics as lines, with the growth that follows from those on file: one query, whatever the number."""
    ends = {one.date for one in entries}
    ends |= {core.base_of(*core.window(one))[1] for one in entries if programme.series[one.activity].of}
    known = statistics.of_windows(
        seen_by=actor, programme=programme.key, series=series_seen(actor, programme), until=ends
    )  # fmt: skip
    found = []
    for one in entries:
        series = programme.series[one.activity]
        same = known.get((one.activity, one.unit, *core.window(one)), [])
        found.append(
            Line(
                one,
                series,
                unit_name(net, one.unit),
                words.window_text(one),
                words.value_text(series, one),
                words.document_text(one),
                beside_of(series, one, known),
                len([other for other in same if other.id != one.id]),
                bool(same) and same[0].id == one.id,
            )
        )
    return found


def beside_of(
    series: Series, entry: EntryState, known: dict[tuple[str, str, str, str], list[EntryState]]
) -> Beside | None:
    """Return the growth that two statistics on file give, None where one of them is missing."""
    if not series.of:
        return None
    span = core.window(entry)
    now = known.get((series.of, entry.unit, *span))
    base = known.get((series.of, entry.unit, *core.base_of(*span)))
    if not now or not base:
        return None
    found: Decimal | None = core.growth(core.value(now[0]), core.value(base[0]))
    return None if found is None else Beside(words.number_text(series, found), now[0], base[0])


def _units(seen: list[Series], net: Network) -> list[tuple[str, str]]:
    kinds = dict.fromkeys(one.unit for one in seen)
    return [(unit.key, unit_name(net, unit.key)) for kind in kinds for unit in net.of_type(kind)]


@staff
@require_POST
def export(request: Acted) -> HttpResponse:
    """Hand out every statistic one may see as a sheet that can be imported again; the register keeps who took it."""
    programme = programme_of(request)
    if programme is None or not series_seen(request.actor, programme):
        raise Http404
    header, rows = export_statistics(actor=request.actor, programme=programme.key, now=request.now)
    kept = io.BytesIO()
    write_sheet(kept, header, rows, name="统计值", about=about(request, _("统计值")))
    day = calendars.calendar().local_day(request.now)
    return attached(kept.getvalue(), _("统计值%(day)s.xlsx") % {"day": day.isoformat()})


urlpatterns = [
    path("reports/stated/", stated, name="stated"),
    path("reports/stated/export/", export, name="stated_export"),
]
