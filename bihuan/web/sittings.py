"""集中派单会: the sittings of a desk, and the page on which one is held, order by order or several together."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import sittings as actions
from bihuan.core import sittings as rules
from bihuan.core.network import Network
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.sittings import MOST, SittingState
from bihuan.core.whole import whole
from bihuan.store import calendars, lists, network
from bihuan.store.lists import Asked
from bihuan.store.sittings import PAGE
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.pane import remember, remembered
from bihuan.web.rows import Line, lines_of, word
from bihuan.web.scopes import lead_type
from bihuan.web.shell import programme_of
from bihuan.words import moments
from bihuan.words import sittings as words
from bihuan.words.documents import composed_list
from bihuan.words.orders import person_name, post_holders, unit_name
from bihuan.words.refusals import problems, told


@dataclass(slots=True)
class Item:
    """One order of a sitting: `line` is None where this reader may not see it."""

    number: str
    line: Line | None
    decision: str = ""
    who: str = ""
    at: str = ""
    lead: str = ""
    supervisor: str = ""
    note: str = ""
    picked: bool = False
    fault: str = ""


@dataclass(slots=True)
class Page:
    """One sitting as the template draws it."""

    sitting: SittingState
    unit: str
    who: str
    at: str
    leads: bool
    items: list[Item] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)
    units: list[tuple[str, str]] = field(default_factory=list)
    leaders: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""

    @property
    def left(self) -> int:
        """How many orders are not decided yet."""
        return sum(not item.decision for item in self.items)


@staff
@require_http_methods(["GET", "POST"])
def sittings(request: Acted) -> HttpResponse:
    """List the sittings the reader may see, the newest first; POST opens one."""
    programme = _holds(request)
    holding = _holding(request, programme)
    faults: dict[str, str] = {}
    form = request.POST
    if request.method == "POST":
        chosen = (
            next((one for one in holding if one.key == form.get("type", holding[0].key)), None) if holding else None
        )
        if chosen is None:
            raise Http404
        try:
            made = actions.open_sitting(
                actor=request.actor, programme=programme.key, type_=chosen.key, title=word(form, "title"),
                present=form.get("present", "").replace("\x00", ""), now=request.now,
            )  # fmt: skip
            return redirect("sitting", made.id)
        except Refused as why:
            faults = {
                key: words.reason(Refused(why.code, {key: code}, **why.facts)) for key, code in why.problems.items()
            }
    before = request.GET.get("before", "")
    found = actions.seen(
        actor=request.actor,
        programme=programme.key,
        before=whole(before) or 0,
    )
    if not holding and not found and not before:
        raise Http404
    net = network.snapshot(calendars.calendar().local_day(request.now))
    context = {
        "rows": [(one, unit_name(net, one.unit), moments.moment(one.opened, request.now)) for one in found[:PAGE]],
        "more": found[PAGE - 1].id if len(found) > PAGE else 0,
        "types": holding,
        "wrong": faults,
        "faults": [(f"f-{key}", said) for key, said in faults.items()],
        "typed": {name: word(form, name, 400) for name in ("title", "present")},
        "suggested": _("%(day)s集中派单会") % {"day": moments.day(request.now, request.now)},
    }
    return render(request, "sittings/list.html", context, status=400 if faults else 200)


def _holds(request: Acted) -> Programme:
    """The programme, where any of its orders are dispatched at sittings."""
    programme = programme_of(request)
    if programme is None or not any(rules.minute_kind(one) for one in programme.orders.values()):
        raise Http404
    return programme


def _holding(request: Acted, programme: Programme) -> list[OrderType]:
    return [one for one in programme.orders.values() if rules.minute_kind(one) and rules.may_hold(request.actor, one)]


def may_list(request: Acted) -> Programme:
    """Return the programme whose sittings are the reader's business; who may hold none and sees none meets 404."""
    programme = _holds(request)
    if not _holding(request, programme) and not actions.seen(actor=request.actor, programme=programme.key):
        raise Http404
    return programme


@staff
@require_http_methods(["GET", "POST"])
def sitting(request: Acted, id_: int) -> HttpResponse:
    """Show a sitting; POST takes orders in, dispatches one or several, defers one, or closes it with its minute."""
    now_held = actions.sitting_of(actor=request.actor, id_=id_)
    net = network.snapshot(calendars.calendar().local_day(request.now))
    fault, results, status = "", [], 200
    if request.method == "POST":
        try:
            results = _done(request, now_held)
        except Refused as why:
            fault, status = words.reason(why), 400 if why.problems else 409
        else:
            if all(one.refused is None for one in results):
                return redirect("sitting", id_)
            status = 409
        now_held = actions.sitting_of(actor=request.actor, id_=id_)
    shown = _page(request, now_held, net, {one.number: one.refused for one in results if one.refused})
    shown.fault = fault
    return render(request, "sittings/page.html", {"page": shown}, status=status)


