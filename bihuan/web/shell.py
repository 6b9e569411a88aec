"""What stands around every page: rail, badge, programme, person, look; ux 3."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import calendars, network, packs, versions
from bihuan.store.recent import Under
from bihuan.web import manuals

YEAR = 365 * 24 * 3600
# Session key of the programme looked at last.
PROGRAMME = "programme"
# What a browser may remember of its own look, by the cookie's name without `bihuan_`.
LOOK = {"size": ("large",), "theme": ("dark",)}


@dataclass(frozen=True, slots=True)
class Noun:
    """One place on the rail: its character, its name, where it leads, how many things of mine must move today."""

    sign: str
    name: str
    address: str
    here: bool = False
    badge: int = 0
    end: bool = False
    hidden_on_phone: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything the layouts draw around a page. A signed-out reader has no nouns, no person and no search."""

    lang: str
    now: dt.datetime
    path: str
    size: str = ""
    theme: str = ""
    keys: bool = True
    bare: bool = False
    demonstration: bool = False
    place: str = ""
    phone: str = ""
    person: str = ""
    post: str = ""
    post_id: str = ""
    search: str = ""
    help: str = ""  # key of the manual page about this page, "" for the directory
    programme: Programme | None = None
    programmes: tuple[Programme, ...] = ()
    nouns: tuple[Noun, ...] = ()

    def look(self, what: str) -> str:
        """Return the address that switches `size` or `theme` in this browser and comes back here."""
        return look(what, getattr(self, what), self.path)


def look(what: str, now: str, path: str) -> str:
    """Return the address that switches `size` or `theme` from what it is now and comes back to the path."""
    return f"{reverse('look')}?{urlencode({what: '' if now else LOOK[what][0], 'next': path}, safe='/')}"


# key, address, character, name, at the end of the rail, under the person's name on a phone
Place = tuple[str, str, str, str, bool, bool]
PLACES: tuple[Place, ...] = (
    ("work", "/mine/", "办", gettext_noop("我的工作"), False, False),
    ("orders", "/orders/", "单", gettext_noop("工单"), False, False),
    ("ledger", "/ledger/", "账", gettext_noop("台账"), False, False),
    ("reviews", "/reviews/", "评", gettext_noop("评议"), False, False),
    ("reports", "/reports/", "报", gettext_noop("报表"), False, False),
    ("network", "/network/", "网", gettext_noop("网络"), False, True),
    ("setup", "/setup/", "设", gettext_noop("设置"), True, True),
)

# Pages that belong to a place and stand at addresses of their own; the longest beginning counts.
ALSO = {
    "work": ("/notices/",),
    "ledger": ("/duties/",),
    "orders": ("/sources/", "/documents/", "/notices/unaccepted/"),
    "setup": ("/status/",),
}

_badges: dict[str, Callable[[Actor, dt.datetime], int]] = {}
_shown: dict[str, Callable[[Actor], bool]] = {}
_rails: Under[tuple[Place, ...]] = Under()


def furnish(
    key: str,
    *,
    badge: Callable[[Actor, dt.datetime], int] | None = None,
    shown: Callable[[Actor], bool] | None = None,
) -> None:
    """Let a page's module say what its place on the rail counts, and to whom it is shown; called once, on import.

    badge: how many things of this actor must move today, in one query. shown: whether the actor may go there at all,
    by the post, the programmes and the network of the day alone.
    """
    if badge:
        _badges[key] = badge
    if shown:
        _shown[key] = shown


def counted(request: HttpRequest, key: str, n: int) -> None:
    """Tell the rail a count this page has made anyway, before the shell is made."""
    request.counted = {**getattr(request, "counted", {}), key: n}  # type: ignore[attr-defined]


def _habits(request: HttpRequest) -> dict[str, object]:
    """What the browser's cookies say about look and keys; a GET of `/look/` keeps its own path out of `next`."""
    kept = {name: request.COOKIES.get(f"bihuan_{name}", "") for name in LOOK}
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh-CN",
        "path": request.get_full_path() if request.method == "GET" else request.path,
        "keys": request.COOKIES.get("bihuan_keys") != "off",
        **{name: value if value in LOOK[name] else "" for name, value in kept.items()},
    }


