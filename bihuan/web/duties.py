"""义务 on pages: one period of a unit or post with its entries and what was waived, the uncovered, the burden of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import ledger as actions
from bihuan.core import burden
from bihuan.core.cadence import Cadence, Period
from bihuan.core.entries import EntryState
from bihuan.core.facts import Problem, parse_date
from bihuan.core.ledger_kinds import Activity, may_read, may_record, reads, sees_book
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.reaches import Reach, Reached, of_posts, window
from bihuan.core.refusal import Refused
from bihuan.core.waivers import Waiver
from bihuan.store import calendars, ledger, network
from bihuan.store import duties as store
from bihuan.store.ledger import Asked
from bihuan.web.access import Acted, staff
from bihuan.web.cadence import duty_href
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.shell import programme_of
from bihuan.words import duties as words
from bihuan.words.ledger import title_of
from bihuan.words.orders import named


@dataclass(frozen=True, slots=True)
class Place:
    """Which period of which unit or post a page is about."""

    kind: str
    of: Cadence | Reach
    activity: Activity
    book: Waiver | None
    key: str
    name: str
    unit: str
    post: str
    period: Period

    @property
    def address(self) -> str:
        """Where the page stands."""
        return duty_href(self.kind, self.of.key, self.key, self.period)


def _place(request: Acted, kind: str, key: str, net: Network) -> tuple[Programme, Place]:
    programme = programme_of(request)
    some: Iterable[Cadence | Reach] = ()
    if programme is not None:
        some = programme.cadences if kind == "cadence" else programme.reaches if kind == "coverage" else ()
    found = next((one for one in some if one.key == key), None)
    if programme is None or found is None:
        raise Http404
    activity, given = programme.ledger[found.activity], request.GET
    try:
        period = Period(*(parse_date(word(given, name), request.now.date()) for name in ("from", "to")))
    except Problem:
        raise Http404 from None
    posts = of_posts(programme, found) if isinstance(found, Reach) else bool(found.post)
    of = word(given, "of")
    known = net.posts.get(of) if posts else net.units.get(of)
    if known is None:
        raise Http404
    unit = net.posts[of].unit if posts else of
    book = programme.waivers.get(f"{kind}.{key}")
    if not (_reads(request.actor, activity, unit, net) or (book and may_record(request.actor, book, unit))):
        raise Http404
    name = f"{net.name(unit)} {known.name}" if posts else named(known)
    return programme, Place(kind, found, activity, book, of, name, unit, of if posts else "", period)


def _reads(actor: Actor, activity: Activity, unit: str, net: Network) -> bool:
    """Whether the actor reads the book of the unit, or of one above it: a firm stands below its chain."""
    seen = reads(actor, activity)
    return seen is None or any(up in seen and net.units[up].type == activity.unit for up in net.above(unit))


@staff
@require_http_methods(["GET", "POST"])
def duty(request: Acted, kind: str, key: str) -> HttpResponse:
    """Show one period of one unit or post; waive it for a reason, or take a waiver back."""
    net = network.of_all_time(calendars.calendar().local_day(request.now))
    programme, place = _place(request, kind, key, net)
    if request.method == "POST":
        return _waive(request, programme, place, net)
    return _page(request, programme, place, net)


def _page(
    request: Acted,
    programme: Programme,
    place: Place,
    net: Network,
    fault: str = "",
    given: dict[str, str] | None = None,
) -> HttpResponse:
    waived = store.waivers(programme, place.book.key).get(place.key, []) if place.book else []
    may = place.book is not None and may_record(request.actor, place.book, place.unit)
    until = place.period.end.isoformat()
    context = {
        "place": place,
        "title": named(place.of),
        "span": words.period_text(place.period.start, place.period.end),
        "entries": _entries(request.actor, programme, place, net),
        "waived": [(one, words.waiver_text(one, net)) for one in waived if _touches(one, place.period)],
        "may_enter": may_record(request.actor, place.activity, place.unit),
        "may_waive": may,
        "given": given or {"reason": "", "until": until},
        "fault": fault,
    }
    return render(request, "ledger/duty.html", context, status=400 if fault else 200)


def _touches(one: EntryState, period: Period) -> bool:
    return one.date <= period.end.isoformat() and period.start.isoformat() <= str(one.fields["until"])


def _entries(actor: Actor, programme: Programme, place: Place, net: Network) -> list[tuple[EntryState, str]]:
    since, until = place.period.start.isoformat(), place.period.end.isoformat()
    named_ = place.key if isinstance(place.of, Reach) and place.of.field else ""
    asked = Asked(
        place.activity.key, unit="" if named_ or place.post else place.unit, since=since, until=until, named=named_
    )  # fmt: skip
    got = ledger.page(seen_by=actor, programme=programme.key, activity=place.activity, asked=asked)
    some = [one for one in got.entries if not place.post or one.post == place.post]
    return [
        (one, title_of(ledger.activity_of(one), one, net)) for one in some if may_read(actor, place.activity, one.unit)
    ]


def _waive(request: Acted, programme: Programme, place: Place, net: Network) -> HttpResponse:
    if place.book is None:
        raise Http404
    given = waiver_given(request)
    owed = {"unit": place.unit, "post": place.post, "date": place.period.start.isoformat()}
    waived = store.waivers(programme, place.book.key).get(place.key, [])
    try:
        waive(request, programme, place.book, owed, waived, given)
    except Refused as why:
        return _page(request, programme, place, net, words.told(why, place.book, net), given)
    return redirect(place.address)


def waiver_given(request: Acted) -> dict[str, str]:
    """Return what was typed into the form of a waiver; with a `number` that waiver is taken back."""
    return {name: word(request.POST, name, 200) for name in ("reason", "until", "number")}


def waive(
    request: Acted,
    programme: Programme,
    book: Waiver,
    owed: Mapping[str, str],
    waived: Iterable[EntryState],
    given: Mapping[str, str],
) -> None:
    """Waive what a unit or post owes from a day on, or take one of its waivers back; raises Refused."""
    command = word(request.POST, "form_key", 40)
    if given["number"]:
        if given["number"] not in [one.number for one in waived]:
            raise Http404
        actions.withdraw(
            actor=request.actor, number=given["number"], reason=given["reason"], now=request.now, command=command
        )
        messages.success(request, _("已收回 %(number)s。") % given)
        return
    facts: dict[str, Any] = {**owed, "until": given["until"], "reason": given["reason"]}
    entry = actions.enter(
        actor=request.actor, programme=programme.key, activity=book.key, facts=facts, now=request.now, command=command
    )
    messages.success(request, _("已免，记为 %(number)s。") % {"number": entry.number})


# ---- the burden ----
@staff
@require_GET
def load(request: Acted) -> HttpResponse:
    """Show the minutes a week that periodic duties ask of units and posts; only to those who see every unit."""
    programme = programme_of(request)
    if programme is None or not programme.cadences or not _sees_all(request.actor, programme):
        raise Http404
    net = network.snapshot(calendars.calendar().local_day(request.now))
    context = {
        "shares": [
            (
                one,
                words.every_text(one.cadence),
                words.minutes_text(one.minutes),
                words.minutes_text(one.minutes * one.owing),
            )
            for one in burden.shares(programme, net)
        ],
        "loads": [
            (one, named(programme.post_kinds[one.post]), words.minutes_text(one.minutes))
            for one in burden.loads(programme, net)
        ],
        "limit": programme.burden,
    }
    return render(request, "ledger/burden.html", context)


def _sees_all(actor: Actor, programme: Programme) -> bool:
    return all(reads(actor, programme.ledger[one.activity]) is None for one in programme.cadences)


def may_see_load(actor: Actor, programme: Programme) -> bool:
    """Whether the page of the burden is any of the actor's business."""
    return bool(programme.cadences) and _sees_all(actor, programme)


