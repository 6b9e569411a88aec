"""台账导入: a sheet into a book, rehearsed first, every row told what became of it; and the book back as a sheet."""

from __future__ import annotations

import io
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions.import_columns import Mapping_
from bihuan.actions.ledger import places
from bihuan.actions.ledger_imports import Account, export_entries, import_entries
from bihuan.actions.ledger_rows import facts_of, heading, known_headings
from bihuan.actions.sheets import Sheet, SheetFault, read_sheet, reject_rows, write_sheet
from bihuan.core.ledger_kinds import Activity, keeps
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, incoming
from bihuan.web.access import Acted, staff
from bihuan.web.handed import about
from bihuan.web.jinja import render
from bihuan.web.ledger import NAMES, Listed, asked_of, book_of
from bihuan.web.rows import word
from bihuan.words.ledger_imports import already, reason, refusal
from bihuan.words.orders import named

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200  # rejected rows on the page; the sheet has all


def _kept_book(request: Acted, key: str) -> tuple[Programme, Activity]:
    programme, activity = book_of(request, key)
    if not keeps(request.actor, activity):
        raise Http404
    return programme, activity


@staff
@require_http_methods(["GET", "POST"])
def take(request: Acted, key: str) -> HttpResponse:
    """Ask for a sheet; POST rehearses it and changes nothing."""
    programme, activity = _kept_book(request, key)
    if request.method == "GET":
        return _asked(request, activity, "")
    file = request.FILES.get("file")
    if file is None:
        return _asked(request, activity, _("请选一个 .xlsx 或 .csv 文件。"))
    data, name = file.read(), (file.name or named(activity))[:120]
    try:
        sheet = read_sheet(data, name, known=list(known_headings(activity)))
        account = _import(request, programme, activity, sheet, dry=True)
    except SheetFault as why:
        return _asked(request, activity, str(why))
    except Refused as why:
        return _asked(request, activity, refusal(why, activity))
    return _told(request, activity, name, incoming.keep(data), account, dry=True, others=sheet.others)


@staff
@require_POST
def apply(request: Acted, key: str, token: str) -> HttpResponse:
    """Import what was rehearsed."""
    programme, activity = _kept_book(request, key)
    sheet = _kept(request, activity, token)
    if sheet is None:
        return _asked(request, activity, _("预演过的文件已经过期，请再选一次。"))
    try:
        account = _import(request, programme, activity, sheet, dry=False)
    except Refused as why:
        return _asked(request, activity, refusal(why, activity))
    said = _("已导入%(taken)s条，以前已有%(already)s行，没导入%(rejected)s行。")
    counts = {"taken": account.taken, "already": len(account.already), "rejected": len(account.rejected)}
    messages.success(request, said % counts)
    if account.rejected:
        return _told(request, activity, sheet.name, token, account, dry=False, others=sheet.others)
    incoming.drop(token)
    return redirect("ledger_book", key)


@staff
@require_GET
def rejected(request: Acted, key: str, token: str) -> HttpResponse:
    """Give back the rows that were not taken, with line and reason, to be mended and imported again."""
    programme, activity = _kept_book(request, key)
    sheet = _kept(request, activity, token)
    if sheet is None:
        raise Http404
    account = _import(request, programme, activity, sheet, dry=True)
    left = [(one.row, reason(one.faults, activity)) for one in account.rejected]
    header, rows = reject_rows(sheet.header, left)
    kept = io.BytesIO()
    write_sheet(kept, header, rows)
    return attached(kept.getvalue(), f"{sheet.name}.rejected.xlsx")


@staff
@require_GET
def blank(request: Acted, key: str) -> HttpResponse:
    """Give an empty sheet with the headings of the book."""
    _programme, activity = _kept_book(request, key)
    kept = io.BytesIO()
    names = [heading(activity, fact) for fact in facts_of(activity) if fact not in ("number", "late")]
    write_sheet(kept, names, [], name=activity.name)
    return attached(kept.getvalue(), f"{activity.name}.xlsx")


@staff
@require_POST
def export(request: Acted, key: str) -> HttpResponse:
    """Hand out the list at the same conditions as a sheet, every row of it; the register keeps who took it."""
    programme, activity = book_of(request, key)
    net, today = places(request.now)
    given = {name: value for name in NAMES if (value := word(request.GET, name))}
    page = Listed(activity, given, [], [], None, "", [])
    asked = asked_of(page, net, today)
    if page.faults:
        return redirect(page.address())
    header, rows = export_entries(
        actor=request.actor, programme=programme.key, activity=key, now=request.now, asked=asked
    )  # fmt: skip
    kept = io.BytesIO()
    told = about(request, _("台账：%(name)s") % {"name": named(activity)}, [said for _name, said in page.words])
    write_sheet(kept, header, rows, name=activity.name, about=told)
    day: date = calendars.calendar().local_day(request.now)
    return attached(kept.getvalue(), f"{activity.name}-{day.isoformat()}.xlsx")


def _import(request: Acted, programme: Programme, activity: Activity, sheet: Sheet, *, dry: bool) -> Account:
    return import_entries(
        actor=request.actor,
        programme=programme.key,
        activity=activity.key,
        sheet=sheet,
        mapping=Mapping_(),
        now=request.now,
        dry_run=dry,
    )


def _kept(request: Acted, activity: Activity, token: str) -> Sheet | None:
    data = incoming.kept(token)
    if data is None:
        return None
    name = request.POST.get("name", "") or request.GET.get("name", "") or named(activity)
    return read_sheet(data, name[:120], known=list(known_headings(activity)))


def attached(data: bytes, name: str) -> HttpResponse:
    """Return a sheet as a download that no browser keeps."""
    answer = HttpResponse(data, content_type=KIND)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked(request: Acted, activity: Activity, fault: str) -> HttpResponse:
    columns = [heading(activity, fact) for fact in facts_of(activity) if fact not in ("number", "late")]
    context = {"activity": activity, "fault": fault, "columns": columns}
    return render(request, "ledger/import.html", context, status=400 if fault else 200)


def _told(
    request: Acted, activity: Activity, name: str, token: str, account: Account, *, dry: bool, others: tuple[str, ...]
) -> HttpResponse:
    context = {
        "activity": activity,
        "name": name,
        "token": token,
        "account": account,
        "dry": dry,
        "others": others,
        "rejected": [(one.row, reason(one.faults, activity)) for one in account.rejected[:SHOWN]],
        "already": [(row, already(number)) for row, number in account.already[:SHOWN]],
        "first": lambda row: " · ".join([value for value in row.cells.values() if value][:4]),
    }
    return render(request, "ledger/imported.html", context)


urlpatterns = [
    path("ledger/<book:key>/import/", take, name="ledger_import"),
    path("ledger/<book:key>/import/blank.xlsx", blank, name="ledger_blank"),
    path("ledger/<book:key>/import/<str:token>/", apply, name="ledger_import_apply"),
    path("ledger/<book:key>/import/<str:token>/rejected.xlsx", rejected, name="ledger_import_rejected"),
    path("ledger/<book:key>/export/", export, name="ledger_export"),
]
