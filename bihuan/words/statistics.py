"""统计值的说法: periods as offices write them, what is stated, and why a row of a sheet was not taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bihuan.actions.accounts import Fault
from bihuan.core import timespans
from bihuan.core.entries import EntryState
from bihuan.core.statistics import VALUE, Series, window
from bihuan.words.ledger import money_text, stated_text
from bihuan.words.ledger_imports import fault_text
from bihuan.words.moments import long_day


def span_text(since: str | date, until: str | date) -> str:
    """Return a period as people say it: 2022年1—9月, 2022年9月, 2022年, 2022年4月19日—10月25日."""
    first, last = (date.fromisoformat(day) if isinstance(day, str) else day for day in (since, until))
    said = {"year": first.year, "first": first.month, "until": last.year, "last": last.month}
    if not timespans.months(first, last):
        return _("%(first)s至%(last)s") % {"first": long_day(first), "last": long_day(last)}
    if first.year != last.year:
        return _("%(year)s年%(first)s月至%(until)s年%(last)s月") % said
    if (first.month, last.month) == (1, 12):
        return _("%(year)s年") % said
    if first.month == last.month:
        return _("%(year)s年%(first)s月") % said
    return _("%(year)s年%(first)s—%(last)s月") % said


def window_text(entry: EntryState) -> str:
    """Return the period a statistic is of."""
    return span_text(*window(entry))


def typed_window(entry: EntryState) -> str:
    """Return the period of a statistic as its form begins with it: it reads back as the same days."""
    first, last = (date.fromisoformat(day) for day in window(entry))
    if timespans.months(first, last) and first.year == last.year:
        months = f"{first.month}-{last.month}" if first.month != last.month else f"{first.month}"
        return f"{first.year}年{months}月"
    return f"{first.isoformat()}至{last.isoformat()}"


def value_text(series: Series, entry: EntryState) -> str:
    """Return what a statistic states, with its word."""
    return stated_text(series.measures[VALUE], entry.values[VALUE])


def number_text(series: Series, value: Decimal) -> str:
    """Return another number in the word of a series."""
    return money_text(value) if series.word == "元" else f"{value}{series.word}"


def document_text(entry: EntryState) -> str:
    """Return the source document with its number and date."""
    parts = [entry.fields.get("document", ""), entry.fields.get("document_number", "")]
    if day := entry.fields.get("document_date", ""):
        parts.append(long_day(date.fromisoformat(day)))
    return _("，").join(str(part) for part in parts if part)


def reason(faults: Iterable[Fault], seen: Mapping[str, Series]) -> str:
    """Return why a row was not taken, every fault of it."""
    any_ = next(iter(seen.values()))
    return _("；").join(fault_text(fault, seen.get(str(fault.more.get("series", "")), any_)) for fault in faults)
