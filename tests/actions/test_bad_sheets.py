"""Files as they come: each is read, or refused in one sentence; every row is accounted for, twice takes nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import xlsxwriter
from docx import Document

from bihuan.actions import imports, ledger_imports, rosters
from bihuan.actions.import_columns import Mapping_, known_headings
from bihuan.actions.ledger_rows import known_headings as known_of_book
from bihuan.actions.sheets import Sheet, SheetFault, read_sheet
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import ledger, packs
from bihuan.words import imports as of_orders
from bihuan.words import ledger_imports as of_books
from bihuan.words import network as of_rosters
from tests import cast

pytestmark = pytest.mark.django_db
P, BOOK = "enterprise_order", "enterprise_visit"
Table = Sequence[Sequence[Any]]


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


# ---------- where sheets come in ----------
@dataclass
class Told:
    """What became of the rows: how many, taken, here already, and (line, sentence) of the others."""

    rows: int
    taken: int
    same: int
    left: list[tuple[int, str]]


def into_orders(data: bytes, name: str) -> Told:
    kind = packs.programme(P).orders["enterprise_request"]
    sheet = read_sheet(data, name, known=list(known_headings(kind)))
    done = imports.import_orders(
        actor=SYSTEM, programme=P, type_=kind.key, sheet=sheet, mapping=Mapping_(), now=cast.NOW
    )  # fmt: skip
    left = [(one.row.line, of_orders.reason(one.faults, kind)) for one in done.rejected]
    return Told(done.rows, done.taken, len(done.already), left)


def into_a_book(data: bytes, name: str) -> Told:
    book = ledger.declared(P, BOOK)
    sheet = read_sheet(data, name, known=list(known_of_book(book)))
    done = ledger_imports.import_entries(
        actor=SYSTEM, programme=P, activity=BOOK, sheet=sheet, mapping=Mapping_(), now=cast.NOW
    )  # fmt: skip
    left = [(one.row.line, of_books.reason(one.faults, book)) for one in done.rejected]
    return Told(done.rows, done.taken, len(done.already), left)


def into_the_roll(what: str) -> Callable[[bytes, str], Told]:
    def take(data: bytes, name: str) -> Told:
        sheet: Sheet = read_sheet(data, name, known=rosters.known_names(what))
        call = rosters.import_units if what == "units" else rosters.import_holders
        done = call(actor=SYSTEM, sheet=sheet, now=cast.NOW)
        left = [(one.row.line, of_rosters.sentence(one.why)) for one in done.rejected]
        return Told(len(sheet.rows), done.taken, done.unchanged, left)

    return take


DOORS: dict[str, tuple[Callable[[bytes, str], Told], Table]] = {
    "orders": (into_orders, [
        ("来源单号", "一句话说清", "具体情况", "收到时间", "点单单位"),
        ("A-1", "缺工30人", "旺季缺30人。", "2022-09-01", "沅澧精密铸造"),
        ("A-2", "停电", "一周停了两次。", "2022年9月2日", "善卷食品"),
    ]),
    "book": (into_a_book, [
        ("日期", "单位", "企业", "谈了什么", "企业提出问题"),
        ("2022-09-26", "装备制造产业链党委", "沅澧精密铸造", "缺工", "2个"),
        ("2022年9月27日", "轻工食品产业链党委", "善卷食品", "贷款", "1,000"),
    ]),
    "units": (into_the_roll("units"), [
        ("名称", "类型", "上级", "起"),
        ("青枫电气", "链内企业", "装备制造产业链党委", "2022-01-01"),
        ("白鹤药业", "链内企业", "轻工食品产业链党委", "2022年1月2日"),
    ]),
    "holders": (into_the_roll("holders"), [
        ("单位", "岗位名称", "岗位类型", "姓名", "起"),
        ("沅澧精密铸造", "第二联系人", "enterprise_contact", "张三", "2022-01-01"),
        ("善卷食品", "第二联系人", "enterprise_contact", "李四", "2022年1月2日"),
    ]),
}  # fmt: skip
doors = pytest.mark.parametrize("door", DOORS)


# ---------- what comes in ----------
def book(table: Table, more: Callable[[Any, Any], None] = lambda made, page: None) -> bytes:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as made:
        page = made.add_worksheet("登记")
        for line, row in enumerate(table):
            page.write_row(line, 0, row)
        more(made, page)
    return kept.getvalue()


def text(table: Table, mark: str = ",") -> str:
    return "\r\n".join(mark.join(f'"{cell}"' for cell in row) for row in table)


def with_a_blank_tail(made: Any, page: Any) -> None:
    bold = made.add_format({"bold": True})
    for line in range(10, 20_010):
        page.write_blank(line, 0, None, bold)
    page.write_blank(1_048_575, 0, None, bold)


def hidden(_made: Any, page: Any) -> None:
    page.set_row(1, None, None, {"hidden": True})
    page.set_column(1, 1, None, None, {"hidden": True})


GOOD: dict[str, Callable[[Table], bytes]] = {
    "plain.xlsx": book,
    "blank rows to the end.xlsx": lambda table: book(table, with_a_blank_tail),
    "a hidden row and a hidden column.xlsx": lambda table: book(table, hidden),
    "a second worksheet.xlsx": lambda table: book(
        table, lambda made, _page: made.add_worksheet("说明").write(0, 0, "x")
    ),
    "gb18030.csv": lambda table: text(table).encode("gb18030"),
    "bom.csv": lambda table: b"\xef\xbb\xbf" + text(table).encode(),
    "utf-16.csv": lambda table: text(table).encode("utf-16"),
    "semicolons.csv": lambda table: text(table, ";").encode(),
    "tabs.txt": lambda table: text(table, "\t").encode(),
    "a workbook called.csv": book,
    "a csv called.xlsx": lambda table: text(table).encode("gb18030"),
    "old line ends.csv": lambda table: text(table).replace("\r\n", "\r").encode(),
}


@doors
@pytest.mark.parametrize("name", GOOD)
def test_a_sheet_is_taken_whole_however_it_was_kept_and_twice_takes_nothing(door: str, name: str) -> None:
    take, table = DOORS[door]
    data = GOOD[name](table)
    assert (take(data, name).taken, take(data, name)) == (2, Told(2, 0, 2, []))


def papers() -> bytes:
    kept = io.BytesIO()
    Document().save(kept)
    return kept.getvalue()


def unpacked_to(size: int) -> bytes:
    """Return a workbook of which one part is blown up, as a bomb is."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book([("a", "b"), (1, 2)]))) as old, zipfile.ZipFile(kept, "w", 8) as new:
        for one in old.infolist():
            with new.open(one.filename, "w") as part:
                part.write(old.read(one.filename))
                for _megabyte in range(size if one.filename.endswith("styles.xml") else 0):
                    part.write(b" " * (1 << 20))
    return kept.getvalue()


