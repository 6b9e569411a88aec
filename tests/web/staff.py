"""Office people at their pages: who is signed in, what time it is, what a page says, and many orders at once."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.core.instants import iso
from bihuan.store import people, versions
from bihuan.store.models import Order

KEY = "0123456789abcdef0123456789abcdef"


def at(now: datetime) -> None:
    """Let the installation's own clock stand at `now`, give or take the test's own seconds."""
    versions.start_demonstration(iso(now), iso(datetime.now(UTC)), "常德经开区")


def signed_in(person: str) -> Client:
    """Return a browser in which the person of the cast is signed in."""
    people.give_account(person, person, "qing-feng-1022")
    client = Client()
    client.force_login(User.objects.get(username=person))
    return client


def source(answer: HttpResponse) -> str:
    """Return the page from its main part on, as sent."""
    body = answer.content.decode()
    return body[body.index("<main") :]


def text(answer: HttpResponse) -> str:
    """Return what the main part of a page says."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source(answer)))).strip()


def title(answer: HttpResponse) -> str:
    """Return the page's title."""
    found = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.S)
    assert found
    return html.unescape(found.group(1))


def links(answer: HttpResponse, begin: str = "/") -> list[str]:
    """Return the addresses a page leads to, in order and once each."""
    found = re.findall(r'href="([^"]+)"', source(answer))
    return list(dict.fromkeys(html.unescape(one) for one in found if html.unescape(one).startswith(begin)))


def queries(client: Client, address: str) -> int:
    """Return how many queries a page makes once the process is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def copies(number: str, n: int) -> None:
    """Put `n` more rows like the order of that number into the lists, without playing their lives."""
    row = Order.objects.get(number=number)
    Order.objects.bulk_create(
        Order(
            **{
                **{field.attname: getattr(row, field.attname) for field in Order._meta.fields},
                "id": row.id + 1 + k,
                "number": f"{row.number}-{k}",
                "source_number": "",
            }
        )
        for k in range(n)
    )
