"""Make requirements/*.txt anew from pyproject.toml: hashes, every platform, no index address.

    .venv/bin/python scripts/lock.py [--upgrade]

Without --upgrade what is locked stays as long as it fits. Needs uv on PATH.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# --no-config and the two --no-emit: the machine's own mirrors stay out of files that others install from.
COMPILE = [
    *"uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes".split(),
    *"--no-emit-index-url --no-emit-find-links --no-annotate --no-header pyproject.toml requirements/build.in".split(),
]
EXTRAS = {"core": [], "server": ["postgres", "zh", "notify"], "dev": ["postgres", "zh", "notify", "dev", "browser"]}


def main(arguments: list[str]) -> int:
    """Write the locks, each larger one agreeing with the one before, and return the exit code."""
    before: list[str] = []
    for name, extras in EXTRAS.items():
        chosen = [part for extra in extras for part in ("--extra", extra)]
        command = [*COMPILE, *arguments, *chosen, *before, "-o", f"requirements/{name}.txt"]
        try:
            code = subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        except FileNotFoundError:
            print("生成锁文件需要 uv：pip install uv 后再试。", file=sys.stderr)
            return 1
        if code:
            return code
        before = ["-c", f"requirements/{name}.txt"]
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
