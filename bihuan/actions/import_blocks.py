"""Rows of a sheet read column by column: a word is looked up once, and what is doubtful is left to `Reader`.

A row comes out of here as `Reader.read` would have read it without a fault, or not at all; a test compares the two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.actions.import_rows import LAST, REMEMBERED, TAKE, Read, Reader, Wrong
from bihuan.actions.sheet_parts import ERRORS
from bihuan.actions.sheet_rows import TOTALS, Block, as_text
from bihuan.core.calendar import ONE_DAY
from bihuan.core.facts import LONG_TEXT, TEXT, Problem
from bihuan.core.instants import iso
from bihuan.core.moments import moment_of
from bihuan.core.programmes import Field
from bihuan.core.snippets import unfilled
from bihuan.core.sources import LONGEST

_MIDNIGHT = time()
_ODD = ERRORS | TOTALS  # what makes a row none that is taken
_FREE = ("text", "long_text")


class _Doubt(tuple[str, str]):
    """What a cell says that must be read with its row; it is told by identity."""

    __slots__ = ()


_DOUBT: Any = _Doubt(("", ""))


class _Once(dict[Any, Any]):
    """What the words of a column stand for, each looked up once; all are forgotten when they are many."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        self._find, self.doubts = find, False

    def __missing__(self, said: Any) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        try:
            found = self._find(said)
        except (Wrong, Problem, OverflowError):
            found, self.doubts = _DOUBT, True
        self[said] = found
        return found


