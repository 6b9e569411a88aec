"""差在哪里: which entry, waiver, change of the network or day gone by moved a record of a short list, and when.

What stands in books is told from the events recorded between two moments, what the network says from the days on which
its changes take effect, and what nobody did from the day on which a period was over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from bihuan.core import entries as core
from bihuan.core.cadence import Period
from bihuan.core.entries import EntryState
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.core.waivers import Waiver, period, subject
from bihuan.store import duties, events, network, roll
from bihuan.store.ledger import KIND
from bihuan.store.readings import Reading
from bihuan.store.statements import marks

ONE_DAY = timedelta(days=1)
FELL_DUE, BEGAN, LAPSED = "fell_due", "window_began", "waiver_lapsed"  # what no event did


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved something and when: a verb with the number of the entry or the name of the unit or post it is of.

    `of` is the unit, post or subject it touches, `over` the days it is about.
    """

    verb: str
    at: str
    what: str = ""
    of: str = ""
    over: Period | None = None


def latest(some: Iterable[Cause]) -> Cause:
    """Return the last of them, one without verb and moment where there is none."""
    return max(some, key=lambda one: one.at, default=Cause("", ""))


@dataclass(frozen=True, slots=True)
class Between:
    """Two moments of one reader, the earlier first."""

    first: Reading
    last: Reading

    @classmethod
    def of(cls, before: Reading, after: Reading) -> Between:
        """Return them in order."""
        first, last = sorted((before, after), key=lambda one: one.at)
        return cls(first, last)

    def day(self, verb: str, day: date, what: str = "", of: str = "") -> Iterator[Cause]:
        """Yield what takes effect with the beginning of a day, if that lies between the moments."""
        yield from self.at(verb, self.last.calendar.midnight(day), what, of)

    def at(self, verb: str, at: datetime, what: str = "", of: str = "") -> Iterator[Cause]:
        """Yield what takes effect at an instant, if that lies between the moments."""
        if self.first.at < iso(at) <= self.last.at:
            yield Cause(verb, iso(at), what, of)

    def written(self, books: Sequence[str]) -> Iterator[tuple[Event, list[EntryState]]]:
        """Yield the events of some books recorded between the moments, each with the entry before and after it.

        Two queries: the entries that changed since the earlier moment, and their events.
        """
        with connection.cursor() as db:
            db.execute(
                "SELECT e.id FROM store_entry e WHERE e.tenant = 1 AND e.programme = %s AND e.changed > %s "
                f"AND e.activity IN ({marks(len(books))}) ORDER BY e.id",
                [self.last.programme.key, self.first.at, *books],
            )
            ids = [row[0] for row in db.fetchall()]
        for id_, chain in events.of_orders(ids, KIND).items():
            state = EntryState(id=id_)
            for event in chain:
                was, state = state, core.apply(state, event)
                if self.first.at < iso(event.at) <= self.last.at:
                    yield event, [one for one in (was, state) if one.seq]

    def waived(self, book: Waiver | None) -> Iterator[Cause]:
        """Yield what was waived in a book, taken back, or over between the moments."""
        if book is None:
            return
        for event, states in self.written([book.key]):
            for one in states:
                yield Cause(event.verb, iso(event.at), one.number, subject(one), period(one))
        for key, live in duties.waivers(self.last.programme, book.key).items():
            for one in live:
                yield from self.day(LAPSED, period(one).end + ONE_DAY, one.number, key)

    def changes(self, net: Network) -> Iterator[tuple[str, Cause]]:
        """Yield what took effect in the network, with the key of the unit or post it is of: two queries.

        Who holds a post is not said, only that it was taken or left.
        """
        for unit in net.units.values():
            yield from self._span(unit.key, ("unit_set", "unit_dissolved"), unit.since, unit.until, unit.name)
        for key, days in roll.changed(net.units).items():
            for day in days:
                for cause in self.day("unit_set", day, net.name(key), key):
                    yield key, cause
        for post in net.posts.values():
            yield from self._span(post.key, ("post_set", "post_dissolved"), post.since, post.until, post.name)
        for row in roll.history(net.posts):
            key = row["post__key"]
            verbs = ("holder_set", "holder_ended")
            yield from self._span(key, verbs, row["since"], row["until"], net.posts[key].name)

    def _span(
        self, key: str, verbs: tuple[str, str], since: date | None, until: date | None, what: str
    ) -> Iterator[tuple[str, Cause]]:
        begun = self.day(verbs[0], since, what, key) if since else ()
        ended = self.day(verbs[1], until + ONE_DAY, what, key) if until else ()
        for cause in (*begun, *ended):
            yield key, cause

    def of_things(self) -> dict[str, list[Cause]]:
        """Return what took effect in the network by the key of the unit or post it is of."""
        found: dict[str, list[Cause]] = {}
        for key, cause in self.changes(network.of_all_time(self.last.day)):
            found.setdefault(key, []).append(cause)
        return found
