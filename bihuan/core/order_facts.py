"""单的数据: what figures ask of an order: by which moments it counts, what holds of it, what it brought.

Everything follows from the state of the order under the version it stands in, so that a figure of a past moment is
worked out from the replayed order by the same functions. `store.order_facts` keeps `facts` beside each order.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from bihuan.core.chain import canonical, digest
from bihuan.core.indicators import MARKS, Indicator, Where
from bihuan.core.instants import month
from bihuan.core.measures import amount
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.projection import columns

MOMENTS = ("dispatched", "accepted", "answered", "due", "contact_due", "surveyed", "rectified")
FLAGS = ("returned", "redone", "kept", "responded", "confirmed", "satisfied")
FACTS = ("milestone", *MOMENTS, *FLAGS)
# Columns of the order itself that figures look at; when none of these and no fact changes, no figure does.
LOOKED_AT = (
    "state", "open", "title", "category", "priority", "channel", "requester", "requester_name", "desk", "lead",
    "secret", "supervised", "due", "rating", "rated", "result", "solved", "submitted", "replied", "closed",
)  # fmt: skip


def facts(order_type: OrderType, order: OrderState) -> dict[str, Any]:
    """Return the moments (instants as text, "" for none) and flags of an order by name."""
    state = order_type.states.get(order.state)
    milestone = state.milestone if state else ""
    promise, contact = _due(order, "promise", milestone), _due(order, response_clock(order_type), milestone)
    first = order.times.get("first_replied", "")
    answers = [one["at"] for one in order.replies.values()]
    contacts = [at for at in (order.times.get("accepted", ""), order.times.get("contacted", "")) if at]
    asked = [one for one in (order.checked, order.callback) if one.get("confirmed")]
    founded = [one["at"] for one in order.ratings if one.get("verified") == "founded" and not one.get("excluded")]
    return {
        "milestone": milestone,
        "dispatched": order.times.get("first_dispatched", ""),
        "accepted": order.times.get("accepted", ""),
        "answered": first or min(answers, default=""),
        "due": promise,
        "contact_due": contact,
        "surveyed": max((one["at"] for one in asked), default=""),
        "rectified": max(founded, default=""),
        "returned": order.returns > 0,
        "redone": order.redone > 0,
        "kept": bool(promise) and "" < first < promise,
        "responded": bool(contact) and bool(contacts) and min(contacts) < contact,
        "confirmed": any(one["confirmed"] == "yes" for one in asked),
        "satisfied": order.standing_rating.get("level", "") not in ("", *order_type.bad_ratings),
    }


def response_clock(order_type: OrderType) -> str:
    """Return the clock within which somebody must take the matter up (响应): the one that accepting stops, or ""."""
    accepting = {move.verb for move in order_type.by_effect("accept")}
    return next((key for key, one in order_type.clocks.items() if not one.each and accepting & set(one.stops)), "")


def _due(order: OrderState, key: str, milestone: str) -> str:
    """When it is or was due; "" where the order ended outside the loop before anything was owed."""
    clock = order.clocks.get(key, {})
    if not clock:
        return ""
    left = milestone == "ended" and not order.left_after_reply and "" < clock.get("stop", "") < clock["due"]
    return "" if left else str(clock["due"])


def stamp(order: OrderState, row: dict[str, Any], found: dict[str, Any]) -> str:
    """Return a hash of everything figures look at: while it stays the same, no figure changes.

    `row` is what `projection.columns` gave for the order, `found` what `facts` did.
    """
    return digest(looked_at(order, row, found))


def looked_at(order: OrderState, row: dict[str, Any], found: dict[str, Any]) -> str:
    """Return the text of which `stamp` is the hash."""
    kept = [[row[name] for name in LOOKED_AT], found, order.fields, order.measures, order.co, order.left_after_reply]
    return canonical(kept)


# ---- what an order adds to the tallies of figures ----
Adds = dict[tuple[str, str, str], int]  # (mark, unit, month) -> n; unit "" is everywhere, month "" a stock
COUNTED = tuple(key for key, mark in MARKS.items() if mark.moment != "dated" and key != "overdue")
SUMMED = (
    "solved"  # the mark under whose month amounts add up, as `solved:<field>`, and are counted, as `solved#<field>`
)
BY_RESULT = (
    "surveyed",
    "confirmed",
)  # the marks tallied by what was said to have come of it too: some results count not
LONGEST = 64  # of a requester's key or name in a tally
FROM = ("submitted", "solved")  # the marks tallied by who asked, under the unit `from:<requester>`


def adds(
    order_type: OrderType,
    order: OrderState,
    zone: tzinfo,
    row: dict[str, Any] | None = None,
    found: dict[str, Any] | None = None,
) -> Adds:
    """Return what the order adds to each tally: its marks by local month, everywhere, for desk, lead and supervising
    post, by requester.

    Outcome measures of solved orders add up, money in fen. Secret orders count like others: a count shows no content.
    `row` is what `projection.columns` gave for the order, `found` what `facts` did, where somebody has asked already.
    """
    row, found = row or columns(order_type, order), found or facts(order_type, order)
    units = ["", *([f"desk:{order.desk}"] if order.desk else []), *([f"lead:{order.lead}"] if order.lead else [])]
    units += [under(order.supervisor)] if order.supervisor else []
    total: Adds = {}
    for mark in COUNTED:
        name = MARKS[mark].moment
        at = (found[name] if name in found else row[name]) if name else ""
        if (name and not at) or (mark in _HOLDS and not _HOLDS[mark](order, row, found, "")):
            continue
        when = month(at, zone) if at else ""
        total |= {(mark, unit, when): 1 for unit in units}
        if mark in BY_RESULT and row["result"]:
            total |= {(came_to(mark, row["result"]), unit, when): 1 for unit in units}
        if mark in FROM and (item := order.requester or order.requester_name):
            total[mark, asker(item), when] = 1
        if mark == SUMMED:
            for key, value in {**order.fields, **order.measures}.items():
                field = order_type.fields.get(key)
                if field is not None and field.kind in ("money", "count") and value != "" and (n := amount(value)):
                    total |= {(f"{mark}:{key}", unit, when): n for unit in units}
                    total |= {(f"{mark}#{key}", unit, when): 1 for unit in units}
    if at := row["submitted"]:  # how far the orders of a month have come, by what they are about
        total |= {(came(order.category, found["milestone"]), unit, month(at, zone)): 1 for unit in units}
    return total


def came(category: str, milestone: str) -> str:
    """Return the mark under which orders are tallied by the month they came in, their category and where they stand."""
    return f"came:{category}:{milestone}"


def came_to(mark: str, result: str) -> str:
    """Return the mark under which the orders of a mark are tallied that had a result."""
    return f"{mark}={result}"


def asker(item: str) -> str:
    """Return the unit of the tallies of one requester; a long name is told by its hash."""
    return f"from:{item}" if len(item) <= LONGEST else f"from:{digest(item)}"


def under(post: str) -> str:
    """Return the unit of the tallies of what a post supervises (分管)."""
    return f"under:{post}"


def added(found: Adds) -> str:
    """Return what an order adds as the one text that is kept beside it."""
    return canonical([[*key, n] for key, n in sorted(found.items())])


# ---- one order and one indicator ----
def moment(indicator: Indicator, order_type: OrderType, order: OrderState, at: str) -> str | None:
    """Return the instant by which the order counts, None where it does not; a stock counts at `at`.

    For a date field it is that day.
    """
    if not _fits(indicator.where, order_type, order):
        return None
    if indicator.day:
        return str(held(order, indicator.day) or "") or None
    row, found = columns(order_type, order), facts(order_type, order)
    if indicator.mark in _HOLDS and not _HOLDS[indicator.mark](order, row, found, at):
        return None
    name = indicator.moment
    if not name:
        return at
    return str(found[name] if name in found else row[name]) or None


_HOLDS: dict[str, Any] = {
    "returned": lambda order, row, found, at: found["returned"],
    "redone": lambda order, row, found, at: found["redone"],
    "dual": lambda order, row, found, at: bool(row["replied"]),
    "on_time": lambda order, row, found, at: found["kept"],
    "responded": lambda order, row, found, at: found["responded"],
    "closed": lambda order, row, found, at: found["milestone"] == "closed",
    "solved": lambda order, row, found, at: row["solved"],
    "refused": lambda order, row, found, at: row["state"] == "refused",
    "confirmed": lambda order, row, found, at: found["confirmed"],
    "satisfied": lambda order, row, found, at: found["satisfied"],
    "supervised": lambda order, row, found, at: order.supervised,
    "open": lambda order, row, found, at: row["open"],
    "overdue": lambda order, row, found, at: row["open"] and row["due"] <= at,
}


def _fits(where: tuple[Where, ...], order_type: OrderType, order: OrderState) -> bool:
    """Whether every condition holds."""
    return all(slice_of(one.key, order_type, order) in one.one_of for one in where)


def slice_of(key: str, order_type: OrderType, order: OrderState) -> str:
    """Return what an order is by a key of the closed vocabulary, or a choice field of its kind; "" where unknown."""
    if key in ("category", "priority", "channel", "result", "state"):
        return str(getattr(order, key))
    if key == "rating":
        return str(order.standing_rating.get("level", ""))
    if key == "milestone":
        state = order_type.states.get(order.state)
        return state.milestone if state else ""
    if key in ("secret", "supervised", "left_after_reply"):
        return "yes" if getattr(order, key) else "no"
    return str(held(order, key) or "")


def held(order: OrderState, key: str) -> Any:
    """Return a fact of the order: an outcome measure of the answer, else a field, None for none."""
    if key in ("importance", "urgency"):
        return getattr(order, key) or None
    return order.measures.get(key, order.fields.get(key))


def amount_of(indicator: Indicator, order: OrderState) -> int:
    """Return what the order adds to a sum, money in fen; 0 where nothing was reported."""
    value = held(order, indicator.value)
    return amount(value) if isinstance(value, int | str) and value != "" else 0


def item_of(indicator: Indicator, order: OrderState) -> str:
    """Return what the order is counted once by: the requester (its name where it is no unit), lead or desk."""
    if indicator.value == "requester":
        return order.requester or order.requester_name
    return str(getattr(order, indicator.value, "") or "")
