"""差在哪里: what made a figure over orders differ between two moments, order by order with the event that did it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bihuan.core.figures import Difference, Member
from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.store import events, order_facts, packs
from bihuan.store.figure_odd import Odd, Odds, as_of, hits, rights
from bihuan.store.readings import Query, Reading

CHUNK = 500


def explained(before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
    """Return the orders that count at one moment and not at the other, or count otherwise, with the event that did it.

    Only orders touched after the earlier moment can have moved; where the window itself moved on (to_as_of), only those
    can be new in it too, for what occurred later was recorded later.
    """
    first, last = sorted((before, after), key=lambda one: one.at)
    found = []
    ids = _touched(first, last, query[1])
    for start in range(0, len(ids), CHUNK):
        chains = events.of_orders(ids[start : start + CHUNK])
        for id_ in ids[start : start + CHUNK]:
            if difference := _difference(before, after, query, chains.get(id_, [])):
                found.append(difference)
    return sorted(found, key=lambda one: (one.at, str(one.member.id)))


def _touched(first: Reading, last: Reading, query: Query) -> list[int]:
    pending = set(order_facts.pending())
    return sorted(pending | set(order_facts.touched_after(first.programme.key, query.indicator.of, first.at)))


def _difference(before: Reading, after: Reading, query: tuple[Query, Query], chain: list[Event]) -> Difference | None:
    if not chain or chain[0].then.get("type") != query[1].indicator.of:
        return None
    if chain[0].then.get("programme") != after.programme.key:
        return None
    newest = after.programme.orders[query[1].indicator.of]
    now = as_of(chain, iso(chain[-1].at))
    assert now is not None
    counts, clear = rights(after.actor, now, newest)
    if not counts:
        return None
    was = _amount(before, query[0], chain, clear)
    is_ = _amount(after, query[1], chain, clear)
    if was == is_:
        return None
    event = _cause(before, after, query, chain, clear)
    member = Member(
        "order",
        now.id,
        now.number,
        now.title if clear else "",
        after.calendar.local_day(event.at).isoformat(),
        unit=now.desk or now.lead,
        hidden=not clear,
    )
    return Difference(member, was, is_, event.verb, iso(event.at))


def _amount(reading: Reading, query: Query, chain: list[Event], clear: bool) -> str:
    """Return "" where the order does not count at the moment, its amount where it adds one, else `in`."""
    order = as_of(chain, reading.at)
    if order is None:
        return ""
    found = hits(reading, query, Odds([], [_odd(order, clear)]))
    if not found:
        return ""
    if query.indicator.aggregator == "sum":
        money = reading.programme.orders[query.indicator.of].fields[query.indicator.value].kind == "money"
        return f"{Decimal(found[0].amount) / 100:.2f}" if money else str(found[0].amount)
    return "in"


def _odd(order: OrderState, clear: bool) -> Odd:
    return Odd(order, packs.order_type(order.bundle, order.type), True, clear)


def _cause(before: Reading, after: Reading, query: tuple[Query, Query], chain: list[Event], clear: bool) -> Event:
    """Return the event between the moments after which the order counts as it does at the later one."""
    early, late = sorted((before.at, after.at))
    last_query = query[1] if after.at == late else query[0]
    last_reading = after if after.at == late else before
    final = _amount(last_reading, last_query, chain, clear)
    cause = chain[0]
    for event in chain:
        at = iso(event.at)
        if at > late:
            break
        if at <= early:
            cause = event
            continue
        moved = _amount(replace(last_reading, at=at), last_query, chain, clear)
        if moved == final:
            return event
        cause = event
    return cause
