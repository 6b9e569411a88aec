"""Each command does one thing, says it in Chinese, and ends with 0, 1 or 2; never with a traceback."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bihuan.cli import console, main
from bihuan.core.permission import SYSTEM
from bihuan.store import bulk, people, versions
from bihuan.store import orders as rows
from tests import cast
from tests.cli.conftest import Run

PACK = cast.PROGRAMMES / "enterprise_order"
MAP = ("--map", "标题=title", "--map", "内容=facts", "--map", "编号=source_number")
SHEET = "编号,标题,内容,类型\r\nA-1,路灯不亮,开发大道路灯坏了。,招工\r\nA-2,缺技工,,招工\r\nA-3,想贷款,流动资金紧。,打架\r\n"


@pytest.fixture
def county(db: None) -> None:
    cast.found()


@pytest.fixture
def old_ledger(tmp_path: Path) -> Path:
    path = tmp_path / "旧台账.csv"
    path.write_bytes(SHEET.encode("gb18030"))
    return path


def bring(run: Run, path: Path, *more: str) -> Any:
    return run("import", "enterprise_order", "enterprise_request", path, *MAP, "--set", "desk=equipment", *more)


# ---- import, export, verify ----
def test_an_import_tells_every_row_and_writes_the_rest_beside_the_file(
    county: None, run: Run, old_ledger: Path
) -> None:
    done = bring(run, old_ledger, "--map", "类型=category")
    assert done.code == 0
    assert "共3行。已导入1张，以前已有0行，不能导入2行。" in done.out
    beside = Path(f"{old_ledger}.rejected.xlsx")
    assert str(beside) in done.out
    from bihuan.actions.sheets import read_sheet

    left = read_sheet(beside)
    assert [row.cells["原行号"] for row in left.rows] == ["3", "4"]
    assert "缺“具体情况”" in left.rows[0].cells["未导入原因"]
    assert "打架" in left.rows[1].cells["未导入原因"]
    assert left.header[2:] == ("编号", "标题", "内容", "类型")


def test_where_the_rest_cannot_be_written_the_account_is_told_all_the_same(
    county: None, run: Run, old_ledger: Path, tmp_path: Path
) -> None:
    done = bring(run, old_ledger, "--rejects", str(tmp_path / "none" / "x.xlsx"))
    assert done.code == 1 and "已导入2张" in done.out
    assert "不能导入的1行写不进" in done.err and "--rejects" in done.err and len(done.err.splitlines()) == 1
    refused = run("export", "enterprise_order", "enterprise_request", "--out", tmp_path / "none" / "x.xlsx")
    assert refused.code == 1 and "写不进去" in refused.err and "系统出错" not in refused.err


def test_a_mended_sheet_of_rejects_is_taken_and_leaves_none(county: None, run: Run, old_ledger: Path) -> None:
    bring(run, old_ledger)
    from bihuan.actions.sheets import read_sheet, write_sheet

    beside = Path(f"{old_ledger}.rejected.xlsx")
    left = read_sheet(beside)
    mended = [{**row.cells, "内容": "缺20名焊工。"} for row in left.rows]
    write_sheet(beside, left.header, [tuple(row.values()) for row in mended])
    done = bring(run, beside)
    assert "已导入1张" in done.out
    assert "未导入原因" not in done.out
    assert not Path(f"{beside}.rejected.xlsx").exists()


def test_an_import_as_json_counts_what_the_sentences_count(county: None, run: Run, old_ledger: Path) -> None:
    told = json.loads(bring(run, old_ledger, "--json", "--dry-run").out)
    assert (told["rows"], told["taken"], told["rejected"], told["dry_run"]) == (3, 2, 1, True)
    assert told["reasons"] == [{"line": 3, "reason": "缺“具体情况”"}]
    assert bulk.total() == 0


def test_an_export_comes_back_as_it_went(county: None, run: Run, old_ledger: Path, tmp_path: Path) -> None:
    bring(run, old_ledger)
    first = list(csv.reader(io.StringIO(run("export", "enterprise_order", "enterprise_request").out)))
    out = tmp_path / "全部.xlsx"
    assert "已导出2行" in run("export", "enterprise_order", "enterprise_request", "--out", out).err
    again = run("import", "enterprise_order", "enterprise_request", out)
    assert "已导入0张，以前已有2行" in again.out
    assert "没有导入的2行连同原因在" in again.out
    assert len(first) == 3
    assert first[0][0] == "一句话说清"


def test_units_and_holders_come_and_go_as_sheets(county: None, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "单位.csv"
    path.write_text(
        "单位编码,名称,类型,上级,起\r\nnew_bureau,新局,department,zone,2022-01-01\r\nx,错,none,zone,2022-01-01\r\n",
        "utf-8",
    )
    done = run("import", "enterprise_order", "units", path)
    assert (done.code, "取了1行" in done.out, "没取1行" in done.out) == (0, True, True)
    exported = tmp_path / "units.xlsx"
    assert run("export", "enterprise_order", "units", "--out", exported).code == 0
    again = run("import", "enterprise_order", "units", exported)
    assert "取了0行" in again.out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("import", "none", "enterprise_request", "x.csv"), 2, "没有项目“none”"),
        (
            ("import", "enterprise_order", "none", "x.csv"),
            2,
            "这个项目里没有“none”，可写：enterprise_request、investment_lead、",
        ),
        (("import", "enterprise_order", "enterprise_request", "nowhere.csv"), 1, "找不到文件“nowhere.csv”"),
        (("import", "enterprise_order", "enterprise_request", "x.csv", "--map", "标题"), 2, "看不懂"),
        (("import", "enterprise_order", "enterprise_request", "x.csv", "--value", "a=b"), 2, "看不懂"),
        (("import", "enterprise_order", "enterprise_request", "x.csv", "--zone", "Mars"), 2, "没有时区"),
        (("export", "enterprise_order", "enterprise_request", "--out", "x.doc"), 2, "请以 .xlsx 或 .csv 结尾"),
        (("verify", "--receipt", "nowhere"), 1, "读不出来"),
        (("token", "revoke", "none"), 1, "没有叫“none”的有效令牌"),
        (("user", "add", "张三", "--post", "none", "--unit", "人社局"), 1, "none"),
        (("simulate", "none", "--orders", "1"), 2, "没有项目“none”"),
        (("simulate", "enterprise_order", "--orders", "x"), 2, "正整数"),
        (("pack", "publish", "/nowhere"), 1, "没有发布"),
        (("restore", "/nowhere.bihuan", "--replace"), 1, "找不到备份"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_the_right_code(
    county: None,
    run: Run,
    arguments: tuple[str, ...],
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.code == code, done
    assert says in done.err
    assert "Traceback" not in done.err


def test_verify_says_what_was_recomputed_and_names_the_first_broken_link(
    county: None, run: Run, old_ledger: Path
) -> None:
    bring(run, old_ledger)
    sound = run("verify")
    assert (sound.code, "2张单、2条事件" in sound.out) == (0, True)
    assert json.loads(run("verify", "--json").out)["ok"] is True
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_order SET title = '改过' WHERE number = 'QD2022-0001' OR number LIKE '%-0001'")
    broken = run("verify")
    assert broken.code == 1
    assert "title" in broken.err
    assert len(broken.err.strip().splitlines()) == 1


def test_a_receipt_stands_until_the_record_is_changed(county: None, run: Run, old_ledger: Path, tmp_path: Path) -> None:
    bring(run, old_ledger)
    from bihuan.actions.seals import receipt

    number = rows.number_of_source("import", "A-1")
    path = tmp_path / "回执.txt"
    path.write_text(receipt(rows.by_number(number, seen_by=SYSTEM).order, 1), encoding="utf-8")
    assert run("verify", "--receipt", path).code == 0
    path.write_text(path.read_text(encoding="utf-8").replace('"seq":1', '"seq":2'), encoding="utf-8")
    forged = run("verify", "--receipt", path)
    assert (forged.code, "改过" in forged.err) == (1, True)


# ---- people ----
def test_a_user_is_appointed_and_can_sign_in_with_the_password_shown_once(county: None, run: Run) -> None:
    done = run("user", "add", "张小明", "--post", "handler", "--unit", "人社局", "--username", "zhangxm")
    assert done.code == 0, done.err
    password = done.out.strip().rpartition("：")[2]
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(username="zhangxm")
    assert user.check_password(password)
    assert people.actor_of(user, None, versions_now()) is not None
    again = run("user", "add", "张小明", "--post", "handler", "--unit", "人社局")
    assert again.code == 0
    user.refresh_from_db()
    assert not user.check_password(password)
    names = [row["username"] for row in json.loads(run("user", "list", "--json").out)]
    assert names.count("zhangxm") == 1


def test_a_dispatcher_set_up_with_what_they_look_after_sees_its_orders(
    county: None, run: Run, old_ledger: Path
) -> None:
    bring(run, old_ledger)
    unit = ("--unit", "liangxin", "--covers", "装备制造产业链党委")
    run("user", "add", "另一位", "--post", "dispatcher", *unit)  # who has a post of the kind keeps it
    done = run("user", "add", "新来的", "--post", "dispatcher", *unit)
    assert done.code == 0, done.err
    text = run("token", "add", "新来的").out.strip()
    from bihuan.actions.tokens import actor_of_token

    bearer = actor_of_token(text, versions_now())
    assert bearer is not None
    assert bearer.actor.covers == {"equipment"}


def versions_now() -> Any:
    from bihuan.store import clock

    versions.forget()
    return clock.now()


def test_a_token_is_shown_once_alone_on_the_output_and_can_be_revoked(county: None, run: Run) -> None:
    done = run("token", "add", "脚本", "--person", "周敏")
    assert done.code == 0, done.err
    text = done.out.strip()
    from bihuan.actions.tokens import actor_of_token

    bearer = actor_of_token(text, versions_now())
    assert bearer is not None
    assert bearer.actor.person == "zhou"
    assert text not in run("token", "list", "--json").out
    assert run("token", "add", "脚本", "--person", "周敏").code == 1
    assert run("token", "revoke", "脚本").code == 0
    assert actor_of_token(text, versions_now()) is None


# ---- packs ----
def test_a_pack_check_names_file_and_line_of_every_fault(run: Run, tmp_path: Path) -> None:
    assert run("pack", "new", "tree_chief", "--into", tmp_path).code == 0
    assert run("pack", "check", tmp_path / "tree_chief").code == 0
    path = tmp_path / "tree_chief" / "programme.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\nnonsense = 1\n", encoding="utf-8")
    done = run("pack", "check", tmp_path / "tree_chief", PACK)
    assert done.code == 1
    line = done.out.splitlines()[0]
    assert "programme.toml:" in line
    assert line.split(":")[1].isdigit()
    told = json.loads(run("pack", "check", tmp_path / "tree_chief", PACK, "--json").out)
    assert [bool(row["faults"]) for row in told] == [True, False]


def test_a_pack_is_published_once_a_content(county: None, run: Run) -> None:
    assert run("pack", "publish", PACK).out.startswith("内容没有变，仍是 enterprise_order@1")


# ---- the rest ----
def test_doctor_tells_what_is_well_and_what_is_not(county: None, run: Run, settings: Any) -> None:
    settings.DEBUG = True
    done = run("doctor", "--json")
    found = json.loads(done.out)
    assert done.code == 1
    assert {one["state"] for one in found} <= {"ok", "note", "bad"}
    assert any("BIHUAN_DEBUG" in one["sentence"] and one["state"] == "bad" for one in found)
    assert any(one["check"] == "数据库" and one["state"] == "ok" for one in found)


def test_a_bug_is_a_number_on_the_terminal_and_a_trace_in_the_file(
    county: None, run: Run, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("bihuan.actions.verify.verify", lambda **_: 1 / 0)
    done = run("verify")
    assert (done.code, done.out) == (1, "")
    assert "Traceback" not in done.err
    kept = (settings.VAR / "faults.log").read_text(encoding="utf-8")
    number = kept.partition("[")[2].partition("]")[0]
    assert f"编号{number}" in done.err
    assert "ZeroDivisionError" in kept


def test_every_command_explains_itself(run: Run) -> None:
    (commands,) = (one for one in main.parser()._actions if isinstance(one, argparse._SubParsersAction))
    assert len(commands.choices) > 20
    for name in commands.choices:
        done = run(name, "--help")
        assert (done.code, done.out.startswith("用法：")) == (0, True), name
    assert run("nothing").code == 2
    assert run().code == 2


def test_help_follows_the_locale() -> None:
    def said(**environment: str) -> str:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "BIHUAN_"))}
        command = [sys.executable, "-m", "bihuan.cli.main", "due", "--help"]
        return subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, check=True).stdout

    assert said(LANG="zh_CN.UTF-8").startswith("用法：")
    assert said(LANG="en_US.UTF-8").startswith("usage:")
    assert said().startswith("用法：")
    assert said(BIHUAN_LANGUAGE="en").startswith("usage:")


def test_a_reader_who_has_enough_is_no_fault() -> None:
    command = [sys.executable, "-m", "bihuan.cli.main", "due", "2022-09-30 16:00", "2 workdays", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1


def test_help_loads_no_django() -> None:
    code = "import sys; from bihuan.cli.main import main; main(['--help']); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_bar_is_drawn_on_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with console.bar(10, "导入") as quiet:
        quiet.at(10)
    assert capsys.readouterr().err == ""
    with console.bar(10, "导入") as shown:
        monkeypatch.setattr(shown, "live", True)
        shown.at(5)
        shown.at(10)
    assert "10/10" in capsys.readouterr().err


def test_modules_of_the_commands_all_exist() -> None:
    assert main.parser().prog == "bihuan"
