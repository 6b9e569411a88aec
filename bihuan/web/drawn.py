"""成稿: rows of lists as they were drawn, kept by all that they say, so that a page draws only what is new to it.

What a row says hangs on the order (its head names the whole history), on what the reader may see of it, on the lights
of this moment, on the year, on the network, on the calendar and on the newest version of its programme. Whoever shares
all of it reads the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.store import versions
from bihuan.store.lists import Row
from bihuan.store.recent import Recent, Under
from bihuan.web.jinja import pages
from bihuan.web.rows import Sayings
from bihuan.words import moments
from bihuan.words.lights import Light, lasting

MOST = 3000  # rows that one process keeps, some 2 kB each
_kept: Under[Any] = Under(MOST)


class _Drawn(NamedTuple):
    """A row as it was drawn; while its lights are known to last nobody asks for them again."""

    since: str
    until: str
    lights: tuple[Light, Light]
    text: Markup


def drawn(template: str, rows: Iterable[Row], net: Network, now: datetime, actor: Actor, *shape: Hashable) -> Markup:
    """Return rows of a list as its template's macro `row(line, now, *shape)` draws them; asks the database for nothing.

    The macro may read nothing but its arguments; `now` is for the year alone.
    """
    said, kept = Sayings(net, now, actor), _kept.of(net)
    sheet = pages().get_template(template).template
    page, at = (sheet, moments.local(now).year, shape, versions.current().calendar), said.at
    texts: list[Markup] = []
    kinds: dict[tuple[str, str], object] = {}
    for row in rows:
        known = kinds.get((row.programme, row.type))
        if known is None:
            order_type, without, outer = said.kind(row.programme, row.type)
            known = kinds[row.programme, row.type] = _alike(kept, (without, outer, order_type.bundle, page))
        one: _Drawn | None = kept.get(row.head, (row.id, known))
        if one is None or not one.since <= at < one.until:
            lights = said.lights_of(row, actor)
            text = one.text if one and one.lights == lights else sheet.module.row(said.line(row, *lights), now, *shape)
            one = _Drawn(*lasting(row, now, said.calendar), lights, text)
            kept.keep(row.head, (row.id, known), one)
        texts.append(one.text)
    return Markup("".join(texts))  # each was escaped when it was drawn: Markup's own join looks at all of them again


def _alike(kept: Recent[Any], about: Hashable) -> object:
    """Return what stands for all that rows have in common: it is looked up by itself and not by all of its parts."""
    found = kept.get("alike", about)
    if found is None:
        found = object()
        kept.keep("alike", about, found)
    return found


def once(net: Network, what: str, key: Hashable, make: Callable[[], Markup]) -> Markup:
    """Return a part of a page as it was made before under this network and key, which names all else it hangs on."""
    kept = _kept.of(net)
    found = kept.get(what, key)
    if found is None:
        found = make()
        kept.keep(what, key, found)
    return found


def forget() -> None:
    """Draw everything anew."""
    _kept.clear()
