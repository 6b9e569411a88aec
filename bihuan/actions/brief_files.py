"""简报格式: a brief as a Word file in the layout of official papers, and its figures as a workbook with their records.

The libraries are imported inside: commands that print nothing do not pay.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from bihuan.actions.document_files import (
    BODY,
    DRAFT,
    HEAD,
    RED,
    face,
    page_of,
    printable,
    red_rule,
    right_tab,
    styles_of,
)
from bihuan.core.brief_text import Piece, plain

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LONGEST_NAME = 31  # letters of the name of a worksheet
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Printed:
    """A brief as it is printed: everything in words. `lines` are 报, 送 and 发, `hands` who edited, reviewed, signed."""

    header: str
    number: str
    date: str
    issuer: str
    internal: str
    paragraphs: Sequence[Mapping[str, Any]]
    wordings: Mapping[int, str]
    lines: Sequence[tuple[str, str]]
    hands: Sequence[tuple[str, str]]

    def text(self, pieces: Iterable[Piece]) -> str:
        """Return a paragraph as it is printed."""
        return plain(pieces, self.wordings)


# ---- Word ----
def docx_of(brief: Printed) -> bytes:
    """Return the brief as .docx; a draft, which has no number, says so in its place."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    paper = Document()
    page_of(paper)
    styles_of(paper)
    heading = paper.styles["Heading 1"]
    face(heading, HEAD, 16)
    heading.font.bold, heading.font.color.rgb = False, RGBColor(0, 0, 0)
    for name in ("space_before", "space_after"):
        setattr(heading.paragraph_format, name, Pt(0))
    heading.paragraph_format.keep_with_next = True
    if brief.internal:
        mark = paper.add_paragraph()
        mark.paragraph_format.first_line_indent = Pt(0)
        _type(mark.add_run(brief.internal), HEAD, 16)
    band = paper.add_paragraph()
    band.alignment = WD_ALIGN_PARAGRAPH.CENTER
    band.paragraph_format.first_line_indent, band.paragraph_format.line_spacing = Pt(0), Pt(60)
    run = band.add_run(printable(brief.header))
    _type(run, "STZhongsong", 36 if len(brief.header) <= 12 else 28)
    run.font.color.rgb = RGBColor.from_string(RED)
    line = paper.add_paragraph()
    line.paragraph_format.first_line_indent, line.paragraph_format.space_after = Pt(0), Pt(14)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), right_tab())
    line.add_run(f"{printable(brief.number) or DRAFT}\t{brief.date}")
    red_rule(line)
    for one in brief.paragraphs:
        text = printable(brief.text(one["pieces"]))
        paper.add_paragraph(text, style={"title": "Title", "heading": "Heading 1"}.get(one["kind"], "Normal"))
    for text in (brief.issuer, brief.date):
        last = paper.add_paragraph(printable(text))
        last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paper.paragraphs[-2].paragraph_format.space_before = Pt(28)
    for before in paper.paragraphs[-3:-1]:
        before.paragraph_format.keep_with_next = True
    _foot(paper, brief)
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = f"{brief.header}{brief.number}", brief.issuer, ""
    found = io.BytesIO()
    paper.save(found)
    return found.getvalue()


def _type(run: Any, name: str, points: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.name, run.font.size = name, Pt(points)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _foot(paper: Any, brief: Printed) -> None:
    """The closing lines between two rules: whom it goes to, and who edited, reviewed and signed."""
    from docx.shared import Mm, Pt

    rows = [f"{word}：{printable(text)}。" for word, text in brief.lines]
    hands = "　　".join(f"{word}：{printable(name)}" for word, name in brief.hands)
    if not rows and not hands:
        return
    table = paper.add_table(rows=0, cols=1)
    table.autofit = False
    for n, text in enumerate([*rows, *([hands] if hands else [])]):
        cell = table.add_row().cells[0]
        cell.width = Mm(156)
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.first_line_indent = Pt(-28)
        paragraph.paragraph_format.left_indent = Pt(28)
        paragraph.paragraph_format.line_spacing = Pt(24)
        paragraph.paragraph_format.keep_with_next = n < len(rows)
        _type(paragraph.add_run(text), BODY, 14)
        _ruled(cell, top=n == 0, bottom=True)
    # Word wants a paragraph behind a table; it takes no room of its own.
    end = paper.add_paragraph()
    end.paragraph_format.line_spacing = Pt(1)
    before = paper.paragraphs[-2].paragraph_format
    before.space_after = Pt(42)


def _ruled(cell: Any, *, top: bool, bottom: bool) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    for side, drawn in (("top", top), ("bottom", bottom)):
        if drawn:
            line = OxmlElement(f"w:{side}")
            for key, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", "000000")):
                line.set(qn(f"w:{key}"), value)
            borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


# ---- the workbook ----
@dataclass(frozen=True, slots=True)
class Sheet:
    """One figure of the workbook: what stands above its records, and each of its lists."""

    name: str
    facts: Sequence[tuple[str, str]]
    parts: Iterable[tuple[str, Iterator[Sequence[str]]]]


def write_workbook(
    file: IO[bytes], about: Sequence[tuple[str, str]], headings: Sequence[str], sheets: Iterable[Sheet], first: str
) -> int:
    """Write a workbook with one sheet for each figure and every record of it; return how many rows were written."""
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False, **PLAIN})
    bold = book.add_format({"bold": True, "bg_color": "#E9F0F9", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_worksheet(first)
    head.set_column(0, 0, 16)
    head.set_column(1, 1, 80)
    for at, (name, text) in enumerate(about):
        head.write_string(at, 0, name, bold)
        head.write_string(at, 1, text, wrap)
    used: set[str] = {first.casefold()}
    written = 0
    for one in sheets:
        sheet = book.add_worksheet(_sheet_name(one.name, used))
        for column, width in enumerate((18, 44, 14, 18, 20)):
            sheet.set_column(column, column, width)
        at = 0
        for name, text in one.facts:
            sheet.write_string(at, 0, name, bold)
            sheet.write_string(at, 1, text)
            at += 1
        for part, rows in one.parts:
            at += 1
            sheet.write_string(at, 0, part, bold)
            at += 1
            for column, name in enumerate(headings):
                sheet.write_string(at, column, name, bold)
            for row in rows:
                at += 1
                written += 1
                for column, text in enumerate(row):
                    if column == len(headings) - 1 and _NUMBER.fullmatch(text):
                        sheet.write_number(at, column, float(text))
                    else:
                        sheet.write_string(at, column, text)
            at += 1
    book.close()
    return written


def _sheet_name(name: str, used: set[str]) -> str:
    """Return a name a worksheet may have, which no other has."""
    base = " ".join(name.translate(_FORBIDDEN).strip("'").split())[:LONGEST_NAME] or "1"
    found, n = base, 1
    while found.casefold() in used:
        n += 1
        found = f"{base[: LONGEST_NAME - len(str(n)) - 1]}-{n}"
    used.add(found.casefold())
    return found
