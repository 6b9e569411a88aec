"""归档: `bihuan archive` closes a year: lists what can be archived, archives it, and writes the package to hand over."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.actions.archives import Look


def add(commands: Any) -> None:
    """Add `archive`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "archive",
        help=_("年度归档，做移交包"),
        description=_(
            "把一个年度办结的单归档：归档后只读，仍计入各项数字。先用 --dry-run 看哪些能归、哪些不能、为什么；断了再运行一次，接着归。"
        ),
    )
    one.add_argument("year", type=_year, metavar=_("年度"), help=_("如 2022"))
    one.add_argument("--dry-run", action="store_true", help=_("只看会怎样，什么也不改"))
    one.add_argument("--fonds", default="", metavar=_("全宗号"), help=_("档案馆给的全宗号，写在档号前面"))
    one.add_argument("--package", default="", metavar=_("文件"), help=_("归档以后把移交包写到这个文件（.zip）"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def _year(text: str) -> int:
    if len(text) == 4 and text.isascii() and text.isdigit() and 1990 <= int(text) <= 2100:
        return int(text)
    raise argparse.ArgumentTypeError(_("年度“%(text)s”要写成四位数，如 2022") % {"text": text})


def run(asked: argparse.Namespace) -> int:
    """List, archive, and write the package; exit 1 where there is nothing to do or the year still runs."""
    console.ready()
    from bihuan.actions import archives
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock
    from bihuan.words.archives import reason

    now = clock.now()
    look = archives.look(asked.year, actor=SYSTEM, now=now)
    if asked.dry_run:
        _listed(asked, look, now)
        return 0
    done = None
    try:
        with console.bar(sum(look.ready.values()), _("归档")) as bar:
            done = archives.close(asked.year, actor=SYSTEM, now=now, fonds=asked.fonds, progress=bar.at)
    except Refused as why:
        # Closed before: the package can still be made, again and again.
        if not (asked.package and why.code == "archive.state.done" and why.facts["n"]):
            raise console.Failed(_("没有归档：%(why)s。") % {"why": reason(why, now)}) from None
    packed = _packed(asked, now) if asked.package else None
    if asked.json:
        console.as_json(
            {
                "year": asked.year,
                "archived": done.moved if done else 0,
                "left": look.n_left,
                "open": look.open,
                "package": {"file": asked.package, "sha256": packed.digest, "orders": packed.orders}
                if packed
                else None,
            }
        )
        return 0
    if done:
        console.show(_("%(year)s年已归档%(n)s件，从现在起只读。") % {"year": asked.year, "n": done.moved})
        if done.left:
            console.show(_("有%(n)s件刚被别人改过，没有归档。请再运行一次。") % {"n": done.left})
    if packed:
        said = {"path": asked.package, "n": packed.orders, "sum": packed.digest}
        console.show(_("移交包已写到 %(path)s（%(n)s件）。指纹 SHA-256：%(sum)s") % said)
    return 0


def _packed(asked: argparse.Namespace, now: Any) -> Any:
    from bihuan.actions import archive_files, archives
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.words.archives import reason

    total = archives.look(asked.year, actor=SYSTEM, now=now, most=0).archived
    try:
        with console.bar(total, _("做移交包")) as bar:
            return archive_files.pack(asked.year, actor=SYSTEM, now=now, to=Path(asked.package), progress=bar.at)
    except Refused as why:
        raise console.Failed(_("没有做移交包：%(why)s。") % {"why": reason(why, now)}) from None
    except OSError as why:
        said = {"path": why.filename or asked.package, "why": why.strerror or why}
        raise console.Failed(_("没有做移交包：%(path)s 读写不了（%(why)s）。") % said) from None


def _listed(asked: argparse.Namespace, look: Look, now: Any) -> None:
    from bihuan.words.archives import left_text, reason, terms_text

    if asked.json:
        left = [{"number": one.number, "code": one.why.code, "sentence": reason(one.why, now)} for one in look.left]
        found = {"year": look.year, "ready": dict(look.ready), "left": look.n_left, "open": look.open}
        console.as_json({**found, "archived": look.archived, "cannot": left})
        return
    ready = sum(look.ready.values())
    console.show(
        _("%(year)s年可以归档%(n)s件，已归档%(done)s件。") % {"year": look.year, "n": ready, "done": look.archived}
    )
    for name, n in terms_text(look):
        console.show(f"  {_('保管')}{name}  {n}")
    if look.open:
        console.show(_("这一年及以前点的单还有%(n)s件在办，办结后再补归。") % {"n": look.open})
    if look.n_left:
        console.show(_("%(said)s：") % {"said": left_text(look.n_left)})
        for one in look.left:
            console.show(f"  {one.number}  {reason(one.why, now)}")
    if look.early:
        console.show(_("%(why)s。") % {"why": reason(look.early, now)})
    console.show(_("什么也没有改。"))
