"""A fresh folder becomes an installation that serves, is backed up while it serves, and comes back whole."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bihuan.actions import demo
from bihuan.cli import installation
from tests import cast, lives

Bihuan = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = [sys.executable, "-m", "bihuan.cli.main"]
SHEET = "来源单号,一句话说清,具体情况\r\nA-1,路灯不亮,开发大道路灯坏了。\r\nA-2,缺技工,缺20名焊工。\r\n"
UNITS = (
    "单位编码,名称,类型,上级,起\r\nzone,开发区,zone,,2020-01-01\r\n"
    "lx,两新党委,liangxin_committee,zone,2020-01-01\r\nchain,装备产业链党委,chain_committee,lx,2020-01-01\r\n"
)


def environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "BIHUAN_"))}
    return {
        **kept,
        "BIHUAN_DATABASE_URL": f"sqlite:///{folder / 'data.sqlite3'}",
        "BIHUAN_MEDIA_ROOT": str(folder / "media"),
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def bihuan(tmp_path: Path) -> Bihuan:
    """Return a function that runs a command on an installation of its own below the test's folder."""

    def ran(*arguments: object, at: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        at.mkdir(exist_ok=True)
        command = [*COMMAND, *map(str, arguments)]
        return subprocess.run(command, env=environment(at), cwd=at, capture_output=True, text=True, check=False)

    return ran


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database that was made once by `bihuan init`."""
    folder = tmp_path_factory.mktemp("template")
    subprocess.run([*COMMAND, "init"], env=environment(folder), cwd=folder, capture_output=True, check=True)
    return folder / "data.sqlite3"


@pytest.fixture
def installed(template: Path, tmp_path: Path) -> Path:
    """Return a folder with an installation in it."""
    shutil.copy(template, tmp_path / "data.sqlite3")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(SHEET, encoding="utf-8")
    return tmp_path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in found.split()]


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as one:
        try:
            until = time.monotonic() + 60
            while answer(port) != "ok":
                assert one.poll() is None, one.stdout and one.stdout.read()
                assert time.monotonic() < until
                time.sleep(0.2)
            yield one
        finally:
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
                one.wait(40)


def answer(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as found:
            return str(found.read().decode())
    except OSError:
        return ""


def test_without_a_database_commands_say_what_to_run_first(bihuan: Bihuan) -> None:
    for command in (("verify",), ("serve", "--port", free_port()), ("work",), ("import", "x", "y", "z.csv")):
        done = bihuan(*command)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.strip() == "数据库还没建好，请先运行 bihuan init。"


def test_init_may_be_repeated_and_publishes_once(bihuan: Bihuan) -> None:
    first, again = bihuan("init"), bihuan("init")
    assert (first.returncode, again.returncode) == (0, 0), first.stderr
    assert "已发布项目：enterprise_order@1" in first.stdout
    assert "已发布" not in again.stdout


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://x/y", "只认 sqlite:/// 和 postgres://"),
        ("postgres://nobody@127.0.0.1:1/none", "数据库连不上"),
        ("postgres://nobody@127.0.0.1:port/none", "看不懂，请核对主机和端口"),
        ("postgres://[::1/none", "看不懂，请核对主机和端口"),
        ("sqlite:////proc/none/x.sqlite3", ""),
    ],
)
def test_a_database_that_cannot_be_had_is_one_sentence(url: str, says: str, tmp_path: Path) -> None:
    given = {**environment(tmp_path), "BIHUAN_DATABASE_URL": url}
    done = subprocess.run([*COMMAND, "init"], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_time_zone_there_is_none_of_is_named(tmp_path: Path) -> None:
    given = {**environment(tmp_path), "BIHUAN_TIME_ZONE": "Mars"}
    done = subprocess.run([*COMMAND, "doctor"], env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "BIHUAN_TIME_ZONE 没有时区“Mars”，要写 Asia/Shanghai 这样。\n"


def test_it_serves_with_a_worker_beside_refuses_a_used_port_and_ends_whole(bihuan: Bihuan, installed: Path) -> None:
    port = free_port()
    with serving(installed, port) as server:
        below = children(server.pid)
        shown = subprocess.run(
            ["ps", "-o", "args=", *map(str, below)], capture_output=True, text=True, check=False
        ).stdout
        assert "bihuan.main" in shown
        second = bihuan("serve", "--port", port)
        assert (second.returncode, f"端口{port}已有程序在用" in second.stderr) == (1, True)
        server.send_signal(signal.SIGTERM)
        server.wait(40)
        assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []
    assert bihuan("serve", "--port", "99999").returncode == 2


def test_a_first_visit_with_a_telephone_weighs_at_most_forty_kilobytes_on_the_wire(installed: Path) -> None:
    port = free_port()

    def brought(place: str) -> tuple[bytes, int, str]:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{place}", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(asked, timeout=20) as found:
            body, packed = found.read(), found.headers.get("Content-Encoding") == "gzip"
            whole = gzip.decompress(body) if packed else body
            return whole, len(str(found.headers)) + len(body), str(found.headers["Cache-Control"])

    with serving(installed, port):
        page, weight, _ = brought("/p/enterprise_order/new/")
        parts = sorted(set(re.findall(r"/static/[^\"?]+", page.decode())))
        assert len(parts) >= 3
        for _whole, more, kept in map(brought, parts):
            weight += more
            assert "immutable" in kept  # their names say what is in them: nobody asks twice
    assert weight <= 40 * 1024


def test_a_worker_ends_with_the_server_it_was_started_by(bihuan: Bihuan, installed: Path) -> None:
    with serving(installed, free_port()) as server:
        [worker] = [pid for pid in children(server.pid) if b"bihuan.main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        others = [pid for pid in children(server.pid) if pid != worker]
        server.kill()
        until = time.monotonic() + 20
        while Path(f"/proc/{worker}").exists() and time.monotonic() < until:
            time.sleep(0.2)
        assert not Path(f"/proc/{worker}").exists()
        for pid in others:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, signal.SIGKILL)


def test_a_backup_taken_while_serving_comes_back_and_a_damaged_one_does_not(bihuan: Bihuan, installed: Path) -> None:
    assert bihuan("import", "enterprise_order", "units", "units.csv").returncode == 0
    media = installed / "media" / "ab"
    media.mkdir(parents=True)
    (media / "abcdef").write_bytes(b"photo")
    with serving(installed, free_port()):
        taken = bihuan("import", "enterprise_order", "enterprise_request", "orders.csv")
        assert "已导入2张" in taken.stdout, taken.stderr
        assert bihuan("backup", "b.bihuan").returncode == 0
    file = installed / "b.bihuan"
    elsewhere = installed / "elsewhere"
    back = bihuan("restore", file, at=elsewhere)
    assert back.returncode == 0, back.stderr
    assert "2张单" in bihuan("verify", at=elsewhere).stdout
    assert (elsewhere / "media" / "ab" / "abcdef").read_bytes() == b"photo"

    again = bihuan("restore", file, at=elsewhere)
    assert (again.returncode, "--replace" in again.stderr) == (1, True)
    whole = file.read_bytes()
    other = bytes([whole[-2000] ^ 1])  # any fixed byte might be the one that stands there
    for damaged in (whole[: len(whole) // 2], whole[:-2000] + other + whole[-1999:], b"", b"no archive at all"):
        file.write_bytes(damaged)
        refused = bihuan("restore", file, "--replace", at=elsewhere)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "没有恢复" in refused.stderr
    assert "2张单" in bihuan("verify", at=elsewhere).stdout


def test_the_demonstration_does_not_lie_over_real_orders(bihuan: Bihuan, installed: Path) -> None:
    bihuan("import", "enterprise_order", "units", "units.csv")
    bihuan("import", "enterprise_order", "enterprise_request", "orders.csv")
    done = bihuan("init", "--demo")
    assert (done.returncode, "不能再放演示县" in done.stderr) == (1, True)


@pytest.mark.django_db
def test_a_new_demonstration_county_has_had_its_programmes_since_it_was_founded() -> None:
    assert installation._begins(True) == demo.FOUNDED
    assert installation._begins(False) > demo.EPOCH
    cast.found()
    lives.played(lives.ACCEPTED)
    assert installation._begins(True) > demo.EPOCH  # real orders: nothing is laid over them
