"""评议: the rounds of rating meetings one may see, and a form that opens the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, register_converter
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import reviews as actions
from bihuan.core.figures import Asked
from bihuan.core.indicators import Indicator
from bihuan.core.ledger_kinds import reach
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting, chairs, reads
from bihuan.core.reviews import TITLE, RoundState
from bihuan.core.whole import whole
from bihuan.store import calendars, figures, network, packs, reviews
from bihuan.store.reviews import PAGE
from bihuan.web.access import Acted, staff
from bihuan.web.figure_address import figure_href
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.shell import furnish, programme_of
from bihuan.words import moments
from bihuan.words import reviews as words
from bihuan.words.figures import shown as shown_figure
from bihuan.words.orders import named, unit_name


class _Number:
    regex = r"CP-\d{4}-\d{4,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Number, "round")
NUMBER = "<round:number>"  # in the addresses of one round


@dataclass(frozen=True, slots=True)
class Line:
    """One round of the list."""

    round: RoundState
    name: str
    unit: str
    state: str
    votes: str


@dataclass(frozen=True, slots=True)
class Rated:
    """How the programme's orders were rated this year: each figure with the address of what it counts."""

    n: int
    rated: str
    good: int
    satisfied: str
    rate: str


@staff
@require_http_methods(["GET", "POST"])
def reviews_page(request: Acted) -> HttpResponse:
    """List the rounds, the newest first; POST opens one."""
    programme = programme_of(request)
    if programme is None or not programme.reviews:
        raise Http404
    meeting = _meeting(request, programme)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    wrong: dict[str, str] = {}
    fault, status = "", 200
    if request.method == "POST":
        if meeting is None:
            raise Http404
        try:
            made = actions.open_round(
                actor=request.actor, programme=programme.key, meeting=meeting.key, given=_typed(request, meeting),
                now=request.now,
            )  # fmt: skip
        except Refused as why:
            wrong = words.problems(why)
            fault, status = ("", 400) if wrong else (words.reason(why), 409)
        else:
            messages.success(request, _("%(number)s已经开始，请投影二维码。") % {"number": made.number})
            return redirect("review", made.number)
    before = request.GET.get("before", "")
    found = reviews.page(
        seen_by=request.actor, programme=programme.key,
        before=whole(before) or 0,
    )  # fmt: skip
    context = {
        "lines": [line_of(one, net) for one in found[:PAGE]],
        "more": found[PAGE - 1].id if len(found) > PAGE else 0,
        "form": _form(request, meeting, net) if meeting else None,
        "wrong": wrong,
        "faults": [(f"f-{key}", said) for key, said in wrong.items()],
        "fault": fault,
        "rated": rated(request, programme),
    }
    return render(request, "reviews/list.html", context, status=status)


def _meeting(request: Acted, programme: Programme) -> Meeting | None:
    """The kind of meeting the reader may open: the one asked for, else the first."""
    some = [one for one in programme.reviews.values() if chairs(request.actor, one)]
    asked = request.POST.get("meeting", "")
    return next((one for one in some if one.key == asked), some[0] if some else None)


def line_of(held: RoundState, net: Network) -> Line:
    """Return a round as the list says it."""
    meeting = reviews.meeting_of(held)
    votes = words.votes(meeting, held.answered) if held.closed else ""
    return Line(held, named(meeting), unit_name(net, held.unit), words.state(held), votes)


def _typed(request: Acted, meeting: Meeting) -> dict[str, Any]:
    form = request.POST
    return {
        "unit": word(form, "unit", 64),
        "title": word(form, "title", 200),
        "date": word(form, "date", 20),
        "objects": form.getlist("objects")[:200],
        "invited": {key: word(form, key, 12) for key in meeting.kinds},
    }


def _form(request: Acted, meeting: Meeting, net: Network) -> dict[str, Any]:
    """What the form of a new round begins with: today, and every unit there is to be judged."""
    today = calendars.calendar().local_day(request.now)
    book = packs.current()[_programme_key(request)].ledger[meeting.activity]
    mine = reach(request.actor, meeting.chairs)
    objects = [(one.key, unit_name(net, one.key)) for one in net.of_type(meeting.object) if one.until is None]
    typed = request.method == "POST"
    given = _typed(request, meeting) if typed else {}
    title = _("%(day)s%(name)s") % {"day": moments.day(request.now, request.now), "name": named(meeting)}
    return {
        "meeting": meeting,
        "units": [
            (one.key, unit_name(net, one.key)) for one in net.of_type(book.unit) if mine is None or one.key in mine
        ],
        "objects": objects,
        "ticked": set(given.get("objects", [])) if typed else {key for key, _name in objects},
        "unit": given.get("unit", ""),
        "title": given.get("title", title[:TITLE]),
        "date": given.get("date", today.isoformat()),
        "invited": given.get("invited", {}),
    }


def _programme_key(request: Acted) -> str:
    programme = programme_of(request)
    assert programme is not None
    return programme.key


def rated(request: Acted, programme: Programme) -> Rated | None:
    """Return how this year's orders were rated, by the programme's own figure of it, for who reads all rounds."""
    if not any(reads(request.actor, one) is None for one in programme.reviews.values()):
        return None
    one = _satisfaction(programme)
    if one is None or not figures.may_read(request.actor, programme, one.key, request.now):
        return None
    today = calendars.calendar().local_day(request.now)
    asked = Asked(date(today.year, 1, 1), today)
    found = figures.figures(
        seen_by=request.actor, programme=programme, keys=[one.whole, one.part, one.key], asked=asked, now=request.now
    )
    n, good = (int(found[key].value or 0) for key in (one.whole, one.part))
    hrefs = [figure_href(programme.key, key, asked) for key in (one.whole, one.part)]
    rate = "" if found[one.key].value is None else shown_figure(found[one.key])
    return Rated(n, hrefs[0], good, hrefs[1], rate)


def _satisfaction(programme: Programme) -> Indicator | None:
    """The share of those rated well in those rated, where the programme reports one."""
    for one in programme.indicators.values():
        if one.aggregator == "share":
            part, whole = (programme.indicators[key] for key in (one.part, one.whole))
            if (part.mark, whole.mark) == ("satisfied", "rated"):
                return one
    return None


def shown(actor: Actor) -> bool:
    """Whether reviews are any of the actor's business: a reader of rounds, or of a unit that may be judged."""
    for programme in packs.current().values():
        for meeting in programme.reviews.values():
            units = reads(actor, meeting)
            if units is None or units or _judged(actor, meeting):
                return True
    return False


def _judged(actor: Actor, meeting: Meeting) -> bool:
    return actor.kind == meeting.appellant


furnish("reviews", shown=shown)
urlpatterns = [path("reviews/", reviews_page, name="reviews")]
