"""办理时限的说法: every clock of an order with its light, its due and how it was counted (怎么算的)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.core import deadline_lines, deadlines
from bihuan.core.calendar import Calendar
from bihuan.core.clocks import running
from bihuan.core.durations import parse
from bihuan.core.instants import instant
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.queues import queue
from bihuan.words import moments
from bihuan.words.durations import duration
from bihuan.words.lights import NONE, Light, light_of_clock
from bihuan.words.orders import clock_name, role_name

REASONS = {
    "event-day": gettext_noop("起算当天不计"),
    "weekend": gettext_noop("周末"),
    "holiday": gettext_noop("法定节假日"),
    "rest": gettext_noop("休息日"),
    "moved": gettext_noop("期满日逢休息日，顺延"),
    "suspension": gettext_noop("不计"),
    "workday": gettext_noop("工作日"),
    "make-up": gettext_noop("调休上班，计"),
    "calendar-day": gettext_noop("按日历日计"),
    "open-hours": gettext_noop("上班时间"),
    "running": gettext_noop("连续计时"),
    "close-of-business": gettext_noop("当日下班时到期"),
    "end-of-day": gettext_noop("当日24:00到期"),
    "exact": gettext_noop("到点即到期"),
    "as-promised": gettext_noop("按当时承诺，不随日历改动"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """One row of 怎么算的: the day or span, what became of it, and why."""

    when: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock in words. `due` and `original` are ends as people say them, `original` "" where it never moved."""

    key: str
    name: str
    light: Light
    due: str
    original: str = ""
    owner: str = ""
    note: str = ""
    running: bool = True
    late: bool = False
    promise: bool = False
    changes: int = 0
    calendar: str = ""  # the version of the calendar it was counted with
    rows: list[Counted] = field(default_factory=list)


def clocks_of(
    order: OrderState,
    order_type: OrderType,
    now: datetime,
    calendar: Calendar,
    net: Network | None = None,
    *,
    hidden: Collection[str] = (),
) -> list[ClockLine]:
    """Return every clock of the order, running ones first, the promise before all; `hidden` are keys left out."""
    tray = queue(order_type, order)
    lines = [
        _line(key, clock, order_type, tray, now, calendar, net)
        for key, clock in order.clocks.items()
        if key.partition(":")[0] not in hidden and key.partition(":")[0] in order_type.clocks
    ]
    return sorted(lines, key=lambda line: (not line.running, not line.promise))


def changes_of(lines: Iterable[ClockLine]) -> int:
    """Return how often a limit was changed (期限变更): extensions and re-clocks."""
    return max((line.changes for line in lines), default=0)


def _line(
    key: str,
    clock: Mapping[str, Any],
    order_type: OrderType,
    tray: str,
    now: datetime,
    calendar: Calendar,
    net: Network | None,
) -> ClockLine:
    spec = order_type.clocks[key.partition(":")[0]]
    on = running(clock)
    moved = clock.get("first", clock["due"]) != clock["due"]
    return ClockLine(
        key=key,
        name=clock_name(order_type, key, net),
        light=light_of_clock(clock, tray if spec.each == "" else "", now, calendar) if on else NONE,
        due=moments.until(clock["due"], now),
        original=moments.until(clock["first"], now) if moved else "",
        owner=role_name(order_type, spec.owes) if spec.owes else "",
        note=_note(clock, spec.promise, now),
        running=on,
        late=bool(clock.get("late")) or (on and instant(clock["due"]) <= now),
        promise=spec.promise,
        changes=int(clock.get("extended", 0)) + int(clock.get("reclocked", 0)),
        calendar=str(clock.get("cal", "")),
        rows=explained(clock, calendar, now),
    )


def _note(clock: Mapping[str, Any], promise: bool, now: datetime) -> str:
    """Say from when it runs, for how long, and what happened to it."""
    begun = {"day": moments.moment(clock["start"], now), "limit": duration(clock["limit"])}
    parts = [_("%(day)s起算，%(limit)s") % begun]
    if clock.get("provisional"):
        parts.append(_("跨到尚未公布放假安排的年份，暂定"))
    if clock.get("pauses"):
        n = len(clock["pauses"])
        parts.append(ngettext("挂起过%(n)s次", "挂起过%(n)s次", n) % {"n": n})
    if clock.get("extended"):
        n = clock["extended"]
        parts.append(ngettext("延期%(n)s次", "延期%(n)s次", n) % {"n": n})
    if clock.get("reclocked"):
        n = clock["reclocked"]
        parts.append(ngettext("重算%(n)s次", "重算%(n)s次", n) % {"n": n})
    if stop := clock.get("stop"):
        ended = _("%(at)s停表，逾期") if clock.get("late") else _("%(at)s停表，按期")
        parts.append(ended % {"at": moments.moment(stop, now)})
    elif promise:
        parts.append(_("退单、改派都不重算"))
    return _("；").join(parts)


