"""移交: the open orders of who leaves a post, each with what becomes of it; first looked at, then done (ux 4.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import handovers as actions
from bihuan.actions import network as networks
from bihuan.actions.handovers import FOLLOW, KEEP, STAY, Look, Row
from bihuan.actions.register import may_set_up
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.store import calendars, network, roll
from bihuan.web.access import Acted
from bihuan.web.jinja import FORM_KEY, render
from bihuan.web.network import office
from bihuan.web.network_tree import address
from bihuan.web.rows import word
from bihuan.words.handovers import CHOICES, choice_name, reason
from bihuan.words.lights import light_of_order
from bihuan.words.orders import state_name

SEQ = re.compile(r"[0-9]{1,9}")
MOST = 200  # orders on one page; the command takes any number


@dataclass(frozen=True, slots=True)
class Line:
    """One order: where it stands, what was chosen for it, and what becomes of it or why not."""

    row: Row
    state: str
    light: Any
    happens: str
    refused: str = ""


@dataclass(slots=True)
class Page:
    """The page as the template draws it."""

    name: str
    back: str
    people: list[tuple[str, str, int]]
    person: str = ""
    to_post: str = ""
    to: str = ""
    default: str = FOLLOW
    was: str = ""
    posts: list[tuple[str, str]] = field(default_factory=list)
    takers: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    by_post: dict[str, int] = field(default_factory=dict)
    ready: int = 0
    fault: str = ""
    hint: str = ""
    export: str = ""
    done: bool = False


@office
@require_http_methods(["GET", "POST"])
def handover(request: Acted, key: str) -> HttpResponse:
    """Show each order in the old holder's name and what becomes of it; POST with `go` does it."""
    shown, net = _page(request, key, request.POST if request.method == "POST" else request.GET)
    status = 200
    if shown.person:
        status = _looked(request, shown, key, net)
    return render(request, "network/handover.html", {"page": shown, "choices": _choices()}, status=status)


def _page(request: Acted, key: str, asked: QueryDict) -> tuple[Page, Network]:
    """Return the page as the address or the form asks for it, before any order is looked at; 404 for strangers."""
    if not may_set_up(request.actor):
        raise Http404
    net = network.snapshot(calendars.calendar().local_day(request.now))
    old = roll.read().posts.get(key)
    if old is None:
        raise Http404
    leaving = actions.leaving(key, request.now)
    shown = Page(
        name=f"{net.name(old.unit)} {old.name}",
        back=address(old.unit),
        people=[(person, net.name(person), n) for person, n in leaving.items()],
        person=word(asked, "person", 64) or next(iter(_gone(leaving, net, key)), ""),
        to_post=word(asked, "to_post", 64) or key,
        to=word(asked, "to", 64),
        default=asked.get("choice", FOLLOW) if asked.get("choice", FOLLOW) in CHOICES else FOLLOW,
    )
    conditions = {"person": shown.person, "to_post": shown.to_post, "to": shown.to, "choice": shown.default}
    shown.export = f"{reverse('handover_export', args=[key])}?{urlencode(conditions)}"
    shown.posts = _posts(net, old.unit)
    shown.takers = [(h.person, net.name(h.person)) for h in net.holders(shown.to_post) if h.person != shown.person]
    return shown, net


def planned(request: Acted, key: str) -> tuple[Page, list[Line]]:
    """Return the page of an address and every order under the rule for all; with nobody to take over, each stays."""
    shown, net = _page(request, key, request.GET)
    if not shown.person:
        return shown, []
    actor, now, choice = request.actor, request.now, shown.default
    common: dict[str, Any] = {"actor": actor, "post": key, "person": shown.person, "now": now}
    try:
        plan = actions.plan_of(**common, to=shown.to, to_post=shown.to_post, needs=choice == FOLLOW)
    except Refused:
        try:
            plan, choice = actions.plan_of(**common, needs=False), STAY
        except Refused:
            return shown, []
    made = actions.look(plan, {"": choice}, actor=actor, now=now)
    return shown, [_line(row, made, net, now, False) for row in made.rows]


