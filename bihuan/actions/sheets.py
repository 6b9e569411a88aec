"""表: reads what people keep in spreadsheets, and writes sheets they can open, mend and give back.

What offices send: .xlsx, .xls, .ods or .csv; a merged title above the heading; a heading of one or two rows with merged
cells; dates as dates or as text; empty rows at the end. Everything arrives here as text, with the line it stands on.
"""

from __future__ import annotations

import csv
import ctypes
import io
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine
import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import FileCreateError

from bihuan.actions.sheet_parts import errors_in, opened
from bihuan.actions.sheet_rows import Lines, Page, Row, Rows, as_text, plain
from bihuan.core.moments import YEARS

MOST_ROWS, MOST_COLUMNS = 200_000, 200
MOST_BYTES, MOST_UNPACKED = 50 * 2**20, 600 * 2**20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Pages that other systems call .xls, and papers: read as text they would be sheets without a single known column.
_OTHERS = (b"<html", b"<!doc", b"<?xml", b"<tabl", b"<head", b"<meta", b"%pdf-", b"{\\rtf")
_BY_NAME = (".xlsx", ".xlsm")  # a file is read as what its name says, bytes as what they are
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
CELL = 32_767  # a spreadsheet cell takes no more characters
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets


__all__ = [
    "Row", "Sheet", "SheetFault", "as_count", "as_date", "marks_of_rejects", "plain", "read_sheet", "reject_rows",
    "write_rejects", "write_sheet",
]  # fmt: skip


class SheetFault(ValueError):
    """A file that is no sheet we can read; the message is one Chinese sentence naming it and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read: `name` of the file, column names in order, the rows that hold anything, the heading's last line.

    `others` are worksheets of the same file that hold something and were not read, `page` is the one that was ("" in
    a csv). `height` is how many lines stand below the heading, empty ones included. `places` are the columns of
    `header` as they are counted in the file, from 0.
    """

    name: str
    header: tuple[str, ...]
    rows: Sequence[Row]
    line: int
    others: tuple[str, ...] = ()
    height: int = 0
    page: str = ""
    places: tuple[int, ...] = ()

    def column(self, *names: str) -> str:
        """Return the name of the first column called by one of the names, whatever its case and spaces, or ""."""
        known = {plain(one): one for one in self.header}
        return next((known[plain(name)] for name in names if plain(name) in known), "")


def read_sheet(source: Path | str | bytes, name: str = "", *, known: Collection[str] = ()) -> Sheet:
    """Return the sheet in a file, or in its bytes with the `name` of the file to say in sentences.

    `known` are column names to look for: they tell the heading from the lines above it, and the right worksheet from
    the others. Raises SheetFault: not a sheet, encrypted, empty, without heading, duplicate column names, too large.
    """
    path = None if isinstance(source, bytes) else Path(source)
    if isinstance(source, bytes):
        data = source
    else:
        name = name or Path(source).name
        data = _bytes(Path(source), name)
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise SheetFault(_("“%(name)s”是空的，没有内容可读。") % {"name": name})
    if len(data) > MOST_BYTES:
        raise SheetFault(_("“%(name)s”超过50MB，请拆成几个文件再导入。") % {"name": name})
    wanted = frozenset(map(plain, known))
    if data.startswith(_ZIP) and path and path.suffix.lower() in _BY_NAME:
        del data  # the library reads the file itself, and there is no copy of it here
        return _workbook(path, name, wanted)
    if data.startswith((_ZIP, _OLE)):
        return _workbook(data, name, wanted)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:5].lower().startswith(_OTHERS):
        raise SheetFault(_broken(name))
    return _csv(data, name, wanted)


def as_date(text: str) -> date | None:
    """Return the date a cell holds, written in any of the usual ways or as a spreadsheet's day number; else None."""
    flat = unicodedata.normalize("NFKC", text).strip().partition(" ")[0].partition("T")[0]
    if flat.isdigit() and len(flat) == 5:
        return _EPOCH + timedelta(days=int(flat))
    if flat.isdigit() and len(flat) == 8:
        flat = f"{flat[:4]}-{flat[4:6]}-{flat[6:]}"
    for mark in "年月./":
        flat = flat.replace(mark, "-")
    parts = flat.removesuffix("日").removesuffix("-").split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    try:
        found = date(*map(int, parts))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def as_count(text: str) -> int | None:
    """Return the whole number a cell holds (“３２”, “3,200”, “32.0”), else None."""
    flat = "".join(unicodedata.normalize("NFKC", text).split())
    whole, dot, rest = flat.partition(".")
    groups = whole.split(",")
    if dot and rest.strip("0") or not all(group.isdigit() for group in groups):
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    return int("".join(groups)) if len(whole) <= 18 else None


