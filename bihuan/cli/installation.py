"""`bihuan init` makes or upgrades the database and publishes the shipped programmes; `doctor` looks it over."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _


def add(commands: Any) -> None:
    """Add `init` and `doctor`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "init",
        help=_("建库或升级，发布自带的项目"),
        description=_("建立或升级 BIHUAN_DATABASE_URL 所指的数据库，发布自带的项目。可以重复运行。"),
    )
    one.add_argument("--demo", action="store_true", help=_("同时建立演示县（虚构），已有数据时不动"))
    one.add_argument("--recount", action="store_true", help=_("把数字要用的数据全部重写一遍"))
    one.set_defaults(run=init)
    two: argparse.ArgumentParser = commands.add_parser(
        "doctor",
        help=_("体检：配置、连通、过期、不安全的地方"),
        description=_("逐项检查配置、数据库、项目、日历和安全设置，说明哪里要改。"),
    )
    two.add_argument("--json", action="store_true", help=_("输出 JSON"))
    two.set_defaults(run=doctor)


def init(asked: argparse.Namespace) -> int:
    """Bring the database up to date; with --demo fill an empty one with the demonstration county."""
    settings = console.start()
    from django.core.management import call_command
    from django.db import connection
    from django.db.utils import DatabaseError

    missing = console.missing_migrations()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as why:
        raise console.Failed(console.unreachable(why)) from None
    where = connection.settings_dict["NAME"]
    if missing < 0:
        console.show(_("已建立数据库：%(name)s") % {"name": where})
    elif missing:
        console.show(_("数据库已升级：%(name)s") % {"name": where})
    else:
        console.show(_("数据库已是最新：%(name)s") % {"name": where})
    now = _begins(asked.demo)
    for folder in shipped(settings):
        _publish(folder, now)
    if asked.demo:
        _demonstration(settings)
    _figures(asked.recount)
    return 0


def _figures(anew: bool) -> None:
    """Write what figures ask of orders beside those that have none of it yet, and count the ledger as this version
    does; `anew` all of both."""
    from bihuan.store import ledger_tallies, order_facts

    if n := ledger_tallies.recount(everything=anew):
        console.show(_("已按%(n)s条台账重算台账的计数") % {"n": n})
    if n := order_facts.recount(everything=anew):
        console.show(_("已为%(n)s张单补记数字要用的数据") % {"n": n})


def shipped(settings: Any) -> list[Path]:
    """Return the folders of the programmes that come with the product."""
    return sorted(path.parent for path in settings.PROGRAMMES.glob("*/programme.toml"))


def _begins(demonstration: bool) -> datetime:
    """Return when programmes are published: in a new demonstration county on the day it is founded, else now."""
    from bihuan.actions import demo
    from bihuan.store import clock, orders

    new = demonstration and not clock.is_demonstration() and not orders.ids_after(0, 1)
    return demo.FOUNDED if new else clock.now()


def _publish(folder: Path, now: datetime) -> None:
    from bihuan.cli.packs import published

    name, new = published(folder, now=now)
    if new:
        console.show(_("已发布项目：%(name)s") % {"name": name})


def _demonstration(settings: Any) -> None:
    from bihuan.actions import demo
    from bihuan.store import clock, orders

    if clock.is_demonstration():
        console.show(_("演示县已经有了，没有改动。"))
    elif orders.ids_after(0, 1):
        raise console.Failed(_("这个数据库里已有单子，不能再放演示县。请换一个空的数据库，或去掉 --demo。"))
    else:
        folder = settings.PROGRAMMES / demo.PROGRAMME / "seed"
        with console.bar(len(demo.cases(folder)), _("建立演示县")) as bar:
            played = demo.make(folder, real_now=datetime.now(UTC), progress=bar.at)
        console.show(_("演示县已建立：%(orders)s张单。") % {"orders": len(played.orders)})
    from bihuan.cli.serving import show_sign_ins

    show_sign_ins()


def doctor(asked: argparse.Namespace) -> int:
    """Print every finding; exit 1 where something must be mended."""
    from bihuan.cli.health import findings

    found = findings(console.start())
    if asked.json:
        console.as_json([{"check": f.check, "state": f.state, "sentence": f.sentence} for f in found])
    else:
        marks = {"ok": "✓", "note": "·", "bad": "✗"}
        for finding in found:
            console.show(f"{marks[finding.state]} {finding.check}：{finding.sentence}")
    return 1 if any(finding.state == "bad" for finding in found) else 0
