"""统计时段: the days a period written in Chinese covers, `2022年1-9月` and the like, both days included."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Final

from bihuan.core.facts import Problem, parse_date
from bihuan.core.moments import YEARS

Span = tuple[date, date]
_DASHES = re.compile(r"[－—–‐~～至到]+|-+")
_YEAR = r"(?:(\d{4})年|(今年|本年|去年|上年))"
_ORDINAL = "[一二三四1-4]"
_NUMBER: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


def parse(text: str, today: date) -> Span:
    """Return the first and the last day of a period; raises Problem `not_a_period` or `period_order`.

    Understood: 2022年1-9月, 2022年9月, 2022-09, 2022年, 2022年第三季度, 2022年前三季度, 2022年上半年, 截至2022年9月底,
    2021年11月-2022年9月, 2022-01-01至2022-09-30; 今年 and 去年 for the year.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).replace("\x00", ""))[:40]
    for pattern, made in _FORMS:
        if found := pattern.fullmatch(_DASHES.sub("-", plain)):
            span = made(found, today)
            break
    else:
        span = _days(plain, today)
    if not all(day.year in YEARS for day in span):
        raise Problem("not_a_period")
    if span[0] > span[1]:
        raise Problem("period_order")
    return span


def months(first: date, last: date) -> bool:
    """Whether a span is made of whole months."""
    return first.day == 1 and last.day == monthrange(last.year, last.month)[1]


def year_before(day: date) -> date:
    """Return the corresponding day one year earlier; the end of February stays the end of February."""
    if day.month == 2 and day.day == monthrange(day.year, 2)[1]:
        return date(day.year - 1, 2, monthrange(day.year - 1, 2)[1])
    return day.replace(year=day.year - 1)


def _span(year: int, first: int, last: int, until: int = 0) -> Span:
    until = until or year
    try:
        return date(year, first, 1), date(until, last, monthrange(until, last)[1])
    except ValueError:  # IllegalMonthError is one too
        raise Problem("not_a_period") from None


def _year(found: re.Match[str], today: date) -> int:
    if found[1]:
        return int(found[1])
    return today.year - (found[2] in ("去年", "上年"))


def _some_months(found: re.Match[str], today: date) -> Span:
    return _span(_year(found, today), int(found[3]), int(found[4] or found[3]))


def _up_to(found: re.Match[str], today: date) -> Span:
    return _span(_year(found, today), 1, int(found[3]))


def _whole(found: re.Match[str], today: date) -> Span:
    return _span(_year(found, today), 1, 12)


def _quarter(found: re.Match[str], today: date) -> Span:
    n = _ordinal(found[3])
    return _span(_year(found, today), 3 * n - 2, 3 * n)


def _quarters(found: re.Match[str], today: date) -> Span:
    return _span(_year(found, today), 1, 3 * _ordinal(found[3]))


def _half(found: re.Match[str], today: date) -> Span:
    return _span(_year(found, today), 1, 6) if found[3] == "上" else _span(_year(found, today), 7, 12)


def _across(found: re.Match[str], _today: date) -> Span:
    first, second = int(found[1]), int(found[3])
    return _span(first, int(found[2]), int(found[4]), second)


def _digits(found: re.Match[str], _today: date) -> Span:
    return _span(int(found[1]), int(found[2]), int(found[2]))


def _ordinal(word: str) -> int:
    return _NUMBER.get(word) or int(word)


def _days(plain: str, today: date) -> Span:
    for mark in re.finditer(_DASHES, plain):
        try:
            return parse_date(plain[: mark.start()], today), parse_date(plain[mark.end() :], today)
        except Problem:
            continue
    raise Problem("not_a_period")


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span]], ...]] = (
    (re.compile(_YEAR + r"(\d{1,2})月?(?:-(\d{1,2}))?月(?:份|累计)?"), _some_months),
    (re.compile(r"截[至止-]" + _YEAR + r"(\d{1,2})月(?:底|末|份)?"), _up_to),
    (re.compile(_YEAR + r"(?:全年|度)?"), _whole),
    (re.compile(_YEAR + rf"第?({_ORDINAL})季度?"), _quarter),
    (re.compile(_YEAR + rf"前({_ORDINAL})个?季度?"), _quarters),
    (re.compile(_YEAR + r"([上下])半年"), _half),
    (re.compile(r"(\d{4})年(\d{1,2})月?-(\d{4})年(\d{1,2})月"), _across),
    (re.compile(r"(\d{4})[-/.](\d{1,2})"), _digits),
)
