"""表: sheets as offices send them are read, and what cannot be read is said in one sentence."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bihuan.actions.sheets import (
    Row,
    SheetFault,
    as_count,
    as_date,
    read_sheet,
    write_rejects,
    write_sheet,
)


def book(fill: Any) -> bytes:
    """Return the bytes of a workbook that `fill(workbook, first page)` has filled."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as made:
        fill(made, made.add_worksheet("名册"))
    return kept.getvalue()


def rows(*given: tuple[Any, ...]) -> bytes:
    def fill(made: Any, page: Any) -> None:
        for at, row in enumerate(given):
            page.write_row(at, 0, row)

    return book(fill)


def fault(data: bytes, name: str = "名册.xlsx", **more: Any) -> str:
    with pytest.raises(SheetFault) as why:
        read_sheet(data, name, **more)
    return str(why.value)


def test_a_plain_sheet_arrives_as_text_with_its_lines() -> None:
    sheet = read_sheet(rows(("单位", "人数"), ("人社局", 12), ("", ""), ("财政局", 3.5)), "a.xlsx")
    assert sheet.header == ("单位", "人数")
    assert [(row.line, row.cells) for row in sheet.rows] == [
        (2, {"单位": "人社局", "人数": "12"}),
        (4, {"单位": "财政局", "人数": "3.5"}),
    ]


def test_the_heading_is_found_under_a_merged_title_and_a_line_of_remarks() -> None:
    def fill(made: Any, page: Any) -> None:
        page.merge_range(0, 0, 0, 3, "园区党组织名册")
        page.write_row(1, 0, ("填报单位：经开区", "", "", "2022年10月"))
        page.write_row(2, 0, ("序号", "名称", "起", "党员数"))
        page.write_row(3, 0, (1, "第一支部", "2021-03-01", 12))

    sheet = read_sheet(book(fill), "a.xlsx")
    assert sheet.header == ("序号", "名称", "起", "党员数")
    assert (sheet.rows[0].line, sheet.rows[0].get("名称")) == (4, "第一支部")


def test_known_names_tell_the_heading_and_the_worksheet() -> None:
    def fill(made: Any, page: Any) -> None:
        page.write_row(0, 0, ("说明", "本表由系统导出", "口径"))
        second = made.add_worksheet("数据")
        second.write_row(0, 0, ("制表", "何静", "核对"))
        second.write_row(1, 0, ("单位编码", "名称", "类型"))
        second.write_row(2, 0, ("labour", "人社局", "department"))
        hidden = made.add_worksheet("隐藏")
        hidden.write_row(0, 0, ("单位编码", "名称", "类型"))
        hidden.hide()

    sheet = read_sheet(book(fill), "a.xlsx", known=("单位编码", "类型"))
    assert sheet.header == ("单位编码", "名称", "类型")
    assert sheet.others == ("名册",)


def test_a_heading_of_two_rows_with_merged_cells_is_one_heading() -> None:
    def fill(made: Any, page: Any) -> None:
        page.merge_range(0, 0, 1, 0, "单位")
        page.merge_range(0, 1, 0, 2, "甲方")
        page.merge_range(0, 3, 0, 4, "乙方")
        page.write_row(1, 1, ("姓名", "电话", "姓名", "职务"))
        page.write_row(2, 0, ("沅澧", "刘芳", "1", "陈晓", "专员"))

    for known in ((), ("单位", "姓名", "电话")):
        sheet = read_sheet(book(fill), "a.xlsx", known=known)
        assert sheet.header == ("单位", "甲方姓名", "电话", "乙方姓名", "职务")
        assert [row.get("乙方姓名") for row in sheet.rows] == ["陈晓"]


def test_a_wide_heading_cell_without_a_second_row_names_its_first_column() -> None:
    def fill(made: Any, page: Any) -> None:
        page.write(0, 0, "单位")
        page.merge_range(0, 1, 0, 2, "地址")
        page.write_row(1, 0, ("沅澧", "经开区", "乾明路"))

    sheet = read_sheet(book(fill), "a.xlsx")
    assert sheet.rows[0].cells == {"单位": "沅澧", "地址": "经开区", "第3列": "乾明路"}


def test_two_columns_of_one_name_are_refused_by_name() -> None:
    said = fault(rows(("单位", "电话", "电 话"), ("a", "1", "2")))
    assert "电话" in said and "第1行" in said and "名册.xlsx" in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    sheet = read_sheet('单位,备注\r\n人社局,"缺岗, 待补"\r\n,\r\n'.encode(encoding), "a.csv")
    assert [row.cells for row in sheet.rows] == [{"单位": "人社局", "备注": "缺岗, 待补"}]


