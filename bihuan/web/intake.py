"""导入: a sheet is asked for, rehearsed, taken over, and what was not taken is handed back, whichever book it is for."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bihuan.actions.accounts import Fault
from bihuan.actions.ledger_imports import Account
from bihuan.actions.sheets import Sheet, SheetFault, read_sheet, reject_rows, write_sheet
from bihuan.core.refusal import Refused
from bihuan.store import incoming
from bihuan.web.access import Acted
from bihuan.web.handed import attached
from bihuan.web.jinja import render
from bihuan.words.ledger_imports import already

SHOWN = 200  # rejected rows on the page; the sheet has all


@dataclass(frozen=True, slots=True)
class Intake:
    """A book that takes sheets. `at` is the address of its import, `home` of the book, `crumbs` are (name, address).

    `run` imports a sheet, or only rehearses it; `reason` says why a row, `refusal` why a whole sheet is not taken.
    """

    title: str
    name: str
    at: str
    home: str
    crumbs: Sequence[tuple[str, str]]
    columns: Sequence[str]
    known: Sequence[str]
    hint: str
    run: Callable[[Sheet, bool], Account]
    reason: Callable[[Iterable[Fault]], str]
    refusal: Callable[[Refused], str]


def asked(request: Acted, into: Intake, fault: str = "") -> HttpResponse:
    """Ask for a sheet."""
    return render(request, "ledger/import.html", {"into": into, "fault": fault}, status=400 if fault else 200)


def rehearsed(request: Acted, into: Intake) -> HttpResponse:
    """Say what would become of every row of the sheet that was sent; nothing is changed."""
    file = request.FILES.get("file")
    if file is None:
        return asked(request, into, _("请选一个 .xlsx 或 .csv 文件。"))
    data, name = file.read(), (file.name or into.name)[:120]
    try:
        sheet = read_sheet(data, name, known=list(into.known))
        account = into.run(sheet, True)
    except SheetFault as why:
        return asked(request, into, str(why))
    except Refused as why:
        return asked(request, into, into.refusal(why))
    return _told(request, into, name, incoming.keep(data), account, dry=True, others=sheet.others)


def applied(request: Acted, into: Intake, token: str) -> HttpResponse:
    """Import what was rehearsed."""
    sheet = kept_sheet(request, token, into.name, into.known)
    if sheet is None:
        return asked(request, into, _("预演过的文件已经过期，请再选一次。"))
    try:
        account = into.run(sheet, False)
    except Refused as why:
        return asked(request, into, into.refusal(why))
    said = _("已导入%(taken)s条，以前已有%(already)s行，不能导入%(rejected)s行。")
    counts = {"taken": account.taken, "already": len(account.already), "rejected": len(account.rejected)}
    messages.success(request, said % counts)
    if account.rejected:
        return _told(request, into, sheet.name, token, account, dry=False, others=sheet.others)
    incoming.drop(token)
    return redirect(into.home)


def rejects(request: Acted, into: Intake, token: str) -> HttpResponse:
    """Give back the rows that were not taken, with line and reason, to be mended and imported again."""
    sheet = kept_sheet(request, token, into.name, into.known)
    if sheet is None:
        raise Http404
    left = [(one.row, into.reason(one.faults)) for one in into.run(sheet, True).rejected]
    kept = io.BytesIO()
    write_sheet(kept, *reject_rows(sheet.header, left))
    return attached(kept.getvalue(), f"{sheet.name}.rejected.xlsx")


def empty(into: Intake) -> HttpResponse:
    """Give an empty sheet with the headings of the book."""
    kept = io.BytesIO()
    write_sheet(kept, into.columns, [], name=into.name)
    return attached(kept.getvalue(), f"{into.name}.xlsx")


def kept_sheet(request: Acted, token: str, name: str, known: Iterable[str]) -> Sheet | None:
    """Return a rehearsed sheet, under `name` where the request gives it none; None where it is kept no longer.

    `known` are headings, by which its head is found.
    """
    data = incoming.kept(token)
    if data is None:
        return None
    name = request.POST.get("name", "") or request.GET.get("name", "") or name
    return read_sheet(data, name[:120], known=list(known))


def _told(
    request: Acted, into: Intake, name: str, token: str, account: Account, *, dry: bool, others: tuple[str, ...]
) -> HttpResponse:
    context = {
        "into": into,
        "name": name,
        "token": token,
        "account": account,
        "dry": dry,
        "others": others,
        "rejected": [(one.row, into.reason(one.faults)) for one in account.rejected[:SHOWN]],
        "already": [(row, already(number)) for row, number in account.already[:SHOWN]],
        "first": lambda row: " · ".join([value for value in row.cells.values() if value][:4]),
    }
    return render(request, "ledger/imported.html", context)
