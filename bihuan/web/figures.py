"""数字: the page of one figure: the number, the records it was counted from, and how it was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.figures import Asked, Figure
from bihuan.core.indicators import Indicator
from bihuan.core.instants import instant
from bihuan.core.moments import as_of as as_of_moment
from bihuan.core.moments import day_of
from bihuan.core.programmes import OrderType, Programme
from bihuan.store import calendars, figure_versions, figures, network, packs
from bihuan.store.figure_order_sql import known_slices
from bihuan.web.access import Acted, staff
from bihuan.web.figure_address import NONE, figure_href
from bihuan.web.figure_beside import Pair, beside, other_values
from bihuan.web.figure_lines import Line, Moved, line_of, moved_of
from bihuan.web.figure_prints import Print, printed
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.words import figures as words
from bihuan.words import moments
from bihuan.words.orders import unit_name

PAGE = 50
RESERVED = ("from", "to", "as_of", "unit", "part", "cursor", "by", "against")


@dataclass(frozen=True, slots=True)
class Cell:
    """One group with its figure and the address of its records."""

    names: tuple[str, ...]
    text: str
    href: str
    missing: str = ""


@dataclass(slots=True)
class Page:
    """The page of a figure as the template draws it."""

    programme: Programme
    indicator: Indicator
    figure: Figure
    asked: Asked
    shown: str
    window: str
    missing: str
    part: str
    parts: list[tuple[str, str, int, str]]  # key, name, count, address
    lines: list[Line]
    more: str
    first: str
    facts: list[tuple[str, str]]
    prints: list[Print]
    beside: list[Pair] | None
    others: str
    units: list[tuple[str, str]]
    groups: list[tuple[str, str]]  # name, address
    slices: list[tuple[str, str]]  # words, address without it
    given: dict[str, str]
    as_of: str
    by: str = ""
    heads: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    against: str = ""
    moved: list[Moved] | None = None
    was: str = ""
    export: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether its records are of somebody who asked, or of a category."""
        return any(line.who or line.category for line in self.lines)

    @property
    def fixed(self) -> bool:
        """Whether its window is its own, whatever is asked."""
        return self.indicator.window == "to_as_of" or self.indicator.stock


@staff
@require_GET
def figure(request: Acted, programme: str, key: str) -> HttpResponse:
    """Show one figure with its records."""
    declared = packs.current().get(programme)
    if declared is None:
        raise Http404
    faults: list[tuple[str, str]] = []
    asked = asked_of(request.GET, declared, key, request.now, faults)
    page = page_of(request, declared, key, asked, faults)
    return render(request, "figures/page.html", {"page": page}, status=400 if faults else 200)


# ---- what is asked ----
def asked_of(
    given: QueryDict | Mapping[str, str],
    programme: Programme,
    key: str,
    now: datetime,
    faults: list[tuple[str, str]],
) -> Asked:
    """Read a figure's window, moment, unit and slices from an address; what makes no sense is named and left out."""
    calendar = calendars.calendar()
    as_of = _moment(_given(given, "as_of"), "f-as_of", faults)
    if as_of and moments.last_day(as_of) > calendar.local_day(now):
        faults.append(("f-as_of", _("截至时刻还没到，先算到现在。请选今天或以前的。")))
        as_of = ""
    today = calendar.local_day(instant(as_of) if as_of else now)
    until = _day(_given(given, "to"), today, "f-to", faults)
    since = _day(_given(given, "from"), until.replace(month=1, day=1), "f-from", faults)
    if since > until:
        faults.append(("f-from", _("起始日期晚于截止日期，已对调。")))
        since, until = until, since
    order_type = type_of(programme, key)
    known = known_slices(order_type) if order_type else {}
    slices = []
    for name in given:
        value = _given(given, name)
        if name in known and value:
            slices.append((name, "" if value == NONE else value))
        elif name == "month" and _is_month(value):
            slices.append((name, value))
    return Asked(since, until, as_of, _given(given, "unit"), tuple(sorted(slices)))


def _given(given: QueryDict | Mapping[str, str], name: str) -> str:
    return word(given, name) if isinstance(given, QueryDict) else given.get(name, "")


def _is_month(text: str) -> bool:
    try:
        return day_of(f"{text}-01").strftime("%Y-%m") == text
    except ValueError:
        return False


def _moment(text: str, where: str, faults: list[tuple[str, str]]) -> str:
    """A stored instant, a local moment, or a day, which means its end."""
    try:
        return as_of_moment(text, calendars.calendar()) if text else ""
    except ValueError:
        faults.append((where, _("截至时刻请写成2022-10-25 10:20这样。")))
        return ""


def _day(text: str, otherwise: date, where: str, faults: list[tuple[str, str]]) -> date:
    if not text:
        return otherwise
    try:
        return day_of(text)
    except ValueError:
        faults.append((where, _("日期请写成2022-01-01这样。")))
        return otherwise


def type_of(programme: Programme, key: str) -> OrderType | None:
    """Return the kind of order an indicator counts, through what it is made of; None for anything else."""
    one = programme.indicators.get(key)
    while one is not None and one.composed:
        one = programme.indicators.get(one.part)
    return programme.orders.get(one.of) if one is not None and one.over in ("orders", "parts", "moves") else None


