"""What a file may be: short, finished, and about the product alone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ("bihuan", "scripts", "bench")
LONGEST_FILE = 400
LONGEST_LINE = 120
BIGGEST = 1024 * 1024
TEXTS = {".py", ".toml", ".md", ".html", ".css", ".js", ".txt", ".in", ".cfg", ".yml", ".sh", ".po", ""}

# Put together from halves, so that this file does not say what it forbids.
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|Not" + "ImplementedError")
LEFT_OUT = re.compile(
    r"mark\.(sk" + r"ip|xf" + r"ail)|pytest\.(sk" + r"ip|xf" + r"ail|import" + r"orskip)\(|@unittest\.sk" + "ip"
)
REGISTRY = re.compile(
    r"(pypi|pythonhosted|npmjs|npmmirror|crates|rubygems)" + r"\.(org|com|io)|index" + r"-url|mirrors?\.\w+\.\w+"
)
MACHINE = re.compile(r"(?<![\w.])/(work" + r"|ho" + r"me|ro" + r"ot)/\w")
# Missing from Python 3.11.2, which Debian 12 has: a test on a later 3.11 would not see it.
TOO_NEW = re.compile(r"\.extract(all)?\(.*\bfil" + r"ter=|\.data_fil" + "ter")


def tracked() -> list[Path]:
    """Return every file of the source, whether committed yet or not, and none that the set-up made."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def texts(*suffixes: str) -> list[Path]:
    return [path for path in tracked() if path.suffix in (suffixes or TEXTS)]


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return `file:line: text` for every line of `paths` that `pattern` finds."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def code() -> list[Path]:
    folders = {ROOT / name for name in MEASURED}
    return [path for path in texts(".py") if folders & set(path.parents) and "migrations" not in path.parts]


def test_no_file_of_code_is_longer_than_four_hundred_lines() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in code()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_line_of_code_is_longer_than_a_hundred_and_twenty_characters() -> None:
    paths = [path for path in texts(".py", ".js", ".css") if "migrations" not in path.parts]
    assert hits(re.compile(f"^.{{{LONGEST_LINE + 1}}}"), paths) == []


def test_no_data_picture_or_database_of_more_than_a_megabyte_is_kept() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > BIGGEST] == []


def test_nothing_is_left_unfinished() -> None:
    assert hits(UNFINISHED, texts(".py", ".toml", ".js", ".html", ".css")) == []


def test_nothing_needs_a_later_python_than_the_oldest_promised() -> None:
    assert hits(TOO_NEW, texts(".py")) == []


def test_no_test_is_left_out() -> None:
    assert hits(LEFT_OUT, [path for path in texts(".py") if "tests" in path.parts]) == []


def test_no_package_registry_is_named() -> None:
    # An author's option that keeps registries out has to name them.
    paths = [path for path in texts() if path not in (ROOT / "scripts/lock.py", ROOT / "LICENSE")]
    assert hits(REGISTRY, paths) == []


def test_no_path_of_one_machine_is_named() -> None:
    assert hits(MACHINE, texts()) == []


@pytest.mark.parametrize("name", ["core", "server", "dev"])
def test_every_locked_package_is_pinned_with_hashes_and_comes_from_anywhere(name: str) -> None:
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith(" ")]
    assert len(pins) > 20
    assert [line for line in pins if not re.match(r"^[a-z0-9._-]+==\S+ .*\\$", line)] == []
    assert [
        line for line in lines if line.startswith(" ") and not re.match(r"^    --hash=sha256:[0-9a-f]{64}", line)
    ] == []


def test_every_larger_lock_agrees_with_the_smaller() -> None:
    core, server, dev = (
        set(re.findall(r"^([a-z0-9._-]+==[^ ;]+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("core", "server", "dev")
    )
    assert core <= server <= dev


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# TO" + "DO later"),
        (LEFT_OUT, "@pytest.mark.sk" + "ip"),
        (LEFT_OUT, "    pytest.import" + "orskip('x')"),
        (REGISTRY, "https://pypi" + ".org/simple"),
        (MACHINE, "open('/ho" + "me/li/x')"),
        (TOO_NEW, "archive.extractall(folder, fil" + "ter='data')"),
    ],
)
def test_the_forbidden_is_noticed(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)