def _done(request: Acted, held: SittingState) -> list[actions.Result]:
    form, actor, now = request.POST, request.actor, request.now
    if "take" in form:
        after = actions.take(actor=actor, id_=held.id, numbers=form.getlist("pick")[: MOST + 1], now=now)
        n = len(after.items) - len(held.items)
        messages.success(request, _("收进来%(n)s件。") % {"n": n})
    elif "defer" in form:
        number = word(form, "defer", 40)
        actions.defer(actor=actor, id_=held.id, number=number, note=word(form, f"note-{number}", 400), now=now)
        messages.success(request, _("%(number)s暂缓。") % {"number": number})
    elif "close" in form:
        _after, paper = actions.close(actor=actor, id_=held.id, compose=composed_list, now=now)
        messages.success(request, _("已散会，会议纪要%(number)s已存。") % {"number": paper.number})
    elif "one" in form or "together" in form:
        numbers = [word(form, "one", 40)] if "one" in form else list(dict.fromkeys(form.getlist("pick")))[:MOST]
        if not numbers:
            messages.error(request, _("请先勾选要一起派的单。"))
            return []
        return _dispatched(request, held, numbers)
    else:
        raise Http404
    return []


def _dispatched(request: Acted, held: SittingState, numbers: list[str]) -> list[actions.Result]:
    move = _move(actions.order_type_of(held))
    facts = {}
    for number in numbers:
        given = {key: word(request.POST, f"{key}-{number}", 200) for key in ("lead", "supervisor", "note")}
        facts[number] = {key: given[key] for key in given if given[key] and key in (*move.needs, *move.takes)}
    _after, results = actions.dispatch(actor=request.actor, id_=held.id, verb=move.verb, facts=facts, now=request.now)
    made = [one.number for one in results if one.refused is None]
    for number in made:
        if facts[number].get("supervisor"):
            remember(request, facts[number]["lead"], facts[number]["supervisor"])
    if made:
        messages.success(request, _("派出%(n)s件：%(numbers)s。") % {"n": len(made), "numbers": _("、").join(made)})
    return results


def _move(order_type: OrderType) -> Move:
    """The dispatch of orders that wait in the queue."""
    found = order_type.by_effect("dispatch")
    return next((move for move in found if move.main), found[0])


def _page(request: Acted, held: SittingState, net: Network, refused: dict[str, Refused]) -> Page:
    order_type = actions.order_type_of(held)
    actor, now = request.actor, request.now
    leads = not held.closed and actor.unit == held.unit and rules.may_hold(actor, order_type)
    rows = actions.rows_of(held, actor)
    lines = {line.row.number: line for line in lines_of(rows, net, now, actor)}
    shown = Page(
        held, unit_name(net, held.unit), person_name(net, held.person), moments.moment(held.opened, now), leads
    )
    hidden = [item["number"] for item in held.items.values() if item["number"] not in lines]
    by_number = {item["number"]: item for item in held.items.values()}
    chosen = set(request.POST.getlist("pick"))
    leaders = remembered(request)
    for number in [*lines, *hidden]:
        kept, line = by_number[number], lines.get(number)
        lead = order_type.catalogue.get(line.row.category, "") if line else ""
        given = {
            key: request.POST.get(f"{key}-{number}", value)[:400]
            for key, value in (("lead", lead), ("supervisor", leaders.get(lead, "")), ("note", ""))
        }
        shown.items.append(
            Item(
                number, line, words.decision(kept, net), person_name(net, kept.get("by", "")),
                moments.clock_time(kept["at"]) if kept.get("at") else "", **given, picked=number in chosen,
                fault=_why(refused[number], order_type, net, request) if number in refused else "",
            )
        )  # fmt: skip
    if leads:
        shown.waiting = _waiting(request, held, net, order_type)
        shown.units = [(unit.key, unit_name(net, unit.key)) for unit in net.of_type(lead_type(order_type))]
        spec = order_type.fields.get("supervisor")
        if spec:
            shown.leaders = [(post.key, post_holders(net, post.key)) for post in net.posts_of_kind(spec.post)]
    return shown


def _waiting(request: Acted, held: SittingState, net: Network, order_type: OrderType) -> list[Line]:
    """The orders that wait for dispatch and are not in the sitting, sorted as the sitting is."""
    programme = programme_of(request)
    if programme is None or programme.key != held.programme:
        return []
    asked = Asked(programme=held.programme, type=held.type, queue="to_dispatch")
    page = lists.page(seen_by=request.actor, programmes=[programme], asked=asked, now=request.now, limit=MOST)
    rows = [row for row in page.rows if str(row.id) not in held.items]
    rows.sort(key=lambda row: actions.rank(order_type, row))
    return lines_of(rows, net, request.now, request.actor)


def _why(refused: Refused, order_type: OrderType, net: Network, request: Acted) -> str:
    if refused.code.startswith("sitting."):
        return words.reason(refused)
    found = list(problems(refused, order_type, request.now).values())
    return " ".join(found) or told(refused, order_type, net, request.now).short


urlpatterns = [
    path("orders/sittings/", sittings, name="sittings"),
    path("orders/sittings/<int:id_>/", sitting, name="sitting"),
]
