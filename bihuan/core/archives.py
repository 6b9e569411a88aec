"""归档: when an ended order may be closed for good, how long it is kept, and the one event that makes it read-only.

Terms are those of 《机关文件材料归档范围和文书档案保管期限规定》(国家档案局令第8号, 2006): permanent, 30 or 10 years; their
codes and the shape of the archive number those of 归档文件整理规则 (DA/T 22-2015). The programme says which term holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bihuan.core.calendar import Calendar
from bihuan.core.deadlines import deadline
from bihuan.core.durations import parse
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event, OrderState, mark
from bihuan.core.orders import apply
from bihuan.core.permission import Actor
from bihuan.core.programmes import ARCHIVE, TERMS, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.sources import owed

# Of several terms that hold for one order the longest counts; the codes as they stand in an archive number.
CODES: Mapping[str, str] = {"ten_years": "D10", "thirty_years": "D30", "permanent": "Y"}


def term_of(order_type: OrderType, order: OrderState) -> str:
    """Return how long an order is kept, one of TERMS: the longest that its programme says of it, else ten years."""
    said = order_type.retention
    terms = [said.get("term", TERMS[0])]
    if order.importance == "heavy" and "heavy" in said:
        terms.append(said["heavy"])
    if order.supervised and "supervised" in said:
        terms.append(said["supervised"])
    return max(terms, key=TERMS.index)


def number_text(year: int, term: str, n: int, fonds: str = "") -> str:
    """Return the archive number: 全宗号-WS·年度-期限代码-件号, without the first part where no fonds is known."""
    number = f"WS·{year}-{CODES[term]}-{n:04d}"
    return f"{fonds}-{number}" if fonds else number


def ended_at(order_type: OrderType, order: OrderState, past: Iterable[Event]) -> str:
    """Return the instant at which an order ended, "" where it is open or nobody knows (an import without its day).

    What was struck off, refused or withdrawn carries it; of a merger or a termination the event that ended it says.
    """
    if not order_type.states[order.state].closed:
        return ""
    if known := str(order.times.get("closed", "")):
        return known
    last = ""
    for event in past:
        to = event.then.get("to")
        if to == order.state:
            last = "" if order_type.moves[event.verb].effect == "import" else iso(event.at)
    return last


def reopens_until(order_type: OrderType, order: OrderState, calendar: Calendar, now: datetime) -> datetime | None:
    """Return until when an ended order may still be taken up again by a move with a limit; None where that is over."""
    ends = [
        deadline(instant(order.times[move.within_of]), parse(move.within), calendar).due
        for move in order_type.moves.values()
        if order.state in move.from_ and move.to and "within" in move.guards and order.times.get(move.within_of)
    ]
    last = max(ends, default=now)
    return last if last > now else None


def must_be_over(year: int, today: date) -> None:
    """Raise Refused `archive.clock.year` unless the year has ended."""
    if year >= today.year:
        raise Refused(f"{ARCHIVE}.clock.year", year=year, since=date(year + 1, 1, 1).isoformat())


def ready(order_type: OrderType, order: OrderState, ended: str, year: int, calendar: Calendar, now: datetime) -> None:
    """Return if an order may be closed with this year, else raise Refused `archive.…` saying why not."""
    if order.archived:
        raise Refused(f"{ARCHIVE}.frozen.archived", **order.archived)
    if not order_type.states[order.state].closed:
        raise Refused(f"{ARCHIVE}.state.open", state=order.state, asks=list(order.asks))
    if not ended:
        raise Refused(f"{ARCHIVE}.state.unknown_end")
    if calendar.local_day(instant(ended)).year != year:
        raise Refused(f"{ARCHIVE}.state.other_year", ended=ended)
    if owed(order_type, order):
        raise Refused(f"{ARCHIVE}.state.owed", number=order.source_number)
    until = reopens_until(order_type, order, calendar, now)
    if until is not None:
        raise Refused(f"{ARCHIVE}.clock.reopens", until=iso(until))


def archived(
    order_type: OrderType, order: OrderState, year: int, n: int, fonds: str, actor: Actor, now: datetime
) -> tuple[Event, OrderState]:
    """Return the one event that archives an order that is `ready`, and the order after it; `n` is its 件号."""
    term = term_of(order_type, order)
    facts: dict[str, Any] = {"year": year, "term": term, "n": n, "number": number_text(year, term, n, fonds)}
    event = Event(
        order=order.id,
        seq=order.seq + 1,
        verb=ARCHIVE,
        actor=mark(actor),
        at=now,
        facts=facts,
        then={},
        bundle=order.bundle,
        prev=order.head,
        command=f"{ARCHIVE}:{year}:{order.seq + 1}",
    ).sealed()
    return event, apply(order_type, order, event)
