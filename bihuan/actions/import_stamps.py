"""Alike rows share one event but for their own words and times: one is worked out, the others are stamped from it.

A stamp is what the ordinary functions write of an order with marks in the places where rows differ: its row, its event,
its facts and what it adds to the counts. What comes of filling in the marks is letter for letter what the rules would
have given; a test compares the two, and `bihuan verify` replays every event.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from json.encoder import encode_basestring
from typing import Any

from bihuan.actions.import_rows import Read
from bihuan.core.chain import digest
from bihuan.core.instants import iso, month
from bihuan.core.order_facts import asker, facts, looked_at
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import Move, OrderType
from bihuan.core.projection import alarm, columns, lights
from bihuan.store import bulk, events, order_facts
from bihuan.store.orders import FIRST

# Facts that may differ from row to row; all others are part of what makes rows alike.
FREE = ("text", "long_text", "choice")
PERSONAL = ("C2", "C3")
# Marks of the private use area; a row that holds one is worked out by itself.
_OPEN, _SHUT = "\ue000", "\ue001"
# Instants that stand for others lie in years before or after all they are compared with, named by the last figure.
_PAST, _FUTURE = 1000, 9000
_MOMENTS = ("", "received", "yellow_at", "orange_at", "due_at", "closed")
_REST = "-15T12:00:00.000000Z"
_PLACE = re.compile(
    f"from:{_OPEN}requester(?:_name)?{_SHUT}|{_OPEN}(?P<mark>[a-z0-9_:]+){_SHUT}"
    f"|[19]00(?P<n>[1-5])-06(?P<rest>{_REST})?"
)
_NEXT = "\n"  # between canonical texts, none of which holds one
_TEXTS = ("number", "source_number", "requester", "requester_name", "asker", "desk", "command")
_LIGHTS = ("due", "due_clock", "yellow", "orange", "alarm")
_BODY, _DELTAS = events.COLUMNS.index("body"), events.COLUMNS.index("deltas")
_ROW_BODY = FIRST.index("body")
_STAMP, _ADDS = order_facts.COLUMNS.index("stamp"), order_facts.COLUMNS.index("adds")
_quoted = encode_basestring


@dataclass(slots=True)
class Coming:
    """One row about to be an order: what was read, and what the import adds to it."""

    read: Read
    id: int
    number: str
    command: str
    promise: dict[str, Any]  # its stated limit, {} where it has none
    rungs: tuple[str, ...]  # lights of the promise's ladder that went by before it came here

    def alike(self, free: frozenset[str]) -> tuple[Any, ...]:
        """Return what rows must have in common to be stamped from one of them; other facts differ freely."""
        read = self.read
        return (
            read.channel, read.state, read.result, not read.requester, not read.requester_name, not read.desk,
            not read.source_number, not read.received, not read.due, not read.closed, not self.command, self.rungs,
            *self.promise, *[key if key in free else (key, str(value)) for key, value in read.facts.items()],
        )  # fmt: skip

    def whole(self) -> bool:
        """Whether nothing in the row could be taken for a mark, and its limit runs from the time it came."""
        read = self.read
        if self.promise and self.promise["start"] != read.received:
            return False
        texts = f"{read.source_number}{read.requester_name}{''.join(map(str, read.facts.values()))}"
        return _OPEN not in texts and _SHUT not in texts


class Stamp:
    """What alike rows have in common, with places to fill in where they differ."""

    def __init__(
        self,
        row: Coming,
        free: frozenset[str],
        work_out: Callable[[Coming], tuple[Event, OrderState]],
        order_type: OrderType,
        zone: tzinfo,
    ) -> None:
        marked = _marked(row, free)
        event, self.after = work_out(marked)
        self.type, self.zone, self.at = order_type, zone, iso(event.at)
        self.free = [(key, f"fact:{key}") for key in free & row.read.facts.keys()]
        self.promise = next((key for key, one in self.after.clocks.items() if one == marked.promise), "")
        # A limit that runs is compared with the order's other ones, row by row.
        self.runs = bool(self.promise) and not order_type.states[row.read.state].closed
        lines = bulk.lines(event, self.after, order_type, zone)
        projected = columns(order_type, self.after)
        if self.runs:
            for name in _LIGHTS:
                projected[name] = lines.order[FIRST.index(name)] = _mark(name)
        cut = _Cutter(row.id, event.hash)
        self._event_body, self._row_body = cut(event.body), cut(lines.order[_ROW_BODY])
        self._looked_at = cut(looked_at(self.after, projected, facts(order_type, self.after)))
        self._deltas = cut(lines.event[_DELTAS])
        self._counts, self._adds = cut("\n".join(lines.counts)), cut("\n".join(lines.adds))
        self._order, self._order_holes = cut.row(lines.order)
        self._event, self._event_holes = cut.row(lines.event)
        self._facts, self._facts_holes = cut.row(lines.facts)

    def press(self, row: Coming) -> bulk.Lines:
        """Return the lines of an alike row."""
        raw = self._values(row)
        if self.runs:
            raw.update(self._lights(row))
        inside = raw | {name: _quoted(raw[name])[1:-1] for name in _TEXTS}  # as it stands in a JSON string
        for _key, name in self.free:
            inside[name] = _quoted(raw[name])[1:-1]
        body = self._event_body % inside
        raw["head"] = inside["head"] = digest(body)
        order, event, one = self._order.copy(), self._event.copy(), self._facts.copy()
        for lines, holes in ((order, self._order_holes), (event, self._event_holes), (one, self._facts_holes)):
            for at, name in holes:
                lines[at] = raw[name]
        order[_ROW_BODY] = self._row_body % inside
        event[_BODY], event[_DELTAS] = body, self._deltas % inside
        counts, adds = self._counts % inside, self._adds % inside
        one[_STAMP], one[_ADDS] = digest(self._looked_at % inside), f"[{adds.replace(_NEXT, ',')}]"
        return bulk.Lines(order, event, one, counts.split(_NEXT) if counts else [], adds.split(_NEXT) if adds else [])

    def _values(self, row: Coming) -> dict[str, Any]:
        read, promise, zone = row.read, row.promise, self.zone
        values = {
            "id": row.id,
            "number": row.number,
            "source_number": read.source_number,
            "requester": read.requester,
            "requester_name": read.requester_name,
            "asker": asker(read.requester or read.requester_name),
            "desk": read.desk,
            "command": row.command,
            "received": read.received,
            "due_at": read.due,
            "closed": read.closed,
            "month_received": month(read.received, zone) if read.received else "",
            "month_due_at": month(read.due, zone) if promise else "",
            "month_closed": month(read.closed, zone) if read.closed else "",
            "yellow_at": promise.get("yellow"),
            "orange_at": promise.get("orange"),
        }
        for key, name in self.free:
            values[name] = read.facts[key]
        return values

    def _lights(self, row: Coming) -> dict[str, str]:
        after = self.after
        after.clocks = {**after.clocks, self.promise: row.promise}
        after.alarms = {f"{self.promise}.{light}.{row.promise['start']}": self.at for light in row.rungs}
        return {**lights(self.type, after), "alarm": alarm(self.type, after)}


class _Cutter:
    """Makes texts and rows with marks into ones with `%(name)s` in their places."""

    def __init__(self, id_: int, head: str) -> None:
        self.id, self.head = id_, head

    def __call__(self, text: str) -> str:
        text = text.replace("%", "%%").replace(self.head, _mark("head")).replace(str(self.id), _mark("id"))
        return _PLACE.sub(lambda found: f"%({_name(found)})s", text)

    def row(self, cells: list[Any]) -> tuple[list[Any], list[tuple[int, str]]]:
        """Return the cells and which of them are filled in, with the name of what fills them."""
        holes = [
            (at, "id" if cell == self.id else "head") for at, cell in enumerate(cells) if cell in (self.id, self.head)
        ]
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and (found := _PLACE.fullmatch(cell)):
                holes.append((at, _name(found)))
        return cells, holes


def _name(found: re.Match[str]) -> str:
    """The name of what fills a place: a mark's own, an instant's, or that of an instant's month."""
    if found["n"] is None:
        return found["mark"] or "asker"
    return f"{'' if found['rest'] else 'month_'}{_MOMENTS[int(found['n'])]}"


