"""看板上的清单: addresses of lists of orders within a board's scope, and their counts, all read in one query."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from bihuan.store import lists
from bihuan.store.readings import Reading
from bihuan.web.lists import filters_of
from bihuan.web.scopes import Scope

_Counts = dict[str, int]


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
        return "/orders/?" + urlencode({key: value for key, value in asked.items() if value}, safe=",:")

    def asked(self, href: str) -> lists.Asked:
        """Return what the list at an address asks the store for: the same reading that the list itself does."""
        r = self.reading
        return filters_of(QueryDict(href.partition("?")[2]), r.programme, r.actor, r.net, r.calendar, r.now).asked

    def count(self) -> None:
        """Count every list that was named."""
        r = self.reading
        asked = {href: self.asked(href) for href in self.wanted}
        self.counted = lists.counts(seen_by=r.actor, programmes=[r.programme], asked=asked, now=r.now)