# ---- the page ----
def page_of(request: Acted, programme: Programme, key: str, asked: Asked, faults: list[tuple[str, str]]) -> Page:
    """Return everything the page shows; raises NotFound for a figure that is none of the reader's business."""
    given: dict[str, Any] = {"seen_by": request.actor, "programme": programme, "key": key, "now": request.now}
    found = figures.figure(**given, asked=asked)
    one, order_type = programme.indicators[key], type_of(programme, key)
    part = word(request.GET, "part")
    names = [each.key for each in found.parts] or ["records"]
    part = part if part in names else names[0]
    cursor = word(request.GET, "cursor")
    rows = figures.members(**given, asked=asked, part=part, cursor=cursor, size=PAGE)
    shown_part = part if len(names) > 1 else ""
    net = network.snapshot(calendars.calendar().local_day(request.now))
    page = Page(
        programme=programme,
        indicator=one,
        figure=found,
        asked=asked,
        shown=words.shown(found),
        window=words.window_text(found, request.now),
        missing=words.missing_text(found),
        part=part,
        parts=_parts(programme, key, asked, found) if len(names) > 1 else [],
        lines=[line_of(row, order_type, net, programme, one) for row in rows.rows],
        more=figure_href(programme.key, key, asked, shown_part, cursor=rows.next) if rows.next else "",
        first=figure_href(programme.key, key, asked, shown_part) if cursor else "",
        facts=words.facts_of(programme, order_type, one, found, figure_versions.founded(programme.key)[key]),
        prints=printed(request, programme, key),
        beside=beside(request, programme, one, found, asked, rows.rows),
        others=other_values(request, programme, one),
        units=_units(programme, order_type, net),
        groups=_groups(programme, order_type, one, asked),
        slices=_slices(programme, order_type, key, asked, net),
        given={name: value or NONE for name, value in asked.slices},
        as_of=f"{moments.local(asked.as_of):%Y-%m-%dT%H:%M}" if asked.as_of else "",
        export=figure_href(programme.key, key, asked, shown_part).replace("/?", "/export/?", 1),
        faults=faults,
    )
    by = tuple(name for name in word(request.GET, "by").split(",") if name)
    if by:
        _grouped(page, given, order_type, by, net)
    if against := word(request.GET, "against"):
        _against(page, given, order_type, against)
    return page


def _parts(programme: Programme, key: str, asked: Asked, found: Figure) -> list[tuple[str, str, int, str]]:
    return [
        (part.key, words.part_name(part.key), part.count, figure_href(programme.key, key, asked, part.key))
        for part in found.parts
    ]


def _units(programme: Programme, order_type: OrderType | None, net: network.core.Network) -> list[tuple[str, str]]:
    if order_type is None or not order_type.desk:
        return []
    return [(unit.key, unit_name(net, unit.key)) for unit in net.of_type(order_type.desk)]


def _groups(programme: Programme, order_type: OrderType | None, one: Indicator, asked: Asked) -> list[tuple[str, str]]:
    found = []
    for name in one.by:
        if name == "month" and one.stock:
            continue
        words_ = words.key_name(programme, order_type, name)
        found.append((words_, figure_href(programme.key, one.key, asked, by=name)))
    if {"unit", "month"} <= set(one.by) and not one.stock:
        found.append((_("单位和月份"), figure_href(programme.key, one.key, asked, by="unit,month")))
    return found


def _slices(
    programme: Programme, order_type: OrderType | None, key: str, asked: Asked, net: network.core.Network
) -> list[tuple[str, str]]:
    found = []
    if asked.unit:
        found.append((unit_name(net, asked.unit), figure_href(programme.key, key, replace(asked, unit=""))))
    for name, value in asked.slices:
        left = tuple(one for one in asked.slices if one[0] != name)
        text = words.value_name(programme, order_type, name, value)
        shown = f"{words.key_name(programme, order_type, name)} {text}"
        found.append((shown, figure_href(programme.key, key, replace(asked, slices=left))))
    return found


def _grouped(
    page: Page, given: dict[str, Any], order_type: OrderType | None, by: tuple[str, ...], net: network.core.Network
) -> None:
    """Add the table of a figure by groups; every number in it opens its own records."""
    programme, key = page.programme, page.indicator.key
    page.by = ",".join(by)
    page.heads = [words.key_name(programme, order_type, name) for name in by]
    for group, one in figures.grouped(**given, asked=page.asked, by=by).items():
        names = []
        for name, value in zip(by, group, strict=True):
            if value in net.units:
                names.append(unit_name(net, value))
            else:
                names.append(words.value_name(programme, order_type, name, value))
        href = _cell(programme, key, page.asked, order_type, dict(zip(by, group, strict=True)))
        text = words.shown(one)
        if one.missing == "too_few" and one.opens == "rate":
            text = f"{one.count('numerator')}/{one.count('denominator')}"
        page.cells.append(Cell(tuple(names), text, href, words.missing_text(one)))


def _cell(programme: Programme, key: str, asked: Asked, order_type: OrderType | None, group: Mapping[str, str]) -> str:
    slices, unit = dict(asked.slices), asked.unit
    for name, value in group.items():
        if name == "unit" or name in programme.unit_types:
            if unit or not value:
                return ""  # a unit within a unit has no address of its own
            unit = value
        else:
            slices[name] = value
    return figure_href(programme.key, key, replace(asked, unit=unit, slices=tuple(sorted(slices.items()))))


def _against(page: Page, given: dict[str, Any], order_type: OrderType | None, text: str) -> None:
    """Add what moved the figure between another moment and this one."""
    other = _moment(text, "f-against", page.faults)
    if not other:
        return
    page.against = f"{moments.local(other):%Y-%m-%dT%H:%M}"
    before = replace(page.asked, as_of=other)
    page.was = words.shown(figures.figure(**given, asked=before))
    moved = figures.explain(**given, before=before, after=page.asked)
    page.moved = [moved_of(one, order_type, given["now"]) for one in moved]


urlpatterns = [path("reports/figures/<slug:programme>/<slug:key>/", figure, name="figure")]
