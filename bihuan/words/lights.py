"""灯的说法: colour, shape and words with the real remainder; never a colour alone (ux §8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.core import deadlines
from bihuan.core.calendar import Calendar
from bihuan.core.durations import Duration, parse
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType
from bihuan.core.projection import NEVER, columns
from bihuan.words import moments
from bihuan.words.orders import clock_name

COLORS = {"green": "g", "yellow": "y", "orange": "o", "red": "r", "grey": "h"}
KINDS = {letter: kind for kind, letter in COLORS.items()}
SPOKEN = {
    "g": gettext_noop("绿灯"),
    "y": gettext_noop("黄灯"),
    "o": gettext_noop("橙灯"),
    "r": gettext_noop("红灯"),
    "h": gettext_noop("灰灯"),
}
# What has to happen today, by the tray the order lies in.
ACTS = {
    "to_register": gettext_noop("受理"),
    "to_dispatch": gettext_noop("派单"),
    "to_accept": gettext_noop("接单"),
    "in_progress": gettext_noop("答复"),
    "to_check": gettext_noop("核查"),
    "to_rate": gettext_noop("评单"),
    "to_verify": gettext_noop("核实"),
    "to_close": gettext_noop("销号"),
    "rectifying": gettext_noop("答复"),
}
_BY_DAYS = Duration(1, "workdays")
_DAY = timedelta(days=1)


class Light(NamedTuple):
    """A light in words. `color` g|y|o|r|h, "" for what has ended; `due` its day, `clock` the name of the clock."""

    color: str
    text: str
    spoken: str
    due: str = ""
    clock: str = ""

    def __bool__(self) -> bool:
        return bool(self.color)

    @property
    def kind(self) -> str:
        """green | yellow | orange | red | grey, as the mark in parts.html wants it; "" for what has ended."""
        return KINDS.get(self.color, "")

    @property
    def full(self) -> str:
        """The words with the date: 余4个工作日，10月31日到期."""
        if not self.due or self.color == "h":
            return self.text
        return _("%(text)s，%(due)s到期") % {"text": self.text, "due": self.due}


NONE = Light("", "", "")


def lit(color: str, text: str, due: str = "", clock: str = "") -> Light:
    """Return a light with what a screen reader says."""
    return Light(color, text, _("%(light)s：%(text)s") % {"light": _(SPOKEN[color]), "text": text}, due, clock)


def light_of(row: Any, now: datetime, calendar: Calendar, order_type: OrderType | None = None) -> Light:
    """Return the light of an order; `row` is a list row or anything with the same projected columns.

    With the order's type the light names its clock too. Closed orders have none (a false light).
    """
    if not row.open:
        return NONE
    if row.due == NEVER:
        return _without_due(row, now)
    suspended = bool(row.suspended)
    kind = deadlines.light(now, instant(row.yellow), instant(row.orange), instant(row.due), suspended)
    due = instant(row.due)
    name = clock_name(order_type, row.due_clock) if order_type is not None else row.due_clock
    day = moments.day(moments.last_day(due), now)
    if kind == "grey":
        return lit("h", _suspended(row, now), day, name)
    clock: Mapping[str, Any] = getattr(row, "clocks", {}).get(row.due_clock, {})
    return lit(COLORS[kind], left(due, now, calendar, clock.get("limit", ""), row.queue), day, name)


def lasting(row: Any, now: datetime, calendar: Calendar) -> tuple[str, str]:
    """Return from when until when, exclusive, `light_of` and the source's light of a list row say what they say now.

    As stored text. Both are "", which is no time at all, where what is left is told in hours or minutes.
    """
    for due in (row.due, row.source_due):
        if due and due != NEVER:
            rest = deadlines.remaining(instant(due), now, calendar, _BY_DAYS)
            if rest.unit != "workdays" and (rest.overdue or not rest.today):
                return "", ""
    today, at = calendar.local_day(now), iso(now)
    since, until = iso(calendar.midnight(today)), iso(calendar.midnight(today + _DAY))
    for turn in (row.yellow, row.orange, row.due, row.rate_until, row.source_due):
        if turn and turn <= at:
            since = max(since, turn)
        elif turn:
            until = min(until, turn)
    return since, until


def light_of_order(order: OrderState, order_type: OrderType, now: datetime, calendar: Calendar) -> Light:
    """Return the light of an order held in full: it knows how long a suspension lasts and each clock's unit."""
    row = SimpleNamespace(**columns(order_type, order), clocks=order.clocks, resume_on=order.resume_on)
    return light_of(row, now, calendar, order_type)


