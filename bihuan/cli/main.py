"""命令: `bihuan …`. Exit 0 done, 1 refused or failed with one plain sentence, 2 wrong usage; never a traceback."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from bihuan import __version__
from bihuan.cli import console
from bihuan.cli.speech import _, teach_argparse

# In the order of the help. Each module adds its commands and loads what they need only when they run.
MODULES = (
    "installation",
    "serving",
    "people",
    "handovers",
    "packs",
    "sheets",
    "briefs",
    "search",
    "returns",
    "reviews",
    "figures",
    "printed",
    "due",
    "reclocks",
    "archives",
    "verification",
    "lives",
    "backups",
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    teach_argparse()
    made = argparse.ArgumentParser(
        prog="bihuan",
        description=_("闭环：有人点单，派得出去，有人接单，按期办好，答复清楚，评得真实，改得到位。"),
        epilog=_("各命令的用法：bihuan 命令 --help"),
    )
    made.add_argument("--version", action="version", version=f"bihuan {__version__}", help=_("显示版本"))
    commands = made.add_subparsers(dest="command", metavar=_("命令"), required=True)
    for name in MODULES:
        import_module(f"bihuan.cli.{name}").add(commands)
    return made


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Chinese letters is no reason to fail
    try:
        asked = parser().parse_args(given)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return int(asked.run(asked) or 0)
    except console.Failed as why:
        return _said(str(why), 1)
    except console.Misused as why:
        return _said(str(why), 2)
    except KeyboardInterrupt:
        return _said(_("已中断。"), 130)
    except BrokenPipeError:
        # Whoever read has enough, as `head` has: what is written on leaving goes nowhere, without complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as why:
        return _said(_away(why) or console.fault(" ".join(given)), 1)


def _said(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return code


def _away(why: Exception) -> str:
    """The sentence for a database that went away or is busy; "" for everything else, which is a bug."""
    if "django.db.utils" not in sys.modules:
        return ""
    from django.db.utils import InterfaceError, OperationalError

    if not isinstance(why, (OperationalError, InterfaceError)):
        return ""
    text = str(why)
    if "locked" in text:
        return _("数据库正忙，等了20秒还没轮到。没有改动任何东西，请过一会儿再试。")
    from django.db import connection

    words = ("unable to open", "disk I/O", "full", "readonly")
    return console.unreachable(why) if connection.vendor != "sqlite" or any(w in text for w in words) else ""


if __name__ == "__main__":
    raise SystemExit(main())
