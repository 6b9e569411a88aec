"""简报: the list of briefs, a new one from its period, its page with figures, desks and signing (ux 4.7, 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import briefs as actions
from bihuan.core import brief_kinds as desks
from bihuan.core.brief_kinds import BriefKind
from bihuan.core.brief_text import shown as editable
from bihuan.core.briefs import BriefState, Json, is_rate, placed
from bihuan.core.facts import Problem, parse_date
from bihuan.core.figures import Asked
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.whole import whole
from bihuan.core.wording import STYLES, styles_for
from bihuan.store import briefs, calendars, network
from bihuan.web.access import Acted, staff
from bihuan.web.brief_figures import Pane, pane_of
from bihuan.web.jinja import FORM_KEY, render
from bihuan.web.shell import programme_of
from bihuan.words import briefs as words
from bihuan.words import moments
from bihuan.words.document_values import full
from bihuan.words.orders import named, person_name
from bihuan.words.wording import style_name

LONG = 19


@dataclass(frozen=True, slots=True)
class Row:
    """A brief in the list."""

    name: str
    href: str
    period: str
    state: str
    tag: str
    when: str
    who: str


@dataclass(slots=True)
class Page:
    """A brief as the template draws it. `paragraphs` are (kind, pieces): words, or figures with their addresses."""

    brief: BriefState
    kind: BriefKind
    title: str
    state: str
    paper: Json
    number: str
    date: str
    paragraphs: list[tuple[str, list[Any]]]
    lines: list[tuple[str, str]]
    hands: list[tuple[str, str]]
    pane: Pane | None = None
    mine: bool = False
    edits: bool = False
    turn: str = ""
    next: str = ""
    fault: str = ""
    reason: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def href(self) -> str:
        """The address of the brief."""
        return f"/reports/briefs/{self.brief.id}/"


def net_of(request: Acted) -> Network:
    """Return the network of the day."""
    return network.snapshot(calendars.calendar().local_day(request.now))


def kinds_of(request: Acted) -> tuple[Programme, list[BriefKind]]:
    """Return the programme and its briefs that are any of the reader's business; a stranger meets 404."""
    programme = programme_of(request)
    found = [kind for kind in programme.briefs.values() if desks.sees_some(request.actor, kind)] if programme else []
    if programme is None or not found:
        raise Http404
    return programme, found


# ---- the list, and a new one ----
@staff
@require_http_methods(["GET", "POST"])
def listed(request: Acted) -> HttpResponse:
    """List the briefs of a programme; POST writes a new draft for a period."""
    programme, kinds = kinds_of(request)
    drafts = [kind for kind in kinds if desks.may_draft(request.actor, kind)]
    faults: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            return _drafted(request, programme, drafts)
        except Refused as why:
            faults = words.problems(why) or {"since": words.reason(why)}
            status = 400 if why.problems else 409
    before = request.GET.get("before", "")
    found = actions.seen(actor=request.actor, programme=programme, before=whole(before) or 0)
    net = net_of(request)
    context = {
        "rows": [row_of(one, programme, net, request) for one in found[: briefs.PAGE]],
        "more": found[briefs.PAGE - 1].id if len(found) > briefs.PAGE else 0,
        "drafts": drafts,
        "given": _given(request, drafts),
        "wrong": faults,
        "faults": [(f"f-{key}", text + _("。")) for key, text in faults.items()],
    }
    return render(request, "briefs/list.html", context, status=status)


def _given(request: Acted, drafts: list[BriefKind]) -> dict[str, str]:
    """Return what stands in the form: what was typed, else the period a new brief begins with."""
    if request.method == "POST":
        return {key: request.POST.get(key, "")[:40] for key in ("kind", "since", "until", "as_of")}
    if not drafts:
        return {}
    since, until = desks.first_window(drafts[0], calendars.calendar().local_day(request.now))
    return {"kind": drafts[0].key, "since": since.isoformat(), "until": until.isoformat(), "as_of": ""}