class BlockReader:
    """Reads the rows of one sheet under the plan of a `Reader`."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        now, take = reader.now, self._taken
        self._offsets = _Once(self._offset)
        self._channel = _Once(lambda text: take("channel", Read(), text).channel)
        self._requester = _Once(self._asking)
        self._desk = _Once(lambda said: take("desk", Read(requester=said[0]), said[1]).desk)
        self._status = _Once(lambda said: take("status", Read(closed=said[0]), said[1]).state)
        self._result = _Once(lambda text: take("result", Read(), text).result)
        self._received = self._moments("received_at", "received", lambda day: _at(day, _MIDNIGHT), iso(now))
        self._due = self._moments("due", "due", lambda day: _at(day + ONE_DAY, _MIDNIGHT))
        end, latest = iso(now + timedelta(days=1)), iso(now.replace(microsecond=0))
        self._closed = self._moments("closed_at", "closed", lambda day: _at(day, LAST), end, latest)
        self._facts = {one.key: _Once(self._fact(one)) for one in reader.fields}
        self._over = frozenset(key for key, state in reader.type.states.items() if state.closed)
        self._used = {name for names in reader.plan.columns.values() for name in names}
        self._needs = {*reader.needs, reader.type.title}

    def read(self, block: Block) -> list[Read | None]:
        """Return each row as an order, None for one that `Reader.read` must look at."""
        doubtful = {
            at
            for name in self._used
            if not _ODD.isdisjoint(block.cells(name))
            for at, cell in enumerate(block.cells(name))
            if cell in _ODD
        }

        def found(once: _Once, said: Sequence[Any]) -> list[Any]:
            column = list(map(once.__getitem__, said))
            if once.doubts:
                doubtful.update(at for at, one in enumerate(column) if one is _DOUBT)
            return column

        def moments(fact: str, once: _Once) -> list[Any]:
            name = self.reader.simple.get(fact)
            return found(once, self._texts(block, fact) if name is None else block.cells(name))

        asked = self._texts(block, "requester"), self._texts(block, "requester_name")
        requesters = found(self._requester, list(zip(*asked, strict=True)))
        keys, names = [key for key, _name in requesters], [name for _key, name in requesters]
        received, due = moments("received_at", self._received), moments("due", self._due)
        closed = moments("closed_at", self._closed)
        states = found(
            self._status,
            [(at and "closed", text) for at, text in zip(closed, self._texts(block, "status"), strict=True)],
        )
        for at, (end, begin, state) in enumerate(zip(closed, received, states, strict=True)):
            if end and (end is _DOUBT or begin is _DOUBT or end < begin or state not in self._over):
                doubtful.add(at)
        reads: list[Read | None] = list(
            map(
                Read,
                block.lines,
                self._all_facts(block, found, doubtful),
                self._texts(block, "number"),
                found(self._channel, self._texts(block, "channel")),
                self._numbers(block, doubtful),
                keys,
                names,
                found(self._desk, list(zip(keys, self._texts(block, "desk"), strict=True))),
                received,
                due,
                states,
                closed,
                found(self._result, self._texts(block, "result")),
            )
        )
        for at in doubtful:
            reads[at] = None
        return reads

    # ---- columns ----
    def _texts(self, block: Block, fact: str) -> list[str]:
        """What fills a fact in each row, "" for nothing."""
        reader, plan = self.reader, self.reader.plan
        columns, constant = plan.columns.get(fact, ()), plan.constants.get(fact, "")
        if not columns:
            return [constant] * len(block)
        if fact in reader.simple:
            texts = block.texts(columns[0])
            if "'" in "".join(texts):
                texts = [reader.worded(columns[0], text) for text in texts]
        else:
            worded = [[reader.worded(name, text) for text in block.texts(name)] for name in columns]
            texts = worded[0]
            if len(columns) > 1:
                rows = zip(*worded, strict=True)
                texts = [
                    "\n".join(f"{name}：{text}" for name, text in zip(columns, row, strict=True) if text)
                    for row in rows
                ]
        return [text or constant for text in texts] if constant else texts

    def _numbers(self, block: Block, doubtful: set[int]) -> list[str]:
        texts = self._texts(block, "source_number")
        together = "|".join(texts)
        if max(map(len, texts)) <= LONGEST and "\x00" not in together and len(together.split()) == 1:
            if together.isascii() or unicodedata.is_normalized("NFKC", together):
                return texts
        numbers = []
        for at, text in enumerate(texts):
            try:
                numbers.append(self._taken("source_number", Read(), text).source_number)
            except Wrong:
                doubtful.add(at)
                numbers.append("")
        return numbers

    def _all_facts(
        self, block: Block, found: Callable[[_Once, Sequence[Any]], list[Any]], doubtful: set[int]
    ) -> list[dict[str, Any]]:
        columns: dict[str, list[Any]] = {}
        for declared in self.reader.fields:
            texts = self._texts(block, declared.key)
            if not self._is_plain(declared, texts):
                texts = found(self._facts[declared.key], texts)
            columns[declared.key] = texts
        missing = [""] * len(block)
        for key in self._needs:
            doubtful.update(at for at, fact in enumerate(columns.get(key, missing)) if not fact)
        rows = zip(*columns.values(), strict=True)
        return [
            {key: fact for key, fact in zip(columns, row, strict=True) if fact is not None and fact != ""}
            for row in rows
        ]

    def _is_plain(self, declared: Field, texts: list[str]) -> bool:
        """Whether every text of a column is stored as it stands."""
        if declared.kind not in _FREE or declared.key not in self.reader.simple:
            return False
        if declared.key in self.reader.plan.constants:
            return False
        most = declared.max_length or (LONG_TEXT if declared.kind == "long_text" else TEXT)
        together = "\n".join(texts)
        return max(map(len, texts)) <= most and "\x00" not in together and not unfilled(together)

    # ---- words ----
    def _taken(self, name: str, read: Read, text: str) -> Read:
        TAKE[name](self.reader, {name: text}, read)
        return read

    def _asking(self, said: tuple[str, str]) -> tuple[str, str]:
        read = Read()
        TAKE["requester"](self.reader, dict(zip(("requester", "requester_name"), said, strict=True)), read)
        return read.requester, read.requester_name

    def _fact(self, declared: Field) -> Callable[[str], Any]:
        return lambda text: self.reader.fact(declared, text)

    def _moments(
        self, fact: str, name: str, whole: Callable[[date], datetime], most: str = "", latest: str = ""
    ) -> _Once:
        """The instants that cells of a column name; `whole` is what a day without a time means, local as a sheet is.

        One after `most` is doubtful, one after `latest` is that.
        """
        column, constant = self.reader.simple.get(fact, ""), self.reader.plan.constants.get(fact, "")

        def find(cell: object) -> str:
            if type(cell) is datetime:
                local = cell.replace(microsecond=0) if cell.time() != _MIDNIGHT else whole(cell.date())
            else:
                text = self.reader.worded(column, as_text(cell)) or constant
                if not text:
                    return ""
                found = moment_of(text)
                if found is None:
                    raise Wrong("not_a_moment", text)
                if isinstance(found, datetime) and (found.tzinfo or found.microsecond):
                    return str(getattr(self._taken(fact, Read(), text), name))
                local = found if isinstance(found, datetime) else whole(found)
            at = self._utc(local)
            if most and at > most:
                raise Wrong("in_future")
            return min(at, latest) if latest else at

        return _Once(find)

    def _utc(self, local: datetime) -> str:
        offset: timedelta | None = self._offsets[local.date()]
        if offset is None or offset is _DOUBT:
            return iso(local.replace(tzinfo=self.reader.zone))
        return f"{(local - offset).isoformat()}.000000Z"

    def _offset(self, day: date) -> timedelta | None:
        """How far the sheet's zone is from UTC all that day, None where it changes."""
        begin, end = (_at(one, _MIDNIGHT).replace(tzinfo=self.reader.zone).utcoffset() for one in (day, day + ONE_DAY))
        return begin if begin == end else None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)
