"""格子: text put into single cells of somebody else's sheet; every other byte of its data stays what it was.

A workbook is a bundle of XML files. Reading it into objects and writing it anew loses what the library does not know
(charts, rules, print settings), so the one worksheet is cut open at the cells that are filled, and the rest is copied.
"""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from bihuan.actions.import_rows import RISKY
from bihuan.actions.sheet_parts import index, part_of
from bihuan.actions.sheets import CELL, Sheet, SheetFault, delimiter

Cell = tuple[int, int]  # line from 1, column from 0
_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REF = re.compile(r"([A-Z]+)([0-9]+)")
_ZIP = b"PK\x03\x04"


def filled(data: bytes, sheet: Sheet, cells: Mapping[Cell, str]) -> bytes:
    """Return the file with the texts in the cells. Raises SheetFault for a file that cannot be filled in place."""
    if data.startswith(_ZIP):
        part, xml = _worksheet(data, sheet)
        new = _Scan(xml, {line for line, _column in cells}).spliced(cells)
        return _repacked(data, part, new)
    if _old(data):
        raise SheetFault(_("“%(name)s”是老格式，只能读不能回填。请另存为 .xlsx 再传。") % {"name": sheet.name})
    return _csv(data, sheet, cells)


def blocked(data: bytes, sheet: Sheet, cells: Collection[Cell]) -> dict[Cell, str]:
    """Return which of the cells cannot take a text, and why: formula | merged."""
    if not data.startswith(_ZIP):
        return {}
    _part, xml = _worksheet(data, sheet)
    scan = _Scan(xml, {line for line, _column in cells})
    found = {cell: "formula" for cell in cells if (known := scan.cells.get(cell)) and known.formula}
    for cell in cells:
        if any(a[0] <= cell[0] <= b[0] and a[1] <= cell[1] <= b[1] and cell != a for a, b in scan.merged):
            found[cell] = "merged"
    return found


def _old(data: bytes) -> bool:
    return data.startswith(b"\xd0\xcf\x11\xe0")


# ---- workbooks ----
def _worksheet(data: bytes, sheet: Sheet) -> tuple[str, bytes]:
    """Return the part of the bundle that holds the worksheet, with its bytes."""
    refused = SheetFault(_("“%(name)s”读得出、却不能原样回填。请用表格软件另存为 .xlsx 再传。") % {"name": sheet.name})
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            part = part_of(book, sheet.page)
            xml = book.read(part)
    except (KeyError, StopIteration, zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError):
        raise refused from None
    head = xml[:200].lower()
    if b"<!doctype" in xml[:4096].lower() or head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"utf-16" in head:
        raise refused
    return part, xml


