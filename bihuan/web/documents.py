"""文书: the papers of one order: what was signed, a draft ready to sign, and the signed sheet (ux 4.5, 13)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import documents as actions
from bihuan.actions.document_files import KIND, docx_of
from bihuan.core import documents as rules
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.instants import iso
from bihuan.core.permission import parts
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting
from bihuan.store import attachments, calendars, documents, drafts, network, packs
from bihuan.store.documents import Paper
from bihuan.store.orders import Held
from bihuan.web import orders as order_pages  # the converter of order numbers is registered there
from bihuan.web.access import Acted, staff
from bihuan.web.handed import attached
from bihuan.web.jinja import FORM_KEY, render
from bihuan.web.order_page import heading, ways
from bihuan.web.order_sight import Sight, sight
from bihuan.words import documents as words
from bihuan.words import moments
from bihuan.words.orders import named, person_name, unit_name
from bihuan.words.problems import file_sentence
from bihuan.words.refusals import told

_KEY = re.compile(r"[0-9a-f]{32}")
SCAN = "scan"  # the field with the stamped copy
LONG = 20  # figures of an id in an address


@dataclass(frozen=True, slots=True)
class Line:
    """One signed paper in a list: its name with its number, when, where it stands, and where it leads."""

    name: str
    when: str
    href: str
    receipts: list[tuple[str, str, bool]]
    scanned: bool = False
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of paper that may be signed now, or why not."""

    kind: DocumentKind
    href: str
    why: str = ""


# ---- all papers of an order ----
@staff
@require_GET
def papers(request: Acted, number: str) -> HttpResponse:
    """List what was signed on an order, and what may be signed now."""
    seen = sight(number=number, actor=request.actor, now=request.now)
    context = {
        **heading(seen),
        "lines": signed_lines(seen),
        "offers": offers(seen) if seen.inner else [],
    }
    return render(request, "documents/order.html", context)


def signed_lines(seen: Sight) -> list[Line]:
    """Return the order's signed papers as this reader may see them, the newest first; asks the database for nothing."""
    order, t = seen.order, seen.type
    found = []
    for id_, paper in sorted(order.papers.items(), key=lambda one: one[1]["seq"], reverse=True):
        kind = t.documents.get(paper["kind"])
        if not seen.inner and not (kind and kind.outward):
            continue
        received = dict.fromkeys(paper["to"], ("", ""))
        received |= {unit: (one["at"], one["by"]) for unit, one in paper["received"].items()}
        newer = order.papers.get(paper.get("replaced", ""), {})
        found.append(
            Line(
                name=words.paper_name(t, paper),
                when=moments.table_moment(paper["at"], seen.now),
                href=reverse("order_paper", args=[order.number, int(id_)]),
                receipts=words.receipt_text(received, seen.net, seen.now) if not newer else [],
                scanned="scan" in paper,
                replaced=(newer.get("number") or moments.moment(newer["at"], seen.now)) if newer else "",
            )
        )
    return found


def offers(seen: Sight) -> list[Offer]:
    """Return the kinds of paper that concern this reader: those to be signed now first, the others with the reason."""
    order, t = seen.order, seen.type
    played = parts(seen.actor, order, t.roles)
    setting = Setting(t, seen.net, seen.calendar)
    found = []
    for kind in t.documents.values():
        if kind.list or not played.intersection(kind.by):
            continue
        why = ""
        try:
            rules.ready(setting, order, seen.actor, kind, seen.now)
        except Refused as refused:
            why = _why(refused, seen)
        found.append(Offer(kind, reverse("order_paper_draft", args=[order.number, kind.key]), why))
    return sorted(found, key=lambda offer: bool(offer.why))


def _why(refused: Refused, seen: Sight) -> str:
    """A refusal of the paper's own rules in one sentence; one of the move it makes in the words of that move."""
    if refused.code.partition(".")[0] in words.ACTS:
        return words.sentence(refused, seen.type, seen.net, seen.now)
    return told(refused, seen.type, seen.net, seen.now, seen.order).short


