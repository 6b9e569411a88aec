"""A real Chromium before a real server: `desk` is an office screen, `phone` a telephone, `plain` has script off.

Every page that a test opens is watched: an error on its console, a script's exception or a refused part fails the test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bihuan.store import people
from scripts.browser import chromium
from tests import cast
from tests.browser.people import PASSWORD, Person, Requester
from tests.web import lives

# Playwright keeps a loop running in this thread; the server answers in another.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESK = {"width": 1366, "height": 850}
PHONE = {"width": 390, "height": 844}
SIZES: dict[str, dict[str, Any]] = {
    "desk": {},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    "plain": {"java_script_enabled": False},
}
STILL: dict[str, Any] = {"viewport": DESK, "reduced_motion": "reduce"}
PATIENCE = 30_000  # milliseconds; two browsers share two cores
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield the installed Chromium; `make test` has found or installed it."""
    path = chromium()
    assert path, "没有找到 Chromium：请运行 make test，或用 BIHUAN_CHROMIUM 指出它的路径。"
    options = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=options)
        yield launched
        launched.close()


@pytest.fixture
def screen(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Yield a maker of pages, each in a context of its own: `screen(viewport=PHONE, java_script_enabled=False)`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", **{**STILL, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on(
            "response", lambda got: complaints.append(got.url) if got.status >= 400 and "/static/" in got.url else None
        )
        return page

    yield make
    for context in contexts:
        context.close()
    # What a refused move answers (409, 400, 404) is part of the conversation, and a part given up for another one or
    # for another page is no fault; one that could not be had says htmx:sendError or htmx:responseError besides.
    # A test that takes the network away hears so.
    harmless = ("the server responded with a status of 4", "htmx:sendAbort", "htmx:afterRequest", "_DISCONNECTED")
    assert [said for said in complaints if not any(known in said for known in harmless)] == []


@pytest.fixture
def desk(screen: Callable[..., Page]) -> Page:
    """Return a page on an office screen of 1366 by 850."""
    return screen()


@pytest.fixture
def phone(screen: Callable[..., Page]) -> Page:
    """Return a page on a telephone of 390 by 844."""
    return screen(**SIZES["phone"])


@pytest.fixture
def plain(screen: Callable[..., Page]) -> Page:
    """Return a page with script switched off."""
    return screen(java_script_enabled=False)


@pytest.fixture
def county(transactional_db: None) -> None:
    """Make the small county; its clock stands on the morning of 29 September 2022."""
    with transaction.atomic():
        cast.found()
        lives.set_clock(cast.NOW)


@pytest.fixture
def come(screen: Callable[..., Page], live_server: Any, county: None) -> Callable[..., Person]:
    """Return `come(key, "desk" | "phone" | "plain")`: a member of the cast, signed in before a screen of that kind.

    With `door` the person gives name and password like anybody; else the browser has been signed in already.
    """

    def make(key: str, size: str = "desk", *, door: bool = False, **options: Any) -> Person:
        people.give_account(key, key, PASSWORD)
        page = screen(**SIZES[size], **options)
        if door:
            return Person(page, key).signs_in()
        client = Client()
        client.force_login(User.objects.get(username=key))
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return Person(page, key).arrives()

    return make


@pytest.fixture
def contact(screen: Callable[..., Page], county: None) -> Requester:
    """Return the enterprise's contact with a telephone, without an account."""
    return Requester(screen(**SIZES["phone"]))