def _repacked(data: bytes, part: str, new: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for one in old.infolist():
            book.writestr(one, new if one.filename == part else old.read(one.filename))
    return kept.getvalue()


@dataclass(slots=True)
class _Known:
    """A cell as it stands in the XML, from byte to byte."""

    start: int
    end: int = 0
    style: str = ""
    formula: bool = False


@dataclass(slots=True)
class _Line:
    """A row of the XML: where its cells are, and where a new last one would stand."""

    prefix: str
    style: str
    columns: list[int] = field(default_factory=list)
    end: int = 0


class _Scan:
    """One pass over a worksheet that remembers, for the wanted lines, from which byte to which each cell reaches."""

    def __init__(self, xml: bytes, wanted: Collection[int]) -> None:
        self.xml, self.wanted = xml, wanted
        self.cells: dict[Cell, _Known] = {}
        self.lines: dict[int, _Line] = {}
        self.styles: list[tuple[int, int, str]] = []
        self.merged: list[tuple[Cell, Cell]] = []
        self._line, self._column, self._here = 0, -1, False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        try:
            self._parser.Parse(xml, True)
        except expat.ExpatError:
            raise SheetFault(_("表格里有读不下去的地方，请用表格软件另存为 .xlsx 再传。")) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _colon, local = name.rpartition(":")
        if local == "c" and self._here:
            found = _REF.match(attributes.get("r", ""))
            self._column = index(found[1]) if found else self._column + 1
            start = self._parser.CurrentByteIndex
            self.cells[self._line, self._column] = _Known(start, style=attributes.get("s", ""))
            self.lines[self._line].columns.append(self._column)
        elif local == "f" and self._here:
            self.cells[self._line, self._column].formula = True
        elif local == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._column, self._here = -1, self._line in self.wanted
            if self._here:
                style = attributes.get("s", "") if attributes.get("customFormat") in ("1", "true") else ""
                self.lines[self._line] = _Line(prefix, style)
        elif local == "col":
            low, high = int(attributes.get("min", 0)), int(attributes.get("max", 0))
            self.styles.append((low - 1, high - 1, attributes.get("style", "")))
        elif local == "mergeCell":
            ends = [_REF.fullmatch(end) for end in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                a, b = ((int(one[2]), index(one[1])) for one in ends if one)
                self.merged.append((a, b))

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c" and self._here:
            known = self.cells[self._line, self._column]
            tag = _TAG.match(self.xml, known.start)
            if tag and tag[1]:
                known.end = tag.end()
            else:
                known.end = self.xml.index(b">", self._parser.CurrentByteIndex) + 1
        elif local == "row" and self._here:
            self.lines[self._line].end = self._parser.CurrentByteIndex
            self._here = False

    def spliced(self, cells: Mapping[Cell, str]) -> bytes:
        """Return the worksheet with the cells' texts in place of what stood there."""
        cuts: list[tuple[int, int, int, bytes]] = []
        for (line, column), text in cells.items():
            row = self.lines[line]
            known = self.cells.get((line, column))
            style = known.style if known else row.style or self._style(column)
            new = _cell(row.prefix, f"{_letters(column)}{line}", style, text)
            if known:
                cuts.append((known.start, known.end, column, new))
                continue
            after = bisect(row.columns, column)
            at = self.cells[line, row.columns[after]].start if after < len(row.columns) else row.end
            cuts.append((at, at, column, new))
        parts, done = [], 0
        for start, end, _column, new in sorted(cuts):
            parts += [self.xml[done:start], new]
            done = end
        return b"".join([*parts, self.xml[done:]])

    def _style(self, column: int) -> str:
        return next((style for low, high, style in self.styles if low <= column <= high), "")


def _cell(prefix: str, place: str, style: str, text: str) -> bytes:
    mark = f"{prefix}:" if prefix else ""
    styled = f' s="{style}"' if style else ""
    said = escape(_FORBIDDEN.sub("", text)[:CELL])
    inside = f'<{mark}is><{mark}t xml:space="preserve">{said}</{mark}t></{mark}is>'
    return f'<{mark}c r="{place}"{styled} t="inlineStr">{inside}</{mark}c>'.encode()


def _letters(column: int) -> str:
    found, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


# ---- csv ----
def _csv(data: bytes, sheet: Sheet, cells: Mapping[Cell, str]) -> bytes:
    text, codec = _text(data, sheet)
    mark = delimiter(text.lstrip("\ufeff"))
    lines = _fields(text, mark, {line for line, _column in cells})
    cuts: list[tuple[int, int, int, str]] = []
    for (line, column), said in cells.items():
        spans = lines[line]
        if column < len(spans):
            start, end = spans[column]
            cuts.append((start, end, column, _field(said, mark, quoted=text[start:end].startswith('"'))))
        else:  # a row that ends before the column: it grows as far as is needed
            end = spans[-1][1]
            cuts.append((end, end, column, mark * (column - len(spans) + 1) + _field(said, mark, quoted=False)))
            spans += [(end, end)] * (column - len(spans) + 1)
    parts, done = [], 0
    for start, end, _column, new in sorted(cuts):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]]).encode(codec)


def _text(data: bytes, sheet: Sheet) -> tuple[str, str]:
    """Return the text of a csv, its mark of order included, and the encoding that gives the same bytes back."""
    codecs: dict[bytes, str] = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    for codec in (codecs[data[:2]],) if data[:2] in codecs else ("utf-8", "gb18030"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if text.encode(codec) == data:
            return text, codec
    said = _("“%(name)s”的编码不能原样写回。请另存为 .xlsx，或 UTF-8 的 .csv 再传。") % {"name": sheet.name}
    raise SheetFault(said)


def _fields(text: str, mark: str, wanted: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """Return where each field of the wanted records begins and ends, records counted from 1 as csv.reader does."""
    found: dict[int, list[tuple[int, int]]] = {}
    at, line = 1 if text.startswith("\ufeff") else 0, 0
    while at < len(text):
        line += 1
        spans: list[tuple[int, int]] = []
        while True:
            start = at
            if text.startswith('"', at):
                at = _closing(text, at)
            while at < len(text) and text[at] not in (mark, "\r", "\n"):
                at += 1
            spans.append((start, at))
            if at >= len(text) or text[at] != mark:
                break
            at += 1
        if line in wanted:
            found[line] = spans
        at += 2 if text.startswith("\r\n", at) else 1
    return found


def _closing(text: str, at: int) -> int:
    """Return the place behind the quotation mark that closes the one at `at`."""
    while True:
        end = text.find('"', at + 1)
        if end < 0:
            return len(text)
        if not text.startswith('"', end + 1):
            return end + 1
        at = end + 1


def _field(text: str, mark: str, *, quoted: bool) -> str:
    # What a spreadsheet program would take for a formula gets an apostrophe, as in every csv we write.
    said = f"'{text}" if text.startswith(RISKY) else text
    if quoted or any(sign in said for sign in (mark, '"', "\r", "\n")):
        return '"' + said.replace('"', '""') + '"'
    return said


__all__ = ["Cell", "blocked", "filled"]
