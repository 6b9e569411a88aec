"""回填的说法: an answer as the source reads it in its own sheet, and what became of every row of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.actions.returns import AGAIN, FILLED, Account, Returned
from bihuan.core.order_state import Event, OrderState
from bihuan.core.refusal import Refused
from bihuan.store import calendars, network, packs
from bihuan.words import moments
from bihuan.words.events import shown
from bihuan.words.orders import choice_name, state_name, unit_name

CHINESE = "zh-hans"


def answers(order: OrderState, past: Sequence[Event], now: datetime) -> dict[str, str]:
    """Return what a source may be told of an order, by the answers a sheet may ask for, in Chinese whoever fills it.

    It is what the requester was told and nothing more: inner words, persons and ratings stay here. Where the matter
    ended without a reply, the words of its end stand in place of one.
    """
    with translation.override(CHINESE):
        t, net = packs.order_type(order.bundle, order.type), network.snapshot(calendars.calendar().local_day(now))
        reply = order.replies.get("requester")
        found = {
            "unit": unit_name(net, order.lead or order.desk),
            "number": order.number,
            "state": state_name(t, order.state),
        }
        if reply:
            move = next(one for one in t.by_effect("reply") if one.half == "requester")
            quote, pairs = shown(move, reply["facts"], t, net, now, False, ("result",))
            result = reply["facts"].get("result", "")
            found["result"] = choice_name(t.fields["result"], result) if result else ""
            found["answered_at"] = moment(reply["at"])
        else:
            end = next((one for one in reversed(past) if one.then.get("to") == order.state), None)
            quote, pairs = "", []
            if end is not None:
                made = packs.type_of(end, t).moves[end.verb]
                quote, pairs = shown(made, end.facts, t, net, now, False, ())
                found["answered_at"] = moment(end.at)
            found["result"] = found["state"]
        said = [quote, *(f"{name}：{value}" for name, value in pairs)] if quote or not reply else [quote]
        found["answer"] = "\n".join(part for part in said if part)
        return found


def moment(at: datetime | str) -> str:
    """Return a moment as sheets have it: 2022-09-30 16:05, in the county's time."""
    return f"{moments.local(at):%Y-%m-%d %H:%M}"


def reason(one: Returned) -> str:
    """Return what became of a row; for one that was left alone, why and what to do."""
    said = {
        "number": one.source_number,
        "order": one.number,
        "line": one.line,
        "columns": _("、").join(_("“%(name)s”") % {"name": name} for name in one.columns),
    }
    sentences = {
        FILLED: _("填上答复，%(order)s"),
        AGAIN: _("以前填过，%(order)s"),
        "no_number": _("没有来源单号，认不出是哪张单"),
        "repeated": _("来源单号%(number)s与第%(line)s行重复，两行都没有填，请来源核对"),
        "not_ours": _("没有来源单号是%(number)s的单，或不归您看"),
        "post": _("%(order)s要由它的派单台或服务专员回填"),
        "unanswered": _("%(order)s还没有答复，办出结果再回填"),
        "edited": _("导入以后%(columns)s改过，和%(order)s对不上，没有填，请先和来源核对"),
        "occupied": _("%(columns)s里已有别的内容，没有改动，请先核对"),
        "blocked": _("%(columns)s是公式或合并的格子，填不进去，请先改成普通格子"),
    }
    return sentences[one.code] % said


def refusal(refused: Refused) -> str:
    """Return why nothing of a sheet was read."""
    facts = refused.facts
    said = {
        **facts,
        "header": _("、").join(facts.get("header", ())),
        "known": _("、").join(facts.get("words", ())),
        "channels": _("、").join(facts.get("channels", ())),
        "near": _("是不是“%(near)s”？") % facts if facts.get("near") else "",
    }
    sentences = {
        "return.needs.channel": _("请选一个外部来源，可选：%(channels)s。"),
        "return.needs.number": _(
            "看不出哪一列是来源单号。表里的列有：%(header)s。请照项目里写的改表头，或用命令 --map 列名=source_number 对上。"
        ),
        "return.needs.answers": _(
            "看不出填到哪几列。表里的列有：%(header)s。请照项目里写的改表头，或用命令 --map 列名=answer 对上。"
        ),
        "return.invalid.column": _("表里没有“%(column)s”这一列。%(near)s表里的列有：%(header)s。"),
        "return.invalid.word": _("没有“%(word)s”这一项可填。可用的有：%(known)s。"),
        "return.invalid.long": _("超过%(most)s行，请拆成几个文件再回填。"),
        "return.stale.busy": _("这几张单正有人在办，没有填。请等一会儿再填一次。"),
    }
    return sentences[refused.code] % said


def account_lines(account: Account, *, dry_run: bool) -> list[str]:
    """Return the account of a return, a sentence a line, every row that was left alone among them."""
    n = account.filled
    head = (
        ngettext("预演：可回填%(n)s行", "预演：可回填%(n)s行", n)
        if dry_run
        else ngettext("已回填%(n)s行", "已回填%(n)s行", n)
    )
    rest = len(account.left)
    lines = [_("%(head)s，没有填%(rest)s行，共%(all)s行。") % {"head": head % {"n": n}, "rest": rest, "all": n + rest}]
    return lines + [_("第%(line)s行：%(why)s") % {"line": one.row.line, "why": reason(one)} for one in account.left]


def left_rows(account: Account) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the rows that were left alone as a sheet: line and reason before their own columns."""
    own = tuple(account.left[0].row.cells) if account.left else ()
    rows = [[str(one.row.line), reason(one), *one.row.cells.values()] for one in account.left]
    return (_("行"), _("为什么没填"), *own), rows
