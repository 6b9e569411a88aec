"""Run the tests, stage by stage, each on its own database.

    .venv/bin/python -m scripts.suite [--jobs N] [sqlite|postgres|browser|long] …

Without a name: sqlite, postgres and browser. Every stage runs even if an earlier one failed; a stage that finds no
test has failed. Ends with one line per stage; exits 1 if any failed.

The rules and the reading of packs know no database (`PURE`): with SQLite their tests run, with PostgreSQL they would
only say the same again. A browser beside another on a busy machine is now and then late where no test expects it: up to
`FEW` tests of a browser that failed are played once more, alone, and the last line of the stage names them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

from scripts.postgres import Unavailable, server, tools

ROOT = Path(__file__).resolve().parent.parent
FAST = "not browser and not long"
PURE = ("tests/core", "tests/packs")
BROWSER = "tests/browser"
# Only what a stage runs is read: it costs each of its processes seconds.
WITHOUT_BROWSER = [f"--ignore={BROWSER}"]
WITHOUT_PURE = [*WITHOUT_BROWSER, *(f"--ignore={folder}" for folder in PURE)]
LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
FEW = 3
IN_BROWSER = ["-p", "no:schemathesis", BROWSER]
# stage: (database, which tests by their marks, where they are) in the order they run
STAGES: dict[str, list[tuple[str, str, list[str]]]] = {
    "sqlite": [("SQLite", FAST, WITHOUT_BROWSER)],
    "postgres": [("PostgreSQL", FAST, WITHOUT_PURE)],
    "browser": [("SQLite", "browser and smoke", IN_BROWSER), ("PostgreSQL", "browser and not long", IN_BROWSER)],
    "long": [("SQLite", "long", []), ("PostgreSQL", "long", [])],
}
# The settings of an installation on this machine are no business of the tests; where their tools are is.
TOOLS = {"BIHUAN_CHROMIUM", "BIHUAN_TEST_POSTGRES_URL"}


def failed_in_browser() -> list[str]:
    """Return the tests of a browser that failed when they were last played, as pytest names them."""
    known = json.loads(LAST_FAILED.read_text(encoding="utf-8")) if LAST_FAILED.is_file() else {}
    return sorted(test for test in known if test.startswith(BROWSER))


def run(database: str, marks: str, where: list[str], jobs: int) -> tuple[int, list[str]]:
    """Run the tests that `marks` chooses on `database`; return pytest's exit code and which were played twice.

    `where` are pytest's words for the folders it reads.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_") or name in TOOLS}
    environment = {**kept, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks]
    with server() if database == "PostgreSQL" else nullcontext(None) as address:
        if address:
            environment["BIHUAN_DATABASE_URL"] = address
            if marks.startswith("browser"):  # a server in threads keeps its connections, as an installation's does
                environment["BIHUAN_POOL"] = "8"
            if own := tools():  # a backup wants pg_dump of the server's version, whatever the machine has
                environment["PATH"] = f"{own}{os.pathsep}{environment.get('PATH', '')}"
        if marks.startswith("browser"):
            LAST_FAILED.unlink(missing_ok=True)
        together = ["-n", str(jobs), "--dist", "worksteal"]
        code = subprocess.call([*command, *together, *where], cwd=ROOT, env=environment)
        late = failed_in_browser() if code == 1 and marks.startswith("browser") else []
        if not 0 < len(late) <= FEW:
            return code, []
        return subprocess.call([*command, "-p", "no:schemathesis", *late], cwd=ROOT, env=environment), late


def main() -> int:
    """Run the named stages and return 0 when all passed."""
    parser = argparse.ArgumentParser(description="分阶段运行测试")
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="、".join(STAGES))
    parser.add_argument("--jobs", type=int, default=2)
    wanted = parser.parse_args()
    if unknown := set(wanted.stages) - set(STAGES):
        parser.error(f"没有这一阶段：{'、'.join(sorted(unknown))}")
    lines, failed = [], False
    for stage in wanted.stages or ["sqlite", "postgres", "browser"]:
        for database, marks, where in STAGES[stage]:
            print(f"\n== {stage}：{database}（{marks}）", flush=True)
            start, twice = time.monotonic(), list[str]()
            try:
                code, twice = run(database, marks, where, wanted.jobs)
            except Unavailable as why:
                print(why, file=sys.stderr)
                code = 1
            failed = failed or code != 0
            answer = {0: "通过", 5: "失败：一个测试也没有找到"}.get(code, f"失败（代码 {code}）")
            again = f"；测了两遍：{'、'.join(twice)}" if twice else ""
            lines.append(f"{stage:8} {database:10} {answer}，{time.monotonic() - start:.0f} 秒{again}")
    print("\n" + "\n".join(lines), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
