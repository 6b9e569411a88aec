"""`bihuan return` fills the source's own sheet with the answers of its orders, and accounts for every row."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _


def add(commands: Any) -> None:
    """Add `return`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "return",
        help=_("把答复回填到来源的表里"),
        description=_(
            "把答复回填到来源自己的表（xlsx、csv）里，只填答复的几列，别的一概不动。每一行都有交代。"
            "同一份表填两次，内容一样，只记一次。"
        ),
        epilog=_("不写 --map 时按项目里写的来源的表认列。"),
    )
    one.add_argument("programme", metavar=_("项目"), help=_("项目的键，如 enterprise_order"))
    one.add_argument("channel", metavar=_("来源"), help=_("来源渠道的键，如 hotline"))
    one.add_argument("file", metavar=_("文件"), help=_("xlsx，或 UTF-8、GB18030 的 csv"))
    one.add_argument(
        "--map",
        action="append",
        default=[],
        metavar=_("列名=项目"),
        help=_("哪一列是 source_number，哪一列填 result、answer、answered_at、unit、number、state，可写多次"),
    )
    one.add_argument("--out", default="", metavar=_("文件"), help=_("填好的表存到哪里，默认 文件名.filled.xlsx"))
    one.add_argument("--rest", default="", metavar=_("文件"), help=_("没填的行另存到哪里，默认 文件名.left.xlsx"))
    one.add_argument("--purpose", default="", metavar=_("用途"), help=_("导出做什么用，记入登记簿"))
    one.add_argument("--dry-run", action="store_true", help=_("只预演，不写入"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run_return)


def run_return(asked: argparse.Namespace) -> int:
    """Fill a sheet, write it beside the one that was given, and print the account."""
    mapping = [_pair(text) for text in asked.map]
    console.ready()
    from bihuan.actions.returns import return_sheet
    from bihuan.actions.sheets import SheetFault
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock, packs
    from bihuan.words import returns as words

    source = Path(asked.file)
    if asked.programme not in packs.current():
        said = {"key": asked.programme, "known": _("、").join(packs.current())}
        raise console.Misused(_("没有项目“%(key)s”，已发布的有：%(known)s。") % said)
    out = Path(asked.out or source.with_suffix(f".filled{source.suffix}"))
    try:
        if out.resolve() == source.resolve():
            raise console.Misused(_("填好的表不能写回原来的文件，请用 --out 另起一个名字。"))
        data = source.read_bytes()
        if not asked.dry_run:
            out.touch()  # whether it can be written is known before anything is
        account = return_sheet(
            actor=SYSTEM,
            programme=asked.programme,
            channel=asked.channel,
            data=data,
            name=source.name,
            compose=words.answers,
            now=clock.now(),
            mapping=mapping,
            purpose=asked.purpose,
            dry_run=asked.dry_run,
        )
        rest = _written(asked, source, out, account)
    except SheetFault as why:
        _untouched(out)
        raise console.Failed(str(why)) from None
    except Refused as why:
        _untouched(out)
        raise console.Failed(words.refusal(why)) from None
    except OSError as why:
        said = {"path": why.filename or asked.file, "why": why.strerror or why}
        raise console.Failed(_("%(path)s 读写不了（%(why)s）。") % said) from None
    if asked.json:
        lines = [
            {"line": one.row.line, "code": one.code, "source_number": one.source_number, "number": one.number}
            for one in account.lines
        ]
        paths = {"out": "" if asked.dry_run else str(out), "rest": rest}
        console.as_json({"filled": account.filled, "left": len(account.left), **paths, "rows": lines})
        return 0
    for line in words.account_lines(account, dry_run=asked.dry_run):
        console.show(line)
    if not asked.dry_run:
        console.show(_("填好的表在 %(path)s") % {"path": out})
    if rest:
        console.show(_("没填的行连同原因在 %(path)s") % {"path": rest})
    return 0


def _written(asked: argparse.Namespace, source: Path, out: Path, account: Any) -> str:
    """Write the filled sheet and the rows that were left alone; return where the latter are, "" for none."""
    from bihuan.actions.sheets import write_sheet
    from bihuan.words.returns import left_rows

    if asked.dry_run:
        return ""
    out.write_bytes(account.data)
    if not account.left:
        return ""
    rest = Path(asked.rest or source.with_suffix(".left.xlsx"))
    header, rows = left_rows(account)
    write_sheet(rest, header, rows)
    return str(rest)


def _untouched(out: Path) -> None:
    if out.exists() and not out.stat().st_size:
        out.unlink()


def _pair(text: str) -> tuple[str, str]:
    left, mark, right = text.rpartition("=")
    if not mark or not left.strip():
        raise console.Misused(_("“%(text)s”看不懂，请写成 %(form)s。") % {"text": text, "form": "--map 列名=项目"})
    return left.strip(), right.strip()
