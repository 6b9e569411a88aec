"""名册: units and holders from a sheet, rehearsed first; every row is told what became of it, and given back."""

from __future__ import annotations

import io
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions import network as actions
from bihuan.actions.register import may_set_up, note_export
from bihuan.actions.rosters import HOLDERS, UNITS, Imported, known_names
from bihuan.actions.sheets import Sheet, SheetFault, read_sheet, reject_rows, write_sheet
from bihuan.core.permission import Actor
from bihuan.store import calendars, incoming
from bihuan.web.access import Acted
from bihuan.web.handed import about, attached
from bihuan.web.intake import kept_sheet
from bihuan.web.jinja import render
from bihuan.web.network import office
from bihuan.words.network import field_name, sentence

WHATS = {"units": gettext_noop("单位"), "holders": gettext_noop("岗位和任职人")}
SHOWN = 200  # rejected rows on the page; the sheet has all


def _administrator(request: Acted) -> Actor:
    if not may_set_up(request.actor):
        raise Http404
    return request.actor


@office
@require_http_methods(["GET", "POST"])
def take(request: Acted) -> HttpResponse:
    """Ask for a sheet; POST rehearses it and changes nothing."""
    actor = _administrator(request)
    if request.method == "GET":
        return _asked(request, "units", "")
    what = request.POST.get("what", "")
    file = request.FILES.get("file")
    if what not in WHATS or file is None:
        return _asked(request, what, _("请选一个 .xlsx 或 .csv 文件，并选明导入什么。"))
    data = file.read()
    name = (file.name or _("名册"))[:120]
    try:
        sheet = read_sheet(data, name, known=known_names(what))
        done = _import(what, sheet, actor, request.now, dry=True)
    except SheetFault as why:
        return _asked(request, what, str(why))
    token = incoming.keep(data)
    return _told(request, what, name, token, sheet, done)


@office
@require_POST
def apply(request: Acted, what: str, token: str) -> HttpResponse:
    """Import what was rehearsed."""
    actor = _administrator(request)
    sheet = _kept(request, what, token)
    if sheet is None:
        return _asked(request, what, _("预演过的文件已经过期，请再选一次。"))
    done = _import(what, sheet, actor, request.now, dry=False)
    said = _("导入%(what)s：收入%(taken)s行，未变%(unchanged)s行，未收%(rejected)s行。") % _counts(what, done)
    messages.success(request, said)
    if done.rejected:
        return _told(request, what, sheet.name, token, sheet, done)
    incoming.drop(token)
    return redirect("network")


@office
@require_GET
def rejected(request: Acted, what: str, token: str) -> HttpResponse:
    """Give back the rows that were not taken, with line and reason, to be mended and imported again."""
    actor = _administrator(request)
    sheet = _kept(request, what, token)
    if sheet is None:
        raise Http404
    done = _import(what, sheet, actor, request.now, dry=True)
    kept = io.BytesIO()
    header, rows = reject_rows(sheet.header, [(one.row, sentence(one.why)) for one in done.rejected])
    write_sheet(kept, header, rows)
    return attached(kept.getvalue(), f"{sheet.name}.rejected.xlsx")


@office
@require_POST
def export(request: Acted, what: str) -> HttpResponse:
    """Give the whole roll back as the sheet it could be imported from; the export is kept in the register."""
    actor = _administrator(request)
    if what not in WHATS:
        raise Http404
    header, rows = (actions.export_units if what == "units" else actions.export_holders)()
    kept = io.BytesIO()
    write_sheet(kept, header, rows, name=_(WHATS[what]), about=about(request, _(WHATS[what])))
    purpose = request.POST.get("purpose", "")
    note_export(actor=actor, what=_(WHATS[what]), rows=len(rows), purpose=purpose, now=request.now)
    day = calendars.calendar().local_day(request.now)
    return attached(kept.getvalue(), f"{_(WHATS[what])}-{day.isoformat()}.xlsx")


def _kept(request: Acted, what: str, token: str) -> Sheet | None:
    return kept_sheet(request, token, _("名册"), known_names(what)) if what in WHATS else None


def _import(what: str, sheet: Sheet, actor: Actor, now: datetime, *, dry: bool) -> Imported:
    call = actions.import_units if what == "units" else actions.import_holders
    return call(actor=actor, sheet=sheet, now=now, dry=dry)


def _counts(what: str, done: Imported) -> dict[str, object]:
    return {
        "what": _(WHATS[what]),
        "taken": done.taken,
        "unchanged": done.unchanged,
        "rejected": len(done.rejected),
    }


def _asked(request: Acted, what: str, fault: str) -> HttpResponse:
    columns = {
        key: _("、").join(names[0] for names in (UNITS if key == "units" else HOLDERS).values()) for key in WHATS
    }
    context = {
        "whats": [(key, _(name), columns[key]) for key, name in WHATS.items()],
        "what": what,
        "fault": fault,
    }
    return render(request, "network/import.html", context, status=400 if fault else 200)


def _told(request: Acted, what: str, name: str, token: str, sheet: Sheet, done: Imported) -> HttpResponse:
    context = {
        "what": what,
        "what_name": _(WHATS[what]),
        "name": name,
        "token": token,
        "done": done,
        "others": sheet.others,
        "rejected": [(one.row, sentence(one.why)) for one in done.rejected[:SHOWN]],
        "first": lambda row: " · ".join([value for value in row.cells.values() if value][:4]),
        "field_name": field_name,
    }
    return render(request, "network/imported.html", context)


urlpatterns = [
    path("network/import/", take, name="network_import"),
    path("network/import/<str:what>/<str:token>/", apply, name="network_import_apply"),
    path("network/import/<str:what>/<str:token>/rejected.xlsx", rejected, name="network_import_rejected"),
    path("network/export/<str:what>.xlsx", export, name="network_export"),
]
