"""义务提醒: those who may enter are told, in working hours and once for each period, that it ends and nothing is there.

A reminder stands among the notices on pages and in the one digest of the day; nothing else goes out for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from bihuan.core.cadence import Cadence, Period, last_two, remind_now
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.permission import SYSTEM
from bihuan.core.programmes import Programme
from bihuan.store import calendars, contacts, duties, network, notices, packs, versions
from bihuan.store.notices import New

VERB = "duty"


@versions.held()
def remind(*, now: datetime) -> int:
    """Keep a reminder of every duty that ends soon and is not kept; return how many are new.

    Called again it adds nothing: one person, one duty, one period, one reminder.
    """
    calendar = calendars.calendar()
    today = calendar.local_day(now)
    if not any(since <= now < until for since, until in calendar.spans_on(today)):
        return 0
    net = network.snapshot(today)
    made: list[New] = []
    for programme in packs.current().values():
        made += _made(programme, net, today, now)
    mailed = {person for person, has in contacts.addresses({one.person for one in made}).items() if has.get("mail")}
    return notices.put([one for one in made if one.channel == "inapp" or one.person in mailed])


def _made(programme: Programme, net: Network, today: date, now: datetime) -> Iterator[New]:
    calendar = calendars.calendar()
    asked = {}
    for one in programme.cadences:
        ending = [p for p in last_two(one, today) if one.remind and remind_now(one, p, today, calendar.is_workday)]
        if ending:
            asked[one.key] = (one, ending[0].start)
    owed = duties.lately(seen_by=SYSTEM, programme=programme, cadences=asked, net=net, today=today)
    for cadence, _since in asked.values():
        for some in owed[cadence.key]:
            for duty in some.duties:
                if duty.kept == "open" and remind_now(cadence, duty.period, today, calendar.is_workday):
                    for person in _who(programme, cadence, some.key, net):
                        yield from _told(programme, cadence, some.key, duty.period, person, iso(now))


def _who(programme: Programme, cadence: Cadence, key: str, net: Network) -> list[str]:
    """Return who holds a post that may enter for the unit, or the post itself; those who see everything are spared."""
    posts: Iterable[str] = [key]
    if not cadence.post:
        found = []
        for who in programme.ledger[cadence.activity].recorders:
            for post in net.posts_of_kind(who.post) if who.post else net.posts_at(key):
                at = who.of == "at" and key in net.above(post.unit)
                if at or (who.of == "covers" and key in post.covers):
                    found.append(post.key)
        posts = found
    return list(dict.fromkeys(held.person for post in posts for held in net.holders(post)))


def _told(
    programme: Programme, cadence: Cadence, key: str, period: Period, person: str, at: str
) -> Iterator[New]:  # fmt: skip
    name = f"duty:{programme.key}:{cadence.key}:{key}:{period.start.isoformat()}:{person}"
    for channel, state in (("inapp", "sent"), ("digest", "kept")):
        yield New(
            key=f"{name}:{channel}", event=0, order=0, number="", programme=programme.key, type=cadence.key, verb=VERB,
            light="", clock=key, channel=channel, person=person, robot=0, urgency="", at=at, due=at, state=state,
            sent=at if channel == "inapp" else "",
        )  # fmt: skip
