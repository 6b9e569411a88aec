"""简报格式: the Word file is built as Word wants it, and another program makes pages of it."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree

from bihuan.actions import briefs as actions
from bihuan.actions.brief_files import docx_of
from bihuan.words import brief_papers as papers
from bihuan.words import briefs as words
from tests import cast, lives
from tests.actions.test_briefs import LATER, drafted, issued, solved

pytestmark = pytest.mark.django_db
# What the schema says of the order within a paragraph's and a cell's properties: Word calls a file broken that has
# another.
PARAGRAPH = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "numPr", "pBdr", "shd", "tabs", "spacing",
    "ind", "jc", "rPr",
)  # fmt: skip
CELL = ("tcW", "gridSpan", "vMerge", "tcBorders", "shd", "vAlign")


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    solved()


def word(*, draft: bool = False) -> bytes:
    brief = drafted() if draft else issued()
    paper = words.paper_of(brief, actions.kind_of(brief), actions.frozen_of(brief))
    return docx_of(papers.printed(paper, lives.net_of(LATER)))


def test_every_part_of_the_file_stands_in_the_order_that_word_wants() -> None:
    with zipfile.ZipFile(io.BytesIO(word())) as packed:
        assert packed.testzip() is None
        body = etree.fromstring(packed.read("word/document.xml"))
    for tag, order in (("pPr", PARAGRAPH), ("tcPr", CELL)):
        for one in body.iter(f"{{*}}{tag}"):
            places = [order.index(etree.QName(part).localname) for part in one]
            assert places == sorted(places)
    cells = [cell for cell in body.iter("{*}tc") if cell[-1].tag.endswith("}tbl")]
    assert not cells and body[0][-1].tag.endswith("}sectPr")


def test_the_head_the_body_and_the_foot_have_styles_of_their_own() -> None:
    paper = docx.Document(io.BytesIO(word()))
    styles = [one.style.name for one in paper.paragraphs if one.text]
    assert "Title" in styles and styles.count("Heading 1") == 4
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.top_margin.mm), round(section.left_margin.mm)) == (210, 37, 28)
    assert "草稿" not in "".join(one.text for one in paper.paragraphs)


def test_a_draft_says_that_it_is_one_and_has_no_number() -> None:
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(word(draft=True))).paragraphs)
    assert "草稿，未编号" in text and "第1期" not in text


@pytest.mark.long
def test_libreoffice_opens_a_brief_and_makes_pages_of_it(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, (
        "这台机器没有 LibreOffice，简报的 Word 文件只用 python-docx 查过：请安装 libreoffice-writer 后再运行 make test-long。"
    )
    (tmp_path / "brief.docx").write_bytes(word())
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(tmp_path / "brief.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    made = (tmp_path / "brief.pdf").read_bytes()
    assert made.startswith(b"%PDF") and len(made) > 5000
