"""Writes the calendar data of China, one file a year, from the chinese-calendar package (development only).

Run after the State Council's notice for a new year has reached that package:

    .venv/bin/python scripts/make_calendars.py [FOLDER]

A county that cannot wait writes the same file by hand; `bihuan/packs/calendars.py` states the shape.
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from chinese_calendar import constants, is_workday

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
DEFAULT_FOLDER = Path(__file__).parents[1] / "bihuan" / "packs" / "calendars"


def year_text(year: int) -> str:
    """Return the TOML text of one year.

    Raises KeyError when the package has named a holiday that NAMES does not know.
    """
    off = _without_gaps({day: NAMES[name] for day, name in constants.holidays.items() if day.year == year})
    made_up = {day: NAMES[name] for day, name in constants.workdays.items() if day.year == year}
    lines = [
        f"year = {year}",
        f'source = "国务院办公厅关于节假日安排的年度通知，据 chinese-calendar {version("chinese-calendar")} 软件包所载"',
        f"workdays = {sum(is_workday(day) for day in _days_of(year))}",
    ]
    for name, days in groupby(sorted(off), key=lambda day: off[day]):
        lines += ["", "[[holiday]]", f'name = "{name}"', f"days = {_list(list(days))}"]
    if made_up:
        lines += ["", "[make_up]"]
        by_name = sorted(made_up, key=lambda day: (min(d for d in made_up if made_up[d] == made_up[day]), day))
        lines += [f'"{name}" = {_list(list(days))}' for name, days in groupby(by_name, key=lambda day: made_up[day])]
    return "\n".join(lines) + "\n"


def _without_gaps(off: dict[date, str]) -> dict[date, str]:
    """The package leaves out some weekend days inside a holiday; people expect to read the holiday's name there."""
    filled = dict(off)
    for day, name in off.items():
        for gap in (1, 2):
            inside = [day + timedelta(days=step) for step in range(1, gap + 1)]
            closed = off.get(day + timedelta(days=gap + 1)) == name
            if closed and all(d.weekday() >= 5 and d not in constants.workdays for d in inside):
                filled.update({d: name for d in inside if d not in off})
    return filled


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def _list(days: list[date]) -> str:
    return "[" + ", ".join(day.isoformat() for day in days) + "]"


def main(folder: Path) -> None:
    """Write `CN-YYYY.toml` for every year the package knows."""
    folder.mkdir(parents=True, exist_ok=True)
    for year in sorted({day.year for day in constants.holidays}):
        (folder / f"CN-{year}.toml").write_text(year_text(year), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER)
