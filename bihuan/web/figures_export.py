"""数字的导出: the records of a figure as a workbook; the first sheet says how it was counted, the register who took it."""

from __future__ import annotations

import tempfile
from typing import IO, Any

import xlsxwriter
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions.register import note_export
from bihuan.store import calendars, figure_versions, figures, network, packs
from bihuan.web.access import Acted, staff
from bihuan.web.exports import PLAIN
from bihuan.web.figure_address import figure_href
from bihuan.web.figure_lines import line_of
from bihuan.web.figures import asked_of, type_of
from bihuan.web.handed import handed
from bihuan.web.rows import word
from bihuan.web.shell import shell_for
from bihuan.words import figures as words
from bihuan.words.orders import named


@staff
@require_http_methods(["GET", "POST"])
def export(request: Acted, programme: str, key: str) -> HttpResponseBase:
    """Hand out every record of a list of a figure. Only a POST does: opening a link changes nothing."""
    declared = packs.current().get(programme)
    if declared is None:
        raise Http404
    faults: list[tuple[str, str]] = []
    asked, part = asked_of(request.GET, declared, key, request.now, faults), word(request.GET, "part")
    if request.method == "GET" or faults:
        return redirect(figure_href(programme, key, asked, part))
    given: dict[str, Any] = {
        "seen_by": request.actor, "programme": declared, "key": key, "asked": asked, "now": request.now,
    }  # fmt: skip
    found, one = figures.figure(**given), declared.indicators[key]
    names = [each.key for each in found.parts]
    part = part if part in names else names[0]
    order_type = type_of(declared, key)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    file: IO[bytes] = tempfile.TemporaryFile()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False, **PLAIN})
    bold = book.add_format({"bold": True, "bg_color": "#E9F0F9", "border": 1})
    about, sheet = book.add_worksheet(_("说明")), book.add_worksheet(_("清单"))
    about.set_column(0, 0, 14)
    about.set_column(1, 1, 80)
    heads = [
        (_("编号"), 16),
        (_("事由"), 44),
        (_("企业"), 22),
        (_("类别"), 10),
        (_("日期"), 12),
        (_("数"), 14),
        (_("单位"), 22),
    ]
    for column, (name, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 1)
    n = 0
    for row in figures.every(**given, part=part):
        n += 1
        line = line_of(row, order_type, net, declared, one)
        cells = (line.number, line.title, line.who, line.category, line.day, line.amount, line.unit)
        for column, text in enumerate(cells):
            if text:
                sheet.write_string(n, column, text)
    shell, since = shell_for(request), figure_versions.founded(programme)[key]
    facts = [
        (_("数字"), f"{named(one)} {words.shown(found)}"), (_("清单"), words.part_name(part)),
        (_("时段"), words.window_text(found, request.now)), *words.facts_of(declared, order_type, one, found, since),
        (_("行数"), str(n)), (_("导出人"), f"{shell.person} {shell.post}".strip()),
        (_("说明"), _("导出已登记。含商业秘密的计数在内，不写内容。")),
    ]  # fmt: skip
    for at, (name, text) in enumerate(facts):
        about.write_string(at, 0, name, bold)
        about.write_string(at, 1, text)
    book.close()
    what = _("数字：%(name)s %(value)s") % {"name": named(one), "value": words.shown(found)}
    note_export(actor=request.actor, what=what, rows=n, purpose="", now=request.now)
    return handed(file, f"{named(one)}{found.until}.xlsx")


urlpatterns = [path("reports/figures/<slug:programme>/<slug:key>/export/", export, name="figure_export")]