def bare_shell(request: HttpRequest) -> Shell:
    """Return a shell that asks the database for nothing: for the pages shown when it is away."""
    now = getattr(request, "now", None) or dt.datetime.now(dt.UTC)
    return Shell(now=now, bare=True, **_habits(request))  # type: ignore[arg-type]


@cache
def address_of(key: str) -> str:
    """Return where a place leads, "" while this release has no such pages: then it is absent from the rail."""
    address = next(place[1] for place in PLACES if place[0] == key)
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


@cache
def _stands_at() -> tuple[tuple[str, str], ...]:
    """Every beginning of an address with the place it belongs to, the longest first."""
    found = [(begin, place[0]) for place in PLACES for begin in (place[1], *ALSO.get(place[0], ()))]
    return tuple(sorted(found, key=lambda one: -len(one[0])))


def place_of(path: str) -> str:
    """Return the key of the place that the page at this path belongs to, "" for none."""
    return next((key for begin, key in _stands_at() if path.startswith(begin)), "")


def _nouns(request: HttpRequest, actor: Actor, now: dt.datetime, today: Network) -> tuple[Noun, ...]:
    known: dict[str, int] = getattr(request, "counted", {})
    here = place_of(request.path)
    found = []
    for key, address, sign, name, end, under_person in _shown_to(actor, today):
        n = known[key] if key in known else _badges[key](actor, now) if key in _badges else 0
        found.append(Noun(sign, name, address, key == here, n, end, under_person))
    return tuple(found)


def _shown_to(actor: Actor, today: Network) -> tuple[Place, ...]:
    """Return the places of the rail the actor may go to, named in the language of this request."""
    kept = _rails.of(today)
    about = (actor, get_language(), *(programme.hash for programme in packs.current().values()))
    found = kept.get(actor.person, about)
    if found is None:
        found = tuple(
            (key, address, sign, _(name), end, under_person)
            for key, address, sign, name, end, under_person in PLACES
            if address_of(key) and (key not in _shown or _shown[key](actor))
        )
        kept.keep(actor.person, about, found)
    return found


def shell_for(request: HttpRequest) -> Shell:
    """Return the shell of this request, made once: the actor's places, badge, programme and name."""
    kept = getattr(request, "shell", None)
    if kept is None:
        kept = request.shell = _made(request)  # type: ignore[attr-defined]
    return kept  # type: ignore[no-any-return]


def _programmes() -> tuple[Programme, ...]:
    return tuple(packs.current().values())


def programme_of(request: HttpRequest) -> Programme | None:
    """Return the programme this page is about: `?programme=`, else the reader's last choice, else the first one."""
    known = packs.current()
    asked = request.GET.get("programme", "")
    kept = request.session.get(PROGRAMME, "") if request.user.is_authenticated else ""
    return known.get(asked) or known.get(kept) or next(iter(known.values()), None)


def post_id(actor: Actor) -> str:
    """Return the name of the post acted in, as the session and the page of the reader's posts have it."""
    return f"{actor.post}~{actor.stands_for}" if actor.stands_for else actor.post


def _help(request: HttpRequest) -> str:
    match = request.resolver_match
    return manuals.page_for(match.url_name or "", match.kwargs.get("verb", ""), _programmes()) if match else ""


def _made(request: HttpRequest) -> Shell:
    actor: Actor | None = getattr(request, "actor", None)
    now = request.now  # type: ignore[attr-defined]
    seen, programme = versions.current(), programme_of(request)
    common: dict[str, Any] = {
        **_habits(request),
        "now": now,
        "demonstration": seen.synthetic,
        "place": seen.county,
        "phone": programme.hotline if programme else "",
        "programme": programme,
    }
    if not request.user.is_authenticated:
        return Shell(**common)
    common["help"] = _help(request)
    if actor is None:
        return Shell(**common, person=request.user.get_username())
    today = network.snapshot(calendars.calendar().local_day(now))
    return Shell(
        **common,
        programmes=_programmes(),
        person=actor.name,
        post=today.name(actor.post),
        post_id=post_id(actor),
        search=address_of("orders"),
        nouns=_nouns(request, actor, now, today),
    )
