"""验证文书: every signed paper against the event that holds its digest, receipts, stamped copies and numbers included."""

from __future__ import annotations

from typing import Any, Protocol

from bihuan.core.chain import digest
from bihuan.core.changes import keep_paper
from bihuan.core.order_state import OrderState
from bihuan.store import documents, events

BATCH = 500
Expected = dict[int, tuple[str, dict[str, Any]]]


class Report(Protocol):
    """Where faults go."""

    papers: int

    def fault(self, code: str, **facts: object) -> None: ...


def expected_of(order: OrderState) -> Expected:
    """Return the papers an order's events speak of, by id, with the order's number."""
    return {int(id_): (order.number, paper) for id_, paper in order.papers.items()}


def check(report: Report, expected: Expected) -> None:
    """Compare every paper with what the events say, and note the first thing that differs; `expected` is used up.

    Faults: verify.paper (which column differs), verify.paper_stray (no event knows it), verify.paper_gone, and
    verify.paper_number for a series of numbers with a gap.
    """
    lists = OrderState(id=1)
    for chain in events.of_kind(documents.CHAIN).values():
        for event in chain:
            keep_paper(lists, event)
    expected |= expected_of(lists)
    after = 0
    while rows := documents.everything(after, BATCH):
        after = rows[-1]["id"]
        receipts = documents.receipts(row["id"] for row in rows)
        for row in rows:
            report.papers += 1
            number, paper = expected.pop(row["id"], ("", {}))
            if not paper:
                report.fault("verify.paper_stray", paper=row["number"] or row["id"])
                return
            column = _differs(row, paper, receipts.get(row["id"], {}))
            if column:
                report.fault("verify.paper", number=number, paper=row["number"] or row["kind"], column=column)
                return
    for number, paper in expected.values():
        report.fault("verify.paper_gone", number=number, paper=paper["number"] or paper["kind"])
        return
    for series, last, count in documents.gaps():
        report.fault("verify.paper_number", series=series, last=last, count=count)
        return


def _differs(row: dict[str, Any], paper: dict[str, Any], receipts: dict[str, tuple[str, str]]) -> str:
    """Return the name of the first column that is not what the events say, or ""."""
    if digest(row["content"]) != paper["digest"]:
        return "content"
    said = {
        "digest": paper["digest"],
        "number": paper["number"],
        "kind": paper["kind"],
        "replaces": int(paper.get("replaces", 0)),
        "replaced": int(paper.get("replaced", 0)),
        "scan": paper.get("scan", 0),
    }
    for column, value in said.items():
        if row[column] != value:
            return column
    given = {unit: (one["at"], one["by"]) for unit, one in paper["received"].items()}
    return "" if receipts == {**dict.fromkeys(paper["to"], ("", "")), **given} else "receipts"