def light_of_clock(clock: Mapping[str, Any], queue: str, now: datetime, calendar: Calendar) -> Light:
    """Return the light of one running clock; a paused one is grey and keeps its remainder."""
    due = instant(clock["due"])
    day = moments.day(moments.last_day(due), now)
    if clock.get("paused"):
        rest = left(due, instant(clock["paused"]), calendar, clock["limit"], queue)
        return lit(
            "h", _("已挂起%(days)s，停表时%(rest)s") % {"days": _days_since(clock["paused"], now), "rest": rest}, day
        )
    orange = instant(clock["orange"]) if "orange" in clock else None
    kind = deadlines.light(now, instant(clock["yellow"]), orange, due)
    return lit(COLORS[kind], left(due, now, calendar, clock["limit"], queue), day)


def left(due: datetime, now: datetime, calendar: Calendar, limit: str = "", queue: str = "") -> str:
    """Return 余4个工作日, 须今日16:50前接单 or 逾期3个工作日. Unit of the remainder = unit of the rule."""
    duration = parse(limit) if limit and limit != "stated" else _BY_DAYS
    rest = deadlines.remaining(due, now, calendar, duration)
    if not rest.overdue and rest.today:
        said = {"time": moments.clock_time(due), "act": _(ACTS[queue]) if queue in ACTS else ""}
        return _("须今日%(time)s前%(act)s") % said if said["act"] else _("今日%(time)s到期") % said
    return _counted(rest)


def _counted(rest: deadlines.Remaining) -> str:
    if rest.unit == "workdays":
        said = (
            ngettext("逾期%(n)s个工作日", "逾期%(n)s个工作日", rest.n)
            if rest.overdue
            else ngettext("余%(n)s个工作日", "余%(n)s个工作日", rest.n)
        )
    elif rest.unit == "hours":
        said = (
            ngettext("逾期%(n)s小时", "逾期%(n)s小时", rest.n)
            if rest.overdue
            else ngettext("余%(n)s小时", "余%(n)s小时", rest.n)
        )
    else:
        said = (
            ngettext("逾期%(n)s分钟", "逾期%(n)s分钟", rest.n)
            if rest.overdue
            else ngettext("余%(n)s分钟", "余%(n)s分钟", rest.n)
        )
    return said % {"n": rest.n}


def _suspended(row: Any, now: datetime) -> str:
    since = next((c["paused"] for c in getattr(row, "clocks", {}).values() if c.get("paused")), "")
    resume = getattr(row, "resume_on", "")
    if since and resume:
        said = {"days": _days_since(since, now), "day": moments.day(resume, now)}
        return _("已挂起%(days)s，预计%(day)s恢复") % said
    return _("已挂起")


def _days_since(since: str, now: datetime) -> str:
    days = (moments.local(now).date() - moments.local(since).date()).days
    return ngettext("%(n)s日", "%(n)s日", days) % {"n": days}


def _without_due(row: Any, now: datetime) -> Light:
    """Nobody in an office owes anything now: the order waits for its requester, or for no limit at all."""
    if row.suspended:
        return lit("h", _suspended(row, now))
    if row.rate_until and row.queue == "to_rate":
        ended = instant(row.rate_until) <= now
        last: date = moments.last_day(row.rate_until)
        day = moments.day(last, now)
        return lit("g", _("评单期已满") if ended else _("等企业评单，至%(day)s") % {"day": day})
    return lit("g", _("没有在走的时限"))