# ---- writing ----
def marks_of_rejects() -> tuple[str, str]:
    """Return the names of the two columns a sheet of rejects has before its own: the reason and the line."""
    return _("未导入原因"), _("原行号")


def write_rejects(path: Path | str, header: Sequence[str], rejected: Iterable[tuple[Row, str]]) -> int:
    """Write the rows that were not taken, as they were given, with line and reason before them; return how many."""
    titles, rows = reject_rows(header, rejected)
    write_sheet(path, titles, rows)
    return len(rows)


def reject_rows(
    header: Sequence[str], rejected: Iterable[tuple[Row, str]]
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the heading and the rows of such a sheet.

    The columns of reason and line are ignored when the mended file is imported again.
    """
    marks = (_("未导入原因"), _("原行号"))
    kept = [name for name in header if name not in marks]
    return (*marks, *kept), [(why, row.line, *(row.cells.get(name, "") for name in kept)) for row, why in rejected]


def write_sheet(
    target: Path | str | IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    name: str = "",
    about: Sequence[tuple[str, str]] = (),
) -> int:
    """Write one worksheet with a frozen heading and return how many rows; `name` is the worksheet's.

    With `about` a worksheet before it says what the rows are, and at its end how many.
    """
    return write_book(target, [(name, header, rows)], about=about)


def write_book(
    target: Path | str | IO[bytes],
    pages: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]],
    *,
    about: Sequence[tuple[str, str]] = (),
) -> int:
    """Write worksheets (name, heading, rows) row by row, however many: nothing is cut; return how many rows in all.

    Numbers stay numbers and dates dates; everything else is plain text, also what begins with “=”. Raises OSError.
    """
    where = target if hasattr(target, "write") else str(target)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    total = 0
    try:
        with xlsxwriter.Workbook(where, options) as book:
            bold = book.add_format({"bold": True, "text_wrap": True})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            first = book.add_worksheet(_("说明")) if about else None
            for name, header, rows in pages:
                page = book.add_worksheet(name[:31] or None)
                page.freeze_panes(1, 0)
                for at, title in enumerate(header):
                    page.set_column(at, at, min(max(len(title) * 2 + 4, 12), 40))
                    page.write_string(0, at, title, bold)
                for line, row in enumerate(rows, 1):
                    total += 1
                    for at, value in enumerate(row):
                        if isinstance(value, date):
                            page.write_datetime(line, at, value, day)
                        elif isinstance(value, (int, float)) and not isinstance(value, bool):
                            page.write_number(line, at, value)
                        elif value not in (None, ""):
                            page.write_string(line, at, str(value)[:CELL])
            if first is not None:
                first.set_column(0, 0, 14)
                first.set_column(1, 1, 70)
                for at, (title, text) in enumerate((*about, (_("行数"), str(total)))):
                    first.write_string(at, 0, title, bold)
                    first.write_string(at, 1, text)
    except FileCreateError as why:  # the library's own name for what everybody else calls by its own
        raise (why.args[0] if why.args and isinstance(why.args[0], OSError) else OSError(str(why))) from None
    return total


# ---- reading a workbook ----
def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SheetFault(_("找不到文件“%(name)s”，请看路径对不对。") % {"name": str(path)}) from None
    except OSError:
        raise SheetFault(_("“%(name)s”读不出来，请看它是不是文件、有没有读的权限。") % {"name": name}) from None


def _workbook(source: bytes | Path, name: str, known: frozenset[str]) -> Sheet:
    """The sheet of a workbook in its bytes, or of one that is a bundle in a file."""
    old = isinstance(source, bytes) and source.startswith(_OLE)
    if isinstance(source, bytes) and old and _ENCRYPTED in source:
        raise SheetFault(_("“%(name)s”加了密码，打不开。请取消密码另存一份再导入。") % {"name": name})
    broken = _broken(name)
    if not old:
        try:
            with zipfile.ZipFile(opened(source)) as archive:
                unpacked = sum(one.file_size for one in archive.infolist())
        except (zipfile.BadZipFile, ValueError, OSError):
            raise SheetFault(broken) from None
        if unpacked > MOST_UNPACKED:
            raise SheetFault(_("“%(name)s”展开后太大，请拆成几个文件再导入。") % {"name": name})
    found: list[Page] = []
    try:
        book = calamine.load_workbook(opened(source))
        for one in book.sheets_metadata:
            if one.visible == calamine.SheetVisibleEnum.Visible and one.typ == calamine.SheetTypeEnum.WorkSheet:
                page = book.get_sheet_by_name(one.name)
                if page.total_height > 4 * MOST_ROWS:
                    raise _too_long(name)
                lines = _lines_of(page)
                if any(any(map(as_text, row)) for row in lines()):
                    found.append(Page(one.name, lines, page.total_height, list(page.merged_cell_ranges or ())))
    except calamine.PasswordError:
        raise SheetFault(_("“%(name)s”加了密码，打不开。请取消密码另存一份再导入。") % {"name": name}) from None
    except (calamine.CalamineError, OSError, ValueError) as why:
        if isinstance(why, SheetFault):
            raise
        raise SheetFault(broken) from None
    if not found:
        raise SheetFault(_("“%(name)s”里没有内容。") % {"name": name})
    # What our own exports say of themselves holds no rows.
    found = [one for one in found if one.name not in ("说明", _("说明"))] or found
    best = max(found, key=lambda one: one.hits(known)) if known else found[0]
    others = tuple(one.name for one in found if one is not best and one.name not in ("说明", _("说明")))
    book.close()
    found.clear()
    _give_back()
    if not old and (wrong := errors_in(source, best.name)):
        best = Page(best.name, _with(best.lines, wrong), best.height, best.spans)
    return _table(name, best, known, others)


def _give_back() -> None:
    """Give back to the system what reading needed: of a long sheet a quarter of all that the process holds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(0)


def _broken(name: str) -> str:
    return _("“%(name)s”不是能读的表格，或已损坏。请用表格软件另存为 .xlsx 或 .csv 再导入。") % {"name": name}


def _lines_of(page: calamine.CalamineSheet) -> Lines:
    # The library leaves empty columns on the left out of its rows.
    left: list[object] = [""] * (page.start[1] if page.start else 0)
    return lambda: (left + row if left else row for row in page.iter_rows())


def _with(lines: Lines, wrong: Mapping[int, Mapping[int, str]]) -> Lines:
    """The lines with what stands in cells whose formula came to nothing."""

    def told() -> Iterator[Sequence[object]]:
        for line, row in enumerate(lines(), 1):
            if cells := wrong.get(line):
                row = [*row, *[""] * (max(cells) + 1 - len(row))]
                for column, said in cells.items():
                    row[column] = said
            yield row

    return told


def _csv(data: bytes, name: str, known: frozenset[str]) -> Sheet:
    text = _decoded(data, name)
    mark = delimiter(text)

    def lines() -> Iterator[Sequence[object]]:
        # strict: an open quotation mark would otherwise swallow the rest of the file without a word.
        return csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)

    height = 0
    try:
        for _row in lines():
            height += 1
    except csv.Error:
        said = _("“%(name)s”第%(line)s行附近读不下去，请看引号是不是成对。") % {"name": name, "line": height + 1}
        raise SheetFault(said) from None
    return _table(name, Page("", lines, height, []), known)


