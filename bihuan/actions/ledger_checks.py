"""台账复核: the rows of the ledger, the units they name and what they add to the counters, made again from events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from bihuan.core.chain import canonical
from bihuan.core.entries import EntryState, columns, replay, tallies
from bihuan.core.ledger_kinds import Activity
from bihuan.core.order_state import Event
from bihuan.store import events, ledger

BATCH = 500
Expected = Counter[tuple[str, str, str, str]]


class Report(Protocol):
    """Where faults are noted."""

    entries: int

    def fault(self, code: str, **facts: object) -> None: ...


def check(report: Report, expected: Expected, links: Callable[[str, list[Event]], bool]) -> None:
    """Check every entry and add what it counts to `expected`; `links` checks a chain and notes its own faults."""
    start = 0
    while ids := ledger.ids_after(start, BATCH):
        start = ids[-1]
        rows, chains, names = ledger.stored(ids), events.of_orders(ids, ledger.KIND), ledger.stored_names(ids)
        for id_ in ids:
            _entry(report, rows[id_], chains.get(id_, []), names.get(id_, []), expected, links)


def _entry(
    report: Report,
    row: dict[str, object],
    chain: list[Event],
    named: list[dict[str, object]],
    expected: Expected,
    links: Callable[[str, list[Event]], bool],
) -> None:
    number = str(row["number"])
    report.entries += 1
    if not links(number, chain):
        return
    entry = replay(chain)
    if (row["seq"], row["head"]) != (entry.seq, entry.head):
        report.fault("verify.tail", number=number, seq=row["seq"], found=entry.seq)
        return
    if row["body"] != canonical(entry.dump()):
        report.fault("verify.row", number=number, column="body")
        return
    try:
        activity = ledger.activity_of(entry)
    except KeyError:
        report.fault("verify.bundle", number=number, bundle=entry.bundle)
        return
    for name, value in columns(activity, entry).items():
        if row[name] != value:
            report.fault("verify.row", number=number, column=name, stored=row[name], counted=value)
            return
    if _sorted(named) != _sorted(ledger.names(activity, entry)):
        report.fault("verify.row", number=number, column="units")
        return
    _counted(activity, entry, expected)


def _sorted(rows: list[dict[str, object]]) -> list[str]:
    return sorted(canonical(row) for row in rows)


def _counted(activity: Activity, entry: EntryState, expected: Expected) -> None:
    for (unit, measure, month), n in tallies(activity, entry).items():
        expected[entry.programme, unit, measure, month] += n
