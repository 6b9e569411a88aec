"""看板的导出: every number of a board as a workbook, a worksheet for the cards and one for each chart, nothing cut."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions.register import note_export
from bihuan.actions.sheets import write_book
from bihuan.core.boards import Chart
from bihuan.web import board_charts
from bihuan.web.access import Acted, staff
from bihuan.web.board import Shown, asked_of, page_of
from bihuan.web.handed import about, handed
from bihuan.words.orders import named

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


@staff
@require_http_methods(["GET", "POST"])
def export(request: Acted) -> HttpResponseBase:
    """Hand out the board as it stands. Only a POST does: opening a link changes nothing."""
    found = asked_of(request)
    if found is None:
        raise Http404
    if request.method == "GET":
        return redirect("reports")
    page = page_of(*found)
    name = named(page.board)
    days = _("%(first)s 至 %(last)s") % {"first": page.first, "last": page.last}
    told = about(request, name, (page.scope, days), _defined(page, [one.hint for one in page.cards]))
    file = tempfile.TemporaryFile()
    n = write_book(file, distinct(sheets_of(page)), about=told)
    note_export(actor=request.actor, what=_("看板：%(name)s") % {"name": name}, rows=n, purpose="", now=request.now)
    return handed(file, f"{name}{found[1].reading.day.isoformat()}.xlsx")


def _defined(page: Shown, hints: list[str]) -> Iterator[tuple[str, str]]:
    """What every card counts, so that a number on paper can be read without the page."""
    for card, hint in zip(page.cards, hints, strict=True):
        if hint:
            yield card.name, hint


def sheets_of(page: Shown) -> Iterator[Sheet]:
    """Yield the worksheets of a board: name, heading, rows."""
    cards = [
        (one.name, number(one.value), one.word, one.missing, *(sub.text for sub in one.subs)) for one in page.cards
    ]
    yield _("卡片"), (_("指标"), _("数"), _("计量词"), _("说明"), _("分子 / 分母，或本月"), _("本月")), cards
    for place in page.drawn.values():
        for chart, drawn in place:
            yield from _chart(chart, drawn)


def _chart(chart: Chart, drawn: Any) -> Iterator[Sheet]:
    name = board_charts.title(chart)
    if chart.kind == "lights":
        yield name, (_("预警"), _("件")), [(part.name, part.n) for part in drawn.parts]
    elif chart.kind == "months":
        heads = (_("月份"), *(one for one in drawn.names if one))
        yield name, heads, [(bar.label, bar.n, bar.solved)[: len(heads)] for bar in drawn.bars.bars]
    elif chart.kind == "waiting":
        rows = [(one.name, number(one.median), number(one.limit), one.n) for one in drawn.stages]
        yield name, (_("环节"), _("中位数"), _("时限"), _("走过的")), rows
    elif chart.kind in ("heat", "units"):
        table = [(unit, *(number(cell.text) for cell in cells)) for unit, cells in drawn.rows]
        if drawn.total:
            table.append((_("合计"), *(number(cell.text) for cell in drawn.total)))
        yield name, (_("单位"), *drawn.heads), table
    elif chart.kind == "supervise":
        late = [
            (one.row.number, one.row.title, one.row.requester_name, one.lead, one.light.text) for one in drawn.lines
        ]
        yield name, (_("单号"), _("事由"), _("企业"), _("主办部门"), _("预警")), late
    elif chart.kind == "cadence":
        for duty in drawn:
            kept = [(one.unit, *(cell.mark if cell else "" for cell in one.cells)) for one in duty.strips]
            yield named(duty.cadence), (_("单位"), *duty.heads), kept
    elif chart.kind == "repeats":
        again = [(title, len(lines), n, "、".join(one.row.number for one in lines)) for title, n, lines in drawn]
        yield name, (_("事由"), _("件").strip(), _("家").strip(), _("单号")), again
    else:
        yield name, (name, _("件")), [(row.name, row.n) for row in drawn.rows]


def distinct(sheets: Iterator[Sheet]) -> Iterator[Sheet]:
    """Give worksheets names a spreadsheet takes: short, without its own signs, none twice."""
    seen: set[str] = set()
    for name, heads, rows in sheets:
        short = "".join(one for one in name if one not in "[]:*?/\\'")[:28] or "-"
        at = 2
        known = short
        while known.casefold() in seen:
            known, at = f"{short}{at}", at + 1
        seen.add(known.casefold())
        yield known, heads, rows


def number(text: str) -> float | str:
    """Return a number as a number, everything else as it stands."""
    try:
        return float(Decimal(text)) if text else ""
    except InvalidOperation:
        return text


urlpatterns = [path("reports/export/", export, name="board_export")]
