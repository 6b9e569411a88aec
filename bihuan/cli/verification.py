"""`bihuan verify` recomputes everything from the events and names the first broken link."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _


def add(commands: Any) -> None:
    """Add `verify`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "verify",
        help=_("验证记录没有被改过"),
        description=_("由事件重算每张单的现状、时限和计数，核对链和封存；有一处不对就指出第一处，退出码1。"),
    )
    one.add_argument("--receipt", default="", metavar=_("文件"), help=_("只核对一张回执"))
    one.add_argument("--package", default="", metavar=_("文件"), help=_("只核对一个归档移交包"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Verify everything, or one receipt."""
    console.ready()
    if asked.package:
        return _package(asked)
    return _receipt(asked) if asked.receipt else _everything(asked)


def _everything(asked: argparse.Namespace) -> int:
    from bihuan.actions.verify import verify
    from bihuan.store import bulk
    from bihuan.words.verification import broken, summary

    done = 0
    with console.bar(bulk.total(), _("验证")) as bar:

        def progress(n: int) -> None:
            nonlocal done
            done += n
            bar.at(done)

        report = verify(progress=progress)
    if asked.json:
        console.as_json(
            {
                "ok": report.broken is None,
                "orders": report.orders,
                "events": report.events,
                "clocks": report.clocks,
                "kept_clocks": report.kept_clocks,
                "counters": report.counters,
                "seals": report.seals,
                "faults": [{"code": code, "sentence": broken(code, facts), **facts} for code, facts in report.faults],
            }
        )
    elif report.broken is None:
        console.show(summary(report))
    if report.broken is not None:
        raise console.Failed(broken(*report.broken))
    return 0


def _package(asked: argparse.Namespace) -> int:
    from bihuan.actions.archive_files import check
    from bihuan.words.archives import package_fault, package_text

    try:
        found = check(Path(asked.package))
    except OSError:
        raise console.Failed(_("移交包“%(path)s”读不出来，请看路径对不对。") % {"path": asked.package}) from None
    faults = [{"code": code, "sentence": package_fault(code, facts)} for code, facts in found.faults]
    if asked.json:
        console.as_json(
            {
                "ok": not faults,
                "year": found.year,
                "orders": found.orders,
                "events": found.events,
                "files": found.files,
                "sha256": found.digest,
                "known": found.known,
                "faults": faults,
            }
        )
    elif not faults:
        console.show(package_text(found))
    if faults:
        raise console.Failed(faults[0]["sentence"])
    return 0


def _receipt(asked: argparse.Namespace) -> int:
    from bihuan.actions.seals import check_receipt
    from bihuan.words.verification import receipt

    try:
        text = Path(asked.receipt).read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        said = _("回执“%(path)s”读不出来，请看路径对不对、是不是文本文件。") % {"path": asked.receipt}
        raise console.Failed(said) from None
    holds, code, facts = check_receipt(text)
    if asked.json:
        console.as_json({"ok": holds, "code": code, "sentence": receipt(code, facts), **facts})
    elif holds:
        console.show(receipt(code, facts))
    if not holds:
        raise console.Failed(receipt(code, facts))
    return 0
