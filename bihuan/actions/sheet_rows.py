"""Lines of a sheet as text, and which of them are its heading.

A hundred thousand rows of text would fill the memory that the file itself does not: lines are asked for as often as
they
are needed and made into text one by one.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import compress, islice, zip_longest
from typing import cast, overload

_ADDED_UP = ("合计", "小计", "总计", "累计", "总数", "本页合计", "本月合计")
# What stands in a row that adds up others, as people write it.
TOTALS = frozenset(f"{said}{end}" for word in _ADDED_UP for said in (word, " ".join(word)) for end in ("", ":", "："))
HEAD_WITHIN = 30  # the heading stands within so many lines
_MIDNIGHT = time()
NEAR = 200  # lines looked at for the heading and all that is merged in it

Range = tuple[tuple[int, int], tuple[int, int]]
Lines = Callable[[], Iterator[Sequence[object]]]  # every line from the first, as often as asked


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` as the spreadsheet program counts it (from 1), `cells` by column name, all text and trimmed.

    `spread` holds what stands in cells merged over this row and its neighbours, by column name; None for nothing.
    """

    line: int
    cells: Mapping[str, str]
    spread: Mapping[str, str] | None = None

    def get(self, *names: str) -> str:
        """Return the first of the named columns that is there and not empty, or ""."""
        return next((value for name in names if (value := self.cells.get(name, ""))), "")


def subtotal(row: Row) -> bool:
    """Whether a row adds up others: one of its first filled cells says so."""
    filled = [plain(text) for text in row.cells.values() if text][:3]
    return not TOTALS.isdisjoint(filled)


def plain(name: str) -> str:
    """Return a column name as it is compared: half-width, without spaces and line breaks, in lower case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).lower()


def as_text(cell: object) -> str:
    """Return a cell as text: trimmed, composed, whole numbers without a point, dates as 2022-10-25 (09:30:00)."""
    if type(cell) is str:
        if not (cell.isascii() or unicodedata.is_normalized("NFC", cell)):
            cell = unicodedata.normalize("NFC", cell)
        return (cell.replace("\r\n", "\n") if "\r" in cell else cell).strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat(" ", "seconds")
    return "" if cell is None else unicodedata.normalize("NFC", str(cell)).replace("\r\n", "\n").strip()


def as_texts(cells: Sequence[object]) -> list[str]:
    """Return what `as_text` makes of each cell of a column."""
    if set(map(type, cells)) == {str}:
        together = "\n".join(cast(Sequence[str], cells))
        if "\r" not in together and (together.isascii() or unicodedata.is_normalized("NFC", together)):
            return [cell.strip() for cell in cast(Sequence[str], cells)]
    return list(map(as_text, cells))


class Block:
    """Rows below one another as columns: `lines` as `Row` counts them, each column a cell a line."""

    def __init__(self, lines: Sequence[int], columns: Mapping[str, Sequence[object]]) -> None:
        self.lines, self._columns = lines, columns
        self._texts: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def cells(self, name: str) -> Sequence[object]:
        """Return a column as the file has it."""
        return self._columns[name]

    def texts(self, name: str) -> list[str]:
        """Return a column as text."""
        if name not in self._texts:
            self._texts[name] = as_texts(self._columns[name])
        return self._texts[name]

    def row(self, at: int) -> Row:
        """Return the row at that place."""
        return Row(self.lines[at], {name: as_text(column[at]) for name, column in self._columns.items()})


def blocks(rows: Sequence[Row], most: int) -> Iterator[Block]:
    """Yield rows as columns, no more than so many at once."""
    if isinstance(rows, Rows) and rows.are_plain:
        yield from rows.blocks(most)
        return
    waiting = iter(rows)
    while some := list(islice(waiting, most)):
        names = dict.fromkeys(name for row in some for name in row.cells)
        yield Block([row.line for row in some], {name: [row.cells.get(name, "") for row in some] for name in names})


class Rows(Sequence[Row]):
    """The rows below a heading that hold anything, in the columns called by `header`; read anew each time."""

    def __init__(
        self, lines: Lines, header: Sequence[str], places: Sequence[int], last: int, merged: Sequence[Range] = ()
    ) -> None:
        self._lines, self._header, self._places, self._last = lines, tuple(header), tuple(places), last
        self._merged: dict[int, list[Range]] = {}
        for one in merged:
            if one[0][0] >= last and one[1][0] > one[0][0]:
                self._merged.setdefault(one[0][0], []).append(one)
        self._count = -1

    def __iter__(self) -> Iterator[Row]:
        header, places, empty = self._header, self._places, [""] * len(self._header)
        plain_ = places == tuple(range(len(places)))
        if self._merged:
            yield from self._spread()
            return
        for line, raw in enumerate(islice(self._lines(), self._last, None), self._last + 1):
            cells = [as_text(cell) for cell in raw]
            if any(cells):
                cells += empty
                kept = cells if plain_ else [cells[at] if at < len(cells) else "" for at in places]
                yield Row(line, dict(zip(header, kept, strict=False)))

    @property
    def are_plain(self) -> bool:
        """Whether no cells are merged below the heading."""
        return not self._merged

    def blocks(self, most: int) -> Iterator[Block]:
        """Yield the rows of a sheet without merged cells as columns, those of at most so many lines at once."""
        waiting = enumerate(islice(self._lines(), self._last, None), self._last + 1)
        while some := list(islice(waiting, most)):
            lines, raw = zip(*some, strict=True)
            block = self._block(lines, raw)
            if not any("" not in block.texts(name) for name in self._header):  # else no row is empty
                full = [any(map(as_text, row)) for row in raw]
                block = self._block(tuple(compress(lines, full)), tuple(compress(raw, full)))
            if len(block):
                yield block

    def _block(self, lines: Sequence[int], raw: Sequence[Sequence[object]]) -> Block:
        columns = list(zip_longest(*raw, fillvalue=""))
        empty = ("",) * len(lines)
        named = zip(self._header, self._places, strict=False)
        return Block(lines, {name: columns[at] if at < len(columns) else empty for name, at in named})

    def _spread(self) -> Iterator[Row]:
        """The rows of a sheet with merged cells below its heading: each names what is merged over it."""
        names = dict(zip(self._places, self._header, strict=False))
        over: dict[int, tuple[int, str]] = {}  # column: last line it reaches, what stands in it
        for line, raw in enumerate(islice(self._lines(), self._last, None), self._last + 1):
            cells = [as_text(cell) for cell in raw]
            over = {at: kept for at, kept in over.items() if kept[0] >= line - 1}
            for (_top, left), (bottom, right) in self._merged.get(line - 1, ()):
                text = cells[left] if left < len(cells) else ""
                over.update(dict.fromkeys(range(left, right + 1), (bottom, text)))
            if any(cells):
                kept_ = {name: cells[at] if at < len(cells) else "" for at, name in names.items()}
                spread = {names[at]: text for at, (_bottom, text) in over.items() if at in names and text}
                yield Row(line, kept_, spread or None)

    def __len__(self) -> int:
        if self._count < 0:
            self._count = sum(any(map(as_text, raw)) for raw in islice(self._lines(), self._last, None))
        return self._count

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        return tuple(self)[at]


class Page:
    """One worksheet: its lines, how many there may be, its merged cells, and the first lines as text."""

    def __init__(self, name: str, lines: Lines, height: int, merged: list[Range]) -> None:
        self.name, self.lines, self.height = name, lines, height
        self.near = [[as_text(cell) for cell in row] for row in islice(lines(), NEAR)]
        self.spans = merged
        self.merged = [one for one in merged if one[1][0] < len(self.near)]  # what reaches further is no heading

    def hits(self, known: frozenset[str]) -> int:
        """Return how many of the known names the best of the first lines holds."""
        return max((_hits(row, known) for row in self.near[:HEAD_WITHIN]), default=0)

    def heading(self, known: frozenset[str]) -> int | None:
        """Return the index of the heading's first line, None where there is none."""
        return _heading(self.near, self.merged, known)

    def titles(self, first: int) -> tuple[list[str], int]:
        """Return the names of the columns, "" for one without, and the index of the first line of data."""
        return _titles(self.near, self.merged, first)

    def filled(self, wanted: Sequence[int], last: int) -> set[int]:
        """Return which of the columns hold anything below the heading."""
        found: set[int] = set()
        if wanted:
            for row in islice(self.lines(), last, None):
                found.update(at for at in wanted if at < len(row) and as_text(row[at]))
                if len(found) == len(wanted):
                    break
        return found