# ---- coverage ----
@dataclass(frozen=True, slots=True)
class Uncovered:
    """One coverage as its page draws it; `shown` are (name, address, how many entries)."""

    found: Reached
    span: str
    lacking: list[tuple[str, str, int]]
    exempt: list[tuple[str, str]]


def coverages_of(actor: Actor, programme: Programme, net: Network, day: date) -> list[Uncovered]:
    """Return the coverages of a programme that the actor may read of, in the window of a day."""
    drawn = []
    for one in programme.reaches:
        if not sees_book(actor, programme.ledger[one.activity]):
            continue
        period = window(one, day)
        found = store.of_reach(seen_by=actor, programme=programme, reach=one, net=net, period=period)

        def href(key: str, one: Reach = one, period: Period = period) -> str:
            return duty_href("coverage", one.key, key, period)

        drawn.append(
            Uncovered(
                found,
                words.period_text(period.start, period.end),
                [(some.name, href(some.key), n) for some, n in found.lacking],
                [(some.name, href(some.key)) for some in found.exempt],
            )
        )
    return [one for one in drawn if one.found.of or one.exempt]


def reached_by(request: Acted) -> tuple[list[Uncovered], date, date]:
    """Return the coverages in the windows of the day asked for, that day and today; 404 for who may read of none."""
    programme = programme_of(request)
    if programme is None or not any(sees_book(request.actor, programme.ledger[o.activity]) for o in programme.reaches):
        raise Http404
    today = calendars.calendar().local_day(request.now)
    try:
        day = min(parse_date(word(request.GET, "at"), today), today)
    except Problem:
        day = today
    return coverages_of(request.actor, programme, network.snapshot(day), day), day, today


@staff
@require_GET
def coverage(request: Acted) -> HttpResponse:
    """Show which units and posts the activities have not reached yet, window by window."""
    coverages, day, today = reached_by(request)
    context = {"coverages": coverages, "day": day, "today": today}
    return render(request, "ledger/coverage.html", context)


urlpatterns = [
    path("duties/", load, name="burden"),
    path("duties/covered/", coverage, name="coverage"),
    path("duties/<str:kind>/<str:key>/", duty, name="duty"),
]
