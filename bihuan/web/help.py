"""帮助: the manual page of each kind of page, on one side of A4, and the directory of them (ux 3 and 16)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.programmes import Programme
from bihuan.store import packs
from bihuan.web import manuals
from bihuan.web.access import Asked
from bihuan.web.jinja import render
from bihuan.web.shell import PLACES, programme_of


@require_GET
def directory(request: Asked) -> HttpResponse:
    """List the manual pages by the place of the rail they belong to; whoever is signed in may read them."""
    names = {place[0]: (place[2], _(place[3])) for place in PLACES}
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in manuals.kinds().values():
        groups.setdefault(kind.place, []).append((kind.key, manuals.title_of(kind.key)))
    shown = [(*names.get(place, ("我", _("个人"))), some) for place, some in groups.items()]
    return render(request, "help/list.html", {"groups": shown})


@require_GET
def page(request: Asked, key: str) -> HttpResponse:
    """Show one manual page in the words of the reader's programme."""
    if key not in manuals.kinds():
        raise Http404
    return render(request, "help/page.html", {"manual": manuals.manual(key, _programmes(request))})


def _programmes(request: Asked) -> list[Programme]:
    """The reader's programme first: its words win where two name a move differently."""
    own, every = programme_of(request), packs.current()
    return [*([own] if own else []), *(one for one in every.values() if own is None or one.key != own.key)]


urlpatterns = [
    path("help/", directory, name="help"),
    path("help/<slug:key>/", page, name="help_page"),
]
