"""清单的行: what one row of a list says, the same on the desk, in lists and on the overview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import QueryDict
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType
from bihuan.store import calendars, packs
from bihuan.store.lists import Row
from bihuan.web.scopes import judged, outward
from bihuan.words import moments
from bihuan.words.lights import NONE, Light, light_of, light_of_order
from bihuan.words.orders import (
    category_name,
    haste_name,
    person_name,
    priority_name,
    queue_name,
    standing_name,
    unit_name,
)
from bihuan.words.sources import source_light, source_text

LONGEST = 120


def word(given: QueryDict, name: str, most: int = LONGEST) -> str:
    """Return a short text of an address or form, without what a database cannot hold."""
    return given.get(name, "").replace("\x00", "").strip()[:most]


TAGS = {1: "tag-r", 2: "tag-o", 3: "tag-b", 4: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """One order of a list in words."""

    row: Row
    light: Light
    state: str
    category: str
    priority: str
    tag: str
    chain: str
    lead: str
    handler: str
    asked: str
    source: str = ""  # where it came from, with its number there
    source_light: Light = NONE

    @property
    def href(self) -> str:
        """The order's own page."""
        return f"/orders/{self.row.number}/"

    def submitted(self, now: datetime) -> str:
        """The local day on which it came, as tables write it."""
        if not self.row.submitted:
            return "—"
        day = moments.local(self.row.submitted)
        return format_date(day, "m-d" if day.year == moments.local(now).year else "Y-m-d")


def unread(row: Row, actor: Actor, order_type: OrderType) -> bool:
    """Whether a bad rating waits for its callback and the reader is of those it judges: they see a rating awaited."""
    return row.pending == "verification" and judged(actor, order_type)


def awaited() -> Light:
    """What such a reader sees in place of the light."""
    return Light("", _("等企业评单"), _("等企业评单"))


def outward_light(order: OrderState, order_type: OrderType, now: datetime) -> Light:
    """Return the light of what the requester is promised or has to do; the office's own clocks are not theirs."""
    kept = {}
    for key, clock in order.clocks.items():
        spec = order_type.clocks.get(key.partition(":")[0])
        if spec is not None and (spec.promise or spec.owes == "requester"):
            kept[key] = clock
    return light_of_order(replace(order, clocks=kept), order_type, now, calendars.calendar())


def _outward_row(line: Line) -> Line:
    """A row as the requester may read it: no clock, request or person of the office, never that it is thought light."""
    priority = line.row.priority
    tag = "tag-r" if priority in (1, 2) else ""
    return replace(line, light=NONE, priority=haste_name(priority), tag=tag, handler="", asked="", source_light=NONE)


def source_of(row: Row) -> str:
    """Return where an order came from with its number there, "" where it has none."""
    return source_text(packs.programme(row.programme), row.channel, row.source_number) if row.source_number else ""


def lines_of(rows: Iterable[Row], net: Network, now: datetime, actor: Actor) -> list[Line]:
    """Return rows in words as the actor may read them, in their order; asks the database for nothing."""
    calendar = calendars.calendar()
    found = []
    for row in rows:
        order_type: OrderType = packs.roles_of(row.programme, row.type)
        hidden = unread(row, actor, order_type)
        pending = bool(row.pending) and row.pending != "verification"
        without, outer = judged(actor, order_type), outward(actor, order_type)
        line = Line(
            row=row,
            light=awaited() if hidden else light_of(row, now, calendar, order_type),
            state=standing_name(order_type, row.state, "" if without or outer else row.queue),
            category=category_name(order_type, row.category),
            priority=priority_name(row.priority),
            tag=TAGS.get(row.priority, ""),
            chain=unit_name(net, row.desk) if row.desk else "",
            lead=unit_name(net, row.lead) if row.lead else "",
            handler=person_name(net, row.handler) if row.handler else "",
            asked=queue_name(f"asked:{row.pending}:{row.pending_to}") if pending else "",
            source=source_of(row),
            source_light=source_light(row, order_type, now, calendar),
        )
        found.append(_outward_row(line) if outer else line)
    return found
