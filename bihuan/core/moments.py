"""Moments as people and spreadsheets write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Final

from bihuan.core.calendar import Calendar
from bihuan.core.instants import instant, iso

# Years that records of an office are about. A day later there is none after 9999-12-31, and none in another zone.
YEARS: Final = range(1900, 2200)
EXACT: Final = 27  # characters of a stored instant

_DAY = re.compile(r"(\d{4})\s*(?:[-./年])\s*(\d{1,2})\s*(?:[-./月])\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})(?!\d)")
_TIME = re.compile(r"(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_FIRST = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of spreadsheets, local like all they hold


def moment_of(text: str) -> datetime | date | None:
    """Return the moment a text names: naive where it names no zone, a date where it names no time, None for neither.

    Takes 2022-10-25 09:30, 2022/10/25 9:30:15, 2022年10月25日9时30分, 20221025, ISO with a zone, and the day numbers
    of spreadsheets. A year outside YEARS is no moment: some sheets write 9999-12-31 for "never".
    """
    found = _read(text)
    return found if found is not None and found.year in YEARS else None


def day_of(text: str) -> date:
    """Return the day an address names, 2022-10-25; raises ValueError for anything else."""
    found = date.fromisoformat(text)
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def exact(text: str) -> datetime:
    """Return the instant an address names as `instants.iso` writes it; raises ValueError for anything else."""
    found = instant(text)
    if len(text) != EXACT or found.year not in YEARS:
        raise ValueError(text)
    return found


def as_of(text: str, calendar: Calendar) -> str:
    """Return the moment up to which somebody asks for a figure as stored text; a day means its end.

    Takes a stored instant and what `moment_of` takes; raises ValueError for anything else.
    """
    if len(text) == EXACT:
        return iso(exact(text))
    found = moment_of(text)
    if found is None:
        raise ValueError(text)
    if not isinstance(found, datetime):
        return iso(calendar.midnight(found + timedelta(days=1)))
    return iso(found if found.tzinfo else found.replace(tzinfo=calendar.zone))


def _read(text: str) -> datetime | date | None:
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
