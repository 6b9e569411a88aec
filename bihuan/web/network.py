"""网: units, posts and who holds them, on any day; what is missing; and the change of a holder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.actions import budget, list_links
from bihuan.actions.register import may_set_up
from bihuan.actions.sheets import as_date
from bihuan.core import coverage
from bihuan.core.network import Network
from bihuan.core.programmes import Programme
from bihuan.store import calendars, packs, roll
from bihuan.store import network as networks
from bihuan.store.names import asking_types, contact_kinds, of_the_office
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.network_tree import Tree, address, covered_href, exempt_of, found_in
from bihuan.web.network_unit import page_of, posts_shown
from bihuan.web.rows import lines_of
from bihuan.web.shell import furnish
from bihuan.words.network import powers
from bihuan.words.orders import named

FOUND = 50  # results of a search on one page
NEWS = 12


def office(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in people of the office; others meet 404."""

    @wraps(view)
    @staff
    def guarded(request: Acted, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not of_the_office(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


furnish("network", shown=of_the_office)


def day_asked(request: Acted) -> tuple[date, date | None, str]:
    """Return the day to look at, the same where it is not today, and what is wrong with the one asked for."""
    today = calendars.calendar().local_day(request.now)
    text = request.GET.get("at", "").strip()[:20]
    if not text:
        return today, None, ""
    asked = as_date(text)
    if asked is None or not 1950 <= asked.year <= 2200:
        return today, None, _("“%(text)s”不是日期，请写成 2022-09-30 的样子。") % {"text": text}
    return asked, (asked if asked != today else None), ""


def frame(request: Acted, at: str = "") -> dict[str, Any]:
    """Return what every page of the network draws: the day, its tree, and what the search word finds."""
    day, back, fault = day_asked(request)
    net = networks.snapshot(day)
    text = request.GET.get("q", "").strip()[:60]
    found = found_in(net, text, request.actor) if text else []
    work = roll.open_by_unit() if back is None else {}
    exempt = exempt_of(packs.current(), day)
    return {
        "net": net,
        "day": day,
        "back": back,
        "fault": fault,
        "q": text,
        "found": found[:FOUND],
        "found_n": len(found),
        "work": work,
        "tree": Tree(net, packs.current(), work, at, back, exempt).nodes(),
        "exempt": exempt,
        "may": may_set_up(request.actor) and back is None,
        "unit_address": address,
    }


def _covered(shown: dict[str, Any], programme: Programme, within: str = "") -> list[coverage.Covered]:
    return coverage.covered(shown["net"], programme, shown["exempt"][programme.key], within)


@office
@require_GET
def network(request: Acted) -> HttpResponse:
    """Show the tree, how many units of every kind there are, what is missing, and the newest changes."""
    shown = frame(request)
    net: Network = shown["net"]
    types = {key: type_ for one in packs.current().values() for key, type_ in one.unit_types.items()}
    top = next((unit.key for unit in net.units.values() if unit.parent not in net.units), "")
    kinds = [(key, named(type_), len(net.of_type(key)), len(net.below(top, key))) for key, type_ in types.items()]
    checks = [one for programme in packs.current().values() for one in _covered(shown, programme)]
    context = {
        "top": top,
        "kinds": [one for one in kinds if one[2]],
        "checks": checks,
        "news": roll.latest(net.day, NEWS, without=contact_kinds()),
        "named": named,
    }
    return render(request, "network/page.html", {**shown, **context}, status=400 if shown["fault"] else 200)


@office
@require_GET
def unit(request: Acted, key: str) -> HttpResponse:
    """Show one unit on a day: figures, posts and holders, changes; `?list=` the units of a kind below it."""
    shown = frame(request, key)
    net: Network = shown["net"]
    if key not in net.units:
        raise Http404
    posts = [post.key for post in posts_shown(net, key)]
    page = page_of(
        net,
        net.units[key],
        programmes=packs.current(),
        held=roll.history(posts),
        grown=roll.growth(key),
        actor=request.actor,
        now=request.now,
        at=shown["back"],
        work=shown["work"],
        list_=request.GET.get("list", "")[:64],
    )
    checks = [one for programme in packs.current().values() for one in _covered(shown, programme, key)]
    context = {
        "page": page,
        "checks": [one for one in checks if one.of],
        "named": named,
        **_asking(request, net.units[key].type, key, shown["back"]),
    }
    return render(request, "network/unit.html", {**shown, **context}, status=400 if shown["fault"] else 200)


def _asking(request: Acted, type_: str, key: str, back: date | None) -> dict[str, Any]:
    """What stands on the page of a unit that asks: how often the office came to it this month."""
    if back is not None or type_ not in asking_types():
        return {}
    known = budget.listed(key, actor=request.actor, calendar=calendars.calendar(), now=request.now)
    net = networks.snapshot(calendars.calendar().local_day(request.now))
    may_link = list_links.may_give(request.actor, key, net)
    return {
        "may_link": may_link,
        "contacts": known,
        "contact_lines": lines_of(known.rows, net, request.now, request.actor),
    }


@office
@require_GET
def gaps(request: Acted) -> HttpResponse:
    """Show what must be there and is not: requirements with the uncovered, vacant posts, posts held by too many."""
    shown = frame(request)
    net: Network = shown["net"]
    back: date | None = shown["back"]
    programmes = packs.current().values()
    kinds = [kind for one in programmes for kind in one.post_kinds.values()]
    vacant = coverage.vacant(net)
    left = {row["post__key"]: row for row in reversed(roll.history([post.key for post in vacant]))}
    context = {
        "checks": [(one, _covered(shown, one)) for one in programmes],
        "vacant": [(post, left.get(post.key)) for post in vacant],
        "crowded": coverage.crowded(net, kinds),
        "covered_address": lambda one, unit: covered_href(one.key, unit.key, back.isoformat() if back else ""),
        "named": named,
    }
    return render(request, "network/gaps.html", {**shown, **context})


@office
@require_GET
def person(request: Acted, key: str) -> HttpResponse:
    """Show the posts a person holds and held; nothing else is kept on a person, and nothing is counted."""
    day, back, _fault = day_asked(request)
    net = networks.snapshot(day)
    if key not in net.persons:
        raise Http404
    rows = roll.held_by(key)
    context = {
        "net": net,
        "day": day,
        "back": back,
        "key": key,
        "name": net.persons[key],
        "now_held": [row for row in rows if row["since"] <= day and (row["until"] is None or day <= row["until"])],
        "ahead": [row for row in rows if row["since"] > day],
        "before": [row for row in rows if row["until"] is not None and row["until"] < day],
        "does": lambda kind: powers(packs.current(), kind),
        "unit_address": address,
        "may": may_set_up(request.actor),
    }
    return render(request, "network/person.html", context)


urlpatterns = [
    path("network/", network, name="network"),
    path("network/gaps/", gaps, name="network_gaps"),
    path("network/units/<str:key>/", unit, name="network_unit"),
    path("network/people/<str:key>/", person, name="network_person"),
]
