"""验证: recompute rows, deadlines, chains, counters and seals from the events, and name the first broken link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bihuan.actions import (
    brief_checks,
    document_checks,
    figure_checks,
    ledger_checks,
    review_checks,
    sitting_checks,
)
from bihuan.core import clocks as clock_rules
from bihuan.core import counters as tallying
from bihuan.core.calendar import Calendar
from bihuan.core.chain import GENESIS, canonical, digest, merkle_root
from bihuan.core.instants import instant
from bihuan.core.order_state import Event, OrderState
from bihuan.core.orders import replay
from bihuan.core.programmes import MIGRATE, OrderType
from bihuan.core.projection import columns
from bihuan.store import calendars, counters, events, orders, packs, seals, terms

BATCH = 500


@dataclass(slots=True)
class Report:
    """What was checked. `broken` is the first fault as (code, facts), or None; codes are worded in `words`."""

    orders: int = 0
    events: int = 0
    clocks: int = 0
    kept_clocks: int = 0  # counted under an earlier calendar: their promise stands and is not counted again
    counters: int = 0
    seals: int = 0
    papers: int = 0
    entries: int = 0
    rounds: int = 0
    broken: tuple[str, dict[str, object]] | None = None
    faults: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def fault(self, code: str, **facts: object) -> None:
        """Note a fault; the first one is the broken link."""
        self.faults.append((code, facts))
        self.broken = self.broken or (code, facts)


def verify(*, progress: Callable[[int], None] | None = None, most: int = 20) -> Report:
    """Recompute everything and return what was found; stops after `most` faults."""
    report = Report()
    calendar = calendars.calendar()
    expected: Counter[tuple[str, str, str, str]] = Counter()
    heads: list[tuple[int, str]] = []
    tallied = figure_checks.begun()
    papers: document_checks.Expected = {}
    start = 0
    while (ids := orders.ids_after(start, BATCH)) and len(report.faults) < most:
        start = ids[-1]
        rows, chains = orders.stored(ids), events.of_orders(ids)
        for id_ in ids:
            row = rows[id_]
            order = _order(report, row, chains.get(id_, []), calendar)
            heads.append((id_, str(row["head"])))
            if order is not None:
                papers |= document_checks.expected_of(order)
                order_type = packs.order_type(order.bundle, order.type)
                tallied.orders[id_] = (order_type, order, chains[id_])
                for (unit, measure, month), n in tallying.tallies(order_type, order).items():
                    expected[order.programme, unit, measure, month] += n
        figure_checks.rows(report, tallied, ids)
        if report.broken is None:
            for number in terms.astray(ids):
                report.fault("verify.search", number=number)
        if progress:
            progress(len(ids))
    ledger_checks.check(report, expected, lambda number, chain: _links(report, number, chain))
    if report.broken is None:
        _counters(report, expected)
    if report.broken is None:
        figure_checks.tallies(report, tallied)
    _others(report)
    if report.broken is None:
        document_checks.check(report, papers)
    if report.broken is None:
        sitting_checks.check(report)
    if report.broken is None:
        review_checks.check(report)
    if report.broken is None:
        brief_checks.check(report)
    _seals(report)
    return report


def _order(report: Report, row: dict[str, object], chain: list[Event], calendar: Calendar) -> OrderState | None:
    number = str(row["number"])
    report.orders += 1
    if not _links(report, number, chain):
        return None
    first = chain[0]
    try:
        order_type = packs.order_type(first.then["bundle"], first.then["type"])
    except KeyError:
        report.fault("verify.bundle", number=number, bundle=first.then.get("bundle", ""))
        return None
    bundle = first.then["bundle"]
    try:
        for event in chain:
            bundle = event.then["bundle"] if event.verb == MIGRATE else bundle
            if event.bundle != bundle:
                raise KeyError(event.bundle)
        kinds = {name: packs.order_type(name, order_type.key) for name in dict.fromkeys(e.bundle for e in chain)}
    except KeyError as why:
        report.fault("verify.bundle", number=number, bundle=why.args[0])
        return None
    order = replay(order_type, chain, kinds.__getitem__)
    if (row["seq"], row["head"]) != (order.seq, order.head):
        # A tail cut off the chain shows here: the row remembers how far it had come.
        report.fault("verify.tail", number=number, seq=row["seq"], found=order.seq)
        return None
    if row["body"] != canonical(order.dump()):
        report.fault("verify.row", number=number, column="body")
        return None
    for name, value in columns(kinds[order.bundle], order).items():
        if name in row and row[name] != value:
            report.fault("verify.row", number=number, column=name, stored=row[name], counted=value)
            return None
    _clocks(report, number, list(kinds.values())[::-1], order, calendar)
    return order


def _links(report: Report, number: str, chain: list[Event]) -> bool:
    if not chain:
        report.fault("verify.empty", number=number)
        return False
    prev = GENESIS
    for seq, event in enumerate(chain, start=1):
        report.events += 1
        if event.seq != seq:
            report.fault("verify.gap", number=number, seq=seq, found=event.seq)
            return False
        if event.prev != prev:
            report.fault("verify.link", number=number, seq=seq)
            return False
        if digest(event.body) != event.hash:
            report.fault("verify.hash", number=number, seq=seq)
            return False
        prev = event.hash
    return True


def _clocks(report: Report, number: str, kinds: list[OrderType], order: OrderState, calendar: Calendar) -> None:
    """Count every clock again; its lights may be those of any version it has run under, the latest first."""
    for key, clock in order.clocks.items():
        if clock["limit"] == "stated" or clock.get("extended") or clock["cal"] != calendar.version:
            report.kept_clocks += 1
            continue
        spans = [(instant(a), instant(b)) for a, b in clock.get("pauses", ())]
        report.clocks += 1
        for kind in kinds:
            fresh = clock_rules.counted(kind, clock["limit"], instant(clock["start"]), calendar, spans)
            if all(fresh.get(name) == clock.get(name) for name in ("due", "yellow", "orange")):
                break
        else:
            report.fault("verify.clock", number=number, clock=key, stored=clock["due"], counted=fresh["due"])


def _counters(report: Report, expected: Counter[tuple[str, str, str, str]]) -> None:
    found = counters.everything()
    report.counters = len(found)
    for key in sorted(set(expected) | set(found)):
        if expected.get(key, 0) != found.get(key, 0):
            report.fault(
                "verify.counter", counter="/".join(key), stored=found.get(key, 0), counted=expected.get(key, 0)
            )
            return


def _others(report: Report) -> None:
    for kind in ("network", "setup", "document", "sitting", "review"):
        for subject, chain in events.of_kind(kind).items():
            _links(report, f"{kind}:{subject}", chain)


def _seals(report: Report) -> None:
    prev = GENESIS
    for seal in seals.listed():
        report.seals += 1
        root = merkle_root(seals.leaves(seal.upto))
        if seal.prev != prev or seal.hash != seals.hash_of(seal) or root != seal.root:
            report.fault("verify.seal", at=seal.at, number=seal.id)
            return
        prev = seal.hash
