"""场合: everything a decision may look at besides the order itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bihuan.core.calendar import Calendar
from bihuan.core.network import Network
from bihuan.core.programmes import OrderType


@dataclass(frozen=True, slots=True)
class Setting:
    """The kind of order under its pinned bundle, the network of the day, the calendar, and a salt for commitments."""

    type: OrderType
    network: Network
    calendar: Calendar
    salt: str = ""

    def today(self, now: datetime) -> date:
        """Return the local day of an instant."""
        return self.calendar.local_day(now)
