"""Check, begin and publish programmes."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan.cli import console, versions
from bihuan.cli.speech import _


def add(commands: Any) -> None:
    """Add `pack check`, `pack new`, `pack publish` and those of versions."""
    one: argparse.ArgumentParser = commands.add_parser("pack", help=_("检查、新建、发布项目包，比较和换版本"))
    several = one.add_subparsers(dest="does", metavar=_("做什么"), required=True)
    check = several.add_parser(
        "check", help=_("检查项目包，逐条列出毛病"), description=_("检查项目包：每个毛病一行，写明文件、行号和怎么改。")
    )
    check.add_argument("paths", nargs="+", metavar=_("文件夹"))
    check.add_argument("--json", action="store_true", help=_("输出 JSON"))
    check.set_defaults(run=run_check)
    new = several.add_parser("new", help=_("新建一个能用的项目包"), description=_("新建一个小而全、带说明的项目包。"))
    new.add_argument("key", metavar="KEY", help=_("项目的英文键，如 tree_chief"))
    new.add_argument("--into", default="programmes", metavar=_("文件夹"), help=_("放在哪里，默认 programmes"))
    new.set_defaults(run=run_new)
    publish = several.add_parser(
        "publish", help=_("发布项目包"), description=_("检查并发布项目包。已有的单子仍按原版本走完。")
    )
    publish.add_argument("path", metavar=_("文件夹"))
    publish.add_argument("--note", default="", metavar=_("说明"), help=_("这一版改了什么"))
    publish.set_defaults(run=run_publish)
    versions.add(several)


def run_check(asked: argparse.Namespace) -> int:
    """Print every fault of the packs and their grades; exit 1 where there is one."""
    from bihuan.packs.check import check
    from bihuan.packs.grade import grade

    table = []
    for path in asked.paths:
        faults = check(path)
        level, missing = ("", []) if faults else grade(path)
        heavy = [] if faults else _heavy(path)
        table.append({"path": path, "faults": faults, "grade": level, "missing": missing, "burden": heavy})
        if not asked.json:
            for fault in faults:
                console.show(str(fault))
            if faults:
                console.show(_("%(path)s：%(n)s处毛病") % {"path": path, "n": len(faults)})
            else:
                console.show(_("%(path)s：没有毛病，%(grade)s") % {"path": path, "grade": _grades().get(level, level)})
                for one in missing:
                    console.show(f"  {one}")
                for load in heavy:
                    text = _("周期义务每周至多要“%(post)s”花%(minutes)s分钟，超过声明的%(limit)s分钟")
                    console.show(f"  {text % load}")
    if asked.json:
        shown = [
            {
                **row,
                "faults": [
                    {"file": f.file, "line": f.line, "code": f.code, "sentence": f.sentence} for f in row["faults"]
                ],
            }
            for row in table
        ]
        console.as_json(shown)
    return 1 if any(row["faults"] for row in table) else 0


def _heavy(path: str) -> list[dict[str, Any]]:
    """Return the posts of which a pack's cadences ask more minutes a week than it declares, for one unit."""
    from bihuan.core.burden import loads
    from bihuan.packs.loader import programme

    found = programme(path)
    return [
        {"post": found.post_kinds[one.post].name, "minutes": round(one.minutes, 1), "limit": one.limit}
        for one in loads(found)
        if one.heavy
    ]


def _grades() -> dict[str, str]:
    return {"bronze": _("铜级"), "silver": _("银级"), "gold": _("金级")}


def run_new(asked: argparse.Namespace) -> int:
    """Write a skeleton and say where."""
    from bihuan.packs.skeleton import NoSkeleton, new

    try:
        path = new(asked.key, Path(asked.into))
    except NoSkeleton as why:
        raise console.Failed(str(why)) from None
    console.show(_("已新建 %(path)s。改好后运行 bihuan pack check %(path)s。") % {"path": path})
    return 0


def run_publish(asked: argparse.Namespace) -> int:
    """Check and publish, and say how the new version differs from the one before."""
    console.ready()
    from bihuan.store import clock
    from bihuan.words.versions import summary

    name, new = published(Path(asked.path), asked.note, now=clock.now())
    said = _("已发布：%(name)s") if new else _("内容没有变，仍是 %(name)s。")
    console.show(said % {"name": name})
    key, _at, number = name.partition("@")
    if new and int(number) > 1:
        compared, _old, _new = versions.compared_with(key, int(number) - 1, int(number))
        console.show(summary(compared))
    return 0


def published(folder: Path, note: str = "", *, now: datetime) -> tuple[str, bool]:
    """Publish a pack and return its bundle and whether it is new; raises Failed with the first fault, if any."""
    from bihuan.actions.programmes import publish
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.words.network import sentence

    try:
        return publish(folder, actor=SYSTEM, now=now, note_=note)
    except Refused as why:
        raise console.Failed(sentence(why)) from None
