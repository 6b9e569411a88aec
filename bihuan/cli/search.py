"""`bihuan search` finds orders as one person may see them; `--rebuild` writes the index anew."""

from __future__ import annotations

import argparse
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _

CHUNK = 200


def add(commands: Any) -> None:
    """Add `search`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "search",
        help=_("按单号、名称、文字找单"),
        description=_("按字找单，新的在前，只列这个人能看的。几个词都要有；一个字也行。"),
        epilog=_("例：bihuan search 用工 --person 周敏"),
    )
    one.add_argument("words", nargs="*", metavar=_("词"), help=_("单号、企业名称、事由或内容里的字"))
    one.add_argument("--person", default="", metavar=_("谁"), help=_("以谁的身份查：姓名、登录名或键"))
    one.add_argument("--post", default="", metavar=_("岗位"), help=_("以哪个岗位，默认第一个"))
    one.add_argument("--limit", type=int, default=20, metavar="N", help=_("最多列多少件，1—200"))
    one.add_argument("--rebuild", action="store_true", help=_("把索引重写一遍；可以边用边写，中断了再来一次"))
    one.add_argument("--json", action="store_true", help=_("输出 JSON"))
    one.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    """Find, or write the index anew."""
    if not asked.rebuild and not asked.words:
        raise console.Misused(_("请写要找的词，例如：bihuan search 用工 --person 周敏。"))
    if not 1 <= asked.limit <= 200:
        raise console.Misused(_("--limit 请写1到200。"))
    console.ready()
    if asked.rebuild:
        return _rebuild()
    return _found(asked)


def _rebuild() -> int:
    from bihuan.store import bulk, orders, terms

    done, last = 0, 0
    with console.bar(bulk.total(), _("写索引")) as bar:
        while ids := orders.ids_after(last, CHUNK):
            terms.renew(ids)
            last, done = ids[-1], done + len(ids)
            bar.at(done)
    console.show(_("索引写好了，共%(n)s张单。") % {"n": done})
    return 0


def _found(asked: argparse.Namespace) -> int:
    from bihuan.actions.users import person_called
    from bihuan.core.refusal import Refused
    from bihuan.store import clock, packs, people, search
    from bihuan.words.network import sentence
    from bihuan.words.orders import state_name

    now = clock.now()
    if not asked.person:
        raise console.Misused(_("请用 --person 写明以谁的身份查：只列这个人能看的。"))
    try:
        person = person_called(asked.person, now)
    except Refused as why:
        raise console.Failed(sentence(why)) from None
    actor = people.actor(person, asked.post, now)
    if actor is None or (asked.post and asked.post not in (actor.post, f"{actor.post}~{actor.stands_for}")):
        raise console.Failed(_("“%(who)s”现在没有担任这个岗位，查不了。") % {"who": asked.person})
    text = " ".join(asked.words)
    page = search.orders(seen_by=actor, programmes=packs.current().values(), text=text, limit=asked.limit)
    if asked.json:
        kept = ("number", "programme", "type", "state", "title", "requester_name", "submitted")
        rows = [{name: getattr(row, name) for name in kept} for row in page.rows]
        console.as_json({"orders": rows, "next": page.next, "behind": page.behind})
        return 0
    for row in page.rows:
        state = state_name(packs.roles_of(row.programme, row.type), row.state)
        console.show("  ".join(part for part in (row.number, state, row.requester_name, row.title) if part))
    if not page.rows:
        console.show(_("没有找到“%(text)s”。") % {"text": text})
    elif page.next:
        console.show(_("只列了最近的%(n)s件，更早的请用 --limit 多列一些，或在页面上往前找。") % {"n": len(page.rows)})
    return 0
