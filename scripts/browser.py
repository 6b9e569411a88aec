"""Find a Chromium and a Chinese font for the browser tests, installing them where that is possible.

    .venv/bin/python scripts/browser.py      prints the path of the browser, or one sentence and exits 1

Looks at BIHUAN_CHROMIUM, then on PATH for Chromium without a window (the same engine, which spends nothing on drawing
one: the tests take half as long), then for chromium, chromium-browser and google-chrome. What is missing is installed
with apt-get by root; anybody else is told the one command to run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"  # so called on PATH and as a package; not every system has it
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"browser": "chromium", "font": "fonts-wqy-microhei"}
APT = ("apt-get", "-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")


def chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome that starts, or None."""
    given = os.environ.get("BIHUAN_CHROMIUM")
    for name in [given] if given else NAMES:
        path = shutil.which(name)
        # Some systems put a stub there that only advises to install something else.
        if path and _output([path, "--version"]):
            return path
    return None


def chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed."""
    return shutil.which("fc-list") is not None and bool(_output(["fc-list", ":lang=zh", "family"]))


def missing() -> list[str]:
    """Return the Debian packages that would fill what is missing, in order."""
    have = {"browser": chromium() is not None, "font": chinese_font()}
    return [package for what, package in PACKAGES.items() if not have[what]]


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def shell_on_offer() -> bool:
    """Tell whether apt could install the Chromium without a window, and nobody has named another browser."""
    wanted = not os.environ.get("BIHUAN_CHROMIUM") and not shutil.which(SHELL)
    return wanted and bool(_output(["apt-cache", "show", "--no-all-versions", SHELL]))


def _install(packages: list[str], *, fresh: bool) -> None:
    if fresh:
        _apt("update")
    if shell_on_offer():
        # By itself: where it cannot be had, the others still come.
        _apt("install", "-y", "--no-install-recommends", SHELL)
        packages = [one for one in packages if one != PACKAGES["browser"] or chromium() is None]
    if packages:
        _apt("install", "-y", "--no-install-recommends", "fontconfig", *packages)


def _apt(*words: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*APT, *words], env=quiet, stdout=sys.stderr, check=False)


def main() -> int:
    """Print the browser's path and return 0, or print what to do and return 1."""
    wanted = missing()
    if os.geteuid() == 0 and shutil.which("apt-get") and (wanted or shell_on_offer()):
        print(f"正在安装浏览器测试所需：{' '.join(wanted or [SHELL])} …", file=sys.stderr)
        _install(wanted, fresh=bool(wanted))
        wanted = missing()
    if wanted:
        print(
            f"浏览器测试缺少 {'、'.join(wanted)}，请运行：sudo apt-get install -y fontconfig {' '.join(wanted)}"
            "（已有 Chromium 或 Chrome 的，用 BIHUAN_CHROMIUM 指出它的路径）",
            file=sys.stderr,
        )
        return 1
    print(chromium())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