def free_of(order_type: OrderType, move: Move) -> frozenset[str]:
    """Return the facts that may differ between alike rows: texts and choices, personal ones excepted.

    What makes the priority is none of them, nor what a limit goes by that this move begins.
    """
    begun = {move.verb, *order_type.states}
    by = {one.by for one in order_type.clocks.values() if begun.intersection((*one.starts, *one.restarts))}
    kept = {"importance", "urgency", *by}
    declared = (order_type.fields[key] for key in (*move.needs, *move.takes))
    return frozenset(
        one.key for one in declared if one.kind in FREE and one.data_class not in PERSONAL and one.key not in kept
    )


def _mark(name: str) -> str:
    return f"{_OPEN}{name}{_SHUT}"


def _marked(row: Coming, free: frozenset[str]) -> Coming:
    """The row with a mark in each place where alike rows differ; instants that are compared keep their order."""
    read = row.read

    def marked(name: str) -> str:
        return _mark(name) if getattr(read, name) else ""

    def instant(n: int, past: bool) -> str:
        return f"{n + (_PAST if past else _FUTURE)}-06{_REST}"

    received, due = instant(1, True), instant(4, "red" in row.rungs)
    closed = instant(5, not row.promise.get("late"))
    moments = {
        "start": received,
        "yellow": instant(2, "yellow" in row.rungs),
        "orange": instant(3, "orange" in row.rungs),
        "due": due,
        "first": due,
        "stop": closed,
    }
    alike = Read(
        read.row,
        {key: _mark(f"fact:{key}") if key in free else value for key, value in read.facts.items()},
        channel=read.channel,
        source_number=marked("source_number"),
        requester=marked("requester"),
        requester_name=marked("requester_name"),
        desk=marked("desk"),
        received=received if read.received else "",
        due=due if read.due else "",
        state=read.state,
        closed=closed if read.closed else "",
        result=read.result,
    )
    command = _mark("command") if row.command else ""
    promise = {key: moments.get(key, value) for key, value in row.promise.items()}
    return Coming(alike, row.id, _mark("number"), command, promise, row.rungs)
