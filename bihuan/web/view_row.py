"""视图: the reader's own lists and those of the post, each with its count and, past its limit, a light."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from bihuan.core.programmes import Programme
from bihuan.store import lists, saved_views
from bihuan.store.lists import Asked
from bihuan.web.access import Acted
from bihuan.words.saved_views import count_text

MOST = 1000  # counted so far and no further


@dataclass(frozen=True, slots=True)
class Shown:
    """One view: `n` as text, "" where counting would mean reading all history; `over` where its limit is passed."""

    id: int
    name: str
    href: str
    limit: int
    shared: bool
    conditions: str
    n: str = ""
    over: bool = False


class Read(Protocol):
    """The conditions of a list as an address gives them (web.lists.Filters)."""

    asked: Asked
    bounded: bool
    words: list[tuple[str, str]]

    def address(self) -> str: ...


def views_of(request: Acted, programme: Programme | None, read: Callable[[Mapping[str, str]], Read]) -> list[Shown]:
    """Return the views of the reader and of the post acted in with their counts: two queries, or one for no view.

    `read` makes conditions of what was kept, as the list itself does.
    """
    if programme is None:
        return []
    kept = saved_views.of(request.actor, programme.key)
    conditions = {one.id: read(one.filters) for one in kept}
    counted = lists.capped(
        seen_by=request.actor,
        programmes=[programme],
        asked={str(id_): filters.asked for id_, filters in conditions.items() if filters.bounded},
        now=request.now,
        most=MOST,
    )
    shown = []
    for one in kept:
        filters, n = conditions[one.id], counted.get(str(one.id))
        shown.append(
            Shown(
                one.id, one.name, filters.address(), one.limit, bool(one.post),
                _("，").join(said for _key, said in filters.words),
                "" if n is None else count_text(n, MOST), bool(one.limit) and (n or 0) > one.limit,
            )
        )  # fmt: skip
    return shown
