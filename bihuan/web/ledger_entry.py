"""台账一条: enter one, read it with its history, correct it, withdraw it, and turn what was raised into an order."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.entries import EntryState, may_change, measured
from bihuan.core.ledger_kinds import Activity, keeps
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.store import attachments, calendars, ledger, network, packs
from bihuan.web.access import Acted, staff
from bihuan.web.document_meetings import shelf_of
from bihuan.web.entry_changes import corrected, entered, mended, withdrawn
from bihuan.web.files import sent
from bihuan.web.jinja import render
from bihuan.web.ledger import book_of
from bihuan.web.ledger_forms import Form, form_of, keep_files, stored, typed, units_for
from bihuan.web.ledger_order import type_for
from bihuan.web.rows import word
from bihuan.words.ledger import field_text, history, idle_name, number_text, refusal, title_of
from bihuan.words.orders import named, person_name, unit_name


@staff
@require_http_methods(["GET", "POST"])
def new(request: Acted, key: str) -> HttpResponse:
    """Enter one."""
    programme, activity = book_of(request, key)
    if not keeps(request.actor, activity):
        raise Http404
    today = calendars.calendar().local_day(request.now)
    net = network.of_all_time(today)
    address = f"/ledger/{key}/new/"
    given: dict[str, Any] = {"address": address}
    if request.method == "GET":
        values = {name: word(request.GET, name) for name in ("unit", "date")}
        values["date"] = values["date"] or today.isoformat()
        units = units_for(request.actor, activity, net, today)
        values["unit"] = values["unit"] or (units[0][0] if len(units) == 1 else "")
        return _asked(request, form_of(request, programme, activity, net, today, values=values, **given), activity)
    values = typed(request.POST, activity)
    kept, wrong = keep_files(request, request.now)
    entry = entered(request, programme.key, key, values, kept, wrong)
    if isinstance(entry, Refused):
        form = form_of(request, programme, activity, net, today, values=values, refused=entry, **given)
        return _again(request, form, entry, activity, net, kept, wrong)
    said = _("已记入 %(number)s，算补记。") if entry.late else _("已记入 %(number)s。")
    messages.success(request, said % {"number": entry.number})
    if "more" in request.POST:
        return redirect(address)
    return redirect("ledger_entry", entry.number)


def _asked(request: Acted, form: Form, activity: Activity, entry: EntryState | None = None) -> HttpResponse:
    context = {"form": form, "activity": activity, "entry": entry, "there": "", "fault": "", "reason": ""}
    return render(request, "ledger/form.html", context)


def _again(
    request: Acted,
    form: Form,
    why: Refused,
    activity: Activity,
    net: Network,
    kept: list[int],
    wrong: str,
    entry: EntryState | None = None,
) -> HttpResponse:
    context = mended(request, form, why, kept, wrong) | {"activity": activity, "entry": entry}
    context["fault"] = "" if why.problems else refusal(why, activity, net)
    return render(request, "ledger/form.html", context, status=400 if why.problems else 409)


@staff
@require_GET
def one(request: Acted, number: str) -> HttpResponse:
    """Show one entry with its history and what one may do with it."""
    return _page(request, number)


def _page(request: Acted, number: str, refused: Refused | None = None) -> HttpResponse:
    entry = ledger.by_number(number, seen_by=request.actor)
    activity = packs.bundle(entry.bundle).ledger[entry.activity]
    book = ledger.declared(entry.programme, entry.activity)
    net = network.of_all_time(calendars.calendar().local_day(request.now))
    numbers = measured(activity, entry)
    may = may_change(book, entry, request.actor)
    context = {
        "entry": entry,
        "activity": activity,
        "title": title_of(activity, entry, net),
        "unit": unit_name(net, entry.unit),
        "day": date.fromisoformat(entry.date),
        "idle": idle_name(activity, entry.idle) if entry.idle else "",
        "numbers": [(named(one), number_text(one, numbers[key])) for key, one in activity.measures.items()
                    if key in numbers],
        "facts": [(named(spec), field_text(activity, key, entry.fields[key], net))
                  for key, spec in activity.fields.items() if key in entry.fields],
        "who": person_name(net, entry.person) or _("系统"),
        "files": attachments.of_order(entry.id, inner=True),
        "history": history(activity, ledger.events_of(entry), net, request.now),
        "may": may,
        "may_order": type_for(request.actor, entry) is not None,
        "shelf": shelf_of(request, entry, net),
        "withdrawn_by": person_name(net, entry.withdrawn["person"]) if entry.withdrawn else "",
        "fault": refusal(refused, book, net) if refused else "",
    }  # fmt: skip
    status = 200 if refused is None else 400 if refused.problems else 409
    return render(request, "ledger/entry.html", context, status=status)


@staff
@require_http_methods(["GET", "POST"])
def correct(request: Acted, number: str) -> HttpResponse:
    """Put other content in an entry's place, with a reason."""
    entry = ledger.by_number(number, seen_by=request.actor)
    book = ledger.declared(entry.programme, entry.activity)
    if not may_change(book, entry, request.actor):
        raise Http404
    programme = packs.programme(entry.programme)
    today = calendars.calendar().local_day(request.now)
    net = network.of_all_time(today)
    given: dict[str, Any] = {"address": f"/ledger/{number}/correct/", "entry": entry}
    if request.method == "GET":
        return _asked(
            request, form_of(request, programme, book, net, today, values=stored(entry), **given), book, entry
        )
    values = typed(request.POST, book)
    kept, wrong = keep_files(request, request.now)
    if why := corrected(request, number, values, kept, wrong):
        form = form_of(request, programme, book, net, today, values=values, refused=why, **given)
        return _again(request, form, why, book, net, kept, wrong, entry)
    return redirect("ledger_entry", number)


@staff
@require_http_methods(["POST"])
def withdraw(request: Acted, number: str) -> HttpResponse:
    """Take an entry out of every figure, with a reason."""
    if why := withdrawn(request, number):
        return _page(request, number, why)
    return redirect("ledger_entry", number)


@staff
@require_GET
def file(request: Acted, number: str, id_: int) -> FileResponse:
    """Send one piece of evidence of an entry."""
    entry = ledger.by_number(number, seen_by=request.actor)
    return sent(attachments.one(entry.id, id_, inner=True))


urlpatterns = [
    path("ledger/<entry:number>/", one, name="ledger_entry"),
    path("ledger/<entry:number>/correct/", correct, name="ledger_correct"),
    path("ledger/<entry:number>/withdraw/", withdraw, name="ledger_withdraw"),
    path("ledger/<entry:number>/files/<int:id_>/", file, name="ledger_file"),
    path("ledger/<book:key>/new/", new, name="ledger_new"),
]
