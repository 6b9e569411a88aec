"""系统状态: whether the clock, the outbox and the calendar do their work, for everybody of the office."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan import __version__
from bihuan.actions.register import ADMINISTRATOR, may_set_up
from bihuan.store import calendars, network
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.network import office
from bihuan.words import notices as outlets
from bihuan.words import status as words


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at, and where it is mended by who may."""

    check: str
    state: str
    sentence: str
    href: str = ""


@office
@require_GET
def status(request: Acted) -> HttpResponse:
    """Show what works by itself; an administrator sees backups, seals, versions and the ways out besides."""
    now, mends = request.now, may_set_up(request.actor)
    parts = [(words.worker(now), ""), (words.outbox(now), "notice_setup"), (words.years(now), "setup_calendar")]
    if mends:
        ways = ((_("通知的出口"), state, sentence) for state, sentence in outlets.health(now))
        parts += [
            (ways, "notice_setup"), (words.search(), ""), (words.backups(now), "setup_audit"),
            (words.sealed(now), ""), (words.programmes(), "setup_programmes"),
        ]  # fmt: skip
    lines = [Line(*one, reverse(name) if mends and name else "") for found, name in parts for one in found]
    context = {
        "lines": lines,
        "bad": sum(line.state == words.BAD for line in lines),
        "noted": sum(line.state == words.NOTE for line in lines),
        "mends": mends,
        "administrators": [] if mends else _administrators(request),
        "version": __version__,
    }
    return render(request, "status/page.html", context)


def _administrators(request: Acted) -> list[str]:
    net = network.snapshot(calendars.calendar().local_day(request.now))
    held = (one.person for post in net.posts_of_kind(ADMINISTRATOR) for one in net.holders(post.key))
    return [net.name(person) for person in dict.fromkeys(held)]


urlpatterns = [path("status/", status, name="status")]
