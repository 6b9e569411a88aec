"""重算: `bihuan reclock` lists the running deadlines that the calendar in force would move, and moves them if asked."""

from __future__ import annotations

import argparse
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _

SHOWN = 50


def add(commands: Any) -> None:
    """Add `reclock`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "reclock",
        help=_("列出日历改动会改变的在走期限，确认后重算"),
        description=_(
            "列出按现在的日历重算会不同的在走期限。加 --apply 才重算，每张单一条记录；断了再运行一次，接着算。"
        ),
    )
    one.add_argument("--apply", action="store_true", help=_("确认重算，不写只列出来"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """List what the calendar would move, or move it; exit 1 where an order could not be counted again."""
    console.ready()
    from bihuan.actions import reclocks
    from bihuan.core.permission import SYSTEM
    from bihuan.store import calendars, clock

    now = clock.now()
    look = reclocks.look(calendars.calendar(), now=now)
    if not asked.apply:
        _listed(asked, look)
        return 0
    with console.bar(look.orders, _("重算")) as bar:
        done = reclocks.apply(actor=SYSTEM, now=now, seen=look.version, progress=bar.at)
    if asked.json:
        console.as_json({"moved": done.moved, "refused": [number for number, why in done.refused]})
    else:
        console.show(_("%(n)s件在办单的期限已按日历重算。") % {"n": done.moved})
    if done.refused:
        raise console.Failed(
            _("%(number)s等%(n)s件没有重算，刚被别人改过。请再运行一次。")
            % {
                "number": done.refused[0][0],
                "n": len(done.refused),
            }
        )
    return 0


def _listed(asked: argparse.Namespace, look: Any) -> None:
    from bihuan.core.instants import iso
    from bihuan.store import packs
    from bihuan.words.moments import local
    from bihuan.words.orders import clock_name

    if asked.json:
        rows = [
            {"number": one.number, "clock": one.clock, "due": iso(one.due), "would": iso(one.would)}
            for one in look.found
        ]
        console.as_json({"looked": look.looked, "orders": look.orders, "clocks": look.clocks, "found": rows})
        return
    for one in look.found[:SHOWN]:
        name = clock_name(packs.order_type(one.bundle, one.type), one.clock)
        was, would = f"{local(iso(one.due)):%Y-%m-%d %H:%M}", f"{local(iso(one.would)):%Y-%m-%d %H:%M}"
        console.show(f"{one.number}  {name}  {was} → {would}")
    said = {"looked": look.looked, "orders": look.orders, "clocks": look.clocks}
    console.show(_("看了%(looked)s件在办单，%(orders)s件、%(clocks)s个时限重算会不同。") % said)
    if look.orders:
        console.show(_("什么也没有改。确认要重算，请加 --apply。"))
