"""`bihuan due` explains any deadline without a database: when it ends, which days count, which do not and why."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.core.calendar import Calendar
    from bihuan.core.deadlines import Deadline

LONG_AGO = datetime(1, 1, 3, tzinfo=UTC)  # seen from here every printed date carries its year


def add(commands: Any) -> None:
    """Add `due`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "due",
        help=_("算一个期限，说明怎么算的"),
        description=_("算一个期限何时到期，逐段说明哪些天计、哪些天不计、为什么。"),
        epilog=_('例：bihuan due "2022-09-30 16:00" "2 workdays"'),
    )
    one.add_argument("start", metavar=_("起算时刻"), help=_("如 “2022-09-30 16:00”，本地时间"))
    one.add_argument(
        "limit",
        metavar=_("期限"),
        help=_("N hours、N work-hours、N workdays、N days、N months；也可写小时、工作时、工作日、日、个月"),
    )
    one.add_argument(
        "--calendar",
        default="CN",
        metavar=_("日历"),
        help=_("CN（国务院放假通知，默认）、local（本单位改过的日历），或一个日历文件 .toml"),
    )
    one.add_argument(
        "--pause", nargs=2, action="append", default=[], metavar=(_("起"), _("止")), help=_("挂起的起止时刻，可写多次")
    )
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Print the deadline and how it was counted."""
    if asked.calendar == "local":
        console.ready()
    else:
        console.light()
    from bihuan.core.deadlines import deadline
    from bihuan.core.durations import parse

    calendar = _calendar(asked.calendar)
    try:
        limit = parse(asked.limit)
    except ValueError as why:
        raise console.Misused(_limit_fault(asked.limit, str(why))) from None
    pauses = [(_moment(since, calendar), _moment(until, calendar)) for since, until in asked.pause]
    try:
        end = deadline(_moment(asked.start, calendar), limit, calendar, pauses)
    except ValueError as why:
        sentences = {
            "pause-backwards": _("挂起的止要晚于起，请核对 --pause。"),
            "deadline-out-of-range": _("这个期限超出了公历9999年，请写短一些。"),
        }
        raise console.Misused(sentences.get(str(why), str(why))) from None
    if asked.json:
        console.as_json(_data(end, calendar))
        return 0
    _print(end, calendar)
    return 0


def _print(end: Deadline, calendar: Calendar) -> None:
    from bihuan.core.spans import last_day
    from bihuan.words.clocks import explain_rows

    day = last_day(end.due, calendar)
    mark = f"  {_('暂定')} (provisional)" if end.provisional else ""
    console.show(f"{_local(end.due, calendar)}  {_day_name(day, calendar)}{mark}")
    rows = explain_rows(end, calendar, LONG_AGO)
    widest = max(_width(row.when) for row in rows)
    for row in rows:
        console.show(f"  {row.when}{' ' * (widest - _width(row.when))}  {row.what}  {row.why}")
    if end.provisional:
        first = min(calendar.known_years, default=0)
        years = [y for y in range(calendar.local_day(end.start).year, day.year + 1) if not calendar.is_known(y)]
        early = "、".join(str(y) for y in years if y < first)
        late = "、".join(str(y) for y in years if y >= first)
        if early:
            said = _("%(years)s年的放假安排没有收录（从%(first)s年起才有），只按周一至周五算，请自行核对。")
            console.show(said % {"years": early, "first": first})
        if late:
            console.show(_("%(years)s年的放假安排还没有公布，先按周一至周五算，公布后核定。") % {"years": late})


def _day_name(day: Any, calendar: Calendar) -> str:
    from django.utils.translation import gettext

    from bihuan.core.calendar import WEEKDAYS

    weekday, own = WEEKDAYS[day.weekday()], calendar.name_of(day)
    return gettext(weekday) if own == weekday else f"{gettext(weekday)} {gettext(own)}"


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _data(end: Deadline, calendar: Calendar) -> dict[str, Any]:
    from bihuan.core.deadline_lines import explain
    from bihuan.core.spans import last_day

    return {
        "start": _iso(end.start, calendar),
        "limit": str(end.duration),
        "due": _iso(end.due, calendar),
        "last_day": last_day(end.due, calendar),
        "provisional": end.provisional,
        "calendar": end.calendar,
        "version": end.version,
        "pauses": [[_iso(since, calendar), _iso(until, calendar)] for since, until in end.pauses],
        "lines": [
            {
                "kind": line.kind,
                "first": line.first,
                "last": line.last,
                "count": line.count,
                "why": line.code,
                "name": line.name,
                "since": _iso(line.since, calendar) if line.since else None,
                "until": _iso(line.until, calendar) if line.until else None,
            }
            for line in explain(end, calendar)
        ],
    }


def _iso(at: datetime, calendar: Calendar) -> str:
    return at.astimezone(calendar.zone).isoformat()


def _local(at: datetime, calendar: Calendar) -> str:
    """2022-10-09 17:30; an end at midnight is 24:00 of the day before, as people say it."""
    local = at.astimezone(calendar.zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        from bihuan.core.spans import last_day

        return f"{last_day(at, calendar)} 24:00"
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _moment(text: str, calendar: Calendar) -> datetime:
    from bihuan.core.moments import moment_of

    found = moment_of(text)
    if found is None:
        raise console.Misused(_("“%(text)s”不是时刻，请写成 2022-09-30 16:00。") % {"text": text})
    if not isinstance(found, datetime):
        return calendar.midnight(found)
    return (found if found.tzinfo else found.replace(tzinfo=calendar.zone)).astimezone(UTC)


def _calendar(name: str) -> Calendar:
    from pathlib import Path

    from django.conf import settings

    from bihuan.packs import calendars

    zone = str(settings.TIME_ZONE)
    if name.upper() == calendars.KEY:
        return calendars.load(zone=zone)
    if name == "local":
        from bihuan.store.calendars import calendar

        return calendar()
    path = Path(name)
    if path.suffix != ".toml":
        raise console.Misused(_("没有日历“%(name)s”，可写 CN、local，或一个日历文件 .toml。") % {"name": name})
    try:
        return calendars.load(more=[calendars.read_year(path.read_text(encoding="utf-8"), path.name)], zone=zone)
    except calendars.CalendarFault as why:
        raise console.Failed(str(why)) from None
    except (OSError, UnicodeDecodeError):
        raise console.Failed(_("日历文件“%(name)s”读不出来，请看路径和编码（UTF-8）。") % {"name": name}) from None


def _limit_fault(text: str, code: str) -> str:
    sentences = {
        "duration-zero": _("期限“%(text)s”至少是1。"),
        "duration-too-long": _("期限“%(text)s”太长，最多9999。"),
    }
    plain = _("看不懂期限“%(text)s”，请写成 24 hours、2 workdays、15 days、1 month，或24小时、2个工作日、15日、1个月。")
    return sentences.get(code, plain) % {"text": text}
