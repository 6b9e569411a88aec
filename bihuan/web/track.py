"""查询与评单: the page of whoever holds an order's link; the state decides what stands on it (ux 6.5, 19)."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.core import ratelimit
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import files, links, seals
from bihuan.actions.orders import move_order
from bihuan.core import orders as core
from bihuan.core.instants import instant
from bihuan.core.programmes import Move
from bihuan.core.refusal import Refused
from bihuan.store import attachments
from bihuan.web import papers
from bihuan.web.access import Asked, public
from bihuan.web.jinja import render
from bihuan.web.public import command
from bihuan.web.tracked import Tracked
from bihuan.words import outward, refusals

READABLE = timedelta(days=90)  # after its end an order's link shows number and state alone (ux 6.5)
DIGITS = "digits"
SAID = ("submitted", "rated", "added", "withdrawn")


class Gone(Exception):
    """The link opens no content; `page` says as much as its bearer may know."""

    def __init__(self, page: HttpResponse) -> None:
        super().__init__()
        self.page = page


# ---------- pages ----------
@public
@require_GET
def track(request: Asked, token: str) -> HttpResponse:
    """Show where the order stands; changes nothing, for scanners and chat programs open links by themselves."""
    try:
        seen = _opened(request, token)
    except Gone as gone:
        return gone.page
    return _page(request, seen)


@public
@require_http_methods(["GET", "POST"])
def rate(request: Asked, token: str) -> HttpResponse:
    """Rate what was done, or change the rating while that is allowed; GET leads to the form."""
    if request.method == "GET":
        return redirect("track", token)
    try:
        seen = _opened(request, token)
    except Gone as gone:
        return gone.page
    move = seen.move("rate")
    names = [seen.type.rating, "words"]
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    typed["rating_reasons"] = request.POST.getlist("rating_reasons")
    return _moved(request, seen, move, typed, "rated", checked=True)


@public
@require_http_methods(["GET", "POST"])
def supplement(request: Asked, token: str) -> HttpResponse:
    """Add facts or papers to a running order."""
    try:
        seen = _opened(request, token)
    except Gone as gone:
        return gone.page
    move = seen.move("supplement")
    if request.method == "GET":
        if move is None or seen.refused(move):
            return redirect("track", token)
        return _form(request, seen, "public/supplement.html", {})
    kept, fault = papers.received(request)
    typed = {"text": request.POST.get("text", ""), files.FIELD: [id_ for id_, _name in kept]}
    errors = {files.FIELD: fault} if fault else {}
    if not errors and not ratelimit.consume(request, action="supplement", key=f"{seen.order.id}"):
        said = _("一小时内补充得太多了，这次没有提交。请过一会儿再按提交，写的都还在。")
        return _form(request, seen, "public/supplement.html", typed, trouble=said, kept=kept, status=429)
    return _moved(request, seen, move, typed, "added", template="public/supplement.html", kept=kept, errors=errors)


@public
@require_http_methods(["GET", "POST"])
def withdraw(request: Asked, token: str) -> HttpResponse:
    """Show what withdrawing will do; POST withdraws."""
    try:
        seen = _opened(request, token)
    except Gone as gone:
        return gone.page
    move = seen.move("withdraw")
    if request.method == "GET":
        if move is None or seen.refused(move):
            return redirect("track", token)
        return _form(request, seen, "public/withdraw.html", {})
    typed = {"text": request.POST.get("text", "")}
    return _moved(request, seen, move, typed, "withdrawn", template="public/withdraw.html", checked=True)


@public
@require_GET
def paper(request: Asked, token: str, id_: int) -> HttpResponseBase:
    """Hand out a file that belongs to an answer; what the requester brought stays with the office."""
    try:
        seen = _opened(request, token)
    except Gone as gone:
        return gone.page
    shown = {one for answer in seen.answers for one in answer.files}
    found = attachments.one(seen.order.id, id_, inner=False) if id_ in shown else None
    if found is None:
        raise Http404
    return FileResponse(found["file"].open("rb"), as_attachment=True, filename=found["name"])


@public
@require_GET
def receipt(request: Asked, token: str, seq: int) -> HttpResponse:
    """Hand out a receipt for having asked or rated: anybody can check by it that the record still stands unchanged."""
    try:
        seen = _opened(request, token)
    except Gone as gone:
        return gone.page
    if seq != 1 and seq not in [one["seq"] for one in seen.order.ratings]:
        raise Http404
    answer = HttpResponse(seals.receipt(seen.order, seq), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{seen.order.number}-{seq}.json"'
    return answer


# ---------- one order by its link ----------
def _opened(request: Asked, token: str) -> Tracked:
    """Return the order of a valid link; raises Gone with the page for a forged, revoked or outlived one."""
    link = links.read(token)
    if link is None:
        raise Gone(_gone(request, 404, _("打不开这张单"), _("链接可能没有复制完整。请从原来的消息里再点一次。")))
    seen = Tracked.read(link, token, request.now)
    if not link.current:
        raise Gone(_gone(request, 410, _("这个链接已经停用"), _("新的链接已发给联系人。"), seen))
    ended = seen.order.times.get("closed")
    if seen.state.closed and ended and request.now > instant(ended) + READABLE:
        raise Gone(_gone(request, 410, _("这张单已经办完，内容不再显示"), "", seen))
    return seen


def _gone(request: Asked, status: int, title: str, why: str, seen: Tracked | None = None) -> HttpResponse:
    context: dict[str, Any] = {"heading": title, "why": why, "number": "", "state": ""}
    if seen is not None:
        state, _sentence = outward.standing(seen.order, seen.type, seen.net, request.now)
        context.update(number=seen.order.number, state=state, programme=seen.programme)
    return render(request, "public/gone.html", context, status=status)


def _page(
    request: Asked, seen: Tracked, status: int = 200, typed: dict[str, Any] | None = None, **more: Any
) -> HttpResponse:
    said = request.GET.get("said", "")
    rate_move = seen.move("rate")
    changing = bool(seen.given) and (typed is not None or "change" in request.GET)
    context = {
        "seen": seen,
        "programme": seen.programme,
        "done": said if said in SAID and request.method == "GET" else "",
        "address": request.build_absolute_uri(f"/t/{seen.token}/"),
        "can_rate": rate_move is not None and not seen.refused(rate_move),
        "changing": changing,
        "typed": typed if typed is not None else seen.given if changing else {},
        "errors": {},
        "faults": [],
        "refusal": None,
        **more,
    }
    return render(request, "public/track.html", context, status=status)


def _form(
    request: Asked,
    seen: Tracked,
    template: str,
    typed: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    trouble: str = "",
    kept: list[tuple[int, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "seen": seen,
        "programme": seen.programme,
        "typed": typed,
        "errors": errors or {},
        "faults": [(f"f-{key}", said) for key, said in (errors or {}).items()],
        "trouble": trouble,
        "kept": kept or [],
        "signed": papers.kept_field(kept or []),
    }
    return render(request, template, context, status=status)


# ---------- one move by its link ----------
def _moved(
    request: Asked,
    seen: Tracked,
    move: Move | None,
    typed: dict[str, Any],
    said: str,
    *,
    template: str = "",
    checked: bool = False,
    kept: list[tuple[int, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    """Make the move and go to the page; otherwise say what is wrong, above a form in which nothing is lost."""
    if move is None:
        raise Http404
    faults = dict(errors or {})
    why = _attempt(request, seen, move, typed, faults, checked)
    if why is None and not faults:
        return redirect(f"/t/{seen.token}/?said={said}")
    if faults:
        return _back(request, seen, template, typed, faults, kept)
    told = refusals.told(why, seen.type, seen.net, request.now) if why else None
    return _page(request, seen, 409, refusal=told, typed_words=str(typed.get("words") or typed.get("text") or ""))


def _attempt(
    request: Asked, seen: Tracked, move: Move, typed: dict[str, Any], faults: dict[str, str], checked: bool
) -> Refused | None:
    """Make the move unless `faults` has or gets entries; return what refused it as a whole."""
    try:
        core.possible(seen.setting, seen.order, seen.actor, move.verb, request.now)
        core.clean(seen.type, move, typed, seen.net, seen.setting.today(request.now))
    except Refused as why:
        if not why.problems:
            # The same form sent twice: the first one did it.
            return None if command(request.POST) == seen.order.last.get("command") else why
        faults.update(refusals.problems(why, seen.type, request.now))
    if checked and (fault := _digits_fault(request, seen)):
        faults[DIGITS] = fault
    if faults:
        return None
    try:
        move_order(
            actor=seen.actor,
            id_=seen.order.id,
            verb=move.verb,
            facts=typed,
            now=request.now,
            command=command(request.POST),
            read=seen.held,
        )
    except Refused as why:
        faults.update(refusals.problems(why, seen.type, request.now))
        return None if faults else why
    return None


def _back(
    request: Asked,
    seen: Tracked,
    template: str,
    typed: dict[str, Any],
    faults: dict[str, str],
    kept: list[tuple[int, str]] | None,
) -> HttpResponse:
    status = 429 if faults.get(DIGITS) == _too_many() else 400
    if template:
        return _form(request, seen, template, typed, errors=faults, kept=kept, status=status)
    shown = [(f"f-{key}", said) for key, said in faults.items()]
    return _page(request, seen, status, typed, errors=faults, faults=shown)


def _digits_fault(request: Asked, seen: Tracked) -> str:
    """Return what is wrong with the last four digits of the contact's phone, "" where they are right or not asked."""
    if not seen.asks_digits:
        return ""
    given = "".join(_numerals(request.POST.get(DIGITS, "")))
    if len(given) != 4:
        return _("请填联系手机号的后四位")
    key = f"{seen.order.id}"
    if not ratelimit.consume(request, action="digits", key=key):
        return _too_many()
    if not hmac.compare_digest(given, seen.phone[-4:]):
        return _("和点单时留的手机号后四位不一致，请核对")
    ratelimit.clear(request, action="digits", key=key)
    return ""


def _too_many() -> str:
    return _("后四位错得太多了，请一小时后再试，或打下面的电话")


def _numerals(text: str) -> Iterator[str]:
    for sign in text:
        if sign.isdecimal():
            yield str(int(sign))


urlpatterns = [
    path("t/<str:token>/", track, name="track"),
    path("t/<str:token>/rate/", rate, name="track_rate"),
    path("t/<str:token>/more/", supplement, name="track_more"),
    path("t/<str:token>/withdraw/", withdraw, name="track_withdraw"),
    path("t/<str:token>/receipt/<int:seq>/", receipt, name="track_receipt"),
    path("t/<str:token>/files/<int:id_>/", paper, name="track_paper"),
]
