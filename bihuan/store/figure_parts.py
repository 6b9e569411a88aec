"""数协办: figures over the co-handling parts of orders, each with its own clock: one part is one unit on one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from bihuan.core import sight
from bihuan.core.chain import plain
from bihuan.core.figures import Difference, Member
from bihuan.core.indicators import Indicator
from bihuan.core.instants import instant, month
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.whole import whole
from bihuan.store import events, packs
from bihuan.store.figure_odd import as_of, rights
from bihuan.store.figure_order_sql import scope_units
from bihuan.store.figure_rows import by_groups, came_or_went, page_of
from bihuan.store.readings import Groups, MemberPage, Query, Reading
from bihuan.store.statements import marks

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Held:
    """One part that counts: the order as it stood at the moment, the unit, and the moment it counts by."""

    order: OrderState
    unit: str
    moment: str
    clear: bool

    @property
    def key(self) -> tuple[str, int, str]:
        """Its place in a list: the latest first."""
        return self.moment, self.order.id, self.unit


class Parts:
    """The source of figures over co-handling parts."""

    def may_read(self, reading: Reading, indicator: Indicator) -> bool:
        """Whether the kind of order is any of the reader's business."""
        order_type = reading.programme.orders.get(indicator.of)
        return order_type is not None and sight.counts(reading.actor, order_type)

    def evaluate(self, reading: Reading, queries: Sequence[Query]) -> list[Groups]:
        """Return how many parts each query counts by the unit that co-handles and month; the orders are read once."""
        states = _states(reading, [query.indicator.of for query in queries])
        found = []
        for query in queries:
            some = _held(reading, query, states)
            found.append(
                by_groups(query, (tuple(_group_of(reading, query, one, key) for key in query.by) for one in some))
            )
        return found

    def hidden(self, reading: Reading, query: Query) -> int:
        """Return how many of the parts are of orders the reader may not read."""
        return sum(not one.clear for one in _held(reading, query, _states(reading, [query.indicator.of])))

    def members(self, reading: Reading, query: Query, part: str, cursor: str, size: int) -> MemberPage:
        """Return one page of the parts, the latest moment first."""
        some = _held(reading, query, _states(reading, [query.indicator.of]))
        rows = sorted(some, key=lambda one: one.key, reverse=True)
        after = cursor.split("~")
        if len(after) == 3 and (at := whole(after[1])) is not None:
            rows = [one for one in rows if one.key < (after[0], at, after[2])]
        return page_of(rows, size, lambda one: _member(reading, part, one))

    def earliest(self, reading: Reading, query: Query) -> date | None:
        """Return the day of the oldest of these parts."""
        wide = Query(query.indicator, date(1970, 1, 1), query.until)
        found = [one.moment for one in _held(reading, wide, _states(reading, [query.indicator.of]))]
        return reading.calendar.local_day(instant(min(found))) if found else None

    def explain(self, before: Reading, after: Reading, query: tuple[Query, Query]) -> list[Difference]:
        """Return the parts that count at one moment and not at the other, with the last event in between."""
        was, is_ = (
            {(one.order.id, one.unit): one for one in _held(reading, each, _states(reading, [each.indicator.of]))}
            for reading, each in ((before, query[0]), (after, query[1]))
        )
        return came_or_went(
            was,
            is_,
            lambda one: _member(after, "records", one),
            lambda one: (one.order.last.get("verb", ""), one.order.last.get("at", "")),
        )


def source() -> Parts:
    """Return the source."""
    return Parts()


def _states(reading: Reading, types: Sequence[str]) -> list[tuple[OrderState, bool]]:
    """Return the co-handled orders the reader may count as they stood at the moment, and whether they may read them."""
    wanted = sorted(set(types))
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT o.id, o.body FROM store_order o WHERE o.id IN (SELECT u."order" FROM store_orderunit u '
            f"WHERE u.tenant = 1) AND o.programme = %s AND o.type IN ({marks(len(wanted))})",
            [reading.programme.key, *wanted],
        )
        now = {id_: OrderState.load(plain(body)) for id_, body in cursor.fetchall()}
    found = []
    changed = [id_ for id_, order in now.items() if reading.past and order.last.get("at", "") > reading.at]
    then: dict[int, OrderState | None] = {}
    for at in range(0, len(changed), CHUNK):
        for id_, chain in events.of_orders(changed[at : at + CHUNK]).items():
            then[id_] = as_of(chain, reading.at)
    for id_, order in now.items():
        counts, clear = rights(reading.actor, order, reading.programme.orders[order.type])
        state = then.get(id_, order) if id_ in then else order
        if counts and state is not None:
            found.append((state, clear))
    return found


def _held(reading: Reading, query: Query, states: list[tuple[OrderState, bool]]) -> Iterator[Held]:
    one, (start, end) = query.indicator, reading.bounds(query.since, query.until)
    wanted = [scope_units(reading, one), [reading.asked.unit] if reading.asked.unit else None]
    for order, clear in states:
        if order.type != one.of:
            continue
        order_type = packs.order_type(order.bundle, order.type)
        for unit, part in order.co.items():
            moment = _moment(order_type, order, unit, part, one.mark, reading.at)
            inside = one.stock or (
                moment and start <= moment < (min(end, reading.at) if one.mark in ("due", "on_time") else end)
            )
            if not moment or not inside or any(keys is not None and unit not in keys for keys in wanted):
                continue
            yield Held(order, unit, moment, clear)


def _moment(order_type: OrderType, order: OrderState, unit: str, part: dict[str, str], mark: str, at: str) -> str:
    """Return the moment by which a part counts, "" where it does not; a stock counts at `at`."""
    clock: dict[str, str] = next(
        (one for key, one in order.clocks.items() if key.partition(":")[2] == unit and key.partition(":")[1]), {}
    )
    done = part.get("state") == "done"
    state = order_type.states.get(order.state)
    open_ = state is not None and not state.closed and not done
    match mark:
        case "dispatched":
            return str(clock.get("start", ""))
        case "replied":
            return str(part.get("at", "")) if done else ""
        case "due":
            return str(clock.get("due", ""))
        case "on_time":
            return str(clock.get("due", "")) if done and part.get("at", "") < clock.get("due", "") else ""
        case "open":
            return at if open_ else ""
        case "overdue":
            return at if open_ and "" < clock.get("due", "") <= at else ""
    return ""


def _group_of(reading: Reading, query: Query, one: Held, key: str) -> str:
    if key == "month":
        return "" if query.indicator.stock else month(one.moment, reading.calendar.zone)
    return one.unit


def _member(reading: Reading, part: str, one: Held) -> Member:
    order = one.order
    day = reading.calendar.local_day(instant(one.moment)).isoformat()
    title = order.title if one.clear else ""
    more = {"requester_name": order.requester_name} if one.clear else {}
    return Member("part", f"{order.id}.{one.unit}", order.number, title, day, "", one.unit, part, not one.clear, more)
