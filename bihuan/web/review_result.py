"""测评结果: classes with their reasons in the order of the network, orders for what is bad, appeals and decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import review_orders
from bihuan.actions import reviews as actions
from bihuan.core import ledger_kinds
from bihuan.core import reviews as rules
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting, may_chair, may_read, may_review, of_object
from bihuan.core.reviews import RoundState
from bihuan.core.scores import Score, failed
from bihuan.store import calendars, ledger, network, reviews
from bihuan.store.orders import NotFound
from bihuan.web.access import Acted, staff
from bihuan.web.document_meetings import shelf_of
from bihuan.web.jinja import render
from bihuan.web.reviews import NUMBER
from bihuan.web.rows import word
from bihuan.words import moments
from bihuan.words import reviews as words
from bihuan.words.orders import named, person_name, post_holders, unit_name
from bihuan.words.refusals import told


@dataclass(slots=True)
class Row:
    """One unit's result. `means` are points by kind of rater, "" where they are not shown."""

    unit: str
    name: str
    total: str
    class_: str
    why: str
    means: list[tuple[str, str]]
    criteria: list[tuple[str, str]]
    votes: str
    n: int
    bad: bool = False
    contest: dict[str, Any] | None = None
    may_contest: bool = False
    may_decide: bool = False
    orders: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order a bad result calls for, as it would be written."""

    key: str
    unit: str
    title: str
    facts: str
    fault: str = ""


@staff
@require_http_methods(["GET", "POST"])
def result(request: Acted, number: str) -> HttpResponse:
    """Show a closed round's result; POST opens rectification orders, appeals, or decides an appeal."""
    held = reviews.by_number(number, seen_by=request.actor)
    if not held.closed:
        return redirect("review", number)
    meeting = reviews.meeting_of(held)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    fault, status = "", 200
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            faults = _done(request, held, meeting, net)
            if not faults:
                return redirect("review_result", number)
            status = 409
        except Refused as why:
            fault = "。".join(words.problems(why).values()) or words.reason(why)
            status = 400 if why.problems else 409
        held = reviews.by_number(number, seen_by=request.actor)
    chairing = may_chair(request.actor, reviews.declared(held.programme, held.meeting), held.unit)
    rows = rows_of(request.actor, held, meeting, net, request)
    book = ledger.declared(held.programme, meeting.activity)
    proposals = _proposals(held, meeting, net, faults) if chairing else []
    kind = review_orders.order_type(held, meeting) if meeting.orders else None
    spec = kind.fields.get(review_orders.SUPERVISOR) if kind else None
    context = {
        "round": held,
        "meeting": meeting,
        "unit": unit_name(net, held.unit),
        "rows": rows,
        "all": may_read(request.actor, meeting, held.unit),
        "entry": held.entry if ledger_kinds.may_read(request.actor, book, held.unit) else "",
        "chairing": chairing,
        "votes": words.turnout(held, meeting),
        "closed": moments.moment(held.closed, request.now),
        "until": moments.until(held.until, request.now) if held.until else "",
        "proposals": proposals,
        "leaders": [(post.key, post_holders(net, post.key)) for post in net.posts_of_kind(spec.post)] if spec else [],
        "supervisor": word(request.POST, "supervisor", 64) if request.method == "POST" else "",
        "fault": fault,
        "shelf": shelf_of(request, held, net),
    }
    return render(request, "reviews/result.html", context, status=status)


def rows_of(actor: Actor, held: RoundState, meeting: Meeting, net: Network, request: Acted | None = None) -> list[Row]:
    """Return the results the actor may see."""
    return [_row(actor, held, meeting, net, score, request) for score in words.visible(actor, held, meeting)]


