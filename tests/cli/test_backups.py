"""A backup taken while others write is whole at one moment, on either database; what is damaged is not restored."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

COMMAND = [sys.executable, "-m", "bihuan.cli.main"]
UNITS = (
    "单位编码,名称,类型,上级,起\r\nzone,开发区,zone,,2020-01-01\r\n"
    "lx,两新党委,liangxin_committee,zone,2020-01-01\r\nchain,装备产业链党委,chain_committee,lx,2020-01-01\r\n"
)
HEAD = "来源单号,一句话说清,具体情况\r\n"
MAP = ("--set", "desk=chain")


def on_postgres() -> bool:
    return os.environ.get("BIHUAN_DATABASE_URL", "").startswith("postgres")


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Return the addresses of two empty databases of the kind the tests run on."""
    if not on_postgres():
        yield f"sqlite:///{tmp_path / 'a.sqlite3'}", f"sqlite:///{tmp_path / 'b.sqlite3'}"
        return
    import psycopg

    parts = urlsplit(os.environ["BIHUAN_DATABASE_URL"])
    names = [f"bihuan_backup_{os.getpid()}_{one}" for one in "ab"]
    with psycopg.connect(urlunsplit(parts._replace(scheme="postgresql", path="/postgres")), autocommit=True) as server:
        for name in names:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}"')
        yield tuple(urlunsplit(parts._replace(path=f"/{name}")) for name in names)  # type: ignore[misc]
        for name in names:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@dataclass
