"""验证简报: every brief's row made again from its events, what was frozen compared with its digest."""

from __future__ import annotations

from typing import Protocol

from bihuan.core import briefs as rules
from bihuan.core.chain import canonical, digest, plain
from bihuan.store import briefs, events


class Report(Protocol):
    """Where faults go."""

    def fault(self, code: str, **facts: object) -> None: ...


def check(report: Report) -> None:
    """Compare every brief with its events and its frozen content with its digests; note the first thing that differs.

    Faults: verify.brief (which column), verify.brief_gone, verify.brief_content, verify.brief_records (which figure).
    """
    rows = briefs.rows()
    for id_, chain in sorted(events.of_kind(rules.KIND).items()):
        brief = rules.replay(id_, chain)
        row = rows.pop(id_, None)
        if row is None:
            report.fault("verify.brief_gone", brief=id_)
            return
        for name, value in briefs.columns(brief).items():
            if row[name] != value:
                report.fault("verify.brief", brief=id_, column=name)
                return
        if brief.number and not _frozen(report, brief, row["content"]):
            return
    if rows:
        report.fault("verify.brief", brief=next(iter(rows)), column="id")


def _frozen(report: Report, brief: rules.BriefState, content: str) -> bool:
    if digest(content) != brief.digest:
        report.fault("verify.brief_content", brief=brief.id, number=brief.number)
        return False
    pages = briefs.pages_of(brief.id)
    for n, figure in plain(content)["figures"].items():
        if (
            records_digest(figure["parts"], {part: pages.get((int(n), part), []) for part, _count in figure["parts"]})
            != (figure["records"])
        ):
            report.fault("verify.brief_records", brief=brief.id, number=brief.number, figure=figure["name"])
            return False
    return True


def records_digest(parts: list[list[object]], pages: dict[str, list[str]]) -> str:
    """Return the digest of the records of a figure, list by list."""
    lists: list[str] = []
    for part, _count in parts:
        some = pages[str(part)]
        lists += [str(part), str(sum(len(plain(text)) for text in some)), *map(digest, some)]
    return digest(canonical(lists))