NO_SHEETS = {
    "空.xlsx": b"",
    "通知.docx": papers(),
    "通知.xlsx": papers(),
    "通知.pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "系统导出.xls": "<html><table><tr><td>名称</td><td>起</td></tr></table></html>".encode(),
    "照片.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9,
    "半个.xlsx": book([("名称", "起"), ("甲", "2022-01-01")])[:2000],
    "老格式.et": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 9,
    "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "炸弹.xlsx": unpacked_to(620),
    "没有内容.xlsx": book([]),
    "引号.csv": '名称,起\n甲,"没有收口\n乙,2022-01-01\n'.encode(),
}


@doors
@pytest.mark.parametrize("name", NO_SHEETS)
def test_what_is_no_sheet_is_refused_in_one_sentence_that_names_it(door: str, name: str) -> None:
    with pytest.raises(SheetFault) as why:
        DOORS[door][0](NO_SHEETS[name], name)
    assert f"“{name}”" in str(why.value) and str(why.value).count("。") <= 2


def broken(made: Any, page: Any) -> None:
    page.write_formula(1, 1, "=Z9", None, "#REF!")
    page.write_formula(2, 0, "=NA()", None, "#N/A")
    page.write_formula(3, 2, "=1/0", None, "#DIV/0!")


@doors
def test_a_formula_that_came_to_nothing_is_named_and_not_taken_for_an_empty_cell(door: str) -> None:
    take, table = DOORS[door]
    told = take(book(table, broken), "登记.xlsx")
    assert (told.rows, told.taken) == (3, 0)
    assert [line for line, _said in told.left] == [2, 3, 4]
    for (_line, said), error in zip(told.left, ("#REF!", "#N/A", "#DIV/0!"), strict=True):
        assert f"的公式出错，格子里是“{error}”" in said


