"""`bihuan figure` prints one figure of a programme, by groups or with the records it opens."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.speech import _
from bihuan.core.figures import PARTS

if TYPE_CHECKING:
    from bihuan.core.figures import Figure, Member

MOST = 100_000


def add(commands: Any) -> None:
    """Add `figure`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "figure",
        help=_("报一个数，并打开它的记录"),
        description=_("按项目包里的指标报一个数：数值、计量词、定义版本；--members 列出它所数的每条记录。"),
        epilog=_("例：bihuan figure enterprise_order eo_solved --from 2022-01-01 --to 2022-09-30 --members"),
    )
    one.add_argument("programme", metavar=_("项目"), help=_("项目的键，如 enterprise_order"))
    one.add_argument("indicator", metavar=_("指标"), help=_("指标的键，如 eo_solved"))
    one.add_argument("--from", dest="since", default="", metavar=_("日期"), help=_("从哪天起，含当天；默认今年1月1日"))
    one.add_argument("--to", dest="until", default="", metavar=_("日期"), help=_("到哪天止，含当天；默认截止当天"))
    one.add_argument(
        "--as-of", default="", metavar=_("时刻"), help=_("截至：只算那时已记下的，如 2022-10-25 或 2022-10-25T10:20")
    )
    one.add_argument("--unit", default="", metavar=_("单位"), help=_("只数这个单位的，写单位的键"))
    one.add_argument("--by", default="", metavar=_("分组"), help=_("按什么分，几项用逗号隔开，如 unit,month"))
    one.add_argument(
        "--part",
        default="",
        choices=PARTS,
        metavar=_("清单"),
        help=_("率的哪一张清单：numerator、denominator、excluded"),
    )
    one.add_argument("--members", action="store_true", help=_("列出它所数的记录"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def moment(text: str) -> str:
    """Return an as-of moment as stored text: a day means its end. Raises Misused."""
    from bihuan.core.moments import as_of
    from bihuan.store import calendars

    try:
        return as_of(text, calendars.calendar()) if text else ""
    except ValueError:
        raise console.Misused(_("--as-of 请写成 2022-10-25 或 2022-10-25T10:20。")) from None


def day(text: str, option: str, otherwise: date) -> date:
    """Return a day as written; raises Misused."""
    from bihuan.core.moments import day_of

    if not text:
        return otherwise
    try:
        return day_of(text)
    except ValueError:
        raise console.Misused(_("%(option)s 请写成 2022-01-01 这样的日期。") % {"option": option}) from None


def run(asked: argparse.Namespace) -> int:
    """Print the figure."""
    console.ready()
    from bihuan.core.figures import Asked
    from bihuan.core.instants import instant
    from bihuan.core.permission import SYSTEM
    from bihuan.store import calendars, clock, figures, network, packs

    now = clock.now()
    as_of = moment(asked.as_of)
    today = calendars.calendar().local_day(instant(as_of) if as_of else now)
    if as_of and datetime.combine(today, time(), calendars.calendar().zone) == instant(as_of):
        today = date.fromordinal(today.toordinal() - 1)  # the end of a day belongs to it
    since = day(asked.since, "--from", today.replace(month=1, day=1))
    until = day(asked.until, "--to", today)
    if since > until:
        raise console.Misused(_("--from 不能晚于 --to。"))
    programme = packs.current().get(asked.programme)
    if programme is None:
        said = {"key": asked.programme, "known": _("、").join(packs.current())}
        raise console.Failed(_("没有“%(key)s”这个项目，有：%(known)s。") % said)
    if asked.indicator not in programme.indicators:
        said = {"key": asked.indicator, "known": _("、").join(programme.indicators)}
        raise console.Failed(_("没有“%(key)s”这个指标，有：%(known)s。") % said)
    if asked.unit and asked.unit not in network.of_all_time(today).units:
        raise console.Failed(_("没有“%(key)s”这个单位，请写单位的键，如 equipment。") % {"key": asked.unit})
    window = Asked(since, until, as_of, asked.unit)
    given: dict[str, Any] = {
        "seen_by": SYSTEM, "programme": programme, "key": asked.indicator, "asked": window, "now": now,
    }  # fmt: skip
    found = figures.figure(**given)
    shown = as_data(found)
    if asked.by:
        by = tuple(part.strip() for part in asked.by.split(",") if part.strip())
        try:
            groups = figures.grouped(**given, by=by)
        except figures.NotFound:
            known = _("、").join(programme.indicators[asked.indicator].by) or "unit、month"
            said = {"by": asked.by, "known": known}
            raise console.Failed(_("这个指标不能按“%(by)s”分，可写：%(known)s。") % said) from None
        shown["by"] = [{"group": dict(zip(by, group, strict=True)), **as_data(one)} for group, one in groups.items()]
    if asked.members:
        parts = [asked.part] if asked.part else [part.key for part in found.parts]
        rows = [row for part in parts for row in figures.every(**given, part=part)]
        shown["members"] = [member_data(row) for row in rows]
    if asked.json:
        console.as_json(shown)
        return 0
    _told(programme.indicators[asked.indicator].name, found, shown)
    return 0


def plain(value: Any) -> Any:
    """Return a value as JSON has it: decimals as text, never as a float."""
    return format(value, "f") if isinstance(value, Decimal) else value


def as_data(figure: Figure) -> dict[str, Any]:
    """Return a figure as plain data."""
    return {
        "indicator": figure.indicator,
        "value": plain(figure.value),
        "unit": figure.unit,
        "opens": figure.opens,
        "parts": {part.key: part.count for part in figure.parts},
        "since": figure.since,
        "until": figure.until,
        "as_of": figure.as_of,
        "definition": figure.definition,
        "missing": figure.missing,
        "count": figure.members,
    }


def member_data(row: Member) -> dict[str, Any]:
    """Return a record as plain data."""
    kept = ("kind", "id", "number", "title", "day", "amount", "unit", "part")
    return {key: getattr(row, key) for key in kept}


def _told(name: str, figure: Figure, shown: dict[str, Any]) -> None:
    from bihuan.core.instants import instant
    from bihuan.words.figures import missing_text, window_text
    from bihuan.words.figures import shown as words

    console.show(f"{name} {words(figure)}")
    if figure.missing:
        console.show(missing_text(figure))
    console.show(window_text(figure, instant(figure.as_of)))
    console.show(_("定义：%(key)s %(hash)s") % {"key": figure.indicator, "hash": figure.definition[:12]})
    for part in figure.parts:
        console.show(f"  {part.key}: {part.count}")
    for group in shown.get("by", ()):
        console.show("  ".join([*map(str, group["group"].values()), str(group["value"])]))
    for row in shown.get("members", ()):
        console.show("  ".join(str(row[key]) for key in ("part", "number", "day", "amount", "title") if row[key] != ""))
