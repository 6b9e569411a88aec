"""日历: reads the years of holidays shipped with the product, and those a county adds.

One file a year:

    year = 2022
    source = "国务院办公厅关于节假日安排的年度通知 …"
    workdays = 249                        # optional; refused when the file does not add up to it

    [[holiday]]
    name = "国庆节"
    days = [2022-10-01, 2022-10-02]       # every day off, weekend days included

    [make_up]                             # weekend days that are worked, by the holiday they make up for
    "国庆节" = [2022-10-08, 2022-10-09]
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bihuan.core.calendar import WINDOWS, Calendar, Day, Window

KEY = "CN"
ZONE = "Asia/Shanghai"
MAKE_UP = "调休上班"


class CalendarFault(ValueError):
    """A year that cannot be read; the message is one Chinese sentence naming the file and what to do."""


@dataclass(frozen=True, slots=True)
class Year:
    """One year's notice: the days that differ from Monday to Friday, and where they are published."""

    year: int
    source: str
    days: Mapping[date, Day] = field(hash=False)


def load(
    years: Iterable[int] | None = None,
    overrides: Iterable[tuple[date, Day]] = (),
    *,
    more: Iterable[Year] = (),
    windows: tuple[Window, ...] = WINDOWS,
    zone: str = ZONE,
) -> Calendar:
    """Return the calendar of China: all shipped years or the named ones, then `more` years, then single days over them.

    A named year that is not shipped is simply unknown: nothing fails for want of a year. The version is a short hash
    of what the calendar says (not of how the files are written), so equal content has an equal version.
    """
    chosen = None if years is None else frozenset(years)
    return _load(chosen, tuple(sorted(overrides, key=_first)), tuple(more), windows, zone)


def read_year(text: str, file: str) -> Year:
    """Return the year a TOML text states; `file` is named in the sentence of a CalendarFault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise CalendarFault(f"{file}：不是有效的TOML文件（{why}），请改正后再试。") from why
    year, source = table.get("year"), table.get("source")
    if type(year) is not int or not 1900 <= year <= 9998:
        raise CalendarFault(f"{file}：缺少年份，请写明 year = 2027 这样的一行。")
    if not isinstance(source, str) or not source.strip():
        raise CalendarFault(f"{file}：缺少来源，请在 source 中写明放假通知的名称。")
    days: dict[date, Day] = {}
    for name, off in _holidays(table, file):
        _add(days, off, Day("holiday", name), year, file)
    for _, worked in _make_up(table, file):
        _add(days, worked, Day("make-up", MAKE_UP), year, file)
    stated = table.get("workdays")
    if stated is not None and stated != (counted := _workdays(year, days)):
        raise CalendarFault(f"{file}：写明的工作日为{stated}天，按所列日期算得{counted}天，请核对放假和上班日期。")
    return Year(year, source, MappingProxyType(days))


@cache
def shipped() -> tuple[Year, ...]:
    """Return the years that ship with the product, in order. Raises CalendarFault."""
    folder = resources.files(__package__).joinpath("calendars")
    files = sorted((file for file in folder.iterdir() if file.name.startswith(f"{KEY}-")), key=lambda file: file.name)
    return tuple(read_year(file.read_text(encoding="utf-8"), file.name) for file in files)


@lru_cache(maxsize=32)
def _load(
    chosen: frozenset[int] | None,
    overrides: tuple[tuple[date, Day], ...],
    more: tuple[Year, ...],
    windows: tuple[Window, ...],
    zone: str,
) -> Calendar:
    kept = {year.year: year for year in shipped() if chosen is None or year.year in chosen}
    kept |= {year.year: year for year in more}
    days = {day: what for year in kept.values() for day, what in year.days.items()} | dict(overrides)
    known = frozenset(kept)
    version = _version(zone, windows, days, known)
    return Calendar(KEY, ZoneInfo(zone), windows, MappingProxyType(days), known, version)


def _version(zone: str, windows: tuple[Window, ...], days: Mapping[date, Day], known: frozenset[int]) -> str:
    content = {
        "zone": zone,
        "windows": _plain(windows),
        "years": sorted(known),
        "days": {
            day.isoformat(): [what.kind, what.name, None if what.windows is None else _plain(what.windows)]
            for day, what in days.items()
        },
    }
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def _plain(windows: tuple[Window, ...]) -> list[list[str]]:
    return [[since.isoformat(), until.isoformat()] for since, until in windows]


def _first(pair: tuple[date, Day]) -> date:
    return pair[0]


def _holidays(table: dict[str, Any], file: str) -> list[tuple[str, list[Any]]]:
    blocks = table.get("holiday", [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise CalendarFault(f"{file}：放假日期请写成 [[holiday]] 段，每段有 name 和 days。")
    return [_named(block.get("name"), block.get("days"), file) for block in blocks]


def _make_up(table: dict[str, Any], file: str) -> list[tuple[str, list[Any]]]:
    block = table.get("make_up", {})
    if not isinstance(block, dict):
        raise CalendarFault(f"{file}：调休上班日期请写成 [make_up] 段，一个节日一行。")
    return [_named(name, days, file) for name, days in block.items()]


def _named(name: object, days: object, file: str) -> tuple[str, list[Any]]:
    if not isinstance(name, str) or not name:
        raise CalendarFault(f"{file}：有一段放假日期没有写节日名称 name，请补上。")
    if not isinstance(days, list):
        raise CalendarFault(f"{file}：“{name}”没有写日期，请写成 [2027-01-01, 2027-01-02] 的样子。")
    return name, days


def _add(days: dict[date, Day], listed: list[Any], what: Day, year: int, file: str) -> None:
    for day in listed:
        if not isinstance(day, date) or isinstance(day, datetime):
            raise CalendarFault(f"{file}：“{day}”不是日期，请写成 2027-01-01 的样子，不加引号。")
        if day.year != year:
            raise CalendarFault(f"{file}：{day} 不在{year}年，请写到那一年的文件里。")
        if day in days:
            raise CalendarFault(f"{file}：{day} 写了两次，请删去一处。")
        days[day] = what


def _workdays(year: int, days: Mapping[date, Day]) -> int:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    plain = Calendar(KEY, ZoneInfo(ZONE), days=days)
    return sum(plain.is_workday(first + timedelta(days=n)) for n in range(length))
