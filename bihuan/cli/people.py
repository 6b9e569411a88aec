"""Accounts for people, tokens for programs; a password or token is shown once and kept only as a hash."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _

SHORTEST = 10  # as the sign-in pages ask


def add(commands: Any) -> None:
    """Add `user` and `token`."""
    _users(commands.add_parser("user", help=_("建立账号、列出账号")))
    _tokens(commands.add_parser("token", help=_("建立、列出、作废接口令牌")))


def _users(one: argparse.ArgumentParser) -> None:
    several = one.add_subparsers(dest="does", metavar=_("做什么"), required=True)
    new = several.add_parser(
        "add",
        help=_("建立账号并任职"),
        description=_("让一个人在单位任职并能登录。密码只显示一次；已有账号的换一个新密码。"),
    )
    new.add_argument("name", metavar=_("姓名"))
    new.add_argument("--post", required=True, metavar=_("岗位"), help=_("岗位的键，或岗位类型，如 handler"))
    new.add_argument("--unit", default="", metavar=_("单位"), help=_("单位的键或名称；--post 写岗位类型时要写"))
    new.add_argument("--username", default="", metavar=_("登录名"), help=_("默认用姓名的拼音或人员的键"))
    new.add_argument("--person", default="", metavar=_("人员键"), help=_("同名的人用它分清是谁"))
    new.add_argument(
        "--covers",
        action="append",
        default=[],
        metavar=_("单位"),
        help=_("新设的岗位负责哪些单位，可写多次，如派单员负责的产业链"),
    )
    new.add_argument("--since", type=_day, default=None, metavar=_("日期"), help=_("哪天起任职，默认今天"))
    new.add_argument("--password-stdin", action="store_true", help=_("从标准输入读密码，不自动生成"))
    new.set_defaults(run=user_add)
    listed = several.add_parser("list", help=_("列出账号"))
    listed.add_argument("--json", action="store_true", help=_("输出 JSON"))
    listed.set_defaults(run=user_list)


def _tokens(one: argparse.ArgumentParser) -> None:
    several = one.add_subparsers(dest="does", metavar=_("做什么"), required=True)
    new = several.add_parser(
        "add",
        help=_("建立令牌"),
        description=_("建立一个令牌，持有它的程序以某人的某个岗位办事。令牌只显示一次。"),
    )
    new.add_argument("name", metavar=_("名称"), help=_("给令牌起的名称；不写 --person 时，也是登录名或人员的键"))
    new.add_argument("--person", default="", metavar=_("人员"), help=_("以谁的名义：登录名、人员的键或姓名"))
    new.add_argument("--post", default="", metavar=_("岗位"), help=_("以哪个岗位，默认其第一个岗位"))
    new.set_defaults(run=token_add)
    listed = several.add_parser("list", help=_("列出令牌"))
    listed.add_argument("--json", action="store_true", help=_("输出 JSON"))
    listed.set_defaults(run=token_list)
    revoke = several.add_parser("revoke", help=_("作废令牌"))
    revoke.add_argument("name", metavar=_("名称"))
    revoke.set_defaults(run=token_revoke)


def _day(text: str) -> date:
    from bihuan.core.moments import moment_of

    found = moment_of(text)
    if type(found) is not date:
        raise argparse.ArgumentTypeError(_("“%(text)s”不是日期，请写成 2022-10-25") % {"text": text})
    return found


def user_add(asked: argparse.Namespace) -> int:
    """Appoint a person and give them an account."""
    console.ready()
    from bihuan.actions.users import add_user
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock
    from bihuan.words.network import sentence

    given = sys.stdin.readline().rstrip("\n") if asked.password_stdin else ""
    if asked.password_stdin and len(given) < SHORTEST:
        raise console.Failed(_("密码至少%(n)s个字符。") % {"n": SHORTEST})
    try:
        user = add_user(
            actor=SYSTEM,
            name=asked.name,
            post=asked.post,
            unit=asked.unit,
            person=asked.person,
            username=asked.username,
            password=given,
            covers=asked.covers,
            since=asked.since,
            now=clock.now(),
        )
    except Refused as why:
        raise console.Failed(sentence(why)) from None
    said = {"name": user.name, "unit": user.unit, "post": user.post, "username": user.username}
    console.show(_("%(name)s（%(unit)s %(post)s）可以登录了，登录名 %(username)s") % said)
    if not given:
        console.show(_("密码（只显示这一次）：%(password)s") % {"password": user.password})
    return 0


def user_list(asked: argparse.Namespace) -> int:
    """Print the accounts."""
    console.ready()
    from bihuan.store import people

    rows = people.accounts()
    if asked.json:
        shown = [
            {"person": r["key"], "name": r["name"], "username": r["user__username"], "active": r["user__is_active"]}
            for r in rows
        ]
        console.as_json(shown)
        return 0
    for row in rows:
        stopped = "" if row["user__is_active"] else _("  （已停用）")
        console.show(f"{row['user__username']}  {row['name']}  {row['key']}{stopped}")
    return 0


def token_add(asked: argparse.Namespace) -> int:
    """Make a token and show it, once."""
    console.ready()
    from bihuan.actions.tokens import make_token
    from bihuan.actions.users import person_called
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock
    from bihuan.words.network import sentence

    now = clock.now()
    try:
        person = person_called(asked.person or asked.name, now)
        text, bearer = make_token(actor=SYSTEM, name=asked.name, person=person, post=asked.post, now=now)
    except Refused as why:
        raise console.Failed(sentence(why)) from None
    print(
        _("令牌以%(name)s（%(post)s）的名义办事，只显示这一次：") % {"name": bearer.name, "post": bearer.post},
        file=sys.stderr,
    )
    console.show(text)
    return 0


def token_list(asked: argparse.Namespace) -> int:
    """Print the tokens without their secrets."""
    console.ready()
    from bihuan.actions.tokens import listed

    rows = listed()
    if asked.json:
        console.as_json(rows)
        return 0
    for row in rows:
        state = _("已作废") if row["revoked"] else _("有效")
        console.show(f"{row['name']}  {row['person']}  {row['post']}  {state}")
    return 0


def token_revoke(asked: argparse.Namespace) -> int:
    """Make a token void."""
    console.ready()
    from bihuan.actions.tokens import revoke_token
    from bihuan.core.permission import SYSTEM
    from bihuan.core.refusal import Refused
    from bihuan.store import clock
    from bihuan.words.network import sentence

    try:
        revoke_token(actor=SYSTEM, name=asked.name, now=clock.now())
    except Refused as why:
        raise console.Failed(sentence(why)) from None
    console.show(_("令牌“%(name)s”已作废。") % {"name": asked.name})
    return 0
