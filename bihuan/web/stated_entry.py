"""统计值一条: enter one, read it with its source and its history, correct it, withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.core.entries import EntryState, may_change
from bihuan.core.figures import Asked
from bihuan.core.ledger_kinds import keeps
from bihuan.core.network import Network
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.statistics import Series, window
from bihuan.store import attachments, calendars, ledger, network, packs
from bihuan.web.access import Acted, staff
from bihuan.web.controls import Choice, Control
from bihuan.web.entry_changes import corrected, entered, mended, withdrawn
from bihuan.web.figure_beside import counted
from bihuan.web.files import sent
from bihuan.web.jinja import render
from bihuan.web.ledger_forms import Form, keep_files, kept_of, units_for
from bihuan.web.rows import word
from bihuan.web.shell import programme_of
from bihuan.web.stated import lines_of, series_seen
from bihuan.words.ledger import entry_problems, history, refusal
from bihuan.words.orders import named, person_name
from bihuan.words.statistics import typed_window

TYPED = ("unit", "period", "value", "document", "document_number", "document_date", "note")


@staff
@require_http_methods(["GET", "POST"])
def new(request: Acted) -> HttpResponse:
    """Enter one."""
    programme = programme_of(request)
    mine = [one for one in series_seen(request.actor, programme) if keeps(request.actor, one)]
    if programme is None or not mine:
        raise Http404
    key = word(request.POST if request.method == "POST" else request.GET, "series")
    series = next((one for one in mine if one.key == key), mine[0])
    net = _net(request)
    if request.method == "GET":
        values = {name: word(request.GET, name) for name in ("unit", "period")}
        return _asked(request, _form(request, series, net, values, series_of=mine), series)
    values = _typed(request.POST)
    kept, wrong = keep_files(request, request.now)
    entry = entered(request, programme.key, series.key, values, kept, wrong)
    if isinstance(entry, Refused):
        form = _form(request, series, net, values, refused=entry, series_of=mine)
        return _again(request, form, series, entry, net, kept, wrong)
    messages.success(request, _("已记入 %(number)s。") % {"number": entry.number})
    if "more" in request.POST:
        return redirect(f"/reports/stated/new/?series={series.key}&period={values['period']}")
    return redirect("stated_one", entry.number)


def _net(request: Acted) -> Network:
    return network.of_all_time(calendars.calendar().local_day(request.now))


def _typed(form: QueryDict) -> dict[str, Any]:
    return {name: form.get(name, "") for name in TYPED}


def _form(
    request: Acted,
    series: Series,
    net: Network,
    values: Mapping[str, Any],
    *,
    refused: Refused | None = None,
    entry: EntryState | None = None,
    series_of: list[Series] | None = None,
) -> Form:
    """Return the form of one statistic with what was typed and, after a refusal, what is to be mended where."""
    said = entry_problems(refused, series) if refused else {}
    if wrong := said.pop("date", "") or said.pop("since", ""):
        said.setdefault("period", wrong)
    today = calendars.calendar().local_day(request.now)

    def control(key: str, mark: str, label: str, required: bool = False, hint: str = "", most: int = 0) -> Control:
        return Control(key, f"f-{key}", mark, label, required, values.get(key, ""), said.get(key, ""), hint, most=most)

    unit = control("unit", "select", _("哪个单位"), True)
    unit.choices = [Choice(*one) for one in units_for(request.actor, series, net, today)]
    head = [unit, control("period", "text", _("时段"), True, _("例如 2022年1-9月、2022年第三季度、2022年"), 40)]
    if series_of and len(series_of) > 1:
        which = Control("series", "f-series", "select", _("统计值"), True, series.key)
        which.choices = [Choice(one.key, named(one)) for one in series_of]
        head.insert(0, which)
    hint = _("写“75.89亿元”“7589000000”都行") if series.word == "元" else _("照来源写，例如 7.87%(word)s")
    label = _("数值（%(word)s）") % {"word": series.word}
    measures = [control("value", "text", label, True, hint % {"word": series.word}, 40)]
    fields = [
        control("document", "text", _("来源文件"), True, _("哪份文件、哪张表上的数"), 120),
        control("document_number", "text", _("文号"), most=60),
        control("document_date", "date", _("文件日期")),
    ]
    tail = [control("note", "text", _("说明"), hint=_("口径有什么要说明的，写一句"), most=200),
            control("evidence", "files", _("来源文件的扫描件"))]  # fmt: skip
    address = f"/reports/stated/{entry.number}/correct/" if entry else "/reports/stated/new/"
    form = Form(series, address, head, measures, fields, tail, expect=entry.seq if entry else 0)
    form.kept = [(id_, attachments.name_of(id_)) for id_ in kept_of(request)]
    ids = {one.key: one.id for one in form.controls}
    form.errors = [(ids.get(key, f"f-{key}"), sentence) for key, sentence in said.items()]
    return form


def _asked(request: Acted, form: Form, series: Series, entry: EntryState | None = None) -> HttpResponse:
    context = {"form": form, "series": series, "entry": entry, "there": "", "fault": "", "reason": ""}
    return render(request, "stated/form.html", context)


def _again(
    request: Acted,
    form: Form,
    series: Series,
    why: Refused,
    net: Network,
    kept: list[int],
    wrong: str,
    entry: EntryState | None = None,
) -> HttpResponse:
    context = mended(request, form, why, kept, wrong) | {"series": series, "entry": entry}
    context["fault"] = "" if why.problems else refusal(why, series, net)
    return render(request, "stated/form.html", context, status=400 if why.problems else 409)


def found(request: Acted, number: str) -> tuple[Programme, Series, EntryState]:
    """Return a statistic with its series as the newest version declares it; strangers and wrong numbers meet a 404."""
    entry = ledger.by_number(number, seen_by=request.actor)
    programme = packs.programme(entry.programme)
    series = programme.series.get(entry.activity)
    if series is None:
        raise Http404
    return programme, series, entry


@staff
@require_GET
def one(request: Acted, number: str) -> HttpResponse:
    """Show one statistic: value, unit, scope, window, source, who entered it; and what can be counted beside it."""
    return _page(request, number)


def _page(request: Acted, number: str, refused: Refused | None = None) -> HttpResponse:
    programme, series, entry = found(request, number)
    net = _net(request)
    (line,) = lines_of(request.actor, programme, [entry], net)
    context = {
        "computed": counted(request, programme, series, _asked_of(entry)),
        "entry": entry,
        "series": series,
        "line": line,
        "who": person_name(net, entry.person) or _("系统"),
        "files": attachments.of_order(entry.id, inner=True),
        "history": history(series, ledger.events_of(entry), net, request.now),
        "may": may_change(series, entry, request.actor),
        "withdrawn_by": person_name(net, entry.withdrawn["person"]) if entry.withdrawn else "",
        "fault": refusal(refused, series, net) if refused else "",
    }
    status = 200 if refused is None else 400 if refused.problems else 409
    return render(request, "stated/one.html", context, status=status)


def _asked_of(entry: EntryState) -> Asked:
    since, until = (date.fromisoformat(day) for day in window(entry))
    return Asked(since, until, unit=entry.unit)


@staff
@require_http_methods(["GET", "POST"])
def correct(request: Acted, number: str) -> HttpResponse:
    """Put another number or source in a statistic's place, with a reason."""
    _programme, series, entry = found(request, number)
    if not may_change(series, entry, request.actor):
        raise Http404
    net = _net(request)
    if request.method == "GET":
        stands = {**entry.fields, "unit": entry.unit, "note": entry.note, "value": str(entry.values["value"])}
        stands["period"] = typed_window(entry)
        return _asked(request, _form(request, series, net, stands, entry=entry), series, entry)
    values = _typed(request.POST)
    kept, wrong = keep_files(request, request.now)
    if why := corrected(request, number, values, kept, wrong):
        form = _form(request, series, net, values, refused=why, entry=entry)
        return _again(request, form, series, why, net, kept, wrong, entry)
    return redirect("stated_one", number)


@staff
@require_http_methods(["POST"])
def withdraw(request: Acted, number: str) -> HttpResponse:
    """Take a statistic out of every figure, with a reason."""
    found(request, number)
    if why := withdrawn(request, number):
        return _page(request, number, why)
    return redirect("stated_one", number)


@staff
@require_GET
def file(request: Acted, number: str, id_: int) -> FileResponse:
    """Send a kept file of a statistic: the scan of its source."""
    _programme, _series, entry = found(request, number)
    return sent(attachments.one(entry.id, id_, inner=True))


urlpatterns = [
    path("reports/stated/new/", new, name="stated_new"),
    path("reports/stated/<stated:number>/", one, name="stated_one"),
    path("reports/stated/<stated:number>/correct/", correct, name="stated_correct"),
    path("reports/stated/<stated:number>/withdraw/", withdraw, name="stated_withdraw"),
    path("reports/stated/<stated:number>/files/<int:id_>/", file, name="stated_file"),
]
