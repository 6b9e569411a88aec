"""公文格式: a frozen paper as a Word file, in the national layout (GB/T 9704) or on the county's own form.

Head margin 37 mm, foot 35, binding 28, fore-edge 26; body 仿宋 16 pt with 28 pt between lines; title 小标宋 22 pt. Real
styles, so that the office can go on editing. The libraries are imported inside: commands that print nothing do not pay.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bihuan.core.document_kinds import OF_CRITERION
from bihuan.core.documents import Content
from bihuan.packs.tables.meanings import FILLS

BODY, TITLE, HEAD = "FangSong", "STZhongsong", "SimHei"  # 仿宋, 小标宋, 黑体: what offices have
RED = "C0211F"
TALL = 2  # centimetres left for handwriting
DRAFT = "草稿，未编号"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold


def docx_of(content: Content, form: bytes = b"", *, draft: bool = False) -> bytes:
    """Return the paper as .docx. `form` is the county's own checked form; without one the layout is ours.

    A draft says so on top and has a place for the seal; its number is a gap.
    """
    return _on_form(content, form) if form and not draft else _ours(content, draft)


def values_of(content: Content) -> dict[str, Any]:
    """Return what a county's form may fill in: every value by its key and by its Chinese name, rows and items.

    The text of each row stands under the row's own name too: {{督办要求}}.
    """
    values = {key: printable(text) for key, text in content["values"].items()}
    found: dict[str, Any] = {**values, **{FILLS[key]: text for key, text in values.items() if key in FILLS}}
    found |= {_bare(name): printable(text) for name, text in content["rows"]}
    found |= {"heading": printable(content["heading"]), "标题": printable(content["heading"])}
    judged = content.get("criteria", ())
    items = [_item(item, judged, content.get("raters", ())) for item in content.get("listed", ())]
    criteria = [_criterion(one, "") for one in judged]
    found |= {"items": items, "清单": items, "criteria": criteria, "标准": criteria}
    return found


class _Line(dict[str, Any]):
    """A line of a list as a form fills it in; what was signed before a name was known leaves its place empty."""

    def __missing__(self, key: str) -> Any:
        return () if key in ("criteria", "标准") else ""


def _item(item: Mapping[str, str], judged: Iterable[Mapping[str, str]], raters: Iterable[Mapping[str, str]]) -> _Line:
    plain = {key: printable(text) for key, text in item.items()}
    named = {_bare(one["name"]): plain.get(one["key"], "") for one in (*judged, *raters)}
    line = _Line({**plain, **named, **{FILLS[key]: text for key, text in plain.items() if key in FILLS}})
    criteria = [_criterion(one, plain.get(one["key"], "")) for one in judged]
    return _Line(line | ({"criteria": criteria, "标准": criteria} if criteria else {}))


def _criterion(one: Mapping[str, str], score: str) -> _Line:
    plain = {"name": printable(one["name"]), "worth": one["worth"], "score": score}
    return _Line({**plain, **{OF_CRITERION[key]: text for key, text in plain.items()}})


def printable(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return _BAD.sub("", text)


def _bare(name: str) -> str:
    """Return a row's name as a form can write it: without brackets and signs."""
    return re.sub(r"\W", "", re.sub(r"（.*?）", "", name))


def _on_form(content: Content, form: bytes) -> bytes:
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    template = DocxTemplate(io.BytesIO(form))
    # A row that a later version of the pack dropped must not stop the printing of what was signed before.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    known = values_of(content)
    missing = template.get_undeclared_template_variables(SandboxedEnvironment()) - set(known)
    template.render({**known, **dict.fromkeys(missing, "")}, environment, autoescape=True)
    found = io.BytesIO()
    template.save(found)
    return found.getvalue()


