"""Why a row or a whole sheet was not taken, and the account of an import, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.actions.accounts import Fault
from bihuan.actions.import_columns import BUILT_IN
from bihuan.actions.imports import Account
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.words.orders import field_name, in_english

SHOWN = 12  # names in one sentence


def fact_name(order_type: OrderType, fact: str) -> str:
    """Return what a fact of a sheet is called: the field's name, or the heading of what every order has."""
    if fact in order_type.fields and (fact not in BUILT_IN or in_english()):
        return field_name(order_type.fields[fact])
    return _named(fact)


def _named(fact: str) -> str:
    names = {
        "number": _("单号"),
        "channel": _("来源"),
        "source_number": _("来源单号"),
        "requester": _("点单单位"),
        "requester_name": _("点单人"),
        "desk": _("派单台"),
        "received_at": _("收到时间"),
        "due": _("承诺期限"),
        "status": _("状态"),
        "closed_at": _("办结时间"),
        "result": _("办理结果"),
    }
    return names.get(fact, fact)


def fault_text(fault: Fault, order_type: OrderType) -> str:
    """Return one fault of a row: which fact, what stood there, what to write instead."""
    said = {"field": fact_name(order_type, fault.fact), "value": shortened(fault.value), **fault.more}
    said["choices"] = listed(fault.more.get("choices", ()))
    said["most"] = fault.more.get("most") or _most(order_type, fault.fact)
    sentences = {
        "missing": _("缺“%(field)s”"),
        "not_a_choice": _("“%(field)s”写的“%(value)s”不在可选项里，可写：%(choices)s"),
        "unknown_status": _("“%(field)s”写的“%(value)s”看不出办没办结，可写：%(choices)s"),
        "unknown_unit": _("“%(field)s”写的“%(value)s”不在单位名册里，请核对名称或先登记单位"),
        "wrong_unit": _("“%(field)s”写的“%(value)s”不是这一类单位"),
        "same_name": _("“%(field)s”写的“%(value)s”有几个同名单位，请改写单位编码"),
        "too_long": _("“%(field)s”超过%(most)s个字，请缩短"),
        "bad_character": _("“%(field)s”里有不可见的控制字符，请删掉"),
        "formula": _("“%(field)s”的公式出错，格子里是“%(value)s”，请改好或直接填结果"),
        "subtotal": _("这一行是合计，不是一件单，不导入；合计由系统算"),
        "not_a_moment": _("“%(field)s”写的“%(value)s”不是时间，请写成 2022-10-25 或 2022-10-25 09:30"),
        "not_a_date": _("“%(field)s”写的“%(value)s”不是日期，请写成 2022-10-25"),
        "in_future": _("“%(field)s”写的“%(value)s”还没到，请核对年月日"),
        "before_received": _("“%(field)s”写的“%(value)s”早于收到时间，请核对"),
        "open_with_end": _("“%(field)s”写的“%(value)s”是还没办完，却写了办结时间，请改其中一处"),
        "repeated": _("来源单号“%(value)s”与第%(line)s行重复，请核对哪一行是对的"),
        "not_money": _("“%(field)s”写的“%(value)s”不是金额，请写成 3200 或 3.5万元"),
        "negative": _("“%(field)s”写的“%(value)s”是负数，请核对"),
        "not_a_count": _("“%(field)s”写的“%(value)s”不是整数，请写成 32"),
        "not_yes_no": _("“%(field)s”写的“%(value)s”看不出是不是，请写“是”或“否”"),
        "post": _("这个岗位不能导入“%(value)s”的单，请由该派单台导入"),
    }
    return sentences.get(fault.code, _("“%(field)s”写的“%(value)s”不能用，请核对")) % said


def reason(faults: Iterable[Fault], order_type: OrderType) -> str:
    """Return why a row was not taken, every fault of it."""
    return _("；").join(fault_text(fault, order_type) for fault in faults)


def already(number: str) -> str:
    """Return why a row that is here already was left out."""
    if number.startswith("#"):
        return _("与第%(line)s行内容相同，只取一次") % {"line": number[1:]}
    return _("以前已导入，单号%(number)s") % {"number": number} if number else _("以前已导入")


