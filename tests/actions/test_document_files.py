"""公文格式 and 公文模板: Word files that open with real styles, and a county's own forms, checked before they are taken."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx.document import Document

from bihuan.actions import document_forms as forms
from bihuan.actions import document_lists, documents
from bihuan.actions.document_files import docx_of
from bihuan.actions.verify import verify
from bihuan.core.order_state import OrderState
from bihuan.core.refusal import Refused
from bihuan.store import documents as store
from bihuan.store import packs
from bihuan.words import document_forms as words
from bihuan.words import documents as paper_words
from tests import cast, lives

LATER = cast.NOW + timedelta(days=40)
CONTENT: dict[str, Any] = {
    "v": 1, "kind": "k", "name": "督办单", "heading": "常德经开区督办单", "number": "常经链督〔2022〕1号",
    "date": "2022年11月8日", "body": ["人社局：", "现将下列事项督办。"], "issuer": "常德经开区", "to": ["人社局"],
    "rows": [["工单", "QD2022-0001"], ["督办要求", "甲<b>&\n乙"], ["领导批示", ""]], "sign": ["签发人：", "赵志远"],
    "stamp": "（加盖公章处）", "values": {"lead": "人社局", "number": "常经链督〔2022〕1号", "title": "缺人 <急> & 重"},
}  # fmt: skip
LIST: dict[str, Any] = {
    **CONTENT, "rows": [], "columns": ["序号", "单号"], "items": [["1", "QD1"], ["2", "QD2"]],
    "listed": [{"n": "1", "order_number": "QD1"}, {"n": "2", "order_number": "QD2"}], "members": ["QD1", "QD2"],
}  # fmt: skip


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def words_of(content: bytes) -> str:
    paper = opened(content)
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def form(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = (), header: str = "") -> bytes:
    """Return a county's form as an office would make it."""
    paper = docx.Document()
    for text in paragraphs:
        paper.add_paragraph(text)
    if rows:
        table = paper.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    if header:
        paper.sections[0].header.paragraphs[0].text = header
    found = io.BytesIO()
    paper.save(found)
    return found.getvalue()


def packed(content: bytes, **parts: bytes) -> bytes:
    """Return a form with parts added or put in the place of others; __ in a name is a slash and _x_ a dot."""
    found = io.BytesIO()
    given = {name.replace("__", "/").replace("_x_", "."): text for name, text in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in given:
                new.writestr(entry, old.read(entry))
        for name, text in given.items():
            new.writestr(name, text)
    return found.getvalue()


# ---- our own layout ----
def test_a_paper_opens_in_the_national_layout_with_real_styles() -> None:
    paper: Any = opened(docx_of(CONTENT))
    section = paper.sections[0]
    assert [round(one.mm) for one in (section.page_width, section.page_height)] == [210, 297]
    assert [round(one.mm) for one in (section.top_margin, section.left_margin)] == [37, 28]
    assert paper.paragraphs[0].style.name == "Title" and paper.paragraphs[0].text == "常德经开区督办单"
    assert paper.styles["Normal"].font.size.pt == 16 and paper.styles["Title"].font.size.pt == 22
    assert "FangSong" in paper.styles["Normal"].element.xml
    assert paper.tables[0].style.name == "Table Grid"


def test_the_file_says_what_the_sheet_says_and_nothing_becomes_markup() -> None:
    paper = opened(docx_of(CONTENT))
    rows = [[cell.text for cell in row.cells] for row in paper.tables[0].rows]
    assert rows == [["工单", "QD2022-0001"], ["督办要求", "甲<b>&\n乙"], ["领导批示", ""]]
    said = [one.text for one in paper.paragraphs]
    assert "常经链督〔2022〕1号\t2022年11月8日" in said and "签发人：赵志远" in said
    assert "（加盖公章处）" not in said


def test_a_draft_says_so_has_a_place_for_the_seal_and_no_number() -> None:
    said = words_of(docx_of({**CONTENT, "number": "常经链督〔2022〕　　号"}, draft=True))
    assert "草稿，未编号" in said and "（加盖公章处）" in said and "1号" not in said


def test_the_signature_never_stands_alone_on_a_page() -> None:
    last = opened(docx_of(CONTENT)).paragraphs[-4:]
    assert all(one.paragraph_format.keep_with_next for one in last[:-1])


def test_a_long_list_repeats_its_heading_and_cuts_no_row_in_two() -> None:
    table = opened(docx_of(LIST)).tables[0]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in table.rows[1:])
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["序号", "单号"], ["1", "QD1"], ["2", "QD2"]]


