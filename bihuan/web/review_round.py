"""测评会: the page the chair projects: codes, ballots in, the end with the entry of the day, and what is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.actions import review_entries
from bihuan.actions import reviews as actions
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting, RaterKind, may_chair
from bihuan.core.reviews import RoundState
from bihuan.store import calendars, ledger, network, packs, reviews
from bihuan.web.access import Acted, staff
from bihuan.web.codes import Code, code_of
from bihuan.web.jinja import render
from bihuan.web.ledger_forms import Form, form_of, keep_files, typed
from bihuan.web.reviews import NUMBER
from bihuan.web.rows import word
from bihuan.words import moments
from bihuan.words import reviews as words
from bihuan.words.ledger import refusal as ledger_refusal
from bihuan.words.orders import person_name, unit_name


@dataclass(frozen=True, slots=True)
class Seat:
    """A kind of rater on the projected page."""

    kind: RaterKind
    code: Code
    invited: int
    issued: int
    answered: int


@staff
@require_http_methods(["GET", "POST"])
def round_page(request: Acted, number: str) -> HttpResponse:
    """Show a round; POST invites more, stops handing out, ends the voting, or publishes."""
    held = reviews.by_number(number, seen_by=request.actor)
    meeting = reviews.meeting_of(held)
    chairing = may_chair(request.actor, reviews.declared(held.programme, held.meeting), held.unit)
    if not chairing and held.closed:
        return redirect("review_result", number)
    fault, status, refused = "", 200, None
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            _done(request, held, meeting)
            return redirect("review_result" if "publish" in request.POST else "review", number)
        except Refused as why:
            refused = why
            wrong = words.problems(why) if why.code == "review.needs" else {}
            fault, status = _sentence(why, held, meeting, request), 400 if why.problems else 409
    net = network.snapshot(calendars.calendar().local_day(request.now))
    context: dict[str, Any] = {
        "round": held,
        "meeting": meeting,
        "unit": unit_name(net, held.unit),
        "who": person_name(net, held.person),
        "opened": moments.moment(held.opened, request.now),
        "stopped": moments.moment(held.stopped, request.now) if held.stopped else "",
        "closed": moments.moment(held.closed, request.now) if held.closed else "",
        "chairing": chairing,
        "seats": [] if held.closed else seats(request, held, meeting),
        "objects": [unit_name(net, one) for one in held.objects],
        "votes": words.turnout(held, meeting) if held.closed else "",
        "fault": fault,
        "wrong": wrong,
        "there": "" if held.closed else review_entries.of_day(held, meeting),
        "entry_form": None,
    }
    if chairing and not held.closed and not context["there"]:
        context["entry_form"] = _entry_form(request, held, meeting, refused)
    return render(request, "reviews/round.html", context, status=status)


def seats(request: Acted, held: RoundState, meeting: Meeting) -> list[Seat]:
    """Return every kind of rater that is invited, with its code and how many ballots are out and in."""
    found = reviews.issued(held.id)
    return [
        Seat(kind, code_of(_address(request, actions.hall(held, key))), held.invited[key], *found.get(key, (0, 0)))
        for key, kind in meeting.kinds.items()
        if held.invited.get(key)
    ]


def _address(request: Acted, token: str) -> str:
    return request.build_absolute_uri(f"/s/{token}/")


def _done(request: Acted, held: RoundState, meeting: Meeting) -> None:
    form, actor, now = request.POST, request.actor, request.now
    kept: list[int] = []
    if "invite" in form:
        more = {key: word(form, f"more-{key}", 12) for key in meeting.kinds}
        actions.invite(actor=actor, number=held.number, more=more, now=now)
        messages.success(request, _("已加票。"))
    elif "stop" in form:
        actions.stop(actor=actor, number=held.number, now=now)
        messages.success(request, _("已停止领票；领过的照常打分。"))
    elif "close" in form:
        book = ledger.declared(held.programme, meeting.activity)
        there = review_entries.of_day(held, meeting)
        entry = None
        if not there:
            kept, bad = keep_files(request, now)
            if bad:
                raise Refused("enter.needs", {"evidence": "files"}, fields=["evidence"])
            entry = typed(form, book)
        after = actions.close(actor=actor, number=held.number, now=now, entry=entry, files=kept)
        messages.success(request, _("已结束，台账%(entry)s。结果还没有公布。") % {"entry": after.entry})
    elif "publish" in form:
        actions.publish(actor=actor, number=held.number, now=now)
        messages.success(request, _("已公布，参评单位各看各的结果。"))
    else:
        raise Http404


def _sentence(why: Refused, held: RoundState, meeting: Meeting, request: Acted) -> str:
    if why.code.startswith("enter."):
        book = ledger.declared(held.programme, meeting.activity)
        net = network.of_all_time(calendars.calendar().local_day(request.now))
        return _("没有结束，先把台账补齐。") if why.problems else ledger_refusal(why, book, net)
    return "" if words.problems(why) else words.reason(why)


def _entry_form(request: Acted, held: RoundState, meeting: Meeting, refused: Refused | None) -> Form:
    """The form of the day's entry, without what the round itself says."""
    programme = packs.programme(held.programme)
    book = ledger.declared(held.programme, meeting.activity)
    today = calendars.calendar().local_day(request.now)
    values = {**(typed(request.POST, book) if "close" in request.POST else {}), **review_entries.known(held, meeting)}
    ours = refused if refused is not None and refused.code.startswith("enter.") else None
    made = form_of(request, programme, book, network.of_all_time(today), today, address="", values=values, refused=ours)
    known = review_entries.known(held, meeting)
    made.head = []
    made.fields = [one for one in made.fields if one.key not in known]
    made.tail = [one for one in made.tail if one.key != "idle"]
    return made


@staff
@require_POST
def cards(request: Acted, number: str, kind: str) -> HttpResponse:
    """Print a card for every seat of a kind that has no answer yet; cards printed before are void."""
    held, tokens = actions.cards(actor=request.actor, number=number, kind=kind)
    meeting = reviews.meeting_of(held)
    context = {
        "round": held,
        "kind": meeting.kinds[kind],
        "cards": [code_of(_address(request, one)) for one in tokens],
    }
    answer = render(request, "reviews/cards.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@staff
@require_GET
def sheet(request: Acted, number: str) -> HttpResponse:
    """Show an empty 测评表 for print while the round is open; what it came to is a paper that is signed."""
    held = reviews.by_number(number, seen_by=request.actor)
    if held.closed:
        return redirect("review_result", number)
    meeting = reviews.meeting_of(held)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    context = {
        "round": held,
        "meeting": meeting,
        "unit": unit_name(net, held.unit),
        "objects": [unit_name(net, one) for one in held.objects],
    }
    return render(request, "reviews/sheet.html", context)


urlpatterns = [
    path(f"reviews/{NUMBER}/", round_page, name="review"),
    path(f"reviews/{NUMBER}/cards/<str:kind>/", cards, name="review_cards"),
    path(f"reviews/{NUMBER}/sheet/", sheet, name="review_sheet"),
]
