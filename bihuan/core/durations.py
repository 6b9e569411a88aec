"""时限: how long something may take, as a number and a unit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

Unit = Literal["hours", "work-hours", "workdays", "days", "months"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
MOST: Final = 9999  # keeps every deadline inside the years a date can hold

_WORDS: Final[dict[str, Unit]] = {
    "hour": "hours",
    "小时": "hours",
    "work-hour": "work-hours",
    "工作时": "work-hours",
    "工作小时": "work-hours",
    "workday": "workdays",
    "工作日": "workdays",
    "day": "days",
    "日": "days",
    "天": "days",
    "自然日": "days",
    "month": "months",
    "月": "months",
}
# “1月” is January, not a length of time: months need 个.
_SHAPE: Final = re.compile(r"(?P<n>\d{1,9}) *(?P<measure>个?) *(?P<unit>[a-z-]+|[\u4e00-\u9fff]+)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as a rule states it: `n` from 1 to 9999 of one `unit`.

    Raises ValueError("duration-unit"), ("duration-zero") or ("duration-too-long").
    """

    n: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError("duration-unit")
        if self.n < 1:
            raise ValueError("duration-zero")
        if self.n > MOST:
            raise ValueError("duration-too-long")

    def __str__(self) -> str:
        """The canonical English form, which `parse` reads back: `1 month`, `2 workdays`."""
        return f"{self.n} {self.unit[:-1] if self.n == 1 else self.unit}"

    @property
    def in_hours(self) -> bool:
        """True for limits measured by the clock (hours, work-hours), False for limits measured in days."""
        return self.unit in ("hours", "work-hours")


@lru_cache(maxsize=1024)
def parse(text: str) -> Duration:
    """Return the duration a text states, in English (`2 workdays`) or Chinese (`2个工作日`, `24小时`, `1个月`).

    Full-width digits and capitals are accepted. Raises ValueError("duration-unreadable") when the text is no such
    statement, ("duration-zero") below 1, ("duration-too-long") above 9999.
    """
    found = _SHAPE.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if found is None:
        raise ValueError("duration-unreadable")
    word = found["unit"]
    unit = _WORDS.get(word.removesuffix("s") if word.isascii() else word)
    chinese_month = word == "月"
    wrong_measure = bool(found["measure"]) and (word.isascii() or word in ("日", "天"))
    if unit is None or wrong_measure or (chinese_month and not found["measure"]):
        raise ValueError("duration-unreadable")
    return Duration(int(found["n"]), unit)
