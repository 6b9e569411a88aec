"""覆盖: one unit under one requirement of the network: what it must have and has, and whether it is exempt for a time."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.core import coverage as core
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import may_record
from bihuan.core.network import Network, Post, Unit
from bihuan.core.programmes import Coverage, Programme
from bihuan.core.refusal import Refused
from bihuan.core.waivers import period
from bihuan.store import duties, packs
from bihuan.web.access import Acted
from bihuan.web.duties import waive, waiver_given
from bihuan.web.jinja import render
from bihuan.web.network import frame, office
from bihuan.web.network_tree import address, covered_href
from bihuan.words import duties as words
from bihuan.words.orders import named


@office
@require_http_methods(["GET", "POST"])
def covered(request: Acted, key: str, unit: str) -> HttpResponse:
    """Show what a unit must have and has; exempt it for a reason, or take an exemption back."""
    programme, one = _declared(key)
    shown = frame(request, unit)
    net: Network = shown["net"]
    if unit not in net.units or net.units[unit].type != one.every:
        raise Http404
    book = programme.waivers.get(f"coverage.{key}")
    waived = duties.waivers(programme, book.key).get(unit, []) if book else []
    fault, given = "", {"reason": "", "until": ""}
    here = covered_href(key, unit, shown["day"].isoformat() if shown["back"] else "")
    if request.method == "POST":
        if book is None:
            raise Http404
        given = waiver_given(request)
        try:
            waive(request, programme, book, {"unit": unit, "date": shown["day"].isoformat()}, waived, given)
        except Refused as why:
            fault = words.told(why, book, net)
        else:
            return redirect(here)
    n = core.count(net, one, net.units[unit])
    running = [some for some in waived if period(some).holds(shown["day"])]
    exempts = book is not None and may_record(request.actor, book, unit)
    context: dict[str, Any] = {
        "one": one,
        "unit": net.units[unit],
        "here": here,
        "n": n,
        "says": _says(one, n, running),
        "whole": one.fits(n) or bool(running),
        "has": [_line(net, thing, shown) for thing in core.having(net, one, net.units[unit])],
        "waived": [(some, words.waiver_text(some, net), some in running) for some in waived],
        "exempts": exempts,
        "offers": exempts and not running and not one.fits(n),
        "given": given,
        "fault": fault,
        "named": named,
    }
    return render(request, "network/covered.html", {**shown, **context}, status=400 if fault else 200)


def _declared(key: str) -> tuple[Programme, Coverage]:
    for programme in packs.current().values():
        for one in programme.coverages:
            if one.key == key:
                return programme, one
    raise Http404


def _says(one: Coverage, n: int, running: list[EntryState]) -> str:
    """Return how the unit stands: covered, exempt, or what is missing."""
    if one.fits(n):
        return _("已覆盖")
    if running:
        return _("已豁免，不计在应有里")
    bounds = {"n": n, "min": one.min, "max": one.max}
    return (_("有%(n)s，至少%(min)s") if n < one.min else _("有%(n)s，至多%(max)s")) % bounds


def _line(net: Network, thing: Unit | Post, shown: dict[str, Any]) -> tuple[str, str]:
    if isinstance(thing, Post):
        return f"{net.name(thing.unit)} {thing.name}", address(thing.unit, shown["back"])
    return named(thing), address(thing.key, shown["back"])


urlpatterns = [path("network/covered/<str:key>/<str:unit>/", covered, name="network_covered")]