def _drafted(request: Acted, programme: Programme, drafts: list[BriefKind]) -> HttpResponse:
    kind = next((one for one in drafts if one.key == request.POST.get("kind", "")), drafts[0] if drafts else None)
    if kind is None:
        raise Refused("brief.post", state=desks.DRAFTING)
    brief = actions.draft_brief(
        actor=request.actor,
        programme=programme.key,
        kind=kind.key,
        asked=asked_of(request.POST, request),
        voice=words.VOICE,
        now=request.now,
        command=request.POST.get(FORM_KEY, "")[:64],
    )
    messages.success(request, _("草稿写好了，每个数都按记录算出。请核对文字。"))
    return redirect("brief", brief.id)


def asked_of(given: QueryDict, request: Acted) -> Asked:
    """Read a period from a form; raises Refused `brief.needs` naming the field."""
    calendar = calendars.calendar()
    today = calendar.local_day(request.now)
    days: dict[str, date] = {}
    problems: dict[str, str] = {}
    for key in ("since", "until", "as_of"):
        text = given.get(key, "").strip()
        if key == "as_of" and not text:
            continue
        try:
            days[key] = parse_date(text, today)
        except Problem:
            problems[key] = "bad_day"
    if problems:
        raise Refused("brief.needs", problems)
    as_of = ""
    if "as_of" in days and days["as_of"] != today:  # the end of that day; today is as far as it has come
        as_of = iso(calendar.midnight(date.fromordinal(days["as_of"].toordinal() + 1)))
    return Asked(since=days["since"], until=days["until"], as_of=as_of)


def row_of(one: BriefState, programme: Programme, net: Network, request: Acted) -> Row:
    """Return a brief as the list says it."""
    kind = actions.kind_of(one)
    last = one.desks.get(desks.SIGNING if one.number else desks.DRAFTING, {})
    return Row(
        words.title_of(one, kind),
        reverse("brief", args=[one.id]),
        words.period(*actions.window_of(one.since, one.until)),
        words.state_name(one),
        "tag-g" if one.number else "tag-y",
        moments.table_moment(one.issued or last.get("at", one.drafted), request.now),
        person_name(net, last.get("person", "")),
    )


# ---- one brief ----
@staff
@require_http_methods(["GET", "POST"])
def brief(request: Acted, id_: int) -> HttpResponse:
    """Show a brief, each figure opening its records beside it; POST sends it on, back, signs it, or counts again."""
    fault, status, reason = "", 200, ""
    if request.method == "POST":
        try:
            said = _acted(request, id_)
        except Refused as why:
            fault, status = words.reason(why) + _("。"), 400 if why.problems else 409
            reason = request.POST.get("reason", "")[:400]
        else:
            messages.success(request, said)
            return redirect("brief", id_)
    page = page_of(request, actions.brief_of(actor=request.actor, id_=id_))
    page.fault, page.reason = fault, reason
    asked = request.GET.get("figure", "")
    if page.brief.figures and (asked in page.brief.figures or not asked):
        first = asked or min(page.brief.figures, key=int)
        page.pane = pane_of(request, page.brief, int(first)) if asked else None
    return render(request, "briefs/page.html", {"page": page}, status=status)


def _acted(request: Acted, id_: int) -> str:
    common: dict[str, Any] = {
        "actor": request.actor,
        "id_": id_,
        "now": request.now,
        "expect": seq_of(request.POST.get("expect", "")),
    }
    do = request.POST.get("do", "")
    if do == "pass":
        after = actions.pass_brief(**common)
        return _("已送%(desk)s。") % {"desk": words.turn_name(after.state)}
    if do == "back":
        actions.send_back(**common, reason=request.POST.get("reason", ""))
        return _("已退回编辑。")
    if do == "issue":
        after = actions.issue_brief(**common)
        number = desks.number_text(actions.kind_of(after), after.year, after.number)
        return _("%(number)s已签发，文字、数字、口径和记录都已冻结。") % {"number": number}
    if do == "refresh":
        actions.refresh_brief(**common, voice=words.VOICE)
        return _("已按现在的记录重新取数，文字从模板重写。")
    if do == "drop":
        actions.drop_brief(**common, reason=request.POST.get("reason", ""))
        return _("草稿已作废，没有占期号。")
    raise Http404


