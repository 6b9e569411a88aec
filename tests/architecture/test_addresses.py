"""Every address asks who is there, or stands on a list that says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import RegexPattern

from bihuan import urls

# The beginning of an address that answers without sign-in: why.
OPEN = {
    "healthz": "a machine asks whether we live",
    "readyz": "a machine asks whether we are ready",
    "in/": "this is where one signs in",
    "t/": "the token is the key to one order",
    "p/": "the token is the key to one person's list",
    "s/": "the link was published for anybody",
    "look/": "letters, darkness and language are chosen before signing in",
}
API = "api/"
# Parts of the API that carry no record.
API_OPEN = ("api/v1/openapi.json", "api/v1/docs")
SAMPLES = {
    "order": "QD2022-0001",
    "entry": "TZ-2022-0001",
    "stated": "TJ-2022-0001",
    "round": "CP-2022-0001",
    "book": "half_month_meeting",
    "day": "2022-10-25",
    "int": "1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "slug": "x",
    "str": "x",
    "path": "x",
}


def addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield (route from the root, pattern) of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, pattern


def sample(route: str) -> str:
    """Return an address that `route` matches."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found.group(1) or "str", "x"), route)
    return "/" + filled.replace("\\Z", "").replace("^", "").replace("$", "")


def asks(pattern: URLPattern) -> bool:
    """Tell whether the sign-in guard stands before this address."""
    return bool(getattr(pattern.callback, "login_required", True))


def test_only_named_addresses_answer_without_sign_in() -> None:
    unnamed = [
        route
        for route, pattern in addresses()
        if not asks(pattern) and not route.startswith((*OPEN, API)) and route not in OPEN
    ]
    assert unnamed == []


def test_the_guard_stands_before_every_page() -> None:
    from django.conf import settings

    assert "bihuan.web.middleware.SignIn" in settings.MIDDLEWARE


@pytest.mark.django_db
def test_a_signed_out_visitor_of_a_staff_page_is_sent_to_the_sign_in(client: Client) -> None:
    answers = {
        route: (answer.status_code, answer.headers.get("Location", "")[:4])
        for route, pattern in addresses()
        if asks(pattern) and not route.startswith(API)
        for answer in [client.get(sample(route))]
    }
    assert answers, "there is no staff page to ask for"
    assert {route: seen for route, seen in answers.items() if seen != (302, "/in/")} == {}


@pytest.mark.django_db
def test_the_api_gives_nothing_without_a_token(client: Client) -> None:
    routes = [route for route, _ in addresses() if route.startswith(API) and not route.startswith(API_OPEN)]
    named = [route for route in routes if not route.endswith("api-root")]
    assert named, "there is no API to ask"
    answers = {
        (method, route): client.generic(method, sample(route), b"{}", content_type="application/json").status_code
        for route in named
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    assert {asked: status for asked, status in answers.items() if status not in {401, 405}} == {}
    for route in named:
        assert 401 in {status for (_, asked), status in answers.items() if asked == route}, route


def test_every_name_on_the_list_of_open_addresses_is_used() -> None:
    from bihuan.web.middleware import UNSIGNED

    begins = [route for route, pattern in addresses() if not asks(pattern)] + [prefix[1:] for prefix in UNSIGNED]
    assert [begin for begin in OPEN if not any(route.startswith(begin) for route in begins)] == []


def test_an_unguarded_page_would_be_noticed() -> None:
    from django.contrib.auth.decorators import login_not_required
    from django.urls import path

    def leak(request: object) -> None: ...

    [(route, pattern)] = addresses([path("files/<int:number>/", login_not_required(leak))])
    assert not asks(pattern)
    assert sample(route) == "/files/1/"


def test_addresses_grouped_by_their_first_word_lead_where_they_led() -> None:
    plain = URLResolver(RegexPattern(r"^/"), urls._pages)
    for route, _pattern in addresses(urls._pages):
        address = sample(route)
        alone, grouped = plain.resolve(address), resolve(address)
        assert (grouped.func, grouped.url_name, grouped.kwargs) == (alone.func, alone.url_name, alone.kwargs), route
    words = [str(one.pattern) for one in urls.by_first_word(urls._pages) if isinstance(one, URLResolver)]
    assert len(words) == len(set(words)) < len(urls._pages) / 3