def test_dates_arrive_alike_however_they_were_kept() -> None:
    def fill(made: Any, page: Any) -> None:
        page.write_row(0, 0, ("名", "起"))
        page.write(1, 0, "a")
        page.write_datetime(1, 1, datetime(2022, 2, 18), made.add_format({"num_format": "yyyy/m/d"}))  # noqa: DTZ001
        page.write_row(2, 0, ("b", 44610))

    found = [as_date(row.get("起")) for row in read_sheet(book(fill), "a.xlsx").rows]
    assert found == [date(2022, 2, 18), date(2022, 2, 18)]


@pytest.mark.parametrize(
    "text",
    ["2022-02-18", "2022/2/18", "2022.2.18", "2022年2月18日", "２０２２-２-１８", "20220218", "2022-02-18 00:00:00"],
)
def test_dates_are_read_in_the_usual_ways(text: str) -> None:
    assert as_date(text) == date(2022, 2, 18)


@pytest.mark.parametrize("text", ["", "2022-02-30", "去年", "2022年2月", "18/2/2022", "三月五日"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert as_date(text) is None


@pytest.mark.parametrize(("text", "count"), [("32", 32), ("３２", 32), ("3,200", 3200), ("1，273", 1273), ("32.0", 32)])
def test_counts_are_read_in_the_usual_ways(text: str, count: int) -> None:
    assert as_count(text) == count


@pytest.mark.parametrize("text", ["", "十二", "3.5", "-3", "32,00", "3人", "1e3"])
def test_what_is_no_count_is_none(text: str) -> None:
    assert as_count(text) is None


def test_what_is_no_sheet_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert "空的" in fault(b"")
    assert "空的" in fault(b"\xef\xbb\xbf\r\n")
    assert "损坏" in fault(b"PK\x03\x04 broken")
    assert "损坏" in fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "不是表格" in fault(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert "密码" in fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    assert "只有表头" in fault(rows(("单位", "名称")))
    assert "引号" in fault('单位,名称\na,"没有收口\nb,c\n'.encode(), "a.csv")
    with pytest.raises(SheetFault, match="找不到文件"):
        read_sheet(tmp_path / "没有.xlsx")


def test_a_file_is_read_like_its_bytes_and_needed_no_longer_than_reading_takes(tmp_path: Path) -> None:
    def fill(made: Any, page: Any) -> None:
        page.write_row(0, 0, ("名称", "数"))
        page.write_row(1, 0, ("甲", 3))
        page.write_formula(2, 0, "=#REF!", None, "#REF!")
        page.write(2, 1, 4)

    data = book(fill)
    wanted = [(2, {"名称": "甲", "数": "3"}), (3, {"名称": "#REF!", "数": "4"})]
    # What a name promises and a file is need not be the same.
    for name in ("名册.xlsx", "名册.XLSM", "名册.xls", "名册"):
        path = tmp_path / name
        path.write_bytes(data)
        sheet = read_sheet(path)
        path.unlink()
        assert [(row.line, row.cells) for row in sheet.rows] == wanted
    assert [(row.line, row.cells) for row in read_sheet(data, "名册.xlsx").rows] == wanted


@pytest.mark.parametrize("name", ["名册.xlsx", "名册.xls", "名册.csv"])
def test_a_file_cut_off_on_its_way_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(rows(("名称",), ("甲",))[:-900])
    with pytest.raises(SheetFault) as caught:
        read_sheet(tmp_path / name)
    assert str(caught.value).startswith(f"“{name}”不是能读的表格，或已损坏。")


def test_rejected_rows_come_back_with_line_and_reason_and_can_be_read_again(tmp_path: Path) -> None:
    header = ("单位", "党员数")
    kept = tmp_path / "a.rejected.xlsx"
    assert write_rejects(kept, header, [(Row(7, {"单位": "=1+1", "党员数": "十二"}), "“党员数”不是数字：十二")]) == 1
    again = read_sheet(kept)
    assert again.header == ("未导入原因", "原行号", "单位", "党员数")
    assert again.rows[0].cells == {
        "未导入原因": "“党员数”不是数字：十二",
        "原行号": "7",
        "单位": "=1+1",
        "党员数": "十二",
    }
    assert write_rejects(kept, again.header, [(again.rows[0], "还是不行")]) == 1
    assert read_sheet(kept).header == again.header


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    kept = io.BytesIO()
    write_sheet(kept, ("名", "数", "起"), [("人社局", 12, date(2022, 2, 18)), ("", None, None), ("b", 3.5, None)])
    sheet = read_sheet(kept.getvalue(), "x.xlsx")
    assert [tuple(row.cells.values()) for row in sheet.rows] == [("人社局", "12", "2022-02-18"), ("b", "3.5", "")]
