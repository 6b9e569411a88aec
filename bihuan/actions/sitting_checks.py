"""验证集中派单会: every sitting's row made again from its events, every decision found in the order it speaks of."""

from __future__ import annotations

from typing import Protocol

from bihuan.core import sittings as rules
from bihuan.store import events, sittings


class Report(Protocol):
    """Where faults go."""

    def fault(self, code: str, **facts: object) -> None: ...


def check(report: Report) -> None:
    """Compare every sitting with its events, and those with the orders; note the first thing that differs.

    Faults: verify.sitting (which column differs), verify.sitting_gone, verify.sitting_decision.
    """
    rows = sittings.rows()
    for id_, chain in sorted(events.of_kind(rules.KIND).items()):
        sitting = rules.replay(id_, chain)
        row = rows.pop(id_, None)
        if row is None:
            report.fault("verify.sitting_gone", sitting=sitting.title)
            return
        for name, value in sittings.columns(sitting).items():
            if row[name] != value:
                report.fault("verify.sitting", sitting=sitting.title, column=name)
                return
        for item in sitting.items.values():
            if item.get("hash") and not events.stands(item["number"], item["seq"], item["hash"]):
                report.fault("verify.sitting_decision", sitting=sitting.title, number=item["number"])
                return
    if rows:
        report.fault("verify.sitting", sitting=next(iter(rows)), column="id")
