"""`bihuan reviews` prints rounds of rating meetings and their results, never a ballot."""

from __future__ import annotations

import argparse
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _


def add(commands: Any) -> None:
    """Add `reviews`."""
    made: argparse.ArgumentParser = commands.add_parser(
        "reviews",
        help=_("看测评会和结果"),
        description=_("列出一个项目的测评会；写了编号就看那一场的结果。不足5票的不显示，看不到谁打的分。"),
        epilog=_("例：bihuan reviews enterprise_order CP-2022-0001"),
    )
    made.add_argument("programme", metavar=_("项目"), help=_("项目的键"))
    made.add_argument("number", metavar=_("测评会编号"), nargs="?", default="", help=_("测评会的编号，如 CP-2022-0001"))
    made.add_argument("--json", action="store_true", help=_("输出 JSON"))
    made.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Print the newest rounds, or the result of one."""
    console.ready()
    from bihuan.core.permission import SYSTEM
    from bihuan.store import calendars, clock, network, reviews
    from bihuan.words import reviews as words

    net = network.snapshot(calendars.calendar().local_day(clock.now()))
    if asked.number:
        try:
            found = [reviews.by_number(asked.number, seen_by=SYSTEM)]
        except reviews.NotFound:
            said = _("没有“%(number)s”这场测评会，请先用 bihuan reviews %(programme)s 看有哪些。")
            raise console.Failed(said % {"number": asked.number, "programme": asked.programme}) from None
    else:
        found = reviews.page(seen_by=SYSTEM, programme=asked.programme)[: reviews.PAGE]
    if asked.json:
        facts = [words.round_facts(SYSTEM, one, reviews.meeting_of(one), net) for one in found]
        console.as_json(facts[0] if asked.number else facts)
        return 0
    for one in found:
        if asked.number and one.closed:
            print(words.result_text(one, reviews.meeting_of(one), net), end="")
        else:
            print(f"{one.number}  {one.date}  {words.state(one)}  {one.title}")
    if not found:
        print(_("还没有测评会。"))
    return 0
