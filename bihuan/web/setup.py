"""设: where to go from here, accounts, and published programmes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import people
from bihuan.actions.register import may_set_up
from bihuan.core.refusal import Refused
from bihuan.store import accounts, calendars, deadlines, network, packs
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.shell import furnish
from bihuan.words.network import problems, sentence

HASH = 12  # letters of a bundle's hash that are shown; the whole stands in its title


def administrators(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in administrators; everybody else meets 404."""

    @wraps(view)
    @staff
    def guarded(request: Acted, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_set_up(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


furnish("setup", shown=may_set_up)


def today_of(request: Acted) -> date:
    """Return the local day of the request."""
    return calendars.calendar().local_day(request.now)


@administrators
@require_GET
def setup(request: Acted) -> HttpResponse:
    """Show where to go."""
    return render(request, "setup/page.html", {"year": today_of(request).year})


# ---- people ----
@administrators
@require_GET
def persons(request: Acted) -> HttpResponse:
    """List everybody with their posts of today and their account, by name; `?q=` and `?account=` narrow it."""
    text = request.GET.get("q", "").strip()[:60]
    account = {"yes": True, "no": False}.get(request.GET.get("account", ""))
    cursor = request.GET.get("after", "")[:200]
    found, after = accounts.page(today_of(request), text=text, with_account=account, cursor=cursor)
    context = {"found": found, "after": after, "q": text, "account": request.GET.get("account", "")}
    return render(request, "setup/people.html", context)


@administrators
@require_http_methods(["GET", "POST"])
def person(request: Acted, key: str) -> HttpResponse:
    """Show one person's account; POST makes it, gives a new password, closes or opens it, or puts the name right."""
    if accounts.of(key) is None:
        raise Http404
    faults: dict[str, str] = {}
    password, status = "", 200
    if request.method == "POST":
        try:
            password, said = _changed(request, key)
        except Refused as why:
            faults = problems(why) or {"": sentence(why)}
            status = 400 if why.problems else 409
        else:
            if not password:
                messages.success(request, said)
                return redirect("setup_person", key)
    net = network.snapshot(today_of(request))
    context = {
        "key": key,
        "one": accounts.of(key),
        "held": [(net.posts[h.post], h) for h in net.held_by(key)],
        "net": net,
        "password": password,
        "faults": faults,
        "listed": [(f"f-{where}" if where else "", said) for where, said in faults.items()],
        "username": request.POST.get("username", "")[:60],
    }
    answer = render(request, "setup/person.html", context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _changed(request: Acted, key: str) -> tuple[str, str]:
    """Do what the form asks; return a password to be shown once, or "" and what was done."""
    common: dict[str, Any] = {"actor": request.actor, "person": key, "now": request.now}
    match request.POST.get("do"):
        case "make":
            return people.make_account(**common, username=request.POST.get("username", "")[:60]), ""
        case "reset":
            return people.reset_password(**common), ""
        case "close":
            people.close_account(**common)
            return "", _("账号已停用，以后登录不了。任职没有变。")
        case "open":
            people.open_account(**common)
            return "", _("账号已启用。")
        case "rename":
            people.rename_person(**common, name=request.POST.get("name", "")[:120])
            return "", _("姓名已改。")
    raise Http404


# ---- programmes ----
@administrators
@require_GET
def programmes(request: Acted) -> HttpResponse:
    """List the published versions with their notes, fingerprints and how many open orders run under each."""
    running = deadlines.by_bundle()
    newest = {programme.bundle for programme in packs.current().values()}
    net = network.snapshot(today_of(request))
    rows = [
        {
            **row,
            "bundle": f"{row['programme']}@{row['number']}",
            "running": running.get(f"{row['programme']}@{row['number']}", 0),
            "newest": f"{row['programme']}@{row['number']}" in newest,
            "by": net.name(row["by"]) if row["by"] else _("系统"),
            "short": row["hash"][:HASH],
        }
        for row in packs.listed()
    ]
    return render(request, "setup/programmes.html", {"rows": rows, "known": packs.current()})


urlpatterns = [
    path("setup/", setup, name="setup"),
    path("setup/people/", persons, name="setup_people"),
    path("setup/people/<str:key>/", person, name="setup_person"),
    path("setup/programmes/", programmes, name="setup_programmes"),
]
