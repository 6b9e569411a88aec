"""The offline bundle installs where there is no network, answers, upgrades after a backup, refuses a changed byte."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from scripts import bundle

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"
# Serves in a network namespace that has nothing but its own loopback, and asks it from within.
SERVE = """
ip link set lo up
"$1/bihuan" serve --port 8321 >"$1/serve.log" 2>&1 &
serve=$!
python3 - <<'END'
import time, urllib.request
for _ in range(120):
    try:
        print(urllib.request.urlopen("http://127.0.0.1:8321/healthz", timeout=5).read().decode())
        break
    except OSError:
        time.sleep(0.5)
END
kill $serve; wait $serve
"""


# ---- without building anything ----
def test_every_locked_library_is_asked_for_with_its_hashes() -> None:
    found = bundle.pins(bundle.LOCK.read_text(encoding="utf-8"))
    assert {"django", "granian", "psycopg-binary", "cryptography"} <= set(found)
    assert all("--hash=sha256:" in pin for pin in found.values())


def test_the_parts_name_no_host_and_leave_no_mark_unfilled() -> None:
    known = {"@ARCH@", "@PYTHONS@", "@VERSION@", "@DIR@"}
    for part in bundle.PARTS.iterdir():
        text = part.read_text(encoding="utf-8")
        assert "://" not in text.replace("http://127.0.0.1:8000", "").replace("https://$host", "").replace(
            "https://bihuan.example.gov.cn", ""
        ).replace("postgres://bihuan:口令@127.0.0.1:5432/bihuan", ""), part.name
        left = text
        for mark in known:
            left = left.replace(mark, "")
        assert "@" not in left.replace("口令@127", "").replace('"$@"', ""), part.name


def test_the_installer_is_a_plain_shell_script_without_faults() -> None:
    for name in ("install.sh", "bihuan"):
        assert subprocess.run(["sh", "-n", str(bundle.PARTS / name)], check=False).returncode == 0


# ---- the whole of it ----
def offline(command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command where there is no network at all."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR")}
    unshared = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    return subprocess.run(
        [*unshared, *command], env={**kept, **more}, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle of this machine, made and unpacked."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, str(ROOT / "scripts" / "bundle.py"), "--out", str(out)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    with tarfile.open(next(out.glob("*.tar.gz"))) as archive:
        archive.extractall(out)
    return out / f"bihuan-{bundle.version()}-linux-{platform.machine()}"


@pytest.mark.long
def test_it_installs_without_a_network_answers_and_upgrades_after_a_backup(unpacked: Path, tmp_path: Path) -> None:
    to = tmp_path / "opt"
    done = offline(["sh", str(unpacked / "install.sh"), str(to)])
    assert done.returncode == 0, done.stderr
    assert "已建立数据库" in done.stdout and "已发布项目：enterprise_order@1" in done.stdout
    assert f"{to}/bihuan serve" in done.stdout
    answered = offline(["sh", "-c", SERVE, "sh", str(to)])
    assert answered.stdout.strip() == "ok", (answered.stderr, (to / "serve.log").read_text(encoding="utf-8"))
    (to / "bihuan.env").write_text("BIHUAN_SITE=https://dian.example.gov.cn\n", encoding="utf-8")
    again = offline(["sh", str(unpacked / "install.sh"), str(to)])
    assert again.returncode == 0, again.stderr
    assert "已备份到" in again.stdout and "数据库已是最新" in again.stdout
    assert len(list((to / "backups").glob("before-*.bihuan"))) == 1
    assert "dian.example.gov.cn" in (to / "bihuan.env").read_text(encoding="utf-8")
    assert "@DIR@" not in (to / "bihuan-serve.service").read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize("what", ["altered", "gone", "stray", "other python"])
def test_a_changed_bundle_installs_nothing_and_names_the_file(unpacked: Path, tmp_path: Path, what: str) -> None:
    copy, to = tmp_path / "bundle", tmp_path / "opt"
    shutil.copytree(unpacked, copy)
    wheel = next((copy / "wheels").glob("django-5*.whl"))
    more, said = {}, f"wheels/{wheel.name} 与校验和不符"
    if what == "altered":
        data = bytearray(wheel.read_bytes())
        data[len(data) // 2] ^= 1
        wheel.write_bytes(data)
    elif what == "gone":
        wheel.unlink()
    elif what == "stray":
        (copy / "wheels" / "evil-1.0-py3-none-any.whl").write_bytes(b"x")
        said = "多了 wheels/evil-1.0-py3-none-any.whl"
    else:
        fake = tmp_path / "python"
        fake.write_text("#!/bin/sh\necho 3.8\n", encoding="utf-8")
        fake.chmod(0o755)
        more, said = {"PYTHON": str(fake)}, f"这个安装包配 Python {OWN}"
    done = offline(["sh", str(copy / "install.sh"), str(to)], **more)
    assert (done.returncode, done.stdout) == (1, "") and said in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and not (to / "venv").exists()
