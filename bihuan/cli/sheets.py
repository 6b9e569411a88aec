"""`bihuan import` takes a sheet over with a complete account, `bihuan export` gives the same sheet back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from bihuan.actions.import_columns import Mapping_
    from bihuan.actions.sheets import Sheet
    from bihuan.core.programmes import OrderType, Programme
    from bihuan.core.refusal import Refused

A = TypeVar("A")  # an account
ROSTERS = ("units", "holders")


def add(commands: Any) -> None:
    """Add `import` and `export`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "import",
        help=_("导入表格（xlsx、csv）"),
        description=_(
            "导入表格。每一行都有交代：不能导入的行连同原因另存一份表。同一份表导两次，第二次一行也不会重复。"
        ),
        epilog=_("不写 --map 时按表头认列：字段名、英文键，或导出表的表头。"),
    )
    _what(one)
    one.add_argument("file", metavar=_("文件"), help=_("xlsx、xls、ods，或 UTF-8、GB18030 的 csv"))
    one.add_argument("--map", action="append", default=[], metavar=_("列名=项目"), help=_("哪一列是哪一项，可写多次"))
    one.add_argument(
        "--value",
        action="append",
        default=[],
        metavar=_("列名:内容=键"),
        help=_("某一列的某个内容算哪个选项，可写多次；内容写 * 是其余的都算"),
    )
    one.add_argument("--set", action="append", default=[], metavar=_("项目=值"), help=_("表里没有的，全表用这个值"))
    one.add_argument("--zone", default="", metavar=_("时区"), help=_("表里的时刻是哪个时区的，如 Asia/Shanghai"))
    one.add_argument(
        "--rejects", default="", metavar=_("文件"), help=_("不能导入的行另存到哪里，默认 文件.rejected.xlsx")
    )
    one.add_argument("--dry-run", action="store_true", help=_("只预演，不写入"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run_import)
    two: argparse.ArgumentParser = commands.add_parser(
        "export", help=_("导出表格"), description=_("导出表格，可以原样导回。不写 --out 时往终端输出 csv。")
    )
    _what(two)
    two.add_argument("--out", default="", metavar=_("文件"), help=_(".xlsx 或 .csv"))
    two.add_argument("--purpose", default="", metavar=_("用途"), help=_("导出做什么用，记入登记簿"))
    two.set_defaults(run=run_export)


def _what(one: argparse.ArgumentParser) -> None:
    one.add_argument("programme", metavar=_("项目"), help=_("项目的键，如 enterprise_order"))
    one.add_argument(
        "what",
        metavar=_("什么"),
        help=_("单的类型或台账活动的键，或 statistics（统计值）、units（单位）、holders（任职）"),
    )


def run_import(asked: argparse.Namespace) -> int:
    """Import a sheet and print the account."""
    mapping = _mapping(asked)
    console.ready()
    from bihuan.actions.sheets import SheetFault

    try:
        if asked.what in ROSTERS:
            from bihuan.cli.rosters import import_roster

            return import_roster(asked, mapping)
        from bihuan.cli.ledger import import_entries, is_book
        from bihuan.cli.statistics import WHAT, are_declared, import_statistics

        if asked.what == WHAT and are_declared(asked.programme):
            return import_statistics(asked, mapping)
        if is_book(asked.programme, asked.what):
            return import_entries(asked, mapping)
        return _import_orders(asked, mapping)
    except SheetFault as why:
        raise console.Failed(str(why)) from None


def read(asked: argparse.Namespace, mapping: Mapping_, known: Sequence[str]) -> Sheet:
    """Return the sheet; its heading is the line with the columns of the mapping, else with `known` ones."""
    from bihuan.actions.sheets import read_sheet

    return read_sheet(asked.file, known=[column for column, _fact in mapping.columns] or list(known))


def taken(
    asked: argparse.Namespace,
    mapping: Mapping_,
    sheet: Sheet,
    take: Callable[..., A],
    refusal: Callable[[Refused], str],
    **what: str,
) -> A:
    """Take a sheet over as the system, a bar beside it, and return the account; a refusal is told in its words."""
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock

    try:
        with console.bar(sheet.height or len(sheet.rows), _("导入")) as bar:
            return take(
                actor=SYSTEM,
                programme=asked.programme,
                sheet=sheet,
                mapping=mapping,
                now=clock.now(),
                dry_run=asked.dry_run,
                progress=bar.at,
                **what,
            )
    except Refused as why:
        raise console.Failed(refusal(why)) from None


def _import_orders(asked: argparse.Namespace, mapping: Mapping_) -> int:
    from bihuan.actions.import_columns import channel_of, known_headings
    from bihuan.actions.imports import import_orders
    from bihuan.words import imports as words

    programme, order_type = declared(asked.programme, asked.what)
    channel = channel_of(programme, mapping.constants.get("channel", ""))
    own = [one.column for one in channel.sheet] if channel else []
    sheet = read(asked, mapping, [*known_headings(order_type), *own])
    account = taken(asked, mapping, sheet, import_orders, lambda why: words.refusal(why, order_type), type_=asked.what)
    left = [(one.row, words.reason(one.faults, order_type)) for one in account.rejected]
    left += [(row, words.already(number)) for row, number in account.already]
    counted = {"closed": account.closed, "undated": account.undated}
    return told(asked, account, sheet, left, counted, words.account_lines(account, dry_run=asked.dry_run))


def told(
    asked: argparse.Namespace,
    account: Any,
    sheet: Sheet,
    left: list[Any],
    counted: dict[str, Any],
    lines: Iterable[str],
) -> int:
    """Keep the rows that were not taken beside the file, print the account of an import, and return 0.

    `left` are (row, reason), the rejected ones first; `counted` is what this kind of account counts besides.
    Worksheets of the same file that nobody read are named, whatever was imported.
    """
    unwritten: console.Failed | None = None
    try:
        path = rejects(asked, left, sheet.header)
    except console.Failed as why:
        path, unwritten = "", why  # what was taken is taken, and is told first
    if asked.json:
        console.as_json(
            {
                "rows": account.rows,
                "taken": account.taken,
                "already": len(account.already),
                "rejected": len(account.rejected),
                **counted,
                "first": account.first,
                "last": account.last,
                "unread_columns": list(account.plan.unread),
                "rejects": path,
                "dry_run": asked.dry_run,
                "reasons": [{"line": row.line, "reason": why} for row, why in left[: len(account.rejected)]],
            }
        )
        lines = ()
    for line in lines:
        console.show(line)
    if unwritten:
        raise unwritten
    if asked.json:
        return 0
    if names := _("、").join(sheet.others):
        console.show(_("同一个文件里还有别的工作表没有读：%(names)s。") % {"names": names})
    if path:
        console.show(_("没有导入的%(n)s行连同原因在 %(path)s") % {"n": len(left), "path": path})
    return 0


def rejects(asked: argparse.Namespace, left: list[Any], header: Sequence[str]) -> str:
    """Write the rows that were not taken beside the file and return where, "" where there is none."""
    from bihuan.actions.sheets import write_rejects

    path = asked.rejects or f"{asked.file}.rejected.xlsx"
    if not left:
        if not asked.rejects and not asked.dry_run:
            Path(path).unlink(missing_ok=True)  # of an earlier try: what it lists is no longer true
        return ""
    try:
        write_rejects(path, header, left)
    except OSError as why:
        raise console.Failed(
            _("不能导入的%(n)s行写不进 %(path)s（%(why)s），请用 --rejects 换一个地方再导一次。")
            % {"n": len(left), "path": path, "why": why.strerror or why}
        ) from None
    return path


def declared(programme: str, what: str) -> tuple[Programme, OrderType]:
    """Return the programme and kind of order named, or raise Misused with those there are."""
    from bihuan.store import packs

    known = packs.current()
    if programme not in known:
        said = {"key": programme, "known": _("、").join(known) or _("（一个也没有，请先运行 bihuan init）")}
        raise console.Misused(_("没有项目“%(key)s”，已发布的有：%(known)s。") % said)
    found = known[programme]
    if what not in found.orders:
        said = {
            "key": what,
            "known": _("、").join((*found.orders, *found.ledger, *(["statistics"] if found.series else []), *ROSTERS)),
        }
        raise console.Misused(_("这个项目里没有“%(key)s”，可写：%(known)s。") % said)
    return found, found.orders[what]


def _mapping(asked: argparse.Namespace) -> Mapping_:
    from zoneinfo import ZoneInfo

    from bihuan.actions.import_columns import Mapping_

    zone = None
    if asked.zone:
        try:
            zone = ZoneInfo(asked.zone)
        except (KeyError, ValueError, OSError):
            said = _("没有时区“%(zone)s”，请写成 Asia/Shanghai 这样。") % {"zone": asked.zone}
            raise console.Misused(said) from None
    values = []
    for text in asked.value:
        left, key = _pair(text, "--value 列名:内容=键")
        column, mark, content = left.partition(":")
        if not mark or not column or not content:
            raise console.Misused(
                _("“%(text)s”看不懂，请写成 %(form)s。") % {"text": text, "form": "--value 列名:内容=键"}
            )
        values.append((column, content, key))
    return Mapping_(
        columns=tuple(_pair(text, "--map 列名=项目") for text in asked.map),
        values=tuple(values),
        constants=dict(_first(text, "--set 项目=值") for text in asked.set),
        zone=zone,
    )


def _pair(text: str, form: str) -> tuple[str, str]:
    left, mark, right = text.rpartition("=")
    if not mark or not left.strip():
        raise console.Misused(_("“%(text)s”看不懂，请写成 %(form)s。") % {"text": text, "form": form})
    return left.strip(), right.strip()


def _first(text: str, form: str) -> tuple[str, str]:
    left, mark, right = text.partition("=")
    if not mark or not left.strip():
        raise console.Misused(_("“%(text)s”看不懂，请写成 %(form)s。") % {"text": text, "form": form})
    return left.strip(), right.strip()


def run_export(asked: argparse.Namespace) -> int:
    """Write the sheet of one kind of order, or of units or holders."""
    console.ready()
    from bihuan.actions.exports_sheet import TooMany, export_orders, export_roster, write_csv
    from bihuan.actions.sheets import write_sheet
    from bihuan.core.permission import SYSTEM
    from bihuan.store import clock

    out = Path(asked.out) if asked.out else None
    if out is not None and out.suffix.lower() not in (".xlsx", ".csv"):
        raise console.Misused(_("“%(path)s”请以 .xlsx 或 .csv 结尾。") % {"path": asked.out})
    given = {"actor": SYSTEM, "now": clock.now(), "purpose": asked.purpose}
    from bihuan.actions.ledger_imports import export_entries
    from bihuan.actions.statistic_imports import export_statistics
    from bihuan.cli.ledger import is_book
    from bihuan.cli.statistics import WHAT, are_declared

    if asked.what in ROSTERS:
        header, rows = export_roster(what=asked.what, **given)
    elif asked.what == WHAT and are_declared(asked.programme):
        header, rows = export_statistics(programme=asked.programme, **given)
    elif is_book(asked.programme, asked.what):
        header, rows = export_entries(programme=asked.programme, activity=asked.what, **given)
    else:
        declared(asked.programme, asked.what)
        header, rows = export_orders(programme=asked.programme, type_=asked.what, **given)
    try:
        if out is None:
            n = write_csv(sys.stdout, header, rows)
        elif out.suffix.lower() == ".csv":
            with out.open("w", encoding="utf-8-sig", newline="") as file:
                n = write_csv(file, header, rows)
        else:
            counted = _Counted(rows)
            write_sheet(out, header, counted)
            n = counted.n
    except TooMany:
        raise console.Failed(_("一张 xlsx 工作表放不下这么多行，请导出成 .csv。")) from None
    except BrokenPipeError:
        raise
    except OSError as why:
        said = {"path": asked.out, "why": why.strerror or why}
        raise console.Failed(_("%(path)s 写不进去（%(why)s）。") % said) from None
    print(_("已导出%(n)s行。") % {"n": n}, file=sys.stderr)
    return 0


class _Counted:
    """Rows on their way into a worksheet, which takes no more than it has lines."""

    MOST = 1_048_575

    def __init__(self, rows: Iterable[Any]) -> None:
        self.rows, self.n = rows, 0

    def __iter__(self) -> Any:
        from bihuan.actions.exports_sheet import TooMany

        for row in self.rows:
            self.n += 1
            if self.n > self.MOST:
                raise TooMany
            yield row
