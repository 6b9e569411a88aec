"""导出: orders as the sheet from which they could be imported again, and a note of who took it out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from bihuan.actions.import_columns import facts_of, headings
from bihuan.actions.import_rows import RISKY
from bihuan.actions.register import note_export
from bihuan.core.calendar import Calendar
from bihuan.core.instants import instant
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.store import bulk, calendars, lists, network, packs
from bihuan.store.orders import state_of

PAGE = 1000
Header = tuple[str, ...]
Rows = Iterator[Sequence[Any]]


class TooMany(ValueError):
    """More rows than a worksheet has lines."""


def export_orders(
    *,
    actor: Actor,
    programme: str,
    type_: str,
    now: datetime,
    purpose: str = "",
    where: lists.Asked | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Header, Rows]:
    """Return the heading and the rows of every order of a kind that the actor may see, in the order they came.

    Importing the sheet again elsewhere makes the same orders; here it takes nothing. Personal values stay out of it.
    That somebody took the list out is kept in the register, with the number of rows, before the first row is given.
    """
    declared = packs.programme(programme)
    order_type = declared.orders[type_]
    columns = headings(order_type)
    asked = where or lists.Asked(programme=programme, type=type_, sort="recent")
    seen: dict[str, Any] = {"seen_by": actor, "programmes": list(packs.current().values()), "asked": asked, "now": now}
    note_export(actor=actor, what=f"{programme}/{type_}", rows=lists.count(**seen), purpose=purpose, now=now)
    return tuple(columns.values()), _rows(declared, order_type, seen, now, progress)


def _rows(
    declared: Programme,
    order_type: OrderType,
    seen: dict[str, Any],
    now: datetime,
    progress: Callable[[int], None] | None,
) -> Rows:
    calendar = calendars.calendar()
    sheet = _Sheet(declared, order_type, network.snapshot(calendar.local_day(now)), calendar)
    after, done = 0, 0
    while page := bulk.bodies(after=after, limit=PAGE, **seen):
        for id_, seq, body in page:
            yield sheet.row(state_of(body, seq))
            after, done = id_, done + 1
        if progress:
            progress(done)


class _Sheet:
    """Writes orders of one kind as rows."""

    def __init__(self, declared: Programme, order_type: OrderType, net: Network, calendar: Calendar) -> None:
        self.declared, self.type, self.net, self.calendar = declared, order_type, net, calendar
        self.facts = facts_of(order_type)
        twice = [unit.name for unit in net.units.values()]
        self.ambiguous = (
            {name for name in set(twice) if twice.count(name) > 1} if len(set(twice)) < len(twice) else set()
        )

    def row(self, order: OrderState) -> tuple[str, ...]:
        return tuple(self.value(order, fact) for fact in self.facts)

    def value(self, order: OrderState, fact: str) -> str:
        if fact in _BUILT:
            return _BUILT[fact](self, order)
        value = (
            getattr(order, fact) if fact in ("title", "category", "importance", "urgency") else order.fields.get(fact)
        )
        declared = self.type.fields[fact]
        if value in (None, "", []) or declared.data_class in ("C2", "C3"):
            return ""
        if declared.kind == "choice":
            return next((one.name for one in declared.choices if one.key == value), str(value))
        if value is True:
            return "是"
        return str(value)

    def unit(self, key: str) -> str:
        known = self.net.units.get(key)
        return key if known is None or known.name in self.ambiguous else known.name

    def at(self, text: str) -> str:
        return f"{instant(text).astimezone(self.calendar.zone):%Y-%m-%d %H:%M:%S}" if text else ""

    def until(self, text: str) -> str:
        """An end at midnight is written as the day before, as it was stated and as it is read again."""
        if not text:
            return ""
        local = instant(text).astimezone(self.calendar.zone)
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            return str((local - timedelta(days=1)).date())
        return f"{local:%Y-%m-%d %H:%M:%S}"


def _channel(sheet: _Sheet, order: OrderState) -> str:
    known = sheet.declared.channels.get(order.channel)
    return known.name if known else order.channel


def _state(sheet: _Sheet, order: OrderState) -> str:
    known = sheet.type.states.get(order.state)
    return known.name if known else order.state


def _result(sheet: _Sheet, order: OrderState) -> str:
    return next((one.name for one in sheet.type.fields["result"].choices if one.key == order.result), order.result)


_BUILT: dict[str, Callable[[_Sheet, OrderState], str]] = {
    "number": lambda sheet, order: order.number,
    "channel": _channel,
    "source_number": lambda sheet, order: order.source_number,
    "requester": lambda sheet, order: sheet.unit(order.requester) if order.requester else "",
    "requester_name": lambda sheet, order: "" if order.requester else order.requester_name,
    "desk": lambda sheet, order: sheet.unit(order.desk) if order.desk else "",
    "received_at": lambda sheet, order: sheet.at(order.times.get("submitted", "")),
    "due": lambda sheet, order: sheet.until(order.source_due),
    "status": _state,
    "closed_at": lambda sheet, order: sheet.at(order.times.get("closed", "")),
    "result": _result,
}


def export_roster(*, what: str, actor: Actor, now: datetime, purpose: str = "") -> tuple[Header, Rows]:
    """Return the sheet of `units` or `holders`, and note that it was taken out."""
    from bihuan.actions.rosters import export_holders, export_units

    header, rows = export_units() if what == "units" else export_holders()
    note_export(actor=actor, what=what, rows=len(rows), purpose=purpose, now=now)
    return header, iter(rows)


def write_csv(file: IO[str], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write a csv and return how many rows; text that a spreadsheet would take for a formula gets an apostrophe."""
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    n = 0
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell for cell in row])
        n += 1
    return n