def _gone(leaving: dict[str, int], net: Network, post: str) -> list[str]:
    """Those with open orders, who left the post before those who hold it."""
    held = {h.person for h in net.holders(post)}
    return sorted(leaving, key=lambda person: person in held)


def _choices() -> list[tuple[str, str]]:
    return [(key, choice_name(key)) for key in (FOLLOW, KEEP, STAY)]


def _posts(net: Network, unit: str) -> list[tuple[str, str]]:
    """The posts of the same unit that handle orders and have a holder today."""
    kinds, types = actions.handling_kinds(), actions.lead_types()
    house = next((found for type_ in types if (found := net.nearest(unit, type_))), unit)
    inside = [house, *(one.key for one in net.below(house))]
    posts = [post for key in inside for post in net.posts_at(key) if post.kind in kinds and net.holders(post.key)]
    return [(post.key, f"{net.name(post.unit)} {post.name}") for post in posts]


def _looked(request: Acted, shown: Page, key: str, net: Network) -> int:
    """Look at the hand-over or carry it out, fill the page with it and return the status."""
    form, actor, now = request.POST, request.actor, request.now
    every = {"": shown.default}
    shown.was = shown.default
    own = {name[7:]: word(form, name) for name in form if name.startswith("choice-") and form[name] in CHOICES}
    if "go" not in form and (was := form.get("was")):
        own = {
            number: value for number, value in own.items() if value != was
        }  # rows that were left to the rule for all
    needs = FOLLOW in {shown.default, *own.values()}
    common: dict[str, Any] = {"actor": actor, "post": key, "person": shown.person, "now": now}
    status = 200
    try:
        plan = actions.plan_of(**common, to=shown.to, to_post=shown.to_post, needs=needs)
    except Refused as why:
        if request.method == "GET":
            shown.hint = reason(why)  # nothing was asked for yet
        else:
            shown.fault, status = reason(why), 400 if why.problems else 409
        try:
            plan = actions.plan_of(**common, needs=False)
        except Refused:
            return status
        every, own, shown.was = {"": STAY}, {}, STAY
    shown.to = plan.to
    if "go" in form and not shown.fault:
        expect = {
            name[4:]: int(word(form, name))
            for name in form
            if name.startswith("seq-") and SEQ.fullmatch(word(form, name))
        }
        only = {number: own.get(number, shown.default) for number in expect}
        made = actions.hand_over(
            plan, {**only, "": STAY}, actor=actor, now=now, command=word(form, FORM_KEY, 40), expect=expect
        )
        made.rows = [row for row in made.rows if row.number in expect]
        shown.done = True
    else:
        made = actions.look(plan, {**every, **own}, actor=actor, now=now, most=MOST)
    shown.lines = [_line(row, made, net, now, shown.done) for row in made.rows]
    shown.ready = made.ready()
    if not shown.done and key in net.posts:
        hangs = networks.work_of(key, shown.person, now)
        shown.by_post = {name: hangs[name] for name in ("desk", "supervisor") if hangs[name]}
    return status


def _line(row: Row, made: Look, net: Network, now: Any, done: bool) -> Line:
    refused = reason(row.refused) if row.refused else ""
    said = {"person": net.name(made.plan.to), "old": net.name(made.plan.person)}
    happens = {
        FOLLOW: _("交给%(person)s") % said if not done else _("已交给%(person)s") % said,
        KEEP: _("由%(old)s办完，别的单看不到") % said if not done else _("已定由%(old)s办完") % said,
        STAY: _("不动，仍在%(old)s名下") % said,
    }[row.choice]
    return Line(
        row,
        state_name(row.type, row.order.state),
        light_of_order(row.order, row.type, now, calendars.calendar()),
        happens,
        refused,
    )


def address_of(post: str, person: str = "") -> str:
    """Return the page on which a post's open orders are handed over."""
    return reverse("handover", args=[post]) + (f"?person={person}" if person else "")


urlpatterns = [path("network/posts/<str:key>/handover/", handover, name="handover")]
