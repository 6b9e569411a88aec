"""文书登记: every signed paper one may see, those that wait for a receipt, and lists over many orders."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import document_lists as actions
from bihuan.actions.document_files import docx_of
from bihuan.core import documents as rules
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.network import Network
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.whole import whole
from bihuan.store import attachments, calendars, network, packs
from bihuan.store.documents import PAGE, Paper
from bihuan.web.access import Acted, staff
from bihuan.web.document_meetings import since_of
from bihuan.web.documents import SCAN, issued_docx, sent_docx, shown
from bihuan.web.files import sent
from bihuan.web.jinja import FORM_KEY, render
from bihuan.web.shell import programme_of
from bihuan.words import documents as words
from bihuan.words import moments
from bihuan.words.orders import named, person_name, unit_name
from bihuan.words.problems import file_sentence

Choice = tuple[OrderType, DocumentKind]


def _net(request: Acted) -> Network:
    return network.snapshot(calendars.calendar().local_day(request.now))


# ---- the register ----
@staff
@require_GET
def register(request: Acted) -> HttpResponse:
    """List signed papers, the newest first; `?kind=` and `?waiting=1` narrow it."""
    programme = programme_of(request)
    net = _net(request)
    kinds, kind, waiting = asked_of(request)
    before = request.GET.get("before", "")
    found, onward = actions.seen_part(
        actor=request.actor, kind=kind, waiting=waiting, before=whole(before) or 0, limit=PAGE
    )
    asked = {"kind": kind, "waiting": "1" if waiting else ""}
    more = {**asked, **onward} if onward else {}
    context = {
        "rows": [row_of(paper, net, request) for paper in found],
        "kinds": kinds,
        "kind": kind,
        "waiting": waiting,
        "more": urlencode({key: value for key, value in more.items() if value}),
        "makes": bool(_choices(programme, request)),
    }
    return render(request, "documents/register.html", context)


def asked_of(request: Acted) -> tuple[dict[str, str], str, bool]:
    """Return the kinds of paper by key, the one asked for, and whether only those that wait for a receipt are."""
    kinds = _kinds(programme_of(request))
    kind = request.GET.get("kind", "")
    return kinds, kind if kind in kinds else "", request.GET.get("waiting") == "1"


def _kinds(programme: Programme | None) -> dict[str, str]:
    if programme is None:
        return {}
    return {key: named(kind) for one in programme.orders.values() for key, kind in one.documents.items()}


def row_of(paper: Paper, net: Network, request: Acted) -> dict[str, Any]:
    """Return a paper as the register and the search list it."""
    order_type = packs.roles_of(paper.programme, paper.type)
    href = reverse("document", args=[paper.id])
    if paper.order:
        href = reverse("order_paper", args=[paper.order_number, paper.id])
    return {
        "paper": paper,
        "href": href,
        "name": words.kind_name(order_type, paper.kind),
        "about": paper.title or unit_name(net, paper.about),
        "when": moments.table_moment(paper.at, request.now),
        "who": person_name(net, paper.person),
        "waiting": [unit_name(net, unit) for unit in paper.waiting],
        "received": bool(paper.received) and not paper.waiting,
    }


# ---- a new list ----
def _choices(programme: Programme | None, request: Acted) -> list[Choice]:
    """Return the kinds of list this post may sign, in the programme that is looked at."""
    if programme is None:
        return []
    return [
        (one, kind)
        for one in programme.orders.values()
        for kind in one.documents.values()
        if kind.list in actions.UNITS and actions.may_make(request.actor, one, kind)
    ]


def _units(net: Network, programme: Programme, order_type: OrderType, kind: DocumentKind) -> list[tuple[str, str]]:
    if kind.list == "entries":
        type_ = programme.ledger[kind.book].unit
    else:
        type_ = order_type.requester if kind.list == "requester" else order_type.fields["lead"].unit
    return [(unit.key, unit_name(net, unit.key)) for unit in net.of_type(type_)]


@staff
@require_http_methods(["GET", "POST"])
def new(request: Acted) -> HttpResponse:
    """Choose a kind of list and a unit, look at it filled in, and sign it."""
    programme, net = programme_of(request), _net(request)
    choices = _choices(programme, request)
    if programme is None or not choices:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    chosen = next((one for one in choices if one[1].key == given.get("kind", "")), None)
    about = given.get("about", "")[:64]
    refused: Refused | None = None
    made: actions.Listing | None = None
    if chosen and about:
        common: dict[str, Any] = {
            "actor": request.actor, "programme": programme.key, "type_": chosen[0].key, "kind": chosen[1].key,
            "about": about, "now": request.now,
        }  # fmt: skip
        try:
            if request.method == "POST":
                key = request.POST.get(FORM_KEY, "")[:64]
                paper = actions.issue_list(**common, compose=words.composed_list, command=key)
                messages.success(request, _("%(paper)s已签发。") % {"paper": f"{paper.content['name']} {paper.number}"})
                return redirect("document", paper.id)
            made = actions.listing(**common)
        except Refused as why:
            refused = why
    content = words.composed_list(made) if made else None
    if content and given.get("format") == "docx":
        return sent_docx(docx_of(content, draft=True), f"{content['heading']}{_('草稿')}")
    context = {
        "choices": [(kind, _units(net, programme, order_type, kind)) for order_type, kind in choices],
        "chosen": chosen[1] if chosen else None,
        "about": about,
        "content": content,
        "fault": words.sentence(refused, chosen[0] if chosen else None, net, request.now) if refused else "",
        "query": urlencode({"kind": chosen[1].key if chosen else "", "about": about}),
    }
    return render(request, "documents/new.html", context, status=400 if refused else 200)


# ---- a signed list ----
@staff
@require_http_methods(["GET", "POST"])
def document(request: Acted, id_: int) -> HttpResponse:
    """Show a signed list as it was frozen; POST confirms that it came, or files the scan of the stamped copy."""
    one = actions.list_of(actor=request.actor, id_=id_)
    fault, status = "", 200
    if request.method == "POST":
        try:
            said = _acted(request, one)
        except Refused as why:
            fault, status = _fault(request, one, why), 400 if why.problems else 409
        else:
            messages.success(request, said)
            return redirect("document", id_)
    order_type = packs.roles_of(one.programme, one.type)
    kind = order_type.documents.get(one.kind)
    own = rules.own_units(request.actor, one.received)
    context = {
        **shown(one, request, _net(request)),
        "address": reverse("document", args=[id_]),
        "back": (reverse("documents"), ""),
        "file": ("document_file", id_),
        "replaced": None,
        "original": None,
        "correct": "",
        "may_file": bool(own) or (kind is not None and actions.may_make(request.actor, order_type, kind)),
        "may_receive": bool(set(own) & set(one.waiting)),
        "fault": fault,
        **(since_of(request, one) if kind is not None and kind.list in actions.ONE else {"since": None}),
    }
    return render(request, "documents/paper.html", context, status=status)


def _acted(request: Acted, one: Paper) -> str:
    if request.POST.get("do") == "receive":
        actions.receive_list(actor=request.actor, id_=one.id, now=request.now)
        return _("已签收，发文单位看得到。")
    if request.POST.get("do") != "scan":
        raise Http404
    upload = request.FILES.get(SCAN)
    if upload is None:
        raise Refused("attach.invalid.missing", {SCAN: "missing"}, fields=[SCAN])
    actions.file_list_scan(actor=request.actor, id_=one.id, upload=upload, now=request.now)
    return _("盖章件已存，今后以盖章件为准。")


def _fault(request: Acted, one: Paper, why: Refused) -> str:
    if why.code == "attach.invalid.missing":
        return _("请选盖章件的照片或扫描件")
    if why.code.startswith("attach."):
        return file_sentence(why)
    return words.sentence(why, packs.roles_of(one.programme, one.type), _net(request), request.now)


@staff
@require_GET
def document_docx(request: Acted, id_: int) -> HttpResponse:
    """Send a signed list as a Word file."""
    return issued_docx(actions.list_of(actor=request.actor, id_=id_))


@staff
@require_GET
def document_file(request: Acted, id_: int, file: int) -> FileResponse:
    """Send the stamped copy of a list."""
    one = actions.list_of(actor=request.actor, id_=id_)
    return sent(attachments.one(one.id, file, inner=True))


urlpatterns = [
    path("documents/", register, name="documents"),
    path("documents/new/", new, name="document_new"),
    path("documents/<int:id_>/", document, name="document"),
    path("documents/<int:id_>.docx", document_docx, name="document_docx"),
    path("documents/<int:id_>/files/<int:file>/", document_file, name="document_file"),
]
