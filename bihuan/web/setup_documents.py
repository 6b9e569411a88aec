"""公文模板: the county's own forms for papers and the units' codes in document numbers; for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import document_forms as actions
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, documents, network, packs
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.setup import administrators
from bihuan.words import document_forms as words
from bihuan.words.orders import unit_name


@administrators
@require_http_methods(["GET", "POST"])
def forms(request: Acted) -> HttpResponse:
    """List every kind of paper with its form; POST sets a unit's code."""
    net = network.snapshot(calendars.calendar().local_day(request.now))
    fault, status = "", 200
    if request.method == "POST":
        unit = request.POST.get("unit", "")
        if unit not in net.units:
            raise Http404
        try:
            actions.put_code(actor=request.actor, unit=unit, code=request.POST.get("code", ""), now=request.now)
        except Refused as why:
            fault, status = words.sentence(why), 400
        else:
            messages.success(request, _("机关代字已改，以后签发的文号用它。"))
            return redirect("setup_documents")
    used = {(form.programme, form.type, form.kind): form for form in documents.forms()}
    rows = [
        {
            "programme": programme,
            "kind": kind,
            "form": used.get((programme.key, order_type.key, kind.key)),
            "href": reverse("setup_document", args=[programme.key, order_type.key, kind.key]),
        }
        for programme in packs.current().values()
        for order_type in programme.orders.values()
        for kind in order_type.documents.values()
    ]
    codes = documents.codes()
    units = [(unit.key, unit_name(net, unit.key), codes.get(unit.key, "")) for unit in net.units.values()]
    context = {
        "rows": rows,
        "codes": [one for one in units if one[2]],
        "units": units,
        "fault": fault,
        "given": (request.POST.get("unit", ""), request.POST.get("code", "")[:20]),
    }
    return render(request, "documents/setup.html", context, status=status)


@administrators
@require_http_methods(["GET", "POST"])
def form(request: Acted, programme: str, type_: str, kind: str) -> HttpResponse:
    """Show what a form for this kind of paper may fill in and the one in use; POST takes a new one or ends it."""
    found, order_type, declared = _declared(programme, type_, kind)
    fault, unknown, status = "", [], 200
    if request.method == "POST":
        common: dict[str, Any] = {
            "actor": request.actor, "programme": programme, "type_": type_, "kind": kind, "now": request.now,
        }  # fmt: skip
        try:
            said = _changed(request, common)
        except Refused as why:
            fault, status = words.sentence(why), 400
            unknown = list(why.facts.get("names", ()))
        else:
            messages.success(request, said)
            return redirect("setup_document", programme, type_, kind)
    used = next(
        (one for one in documents.forms() if (one.programme, one.type, one.kind) == (programme, type_, kind)), None
    )
    context = {
        "programme": found,
        "kind": declared,
        "used": used,
        "fills": actions.fills(order_type, declared, actions.meeting_for(found, declared)),
        "fault": fault,
        "unknown": unknown,
    }
    return render(request, "documents/setup_form.html", context, status=status)


def _declared(programme: str, type_: str, kind: str) -> tuple[Programme, OrderType, DocumentKind]:
    found = packs.current().get(programme)
    order_type = found.orders.get(type_) if found else None
    declared = order_type.documents.get(kind) if order_type else None
    if found is None or order_type is None or declared is None:
        raise Http404
    return found, order_type, declared


def _changed(request: Acted, common: dict[str, Any]) -> str:
    if request.POST.get("do") == "end":
        actions.end_form(**common)
        return _("今后按本系统的版式出，已签发的不变。")
    upload = request.FILES.get("form")
    if upload is None:
        raise Refused("form.invalid.missing")
    names = actions.put_form(**common, upload=upload)
    return _("模板已启用，填%(n)s处，以后签发的按它出；已签发的不变。") % {"n": len(names)}


urlpatterns = [
    path("setup/documents/", forms, name="setup_documents"),
    path("setup/documents/<slug:programme>/<slug:type_>/<slug:kind>/", form, name="setup_document"),
]
