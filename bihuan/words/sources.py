"""来源的说法: the number and the deadline an order has where it came from, and what its source was answered."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.core import sources
from bihuan.core.calendar import Calendar
from bihuan.core.clocks import running
from bihuan.core.instants import instant
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.projection import NEVER
from bihuan.store.lists import Row
from bihuan.words import moments
from bihuan.words.clocks import ClockLine, explained
from bihuan.words.events import sheet_text
from bihuan.words.lights import NONE, Light, left, light_of_clock, lit
from bihuan.words.orders import channel_name


def source_text(programme: Programme, channel: str, number: str) -> str:
    """Return where an order came from, with its number there: 12345热线 2022-0913-001."""
    return f"{channel_name(programme, channel)} {number}".strip()


def source_clock(
    order: OrderState, order_type: OrderType, programme: Programme, now: datetime, calendar: Calendar
) -> ClockLine | None:
    """Return the deadline of the source as a line beside our own clocks, None where it set none."""
    clock = sources.clock(order_type, order, calendar)
    if not clock:
        return None
    on = running(clock)
    name = channel_name(programme, order.channel)
    note = _("%(source)s自己的期限，照录") % {"source": name}
    if sources.owes(order_type, order):
        note = _("%(source)s自己的期限，照录；办完要回填") % {"source": name}
    if stop := clock.get("stop"):
        ended = _("%(at)s停表，逾期") if clock.get("late") else _("%(at)s停表，按期")
        note = _("；").join((note, ended % {"at": moments.moment(stop, now)}))
    return ClockLine(
        key="source",
        name=_("来源时限"),
        light=light_of_clock(clock, "", now, calendar) if on else NONE,
        due=moments.until(clock["due"], now),
        note=note,
        running=on,
        late=bool(clock.get("late")),
        calendar=str(clock.get("cal", "")),
        rows=explained(clock, calendar, now),
    )


def answered_text(order: OrderState, order_type: OrderType, now: datetime) -> str:
    """Return when and where the source was answered, or that it still waits; "" where it wants no sheet."""
    if not sources.owes(order_type, order):
        return ""
    told = [
        _("%(at)s%(what)s") % {"at": moments.moment(one["at"], now), "what": sheet_text(one)}
        for one in order.returned
        if one.get("sheet")
    ]
    if sources.owed(order_type, order):
        told.append(_("待回复") if not told else _("答复有变，待再次回复"))
    return _("；").join(told)


def source_light(row: Row, order_type: OrderType, now: datetime, calendar: Calendar) -> Light:
    """Return the light of the source's own deadline for a line of a list; a false one where nothing is due there."""
    waits = row.owed or (row.open and not row.replied)
    if not waits or row.source_due in ("", NEVER):
        return NONE
    due, last = instant(row.source_due), moments.last_day(row.source_due)
    soon = calendar.workdays_between(calendar.local_day(now), last) <= int(order_type.lights.get("yellow_workdays", 2))
    color = "r" if due <= now else "y" if soon else "g"
    return lit(color, _("来源%(text)s") % {"text": left(due, now, calendar)}, moments.day(last, now))
