"""A walk through the pages as somebody reads them: every address they lead to, and every form they offer.

Parameters and fields are read off the pages themselves, so that what is added tomorrow is walked too.
"""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

EACH = 2  # addresses of one route with the same parameters that are opened
_LINK = re.compile(r'(?:href|hx-get|formaction)="(/[^"#]*)')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_FIELD = re.compile(r"<(input|select|textarea|button)\b([^>]*)>(?:(.*?)</\1>)?", re.S)


@dataclass(slots=True)
class Form:
    """A form that is sent: where to, and what stands in it as the page offers it."""

    action: str
    fields: dict[str, str]


@dataclass(slots=True)
class Walked:
    """What a walk has seen: an address of every route, the parameters of each, and the forms."""

    pages: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, set[str]] = field(default_factory=dict)
    forms: dict[tuple[str, ...], Form] = field(default_factory=dict)

    def addresses(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield route, path and parameters of the pages that were opened."""
        for route, address in self.pages.items():
            parts = urlsplit(address)
            yield route, parts.path, dict(parse_qsl(parts.query))


def route_of(address: str) -> str:
    """Return the pattern that answers an address, "" where none does."""
    try:
        return str(resolve(urlsplit(address).path).route)
    except Resolver404:
        return ""


def walk(client: Client, starts: Iterable[str]) -> Walked:
    """Open the addresses and whatever they lead to, a few of each kind; nothing is sent."""
    seen, opened, waiting = Walked(), Counter[tuple[str, ...]](), deque(starts)
    known: set[str] = set()
    while waiting:
        address = waiting.popleft()
        route, names = route_of(address), sorted({name for name, _value in parse_qsl(urlsplit(address).query)})
        if not route or address in known or "/out/" in address or opened[route, *names] >= EACH:
            continue
        known.add(address)
        opened[route, *names] += 1
        answer = client.get(address)
        if answer.status_code == 302:
            waiting.append(answer.headers["Location"])
        if answer.status_code != 200 or answer.streaming:
            continue
        seen.pages.setdefault(route, address)
        seen.parameters.setdefault(route, set()).update(names)
        page = answer.content.decode(errors="replace")
        waiting.extend(html.unescape(found) for found in _LINK.findall(page))
        _forms(page, address, seen)
    return seen


def _forms(page: str, address: str, seen: Walked) -> None:
    for head, inside in _FORM.findall(page):
        found = re.search(r'action="([^"]+)"', head)
        action = html.unescape(found[1]) if found else address
        fields = dict(_fields(inside))
        fields.pop("csrfmiddlewaretoken", None)
        if 'method="post"' not in head.lower():
            seen.parameters.setdefault(route_of(action), set()).update(fields)
        elif route_of(action):
            seen.forms.setdefault((route_of(action), *sorted(fields)), Form(action, fields))


def _fields(inside: str) -> Iterator[tuple[str, str]]:
    for tag, attributes, text in _FIELD.findall(inside):
        name, value = (re.search(rf'\b{key}="([^"]*)"', attributes) for key in ("name", "value"))
        if name is None or 'type="file"' in attributes:
            continue
        said = html.unescape(value[1]) if value else "说明" if tag == "textarea" else ""
        if tag == "select":
            said = next((one for one in re.findall(r'<option[^>]*value="([^"]*)"', text) if one), "")
        yield html.unescape(name[1]), said


def replaced(path: str, odd: str) -> Iterator[str]:
    """Yield the path with each of its parts but the first in turn made odd."""
    parts = path.strip("/").split("/")
    for at in range(1, len(parts)):
        some = [*parts[:at], quote(odd[:200], safe=""), *parts[at + 1 :]]
        yield "/" + "/".join(some) + "/" * path.endswith("/")


__all__ = ["Form", "Walked", "replaced", "route_of", "walk"]
