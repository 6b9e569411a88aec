"""`bihuan doctor` notices a worker that does not run, a backup that is too old, and a calendar without next year."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bihuan.actions.register import SETUP, note
from bihuan.core.permission import SYSTEM
from bihuan.jobs.worker import Worker
from bihuan.store import clock
from bihuan.words import status
from tests import cast, lives
from tests.cli.conftest import Run


@pytest.fixture
def county(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


def said(run: Run, check: str) -> list[tuple[str, str]]:
    found = json.loads(run("doctor", "--json").out)
    return [(one["state"], one["sentence"]) for one in found if one["check"] == check]


def test_records_nobody_was_told_of_for_a_quarter_of_an_hour_say_that_no_worker_runs(
    county: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives.submitted()
    assert said(run, "后台") == [("note", "没有积压。后台还没有跑过，bihuan serve 或 bihuan work 跑起来就有。")]
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(minutes=20))
    [(state, sentence)] = said(run, "后台")
    assert state == "bad" and "有1条记录过了15分钟还没发通知" in sentence and "bihuan work" in sentence


def test_a_worker_that_stopped_is_told_before_anything_is_late(
    county: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Worker().round(cast.NOW)
    [(state, sentence)] = said(run, "后台")
    assert state == "ok" and sentence.startswith("没有积压，最近一轮")
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(minutes=20))
    [(state, sentence)] = said(run, "后台")
    assert state == "bad" and "后台没有在跑" in sentence


def test_an_old_backup_is_to_be_mended_and_a_fresh_one_is_well(
    county: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(run, "备份")[0][0] == "note"
    note(SETUP, actor=SYSTEM, verb="backed_up", facts={"file": "周一.bihuan", "digest": "0"}, now=cast.NOW)
    assert said(run, "备份") == [("ok", "最近的备份是周一.bihuan，0天前")]
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(days=5))
    [(state, sentence)] = said(run, "备份")
    assert state == "bad" and "已是5天前" in sentence


def test_what_the_search_has_not_indexed_is_told_and_much_of_it_is_to_be_mended(
    county: None, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(run, "搜索") == [("ok", "检索没有积压")]
    lives.submitted()
    assert said(run, "搜索") == [("note", "有1条记录待编进检索，搜索已把它们算在内")]
    monkeypatch.setattr(status, "MANY", 1)
    assert said(run, "搜索")[0][0] == "bad"