def delimiter(text: str) -> str:
    """Return what parts the fields of a csv: a comma, a tabulator or a semicolon, by its first line."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    return max(",\t;", key=first.count)


def _decoded(data: bytes, name: str) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(c) == "Cc" and c not in "\r\n\t\x0b\x0c" for c in text[:20_000]):
            return text
    raise SheetFault(_("“%(name)s”不是表格文件。请用 .xlsx，或 UTF-8、GB18030 编码的 .csv。") % {"name": name})


# ---- from rows to a table ----
def _table(name: str, page: Page, known: frozenset[str], others: tuple[str, ...] = ()) -> Sheet:
    if page.height > MOST_ROWS and sum(any(map(as_text, row)) for row in page.lines()) > MOST_ROWS:
        raise _too_long(name)
    first = page.heading(known)
    if first is None:
        said = _("“%(name)s”里找不到表头。请在数据上面留一行列名，每列一个名字。") % {"name": name}
        raise SheetFault(said)
    titles, last = page.titles(first)
    filled = page.filled([at for at, title in enumerate(titles) if not title], last)
    places = [at for at, title in enumerate(titles) if title or at in filled]
    if len(places) > MOST_COLUMNS:
        raise SheetFault(_("“%(name)s”超过200列，请只留要导入的列。") % {"name": name})
    header = tuple(titles[at] or _("第%(n)s列") % {"n": at + 1} for at in places)
    twice = [title for title, n in Counter(map(plain, header)).items() if n > 1]
    if twice:
        shown = [next(one for one in header if plain(one) == key) for key in twice]
        said = _("“%(name)s”第%(line)s行表头里有重名的列：%(columns)s。请改成不同的名字再导入。")
        raise SheetFault(said % {"name": name, "line": first + 1, "columns": "、".join(shown)})
    rows = Rows(page.lines, header, places, last, page.spans)
    if next(iter(rows), None) is None:
        raise SheetFault(_("“%(name)s”只有表头，没有数据行。") % {"name": name})
    return Sheet(name, header, rows, last, others, max(page.height - last, 0), page.name, tuple(places))


def _too_long(name: str) -> SheetFault:
    return SheetFault(_("“%(name)s”超过20万行，请拆成几个文件再导入。") % {"name": name})
