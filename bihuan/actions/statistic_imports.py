"""统计值导入: a sheet of stated statistics of every series of a programme taken over row by row, and given back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from bihuan.actions.accounts import Fault
from bihuan.actions.import_columns import Mapping_, Plan
from bihuan.actions.ledger import places
from bihuan.actions.ledger_imports import Account, Read, take_over
from bihuan.actions.ledger_rows import Reader, settled
from bihuan.actions.register import note_export
from bihuan.actions.sheet_rows import subtotal
from bihuan.actions.sheets import Row, Sheet, plain
from bihuan.core.ledger_kinds import sees_book
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.core.statistics import Series
from bihuan.store import packs, statistics
from bihuan.store.orders import NotFound

_BARE = re.compile(r"[+-]?0?\.\d*[1-9]\d*")
# Every fact of a statistic in the order of an export's columns, with its headings; the first is the one written.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("编号",),
    "series": ("统计值", "指标", "项目"),
    "unit": ("单位", "范围"),
    "period": ("时段", "时间", "统计时段"),
    "since": ("起",),
    "date": ("止", "截至"),
    "value": ("数值", "数", "值"),
    "word": ("计量单位",),
    "document": ("来源文件", "来源", "出处"),
    "document_number": ("文号",),
    "document_date": ("文件日期",),
    "note": ("说明", "备注", "核对说明"),
}
WRITTEN = tuple(fact for fact in HEADINGS if fact not in ("since", "date"))


def known_headings() -> dict[str, str]:
    """Return {heading as compared: fact}, with the keys too."""
    return {plain(name): fact for fact, names in HEADINGS.items() for name in (*names, fact)}


def series_of(programme: str, actor: Actor) -> dict[str, Series]:
    """Return the series of a programme that are any of the actor's business, or raise NotFound."""
    found = packs.programme(programme)
    seen = {key: one for key, one in found.series.items() if sees_book(actor, one)}
    if not seen:
        raise NotFound(f"{programme}/statistics")
    return seen


def import_statistics(
    *,
    actor: Actor,
    programme: str,
    sheet: Sheet,
    mapping: Mapping_,
    now: datetime,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Account:
    """Take the rows of a sheet over as statistics and return the account; with `dry_run` write nothing.

    Raises NotFound where the programme has no series for the actor, Refused `import.…` for a mapping that does not fit
    the sheet; faults of rows stand in the account.
    """
    declared = packs.programme(programme)
    seen = series_of(programme, actor)
    packs.must_take_orders(declared)
    needed = ["unit", "value", "document", *(["series"] if len(seen) > 1 else [])]
    plan = settled(tuple(HEADINGS), known_headings(), needed, sheet.header, mapping)
    if not plan.has("period") and not (plan.has("since") and plan.has("date")):
        raise Refused("import.needs.fields", fields=["period"], header=list(sheet.header))
    net, today = places(now)
    reader = _Rows(declared, seen, plan, actor, net, today)
    return take_over(reader.read, actor, programme, sheet, now, Account(plan), dry_run, progress)


class _Reader(Reader):
    """Reads the rows of one series: as an activity's, with the period and the counting word besides."""

    def typed(self, row: Row) -> tuple[dict[str, Any], list[Fault]]:
        raw, faults = super().typed(row)
        raw["period"] = self.text(row, "period", faults)
        word, value = self.text(row, "word", faults), str(raw.get("value", ""))
        if word and value[-1:].isdigit():
            raw["value"] = value = value + word
        if self.percent and _BARE.fullmatch(value):
            # A cell shown as 7.87% may hold 0.0787: nobody can tell which is meant.
            faults.append(Fault("value", "bare_percent", value))
        return raw, faults

    @property
    def percent(self) -> bool:
        """Whether its numbers are percentages."""
        return isinstance(self.activity, Series) and self.activity.word == "%"


class _Rows:
    """Reads the rows of a sheet that speaks of several series."""

    def __init__(
        self, programme: Programme, seen: Mapping[str, Series], plan: Plan, actor: Actor, net: Network, today: date
    ) -> None:
        self.seen = seen
        self.readers = {
            key: _Reader(one, plan, actor, net, today, lambda _unit: (), evidence=False) for key, one in seen.items()
        }
        self.any = next(iter(self.readers.values()))
        self.names = {plain(name): key for key, one in seen.items() for name in (key, one.name, one.name_en) if name}

    def read(self, row: Row) -> Read:
        """Return what a row says, of the series it names."""
        faults: list[Fault] = []
        if subtotal(row):
            return Read(None, {}, [Fault("", "subtotal")])
        text = self.any.text(row, "series", faults)
        key = self.names.get(plain(text), "") if text else next(iter(self.seen)) if len(self.seen) == 1 else ""
        if not key:
            names = [one.name for one in self.seen.values()]
            near = get_close_matches(text, names, 1, 0.5)
            more = {"near": near[0] if near else "", "choices": names}
            return Read(None, {}, [Fault("series", "unknown_series" if text else "missing", text, more)])
        reader = self.readers[key]
        content, faults = reader.read(row)
        told = [replace(one, more={**one.more, "series": key}) for one in faults]
        return Read(self.seen[key], content, told, reader.text(row, "number", []))


# ---- the sheet back ----
def export_statistics(
    *, actor: Actor, programme: str, now: datetime, purpose: str = ""
) -> tuple[tuple[str, ...], Iterator[Sequence[Any]]]:
    """Return the heading and the rows of every statistic the actor may see; importing them here takes nothing.

    That somebody took the list out is kept in the register, with the number of rows, before the first row is given.
    """
    seen = series_of(programme, actor)
    asked: dict[str, Any] = {"seen_by": actor, "programme": programme, "series": tuple(seen.values())}
    note_export(
        actor=actor, what=f"{programme}/statistics", rows=statistics.count(**asked), purpose=purpose, now=now
    )  # fmt: skip
    net, _today = places(now)

    def rows() -> Iterator[Sequence[Any]]:
        for entry in statistics.every(**asked):
            one = seen[entry.activity]
            unit = net.units.get(entry.unit)
            alone = unit is not None and sum(other.name == unit.name for other in net.of_type(unit.type)) == 1
            cells: dict[str, Any] = {**entry.fields, "number": entry.number, "series": one.name, "note": entry.note}
            cells["unit"] = unit.name if unit and alone else entry.unit
            cells["period"] = f"{entry.fields['since']}至{entry.date}"
            cells["value"], cells["word"] = str(entry.values["value"]), one.word
            yield tuple(cells.get(fact, "") for fact in WRITTEN)

    return tuple(HEADINGS[fact][0] for fact in WRITTEN), rows()
