"""分单位的表: figures by unit, and by unit and month; every cell opens its records, nobody is ranked."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bihuan.core.boards import Chart
from bihuan.core.figures import Figure
from bihuan.words.figures import shown
from bihuan.words.orders import named, unit_name

if TYPE_CHECKING:
    from bihuan.web.board import Ask


def month_spans(ask: Ask) -> list[tuple[str, date, date]]:
    """Return the months of the window as (YYYY-MM, first day, last day), the running one up to today."""
    first, last = ask.asked.since, ask.asked.until
    found = []
    for n in range(first.month, last.month + 1):
        end = date(first.year, n, monthrange(first.year, n)[1])
        found.append((f"{first.year}-{n:02d}", date(first.year, n, 1), min(end, last)))
    return found


def whole(figure: Figure | None) -> int:
    """Return a figure that counts, 0 where there is none."""
    return int(figure.value) if figure is not None and figure.value is not None else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in a table, with the list it opens, its shade (0–4) and a second number under a rate."""

    text: str
    href: str
    shade: int = 0
    base: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of units: `heads` are its columns, `rows` (name, cells) in the order of the network."""

    heads: list[str]
    rows: list[tuple[str, list[Cell]]]
    finding: str = ""
    total: list[Cell] = field(default_factory=list)


def heat(chart: Chart, ask: Ask) -> Callable[[], Grid] | None:
    """Draw a figure by unit and month, the darker the more."""
    desks = ask.scope.desks
    if len(desks) < 2 or not ask.may(chart.indicator):
        return None

    wish = ask.want(chart.indicator, "unit", "month")

    def draw() -> Grid:
        found = ask.found[wish]
        spans, net = month_spans(ask), ask.reading.net
        most = max((whole(one) for one in found.values()), default=0)
        rows, said = [], _("%(unit)s%(n)s月：%(count)s")
        for desk in desks:
            cells, name = [], unit_name(net, desk)
            for month, first, last in spans:
                n = whole(found.get((desk, month)))
                shade = -(-4 * n // most) if n else 0
                label = said % {"unit": name, "n": first.month, "count": n}
                cells.append(Cell(str(n), ask.href(chart.indicator, ask.window(first, last, desk)), shade, label=label))
            rows.append((name, cells))
        return Grid(
            [_("%(n)s月") % {"n": first.month} for _month, first, _last in spans],
            rows,
            _("颜色越深，件数越多；格里就是件数"),
        )

    return draw


def units(chart: Chart, ask: Ask) -> Callable[[], Grid] | None:
    """Draw a table of figures by unit, in the order of the network, with their total."""
    keys = [key for key in chart.indicators if ask.may(key)]
    if len(ask.scope.desks) < 2 or not keys:
        return None

    by_unit, total = {key: ask.want(key, "unit") for key in keys}, {key: ask.want(key) for key in keys}

    def draw() -> Grid:
        columns = {key: ask.found[wish] for key, wish in by_unit.items()}
        rows = [
            (unit_name(ask.reading.net, desk), [_cell(ask, key, columns[key].get((desk,)), desk) for key in keys])
            for desk in ask.scope.desks
        ]
        heads = [named(ask.indicator(key)) for key in keys]
        return Grid(heads, rows, total=[_cell(ask, key, ask.figure(total[key]), "") for key in keys])

    return draw


def _cell(ask: Ask, key: str, figure: Figure | None, unit: str) -> Cell:
    href = ask.href(key, ask.window(ask.asked.since, ask.asked.until, unit))
    rate = ask.indicator(key).aggregator == "share"
    if figure is None:
        return Cell("0/0" if rate else "0", href)
    if rate:
        base = f"{figure.count('numerator')}/{figure.count('denominator')}"
        return Cell(base, href, base=shown(figure) if figure.value is not None else "")
    return Cell(shown(replace(figure, unit="" if figure.unit != "元" else "元")), href)
