"""导出: a list as a workbook, every row of it; the first sheet says what it is, and the register who took it."""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions.register import note_export
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import calendars, lists, network, packs
from bihuan.store.lists import Row
from bihuan.web.access import Acted, staff
from bihuan.web.handed import handed
from bihuan.web.lists import Filters, filters_of
from bihuan.web.rows import Line, lines_of
from bihuan.web.scopes import judged, outward
from bihuan.web.shell import programme_of, shell_for
from bihuan.words import moments
from bihuan.words.orders import channel_name, choice_name, post_holders

CHUNK = 500
# What a spreadsheet would take for a formula is written as text all the same: cells are written by their type.
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@staff
@require_http_methods(["GET", "POST"])
def export(request: Acted) -> HttpResponseBase:
    """Hand out the list at the same address as a workbook. Only a POST does: opening a link changes nothing."""
    if request.method == "GET":
        query = request.GET.urlencode()
        return redirect(f"/orders/?{query}" if query else "orders")
    programme = programme_of(request)
    calendar = calendars.calendar()
    net = network.snapshot(calendar.local_day(request.now))
    filters = filters_of(request.GET, programme, request.actor, net, calendar, request.now)
    if filters.faults:
        return redirect(filters.address())
    file = tempfile.TemporaryFile()
    n = write(
        file, actor=request.actor, programme=programme, net=net, filters=filters, now=request.now, who=_who(request)
    )
    what = "；".join(words for _name, words in filters.words) or _("全部")
    note_export(actor=request.actor, what=_("工单清单：%(what)s") % {"what": what}, rows=n, purpose="", now=request.now)
    name = _("工单清单%(day)s.xlsx") % {"day": calendar.local_day(request.now).isoformat()}
    return handed(file, name)


def _who(request: Acted) -> str:
    shell = shell_for(request)
    return f"{shell.person} {shell.post}".strip()


def write(
    file: IO[bytes],
    *,
    actor: Actor,
    programme: Programme | None,
    net: Network,
    filters: Filters,
    now: datetime,
    who: str,
) -> int:
    """Write the workbook and return how many orders are in it: all of them, read page by page in one order."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False, **PLAIN})
    bold = book.add_format({"bold": True, "bg_color": "#E9F0F9", "border": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    about = book.add_worksheet(_("说明"))
    about.set_column(0, 0, 14)
    about.set_column(1, 1, 70)
    sheet = book.add_worksheet(_("清单"))
    for column, (name, width) in enumerate(headings()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 1)
    n, cursor = 0, ""
    while True:
        page = lists.page(
            seen_by=actor, programmes=[programme] if programme else [], asked=filters.asked, now=now, cursor=cursor,
            limit=CHUNK,
        )  # fmt: skip
        for line in lines_of(page.rows, net, now, actor):
            n += 1
            _row(sheet, n, line, actor, net, day)
        cursor = page.next
        if not cursor:
            break
    facts = [(_("内容"), _("工单清单")), *((_("条件"), words) for _name, words in filters.words)]
    facts += [
        (_("截至"), moments.moment(now, now)), (_("件数"), str(n)), (_("导出人"), who),
        (_("说明"), _("导出已登记。含商业秘密的单只导给能看的岗位；联系人和手机号不导出。")),
    ]  # fmt: skip
    for at, (name, text) in enumerate(facts):
        about.write_string(at, 0, name, bold)
        about.write_string(at, 1, text)
    book.close()
    return n


def headings() -> list[tuple[str, int]]:
    """Return the columns with their widths."""
    return [
        (_("单号"), 14), (_("事由"), 40), (_("企业"), 20), (_("产业链"), 22), (_("类别"), 10), (_("轻重缓急"), 9),
        (_("状态"), 12), (_("来源"), 12), (_("来源单号"), 18), (_("来源时限"), 17),
        (_("主办部门"), 16), (_("办理人"), 10), (_("分管领导"), 10), (_("点单时间"), 17),
        (_("首次派单"), 17), (_("双反馈"), 17), (_("销号"), 17), (_("到期"), 17), (_("预警"), 18), (_("办理结果"), 10),
        (_("评价"), 10),
    ]  # fmt: skip


def _row(sheet: Any, at: int, line: Line, actor: Actor, net: Network, day: Any) -> None:
    row: Row = line.row
    order_type = packs.roles_of(row.programme, row.type)
    outer = outward(actor, order_type)
    result, rating = order_type.fields.get("result"), order_type.fields.get(order_type.rating)
    cells: list[str | datetime | None] = [
        row.number, row.title, row.requester_name, line.chain, line.category, line.priority, line.state,
        channel_name(packs.programme(row.programme), row.channel), row.source_number,
        _moment(row.source_due) if row.source_due < "9999" else None, line.lead, line.handler,
        post_holders(net, row.supervisor) if row.supervisor and not outer else "",
        _moment(row.submitted), _moment(row.dispatched), _moment(row.replied), _moment(row.closed),
        _moment(row.due) if row.open and row.due < "9999" and not outer else None, line.light.text,
        choice_name(result, row.result) if result and row.result else "",
        choice_name(rating, row.rating) if rating and row.rating and not judged(actor, order_type) else "",
    ]  # fmt: skip
    for column, value in enumerate(cells):
        if isinstance(value, datetime):
            sheet.write_datetime(at, column, value, day)
        elif value:
            sheet.write_string(at, column, value)


def _moment(text: str) -> datetime | None:
    """Return a stored instant as a spreadsheet has dates: local and without a zone."""
    return moments.local(text).replace(tzinfo=None) if text else None


urlpatterns = [path("orders/export/", export, name="export")]
