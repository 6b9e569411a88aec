"""Moments as people and spreadsheets write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_DAY = re.compile(r"(\d{4})\s*(?:[-./年])\s*(\d{1,2})\s*(?:[-./月])\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})(?!\d)")
_TIME = re.compile(r"(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of spreadsheets, local like all they hold


def moment_of(text: str) -> datetime | date | None:
    """Return the moment a text names: naive where it names no zone, a date where it names no time, None for neither.

    Takes 2022-10-25 09:30, 2022/10/25 9:30:15, 2022年10月25日9时30分, 20221025, ISO with a zone, and the day numbers
    of spreadsheets.
    """
    flat = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    try:
        return datetime.fromisoformat(flat) if len(flat) > 10 else date.fromisoformat(flat)
    except ValueError:
        pass
    if serial := _SERIAL.fullmatch(flat):
        at = _FIRST + timedelta(days=float(flat))
        return (at + timedelta(milliseconds=500)).replace(microsecond=0) if serial[2] else at.date()
    found = _DAY.match(flat)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    rest = flat[found.end() :].strip()
    clock = _TIME.fullmatch(rest)
    if rest and clock is None:
        return None
    try:
        read = date(year, month, day)
        if clock is None:
            return read
        return datetime.combine(read, time(int(clock[1]), int(clock[2] or 0), int(clock[3] or 0)))
    except ValueError:
        return None
