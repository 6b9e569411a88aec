"""Make the offline installation bundle: one file that installs on a machine without a network.

    .venv/bin/python scripts/bundle.py [--arch x86_64|aarch64] [--python 3.11]… [--out dist]

The wheels are those of requirements/server.txt, each with its hash, for the platform asked for, and the product's own.
What a platform has no wheel for is listed and nothing is made. Exit 0 made, 1 not.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "server.txt"
PARTS = ROOT / "scripts" / "offline"
ARCHES = ("x86_64", "aarch64")
GLIBC = ("2_17", "2_24", "2_26", "2_27", "2_28")  # no newer than Debian 10 has, so that any office's server will do
WHOLE = ("bihuan", "programmes", "pyproject.toml", "README.md", "LICENSE")
SUMS = "SHA256SUMS"


def version() -> str:
    """Return the product's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def pins(text: str) -> dict[str, str]:
    """Return every pinned requirement of a lock by name, with its markers and hashes, as lines pip reads."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            name = line.partition("==")[0]
            found[name] = line
        elif line.strip().startswith("--hash") and found:
            found[name] += f"\n{line}"
    return found


def platforms(arch: str) -> list[str]:
    """Return pip's names of the platforms whose wheels run there."""
    old = [f"manylinux2014_{arch}"]
    return [f"manylinux_{glibc}_{arch}" for glibc in GLIBC] + old


def fetch(lock: Path, into: Path, arch: str, python: str) -> bool:
    """Download the wheels of a lock for a platform; False where one is not to be had."""
    chosen = [part for name in platforms(arch) for part in ("--platform", name)]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes", "--only-binary=:all:", "--implementation", "cp", "--python-version", python]
    command += [*chosen, "--dest", str(into), "-r", str(lock)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def missing(arch: str, python: str, into: Path) -> list[str]:
    """Return the requirements without a wheel for a platform, asked for one by one."""
    found = []
    for name, pin in pins(LOCK.read_text(encoding="utf-8")).items():
        one = into / "one.txt"
        one.write_text(pin + "\n", encoding="utf-8")
        if not fetch(one, into, arch, python):
            found.append(name)
    return found


def own_wheel(into: Path) -> Path:
    """Build the product's own wheel from a copy of the source, the programmes and compiled catalogues within."""
    with tempfile.TemporaryDirectory(prefix="bihuan-wheel-") as name:
        source = Path(name) / "source"
        source.mkdir()
        leave = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
        for part in WHOLE:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, source / part, ignore=leave)
            else:
                shutil.copy(ROOT / part, source / part)
        (source / "programmes").rename(source / "bihuan" / "programmes")
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--no-build-isolation", "--no-index", "--wheel-dir", str(into), str(source)]
        subprocess.run(command, cwd=name, check=True, stdout=subprocess.DEVNULL)
    return next(into.glob("bihuan-*.whl"))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def lay_out(stage: Path, arch: str, pythons: list[str]) -> list[str]:
    """Put everything into the stage; return what had no wheel, as `name (Python 3.11)`."""
    wheels = stage / "wheels"
    wheels.mkdir(parents=True)
    gone = []
    for python in pythons:
        if not fetch(LOCK, wheels, arch, python):
            with tempfile.TemporaryDirectory(prefix="bihuan-missing-") as name:
                gone += [f"{one} (Python {python})" for one in missing(arch, python, Path(name))]
    if gone:
        return gone
    own = own_wheel(wheels)
    pin = f"bihuan=={version()} \\\n    --hash=sha256:{digest(own)}\n"
    (stage / "requirements.txt").write_text(LOCK.read_text(encoding="utf-8") + pin, encoding="utf-8")
    fill = {"@ARCH@": arch, "@PYTHONS@": " ".join(pythons), "@VERSION@": version()}
    for part in sorted(PARTS.iterdir()):
        text = part.read_text(encoding="utf-8")
        for mark, value in fill.items():
            text = text.replace(mark, value)
        (stage / part.name).write_text(text, encoding="utf-8")
    (stage / "install.sh").chmod(0o755)
    files = sorted(path for path in stage.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(stage).as_posix()}\n" for path in files]
    (stage / SUMS).write_text("".join(lines), encoding="utf-8")
    return []


def main(arguments: list[str]) -> int:
    """Make the bundle and return the exit code."""
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--arch", choices=ARCHES, default=platform.machine())
    asked.add_argument("--python", action="append", default=[], metavar="3.11")
    asked.add_argument("--out", type=Path, default=ROOT / "dist")
    given = asked.parse_args(arguments)
    name = f"bihuan-{version()}-linux-{given.arch}"
    given.out.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, str(ROOT / "scripts" / "messages.py"), "compile"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="bihuan-bundle-") as folder:
        stage = Path(folder) / name
        gone = lay_out(stage, given.arch, given.python or [own])
        if gone:
            print(f"没有做成安装包：{given.arch} 上这些库没有现成的 wheel：{'、'.join(gone)}", file=sys.stderr)
            return 1
        target = given.out / f"{name}.tar.gz"
        part = target.with_suffix(".part")
        with tarfile.open(part, "w:gz") as archive:
            archive.add(stage, arcname=name)
        part.replace(target)
    print(f"{target}（{target.stat().st_size / (1 << 20):.0f}MB）\nSHA-256 {digest(target)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