def test_characters_that_a_word_file_cannot_hold_do_not_break_it() -> None:
    assert "甲乙" in words_of(docx_of({**CONTENT, "rows": [["行", "甲\x0b\x00乙"]]}))


# ---- a county's own form ----
@pytest.fixture
def kinds(db: None) -> tuple[Any, Any, Any]:
    cast.found()
    order_type = packs.roles_of("enterprise_order", "enterprise_request")
    return order_type, order_type.documents["supervision_slip"], order_type.documents["task_list"]


def read(content: bytes, kinds: tuple[Any, Any, Any], list_: bool = False, name: str = "旧模板.docx") -> forms.Wanted:
    return forms.read_form(name, content, kinds[0], kinds[2 if list_ else 1])


def test_a_form_with_chinese_names_and_keys_is_taken_and_its_names_listed(kinds: tuple[Any, Any, Any]) -> None:
    content = form("{{文号}}", "{{ lead }}", rows=(("要求", "{{督办要求}}"),), header="{{县区}}")
    assert set(read(content, kinds).names) == {"文号", "lead", "督办要求", "县区"}


def test_a_form_is_filled_in_with_the_frozen_values_escaped() -> None:
    content = form("{{文号}}致{{主办单位}}", "{{事由}}", rows=(("要求", "{{督办要求}}"),))
    said = words_of(docx_of(CONTENT, content))
    assert "常经链督〔2022〕1号致人社局" in said and "缺人 <急> & 重" in said and "甲<b>&" in said


def test_a_form_of_a_list_repeats_its_row_for_every_order(kinds: tuple[Any, Any, Any]) -> None:
    loop = (("{%tr for 行 in 清单 %}", ""), ("{{行.序号}}", "{{行.单号}}"), ("{%tr endfor %}", ""))
    content = form("{{标题}}", rows=loop)
    assert set(read(content, kinds, list_=True).names) == {"标题", "清单", "序号", "单号"}
    rows = [[cell.text for cell in row.cells] for row in opened(docx_of(LIST, content)).tables[0].rows]
    assert rows == [["1", "QD1"], ["2", "QD2"]]


def test_a_name_that_nobody_can_fill_in_is_refused_by_name_with_what_may_be_written(
    kinds: tuple[Any, Any, Any],
) -> None:
    with pytest.raises(Refused) as why:
        read(form("{{文号}}{{联系电话}}", "{{contact_phone}}"), kinds)
    assert why.value.facts["names"] == ("联系电话", "contact_phone")
    said = words.sentence(why.value)
    assert "{{联系电话}}、{{contact_phone}}" in said and "时限情况" in said and "督办要求" in said


@pytest.mark.parametrize(
    "text",
    [
        "{% if lead %}甲{% endif %}",
        "{{ lead.__class__ }}",
        "{{ lead|upper }}",
        "{{ 1 + 1 }}",
        "{{ lead() }}",
        "{% set x = 1 %}{{文号}}",
        "{% include 'x' %}",
        "{% for x in lead %}{{x}}{% endfor %}",
        "{% for 行 in 清单 %}{% for b in 清单 %}{{b.序号}}{% endfor %}{% endfor %}",
    ],
)
def test_a_form_that_calculates_decides_or_looks_around_is_refused(text: str, kinds: tuple[Any, Any, Any]) -> None:
    with pytest.raises(Refused) as why:
        read(form(text), kinds, list_=True)
    assert why.value.code == "form.invalid.statement"
    assert "不能有条件和算式" in words.sentence(why.value)


