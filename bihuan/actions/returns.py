"""回填: the answers of orders written into the source's own sheet, with an account of every row.

Only the answer columns of rows that are surely ours are filled, and only where they are empty; a row that was edited
since it came in is told and left alone. What was answered is an event of its order, the sheet one of the register.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.actions import sheet_cells
from bihuan.actions.import_rows import RISKY
from bihuan.actions.orders import stored
from bihuan.actions.register import note_export
from bihuan.actions.setting import setting_of
from bihuan.actions.sheet_rows import as_text
from bihuan.actions.sheets import CELL, Row, Sheet, SheetFault, plain, read_sheet
from bihuan.core import orders as core
from bihuan.core import sources
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import ANSWER_SOURCE, SHEET_ANSWERS, Channel, Programme
from bihuan.core.refusal import Refused
from bihuan.store import events, packs, versions
from bihuan.store import sources as rows
from bihuan.store.orders import Held

TRIES = 4
MOST = 20_000  # rows of one sheet
HOPS = 5  # an order joined to one that was joined itself
FILLED, AGAIN = "filled", "again"
DONE = (FILLED, AGAIN)

# The answers of an order in the words of whoever reads the sheet: (the order that is answered, its events) → by answer.
Compose = Callable[[OrderState, Sequence[Event], datetime], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of one row: `code` is filled, again (filled before, its order knows), or why it was left alone:

    no_number, repeated (`line` has it too), not_ours, post, unanswered, edited (`columns`), occupied or
    blocked (`columns` hold something else, a formula or a merged cell).
    """

    row: Row
    code: str
    source_number: str = ""
    number: str = ""
    line: int = 0
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Account:
    """A return: every row of the sheet with what became of it; `data` is the filled file, the same where none was."""

    channel: Channel
    name: str
    columns: Mapping[str, str]
    data: bytes = b""
    lines: list[Returned] = field(default_factory=list)
    others: tuple[str, ...] = ()

    @property
    def filled(self) -> int:
        """How many rows have their answer."""
        return sum(one.code in DONE for one in self.lines)

    @property
    def again(self) -> int:
        """How many of them were filled before in this sheet."""
        return sum(one.code == AGAIN for one in self.lines)

    @property
    def left(self) -> list[Returned]:
        """The rows that were left alone."""
        return [one for one in self.lines if one.code not in DONE]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a sheet is what: the number, texts to compare by fact, and where each answer goes."""

    number: str
    texts: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]


@versions.held()
def return_sheet(
    *,
    actor: Actor,
    programme: str,
    channel: str,
    data: bytes,
    name: str,
    compose: Compose,
    now: datetime,
    mapping: Sequence[tuple[str, str]] = (),
    purpose: str = "",
    dry_run: bool = False,
) -> Account:
    """Fill a source's own sheet with the answers of its orders and return the account; `dry_run` writes nothing.

    `mapping` says (column, fact or answer) where the sheet is not as the programme declares it. The same sheet again
    gives the same file and no second event. Raises SheetFault for what is no sheet or cannot be filled in place, and
    Refused `return.needs.channel`, `.number`, `.answers`, `return.invalid.column`, `.word`, `return.stale.busy`.
    """
    declared = packs.programme(programme)
    known = declared.channels.get(channel)
    if known is None or not known.external:
        raise Refused("return.needs.channel", channels=[c.name for c in declared.channels.values() if c.external])
    wanted = [*(column for column, _what in mapping), *(one.column for one in known.sheet)]
    sheet = read_sheet(data, name, known=wanted)
    columns = columns_of(declared, known, sheet.header, mapping)
    if len(sheet.rows) > MOST:
        raise Refused("return.invalid.long", most=MOST)
    digest = sha256(data).hexdigest()
    for _try in range(TRIES):
        work = _Work(actor, known, sheet, columns, digest, compose, now)
        work.look(data)
        account = Account(known, name, {**columns.answers}, data, work.lines, sheet.others)
        cells = {cell: text for one in work.fills.values() for cell, text in one.cells.items()}
        if cells:
            account.data = sheet_cells.filled(data, sheet, cells)
            _must_be_the_same(account.data, sheet, wanted, work)
        if dry_run or work.write(known, name, purpose):
            return account
    raise Refused("return.stale.busy")


def columns_of(
    programme: Programme, channel: Channel, header: Sequence[str], mapping: Sequence[tuple[str, str]]
) -> Columns:
    """Return which column is what, as the mapping says or else the programme; raises Refused as `return_sheet`."""
    here = {plain(one): one for one in header}
    number, texts, answers = "", dict[str, tuple[str, ...]](), dict[str, str]()
    said = [(column, what, what in SHEET_ANSWERS) for column, what in mapping]
    if not mapping:
        said = [(one.column, one.answer or one.fact, bool(one.answer)) for one in channel.sheet]
    fields = {key: one for kind in programme.orders.values() for key, one in kind.fields.items()}
    words = ["source_number", *SHEET_ANSWERS, *(k for k, f in fields.items() if f.kind in ("text", "long_text"))]
    for column, what, answer in said:
        found = here.get(plain(column), "")
        if not found and mapping:
            near = get_close_matches(column, header, 1, 0.5)
            raise Refused("return.invalid.column", column=column, header=list(header), near=near[0] if near else "")
        if mapping and what not in words:
            raise Refused("return.invalid.word", word=what, words=words)
        if not found:
            continue
        if answer:
            answers[what] = found
        elif what == "source_number":
            number = found
        elif what in fields and fields[what].kind in ("text", "long_text") and fields[what].data_class in ("C0", "C1"):
            texts[what] = (*texts.get(what, ()), found)
    if not number:
        raise Refused("return.needs.number", header=list(header))
    if not answers:
        raise Refused("return.needs.answers", header=list(header))
    return Columns(number, texts, answers)


def _must_be_the_same(data: bytes, sheet: Sheet, known: Sequence[str], work: _Work) -> None:
    """Read the filled file again: nothing but the filled cells may differ, or nobody gets it."""
    new = read_sheet(data, sheet.name, known=known)
    filled = {line: fill.texts for line, fill in work.fills.items()}
    same = new.header == sheet.header and len(new.rows) == len(sheet.rows)
    for before, after in zip(sheet.rows, new.rows, strict=False):
        mine = filled.get(before.line, {})
        kept = all(cell == before.cells[column] for column, cell in after.cells.items() if column not in mine)
        same = same and kept and before.line == after.line
        same = same and all(_same(after.cells[column], text) for column, text in mine.items())
    if not same:
        said = _("“%(name)s”回填后核对不上，没有写出。请用表格软件另存为 .xlsx 再传。")
        raise SheetFault(said % {"name": sheet.name})


def _same(cell: str, text: str) -> bool:
    """Whether a cell holds the text; in a csv what looks like a formula has an apostrophe before it."""
    return cell in (text, f"'{text}")


@dataclass(frozen=True, slots=True)
class _Fill:
    """What one row gets: texts by cell and by column, for the order as it was read."""

    held: Held
    cells: Mapping[sheet_cells.Cell, str]
    texts: Mapping[str, str]
    line: int


class _Work:
    """One reading of the sheet against the orders as they stand."""

    def __init__(
        self,
        actor: Actor,
        channel: Channel,
        sheet: Sheet,
        columns: Columns,
        digest: str,
        compose: Compose,
        now: datetime,
    ) -> None:
        self.actor, self.channel, self.sheet, self.columns = actor, channel, sheet, columns
        self.digest, self.compose, self.now = digest, compose, now
        self.lines: list[Returned] = []
        self.fills: dict[int, _Fill] = {}
        self.place = dict(zip(sheet.header, sheet.places, strict=True))

    def look(self, data: bytes) -> None:
        """Say of every row what is to become of it."""
        numbers = [(row, sources.number_of(row.cells.get(self.columns.number, ""))) for row in self.sheet.rows]
        lines: dict[str, list[int]] = {}
        for row, number in numbers:
            lines.setdefault(number, []).append(row.line)
        held = rows.of_channel(self.channel.key, [n for n in lines if n], seen_by=self.actor)
        brought = rows.firsts(one.order.id for one in held.values())
        answered, past = self._answered(held)
        for row, number in numbers:
            twin = next((line for line in lines[number][:2] if line != row.line), 0)
            self.lines.append(self._row(row, number, twin, held.get(number), brought, answered, past))
        stuck = sheet_cells.blocked(data, self.sheet, [cell for one in self.fills.values() for cell in one.cells])
        for cell in sorted(stuck):
            self._give_up(cell)

    def _give_up(self, cell: sheet_cells.Cell) -> None:
        line, column = cell
        self.fills.pop(line, None)
        name = next(name for name, place in self.place.items() if place == column)
        self.lines = [
            replace(one, code="blocked", columns=(*(one.columns if one.code == "blocked" else ()), name))
            if one.row.line == line
            else one
            for one in self.lines
        ]

    def _answered(self, held: Mapping[str, Held]) -> tuple[dict[int, OrderState], dict[int, list[Event]]]:
        """Return by id the order whose answer holds for each, and the events of those that ended without one."""
        found = {one.order.id: one.order for one in held.values()}
        for _hop in range(HOPS):
            mains = rows.by_numbers(order.merged_into for order in found.values() if order.merged_into)
            if not mains:
                break
            found = {id_: mains.get(order.merged_into, order) for id_, order in found.items()}
        ended = {order.id for order in found.values() if not order.replies.get("requester") and self._closed(order)}
        return found, events.of_orders(ended)

    @staticmethod
    def _closed(order: OrderState) -> bool:
        state = packs.order_type(order.bundle, order.type).states.get(order.state)
        return state is not None and state.closed

    def _row(
        self,
        row: Row,
        number: str,
        twin: int,
        held: Held | None,
        brought: Mapping[int, Event],
        answered: Mapping[int, OrderState],
        past: Mapping[int, list[Event]],
    ) -> Returned:
        if not number:
            return Returned(row, "no_number")
        if twin:
            return Returned(row, "repeated", number, held.order.number if held else "", twin)
        if held is None:
            return Returned(row, "not_ours", number)
        order, told = held.order, answered[held.order.id]
        said = Returned(row, "", number, order.number)
        if not sources.may_return(self.actor, order, packs.roles_of(order.programme, order.type)):
            return replace(said, code="post")
        if not (told.replies.get("requester") or self._closed(told)):
            return replace(said, code="unanswered")
        if edited := self._edited(row, held, brought[order.id]):
            return replace(said, code="edited", columns=edited)
        texts = self.compose(told, past.get(told.id, ()), self.now)
        wanted = {column: as_text(texts.get(what, ""))[:CELL] for what, column in self.columns.answers.items()}
        taken = [c for c, text in wanted.items() if row.cells.get(c) and not _same(row.cells[c], text)]
        if taken:
            return replace(said, code="occupied", columns=tuple(taken))
        empty = {column: text for column, text in wanted.items() if text and not row.cells.get(column)}
        if not empty:
            return replace(said, code=AGAIN)
        cells = {(row.line, self.place[column]): text for column, text in empty.items()}
        self.fills[row.line] = _Fill(held, cells, empty, row.line)
        last = order.returned[-1] if order.returned else {}
        # An archived order was answered before it could be archived, and takes no further event.
        told_already = last.get("digest") == self.digest and not sources.owed(held.type, order)
        again = told_already or bool(order.archived)
        return replace(said, code=AGAIN if again else FILLED)

    def _edited(self, row: Row, held: Held, brought: Event) -> tuple[str, ...]:
        """Return the columns whose text is not what was brought in; what was typed here cannot be compared."""
        if packs.type_of(brought, held.type).moves[brought.verb].effect != "import":
            return ()
        now = {fact: self._text(row, columns) for fact, columns in self.columns.texts.items() if fact in brought.facts}
        return tuple(name for fact in sources.edited(brought.facts, now) for name in self.columns.texts[fact])

    @staticmethod
    def _text(row: Row, columns: Sequence[str]) -> str:
        """Return the text of a fact as the import read it: several columns stand in it by their names."""
        found = [(name, row.cells.get(name, "")) for name in columns]
        found = [(name, text[1:] if text[:1] == "'" and text[1:].startswith(RISKY) else text) for name, text in found]
        return found[0][1] if len(found) == 1 else "\n".join(f"{name}：{text}" for name, text in found if text)

    # ---- writing ----
    def write(self, channel: Channel, name: str, purpose: str) -> bool:
        """Write one event on every order answered now and one in the register; False where somebody was first."""
        fresh = [self.fills[one.row.line] for one in self.lines if one.code == FILLED]
        if not any(one.code in DONE for one in self.lines):
            return True
        what = f"回填 {channel.name} {name}"
        try:
            with transaction.atomic():
                for fill in fresh:
                    self._tell(fill, name)
                rows_ = sum(one.code in DONE for one in self.lines)
                note_export(actor=self.actor, what=what, rows=rows_, purpose=purpose, now=self.now)
        except _Lost:
            return False
        return True

    def _tell(self, fill: _Fill, name: str) -> None:
        order = fill.held.order
        setting = setting_of(fill.held.type, self.now)
        then: dict[str, Any] = {"returned": {"sheet": name[:120], "line": fill.line, "digest": self.digest}}
        event = core.event_of(setting, order, self.actor, setting.type.moves[ANSWER_SOURCE], {}, self.now, then=then)
        if not stored(setting, order, event, core.apply(setting.type, order, event)):
            raise _Lost


class _Lost(Exception):
    """One of the orders was changed by somebody else: the whole sheet is looked at anew."""


__all__ = ["Account", "Returned", "columns_of", "return_sheet"]
