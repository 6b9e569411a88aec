"""模拟: `bihuan simulate` plays lives of orders through the real actions."""

from __future__ import annotations

import argparse
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _


def add(commands: Any) -> None:
    """Add `simulate`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "simulate",
        help=_("模拟许多张单走完一生"),
        description=_("模拟许多张单从点单到销号，每一步都是真的办理动作，不直接写数据。"),
    )
    one.add_argument("programme", metavar=_("项目"))
    one.add_argument("--orders", type=_whole, required=True, metavar="N", help=_("多少张单"))
    one.add_argument("--days", type=_whole, default=90, metavar="D", help=_("分布在此前多少天里，默认 90"))
    one.add_argument("--seed", type=_any, default=1, metavar="S", help=_("同一个数走出同样的结果，默认 1"))
    one.add_argument("--actors", type=_whole, default=50, metavar="N", help=_("最多多少个点单人，默认 50"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def _whole(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 10_000_000:
        return int(text)
    raise argparse.ArgumentTypeError(_("“%(text)s”要写正整数") % {"text": text})


def _any(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“%(text)s”要写整数") % {"text": text}) from None


def run(asked: argparse.Namespace) -> int:
    """Play the lives and say what came of it."""
    settings = console.ready()
    from bihuan.actions.simulate import simulate
    from bihuan.core.refusal import Refused
    from bihuan.store import clock, packs

    if asked.programme not in packs.current():
        known = _("、").join(packs.current())
        raise console.Misused(
            _("没有项目“%(key)s”，已发布的有：%(known)s。") % {"key": asked.programme, "known": known}
        )
    try:
        with console.bar(asked.orders, _("模拟")) as bar:
            played = simulate(
                folder=settings.PROGRAMMES / asked.programme,
                programme=asked.programme,
                orders=asked.orders,
                days=asked.days,
                seed=asked.seed,
                actors=asked.actors,
                now=clock.now(),
                progress=bar.at,
            )
    except Refused as why:
        sentences = {
            "simulate.needs.courses": _("这个项目没有可以模拟的经过（seed/courses.toml）。"),
            "simulate.needs.requesters": _("网络里没有可以点单的人，请先导入单位和任职，或用 bihuan init --demo。"),
        }
        raise console.Failed(sentences.get(why.code, _("不能模拟（%(code)s）。") % {"code": why.code})) from None
    told = {"orders": len(played.orders), "moves": played.moves, "refusals": len(played.refusals)}
    if asked.json:
        console.as_json(told)
    else:
        console.show(_("模拟了%(orders)s张单，%(moves)s个动作，其中被拒绝%(refusals)s次。") % told)
    return 0