def _hits(row: Sequence[str], known: frozenset[str]) -> int:
    return len({plain(cell) for cell in row} & known)


def _heading(rows: list[list[str]], merged: list[Range], known: frozenset[str]) -> int | None:
    """The first line of the heading: the one with most known names, else the first that is about as wide as the rest.

    A title merged over all columns counts as one cell, and so does its text repeated.
    """
    near = [_spread(rows, merged, at) for at in range(min(HEAD_WITHIN, len(rows)))]
    hits = [_hits(row, known) for row in near]
    if max(hits, default=0):
        found = hits.index(max(hits))
        # A name beside a merged pair reaches down from the line above.
        return min((top for (top, _left), (bottom, _right) in merged if top <= found <= bottom), default=found)
    widths = [_width(row) for row in near]
    widest = max(widths, default=0)
    return next((at for at, n in enumerate(widths) if n and n >= min(2, widest) and n > widest * 0.6), None)


def _width(row: Sequence[str]) -> int:
    """How many columns a row fills; a text that covers more than half of them is a title and counts once."""
    often = Counter(cell for cell in row if cell)
    return sum(n if n * 2 <= len(row) else 1 for n in often.values())


def _titles(rows: list[list[str]], merged: list[Range], first: int) -> tuple[list[str], int]:
    """The column names of a heading of one or two rows, and the index of the first row of data."""
    here = [one for one in merged if one[0][0] == first]
    wide = [one for one in here if one[1][1] > one[0][1] and one[1][0] == first]
    deep = max((one[1][0] for one in here), default=first)
    above = _spread(rows, merged, first)
    below = rows[first + 1] if first + 1 < len(rows) else []
    under = {at for one in wide for at in range(one[0][1], one[1][1] + 1)}
    filled = {at for at, cell in enumerate(below) if cell}
    if deep == first and not (wide and filled and filled <= under):
        return list(rows[first]), first + 1
    last = max(deep, first + 1)
    lower = _spread(rows, merged, last)
    width = max(len(above), len(lower))
    above += [""] * (width - len(above))
    lower += [""] * (width - len(lower))
    names = [low or high for high, low in zip(above, lower, strict=True)]
    often = Counter(map(plain, names))
    # 姓名 under 甲方 and 姓名 under 乙方 are two columns.
    return [
        f"{high}{low}" if low and high and high != low and often[plain(name)] > 1 else name
        for high, low, name in zip(above, lower, names, strict=True)
    ], last + 1


def _spread(rows: list[list[str]], merged: list[Range], at: int) -> list[str]:
    """One row with the text of merged cells in every cell they cover."""
    row = list(rows[at])
    for (top, left), (bottom, right) in merged:
        if top <= at <= bottom and top < len(rows) and left < len(rows[top]):
            row += [""] * (right + 1 - len(row))
            row[left : right + 1] = [rows[top][left]] * (right + 1 - left)
    return row
