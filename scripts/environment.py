"""Make .venv hold exactly what one lock names, and nothing twice.

    python3 scripts/environment.py core      what the product needs to run, on SQLite
    python3 scripts/environment.py server    that, PostgreSQL's driver and sorting by sound
    python3 scripts/environment.py dev       that, and the tools of the tests and the checks

`core` means `server` when BIHUAN_DATABASE_URL names a PostgreSQL.

Runs on the machine's own Python before anything is installed, so it keeps to the standard library and to a syntax
that an old Python still reads. uv does the work when it is on PATH, else pip. A stamp with the content of the lock
and of the project's table lets the next start pass in a moment; a lock file lets two starts wait for each other.
Prints one sentence and exits 1 when something the machine must have is missing.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
# Each holds what those before it hold.
LOCKS = ("core", "server", "dev")


def fail(sentence):
    """Say `sentence` on standard error and exit 1."""
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def fingerprint(lock):
    """Return the hex SHA-256 of everything that decides what `lock` installs, on this Python."""
    import tomllib  # not at the top: an older Python is told its age first

    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = json.dumps([whole["project"], whole["build-system"]], sort_keys=True)
    return hashlib.sha256(b"\0".join([lock.read_bytes(), project.encode(), sys.version.encode()])).hexdigest()


def run(command):
    """Run `command` from the root; on failure say which one in a sentence and exit 1."""
    code = subprocess.call([str(part) for part in command], cwd=str(ROOT))
    if code:
        shown = " ".join(str(part) for part in command[:4])
        fail(f"安装没有完成：“{shown} …”以代码 {code} 结束，原因见上。 (Set-up stopped here.)")


def install(lock, uv):
    """Create .venv if need be, install `lock` with its hashes and the product itself in place."""
    python = VENV / "bin" / "python"
    if not python.exists():
        if uv:
            run([uv, "venv", "--quiet", "--seed", "--allow-existing", "--python", sys.executable, VENV])
        elif importlib.util.find_spec("ensurepip") is None:
            fail("缺少 venv 模块：请先运行 apt-get install python3-venv，再试一次。 (python3-venv is missing.)")
        else:
            run([sys.executable, "-m", "venv", VENV])
    if uv:
        pip = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(pip + ["--require-hashes", "-r", lock])
    run(pip + ["--no-deps", "--no-build-isolation", "-e", "."])


def main(arguments):
    """Bring .venv to the lock named by the one argument."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        fail("用法：python3 scripts/environment.py " + "|".join(LOCKS))
    wanted = arguments[0]
    if wanted == "core" and os.environ.get("BIHUAN_DATABASE_URL", "").startswith("postgres"):
        wanted = "server"
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        fail(f"需要 Python 3.11 或更新，这里是 {found}：安装后用 make PYTHON=python3.11 …。 (Python 3.11 needed.)")
    with (ROOT / ".venv.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        prints = {name: fingerprint(ROOT / "requirements" / (name + ".txt")) for name in LOCKS}
        stamps = {name: VENV / f"bihuan-{name}.stamp" for name in prints}
        enough = LOCKS[LOCKS.index(wanted) :]
        if any(stamps[name].exists() and stamps[name].read_text() == prints[name] for name in enough):
            return
        print(f"正在准备运行环境 .venv（{wanted}），第一次要一两分钟 …", flush=True)
        os.environ.pop("PYTHONHOME", None)
        for stamp in stamps.values():
            if stamp.exists():
                stamp.unlink()
        install(ROOT / "requirements" / (wanted + ".txt"), shutil.which("uv"))
        stamps[wanted].write_text(prints[wanted])


if __name__ == "__main__":
    main(sys.argv[1:])
