"""简报的数: what a figure of a brief opens, live while it is drafted and frozen once issued, and how it stands now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.actions import brief_recounts as recounts
from bihuan.actions import briefs as actions
from bihuan.actions.brief_figures import asked_of
from bihuan.core.briefs import BriefState, Json
from bihuan.core.figures import Difference, Member
from bihuan.core.indicators import Indicator
from bihuan.core.ledger_kinds import may_read
from bihuan.core.programmes import Programme
from bihuan.store import briefs, figures, turns
from bihuan.web.access import Acted, staff
from bihuan.web.figure_lines import OF_ORDERS, kept_title, number_of, record_href
from bihuan.web.jinja import render
from bihuan.words import brief_papers as papers
from bihuan.words import briefs as words
from bihuan.words import moments
from bihuan.words.durations import duration

CALM = 20  # records in the pane beside the paper
DAY = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A record as the pane lists it; one that is none of the reader's business has its place and no content."""

    number: str
    title: str
    day: str
    amount: str
    href: str = ""
    hidden: bool = False


@dataclass(slots=True)
class Pane:
    """A figure of a brief with its records. `whole` is the page of it alone, `now` how it stands today."""

    n: int
    name: str
    says: str
    unit: str
    opens: str
    facts: list[tuple[str, str]]
    parts: list[tuple[str, str, int, str, bool]]
    lines: list[Line]
    count: int
    whole: str
    back: str
    more: str = ""
    now: str = ""
    changed: bool = False
    causes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def pane_of(request: Acted, brief: BriefState, n: int, *, size: int = CALM) -> Pane:
    """Return what a figure of a brief opens; a draft's records are read now, an issued one's are the frozen ones."""
    figure = brief.figures.get(str(n))
    if figure is None:
        raise Http404
    programme = actions.pinned(brief)
    part = _part(request, figure)
    href = reverse("brief_figure", args=[brief.id, n])
    pane = Pane(
        n=n,
        name=words.figure_name(figure),
        says=figure["wording"],
        unit="" if figure["claim"] else figure["unit"],
        opens=words.opens(figure),
        facts=facts_of(programme, brief, figure, request),
        parts=[(key, words.part_name(key), count, f"{href}?part={key}", key == part) for key, count in figure["parts"]],
        lines=[],
        count=dict(figure["parts"]).get(part, 0),
        whole=href,
        back=reverse("brief", args=[brief.id]),
    )
    if brief.number:
        _frozen(request, programme, brief, figure, part, pane, size)
        _now(request, brief, n, pane)
    else:
        page = figures.members(
            seen_by=request.actor,
            programme=programme,
            key=figure["figure"],
            asked=asked_of(brief, figure),
            now=request.now,
            part=part,
            cursor=request.GET.get("cursor", "")[:200],
            size=size,
        )
        pane.lines = [line_of(one, one.hidden, figure, request) for one in page.rows]
        if page.next:
            pane.more = f"{href}?part={part}&cursor={page.next}"
        pane.whole = papers.query_of(brief.programme, figure["figure"], asked_of(brief, figure), part)
    return pane


def _part(request: Acted, figure: Json) -> str:
    known = [key for key, _count in figure["parts"]]
    asked = request.GET.get("part", "")
    return asked if asked in known else (known[0] if known else "records")


def facts_of(programme: Programme, brief: BriefState, figure: Json, request: Acted) -> list[tuple[str, str]]:
    """Return what says how a figure came about: what it counts, its window, its moment, its definition."""
    declared = programme.indicators.get(figure["figure"])
    found = [(_("数什么"), declared.hint if declared and declared.hint else figure["name"])]
    if figure["since"] and figure["since"] != figure["until"]:
        found.append((_("时段"), words.period(*actions.window_of(figure["since"], figure["until"]))))
    found.append((_("截至"), moments.moment(figure["as_of"] or brief.as_of, request.now)))
    found.append((_("口径"), f"{brief.bundle} {figure['definition'][:DAY]}"))
    return found


def _frozen(
    request: Acted, programme: Programme, brief: BriefState, figure: Json, part: str, pane: Pane, size: int
) -> None:
    """Fill in the frozen records: a page of them, each only if it is the reader's business."""
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and len(asked) < 6 else 0
    rows = briefs.page_of(brief.id, pane.n, part, page)
    if not rows and page:
        raise Http404
    seen = seen_rows(request, programme, figure, rows[:size])
    declared = programme.indicators.get(figure["figure"])
    opens = declared is not None and figures.may_read(request.actor, programme, declared.key, request.now)
    pane.lines = [
        line_of(member_of(row, declared), not may, figure, request, opens)
        for row, may in zip(rows[:size], seen, strict=True)
    ]
    if len(rows) > size:
        pane.more = f"{pane.whole}?part={part}"
    elif (page + 1) * briefs.MEMBERS < pane.count and size >= briefs.MEMBERS:
        pane.more = f"{pane.whole}?part={part}&page={page + 1}"


def member_of(row: Json, declared: Indicator | None = None) -> Member:
    """Return a frozen record as the value it was; a period frozen without them tells its facts by its own key."""
    names = ("kind", "id", "number", "title", "day", "amount", "unit", "part")
    more = row.get("more", {})
    if row["kind"] == "duty" and not more and declared is not None and declared.over == "cadence":
        of = row["id"].removeprefix(f"{declared.of}:").removesuffix(f":{row['day']}")
        more = {"cadence": declared.of, "of": of, "until": row["number"].partition("/")[2]}
    return Member(**{**dict.fromkeys(names, ""), **{name: row[name] for name in names if name in row}}, more=more)


