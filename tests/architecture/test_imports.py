"""The arrows between the folders, and the purity of what stands at their end."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = sorted((ROOT / "bihuan" / "core").rglob("*.py"))

# What reads the world instead of being told: the clock, chance, files, the environment, the network.
IMPURE_MODULES = {
    *("time", "random", "secrets", "uuid", "os", "io", "pathlib", "tempfile", "shutil", "glob", "sqlite3"),
    *("socket", "subprocess", "threading", "asyncio", "logging", "urllib", "http", "sys", "locale", "getpass"),
}
IMPURE_CALLS = {"now", "utcnow", "today", "fromtimestamp"}
IMPURE_BUILTINS = {"open", "input", "print", "eval", "exec", "breakpoint", "__import__"}


def impurities(source: str) -> list[str]:
    """Return `line: what` for everything in `source` that reads a clock, chance, a file or the machine."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
            found += [f"{node.lineno}: import {name}" for name in names if name in IMPURE_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            name = (node.module or "").split(".")[0]
            found += [f"{node.lineno}: from {name}"] if name in IMPURE_MODULES else []
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in IMPURE_BUILTINS:
                found.append(f"{node.lineno}: {node.func.id}()")
            elif isinstance(node.func, ast.Attribute) and node.func.attr in IMPURE_CALLS:
                owner = node.func.value
                last = (
                    owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
                )
                if last in {"datetime", "date", "timezone", "dt"}:
                    found.append(f"{node.lineno}: {last}.{node.func.attr}()")
    return found


def test_arrows_between_layers_go_only_down() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_core_has_files_to_look_at() -> None:
    assert CORE


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_core_reads_no_clock_no_chance_and_no_file(path: Path) -> None:
    assert impurities(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "from os import path",
        "import time as t",
        "datetime.now(tz)",
        "dt.datetime.utcnow()",
        "date.today()",
        "open('x')",
        "from pathlib import Path",
        "import secrets, math",
    ],
)
def test_reading_the_world_is_noticed(line: str) -> None:
    assert impurities(line) != []


def test_taking_the_time_as_an_argument_is_fine() -> None:
    assert impurities("from datetime import datetime\ndef due(now: datetime): return now.replace(hour=1)") == []