def test_an_error_in_a_column_nobody_reads_and_in_a_row_of_sums_harms_no_other_row() -> None:
    take, table = DOORS["book"]

    def more(made: Any, page: Any) -> None:
        page.write(0, 7, "完成率")
        page.write_formula(1, 7, "=1/0", None, "#DIV/0!")
        page.write_row(3, 0, ("合计",))
        page.write_formula(3, 4, "=SUM(Z9)", None, "#REF!")

    told = take(book(table, more), "登记.xlsx")
    assert (told.rows, told.taken, [line for line, _said in told.left]) == (3, 2, [4])
    assert "合计" in told.left[0][1]


@doors
def test_rows_that_are_half_empty_or_add_others_up_are_each_told_of(door: str) -> None:
    take, table = DOORS[door]
    width = len(table[0])
    more = [("合计", *[""] * (width - 2), "9"), ("", "", "x"), (table[1][0],)]
    told = take(book([*table, *more]), "登记.xlsx")
    assert (told.rows, told.taken) == (5, 2) and len(told.left) == 3
    assert [line for line, _said in told.left] == [4, 5, 6] and all(said for _line, said in told.left)


@doors
@pytest.mark.parametrize("said", ["合计", "小 计", "总计：", "本月合计"])
def test_a_row_that_adds_others_up_is_left_out_for_that_however_full_it_is(door: str, said: str) -> None:
    take, table = DOORS[door]
    told = take(book([*table, (said, *table[1][1:])]), "登记.xlsx")
    assert (told.rows, told.taken, [line for line, _said in told.left]) == (3, 2, [4])
    assert "不导入" in told.left[0][1] and "由系统算" in told.left[0][1]


@pytest.mark.parametrize("door", ["units", "holders"])
def test_an_end_in_the_year_9999_is_no_end(door: str) -> None:
    take, table = DOORS[door]
    rows = [(*table[0], "止"), *((*row, "9999-12-31") for row in table[1:])]
    assert (take(book(rows), "登记.xlsx").taken, take(book(table), "登记.xlsx").same) == (2, 2)


@doors
def test_a_column_that_stands_twice_refuses_the_sheet_by_its_name(door: str) -> None:
    take, table = DOORS[door]
    with pytest.raises(SheetFault, match=f"重名的列：{table[0][0]}"):
        take(book([(*row, row[0]) for row in table]), "登记.xlsx")


@doors
@pytest.mark.parametrize(
    "cell", ["9" * 400, "😀", "\u202e坏", "=cmd|' /C calc'!A0", "9999-12-31", "0001-01-01", "-3", "1e400"]
)
def test_a_row_of_nonsense_is_told_of_and_the_others_are_taken(door: str, cell: str) -> None:
    take, table = DOORS[door]
    told = take(text([*table, [cell] * len(table[0])]).encode(), "登记.csv")
    assert (told.rows, told.taken, [line for line, _said in told.left]) == (3, 2, [4])


@pytest.mark.parametrize("door", ["orders", "book"])
def test_a_sheet_without_what_every_row_needs_is_refused_with_the_columns_it_has(door: str) -> None:
    take, _table = DOORS[door]
    with pytest.raises(Refused, match="import.needs.fields"):
        take(b"a|b|c\n1|2|3", "登记.csv")
