"""手册: which manual page belongs to a page, and its text in the reader's language, read once a process.

The text is data that writers keep: `web/manual/pages.toml` says which kinds of page there are and which addresses and
effects of moves each is about; `web/manual/zh/<place>.toml` and `en/<place>.toml` hold a table for every kind.
What stands in 「」 is not retyped: it is a Chinese string of the product, shown in the reader's language, or a word of
the programme as `「move:dispatch」`, `「state:replied」`. A line about a move that no programme here knows is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.programmes import Programme
from bihuan.words.orders import in_english, named

FOLDER = Path(__file__).with_name("manual")
QUOTED = re.compile("「([^」]+)」")
# The lists of a manual page, in the order in which they are printed.
LISTS = ("parts", "acts", "next", "counted")

# A line as it is drawn: pieces of text, and whether each is a word quoted from the product.
Line = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page: its key, the place of the rail it belongs to, its routes and the effects of its moves."""

    key: str
    place: str
    routes: tuple[str, ...]
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """One manual page as it is drawn. `keys` are (key, what it does)."""

    key: str
    title: str
    use: Line
    lists: dict[str, list[Line]]
    keys: list[tuple[str, Line]]


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind of page by key, in the order of the directory."""
    found = {}
    for place, some in tomllib.loads((FOLDER / "pages.toml").read_text("utf-8")).items():
        for key, about in some.items():
            found[key] = Kind(key, place, tuple(about.get("routes", ())), tuple(about.get("effects", ())))
    return found


@cache
def _by_route() -> dict[str, str]:
    return {route: kind.key for kind in kinds().values() for route in kind.routes}


@cache
def _by_effect() -> dict[str, str]:
    return {effect: kind.key for kind in kinds().values() for effect in kind.effects}


def page_for(route: str, verb: str, programmes: Iterable[Programme]) -> str:
    """Return the key of the manual page about a route, for the page of one move about what the move does; "" for none.

    A verb that several kinds of order have does the same in all of them, so the first that knows it will do.
    """
    if route == "order_move":
        for programme in programmes:
            for kind in programme.orders.values():
                if verb in kind.moves:
                    return _by_effect().get(kind.moves[verb].effect, "order")
    return _by_route().get(route, "")


@cache
def texts(language: str) -> dict[str, dict[str, Any]]:
    """Return the table of every kind of page in a language ("zh" or "en"), as its writers left it."""
    return {
        key: table
        for path in sorted((FOLDER / language).glob("*.toml"))
        for key, table in tomllib.loads(path.read_text("utf-8")).items()
    }


def title_of(key: str) -> str:
    """Return a manual page's title in the reader's language."""
    return str(texts(_language())[key]["title"])


def manual(key: str, programmes: Iterable[Programme]) -> Manual:
    """Return a manual page in the reader's language, with the words of these programmes, the first first."""
    table, known = texts(_language())[key], tuple(programmes)

    def lines(some: Iterable[str]) -> list[Line]:
        return [line for text in some if (line := _line(text, known)) is not None]

    return Manual(
        key=key,
        title=table["title"],
        use=_line(table["use"], known) or [],
        lists={name: lines(table.get(name, ())) for name in LISTS},
        keys=[(sign, line) for sign, text in table.get("keys", ()) if (line := _line(text, known)) is not None],
    )


def _language() -> str:
    return "en" if in_english() else "zh"


def _line(text: str, programmes: tuple[Programme, ...]) -> Line | None:
    pieces: Line = []
    for n, piece in enumerate(QUOTED.split(text)):
        word: str | None = piece
        if n % 2:
            what, colon, key = piece.partition(":")
            word = word_of(what, key, programmes) if colon else _(piece)
        if word is None:
            return None
        if word:
            pieces.append((word, bool(n % 2)))
    return pieces


def word_of(what: str, key: str, programmes: Iterable[Programme]) -> str | None:
    """Return the name of a move or a state (`what`) in the first programme that has it, None where none has."""
    for programme in programmes:
        for kind in programme.orders.values():
            found = (kind.moves if what == "move" else kind.states).get(key)
            if found is not None:
                return named(found)
    return None
