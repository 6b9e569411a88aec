"""The scripts behind the Makefile: what they promise to a machine that lacks something."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import browser, check, environment, postgres, suite

ROOT = Path(__file__).resolve().parents[2]
BESIDE = [sys.executable, "scripts/postgres.py", sys.executable, "-c"]


def test_a_command_beside_postgresql_gets_a_database_of_its_own_and_nothing_is_left() -> None:
    script = (
        "import os, psycopg; c = psycopg.connect(os.environ['BIHUAN_DATABASE_URL']);"
        "print(c.execute('show data_directory').fetchone()[0], c.info.server_version // 10000); raise SystemExit(7)"
    )
    done = subprocess.run([*BESIDE, script], cwd=ROOT, capture_output=True, text=True, env=_bare())
    assert done.returncode == 7, done.stderr
    folder, version = done.stdout.split()
    assert int(version) >= 15
    assert not Path(folder).exists()


def test_a_given_postgresql_is_used_instead() -> None:
    given = {**_bare(), "BIHUAN_TEST_POSTGRES_URL": "postgresql://somebody@elsewhere/x"}
    script = "import os; print(os.environ['BIHUAN_DATABASE_URL'])"
    done = subprocess.run([*BESIDE, script], cwd=ROOT, capture_output=True, text=True, env=given)
    assert done.stdout.strip() == "postgresql://somebody@elsewhere/x"


def test_a_postgresql_that_cannot_start_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BIHUAN_TEST_POSTGRES_URL", raising=False)
    monkeypatch.setattr(postgres, "_binaries", lambda home, user: Path("/bin/false").parent)
    monkeypatch.setattr(postgres, "_run", _refuse)
    assert postgres.main(["true"]) == 1
    assert capsys.readouterr().err.strip() == "PostgreSQL 没能准备好：没有地方"


def test_an_old_python_is_told_its_age(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as stopped:
        environment.main(["core"])
    assert stopped.value.code == 1
    assert "3.9.2" in capsys.readouterr().err


def test_the_stamp_changes_with_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "core.txt"
    lock.write_text("one==1")
    before = environment.fingerprint(lock)
    lock.write_text("one==2")
    assert environment.fingerprint(lock) != before


def test_a_browser_that_is_not_there_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_CHROMIUM", "/nowhere/chromium")
    assert browser.chromium() is None
    assert "chromium" in browser.missing()


def test_a_chromium_without_a_window_is_taken_before_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BIHUAN_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("chromium", browser.SHELL):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho Chromium 1\n")
        program.chmod(0o755)
        assert browser.chromium() == str(program)


def test_a_chromium_without_a_window_is_installed_where_it_is_to_be_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BIHUAN_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "chromium").write_text("#!/bin/sh\necho Chromium 1\n")
    (tmp_path / "chromium").chmod(0o755)
    done: list[tuple[str, ...]] = []
    monkeypatch.setattr(browser, "_apt", lambda *words: done.append(words))
    monkeypatch.setattr(browser, "_output", lambda command: "yes")
    browser._install([], fresh=False)
    assert done == [("install", "-y", "--no-install-recommends", browser.SHELL)]
    monkeypatch.setattr(browser, "_output", lambda command: "" if command[0] == "apt-cache" else "yes")
    browser._install(["chromium"], fresh=True)
    assert [words[0] for words in done[1:]] == ["update", "install"] and done[-1][-1] == "chromium"
    monkeypatch.setenv("BIHUAN_CHROMIUM", "/nowhere/chromium")
    monkeypatch.setattr(browser, "_output", lambda command: "yes")
    assert not browser.shell_on_offer()


def test_every_test_belongs_to_a_stage() -> None:
    places = [(database, marks, where) for stage in suite.STAGES.values() for database, marks, where in stage]
    for database in ("SQLite", "PostgreSQL"):
        of_it = {marks: where for name, marks, where in places if name == database}
        assert {suite.FAST, "long"} <= set(of_it) and of_it["long"] == []
        left_out = {word.partition("=")[2] for word in of_it[suite.FAST]}
        assert left_out == {"tests/browser", *(suite.PURE if database == "PostgreSQL" else ())}
    assert ("PostgreSQL", "browser and not long", suite.IN_BROWSER) in places
    word = "mark." + "browser"
    marked = {path for path in (ROOT / "tests").rglob("test_*.py") if word in path.read_text("utf-8")}
    assert marked == set((ROOT / suite.BROWSER).glob("test_*.py"))


def test_what_runs_on_one_database_alone_asks_for_none() -> None:
    # pytest-django keeps a test that does not ask from any database.
    asks = re.compile(r"django_db|\b(transactional_)?db\b: |live_server|DATABASE_URL|subprocess")
    paths = [path for folder in suite.PURE for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(paths) > 20
    assert [path for path in paths if asks.search(path.read_text("utf-8"))] == []


def test_every_check_names_a_program_that_the_set_up_installed() -> None:
    assert [command[0] for command in check.commands().values() if not Path(command[0]).exists()] == []


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}


def _refuse(command: object, user: str | None) -> None:
    raise postgres.Unavailable("PostgreSQL 没能准备好：没有地方")
