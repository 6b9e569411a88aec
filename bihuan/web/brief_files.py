"""简报导出: a brief as a Word file, plain text, JSON, and a workbook with one sheet for each figure and its records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import brief_files as files
from bihuan.actions import briefs as actions
from bihuan.actions.brief_figures import asked_of, members
from bihuan.actions.register import note_export
from bihuan.core.briefs import BriefState, Json, placed
from bihuan.core.figures import Member
from bihuan.core.programmes import Programme
from bihuan.store import briefs
from bihuan.web.access import Acted, staff
from bihuan.web.brief_figures import facts_of, line_of, member_of, seen_rows
from bihuan.web.briefs import net_of
from bihuan.web.documents import sent_docx
from bihuan.web.handed import handed
from bihuan.web.shell import shell_for
from bihuan.words import brief_papers as papers
from bihuan.words import briefs as words
from bihuan.words import moments


def _printed(request: Acted, id_: int) -> tuple[BriefState, Json, files.Printed, str]:
    one = actions.brief_of(actor=request.actor, id_=id_)
    kind = actions.kind_of(one)
    paper = words.paper_of(one, kind, actions.frozen_of(one))
    return one, paper, papers.printed(paper, net_of(request)), words.title_of(one, kind)


@staff
@require_GET
def docx(request: Acted, id_: int) -> HttpResponse:
    """Send a brief as a Word file: an issued one as it was frozen, a draft saying that it is one."""
    _one, _paper, printed, title = _printed(request, id_)
    return sent_docx(files.docx_of(printed), title)


@staff
@require_GET
def text(request: Acted, id_: int) -> HttpResponse:
    """Send a brief as plain text."""
    printed = _printed(request, id_)[2]
    return HttpResponse(papers.text_of(printed) + "\n", content_type="text/plain; charset=utf-8")


@staff
@require_GET
def json(request: Acted, id_: int) -> HttpResponse:
    """Send a brief as JSON with every figure: value, wording, indicator, query and how many records it opens."""
    one, paper, printed, _title = _printed(request, id_)
    found = papers.json_of(one, paper, actions.pinned(one), printed)
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})


@staff
@require_http_methods(["GET", "POST"])
def xlsx(request: Acted, id_: int) -> HttpResponseBase:
    """Hand out the figures with their records as a workbook. Only a POST does: opening a link changes nothing."""
    if request.method == "GET":
        return redirect("brief", id_)
    one, paper, _words, title = _printed(request, id_)
    programme = actions.pinned(one)
    file = tempfile.TemporaryFile()
    shell = shell_for(request)
    about = [
        (_("内容"), title),
        (_("时段"), words.period(*actions.window_of(one.since, one.until))),
        (_("截至"), moments.moment(one.as_of, request.now)),
        (_("版本"), one.bundle),
        (_("指纹"), one.digest or _("草稿，没有冻结")),
        (_("导出人"), f"{shell.person} {shell.post}".strip()),
        (_("导出时间"), moments.moment(request.now, request.now)),
        (_("说明"), _("每个数一张表，写明口径、时段、截至时刻和全部记录；您看不到的记录只占一行。")),
    ]
    headings = [_("编号"), _("事由"), _("日期"), _("金额（元）或数量")]
    sheets = (
        files.Sheet(
            f"{n} {words.figure_name(figure)}",
            [
                (_("指标"), words.figure_name(figure)),
                (_("印成"), figure["wording"]),
                (_("数值"), str(figure["value"])),
                *facts_of(programme, one, figure, request),
                (_("地址"), papers.query_of(one.programme, figure["figure"], asked_of(one, figure))),
            ],
            [
                (f"{words.part_name(part)} {count}", _rows(request, one, programme, n, figure, part))
                for part, count in figure["parts"]
            ],
        )
        for n, figure in placed(paper["figures"])
    )
    written = files.write_workbook(file, about, headings, sheets, _("说明"))
    note_export(actor=request.actor, what=title, rows=written, purpose="", now=request.now)
    return handed(file, f"{title}.xlsx")


def _rows(
    request: Acted, one: BriefState, programme: Programme, n: int, figure: Json, part: str
) -> Iterator[list[str]]:
    """Yield every record of a list: the frozen ones of an issued brief, those of a draft as they are read now."""
    if one.number:
        declared, page = programme.indicators.get(figure["figure"]), 0
        while rows := briefs.page_of(one.id, n, part, page):
            seen = seen_rows(request, programme, figure, rows)
            for row, may in zip(rows, seen, strict=True):
                yield _cells(member_of(row, declared), not may, figure, request)
            page += 1
        return
    common: dict[str, Any] = {"actor": request.actor, "programme": programme, "brief": one, "now": request.now}
    for member in members(figure=figure, part=part, **common):
        yield _cells(member, member.hidden, figure, request)


def _cells(member: Member, hidden: bool, figure: Json, request: Acted) -> list[str]:
    if hidden:
        return [_("不在您可看的范围，照样计数"), "", "", ""]
    line = line_of(member, False, figure, request)
    return [line.number, line.title, member.day[:10], member.amount]


urlpatterns = [
    path("reports/briefs/<int:id_>.docx", docx, name="brief_docx"),
    path("reports/briefs/<int:id_>.txt", text, name="brief_text"),
    path("reports/briefs/<int:id_>.json", json, name="brief_json"),
    path("reports/briefs/<int:id_>/export/", xlsx, name="brief_xlsx"),
]
