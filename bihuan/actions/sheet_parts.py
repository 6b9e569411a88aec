"""Which part of a workbook is a worksheet, and in which of its cells a formula came to nothing.

A workbook is a bundle of XML files. The library that reads it gives an empty cell where the file says #REF!: what is
lost that way would be taken over as if nobody had written anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree

# What spreadsheet programs write into a cell instead of the result.
ERRORS: Final = frozenset(
    ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
CHUNK, OVERLAP = 1 << 20, 1 << 14  # no cell is longer than the second
_WRONG = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]{1,20})</",
    re.DOTALL,
)


def opened(source: bytes | Path) -> io.BytesIO | Path:
    """Return a workbook as libraries read it: what came as bytes as a file in memory, a file by its path."""
    return io.BytesIO(source) if isinstance(source, bytes) else source


def errors_in(source: bytes | Path, page: str) -> dict[int, dict[int, str]]:
    """Return {line from 1: {column from 0: what stands there}} of cells that hold an error; {} for other files."""
    found: dict[int, dict[int, str]] = {}
    try:
        with zipfile.ZipFile(opened(source)) as book, book.open(part_of(book, page)) as part:
            kept = b""
            while chunk := part.read(CHUNK):
                kept += chunk
                for letters, line, said in _WRONG.findall(kept) if b't="e"' in kept else ():
                    found.setdefault(int(line), {})[index(letters.decode())] = said.decode("utf-8", "replace")
                kept = kept[-OVERLAP:]
    except (KeyError, StopIteration, zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError):
        return {}
    return found


def part_of(book: zipfile.ZipFile, page: str) -> str:
    """Return the name of the part that holds a worksheet.

    Raises StopIteration, KeyError, ValueError or ParseError for a bundle that is put together otherwise.
    """
    start = next(target for kind, _id, target in _relations(book, "") if kind.endswith("/officeDocument"))
    ids = {
        one.get("name"): next((v for k, v in one.attrib.items() if k.endswith("}id") or k == "id"), "")
        for one in _parsed(book.read(start)).iter()
        if one.tag.rpartition("}")[2] == "sheet"
    }
    return next(target for _kind, id_, target in _relations(book, start) if id_ == ids[page])


def index(letters: str) -> int:
    """Return the column that letters name, from 0."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


def _relations(book: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, id, part it leads to) of everything a part refers to."""
    folder = PurePosixPath(part).parent
    name = str(folder / "_rels" / f"{PurePosixPath(part).name}.rels") if part else "_rels/.rels"
    for one in _parsed(book.read(name)):
        target = one.get("Target", "")
        place = target[1:] if target.startswith("/") else str(folder / target) if part else target
        yield one.get("Type", ""), one.get("Id", ""), place


def _parsed(xml: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in xml:
        raise ValueError("a document type in a workbook")
    return ElementTree.fromstring(xml)