def _row(
    actor: Actor, held: RoundState, meeting: Meeting, net: Network, score: Score, request: Acted | None
) -> Row:  # fmt: skip
    out = held.excluded(score.object)
    contest = held.contests.get(score.object)
    said = None
    if contest is not None:
        said = {
            "decision": "",
            **contest,
            "person": person_name(net, contest["person"]),
            "by": person_name(net, contest.get("by", "")),
            "upheld": contest.get("decision") == rules.UPHELD,
        }
    means = [(named(kind), words.points(score.kinds.get(key))) for key, kind in meeting.kinds.items()]
    criteria = [(named(one), words.points(score.criteria.get(key))) for key, one in meeting.criteria.items()]
    nothing = out or score.total is None
    late = request is not None and bool(held.until) and iso(request.now) > held.until
    return Row(
        score.object, unit_name(net, score.object), "" if out else words.points(score.total),
        "" if out else words.class_name(meeting, score), words.why(meeting, held, score),
        [(name, "" if out else value) for name, value in means], [] if nothing else criteria,
        words.votes(meeting, dict(score.n)), score.counted, bad=not out and bool(failed(meeting, score)),
        contest=said,
        may_contest=bool(held.published) and not nothing and contest is None and not late
        and actor.kind == meeting.appellant and of_object(actor, score.object),
        may_decide=held.waits(score.object) and may_review(actor, meeting) and actor.person != held.person,
        orders=[one["number"] for one in held.orders if one["object"] == score.object],
    )  # fmt: skip


def _proposals(held: RoundState, meeting: Meeting, net: Network, faults: dict[str, str]) -> list[Proposal]:
    found = []
    for unit, criterion in rules.due(meeting, held):
        text = words.rectification(held, meeting, unit, criterion)
        key = f"{unit}~{criterion}"
        found.append(Proposal(key, unit_name(net, unit), text.title, text.facts, faults.get(key, "")))
    return found


def _done(request: Acted, held: RoundState, meeting: Meeting, net: Network) -> dict[str, str]:
    """Do what was asked; return what was refused of several orders, by proposal."""
    form, actor, now = request.POST, request.actor, request.now
    if "rectify" in form:
        return _rectified(request, held, meeting, net)
    if "contest" in form:
        unit = word(form, "contest", 64)
        reason = form.get("reason", "").replace("\x00", "")[:1000]
        actions.contest(actor=actor, number=held.number, unit=unit, reason=reason, now=now)
        messages.success(request, _("申诉已提交，由复核人裁定。"))
    elif "decide" in form:
        actions.review(
            actor=actor, number=held.number, unit=word(form, "decide", 64), decision=word(form, "decision", 20),
            words=form.get("words", "").replace("\x00", "")[:1000], now=now,
        )  # fmt: skip
        messages.success(request, _("已裁定。"))
    else:
        raise Http404
    return {}


def _rectified(request: Acted, held: RoundState, meeting: Meeting, net: Network) -> dict[str, str]:
    due = {f"{unit}~{criterion}": (unit, criterion) for unit, criterion in rules.due(meeting, held)}
    picked = [key for key in dict.fromkeys(request.POST.getlist("pick")) if key in due]
    if not picked:
        messages.error(request, _("请先勾选要生成的整改单。"))
        return {}
    supervisor, faults, made = word(request.POST, "supervisor", 64), {}, []
    for key in picked:
        unit, criterion = due[key]
        try:
            _after, order = review_orders.rectify(
                actor=request.actor, number=held.number, unit=unit, criterion=criterion, supervisor=supervisor,
                write=words.rectification, now=request.now,
            )  # fmt: skip
        except Refused as why:
            kind = review_orders.order_type(held, meeting)
            ours = why.code.startswith(("rectify.", "review."))
            faults[key] = words.reason(why) if ours else told(why, kind, net, request.now).sentence
        except NotFound:
            faults[key] = _("这张单不在您的职责范围。")
        else:
            made.append(order.number)
    if made:
        messages.success(request, _("已派出整改单：%(numbers)s。") % {"numbers": _("、").join(made)})
    return faults


urlpatterns = [path(f"reviews/{NUMBER}/result/", result, name="review_result")]
