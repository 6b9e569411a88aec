"""移交: hand over the open orders of who leaves a post, first looked at, then done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.actions.handovers import Look


def add(commands: Any) -> None:
    """Add `handover`."""
    one = commands.add_parser(
        "handover",
        help=_("移交一个岗位上在办的单"),
        description=_(
            "岗位换人后，把记在原任职人名下的在办单移交，每张单一条记录。不写 --go 只看会怎样；断了再运行一次。"
        ),
    )
    one.add_argument("post", metavar=_("岗位"), help=_("岗位的键"))
    one.add_argument("--from", dest="person", default="", metavar=_("人员"), help=_("原任职人：登录名、人员的键或姓名"))
    one.add_argument("--to-post", default="", metavar=_("岗位"), help=_("交给哪个岗位，默认还是这个岗位"))
    one.add_argument("--to", default="", metavar=_("人员"), help=_("交给谁，岗位上只有一人时不用写"))
    one.add_argument("--keep", action="append", default=[], metavar=_("单号"), help=_("这张由原人办完，可写多次"))
    one.add_argument("--stay", action="append", default=[], metavar=_("单号"), help=_("这张先不动，可写多次"))
    one.add_argument("--keep-all", action="store_true", help=_("全部由原人办完"))
    one.add_argument("--go", action="store_true", help=_("就这样移交"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Show the hand-over or carry it out; 1 where any order could not be handed over."""
    console.ready()
    from bihuan.actions import handovers
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock, keys
    from bihuan.words.handovers import reason

    now = clock.now()
    choices = {"": handovers.KEEP if asked.keep_all else handovers.FOLLOW}
    choices |= dict.fromkeys(asked.keep, handovers.KEEP) | dict.fromkeys(asked.stay, handovers.STAY)
    person = _person(asked.person, asked.post, now)
    try:
        plan = handovers.plan_of(
            actor=SYSTEM, post=asked.post, person=person, now=now, to=_person(asked.to, "", now) if asked.to else "",
            to_post=asked.to_post, needs=handovers.FOLLOW in choices.values(),
        )  # fmt: skip
        seen = handovers.look(plan, choices, actor=SYSTEM, now=now)
        unknown = sorted({*asked.keep, *asked.stay} - {row.number for row in seen.rows})
        if unknown:
            raise console.Failed(
                _("这些单不在原任职人名下：%(numbers)s。请核对单号，什么也没有改。")
                % {"numbers": _("、").join(unknown)}
            )
        if asked.go:
            seen = handovers.hand_over(plan, choices, actor=SYSTEM, now=now, command=keys.new_key())
    except Refused as why:
        raise console.Failed(_("%(why)s。") % {"why": reason(why)}) from None
    _show(asked, seen)
    return 1 if seen.refused else 0


def _person(called: str, post: str, now: Any) -> str:
    """Return the key of the person meant; of who has open orders from that post where nobody is named."""
    from bihuan.actions import handovers
    from bihuan.actions.users import person_called
    from bihuan.core.refusal import Refused
    from bihuan.words.network import sentence

    if called:
        try:
            return person_called(called, now)
        except Refused as why:
            raise console.Failed(sentence(why)) from None
    found = list(handovers.leaving(post, now))
    if len(found) != 1:
        raise console.Failed(
            _("任过这个岗位、名下有在办单的有%(n)s人，请用 --from 写明是谁的单。") % {"n": len(found)}
            if found
            else _("任过这个岗位的人，名下没有在办的单，不用移交。")
        )
    return found[0]


def _show(asked: argparse.Namespace, seen: Look) -> None:
    from bihuan.words.handovers import choice_name, reason
    from bihuan.words.orders import state_name

    rows = [
        {
            "number": row.number,
            "state": state_name(row.type, row.order.state),
            "choice": row.choice,
            "reason": reason(row.refused) if row.refused else "",
        }
        for row in seen.rows
    ]
    if asked.json:
        console.as_json({"done": asked.go, "ready": seen.ready(), "refused": len(seen.refused), "orders": rows})
        return
    for row in rows:
        why = _("  不能办：%(why)s") % {"why": row["reason"]} if row["reason"] else ""
        console.show(f"{row['number']}  {row['state']}  {choice_name(row['choice'])}{why}")
    said = {"n": seen.ready(), "m": len(seen.refused)}
    done = _("移交了%(n)s件，没移交成%(m)s件。") % said
    console.show(done if asked.go else _("能移交%(n)s件，不能移交%(m)s件。还没有改动，写上 --go 就移交。") % said)
