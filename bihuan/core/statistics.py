"""统计值: numbers an office receives and does not count itself: value, unit, scope, window, source document.

A statistic is an entry of the ledger with a fixed form (`Series` is an `Activity`): stated, corrected and withdrawn by
the same rules, in a chain of its own. Its `date` is the last day of its window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from bihuan.core import timespans
from bihuan.core.entries import STATED, EntryState
from bihuan.core.facts import Problem
from bihuan.core.ledger_kinds import Activity, Measure
from bihuan.core.programmes import Field, Who

PREFIX = "TJ"
WINDOWS: Final = ("month", "quarter", "year", "cumulative")
KINDS: Final = ("value", "growth")
# What every statistic has: measure and fields by these keys.
VALUE = "value"
FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        "since": Field("since", "起", "date", "From"),
        "document": Field("document", "来源文件", "text", "Source document", max_length=120),
        "document_number": Field("document_number", "文号", "text", "Document number", max_length=60),
        "document_date": Field("document_date", "文件日期", "date", "Date of the document"),
    }
)
NEEDS = ("since", "document")
SAME = ("unit", "date", *[key for key in FIELDS if key != "document_date"])


@dataclass(frozen=True, slots=True)
class Series(Activity):
    """A series of statistics: of which kind of unit, in which counting word, over which windows.

    `sort` is value or growth; a growth stands beside the one that follows from the series `of`, a value beside the
    indicator `computed`.
    """

    window: str = "cumulative"
    sort: str = "value"
    of: str = ""
    computed: str = ""
    begins: str = STATED
    prefix: str = PREFIX

    @property
    def word(self) -> str:
        """The counting word behind the number."""
        return self.measures[VALUE].unit


def series(key: str, name: str, unit: str, word: str, recorders: tuple[Who, ...], **more: Any) -> Series:
    """Return a series with the form that every series has."""
    measure = Measure(VALUE, "数值", "stated", name_en="Value", word=word, required=True)
    fixed: dict[str, Any] = {"measures": {VALUE: measure}, "fields": dict(FIELDS), "needs": NEEDS, "same": SAME}
    return Series(key=key, name=name, unit=unit, recorders=recorders, title="document", **fixed, **more)


def unfolded(raw: Mapping[str, Any], today: date, problems: dict[str, str]) -> dict[str, Any]:
    """Return what was typed with `period` (2022年1-9月) written out as its first and last day."""
    text = str(raw.get("period") or "").strip()
    if not text:
        if not raw.get("date") and not raw.get("since"):
            problems["period"] = "missing"
        return dict(raw)
    try:
        since, until = timespans.parse(text, today)
    except Problem as problem:
        problems["period"] = str(problem)
        return {**raw, "since": "", "date": ""}
    return {**raw, "since": since.isoformat(), "date": until.isoformat()}


def fits(kind: str, since: date, until: date) -> bool:
    """Whether a window is of the kind a series has: whole months, quarters or years; any for `cumulative`."""
    if since > until:
        return False
    if kind == "cumulative":
        return True
    n = {"month": 1, "quarter": 3, "year": 12}[kind]
    whole = timespans.months(since, until) and since.year == until.year
    return whole and until.month - since.month == n - 1 and (since.month - 1) % n == 0


def window(entry: EntryState) -> tuple[str, str]:
    """Return the first and the last day a statistic is of."""
    return str(entry.fields.get("since", entry.date)), entry.date


def value(entry: EntryState) -> Decimal:
    """Return the number it states."""
    return Decimal(str(entry.values[VALUE]))


def latest(some: Iterable[EntryState]) -> list[EntryState]:
    """Return statistics, the one recorded last first: where several state the same window, that one counts."""
    return sorted(some, key=lambda one: (one.recorded, len(one.number), one.number), reverse=True)


def growth(now: Decimal, base: Decimal) -> Decimal | None:
    """Return the change in percent against the same window a year earlier, None where nothing was there."""
    return None if base == 0 else ((now - base) / abs(base) * 100).quantize(Decimal("0.01"))


def base_of(since: str, until: str) -> tuple[str, str]:
    """Return the same window one year earlier."""
    first, last_day = (timespans.year_before(date.fromisoformat(day)).isoformat() for day in (since, until))
    return first, last_day
