"""场合: the network of the day, the calendar and a salt, put together for a decision."""

from __future__ import annotations

from datetime import datetime

from bihuan.core.programmes import OrderType
from bihuan.core.setting import Setting
from bihuan.store import calendars, events, network


def setting_of(order_type: OrderType, now: datetime) -> Setting:
    """Return everything a decision on this kind of order may look at now."""
    calendar = calendars.calendar()
    return Setting(order_type, network.snapshot(calendar.local_day(now)), calendar, events.new_salt())