def refusal(refused: Refused, order_type: OrderType) -> str:
    """Return why nothing of a sheet was read: the mapping does not fit it."""
    facts = refused.facts
    said = {
        **facts,
        "header": listed(facts.get("header", ())),
        "known": listed(facts.get("fields", ()), most=40),
        "names": listed(fact_name(order_type, one) for one in facts.get("fields", ())),
        "two": listed(facts.get("columns", ())),
        "desks": listed(facts.get("desks", ())),
        "channels": listed(facts.get("channels", ())),
        "near": _("是不是“%(near)s”？") % facts if facts.get("near") else "",
    }
    sentences = {
        "import.invalid.column": _("表里没有“%(column)s”这一列。%(near)s表里的列有：%(header)s。"),
        "import.invalid.field": _("没有“%(field)s”这一项可导。%(near)s可用的有：%(known)s。"),
        "import.invalid.twice": _("“%(field)s”只能对一列，现在对了%(two)s，请只留一列。"),
        "import.invalid.value": _(
            "“%(column)s”这一列没有对到任何一项，“%(value)s”的对法用不上，请先用 --map 对上这一列。"
        ),
        "import.needs.fields": _(
            "没有哪一列对到“%(names)s”，每张单都要有。请用 --map 列名=项目 对上；表里的列有：%(header)s。"
        ),
        "import.needs.desk": _(
            "看不出这些单归哪个派单台。请对上点单单位或派单台的列，或加 --set desk=…，可写：%(desks)s。"
        ),
        "import.needs.channel": _("看不出这些单从哪里来。请对上来源的列，或加 --set channel=…，可写：%(channels)s。"),
        "import.needs.move": _("这个项目没有“导入”这个动作，不能导入。"),
        "submit.closed-version": _("这个专项已停止收新单，不能导入。请先恢复收单。"),
        "import.stale.busy": _("同一批单正有别人在导入。请等一会儿再导一次，已导入的不会重复。"),
    }
    return sentences.get(refused.code, _("这张表不能导入（%(code)s）。")) % {**said, "code": refused.code}


def account_lines(account: Account, *, dry_run: bool) -> list[str]:
    """Return the account of an import, a sentence a line."""
    head = _("预演：可导入%(taken)s张") if dry_run else _("已导入%(taken)s张")
    lines = [
        _("共%(rows)s行。") % {"rows": account.rows}
        + head % {"taken": account.taken}
        + _("，以前已有%(already)s行，不能导入%(rejected)s行。")
        % {"already": len(account.already), "rejected": len(account.rejected)}
    ]
    if account.first:
        lines.append(_("单号从%(first)s到%(last)s。") % {"first": account.first, "last": account.last})
    if account.taken:
        open_ = account.taken - account.closed
        lines.append(_("其中已办结%(closed)s张，待派单%(open)s张。") % {"closed": account.closed, "open": open_})
    if account.undated:
        n = len(account.undated)
        few, many = (
            _("有%(n)s行不知道收到时间，按时间统计时不计：第%(lines)s行。"),
            _("有%(n)s行不知道收到时间，按时间统计时不计：第%(lines)s行等。"),
        )
        said = {"n": n, "lines": _("、").join(map(str, account.undated[:SHOWN]))}
        lines.append((many if n > SHOWN else few) % said)
    if account.plan.unread:
        lines.append(_("没有用到的列：%(columns)s。") % {"columns": listed(account.plan.unread)})
    return lines


def listed(names: Iterable[object], most: int = SHOWN) -> str:
    """Return names in a row, cut with 等 where there are many."""
    every = [str(name) for name in names if str(name)]
    said = _("、").join(every[:most])
    return _("%(names)s 等%(n)s个") % {"names": said, "n": len(every)} if len(every) > most else said


def shortened(text: str, most: int = 30) -> str:
    """Return a value as a sentence can quote it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"


def _most(order_type: OrderType, fact: str) -> int:
    declared = order_type.fields.get(fact)
    if declared is None:
        return 0
    return declared.max_length or (4000 if declared.kind == "long_text" else 200)
