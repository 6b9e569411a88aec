"""Run every check that is not a test, all of them even if one fails.

.venv/bin/python scripts/check.py [NAME …]      exits 1 if any found a fault
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = [name for name in ("bihuan", "scripts", "tests", "bench") if (ROOT / name).is_dir()]


def commands() -> dict[str, list[str]]:
    """Return the checks by name, in the order they run."""
    packs = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "programmes").glob("*/") if path.is_dir())
    return {
        "format": [f"{BIN}/ruff", "format", "--check", *CODE],
        "lint": [f"{BIN}/ruff", "check", *CODE],
        "types": [f"{BIN}/mypy"],
        "imports": [f"{BIN}/lint-imports"],
        "messages": [sys.executable, "scripts/messages.py", "check"],
        "packs": [f"{BIN}/bihuan", "pack", "check", *packs],
        "documentation": [sys.executable, "scripts/docs.py"],
    }


def main(names: list[str]) -> int:
    """Run the checks named, or all, and return 0 when none found a fault."""
    failed = []
    every = commands()
    for name in names or every:
        print(f"== {name}", flush=True)
        if subprocess.call(every[name], cwd=ROOT):
            failed.append(name)
    print(f"检查没有通过：{'、'.join(failed)}" if failed else "检查全部通过", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
