"""现场测评: a ballot on a phone, one department a screen, nothing preset; whose it is nobody asks and nobody knows."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import reviews as actions
from bihuan.actions.reviews import Opened
from bihuan.core import reviews as rules
from bihuan.core.instants import instant
from bihuan.core.network import Network
from bihuan.core.refusal import Refused
from bihuan.core.scores import complete
from bihuan.store import calendars, network
from bihuan.store.orders import NotFound
from bihuan.web.access import Asked, public
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.words import reviews as words
from bihuan.words.orders import unit_name

COOKIE = "bihuan_seat"
SEAT = re.compile(r"[\w-]{24}")
HOURS = 12


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit judged as the ballot shows it. `left` is how many criteria are not answered yet, all where none is."""

    n: int
    key: str
    name: str
    given: dict[str, str]
    left: int
    points: str

    @property
    def plain(self) -> str:
        """What was answered, for the script of the page."""
        return json.dumps(self.given)


@public
@require_http_methods(["GET", "POST"])
def ballot(request: Asked, token: str) -> HttpResponse:
    """Show a ballot, or the hall where one takes one; POST answers for one unit, or takes one. GET changes nothing."""
    found = actions.opened(token)
    if found is None:
        why = _("这不是有效的票。链接可能没有复制完整，或主持人重新印了票。请再扫一次会场的二维码。")
        return _said(request, _("打不开这张票"), why, 404)
    units = _units_of(request)
    try:
        rules.must_not_be_judged(found.round, units)
        rules.must_take(found.round)
        if found.ballot is None:
            return _hall(request, found, units)
        if request.method == "POST":
            return _answered(request, found, token, units)
    except Refused as why:
        return _refused(request, why)
    except NotFound:
        return _said(request, _("打不开这张票"), _("主持人重新印了票，这张作废。请再扫一次会场的二维码。"), 404)
    return _page(request, found, token)


def _refused(request: Asked, why: Refused) -> HttpResponse:
    said = words.reason(why)
    if _wants_json(request):
        # Where the same ballot was quicker elsewhere the phone keeps the answer and tries again.
        return JsonResponse({"said": said}, status=503 if why.code == "ballot.stale" else 409)
    heads = {
        "ballot.frozen": _("测评已经结束"),
        "ballot.stopped": _("已停止领票"),
        "ballot.self": _("这张票不能由您打"),
    }
    status = 410 if why.code == "ballot.frozen" and request.method == "GET" else 409
    return _said(request, heads.get(why.code, _("没有办成")), said, status)


def _wants_json(request: Asked) -> bool:
    return request.method == "POST" and request.headers.get("Accept", "") == "application/json"


def _said(request: Asked, heading: str, why: str, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"said": why}, status=status)
    return render(request, "public/ballot_said.html", {"heading": heading, "why": why}, status=status)


def _units_of(request: Asked) -> frozenset[str]:
    """Every unit at or above which somebody who happens to be signed in holds a post; none for the public."""
    if request.actor is None or request.actor.sort != "post":
        return frozenset()
    net = _net(request)
    held = [net.posts[one.post].unit for one in net.held_by(request.actor.person) if one.post in net.posts]
    found = set(request.actor.above)
    for unit in held:
        found |= net.above(unit)
    return frozenset(found)


def _net(request: Asked) -> Network:
    return network.snapshot(calendars.calendar().local_day(request.now))


def _hall(request: Asked, found: Opened, units: frozenset[str]) -> HttpResponse:
    """One browser, one ballot: it keeps a seat drawn by lot, and the ballot follows from the seat; nobody else knows.

    Who scans again, taps twice or asks in another hall of the round comes back to theirs.
    """
    seat = request.COOKIES.get(COOKIE, "")
    known = SEAT.fullmatch(seat) is not None
    if known:
        mine = actions.opened(actions.seated(found.round, seat))
        if mine is not None:
            return redirect("ballot", actions.seated(found.round, seat))
        if request.method == "POST":
            return redirect("ballot", actions.take(found=found, units=units, seat=seat))
    rules.must_hand_out(found.round)
    context = {"round": found.round, "kind": found.meeting.kinds[found.kind], "forgot": request.method == "POST"}
    answer = render(request, "public/hall.html", context, status=409 if request.method == "POST" else 200)
    if not known:
        answer.set_cookie(
            COOKIE, secrets.token_urlsafe(18), max_age=HOURS * 3600, path="/s/", httponly=True, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
    return answer


def _answered(request: Asked, found: Opened, token: str, units: frozenset[str]) -> HttpResponse:
    key = word(request.POST, "unit", 64)
    given = {one: word(request.POST, f"k-{one}", 64) for one in found.meeting.criteria}
    after = actions.answer(token=token, unit=key, given=given, units=units)
    if _wants_json(request):
        return JsonResponse({"kept": complete(found.meeting, after, key)})
    n = found.round.objects.index(key) + 1
    left = len(found.meeting.criteria) - len(after.get(key, ()))
    address = f"/s/{token}/?n={n if 0 < left < len(found.meeting.criteria) else n + 1}"
    return redirect(address)


def _page(request: Asked, found: Opened, token: str) -> HttpResponse:
    assert found.ballot is not None
    answers = found.ballot.answers
    net = _net(request)
    total = len(found.meeting.criteria)
    units = []
    for n, key in enumerate(found.round.objects, start=1):
        given = dict(answers.get(key, {}))
        left = total - len(given)
        units.append(Unit(n, key, unit_name(net, key), given, left, "" if left else _points(found, given)))
    asked = request.GET.get("n", "")
    open_ = next((one.n for one in units if one.left), 0)
    at = int(asked) if asked.isdecimal() and len(asked) < 4 else open_
    shown = units[at - 1] if 0 < at <= len(units) else None
    context: dict[str, Any] = {
        "round": found.round,
        "meeting": found.meeting,
        "kind": found.meeting.kinds[found.kind],
        "day": instant(f"{found.round.date}T00:00:00.000000Z").date(),
        "units": units,
        "unit": shown,
        "done": sum(not one.left for one in units),
        "hint": _hint(shown, total) if shown else "",
        "step_points": {
            key: {step: words.points(one.points * kind.percent // 10) for step, kind in found.meeting.steps.items()}
            for key, one in found.meeting.criteria.items()
        },
    }
    return render(request, "public/score.html", context)


def _points(found: Opened, given: dict[str, str]) -> str:
    meeting = found.meeting
    total = sum(meeting.criteria[key].points * meeting.steps[step].percent for key, step in given.items())
    return words.points(total // 10)


def _hint(unit: Unit, total: int) -> str:
    if 0 < unit.left < total:
        said = ngettext("还差%(num)s项没打，打全才计入。", "还差%(num)s项没打，打全才计入。", unit.left)
        return said % {"num": unit.left}
    return "" if unit.left else _("打全了，已计入。结束前可以改。")


urlpatterns = [path("s/<str:token>/", ballot, name="ballot")]
