"""`bihuan figures` prints the numbers that pages print, each with what it opens, and compares them with a page."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.figures import moment, plain
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.core.figures import Figure, Member
    from bihuan.core.printed import Printed
    from bihuan.core.programmes import Programme

ABSENT = "absent"  # of a programme that is not installed here: neither right nor wrong


@dataclass(slots=True)
class Line:
    """One number: what the page says, what we print, what it opens. `why` says what is not in order, "" for nothing."""

    id: str
    programme: str
    page: str = ""
    printed: str = ""
    value: Any = None
    unit: str = ""
    opens: str = ""
    indicators: tuple[str, ...] = ()
    members: int = 0
    why: str = ""

    @property
    def ok(self) -> bool:
        return not self.why


def add(commands: Any) -> None:
    """Add `figures`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "figures",
        help=_("报道上印出的数，逐个和页面对"),
        description=_("列出各项目印出的数：编号、怎么写、数值、点开是什么、对不对。有一个不对就以1退出。"),
        epilog=_("页面是制表符分隔的表，要有 id、programme、figure 三列。没有装的项目列出来，不算错。"),
    )
    one.add_argument("--page", default="", metavar=_("文件"), help=_("页面上印的数（.tsv）"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Print the table; 1 where a number is not what the page says, or does not open as many records."""
    page = read(Path(asked.page)) if asked.page else []
    console.ready()
    from bihuan.store import clock, packs

    now = clock.now()
    found = [line for programme in packs.current().values() for line in lines(programme, now)]
    if page:
        found = compared(found, page, set(packs.current()))
    if asked.json:
        console.as_json([as_data(line) for line in found])
    else:
        _told(found)
    return 1 if any(not line.ok and line.why != ABSENT for line in found) else 0


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a page; raises Failed for a file that is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise console.Failed(_("读不出文件“%(file)s”。") % {"file": path.name}) from None
    if not rows or not {"id", "programme", "figure"} <= set(rows[0]):
        raise console.Failed(_("“%(file)s”要有 id、programme、figure 三列，用制表符隔开。") % {"file": path.name})
    return rows


def compared(found: Iterable[Line], page: Iterable[dict[str, str]], installed: set[str]) -> list[Line]:
    """Return one line for each row of the page, then the numbers the page does not have."""
    from bihuan.words.printed import same

    known = {(line.programme, line.id): line for line in found}
    shown = []
    for row in page:
        here = (row["programme"] or "", row["id"] or "")
        line = known.pop(here, None)
        if line is None:
            why = _("项目里没有声明这个数") if here[0] in installed else ABSENT
            line = Line(here[1], here[0], why=why)
        line.page = row["figure"] or ""
        if line.ok and not same(line.page, line.printed):
            line.why = _("页面上是“%(page)s”") % {"page": line.page}
        shown.append(line)
    return [*shown, *known.values()]


def lines(programme: Programme, now: datetime) -> list[Line]:
    """Return the printed numbers of a programme as they are now, each opened and counted."""
    return [_line(programme, printed, now) for printed in programme.printed]


def _line(programme: Programme, printed: Printed, now: datetime) -> Line:
    from bihuan.core.figures import Asked
    from bihuan.core.instants import instant
    from bihuan.core.permission import SYSTEM
    from bihuan.store import calendars, figures
    from bihuan.words.figures import missing_text
    from bihuan.words.printed import written

    as_of = moment(printed.as_of)
    today = calendars.calendar().local_day(min(instant(as_of), now) if as_of else now)
    since = date.fromisoformat(printed.since) if printed.since else today.replace(month=1, day=1)
    until = date.fromisoformat(printed.until) if printed.until else today
    given: dict[str, Any] = {
        "seen_by": SYSTEM, "programme": programme, "asked": Asked(since, until, as_of, printed.unit), "now": now,
    }  # fmt: skip
    line = Line(printed.id, programme.key, indicators=printed.indicators)
    try:
        found = [figures.figure(key=key, **given) for key in printed.indicators]
        rows = [
            row
            for part in found[0].parts[:1]
            for row in figures.every(key=printed.indicators[0], part=part.key, **given)
        ]
    except figures.NotFound as why:
        line.why = _("没有“%(key)s”这个指标") % {"key": str(why)}
        return line
    first = found[0]
    line.value, line.unit, line.opens, line.members = first.value, first.unit, first.opens, first.members
    line.printed = written(printed, programme, found, rows, _facts(printed, rows))
    line.why = _fault(first, rows) or next((missing_text(one) or "missing" for one in found if one.value is None), "")
    return line


def _facts(printed: Printed, rows: Iterable[Member]) -> dict[int | str, str]:
    """Return what the field to be printed says on each record."""
    from bihuan.core.permission import SYSTEM
    from bihuan.store import orders

    if not printed.fact:
        return {}
    held = {row.id: orders.by_id(int(row.id), seen_by=SYSTEM).order for row in rows if row.kind == "order"}
    return {id_: str(order.fields.get(printed.fact, "")) for id_, order in held.items()}


def _fault(figure: Figure, rows: list[Member]) -> str:
    """Return why a figure is not what it opens, "" where it is."""
    if len(rows) != figure.members:
        return _("数出%(n)s条，点开是%(m)s条") % {"n": figure.members, "m": len(rows)}
    if figure.opens == "amounts" and isinstance(figure.value, Decimal | int):
        total = sum((Decimal(row.amount or 0) for row in rows), Decimal(0))
        if total != figure.value:
            return _("合计%(n)s，点开的相加是%(m)s") % {"n": figure.value, "m": total}
    return ""


def as_data(line: Line) -> dict[str, Any]:
    """Return a line as plain data; `ok` is null for a programme that is not installed."""
    return {
        "id": line.id,
        "programme": line.programme,
        "page": line.page,
        "printed": line.printed,
        "value": plain(line.value),
        "unit": line.unit,
        "opens": line.opens,
        "indicators": list(line.indicators),
        "members": line.members,
        "ok": None if line.why == ABSENT else line.ok,
        "why": "" if line.why == ABSENT else line.why,
    }


def _said(value: Any) -> str:
    return (_("是") if value else _("否")) if isinstance(value, bool) else str(plain(value))


def _told(found: list[Line]) -> None:
    absent = [line for line in found if line.why == ABSENT]
    for line in found:
        if line.why != ABSENT:
            mark = "✓" if line.ok else "✗"
            opens = f"{line.opens} {line.members}" if line.opens else ""
            value = "" if line.value is None else f"{_said(line.value)}{line.unit}"
            console.show("  ".join((mark, line.id, line.printed or "—", value, opens, line.why)).rstrip())
    wrong = sum(not line.ok for line in found) - len(absent)
    console.show(_("%(n)s个数，%(wrong)s个不对。") % {"n": len(found) - len(absent), "wrong": wrong})
    if absent:
        console.show(_("另有%(n)s个数属于没有装的项目。") % {"n": len(absent)})
