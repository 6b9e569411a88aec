"""`bihuan import` and `export` of a book of the ledger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from tests import cast
from tests.cli.conftest import Run

SHEET = "日期,单位,企业,谈了什么,企业提出问题\n2022-09-26,equipment,foundry,缺工,2个\n合计,,,,2\n"


@pytest.fixture
def county(db: None) -> None:
    cast.found()


def test_a_book_is_imported_with_an_account_and_exported_again(county: None, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "走访.csv"
    path.write_text(SHEET, encoding="utf-8")
    done = run("import", "enterprise_order", "enterprise_visit", path, "--json")
    assert done.code == 0
    said = json.loads(done.out)
    assert (said["rows"], said["taken"], said["rejected"], said["first"]) == (2, 1, 1, said["last"])
    assert said["reasons"] == [{"line": 3, "reason": "这一行是合计，不是一次活动，不导入；合计由系统算"}]
    assert Path(said["rejects"]).exists()
    again = run("import", "enterprise_order", "enterprise_visit", path)
    assert "共2行。已导入0条，以前已有1行，不能导入1行。" in again.out
    out = run("export", "enterprise_order", "enterprise_visit")
    assert out.out.splitlines()[0] == "台账号,日期,单位,企业,谈了什么,企业提出问题,没有开展,核对说明,补记"
    assert "2022-09-26,装备制造产业链党委,沅澧精密铸造,缺工,2" in out.out
    assert run("verify").code == 0


def test_a_book_there_is_none_of_is_told_with_those_there_are(county: None, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "走访.csv"
    path.write_text(SHEET, encoding="utf-8")
    done = run("import", "enterprise_order", "visits", path)
    assert done.code == 2
    assert "enterprise_visit" in done.err


def test_worksheets_nobody_read_are_named_for_statistics_too(county: None, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "统计值.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("产值")
        page.write_row(0, 0, ("统计值", "单位", "时段", "数值", "来源文件"))
        page.write_row(1, 0, ("产业链产值", "equipment", "2022年1-8月", "1亿元", "月报"))
        book.add_worksheet("去年").write_row(0, 0, ("产值", "1亿元"))
    assert "别的工作表没有读：去年" in run("import", "enterprise_order", "statistics", path).out


def test_statistics_of_every_series_come_and_go_in_one_sheet(county: None, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "统计值.csv"
    path.write_text(
        "统计值,单位,时段,数值,来源文件\n产业链产值,equipment,2022年1-8月,114.1亿元,月报\n"
        "产业链产值增长,equipment,2022年1-8月,9.45%,月报\n产业链产值,equipment,2099年,1亿元,月报\n",
        encoding="utf-8",
    )
    done = run("import", "enterprise_order", "statistics", path, "--json")
    said = json.loads(done.out)
    assert (done.code, said["rows"], said["taken"], said["rejected"]) == (0, 3, 2, 1)
    assert "还没到" in said["reasons"][0]["reason"]
    assert "以前已有2行" in run("import", "enterprise_order", "statistics", path).out
    out = run("export", "enterprise_order", "statistics")
    assert out.out.splitlines()[0].startswith("编号,统计值,单位,时段,数值,计量单位,来源文件")
    assert "装备制造产业链党委,2022-01-01至2022-08-31,9.45,%,月报" in out.out
    assert run("verify").code == 0
