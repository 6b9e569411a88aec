"""联系次数: how often the office came to one requester this month, over all programmes, and what was counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from bihuan.core.calendar import Calendar
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM, Actor
from bihuan.store import lists, packs
from bihuan.store.lists import Asked, Row

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Contacts:
    """The orders of one requester in one month: `n` in all, `rows` those the reader may see, the newest first.

    `limit` is how many there should be at most (BIHUAN_CONTACT_BUDGET), 0 without a limit.
    """

    n: int
    limit: int
    rows: list[Row] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Whether one more would be too many."""
        return 0 < self.limit <= self.n

    @property
    def hidden(self) -> int:
        """How many of them are none of the reader's business."""
        return max(self.n - len(self.rows), 0)


def count(requester: str, calendar: Calendar, now: datetime) -> Contacts:
    """Return how many orders of all programmes a requester has this local month, without saying which."""
    asked = _asked(requester, calendar, now)
    n = lists.count(seen_by=SYSTEM, programmes=packs.current().values(), asked=asked, now=now)
    return Contacts(n, settings.CONTACT_BUDGET)


def listed(requester: str, *, actor: Actor, calendar: Calendar, now: datetime) -> Contacts:
    """Return the same with the orders that were counted, as far as the actor may see them: two queries."""
    known = count(requester, calendar, now)
    page = lists.page(
        seen_by=actor,
        programmes=packs.current().values(),
        asked=_asked(requester, calendar, now),
        now=now,
        limit=SHOWN,
    )
    return Contacts(known.n, known.limit, page.rows)


def _asked(requester: str, calendar: Calendar, now: datetime) -> Asked:
    first = calendar.local_day(now).replace(day=1)
    until = iso(now + timedelta(seconds=1))
    return Asked(requester=requester, since=iso(calendar.midnight(first)), until=until, sort="moment")
