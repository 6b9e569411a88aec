"""成稿: rows of lists as they were drawn, kept by all that they say, so that a page draws only what is new to it.

What a row says hangs on the order (its head names the whole history), on what the reader may see of it, on the lights
of this moment, on the year, on the network and on the newest version of its programme. Whoever shares all of it reads
the same row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime

from markupsafe import Markup

from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.store.lists import Row
from bihuan.store.recent import Under
from bihuan.web.jinja import pages
from bihuan.web.rows import Sayings
from bihuan.words import moments

MOST = 3000  # rows that one process keeps, some 2 kB each
_kept: Under[Markup] = Under(MOST)


def drawn(template: str, rows: Iterable[Row], net: Network, now: datetime, actor: Actor, *shape: Hashable) -> Markup:
    """Return rows of a list as its template's macro `row(line, now, *shape)` draws them; asks the database for nothing.

    The macro may read nothing but its arguments; `now` is for the year alone.
    """
    said, kept = Sayings(net, now, actor), _kept.of(net)
    sheet = pages().get_template(template).template
    page, found = (sheet, moments.local(now).year, shape), []
    for row in rows:
        order_type, without, outer = said.kind(row.programme, row.type)
        lights = said.lights_of(row, actor)
        key = (row.id, lights, without, outer, order_type.bundle, page)
        text = kept.get(row.head, key)
        if text is None:
            text = sheet.module.row(said.line(row, *lights), now, *shape)
            kept.keep(row.head, key, text)
        found.append(text)
    return Markup("".join(found))  # each was escaped when it was drawn: Markup's own join looks at all of them again


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