def page_of(request: Acted, one: BriefState) -> Page:
    """Return a brief as the page draws it."""
    kind, net = actions.kind_of(one), net_of(request)
    paper = words.paper_of(one, kind, actions.frozen_of(one))
    href = reverse("brief", args=[one.id])
    says = words.wordings_of(paper)
    mine = desks.may_act(request.actor, kind, one.state)
    return Page(
        brief=one,
        kind=kind,
        title=words.title_of(one, kind),
        state=words.state_name(one),
        paper=paper,
        number=paper["numbered"],
        date=full(paper["at"]),
        paragraphs=[
            (part["kind"], [_piece(piece, paper, says, href) for piece in part["pieces"]])
            for part in paper["paragraphs"]
        ],
        lines=words.lines(paper),
        hands=words.signers(paper, net),
        mine=mine,
        edits=mine and one.state == desks.DRAFTING,
        turn="、".join(_post_name(request, post) for post in kind.desk(one.state)),
        next=words.turn_name(kind.after(one.state)) if one.state != desks.SIGNING else "",
    )


def _piece(piece: str | int, paper: Json, says: dict[int, str], href: str) -> Any:
    if isinstance(piece, str):
        return piece
    figure = paper["figures"][str(piece)]
    return piece, says[piece], figure["opens"] == "stated", f"{href}?figure={piece}", words.figure_name(figure)


def _post_name(request: Acted, key: str) -> str:
    programme = programme_of(request)
    kind = programme.post_kinds.get(key) if programme else None
    return named(kind) if kind else key


# ---- words and styles ----
@staff
@require_http_methods(["GET", "POST"])
def edit(request: Acted, id_: int) -> HttpResponse:
    """Change the words around the figures and how figures are said; a number typed by hand is refused."""
    one = actions.brief_of(actor=request.actor, id_=id_)
    kind = actions.kind_of(one)
    if one.state != desks.DRAFTING or not desks.may_act(request.actor, kind, one.state):
        raise Http404
    texts = [editable(part["pieces"], one.wordings) for part in one.paragraphs]
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        typed = [request.POST.get(f"p-{n}", text).replace("\r", "") for n, text in enumerate(texts)]
        try:
            return _edited(request, one, typed)
        except Refused as why:
            wrong = {key: text + _("。") for key, text in words.problems(why).items()} or {
                "": words.reason(why) + _("。")
            }
            status = 400 if why.problems else 409
            texts = typed
    context = {
        "brief": one,
        "title": words.title_of(one, kind),
        "texts": [(part["kind"], text) for part, text in zip(one.paragraphs, texts, strict=True)],
        "figures": [_choice(n, figure) for n, figure in placed(one.figures)],
        "wrong": wrong,
        "faults": [(f"f-{key}" if key else "", text) for key, text in wrong.items()],
    }
    return render(request, "briefs/edit.html", context, status=status)


def _choice(n: int, figure: Json) -> dict[str, Any]:
    styles = [] if figure["claim"] or figure["style"] == "names" else styles_for(figure["unit"], rate=is_rate(figure))
    return {
        "n": n,
        "name": words.figure_name(figure),
        "wording": figure["wording"],
        "unit": figure["unit"],
        "style": figure["style"],
        "styles": [(style.key, style_name(style.key)) for style in styles] if len(styles) > 1 else [],
    }


def _edited(request: Acted, one: BriefState, typed: list[str]) -> HttpResponse:
    expect = request.POST.get("expect", "")
    styles = {int(n): request.POST.get(f"style-{n}", figure["style"]) for n, figure in one.figures.items()}
    try:
        actions.edit_brief(
            actor=request.actor,
            id_=one.id,
            texts=dict(enumerate(typed)),
            styles={n: style for n, style in styles.items() if style in STYLES},
            voice=words.VOICE,
            now=request.now,
            expect=seq_of(expect),
        )
    except Refused as why:
        if why.code != "brief.state.same":
            raise
        messages.success(request, _("没有改动。"))
    else:
        messages.success(request, _("已改好。"))
    return redirect("brief", one.id)


def seq_of(text: str) -> int | None:
    """Return the sequence a form was drawn at, None where it says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


urlpatterns = [
    path("reports/briefs/", listed, name="briefs"),
    path("reports/briefs/<int:id_>/", brief, name="brief"),
    path("reports/briefs/<int:id_>/edit/", edit, name="brief_edit"),
]