@pytest.mark.parametrize("place", ["header", "title", "footnotes"])
def test_what_hides_outside_of_the_text_is_looked_at_too(place: str, kinds: tuple[Any, Any, Any]) -> None:
    bad = "{{ lead.__class__ }}"
    if place == "header":
        content = form("{{文号}}", header=bad)
    else:
        paper = docx.Document(io.BytesIO(form("{{文号}}")))
        if place == "title":
            paper.core_properties.title = bad
        else:
            notes = docx.opc.part.Part(  # type: ignore[attr-defined]
                docx.opc.packuri.PackURI("/word/anything.xml"),  # type: ignore[attr-defined]
                "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
                f"<w:footnotes xmlns:w='x'><w:t>{bad}</w:t></w:footnotes>".encode(),
                paper.part.package,
            )
            paper.part.relate_to(notes, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
        saved = io.BytesIO()
        paper.save(saved)
        content = saved.getvalue()
    with pytest.raises(Refused, match="form.invalid.statement"):
        read(content, kinds)


RELS = b'<Relationships xmlns="x"><Relationship Id="r" '
RELS += b'Type="http://x/%s" Target="http://x/" TargetMode="External"/></Relationships>'
GOOD = form("{{文号}}")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.docx", "not_docx"),
        (b"PK\x03\x04 broken", "a.docx", "not_docx"),
        ("不是Word".encode(), "a.docx", "not_docx"),
        (packed(GOOD, word__vbaProject_x_bin=b"x"), "a.docx", "macros"),
        (GOOD, "a.docm", "macros"),
        (packed(GOOD, word__big_x_xml=b"0" * (41 * 1024 * 1024)), "a.docx", "bomb"),
        (packed(GOOD, **{f"word__p{n}_x_bin": b"" for n in range(301)}), "a.docx", "bomb"),
        (packed(GOOD, word__evil_x_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "a.docx", "bomb"),
        (packed(GOOD, word___rels__settings_x_xml_x_rels=RELS % b"attachedTemplate"), "a.docx", "outside"),
        (packed(GOOD, word___rels__more_x_xml_x_rels=RELS % b"image"), "a.docx", "outside"),
        (b"x" * (5 * 1024 * 1024 + 1), "a.docx", "too_large"),
        (form("{{文号"), "a.docx", "broken"),
        (form("没有要填的"), "a.docx", "nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_a_plain_form_is_refused_in_one_sentence(
    content: bytes, name: str, code: str, kinds: tuple[Any, Any, Any]
) -> None:
    with pytest.raises(Refused) as why:
        read(content, kinds, name=name)
    assert why.value.code == f"form.invalid.{code}"
    said = words.sentence(why.value)
    assert "没有收" in said and "Traceback" not in said and "%" not in said.replace("%tr", "")


def test_a_link_in_the_text_may_stay(kinds: tuple[Any, Any, Any]) -> None:
    content = packed(GOOD, word___rels__more_x_xml_x_rels=RELS % b"hyperlink")
    assert read(content, kinds).names == ("文号",)


def put(content: bytes, who: str = "wu", kind: str = "supervision_slip") -> tuple[str, ...]:
    return forms.put_form(
        actor=cast.actor(who), programme="enterprise_order", type_="enterprise_request", kind=kind,
        upload=SimpleUploadedFile("旧模板.docx", content), now=cast.NOW,
    )  # fmt: skip


def signed(order: OrderState) -> store.Paper:
    return documents.issue_document(
        actor=cast.actor("zhao", LATER), number=order.number, kind="supervision_slip", compose=paper_words.composed,
        now=LATER,
    )  # fmt: skip


def printed(paper: store.Paper) -> str:
    return words_of(docx_of(paper.content, store.form_bytes(paper.form)))


def test_a_paper_is_printed_on_the_form_of_its_day_and_later_ones_on_the_next(kinds: tuple[Any, Any, Any]) -> None:
    order = lives.played(lives.ACCEPTED)[0]
    first = signed(order)
    put(form("老模板{{文号}}"))
    second = signed(order)
    put(form("新模板{{文号}}，{{时限情况}}"))
    third = signed(order)
    assert "督办单位" in printed(first)
    assert printed(second) == "老模板链督〔2022〕2号"
    assert printed(third).startswith("新模板链督〔2022〕3号，9月29日派单")
    assert forms.end_form(
        actor=cast.actor("wu"), programme="enterprise_order", type_="enterprise_request", kind="supervision_slip",
        now=cast.NOW,
    )  # fmt: skip
    assert "督办单位" in printed(signed(order)) and printed(second) == "老模板链督〔2022〕2号"
    assert verify().broken is None


def test_a_refused_form_leaves_the_one_in_use(kinds: tuple[Any, Any, Any]) -> None:
    put(form("{{文号}}"))
    with pytest.raises(Refused, match="unknown"):
        put(form("{{别的}}"))
    assert [one.names for one in store.forms()] == [("文号",)]


def test_only_an_administrator_sets_forms_and_codes(kinds: tuple[Any, Any, Any]) -> None:
    for call in (
        lambda: put(GOOD, "zhou"),
        lambda: forms.put_code(actor=cast.actor("zhou"), unit="zone", code="常经", now=cast.NOW),
    ):
        with pytest.raises(Refused, match="form.post"):
            call()


@pytest.mark.parametrize("code", ["abc", "常1", "常" * 9, "常 经"])
def test_a_code_is_a_few_chinese_characters(code: str, kinds: tuple[Any, Any, Any]) -> None:
    with pytest.raises(Refused) as why:
        forms.put_code(actor=cast.actor("wu"), unit="zone", code=code, now=cast.NOW)
    assert "请写1至8个汉字" in words.sentence(why.value)


def test_a_unit_without_a_code_uses_that_of_the_nearest_above_it(kinds: tuple[Any, Any, Any]) -> None:
    assert forms.put_code(actor=cast.actor("wu"), unit="zone", code="常经", now=cast.NOW)
    assert not forms.put_code(actor=cast.actor("wu"), unit="zone", code="常经", now=cast.NOW)
    net = lives.net_of(cast.NOW)
    assert documents.unit_code(net, "labour_jobs") == "常经"
    forms.put_code(actor=cast.actor("wu"), unit="labour_bureau", code="常经人社", now=cast.NOW)
    assert documents.unit_code(net, "labour_jobs") == "常经人社"
    forms.put_code(actor=cast.actor("wu"), unit="labour_bureau", code="", now=cast.NOW)
    assert documents.unit_code(net, "labour_jobs") == "常经"


# ---- another program ----
@pytest.mark.long
def test_libreoffice_opens_the_papers_and_makes_pages_of_them(tmp_path: Path, kinds: tuple[Any, Any, Any]) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, (
        "这台机器没有 LibreOffice，Word 文件只用 python-docx 查过：请安装 libreoffice-writer 后再运行 make test-long。"
    )
    order = lives.played(lives.ACCEPTED)[0]
    put(form("老模板{{文号}}", rows=(("要求", "{{督办要求}}"),)))
    paper = signed(order)
    tasks = document_lists.issue_list(
        actor=cast.actor("zhou", LATER), programme="enterprise_order", type_="enterprise_request", kind="task_list",
        about="labour_bureau", compose=paper_words.composed_list, now=LATER,
    )  # fmt: skip
    made: dict[str, Callable[[], bytes]] = {
        "ours": lambda: docx_of(paper.content),
        "form": lambda: docx_of(paper.content, store.form_bytes(paper.form)),
        "list": lambda: docx_of(tasks.content),
    }
    for name, make in made.items():
        (tmp_path / f"{name}.docx").write_bytes(make())
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), *(str(tmp_path / f"{name}.docx") for name in made)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    for name in made:
        assert (tmp_path / f"{name}.pdf").read_bytes().startswith(b"%PDF"), name
