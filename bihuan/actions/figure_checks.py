"""数字: what is kept for figures beside each order, recomputed from its events, and the tallies that add it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import OrderType
from bihuan.store import order_facts

if TYPE_CHECKING:
    from bihuan.actions.verify import Report


@dataclass(slots=True)
class Found:
    """The orders of the batch as replayed, those that are not folded yet, and what all rows together add."""

    pending: set[int]
    orders: dict[int, tuple[OrderType, OrderState, list[Event]]] = field(default_factory=dict)
    total: order_facts.Tallied = field(default_factory=order_facts.Tallied)


def begun() -> Found:
    """Return what the checks of one run keep."""
    return Found(set(order_facts.pending()))


def rows(report: Report, found: Found, ids: Sequence[int]) -> None:
    """Compare the rows of a batch: each says what its order's replay says, unless events of it wait to be folded.

    `changed` may be later than the last event that changed anything, never earlier than one: a recount as of a past
    moment must find every order that stood otherwise then.
    """
    stored = order_facts.stored(ids)
    for id_ in ids:
        row = stored.get(id_)
        if row is not None:
            found.total.update(order_facts.tallied([row[name] for name in order_facts.COLUMNS]))
        if id_ not in found.orders or id_ in found.pending:
            continue
        order_type, order, chain = found.orders[id_]
        if row is None:
            report.fault("verify.figures", number=order.number, column="")
            continue
        began = iso(chain[0].at)
        counted = order_facts.row_of(order_type, order, began, row["changed"])
        for name, value in zip(order_facts.COLUMNS, counted, strict=True):
            if row[name] != value:
                report.fault("verify.figures", number=order.number, column=name, stored=row[name], counted=value)
                break
        if not began <= row["changed"] <= max(iso(event.at) for event in chain):
            report.fault("verify.figures", number=order.number, column="changed", stored=row["changed"], counted=began)
    found.orders.clear()


def tallies(report: Report, found: Found) -> None:
    """Compare the tallies with the sum of the rows."""
    stored = order_facts.everything()
    for key in sorted(set(stored) | set(found.total)):
        if stored[key] != found.total[key]:
            report.fault("verify.counter", counter="/".join(key), stored=stored[key], counted=found.total[key])
            return