class Installation:
    """A folder and a database of its own; calling it runs one command there."""

    folder: Path
    url: str

    def __post_init__(self) -> None:
        self.folder.mkdir()
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "BIHUAN_"))}
        media = str(self.folder / "media")
        self.environment = {**kept, "BIHUAN_DATABASE_URL": self.url, "BIHUAN_MEDIA_ROOT": media}

    def __call__(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self.run([*COMMAND, *map(str, arguments)])

    def run(self, command: list[str], room: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command; no file may grow beyond `room` bytes, where given, as on a disk that is full."""
        if room:
            command = ["prlimit", f"--fsize={room}", *command]
        return subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )


def sheet(path: Path, first: int, n: int) -> Path:
    rows = "".join(f"A-{k},第{k}件,开发大道第{k}盏路灯坏了。\r\n" for k in range(first, first + n))
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_a_backup_while_others_write_is_one_moment_and_comes_back_whole(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    here, there = Installation(tmp_path / "a", databases[0]), Installation(tmp_path / "b", databases[1])
    assert here("init").returncode == 0
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    assert here("import", "enterprise_order", "units", tmp_path / "units.csv").returncode == 0
    brought = here("import", "enterprise_order", "enterprise_request", sheet(tmp_path / "0.csv", 0, 20), *MAP)
    assert "已导入20张" in brought.stdout, brought.stderr
    media = tmp_path / "a" / "media" / "ab"
    media.mkdir(parents=True)
    (media / "abcdef").write_bytes(b"photo")
    stop, said = threading.Event(), []

    def write() -> None:
        first = 1000
        while not stop.is_set():
            path = sheet(tmp_path / "more.csv", first, 30)
            said.append(here("import", "enterprise_order", "enterprise_request", path, *MAP))
            first += 30

    writer = threading.Thread(target=write)
    writer.start()
    try:
        taken = [here("backup", tmp_path / f"{n}.bihuan") for n in range(2)]
    finally:
        stop.set()
        writer.join()
    assert [one.returncode for one in taken] == [0, 0], taken[0].stderr
    assert said and all(one.returncode == 0 for one in said), said[0].stderr

    back = there("restore", tmp_path / "1.bihuan")
    assert back.returncode == 0, back.stderr
    checked = there("verify")
    assert checked.returncode == 0 and "没有发现改动" in checked.stdout, checked.stderr
    assert (tmp_path / "b" / "media" / "ab" / "abcdef").read_bytes() == b"photo"
    assert "从备份恢复" in registered(there) and "备份" in registered(here)

    file = tmp_path / "1.bihuan"
    whole = file.read_bytes()
    places = (-2000, -300, -9, -5)  # near the end stand the manifest, what fills up the last block, and the sum of all
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places]
    for damaged in (whole[: len(whole) // 2], *changed, b""):
        file.write_bytes(damaged)
        refused = there("restore", file, "--replace")
        assert (refused.returncode, refused.stdout) == (1, "") and "没有恢复" in refused.stderr
    assert there("verify").stdout.split("条事件")[0] == checked.stdout.split("条事件")[0]


def test_a_backup_is_not_written_over_unless_told_to(databases: tuple[str, str], tmp_path: Path) -> None:
    here = Installation(tmp_path / "a", databases[0])
    here("init")
    (tmp_path / "x.bihuan").write_bytes(b"the only copy")
    refused = here("backup", tmp_path / "x.bihuan")
    assert refused.returncode == 1 and "已经有了，没有备份" in refused.stderr and "--replace" in refused.stderr
    assert (tmp_path / "x.bihuan").read_bytes() == b"the only copy"
    assert here("backup", tmp_path, "--replace").returncode == 1  # a folder is nobody's backup
    assert here("backup", tmp_path / "x.bihuan", "--replace").returncode == 0
    assert here("restore", tmp_path / "x.bihuan", "--replace").returncode == 0


def test_a_file_that_is_no_backup_of_ours_is_refused_in_one_sentence(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    here = Installation(tmp_path / "a", databases[0])
    here("init")
    whole = tmp_path / "x.bihuan"
    assert here("backup", whole).returncode == 0
    newer = changed(whole, lambda told: {**told, "migrations": [*told["migrations"], "store.9999_of_tomorrow"]})
    foreign = {
        "list": changed(whole, lambda _told: []),
        "bare": changed(whole, lambda told: {"sha256": told["sha256"]}),
        "names": changed(whole, lambda told: {**told, "sha256": list(told["sha256"])}),
        "words": changed(whole, lambda told: {**told, "migrations": 3}),
        "photo": b"\xff\xd8\xff\xe0 photo",
        "zip": b"PK\x03\x04 archive",
    }
    for name, data in {**foreign, "newer": newer}.items():
        path = tmp_path / f"{name}.bihuan"
        path.write_bytes(data)
        done = here("restore", path, "--replace")
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), (name, done.stderr)
        assert "没有恢复" in done.stderr and ("更新的版本" in done.stderr) == (name == "newer"), (name, done.stderr)
    assert here("restore", tmp_path, "--replace").returncode == 1
    assert here("doctor").returncode in (0, 1)


def changed(backup: Path, change: Callable[[Any], Any]) -> bytes:
    """Return the backup with another manifest in it."""
    kept = io.BytesIO()
    with tarfile.open(backup) as old, tarfile.open(fileobj=kept, mode="w:gz") as new:
        for entry in old:
            data = old.extractfile(entry).read()  # type: ignore[union-attr]
            if entry.name == "manifest.json":
                data = json.dumps(change(json.loads(data))).encode()
            entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))
    return kept.getvalue()


def test_a_full_disk_is_named_and_leaves_everything_as_it_was(databases: tuple[str, str], tmp_path: Path) -> None:
    here = Installation(tmp_path / "a", databases[0])
    here("init")
    good = tmp_path / "good.bihuan"
    assert here("backup", good).returncode == 0
    room = 20_000 if on_postgres() else 100_000  # SQLite needs some to open what it only reads
    for command in (("backup", tmp_path / "x.bihuan"), ("restore", good, "--replace")):
        done = here.run([*COMMAND, *map(str, command)], room=room)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.stderr
        assert "写不进去" in done.stderr or "pg_dump 没有完成" in done.stderr, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if "bihuan" in path.name) == ["good.bihuan"]
    assert "没有发现改动" in here("verify").stdout


def registered(ran: Installation) -> str:
    """Return what the register says was done, by asking the installation itself."""
    script = (
        "from bihuan.cli import console; console.ready()\n"
        "from bihuan.store import register\nfrom bihuan.words.network import verb_name\n"
        "print([verb_name(e.verb) for e in register.last('setup', ('backed_up', 'restored'), 9)])"
    )
    done = ran.run([sys.executable, "-c", script])
    return done.stdout + done.stderr


def test_doctor_tells_the_age_of_the_last_backup(databases: tuple[str, str], tmp_path: Path) -> None:
    here = Installation(tmp_path / "a", databases[0])
    here("init")
    assert "还没有用 bihuan backup 备份过" in here("doctor").stdout
    assert here("backup", tmp_path / "x.bihuan").returncode == 0
    assert "最近的备份是x.bihuan，0天前" in here("doctor").stdout
