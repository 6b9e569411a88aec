"""看板上的清单: addresses of lists of orders within a board's scope, and their counts, all read in one query."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

from bihuan.store import lists
from bihuan.store.readings import Reading
from bihuan.store.recent import Recent
from bihuan.web.lists import filters_of
from bihuan.web.scopes import Scope

_Counts = dict[str, int]
# What an address asks hangs on the programme and the kind of post alone: boards ask the same with every page.
_ASKED: Recent[lists.Asked] = Recent(2000)


class Lists:
    """Lists of open work that the charts of a board open. First every chart names its own, then they are counted."""

    def __init__(self, reading: Reading, scope: Scope) -> None:
        self.reading, self.scope = reading, scope
        self.wanted: dict[str, None] = {}
        self.counted: _Counts = {}

    def open(self, **conditions: str) -> str:
        """Return the address of a list of open orders, to be counted."""
        href = self.address("open", conditions)
        self.wanted[href] = None
        return href

    def came(self, first: date, last: date, **conditions: str) -> str:
        """Return the address of the orders that came from one day to another, both included."""
        return self.address("all", {"moment": "submitted", "from": str(first), "to": str(last), **conditions})

    def answered(self, first: date, last: date) -> str:
        """Return the address of the orders answered from one day to another, both included."""
        return self.address("all", {"moment": "replied", "from": str(first), "to": str(last)})

    def address(self, view: str, conditions: dict[str, str]) -> str:
        """Return the address of a list within the scope."""
        programme = self.reading.programme
        type_ = programme.loop.key if programme.loop and len(programme.orders) > 1 else ""
        asked = {"view": view, "type": type_, "lead": self.scope.lead, **conditions}
        return _address(tuple(asked.items()))

    def asked(self, href: str) -> lists.Asked:
        """Return what the list at an address asks the store for: the same reading that the list itself does."""
        r = self.reading
        place = (r.programme.hash, r.actor.sort, r.actor.kind, r.actor.keeps, r.calendar.zone)
        found = _ASKED.get(href, place)
        if found is None:
            given = QueryDict(href.partition("?")[2])
            found = filters_of(given, r.programme, r.actor, r.net, r.calendar, r.now).asked
            _ASKED.keep(href, place, found)
        return found

    def count(self) -> None:
        """Count every list that was named."""
        r = self.reading
        asked = {href: self.asked(href) for href in self.wanted}
        self.counted = lists.counts(seen_by=r.actor, programmes=[r.programme], asked=asked, now=r.now)


@lru_cache(maxsize=4096)
def _address(asked: tuple[tuple[str, str], ...]) -> str:
    return "/orders/?" + urlencode({key: value for key, value in asked if value}, safe=",:")