# ---- our own layout ----
def _ours(content: Content, draft: bool) -> bytes:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt, RGBColor

    paper = Document()
    page_of(paper)
    styles_of(paper)
    title = paper.add_paragraph(style="Title")
    run = title.add_run(printable(content["heading"]))
    run.font.color.rgb = RGBColor.from_string(RED)
    line = paper.add_paragraph()
    line.paragraph_format.first_line_indent = Pt(0)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), right_tab())
    line.add_run(f"{DRAFT if draft else printable(content['number'])}\t{content['date']}")
    red_rule(line)
    for text in content["body"]:
        paragraph = paper.add_paragraph(printable(text))
        if text.endswith("："):
            paragraph.paragraph_format.first_line_indent = Pt(0)  # whom it is addressed to stands at the margin
    _table(paper, content)
    if content.get("columns") and (content["items"] or not content["rows"]):
        if content["rows"]:
            paper.add_paragraph()
        _list(paper, content)
    for more in content.get("tables", ()):
        paper.add_paragraph(printable(more["name"])).paragraph_format.keep_with_next = True
        _list(paper, more)
    if content.get("note"):
        paper.add_paragraph(printable(content["note"]))
    if draft:
        stamp = paper.add_paragraph(printable(content["stamp"]))
        stamp.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text in ("".join(content["sign"]), content["issuer"], content["date"]):
        last = paper.add_paragraph(printable(text))
        last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        last.paragraph_format.keep_together = True
    # The signature never stands alone on a page: what comes before it stays with it.
    for before in paper.paragraphs[-4:-1]:
        before.paragraph_format.keep_with_next = True
    properties = paper.core_properties
    properties.title, properties.author, properties.comments = printable(content["heading"]), content["issuer"], ""
    found = io.BytesIO()
    paper.save(found)
    return found.getvalue()


def page_of(paper: Any) -> None:
    """Set the page: A4 with the margins of official papers."""
    from docx.shared import Mm

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def styles_of(paper: Any) -> None:
    """Set body and title in the type of official papers."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    normal = paper.styles["Normal"]
    face(normal, BODY, 16)
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.first_line_indent = Pt(32)
    title = paper.styles["Title"]
    face(title, TITLE, 22)
    title.font.bold = False
    title.font.color.rgb = RGBColor(0, 0, 0)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.first_line_indent = Pt(0)
    title.paragraph_format.space_after = Pt(14)
    title.paragraph_format.line_spacing = Pt(36)
    for border in title.element.findall(".//{*}pBdr"):
        border.getparent().remove(border)


def face(style: Any, name: str, points: float) -> None:
    """Set the type of a style, for Chinese letters too."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size = name, Pt(points)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        if fonts.get(qn(key)) is not None:
            del fonts.attrib[qn(key)]
    fonts.set(qn("w:eastAsia"), name)


def right_tab() -> Any:
    """Return the alignment of a tab at the right margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT

    return WD_TAB_ALIGNMENT.RIGHT


# What the schema wants behind the borders of a paragraph: Word is strict about the order.
_BEHIND_BORDERS = (
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
    "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
    "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:outlineLvl", "w:rPr", "w:sectPr",
)  # fmt: skip


def red_rule(paragraph: Any) -> None:
    """Draw the red line under the number."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", RED)):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_BEHIND_BORDERS)


def _table(paper: Any, content: Content) -> None:
    from docx.shared import Cm, Mm

    if not content["rows"]:
        return
    table = paper.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for name, text in content["rows"]:
        row = table.add_row()
        if not text:
            row.height = Cm(TALL)
        for cell, words, width, centred in ((row.cells[0], name, 34, True), (row.cells[1], text, 122, False)):
            cell.width = Mm(width)
            _cell(cell, words, 14, centred)
        _whole(row)


def _list(paper: Any, content: Mapping[str, Any]) -> None:
    table = paper.add_table(rows=1, cols=len(content["columns"]), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, content["columns"], strict=True):
        _cell(cell, name, 10.5, True)
    _repeated(table.rows[0])
    for item in content["items"]:
        row = table.add_row()
        for cell, text in zip(row.cells, item, strict=True):
            _cell(cell, text, 10.5)
        _whole(row)
    if len(content["columns"]) > 5:
        section = paper.sections[0]
        from docx.enum.section import WD_ORIENT

        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width


def _cell(cell: Any, text: str, points: float, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(points * 1.5)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for n, line in enumerate(printable(text).split("\n")):
        run = paragraph.add_run(line) if not n else paragraph.add_run()
        if n:
            run.add_break()
            run.add_text(line)
        run.font.size = Pt(points)


def _whole(row: Any) -> None:
    """No row is cut in two by the end of a page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    """The heading of a table is repeated on every page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
