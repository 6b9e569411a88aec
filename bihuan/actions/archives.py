"""归档: what a year can be closed with and what not, and closing it: ended orders become read-only, one event each.

Each order is a command of its own: what was cut off is taken up by doing it again, and nothing is archived twice.
What ends later in a year that was closed already is taken by closing it once more (补充归档).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain as chained
from itertools import islice
from typing import Any

from django.db import transaction

from bihuan.actions.orders import TRIES, stored
from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.actions.setting import setting_of
from bihuan.core import archives as rules
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.programmes import ARCHIVE
from bihuan.core.refusal import Refused
from bihuan.store import archives, calendars, documents, events, orders, packs, register, versions

CLOSED = "year_archived"
SHOWN = 50  # of what cannot be archived
SOME = 200  # orders whose events are read together
FONDS = 20  # letters of a 全宗号


@dataclass(frozen=True, slots=True)
class Left:
    """An order that has ended and cannot be archived with the year yet, and why."""

    number: str
    title: str
    why: Refused


@dataclass(slots=True)
class Look:
    """What a year can be closed with. `ready` counts orders by term, `left` the first of those that cannot be closed
    though they have ended (`n_left` of them), `open` how many submitted in the year or before are open; `archived` are
    done already. `more` says that a bound was reached and that there are others."""

    year: int
    ready: Counter[str] = field(default_factory=Counter)
    left: list[Left] = field(default_factory=list)
    n_left: int = 0
    open: int = 0
    archived: int = 0
    more: bool = False
    early: Refused | None = None  # why the year as a whole cannot be closed yet


@dataclass(slots=True)
class Done:
    """What was archived: `moved` orders; `more` where a limit left some."""

    moved: int = 0
    left: int = 0
    more: bool = False


def bounds(year: int) -> tuple[str, str]:
    """Return the first instant of a local year and of the next one, as stored text."""
    calendar = calendars.calendar()
    return iso(calendar.midnight(date(year, 1, 1))), iso(calendar.midnight(date(year + 1, 1, 1)))


@versions.held()
def look(year: int, *, actor: Actor, now: datetime, most: int | None = None) -> Look:
    """Return what the year can be closed with, looking at no more than `most` ended orders; reads only.

    Raises Refused `archive.post` for everybody but an administrator.
    """
    must_set_up(actor, ARCHIVE)
    found = Look(year, open=archives.still_open(bounds(year)[1]), archived=archives.archived_count(year))
    try:
        rules.must_be_over(year, calendars.calendar().local_day(now))
    except Refused as early:
        found.early = early
    for n, (order, why) in enumerate(_ended(year, now, None if most is None else most + 1)):
        if n == most:
            found.more = True
            break
        if why is None:
            found.ready[rules.term_of(packs.order_type(order.bundle, order.type), order)] += 1
        elif why.code != f"{ARCHIVE}.state.other_year":
            found.n_left += 1
            if len(found.left) < SHOWN:
                found.left.append(Left(order.number, order.title, why))
    return found


def _ended(year: int, now: datetime, most: int | None = None) -> Iterator[tuple[OrderState, Refused | None]]:
    """Yield what ended in the year, or nobody knows when, each with why it cannot be archived with it."""
    calendar = calendars.calendar()
    for order, ended in chained(
        ((order, order.times["closed"]) for order in archives.ended(*bounds(year), most)), _untimed(most)
    ):
        try:
            rules.ready(packs.order_type(order.bundle, order.type), order, ended, year, calendar, now)
        except Refused as why:
            yield order, why
        else:
            yield order, None


def _untimed(most: int | None) -> Iterator[tuple[OrderState, str]]:
    """Yield what ended without a column that knows when, each with what its events say; read by the hundred."""
    found = archives.unknown_end(most=most)
    while some := list(islice(found, SOME)):
        past = events.of_orders(order.id for order in some)
        yield from ((order, _end_of(order, past[order.id])) for order in some)


def _end_of(order: OrderState, past: list[Event] | None = None) -> str:
    kind = packs.order_type(order.bundle, order.type)
    if past is None and not order.times.get("closed"):
        past = events.of_order(order.id)
    return rules.ended_at(kind, order, past or ())


def close(
    year: int,
    *,
    actor: Actor,
    now: datetime,
    fonds: str = "",
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Done:
    """Archive every order that ended in the year and may be, at most `limit`; return how many.

    Their numbers (件号) are without gaps within year and term. `fonds` is the 全宗号 an archive gave the office, "" where
    there is none. Raises Refused `archive.post`, `archive.clock.year` while the year runs, `archive.needs` for a fonds
    that is none, and `archive.state.done` where the year is closed already and nothing new has ended.
    """
    must_set_up(actor, ARCHIVE)
    rules.must_be_over(year, calendars.calendar().local_day(now))
    fonds = fonds.strip().upper()
    if fonds and not (fonds.isascii() and fonds.isalnum() and len(fonds) <= FONDS):
        raise Refused(f"{ARCHIVE}.needs", {"fonds": "bad_fonds"}, given={"fonds": {"value": fonds}})
    with versions.held():
        waiting = _waiting(year, now, limit)
    if not waiting:
        raise Refused(f"{ARCHIVE}.state.done", year=year, n=archives.archived_count(year), at=last_closed(year))
    done = Done(more=limit is not None and len(waiting) > limit)
    waiting = waiting[:limit]
    with transaction.atomic():
        facts: dict[str, Any] = {"year": year, "orders": len(waiting), **({"fonds": fonds} if fonds else {})}
        note(SETUP, actor=actor, verb=CLOSED, facts=facts, now=now)
    for id_ in waiting:
        done.moved += _one(id_, year, fonds, actor, now)
        if progress:
            progress(done.moved)
    done.left = len(waiting) - done.moved
    return done


def _waiting(year: int, now: datetime, limit: int | None) -> list[int]:
    """Return the orders to be archived by their numbers, so that 件号 follow them; one more than the limit."""
    found = sorted((order.number, order.id) for order, why in _ended(year, now) if why is None)
    return [id_ for _number, id_ in found[: None if limit is None else limit + 1]]


class _Lost(Exception):
    """Somebody changed the order first: its 件号 goes back."""


def _one(id_: int, year: int, fonds: str, actor: Actor, now: datetime) -> bool:
    """Archive one order with the next 件号 of its year and term; False where it may not be any more."""
    for _ in range(TRIES):
        held = orders.by_id(id_, seen_by=SYSTEM)
        setting = setting_of(held.type, now)
        try:
            rules.ready(held.type, held.order, _end_of(held.order), year, setting.calendar, now)
        except Refused:
            return False
        term = rules.term_of(held.type, held.order)
        try:
            with transaction.atomic():
                n = documents.take(f"archive:{year}:{rules.CODES[term]}")
                event, after = rules.archived(held.type, held.order, year, n, fonds, actor, now)
                if not stored(setting, held.order, event, after):
                    raise _Lost
        except _Lost:
            continue
        return True
    return False


def last_closed(year: int) -> str:
    """Return the instant at which a year was closed last, "" where it never was."""
    past = register.last(SETUP, (CLOSED,), 200)
    return next((iso(event.at) for event in past if event.facts.get("year") == year), "")


def years(now: datetime) -> list[int]:
    """Return the years from the first in which anything ended to the present one, the latest first."""
    calendar = calendars.calendar()
    this, first = calendar.local_day(now).year, archives.first_ended()
    since = calendar.local_day(instant(first)).year if first else this
    return list(range(this, min(since, this) - 1, -1))
