"""Alike rows share one event but for their own words and times: one is worked out, the others are stamped from it.

A stamp is the canonical text of an event and of an order's row, cut at the places where rows differ. What it writes is
letter for letter what the rules would have given; a test compares the two, and `bihuan verify` replays every event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from bihuan.actions.import_rows import Read
from bihuan.core.chain import canonical, digest
from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import Field

# Facts that differ from row to row: free texts. All others are part of what makes rows alike.
FREE = ("text", "long_text")
# Marks of the private use area; a row that holds one is worked out by itself. A bare one stands for no JSON string.
_OPEN, _SHUT, _BARE = "\ue000", "\ue001", "\ue002"
_HOLE = re.compile(f'"{_OPEN}([a-z0-9_:]+){_SHUT}"|{_BARE}([a-z]+){_BARE}')
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
            read.channel, read.state, read.result, bool(read.requester), bool(read.requester_name), bool(read.desk),
            bool(read.source_number), bool(read.received), bool(read.due), bool(read.closed), bool(self.command),
            tuple((key, "" if key in free else str(value)) for key, value in read.facts.items()),
            tuple(self.promise), self.rungs,
        )  # fmt: skip

    def whole(self) -> bool:
        """Whether nothing in the row could be taken for a mark, and its limit runs from the time it came."""
        read = self.read
        texts = (read.source_number, read.requester_name, *map(str, read.facts.values()))
        return self.promise.get("start", read.received) == read.received and not any(
            mark in text for text in texts for mark in (_OPEN, _SHUT, _BARE)
        )


class Stamp:
    """What alike rows have in common, cut open where they differ."""

    def __init__(
        self, row: Coming, free: frozenset[str], work_out: Callable[[Coming], tuple[Event, OrderState]]
    ) -> None:
        marked = _marked(row, free)
        self.event, self.after = work_out(marked)
        self.free = free
        self.promise = next((key for key, one in self.after.clocks.items() if one == row.promise), "")
        fragments = {str(row.id): "id"}
        if row.promise:
            # The limit first: its instants stand in the names of rungs too.
            fragments = {canonical(row.promise): "promise", f".{row.promise['start']}": "start", **fragments}
        self._event = _cut(self.event.body, fragments)
        self._row = _cut(canonical(self.after.dump()), {f'"{self.event.hash}"': "head", **fragments})

    def press(self, row: Coming) -> tuple[Event, OrderState, str]:
        """Return the event (whose `then` stands in its body alone), the order, and the text of its row."""
        read = row.read
        values = {
            "id": str(row.id),
            "number": _quoted(row.number),
            "source_number": _quoted(read.source_number),
            "requester": _quoted(read.requester),
            "requester_name": _quoted(read.requester_name),
            "desk": _quoted(read.desk),
            "command": _quoted(row.command),
            "received": _quoted(read.received),
            "due": _quoted(read.due),
            "closed": _quoted(read.closed),
        }
        for key in self.free & read.facts.keys():
            values[f"fact:{key}"] = _quoted(read.facts[key])
        if row.promise:
            values["promise"], values["start"] = canonical(row.promise), f".{row.promise['start']}"
        body = _filled(self._event, values)
        hash_ = digest(body)
        values["head"] = _quoted(hash_)
        old = self.event
        event = Event(
            row.id, 1, old.verb, old.actor, old.at, read.facts, {}, old.bundle, old.prev, row.command, {}, body, hash_
        )
        return event, self._order(row, hash_), _filled(self._row, values)

    def _order(self, row: Coming, head: str) -> OrderState:
        read, order = row.read, self.after.copy()
        order.id, order.number, order.head = row.id, row.number, head
        order.source_number, order.source_due = read.source_number, read.due
        order.requester, order.requester_name, order.desk = read.requester, read.requester_name, read.desk
        for key in self.free & read.facts.keys():
            if key in order.fields:
                order.fields[key] = read.facts[key]
            else:
                setattr(order, key, read.facts[key])
        for key, at in (("submitted", read.received), ("closed", read.closed)):
            if at:
                order.times[key] = at
        if row.promise:
            order.clocks[self.promise] = row.promise
            order.alarms = {f"{self.promise}.{light}.{row.promise['start']}": iso(self.event.at) for light in row.rungs}
        if row.command:
            order.last["command"] = row.command
        return order


def free_of(fields: Iterable[Field]) -> frozenset[str]:
    """Return the facts that may differ between alike rows: free texts, personal ones excepted."""
    return frozenset(one.key for one in fields if one.kind in FREE and one.data_class not in ("C2", "C3"))


def _marked(row: Coming, free: frozenset[str]) -> Coming:
    """The row with a mark in each place where alike rows differ."""
    read = row.read

    def mark(name: str, value: str) -> str:
        return f"{_OPEN}{name}{_SHUT}" if value else ""

    marked = Read(
        read.row,
        {key: mark(f"fact:{key}", value) if key in free else value for key, value in read.facts.items()},
        channel=read.channel,
        source_number=mark("source_number", read.source_number),
        requester=mark("requester", read.requester),
        requester_name=mark("requester_name", read.requester_name),
        desk=mark("desk", read.desk),
        received=mark("received", read.received),
        due=mark("due", read.due),
        state=read.state,
        closed=mark("closed", read.closed),
        result=read.result,
    )
    return Coming(marked, row.id, mark("number", row.number), mark("command", row.command), row.promise, row.rungs)


def _cut(text: str, fragments: Mapping[str, str]) -> list[str]:
    """The text in pieces: literal ones at even places, names of holes at odd ones."""
    for fragment, name in fragments.items():
        text = text.replace(fragment, f"{_BARE}{name}{_BARE}")
    pieces, end = [], 0
    for hole in _HOLE.finditer(text):
        pieces += [text[end : hole.start()], hole[1] or hole[2]]
        end = hole.end()
    return [*pieces, text[end:]]


def _filled(pieces: list[str], values: Mapping[str, str]) -> str:
    whole = pieces.copy()
    for at in range(1, len(whole), 2):
        whole[at] = values[whole[at]]
    return "".join(whole)
