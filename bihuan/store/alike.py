"""Rows of a table that are alike but for some of their cells, filled in column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from bihuan.store.statements import postgres

# A row as the database takes it: its cells, or on PostgreSQL the line that COPY reads.
Shaped = Sequence[Any]
Columns = Mapping[str, Sequence[Any]]
_SIGNS = ("\\", "\t", "\n", "\r")


def shaped(cells: Iterable[Any]) -> Shaped:
    """Return a row as the database takes it; cells are texts, numbers, truths and None."""
    if not postgres():
        return tuple(cells)
    return "\t".join([_escaped(cell) if cell.__class__ is str else _said(cell) for cell in cells]) + "\n"


class Pattern:
    """A text with places to fill in: `%s` for each of the names, `%%` for a percent sign."""

    __slots__ = ("names", "text")

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text, self.names = text, tuple(names)

    def filled(self, columns: Columns, n: int) -> list[str]:
        """Return the text of each of `n` rows."""
        if not self.names:
            return [self.text % ()] * n
        return [self.text % row for row in zip(*[columns[name] for name in self.names], strict=True)]


class Form:
    """The row of a table whose cells at `holes` (place: name of a column) differ from row to row."""

    __slots__ = ("_cells", "_holes")

    def __init__(self, cells: Sequence[Any], holes: Mapping[int, str]) -> None:
        said = postgres()
        self._holes = dict(holes)
        self._cells = [repeat(_said(cell) if said else cell) for cell in cells]

    def filled(self, columns: Columns, n: int) -> list[Shaped]:
        """Return `n` rows as the database takes them, equal to `shaped` of the cells."""
        said = postgres()
        cells: list[Iterable[Any]] = list(self._cells)
        for at, name in self._holes.items():
            cells[at] = _column(columns[name]) if said else columns[name]
        rows = zip(*cells, strict=False)
        if said:
            line = "\t".join
            return [f"{line(row)}\n" for row in rows] if self._holes else [f"{line(next(rows))}\n"] * n
        return list(rows) if self._holes else [next(rows)] * n


def _column(cells: Sequence[Any]) -> Iterable[str]:
    if cells[0].__class__ is not str:
        return map(_said, cells)
    together = "".join(cells)
    return map(_escaped, cells) if any(sign in together for sign in _SIGNS) else cells


def _said(cell: object) -> str:
    if cell is None:
        return "\\N"
    if cell is True or cell is False:
        return "t" if cell else "f"
    return _escaped(str(cell))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
