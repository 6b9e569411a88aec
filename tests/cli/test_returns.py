"""`bihuan return` writes a filled copy beside the source's sheet and says what became of every row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import load_workbook

from tests import cast
from tests.actions.returning import NAME, ROWS, answered, brought, workbook
from tests.cli.conftest import Run
from tests.web.lives import set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    cast.found()
    path = tmp_path / NAME
    path.write_bytes(workbook((*ROWS, ("2022-0914-900", "别处", "不是我们的"))))
    _order, now = answered(brought(workbook())[0])
    set_clock(now)
    return path


def test_a_sheet_goes_back_from_the_command_line(run: Run, sheet: Path) -> None:
    before = sheet.read_bytes()
    assert "预演：可回填1行，没有填3行，共4行" in run("return", "enterprise_order", "hotline", sheet, "--dry-run").out
    assert not sheet.with_suffix(".filled.xlsx").exists()
    done = run("return", "enterprise_order", "hotline", sheet)
    assert done.code == 0, done.err
    assert "第7行：没有来源单号是2022-0914-900的单" in done.out
    filled = sheet.with_suffix(".filled.xlsx")
    assert "路灯已换，今晚亮灯。" in load_workbook(str(filled)).get_sheet_by_name("派单").to_python()[3]
    assert sheet.read_bytes() == before
    rest = load_workbook(str(sheet.with_suffix(".left.xlsx"))).get_sheet_by_index(0).to_python()
    assert [line[0] for line in rest[1:]] == ["5", "6", "7"]
    told = json.loads(run("return", "enterprise_order", "hotline", sheet, "--json").out)
    assert (told["filled"], told["left"], told["rows"][0]["code"]) == (1, 3, "again")


def test_what_is_written_wrongly_is_said_and_nothing_is_written(run: Run, sheet: Path, tmp_path: Path) -> None:
    assert run("return", "enterprise_order", "hotline", sheet, "--out", sheet).code == 2
    assert run("return", "none", "hotline", sheet).code == 2
    wrong = run("return", "enterprise_order", "officer", sheet)
    assert wrong.code == 1 and "请选一个外部来源，可选：12345热线、上级交办" in wrong.err
    lost = run("return", "enterprise_order", "hotline", tmp_path / "没有.xlsx")
    assert lost.code == 1 and "没有.xlsx" in lost.err
    assert run("return", "enterprise_order", "hotline", sheet, "--map", "x").code == 2
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file() and one.suffix == ".xlsx") == [NAME]