def seen_rows(request: Acted, programme: Programme, figure: Json, rows: list[Json]) -> list[bool]:
    """Return for each frozen record whether this reader may see it: orders and entries by their own rules."""
    numbers = [row["number"] for row in rows if row["kind"] in ("order", "part", "move")]
    orders = turns.picked(numbers, seen_by=request.actor) if numbers else {}
    declared = programme.indicators.get(figure["figure"])
    activity = programme.ledger.get(declared.of) if declared else None

    def may(row: Json) -> bool:
        if row["kind"] in ("order", "part", "move"):
            return row["number"] in orders
        if row["kind"] == "entry":
            return activity is not None and may_read(request.actor, activity, row.get("unit", ""))
        return True

    return [may(row) for row in rows]


def line_of(member: Member, hidden: bool, figure: Json, request: Acted, opens: bool = True) -> Line:
    """Return a record as it is listed; without `opens` only orders and entries have an address."""
    if hidden:
        return Line("", "", "", "", hidden=True)
    day = moments.day(member.day[:DAY], request.now) if member.day[:4].isdecimal() else member.day
    amount = ""
    if member.kind == "clause":
        amount = duration(member.amount)
    elif figure["opens"] in ("amounts", "stated"):
        amount = words.amount_text(member.amount, figure["unit"])
    title = kept_title(member) if "kept" in member.more else member.title
    number, title = (title, "") if member.kind == "unit" else (number_of(member), title)
    if member.kind in OF_ORDERS:  # part of an order is found on the order's page
        href = f"/orders/{member.number.partition('-协')[0]}/"
    else:
        href = record_href(member) if opens or member.kind == "entry" else ""
    return Line(number, title, day, amount, href)


# ---- how it stands now ----
def _now(request: Acted, brief: BriefState, n: int, pane: Pane) -> None:
    programme = actions.pinned(brief)
    for one in recounts.compared(brief, actor=request.actor, now=request.now, only=n):
        pane.now, pane.changed = now_text(one), not one.same
        pane.causes = [cause_text(cause, programme, request) for cause in one.causes]
        pane.notes = notes_of(one)


def now_text(one: recounts.Recount) -> str:
    """Return 现在仍为98，无变动 or 现在为99."""
    if one.now is None:
        return _("现在没有这一项")
    says = words.value_text(one.now)
    return _("现在仍为%(says)s，无变动") % {"says": says} if one.same else _("现在为%(says)s") % {"says": says}


def notes_of(one: recounts.Recount) -> list[str]:
    """Return what a reader must know before comparing: the indicator was declared anew since, or is gone."""
    found = []
    if one.redefined:
        found.append(_("这个指标的口径在签发以后改过。这份简报和这里的重算都按签发时的口径，新口径的数见指标页。"))
    if one.gone:
        found.append(_("这个指标现在已经取消，这里仍按签发时的口径重算。"))
    return found


def cause_text(cause: Difference, programme: Programme, request: Acted) -> str:
    """Return 多1件：QD2022-0150 销号（10月26日）, or that it is about a record the reader may not see."""
    what = _("有一条您看不到的记录") if cause.member.hidden else cause.member.number
    said = words.verb_text(cause, programme)
    at = moments.moment(cause.at, request.now) if cause.at else ""
    facts = {"what": what, "verb": said, "at": at, "before": cause.before, "after": cause.after}
    if not cause.before:
        return _("多：%(what)s %(verb)s %(at)s") % facts
    if not cause.after:
        return _("少：%(what)s %(verb)s %(at)s") % facts
    return _("变：%(what)s %(verb)s %(at)s，%(before)s变为%(after)s") % facts


# ---- pages ----
@staff
@require_GET
def figure(request: Acted, id_: int, n: int) -> HttpResponse:
    """Show a figure of a brief alone with all its records."""
    one = actions.brief_of(actor=request.actor, id_=id_)
    pane = pane_of(request, one, n, size=briefs.MEMBERS)
    title = words.title_of(one, actions.kind_of(one))
    return render(request, "briefs/figure.html", {"pane": pane, "brief": one, "title": title})


@staff
@require_GET
def now(request: Acted, id_: int) -> HttpResponse:
    """Show every figure of an issued brief as printed and as of now, with what made the difference."""
    one = actions.brief_of(actor=request.actor, id_=id_)
    if not one.number:
        raise Http404
    programme = actions.pinned(one)
    found = recounts.compared(one, actor=request.actor, now=request.now)
    rows: list[dict[str, Any]] = [
        {
            "n": recount.n,
            "name": words.figure_name(recount.figure),
            "says": recount.figure["wording"],
            "href": reverse("brief_figure", args=[id_, recount.n]),
            "same": recount.same,
            "now": now_text(recount),
            "causes": [cause_text(cause, programme, request) for cause in recount.causes],
            "notes": notes_of(recount),
        }
        for recount in found
    ]
    context = {
        "brief": one,
        "title": words.title_of(one, actions.kind_of(one)),
        "rows": sorted(rows, key=lambda row: row["same"]),
        "moved": sum(not row["same"] for row in rows),
        "sound": not recounts.recounted(one, actor=request.actor, now=request.now),
    }
    return render(request, "briefs/now.html", context)


urlpatterns = [
    path("reports/briefs/<int:id_>/figures/<int:n>/", figure, name="brief_figure"),
    path("reports/briefs/<int:id_>/now/", now, name="brief_now"),
]