# ---- a draft ----
@staff
@require_http_methods(["GET", "POST"])
def draft(request: Acted, number: str, kind: str) -> HttpResponse:
    """Show a paper filled in; POST signs it, once for each key, or keeps what was typed."""
    seen = sight(number=number, actor=request.actor, now=request.now)
    declared = _declared(seen, kind)
    if request.method == "GET":
        return _draft_page(request, seen, declared)
    texts = {key: request.POST[key] for key in declared.editable() if key in request.POST}
    if "keep" in request.POST:
        _keep(request, seen, declared, texts)
        messages.success(request, _("草稿已存，还没有签发，也没有占号。"))
        return redirect("order_paper_draft", number, kind)
    key, expect = request.POST.get(FORM_KEY, ""), request.POST.get("expect", "")
    try:
        paper = actions.issue_document(
            actor=request.actor,
            number=number,
            kind=kind,
            compose=words.composed,
            now=request.now,
            texts=texts,
            replaces=_id(request.POST.get("replaces", "")),
            expect=int(expect) if expect.isascii() and expect.isdigit() and len(expect) < 9 else None,
            command=key if _KEY.fullmatch(key) else "",
        )
    except Refused as why:
        _keep(request, seen, declared, texts)
        seen = sight(number=number, actor=request.actor, now=request.now)
        status = 400 if why.problems else 409
        return _draft_page(request, seen, declared, texts=texts, refused=why, status=status)
    messages.success(request, _issued(seen, paper))
    return redirect("order_paper", number, paper.id)


def _declared(seen: Sight, key: str) -> DocumentKind:
    kind = seen.type.documents.get(key)
    if kind is None or kind.list or not seen.inner:
        raise Http404
    return kind


def _keep(request: Acted, seen: Sight, kind: DocumentKind, texts: dict[str, str]) -> None:
    place = actions.place_of(seen.order.number, kind.key)
    kept = {key: text[: actions.LONGEST] for key, text in texts.items() if text.strip()}
    if kept:
        drafts.put(person=request.actor.person, place=place, facts=kept, at=iso(request.now))
    else:
        drafts.drop(person=request.actor.person, place=place)


def _issued(seen: Sight, paper: Paper) -> str:
    said = {"paper": words.paper_name(seen.type, {"kind": paper.kind, "number": paper.number})}
    units = _("、").join(unit_name(seen.net, unit) for unit in paper.received)
    if units:
        return _("%(paper)s已签发，已送达%(units)s。") % {**said, "units": units}
    return _("%(paper)s已签发。") % said


