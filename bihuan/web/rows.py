"""清单的行: what one row of a list says, the same on the desk, in lists and on the overview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.http import QueryDict
from django.utils.translation import gettext as _

from bihuan.core.instants import iso
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
        return moments.table_day(self.row.submitted, now) if self.row.submitted else "—"

    @property
    def step(self) -> int:
        """How far the ring is drawn: it closes with the order."""
        return min(self.row.ring, 6) if self.row.open else self.row.ring


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
    return replace(line, priority=haste_name(priority), tag=tag, handler="", asked="")


def source_of(row: Row) -> str:
    """Return where an order came from with its number there, "" where it has none."""
    return source_text(packs.programme(row.programme), row.channel, row.source_number) if row.source_number else ""


class Sayings:
    """What the rows of one page have in common in words, looked up once a page; asks the database for nothing."""

    def __init__(self, net: Network, now: datetime, actor: Actor) -> None:
        self.now, self.at, self.calendar = now, iso(now), calendars.calendar()
        self.kind = cache(lambda programme, key: self._kind(packs.roles_of(programme, key), actor))
        self.state = cache(lambda programme, key, state, tray: standing_name(self.kind(programme, key)[0], state, tray))
        self.category = cache(lambda programme, key, value: category_name(self.kind(programme, key)[0], value))
        self.priority, self.asked = cache(priority_name), cache(queue_name)
        self.unit = cache(lambda key: unit_name(net, key) if key else "")
        self.person = cache(lambda key: person_name(net, key) if key else "")
        self._lights: dict[tuple[object, ...], Light] = {}

    @staticmethod
    def _kind(order_type: OrderType, actor: Actor) -> tuple[OrderType, bool, bool]:
        return order_type, judged(actor, order_type), outward(actor, order_type)

    def light(self, row: Row, order_type: OrderType) -> Light:
        """Return the light of a row; rows that are due together under one clock and in one colour have the same."""
        if not row.open:
            return NONE
        key = (
            row.programme, row.type, row.queue, row.due, row.due_clock, row.suspended, row.rate_until,
            row.yellow <= self.at, row.orange <= self.at,
        )  # fmt: skip
        found = self._lights.get(key)
        if found is None:
            found = self._lights[key] = light_of(row, self.now, self.calendar, order_type)
        return found

    def lights_of(self, row: Row, actor: Actor) -> tuple[Light, Light]:
        """Return the light of a row and that of its source, as the actor may see them: what changes with the clock."""
        order_type, without, outer = self.kind(row.programme, row.type)
        if outer:
            return NONE, NONE
        hidden = without and unread(row, actor, order_type)
        return (
            awaited() if hidden else self.light(row, order_type),
            source_light(row, order_type, self.now, self.calendar) if row.source_due else NONE,
        )

    def line(self, row: Row, light: Light, source: Light) -> Line:
        """Return the row in words, under these lights."""
        _order_type, without, outer = self.kind(row.programme, row.type)
        pending = bool(row.pending) and row.pending != "verification"
        line = Line(
            row=row,
            light=light,
            state=self.state(row.programme, row.type, row.state, "" if without or outer else row.queue),
            category=self.category(row.programme, row.type, row.category),
            priority=self.priority(row.priority),
            tag=TAGS.get(row.priority, ""),
            chain=self.unit(row.desk),
            lead=self.unit(row.lead),
            handler=self.person(row.handler),
            asked=self.asked(f"asked:{row.pending}:{row.pending_to}") if pending else "",
            source=source_of(row),
            source_light=source,
        )
        return _outward_row(line) if outer else line


def lines_of(rows: Iterable[Row], net: Network, now: datetime, actor: Actor) -> list[Line]:
    """Return rows in words as the actor may read them, in their order; asks the database for nothing."""
    said = Sayings(net, now, actor)
    return [said.line(row, *said.lights_of(row, actor)) for row in rows]
