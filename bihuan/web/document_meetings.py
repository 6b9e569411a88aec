"""测评表、会议纪要: the papers of one round or one entry: what was signed, a draft to fill in and sign, what changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import document_meetings as actions
from bihuan.actions.document_files import docx_of
from bihuan.core.entries import EntryState
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.core.reviews import RoundState
from bihuan.store import calendars, documents, network
from bihuan.store.documents import Paper
from bihuan.web import ledger as ledger_pages  # the converters of entries and rounds are registered there
from bihuan.web.access import Acted, staff
from bihuan.web.documents import edited, sent_docx
from bihuan.web.jinja import FORM_KEY, render
from bihuan.web.reviews import NUMBER
from bihuan.words import document_meetings as since_words
from bihuan.words import documents as words
from bihuan.words import moments
from bihuan.words.orders import named, person_name


@dataclass(frozen=True, slots=True)
class Shelf:
    """The papers about a round or an entry: `signed` are (name, by whom and when, address, whether corrected).

    `offers` are those not signed yet: (name, address, whether this reader may sign it).
    """

    signed: list[tuple[str, str, str, bool]]
    offers: list[tuple[str, str, bool]]


def shelf_of(request: Acted, about: RoundState | EntryState, net: Network) -> Shelf:
    """Return what was signed about a round or an entry, and the kinds not signed yet; one query."""
    kinds = actions.kinds_of(about)
    if not kinds:
        return Shelf([], [])
    papers = actions.signed(about, request.actor)
    types = {kind.key: order_type for order_type, kind in kinds}
    signed = [
        (
            words.paper_name(types[one.kind], {"kind": one.kind, "number": one.number}),
            f"{person_name(net, one.person)} {moments.table_moment(one.at, request.now)}",
            reverse("document", args=[one.id]),
            bool(one.replaced),
        )
        for one in papers
        if one.kind in types
    ]
    there = {one.kind for one in papers}
    offers = [
        (named(kind), address_of(about.number, kind.key), signs)
        for kind, signs in actions.offered(about, request.actor)
        if kind.key not in there
    ]
    return Shelf(signed, offers)


def address_of(number: str, kind: str) -> str:
    """Return the address of the draft of a paper about a round or an entry."""
    return reverse("review_paper" if number.startswith("CP-") else "entry_paper", args=[number, kind])


@staff
@require_http_methods(["GET", "POST"])
def draft(request: Acted, number: str, kind: str) -> HttpResponse:
    """Show a paper filled in; POST signs it, once for each key."""
    common: dict[str, Any] = {"actor": request.actor, "number": number, "kind": kind, "now": request.now}
    refused: Refused | None = None
    texts: dict[str, str] = {}
    if request.method == "POST":
        texts = {key: str(text).replace("\x00", "") for key, text in request.POST.items() if key.startswith("row")}
        try:
            paper = actions.issue(
                **common, texts=texts, compose=words.composed_list, command=request.POST.get(FORM_KEY, "")[:64]
            )
        except Refused as why:
            refused = why
        else:
            messages.success(request, _("%(paper)s已签发。") % {"paper": f"{paper.content['name']} {paper.number}"})
            return redirect("document", paper.id)
    try:
        found = actions.draft(**common, texts=texts)
    except Refused as why:
        return _nothing(request, number, kind, why)
    return _page(request, number, found, refused)


def _nothing(request: Acted, number: str, kind: str, why: Refused) -> HttpResponse:
    """There is nothing to print: said on the page of what it would be about."""
    net = network.snapshot(calendars.calendar().local_day(request.now))
    messages.error(request, _("%(why)s。") % {"why": words.sentence(why, None, net, request.now)})
    return redirect(_back(number))


def _back(number: str) -> str:
    if number.startswith("CP-"):
        return reverse("review_result", args=[number])
    return reverse("ledger_entry", args=[number])


def _page(request: Acted, number: str, found: actions.Draft, refused: Refused | None) -> HttpResponse:
    made = found.made
    kind, order_type, net = made.kind, made.setting.type, made.setting.network
    content = words.composed_list(made)
    if request.method == "GET" and request.GET.get("format") == "docx":
        return sent_docx(docx_of(content, draft=True), f"{content['heading']}{_('草稿')}")
    wrong = words.problems(refused, order_type) if refused and refused.problems else {}
    said = words.sentence(refused, order_type, net, request.now) if refused and not wrong else ""
    context = {
        "number": number,
        "kind": kind,
        "content": content,
        "address": address_of(number, kind.key),
        "back": _back(number),
        "edit": {} if found.cannot else edited(kind, content),
        "wrong": wrong,
        "errors": [(f"f-{key}", text) for key, text in wrong.items()],
        "refused": said,
        "cannot": words.sentence(found.cannot, order_type, net, request.now) if found.cannot else "",
        "old": words.paper_name(order_type, _mark(made.replaces)) if made.replaces else "",
    }
    status = 200 if refused is None else 400 if wrong else 409
    return render(request, "documents/meeting.html", context, status=status)


def _mark(paper: Paper) -> dict[str, str]:
    return {"kind": paper.kind, "number": paper.number}


def since_of(request: Acted, paper: Paper) -> dict[str, Any]:
    """Return what the page of a signed paper says besides where it is about a round or an entry: what changed since.

    `since` is None for a paper about something else.
    """
    made = actions.again(paper, actor=request.actor, now=request.now)
    if made is None:
        return {"since": None}
    papers = {one.id: one for one in documents.about(paper.about)}
    old, new = (_linked(papers.get(id_), request) for id_ in (paper.replaces, paper.replaced))
    may = not paper.replaced and actions.may_sign(paper, request.actor)
    return {
        "since": since_words.since(paper.content, words.composed_list(made)),
        "counted": made.round is not None,
        "subject": (paper.about, _back(paper.about)),
        "original": old,
        "replaced": new,
        "correct": address_of(paper.about, paper.kind) if may else "",
    }


def _linked(paper: Paper | None, request: Acted) -> tuple[str, str] | None:
    """Return (number or moment, address) of the paper that corrects another, or that is corrected."""
    if paper is None:
        return None
    return paper.number or moments.moment(paper.at, request.now), reverse("document", args=[paper.id])


__all__ = ["address_of", "draft", "ledger_pages", "shelf_of", "since_of", "urlpatterns"]
urlpatterns = [
    path(f"reviews/{NUMBER}/papers/<slug:kind>/", draft, name="review_paper"),
    path("ledger/<entry:number>/papers/<slug:kind>/", draft, name="entry_paper"),
]
