"""台账导入的说法: why a row was not taken, and the account of an import, as plain sentences."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.actions.accounts import Fault
from bihuan.actions.ledger_imports import Account
from bihuan.core.ledger_kinds import Activity
from bihuan.core.refusal import Refused
from bihuan.words.imports import listed, shortened
from bihuan.words.ledger import entry_problem, fact_name
from bihuan.words.orders import named


def fault_text(fault: Fault, activity: Activity) -> str:
    """Return one fault of a row: which fact, what stood there, what to do."""
    more = fault.more
    said = {
        "field": fact_name(activity, fault.fact) if fault.fact else "",
        "value": shortened(fault.value),
        "choices": listed(more.get("choices", ())),
        "near": _("（是不是“%(name)s”）") % {"name": more["near"]} if more.get("near") else "",
        "line": more.get("line", ""),
        "number": more.get("number", ""),
        "name": named(activity),
    }
    sentences = {
        "subtotal": _("这一行是合计，不是一次活动，不导入；合计由系统算"),
        "formula": _("“%(field)s”的公式出错，格子里是“%(value)s”，请改好或直接填结果"),
        "merged": _("“%(field)s”的格子跨了几行，看不出这一行是多少，请拆开填"),
        "unknown_unit": _("“%(field)s”写的“%(value)s”不在单位名册里，请核对名称%(near)s"),
        "same_name": _("“%(field)s”写的“%(value)s”有几个同名的，请改写编码"),
        "unknown_post": _("“%(field)s”写的“%(value)s”不在岗位名册里，请核对"),
        "not_a_choice": _("“%(field)s”写的“%(value)s”不在可选项里，可写：%(choices)s"),
        "unknown_series": _("没有“%(value)s”这个统计值，可写：%(choices)s%(near)s"),
        "bare_percent": _("“%(value)s”看不出是百分之几（单元格的百分比格式不算数），请写成 7.87%%"),
        "repeated": _("与第%(line)s行是同一份材料，数却不一样，请核对哪一行是对的"),
        "other_there": _("这份材料已经记过（%(number)s），内容不一样；要改请到那一条更正"),
        "post": _("您的岗位不能记“%(name)s”里“%(value)s”的账"),
    }
    if fault.code in sentences:
        return sentences[fault.code] % said
    text = entry_problem(activity, fault.fact, fault.code, **more)
    if fault.value and fault.code not in ("doubtful", "missing"):
        return _("%(sentence)s（写的是“%(value)s”）") % {"sentence": text, "value": shortened(fault.value)}
    return text


def reason(faults: Iterable[Fault], activity: Activity) -> str:
    """Return why a row was not taken, every fault of it."""
    return _("；").join(fault_text(fault, activity) for fault in faults)


def already(number: str) -> str:
    """Return why a row that is here already was left out."""
    if number.startswith("#"):
        return _("与第%(line)s行内容相同，只取一次") % {"line": number[1:]}
    return _("以前已记，台账号%(number)s") % {"number": number}


def refusal(refused: Refused, activity: Activity) -> str:
    """Return why nothing of a sheet was read."""
    facts = refused.facts
    said = {
        **facts,
        "header": listed(facts.get("header", ())),
        "known": listed(facts.get("fields", ()), most=40),
        "names": listed(fact_name(activity, one) for one in facts.get("fields", ())),
        "two": listed(facts.get("columns", ())),
        "near": _("是不是“%(near)s”？") % facts if facts.get("near") else "",
        "code": refused.code,
    }
    sentences = {
        "import.invalid.column": _("表里没有“%(column)s”这一列。%(near)s表里的列有：%(header)s。"),
        "import.invalid.field": _("没有“%(field)s”这一项可导。%(near)s可用的有：%(known)s。"),
        "import.invalid.twice": _("“%(field)s”只能对一列，现在对了%(two)s，请只留一列。"),
        "import.needs.fields": _("没有哪一列对到“%(names)s”，每一条都要有。表里的列有：%(header)s。"),
        "submit.closed-version": _("这个专项已停止收新的，不能导入。"),
        "import.stale.busy": _("同一批内容正有别人在导入。请等一会儿再导一次，已导入的不会重复。"),
    }
    return sentences.get(refused.code, _("这张表不能导入（%(code)s）。")) % said


def account_lines(account: Account, *, dry_run: bool) -> list[str]:
    """Return the account of an import, a sentence a line."""
    head = _("预演：可导入%(taken)s条") if dry_run else _("已导入%(taken)s条")
    lines = [
        _("共%(rows)s行。") % {"rows": account.rows}
        + head % {"taken": account.taken}
        + _("，以前已有%(already)s行，不能导入%(rejected)s行。")
        % {"already": len(account.already), "rejected": len(account.rejected)}
    ]
    if account.late:
        lines.append(_("其中%(n)s条过了时限，算补记。") % {"n": account.late})
    if account.first:
        lines.append(_("台账号从%(first)s到%(last)s。") % {"first": account.first, "last": account.last})
    if account.plan.unread:
        lines.append(_("没有用到的列：%(columns)s。") % {"columns": listed(account.plan.unread)})
    return lines