def _draft_page(
    request: Acted,
    seen: Sight,
    kind: DocumentKind,
    *,
    texts: dict[str, str] | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    replaces = _id(request.POST.get("replaces", "") or request.GET.get("replaces", ""))
    if texts is None:
        kept = seen.beside.drafts.get(actions.place_of(seen.order.number, kind.key))
        texts = dict(kept.facts) if kept else _former(seen, replaces)
    making, cannot = actions.draft(
        actor=seen.actor, held=seen.held, kind=kind.key, now=seen.now, texts=texts, past=seen.events, replaces=replaces
    )
    content = words.composed(making)
    if request.GET.get("format") == "docx":
        return sent_docx(docx_of(content, draft=True), f"{content['name']}{seen.order.number}{_('草稿')}")
    wrong = words.problems(refused, seen.type) if refused else {}
    said = refused if refused is not None and not wrong else None
    context = {
        **heading(seen),
        "kind": kind,
        "content": content,
        "edit": {} if cannot else edited(kind, content),
        "wrong": wrong,
        "errors": [(f"f-{key}", text) for key, text in wrong.items()],
        "refused": _why(said, seen) if said else "",
        "cannot": _why(cannot, seen) if cannot else "",
        "ways": ways(told(cannot, seen.type, seen.net, seen.now, seen.order), seen) if cannot else [],
        "replaces": replaces,
        "to": _("、").join(unit_name(seen.net, unit) for unit in making.to),
        "expect": seen.order.seq,
    }
    return render(request, "documents/draft.html", context, status=status)


def _former(seen: Sight, replaces: int) -> dict[str, str]:
    """A correction starts from the words of what it corrects."""
    paper = documents.one(replaces) if str(replaces) in seen.order.papers else None
    kind = seen.type.documents.get(paper.kind) if paper else None
    if paper is None or kind is None:
        return {}
    rows = paper.content["rows"]
    return {key: rows[int(key[3:])][1] for key in kind.editable() if int(key[3:]) < len(rows)}


def edited(kind: DocumentKind, content: rules.Content) -> dict[int, tuple[str, str, str]]:
    """Return the rows to be drawn as controls: {place: (field, label, text)}."""
    return {int(key[3:]): (key, named(row), content["rows"][int(key[3:])][1]) for key, row in kind.editable().items()}


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONG else 0


# ---- a signed paper ----
@staff
@require_http_methods(["GET", "POST"])
def paper(request: Acted, number: str, id_: int) -> HttpResponse:
    """Show a signed paper as it was frozen; POST confirms that it came, or files the scan of the stamped copy."""
    held, one = actions.paper_of(actor=request.actor, number=number, id_=id_)
    if request.method == "GET" and request.GET.get("format") == "docx":
        return issued_docx(one)
    fault, status = "", 200
    if request.method == "POST":
        try:
            said = _acted(request, one)
        except Refused as why:
            fault, status = _fault(request, one, why), 400 if why.problems else 409
        else:
            messages.success(request, said)
            return redirect("order_paper", number, id_)
        held, one = actions.paper_of(actor=request.actor, number=number, id_=id_)
    return _paper_page(request, held, one, fault, status)


def _acted(request: Acted, one: Paper) -> str:
    common: dict[str, Any] = {"actor": request.actor, "number": one.order_number, "id_": one.id, "now": request.now}
    key = request.POST.get(FORM_KEY, "")
    common["command"] = key if _KEY.fullmatch(key) else ""
    if request.POST.get("do") == "receive":
        actions.receive_document(**common)
        return _("已签收，发文单位看得到。")
    upload = request.FILES.get(SCAN)
    if request.POST.get("do") != "scan":
        raise Http404
    if upload is None:
        raise Refused("attach.invalid.missing", {SCAN: "missing"}, fields=[SCAN])
    actions.file_scan(**common, upload=upload)
    return _("盖章件已存，今后以盖章件为准。")


def _fault(request: Acted, one: Paper, why: Refused) -> str:
    if why.code == "attach.invalid.missing":
        return _("请选盖章件的照片或扫描件")
    if why.code.startswith("attach."):
        return file_sentence(why)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    return words.sentence(why, packs.roles_of(one.programme, one.type), net, request.now)


def _paper_page(request: Acted, held: Held, one: Paper, fault: str, status: int) -> HttpResponse:
    number = held.order.number
    net = network.snapshot(calendars.calendar().local_day(request.now))
    kind = held.type.documents.get(one.kind)
    played = parts(request.actor, held.order, held.type.roles)
    signs = kind is not None and bool(played.intersection(kind.by))
    own = rules.own_units(request.actor, one.received)
    replaced, original = (held.order.papers.get(str(key), {}) for key in (one.replaced, one.replaces))
    context = {
        **shown(one, request, net),
        "order": held.order,
        "address": reverse("order_paper", args=[number, one.id]),
        "back": (reverse("order_papers", args=[number]), number),
        "file": ("order_file", number),
        "replaced": _other(number, one.replaced, replaced, request),
        "original": _other(number, one.replaces, original, request),
        "correct": reverse("order_paper_draft", args=[number, one.kind]) if signs and not one.replaced else "",
        "may_file": signs or bool(own),
        "may_receive": bool(set(own) & set(one.waiting)),
        "fault": fault,
        "since": None,
    }
    return render(request, "documents/paper.html", context, status=status)


def _other(number: str, id_: int, mark: dict[str, Any], request: Acted) -> tuple[str, str] | None:
    """Return (name, address) of the paper that corrects this one, or that this one corrects."""
    if not mark:
        return None
    return mark["number"] or moments.moment(mark["at"], request.now), reverse("order_paper", args=[number, id_])


def shown(one: Paper, request: Acted, net: Any) -> dict[str, Any]:
    """Return what every page of a signed paper shows."""
    return {
        "paper": one,
        "content": one.content,
        "receipts": words.receipt_text(one.received, net, request.now),
        "signed": (person_name(net, one.person), moments.moment(one.at, request.now)),
        "scan": attachments.name_of(one.scan) if one.scan else "",
    }


@staff
@require_GET
def paper_docx(request: Acted, number: str, id_: int) -> HttpResponse:
    """Send a signed paper as a Word file, on the form that was in use on its day."""
    _held, one = actions.paper_of(actor=request.actor, number=number, id_=id_)
    return issued_docx(one)


@staff
@require_GET
def draft_docx(request: Acted, number: str, kind: str) -> HttpResponseBase:
    """Send a draft as a Word file: without a number, and saying so."""
    return redirect(f"{reverse('order_paper_draft', args=[number, kind])}?format=docx")


def issued_docx(one: Paper) -> HttpResponse:
    """Return a signed paper as a download under its name and number."""
    name = f"{one.content['name']}{one.number or one.order_number}"
    return sent_docx(docx_of(one.content, documents.form_bytes(one.form)), name)


def sent_docx(content: bytes, name: str) -> HttpResponse:
    """Return a Word file as a download."""
    return attached(content, f"{name}.docx", KIND)


__all__ = ["edited", "issued_docx", "offers", "order_pages", "shown", "signed_lines", "urlpatterns"]
urlpatterns = [
    path("orders/<order:number>/papers/", papers, name="order_papers"),
    path("orders/<order:number>/papers/<int:id_>/", paper, name="order_paper"),
    path("orders/<order:number>/papers/<int:id_>.docx", paper_docx, name="order_paper_docx"),
    path("orders/<order:number>/papers/<slug:kind>/", draft, name="order_paper_draft"),
    path("orders/<order:number>/papers/<slug:kind>.docx", draft_docx, name="order_paper_draft_docx"),
]
