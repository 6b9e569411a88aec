"""`bihuan brief`: the brief of a period as text, a page, a Word file or JSON, with every figure in it counted now."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.cli import console
from bihuan.cli.speech import _

if TYPE_CHECKING:
    from datetime import date

    from bihuan.store.figures import Asked

FORMATS = ("text", "html", "docx", "json")


def add(commands: Any) -> None:
    """Add `brief`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "brief",
        help=_("出简报"),
        description=_("按模板出一期简报，每个数都按记录算出。只看不存；要编辑、签发请到网页的报表里。"),
    )
    one.add_argument("programme", metavar=_("项目"), help=_("项目的键，如 enterprise_order"))
    one.add_argument("--kind", default="", metavar=_("简报"), help=_("哪种简报，不写是第一种"))
    one.add_argument("--from", dest="since", default="", metavar=_("日期"), help=_("从哪天"))
    one.add_argument("--to", dest="until", default="", metavar=_("日期"), help=_("到哪天"))
    one.add_argument("--as-of", default="", metavar=_("时刻"), help=_("只数这时以前登记的，不写是现在"))
    one.add_argument("--format", choices=FORMATS, default="text", help=_("哪种格式"))
    one.add_argument("--out", default="", metavar=_("文件"), help=_("写到文件；docx 必须写，或转到管道"))
    one.add_argument("--json", action="store_true", help=_("等于 --format json"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Print the brief, or write it into the file named."""
    console.ready()
    from bihuan.actions import briefs as actions
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import calendars, clock, network, packs
    from bihuan.store.orders import NotFound
    from bihuan.words import brief_papers as papers
    from bihuan.words import briefs as words

    programme = packs.current().get(asked.programme)
    if programme is None:
        raise console.Failed(_("没有项目“%(key)s”。") % {"key": asked.programme})
    kinds = programme.briefs
    kind = kinds.get(asked.kind) if asked.kind else next(iter(kinds.values()), None)
    if kind is None:
        known = "、".join(kinds)
        said = _("没有简报“%(key)s”，有：%(known)s。") if asked.kind else _("项目“%(programme)s”没有声明简报。")
        raise console.Failed(said % {"key": asked.kind, "known": known, "programme": asked.programme})
    now = clock.now()
    try:
        brief = actions.previewed(
            actor=SYSTEM, programme=programme, kind=kind, asked=window(asked, kind), voice=words.VOICE, now=now
        )
    except Refused as why:
        raise console.Failed(words.reason(why) + _("。")) from None
    except NotFound as why:
        raise console.Failed(_("简报里的指标“%(key)s”算不出来。") % {"key": why}) from None
    paper = words.paper_of(brief, kind)
    net = network.snapshot(calendars.calendar().local_day(now))
    one = papers.printed(paper, net)
    form = "json" if asked.json else asked.format
    if form == "json":
        import json

        return _out(
            asked, json.dumps(papers.json_of(brief, paper, programme, one), ensure_ascii=False, indent=2) + "\n"
        )
    if form == "html":
        links = {int(n): papers.figure_json(brief, int(n), figure, programme)["query"]
                 for n, figure in brief.figures.items()}  # fmt: skip
        return _out(asked, papers.html_of(one, links))
    if form == "docx":
        from bihuan.actions.brief_files import docx_of

        return _bytes(asked, docx_of(one))
    return _out(asked, papers.text_of(one) + "\n")


def window(asked: argparse.Namespace, kind: Any) -> Asked:
    """Return what is asked for; raises Misused for what is no day."""

    from bihuan.core.brief_kinds import first_window
    from bihuan.core.facts import Problem, parse_date
    from bihuan.store import calendars, clock
    from bihuan.store.figures import Asked

    today = calendars.calendar().local_day(clock.now())
    since, until = first_window(kind, today)
    days: dict[str, date] = {"since": since, "until": until}
    for name, option in (("since", "--from"), ("until", "--to")):
        if text := getattr(asked, name):
            try:
                days[name] = parse_date(text, today)
            except Problem:
                said = {"option": option, "text": text}
                raise console.Misused(_("%(option)s 后面“%(text)s”不是日期，写成 2022-10-25。") % said) from None
    return Asked(days["since"], days["until"], moment(asked.as_of, today))


def moment(text: str, today: date) -> str:
    """Return an as-of moment as stored; today means up to now. Raises Misused."""
    from datetime import timedelta

    from bihuan.cli import figures
    from bihuan.core.instants import iso
    from bihuan.store import calendars

    found = figures.moment(text.strip())
    return "" if found == iso(calendars.calendar().midnight(today + timedelta(days=1))) else found


def _out(asked: argparse.Namespace, text: str) -> int:
    if not asked.out:
        sys.stdout.write(text)
        sys.stdout.flush()
        return 0
    return _bytes(asked, text.encode())


def _bytes(asked: argparse.Namespace, content: bytes) -> int:
    if asked.out:
        try:
            Path(asked.out).write_bytes(content)
        except OSError as why:
            said = {"path": asked.out, "why": why.strerror}
            raise console.Failed(_("%(path)s 写不进去：%(why)s。") % said) from None
        console.show(_("已写到 %(path)s。") % {"path": asked.out})
        return 0
    if sys.stdout.isatty():
        raise console.Misused(_("docx 不能印在终端上，请写 --out 文件。"))
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
    return 0
