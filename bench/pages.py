"""页: what a page costs inside the process, from the address to the last byte, and how many queries it makes."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import county, pairs
from bihuan.core.instants import iso
from bihuan.store import lists, packs, people, versions

# page: (who reads it, its address)
PAGES = {
    "desk": ("dispatcher0", "/orders/desk/"),
    "desk_to_accept": ("dispatcher0", "/orders/desk/?queue=to-accept"),
    "work": ("handler3_1", "/mine/"),
    "orders": ("leader", "/orders/?view=open"),
    "list_of_a_word": ("leader", "/orders/?q=招工"),
    "search": ("leader", "/search/?q=招工"),
    "board": ("leader", "/reports/"),
    "order": ("dispatcher0", ""),
}


def signed_in(person: str) -> Client:
    """Return a browser in which somebody of the county is signed in."""
    accounts = get_user_model().objects.filter(username=person)
    if not accounts.exists():  # a new word would end the sessions there are
        people.give_account(person, person, "an-invented-word-1")
    client = Client(SERVER_NAME="localhost")
    client.force_login(accounts.get())
    return client


def pages(repeats: int) -> dict[str, Any]:
    """Read every page some times: queries with those of sign-in, milliseconds, kilobytes."""
    clock_stands()
    found = {}
    for name, (person, address) in PAGES.items():
        client = signed_in(person)
        place = address or f"/orders/{number()}/"
        client.get(place)
        with CaptureQueriesContext(connection) as caught:
            answer = client.get(place)
            queries = len(caught)  # the next request empties what was caught
        times = [pairs.timed(lambda client=client, place=place: bool(client.get(place))) for _ in range(repeats)]
        found[name] = {
            "status": answer.status_code,
            "queries": queries,
            "ms": round(statistics.median(times) / 1000, 1),
            "kilobytes": round(len(answer.content) / 1024),
        }
    return found


def clock_stands() -> None:
    """Let the installation's clock begin at the county's present."""
    versions.start_demonstration(iso(county.NOW), iso(datetime.now(UTC)), "示例经开区")


def number() -> str:
    """Return the number of an open order of the desk whose page is read."""
    page = lists.page(
        seen_by=county.actor("dispatcher0"),
        programmes=list(packs.current().values()),
        asked=lists.Asked(open=True),
        now=county.NOW,
        limit=1,
    )
    return page.rows[0].number
