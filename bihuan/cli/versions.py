"""版本: compare versions of a programme, move running orders to another one and back, close and retire versions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.actions.migrations import Done, Look, Row
    from bihuan.core.migration import Plan
    from bihuan.core.programmes import Programme
    from bihuan.core.refusal import Refused
    from bihuan.packs.plans import Found

SHOWN = 50  # orders of a dry run that are listed on a terminal


def add(several: Any) -> None:
    """Add `pack diff`, `pack migrate`, `pack versions`, `pack state`."""
    diff = several.add_parser(
        "diff",
        help=_("比较两个版本"),
        description=_("比较一个专项的两个版本，分只改字、在前头、动到在办三类，写明碰到多少在办单。"),
    )
    diff.add_argument("key", metavar="KEY", help=_("专项的键"))
    diff.add_argument("old", metavar="A", help=_("第几版"))
    diff.add_argument("new", metavar="B", help=_("第几版，或还没有发布的项目包的文件夹"))
    diff.add_argument("--json", action="store_true", help=_("输出 JSON"))
    diff.set_defaults(run=run_diff)
    migrate = several.add_parser(
        "migrate",
        help=_("按计划把在办单换到别的版本"),
        description=_("按计划文件把在办单换到别的版本，每张单一条记录。先用 --dry-run 预演；断了再运行一次，接着换。"),
    )
    migrate.add_argument("plan", metavar="PLAN", help=_("计划文件（TOML）"))
    what = migrate.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help=_("只看会怎样，什么也不改"))
    what.add_argument("--revert", action="store_true", help=_("换回去：换版以后没有新记录的单，恢复原样"))
    migrate.add_argument("--rest-stays", action="store_true", help=_("换不过去的留在旧版，其余照换"))
    migrate.add_argument("--json", action="store_true", help=_("输出 JSON"))
    migrate.set_defaults(run=run_migrate)
    board = several.add_parser("versions", help=_("列出版本和各版的在办单"))
    board.add_argument("key", metavar="KEY", nargs="?", default="", help=_("专项的键，不写是全部"))
    board.add_argument("--json", action="store_true", help=_("输出 JSON"))
    board.set_defaults(run=run_versions)
    state = several.add_parser(
        "state",
        help=_("让一个版本收新单、停收或停用"),
        description=_("open 收新单；closing 不再收新单，在办的照办；retired 停用，要没有在办单。"),
    )
    state.add_argument("version", metavar="KEY@N", help=_("哪一版，如 enterprise_order@1"))
    state.add_argument("state", choices=("open", "closing", "retired"), metavar="open|closing|retired")
    state.set_defaults(run=run_state)


# ---- diff ----
def run_diff(asked: argparse.Namespace) -> int:
    """Print the differences of two versions, those that touch running orders last."""
    console.ready()
    from bihuan.core.verdicts import VERDICTS
    from bihuan.words import versions as words

    compared, old, new = compared_with(asked.key, _number(asked.old), _version(asked.new))
    if asked.json:
        from bihuan.words.differences import difference_text

        rows = [
            {
                "verdict": one.verdict,
                "what": one.what,
                "noun": one.noun,
                "type": one.type,
                "key": one.key,
                "attribute": one.attribute,
                "before": one.before,
                "after": one.after,
                "at_once": one.at_once,
                "orders": n,
                "sentence": difference_text(one, old, new),
            }
            for one, n in compared.found
        ]
        console.as_json({"old": compared.old, "new": compared.new, "running": compared.looked, "differences": rows})
        return 0
    console.show(words.summary(compared))
    for verdict in VERDICTS:
        for n, line in enumerate(_lines(compared, verdict, old, new)):
            if not n:
                console.show(f"{words.verdict_name(verdict)}　{words.verdict_said(verdict)}")
            console.show(f"  {line}")
    return 0


def _lines(compared: Any, verdict: str, old: Programme, new: Programme) -> list[str]:
    from bihuan.words.differences import difference_text
    from bihuan.words.versions import concerned_text

    found = []
    for one, n in compared.of(verdict):
        counted = concerned_text(one, n, compared)
        line = difference_text(one, old, new) + (f"（{counted}）" if counted else "")
        found.append(_("%(line)s 发布即生效") % {"line": line} if one.at_once else line)
    return found


def compared_with(key: str, old: int, new: int | Path) -> tuple[Any, Programme, Programme]:
    """Return the comparison and the two programmes; raises Failed with the sentence."""
    from bihuan.actions.programmes import compare
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.packs import loader
    from bihuan.store import packs
    from bihuan.words.versions import refusal

    try:
        compared = compare(key, old, new, actor=SYSTEM)
    except Refused as why:
        raise console.Failed(refusal(why)) from None
    after = packs.bundle(f"{key}@{new}") if isinstance(new, int) else loader.programme(new)
    return compared, packs.bundle(compared.old), after


def _number(text: str) -> int:
    number = text.rpartition("@")[2]
    if not number.isdecimal():
        raise console.Misused(_("“%(text)s”不是版本号，请写 1、2 这样的数。") % {"text": text})
    return int(number)


def _version(text: str) -> int | Path:
    path = Path(text)
    return path if path.is_dir() else _number(text)


# ---- migrate ----
def run_migrate(asked: argparse.Namespace) -> int:
    """Look at, carry out or take back a plan."""
    console.ready()
    from bihuan.packs import plans

    path = Path(asked.plan)
    if not path.is_file():
        raise console.Failed(_("没有计划文件 %(path)s，请看路径对不对。") % {"path": asked.plan})
    found = plans.load(path)
    plan = _sound(found)
    if asked.dry_run:
        return _looked(asked, found, plan)
    return _done(asked, found, plan)


def _sound(found: Found) -> Plan:
    """Return the plan; raises Failed with every fault on its line."""
    from bihuan.actions.migrations import checked

    faults = list(found.faults) or (checked(found.plan) if found.plan else [])
    lines = [*found.slips, *_faults(found, faults)]
    if lines or found.plan is None:
        raise console.Failed("\n".join(lines))
    return found.plan


def _faults(found: Found, faults: Any) -> list[str]:
    from bihuan.words.versions import fault_text

    return [f"{found.shown}:{found.line(one)}: {fault_text(one)}" for one in faults]


def _looked(asked: argparse.Namespace, found: Found, plan: Plan) -> int:
    from bihuan.actions.migrations import look
    from bihuan.core.permission import SYSTEM
    from bihuan.store import clock, packs, running
    from bihuan.words import versions as words

    now = clock.now()
    with console.bar(running.total(plan.old), _("预演")) as bar:
        seen = look(plan, actor=SYSTEM, now=now, progress=bar.at)
    old, new = packs.bundle(plan.old), packs.bundle(plan.new)
    if asked.json:
        console.as_json(
            {
                "plan": plan.id,
                "orders": seen.total,
                "ready": seen.ready,
                "stranded": seen.stranded,
                "undecided": [f"{type_}.{key}" for type_, key in sorted(seen.undecided)],
                "rows": [_as_data(row, old, new) for row in seen.rows],
            }
        )
        return 0 if not seen.stranded else 1
    console.show(f"{words.plan_title(plan)}　{words.look_text(seen)}")
    _listed(seen, old, new, now)
    if seen.undecided:
        raise console.Failed(words.undecided_text(seen.undecided, old))
    return 1 if seen.stranded else 0


def _listed(seen: Look, old: Programme, new: Programme, now: Any) -> None:
    from bihuan.words.orders import state_name
    from bihuan.words.versions import shift_text, stays_text

    for row in seen.rows[:SHOWN]:
        a, b = old.orders[row.type], new.orders.get(row.type)
        if row.refused is not None or b is None:
            why = stays_text(row.refused, a, b) if row.refused else ""
            console.show(f"  {row.number}  {state_name(a, row.state)}  {_('换不过去：')}{why}")
            continue
        was, becomes = state_name(a, row.state), state_name(b, row.to)
        console.show(f"  {row.number}  {was if was == becomes else f'{was} → {becomes}'}")
        for shift in row.shifts:
            name, due, would = shift_text(shift, a, b, now)
            console.show(f"      {name}  {due} → {would}")
    if seen.total > SHOWN:
        console.show(_("  ……共%(n)s件") % {"n": seen.total})


def _as_data(row: Row, old: Programme, new: Programme) -> dict[str, Any]:
    from bihuan.words.versions import stays_text

    why = stays_text(row.refused, old.orders[row.type], new.orders.get(row.type)) if row.refused else ""
    clocks = [{"clock": s.clock, "to": s.key, "choice": s.choice, "due": s.due, "would": s.would} for s in row.shifts]
    return {
        "number": row.number, "type": row.type, "state": row.state, "to": row.to, "clocks": clocks,
        "code": row.refused.code if row.refused else "", "sentence": why,
    }  # fmt: skip


def _done(asked: argparse.Namespace, found: Found, plan: Plan) -> int:
    from bihuan.actions import migrations
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock, packs, running
    from bihuan.words import versions as words

    now, of = clock.now(), plan.new if asked.revert else plan.old
    old, new = packs.bundle(plan.old), packs.bundle(plan.new)
    with console.bar(running.total(of), _("换回") if asked.revert else _("换版")) as bar:
        try:
            if asked.revert:
                done = migrations.revert(plan, actor=SYSTEM, now=now, progress=bar.at)
            else:
                stays = asked.rest_stays
                done = migrations.apply(plan, actor=SYSTEM, now=now, rest_stays=stays, progress=bar.at)
        except Refused as why:
            raise console.Failed(_why(found, why, old, new)) from None
    if asked.json:
        rows = [_as_data(row, old, new) for row in done.refused]
        console.as_json({"plan": plan.id, "moved": done.moved, "refused": rows, "left": done.left})
    else:
        _stayed(done, old, new)
    said = words.done_text(done, back=asked.revert)
    if done.refused and not asked.rest_stays:
        raise console.Failed(said)
    if not asked.json:
        console.show(said)
    return 0


def _why(found: Found, why: Refused, old: Programme, new: Programme) -> str:
    from bihuan.words.versions import refusal

    if why.code == "migrate.invalid":
        return "\n".join(_faults(found, why.facts["faults"]))
    return refusal(why, old, new)


def _stayed(done: Done, old: Programme, new: Programme) -> None:
    from bihuan.words.versions import stays_text

    for row in done.refused[:SHOWN]:
        if row.refused is not None:
            a, b = old.orders.get(row.type), new.orders.get(row.type)
            console.show(f"  {row.number}  {stays_text(row.refused, a or next(iter(old.orders.values())), b)}")


# ---- versions ----
def run_versions(asked: argparse.Namespace) -> int:
    """List every version with its state and its running orders."""
    console.ready()
    from bihuan.actions.programmes import board
    from bihuan.core.permission import SYSTEM
    from bihuan.words.network import version_state

    rows = board(asked.key, actor=SYSTEM)
    if asked.key and not rows:
        raise console.Failed(_("没有专项“%(key)s”。") % {"key": asked.key})
    if asked.json:
        told = [
            {
                "version": row.bundle,
                "state": row.state,
                "running": row.running,
                "published": row.published,
                "hash": row.hash,
                "note": row.note,
                "states": [{"type": type_, "state": state, "orders": n} for (type_, state), n in row.states.items()],
            }
            for row in rows
        ]
        console.as_json(told)
        return 0
    for row in rows:
        said = {"bundle": row.bundle, "state": version_state(row.state), "n": row.running, "note": row.note}
        console.show(_("%(bundle)s  %(state)s  在办%(n)s件  %(note)s") % said)
    return 0


def run_state(asked: argparse.Namespace) -> int:
    """Let a version take new orders, only go on, or rest."""
    console.ready()
    from bihuan.actions.programmes import set_state
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock
    from bihuan.words.network import version_state
    from bihuan.words.versions import refusal

    try:
        changed = set_state(asked.version, asked.state, actor=SYSTEM, now=clock.now())
    except Refused as why:
        raise console.Failed(refusal(why)) from None
    said = {"bundle": asked.version, "state": version_state(asked.state)}
    console.show((_("%(bundle)s：%(state)s。") if changed else _("%(bundle)s 原来就是：%(state)s。")) % said)
    return 0