def explained(clock: Mapping[str, Any], calendar: Calendar, now: datetime) -> list[Counted]:
    """Return the table from which a person can count the clock again by hand; the last row is the end."""
    if clock["limit"] == "stated":
        return [Counted(moments.until(clock["due"], now), _("到期"), _("来文规定的期限，照录"))]
    pauses = tuple((instant(a), instant(b)) for a, b in clock.get("pauses", ()))
    end = deadlines.Deadline(
        instant(clock["start"]),
        instant(clock["first"] if clock.get("extended") else clock["due"]),
        parse(clock["limit"]),
        calendar.key,
        clock.get("cal", calendar.version),
        bool(clock.get("provisional")),
        pauses if not clock.get("extended") else (),
    )
    rows = explain_rows(end, calendar, now)
    if clock.get("extended"):
        rows.append(Counted(moments.until(clock["due"], now), _("到期"), _("批准延期至这一天")))
    return rows


def explain_rows(end: deadlines.Deadline, calendar: Calendar, now: datetime) -> list[Counted]:
    """Return how a deadline was counted, one row for each stretch of days; starts with the moment it began."""
    rows = [Counted(moments.moment(end.start, now), _("起算"), duration(str(end.duration)))]
    for line in deadline_lines.explain(end, calendar):
        why = _(REASONS[line.code])
        if line.name and line.kind != "end" and line.code not in ("event-day", "make-up"):
            names = _("、").join(_(name) for name in line.name.split("、"))
            why = _("%(why)s（%(names)s）") % {"why": why, "names": names}
        rows.append(Counted(_when(line, now), _what(line, end), why))
    return rows


def _when(line: deadline_lines.Line, now: datetime) -> str:
    if line.kind == "end" and line.until is not None:
        return moments.until(line.until, now)
    if line.code in ("open-hours", "running") and line.since and line.until:
        times = {"from": moments.moment(line.since, now), "to": moments.until(line.until, now)}
        return _("%(from)s—%(to)s") % times
    return days(line.first, line.last, now)


def days(first: date, last: date, now: datetime) -> str:
    """Return 9月30日 or 10月1日—10月7日."""
    if first == last:
        return moments.day(first, now)
    return _("%(from)s—%(to)s") % {"from": moments.day(first, now), "to": moments.day(last, now)}


def _what(line: deadline_lines.Line, end: deadlines.Deadline) -> str:
    if line.kind == "end":
        return _("到期")
    if line.kind == "paused":
        return _("挂起")
    if end.duration.in_hours and line.kind == "counted":
        hours, minutes = divmod(line.count, 60)
        span = {"hours": hours, "minutes": minutes}
        return _("计%(hours)s小时%(minutes)s分") % span if minutes else _("计%(hours)s小时") % span
    if line.kind == "counted":
        return ngettext("计%(n)s日", "计%(n)s日", line.count) % {"n": line.count}
    return ngettext("跳过%(n)s日", "跳过%(n)s日", line.count) % {"n": line.count}


def explain_text(end: deadlines.Deadline, calendar: Calendar, now: datetime) -> str:
    """Return a deadline explained for a terminal: the moment it ends first, then one line for each stretch."""
    head = _("到期：%(at)s") % {"at": moments.until(end.due, now)}
    year = moments.last_day(end.due).year
    if end.provisional:
        head += _("（暂定：%(year)s年的放假安排还没有公布）") % {"year": year}
    widest = max((len(row.when) for row in explain_rows(end, calendar, now)), default=0)
    lines = [f"  {row.when.ljust(widest)}  {row.what}  {row.why}" for row in explain_rows(end, calendar, now)]
    return "\n".join([head, *lines])


def reclock_text(event: Event, order_type: OrderType, inner: bool) -> str:
    """Return which deadlines another calendar moved, from when to when; outward the promise alone."""
    said = []
    for key, one in event.facts["moved"].items():
        spec = order_type.clocks.get(key.partition(":")[0])
        if inner or (spec is not None and spec.promise):
            ends = {"was": moments.until(one["was"], event.at), "due": moments.until(one["due"], event.at)}
            said.append(clock_name(order_type, key) + _("由%(was)s改为%(due)s") % ends)
    return _("；").join(said)
