"""Alike rows share one event but for their own words and times: one is worked out, the others are stamped from it.

A stamp is what the ordinary functions write of an order with marks in the places where rows differ: its row, its event,
its facts and what it adds to the counts. The marks are filled in column by column for all alike rows at once. What
comes of it is letter for letter what the rules would have given; a test compares the two, and `bihuan verify` replays
every event.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
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
from bihuan.store.alike import Columns, Form, Pattern, Shaped, shaped
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
_TEXTS = ("number", "channel", "source_number", "result", "requester", "requester_name", "asker", "desk", "command")
_LIGHTS = ("due", "due_clock", "yellow", "orange", "alarm")
_BODY, _DELTAS = events.COLUMNS.index("body"), events.COLUMNS.index("deltas")
_ROW_BODY = FIRST.index("body")
_STAMP, _ADDS = order_facts.COLUMNS.index("stamp"), order_facts.COLUMNS.index("adds")
# What JSON writes otherwise than it is.
_SPECIAL = re.compile('[\x00-\x1f"\\\\]')
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

    def alike(self, free: frozenset[str], owing: Container[str]) -> tuple[Any, ...]:
        """Return what rows must have in common to be stamped from one of them; other facts differ freely.

        So do the channels to which no answer is owed.
        """
        read = self.read
        return (
            read.channel if read.channel in owing else "", read.state, not read.result, not read.requester,
            not read.requester_name, not read.desk, not read.source_number, not read.received, not read.due,
            not read.closed, not self.command, self.rungs, *self.promise,
            *[key if key in free else (key, str(value)) for key, value in read.facts.items()],
        )  # fmt: skip

    def starts_when_it_came(self) -> bool:
        """Whether its limit, where it has one, runs from the time it came."""
        return not self.promise or self.promise["start"] == self.read.received


def hold_marks(rows: Iterable[Coming]) -> bool:
    """Whether a text of any of the rows could be taken for a mark."""
    texts = [text for row in rows for text in (row.read.source_number, row.read.requester_name)]
    texts += [str(fact) for row in rows for fact in row.read.facts.values()]
    together = "".join(texts)
    return _OPEN in together or _SHUT in together


@dataclass(slots=True)
class Pressed:
    """What alike orders bring: of each its row, its event and its facts as the database takes them.

    `counts` and `adds` say how often each text of `bulk.Lines` is to be added to counters and tallies.
    """

    rows: list[tuple[Shaped, Shaped, Shaped]]
    counts: Counter[str]
    adds: Counter[str]


def of_lines(lines: Iterable[bulk.Lines]) -> Pressed:
    """Return what orders bring that were worked out one by one."""
    pressed = Pressed([], Counter(), Counter())
    for one in lines:
        pressed.rows.append((shaped(one.order), shaped(one.event), shaped(one.facts)))
        pressed.counts.update(one.counts)
        pressed.adds.update(one.adds)
    return pressed


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
        marked = _marked(row, free, order_type.owing)
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
        self._added = cut(f"[{','.join(lines.adds)}]")
        self._counts, self._adds = _Sum(map(cut, lines.counts)), _Sum(map(cut, lines.adds))
        self._order = cut.form(lines.order, {_ROW_BODY: "row_body"})
        self._event = cut.form(lines.event, {_BODY: "event_body", _DELTAS: "deltas"})
        self._facts = cut.form(lines.facts, {_STAMP: "looked_at", _ADDS: "added"})

    def press(self, rows: Sequence[Coming]) -> Pressed:
        """Return what alike rows bring, in their order."""
        n, raw = len(rows), self._values(rows)
        if self.runs:
            raw |= self._lights(rows)
        inside = raw | {name: _inside(raw[name]) for name in (*_TEXTS, *(name for _key, name in self.free))}
        bodies = self._event_body.filled(inside, n)
        raw["head"] = inside["head"] = list(map(digest, bodies))
        raw["event_body"], raw["deltas"] = bodies, self._deltas.filled(inside, n)
        raw["row_body"], raw["added"] = self._row_body.filled(inside, n), self._added.filled(inside, n)
        raw["looked_at"] = list(map(digest, self._looked_at.filled(inside, n)))
        orders, happened, kept = (one.filled(raw, n) for one in (self._order, self._event, self._facts))
        return Pressed(
            list(zip(orders, happened, kept, strict=True)), self._counts.of(inside, n), self._adds.of(inside, n)
        )

    def _values(self, rows: Sequence[Coming]) -> dict[str, list[Any]]:
        zone, reads, promises = self.zone, [row.read for row in rows], [row.promise for row in rows]
        received, due, closed = ([getattr(read, name) for read in reads] for name in ("received", "due", "closed"))
        values: dict[str, list[Any]] = {
            "id": [row.id for row in rows],
            "number": [row.number for row in rows],
            "channel": [read.channel for read in reads],
            "source_number": [read.source_number for read in reads],
            "result": [read.result for read in reads],
            "requester": [read.requester for read in reads],
            "requester_name": [read.requester_name for read in reads],
            "asker": [asker(read.requester or read.requester_name) for read in reads],
            "desk": [read.desk for read in reads],
            "command": [row.command for row in rows],
            "received": received,
            "due_at": due,
            "closed": closed,
            "month_received": _months(received, zone),
            "month_due_at": _months(due, zone) if self.promise else due,
            "month_closed": _months(closed, zone),
        }
        if self.promise:
            values["yellow_at"] = [promise["yellow"] for promise in promises]
            values["orange_at"] = [promise.get("orange", "") for promise in promises]
        for key, name in self.free:
            values[name] = [read.facts[key] for read in reads]
        return values

    def _lights(self, rows: Sequence[Coming]) -> dict[str, list[Any]]:
        after, found = self.after, []
        for row in rows:
            after.clocks = {**after.clocks, self.promise: row.promise}
            after.alarms = {f"{self.promise}.{light}.{row.promise['start']}": self.at for light in row.rungs}
            found.append({**lights(self.type, after), "alarm": alarm(self.type, after)})
        return {name: [one[name] for one in found] for name in _LIGHTS}


class _Sum:
    """How often alike rows add each of some texts: rows that fill a text alike are counted before it is written."""

    def __init__(self, texts: Iterable[Pattern]) -> None:
        self._by_names: defaultdict[tuple[str, ...], list[Pattern]] = defaultdict(list)
        for one in texts:
            self._by_names[one.names].append(one)

    def of(self, columns: Columns, n: int) -> Counter[str]:
        total = Counter[str]()
        for names, texts in self._by_names.items():
            often = Counter(zip(*[columns[name] for name in names], strict=True)) if names else {(): n}
            for words, times in often.items():
                for one in texts:
                    total[one.text % words] += times
        return total


def _inside(texts: list[str]) -> list[str]:
    """The texts as they stand in a JSON string."""
    return [_quoted(text)[1:-1] for text in texts] if _SPECIAL.search("".join(texts)) else texts


def _months(moments: list[str], zone: tzinfo) -> list[str]:
    # As `month` has it: only the ends of a month may be another one's.
    return [at[:7] if "02" <= at[8:10] <= "27" else month(at, zone) if at else "" for at in moments]


class _Cutter:
    """Makes texts and rows with marks into ones with places to fill in."""

    def __init__(self, id_: int, head: str) -> None:
        self.id, self.head = id_, head

    def __call__(self, text: str) -> Pattern:
        text = text.replace("%", "%%").replace(self.head, _mark("head")).replace(str(self.id), _mark("id"))
        names: list[str] = []

        def place(found: re.Match[str]) -> str:
            names.append(_name(found))
            return "%s"

        return Pattern(_PLACE.sub(place, text), names)

    def form(self, cells: list[Any], holes: dict[int, str]) -> Form:
        """Return the form of a row: its `holes`, and every other cell that is a mark."""
        for at, cell in enumerate(cells):
            if cell in (self.id, self.head):
                holes.setdefault(at, "id" if cell == self.id else "head")
            elif isinstance(cell, str) and (found := _PLACE.fullmatch(cell)):
                holes.setdefault(at, _name(found))
        return Form(cells, holes)


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


def _marked(row: Coming, free: frozenset[str], owing: Container[str]) -> Coming:
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
        read.line,
        {key: _mark(f"fact:{key}") if key in free else value for key, value in read.facts.items()},
        channel=read.channel if read.channel in owing else marked("channel"),
        source_number=marked("source_number"),
        requester=marked("requester"),
        requester_name=marked("requester_name"),
        desk=marked("desk"),
        received=received if read.received else "",
        due=due if read.due else "",
        state=read.state,
        closed=closed if read.closed else "",
        result=marked("result"),
    )
    command = _mark("command") if row.command else ""
    promise = {key: moments.get(key, value) for key, value in row.promise.items()}
    return Coming(alike, row.id, _mark("number"), command, promise, row.rungs)
