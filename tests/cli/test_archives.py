"""`bihuan archive` lists before it closes, closes once, and writes a package that `bihuan verify` can check."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bihuan.store import clock
from tests import cast, lives
from tests.cli.conftest import Run

STRUCK_OFF = (*lives.CHECKED, lives.GOOD, lives.CLOSE)


@pytest.fixture
def number(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> str:
    settings.MEDIA_ROOT = tmp_path / "media"
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: datetime(2023, 2, 1, 2, 0, tzinfo=UTC))
    return lives.played(STRUCK_OFF)[0].number


def test_a_dry_run_lists_and_changes_nothing(run: Run, number: str) -> None:
    for _ in range(2):
        done = run("archive", "2022", "--dry-run")
        assert done.code == 0
        assert "2022年可以归档1件，已归档0件" in done.out and "保管30年  1" in done.out and "什么也没有改" in done.out
    assert json.loads(run("archive", "2022", "--dry-run", "--json").out)["ready"] == {"thirty_years": 1}


def test_a_year_is_closed_once_and_its_package_checks(run: Run, number: str, tmp_path: Path) -> None:
    path = tmp_path / "2022.zip"
    done = run("archive", "2022", "--package", path)
    assert done.code == 0, done.err
    assert "2022年已归档1件，从现在起只读" in done.out and "指纹 SHA-256：" in done.out
    again = run("archive", "2022")
    assert again.code == 1 and "2022年度已经归档（2月1日），共1件，没有新的可以归档" in again.err
    assert run("archive", "2022", "--package", tmp_path / "again.zip").code == 0
    checked = run("verify", "--package", path)
    assert checked.code == 0 and "移交包完好：2022年度1件" in checked.out and "本系统的登记里有这份包" in checked.out
    assert run("verify").code == 0


def test_a_damaged_package_and_none_at_all_each_get_their_sentence(run: Run, number: str, tmp_path: Path) -> None:
    path = tmp_path / "2022.zip"
    run("archive", "2022", "--package", path)
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    damaged = run("verify", "--package", path)
    assert damaged.code == 1 and ("被改过" in damaged.err or "已损坏" in damaged.err)
    assert "读不出来" in run("verify", "--package", tmp_path / "none.zip").err
    assert "没有做移交包" in run("archive", "2022", "--package", tmp_path / "no" / "folder.zip").err


def test_a_running_year_and_a_year_that_is_none_are_refused(run: Run, number: str) -> None:
    running = run("archive", "2023")
    assert running.code == 1 and "2023年还没有过完，2024-01-01起可以归档" in running.err
    assert run("archive", "22").code == 2
    assert "没有可以归档的单" in run("archive", "2021").err
