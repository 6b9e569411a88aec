"""Reasons: for each code of a refusal what is missing, the rule, how it stands and who can."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from bihuan.words import moments
from bihuan.words.approval_reasons import co_agreed, no_draft, no_objection, nothing_to_read, self_draft, step
from bihuan.words.archives import archived_text
from bihuan.words.cases import Case, Parts
from bihuan.words.durations import duration
from bihuan.words.orders import ask_name, move_name, person_name, post_holders, state_name, unit_name
from bihuan.words.people import Cast
from bihuan.words.problems import problems


def parts(case: Case) -> Parts:
    """Return what is missing, the rule, how it stands and who can; a finer code falls back on a coarser one."""
    tail = case.refused.code.partition(".")[2]
    while tail:
        if tail in TELLERS:
            return TELLERS[tail](case)
        tail = tail.rpartition(".")[0]
    return _other(case)


def _other(case: Case) -> Parts:
    return _("现在不能办"), _("按专项规定的条件办"), "", case.able()


def _post(case: Case) -> Parts:
    name = move_name(case.move) if case.move else ""
    return (
        _("这一步不在您的岗位"),
        _("“%(move)s”由%(roles)s办")
        % {"move": name, "roles": Cast(case.type, None, case.net).names(list(case.facts.get("by", ())))},
        _("您现在的岗位与这张单不是这种关系"),
        case.able(),
    )


def _state(case: Case) -> Parts:
    here = state_name(case.type, str(case.facts.get("state") or (case.order.state if case.order else "")))
    from_ = [state_name(case.type, key) for key in case.facts.get("from_", ())]
    rule = (
        _("只在%(states)s时办") % {"states": _("、").join(f"“{name}”" for name in from_)}
        if from_
        else _("只在点单时办")
    )
    who = case.able()
    return _("还不到这一步，或已过这一步"), rule, _("这张单现在是“%(state)s”") % {"state": here}, who


def _nothing_asked(case: Case) -> Parts:
    ask = ask_name(str(case.facts.get("ask", "")))
    return (
        _("没有待批的申请"),
        _("有人申请%(ask)s后才裁定") % {"ask": ask},
        _("现在没有待批的%(ask)s申请") % {"ask": ask},
        case.able(),
    )


def _pending(case: Case) -> Parts:
    ask = case.refused.code.split(".")[-1]
    said = {"ask": ask_name(ask), "at": case.at("at"), "by": person_name(case.net, case.facts.get("by", ""))}
    waits = (
        _("%(by)s%(at)s申请%(ask)s，还没有裁定") % said if said["by"] else _("%(at)s起等待%(ask)s，还没有裁定") % said
    )
    deciding = next((m for m in case.type.moves.values() if m.effect == "decide" and m.ask == ask), None)
    who = case.cast.names(deciding.by) if deciding else ""
    return _("还有申请没有裁定"), _("一次只等一个申请，裁定后再办别的"), waits, who


def _self(case: Case) -> Parts:
    handler = person_name(case.net, case.facts.get("handler", "")) or unit_name(case.net, case.facts.get("lead", ""))
    return (
        _("谁办理，谁不核查、不销号"),
        _("办理这张单的人和部门，不能自己核查、审批、销号"),
        _("这张单由%(handler)s办理，您参与过办理") % {"handler": handler},
        case.able(),
    )


def _self_asked(case: Case) -> Parts:
    return _("申请是您自己提的"), _("谁申请，谁不裁定"), _("请另一位有权裁定的人办"), case.able()


def _recusal(case: Case) -> Parts:
    return (
        _("您已回避这张单"),
        _("与事项有利害关系的人回避，不再办这张单"),
        _("您已申请回避"),
        case.able(),
    )


def _rating(case: Case) -> Parts:
    window = next((c for c in case.type.clocks.values() if "rate" in c.stops), None)
    said = {"limit": duration(window.limit) if window else "", "since": case.at("since"), "until": case.end("until")}
    return (
        _("还缺企业评单"),
        _("评单后，或评单期满%(limit)s，方可销号") % said,
        _("评单链接%(since)s发出，企业还没评，%(until)s期满") % said,
        _("%(who)s：%(until)s之后，或企业评单之后") % {"who": case.able(), "until": said["until"]},
    )


def _co(case: Case) -> Parts:
    units = _("、").join(unit_name(case.net, one) for one in case.facts.get("units", ()))
    return (
        _("协办部门还没有会签"),
        _("协办部门都会签后，方可核查"),
        _("还没有会签：%(units)s") % {"units": units},
        _("%(units)s的协办人会签之后") % {"units": units},
    )


def _assent(case: Case) -> Parts:
    leader = post_holders(case.net, str(case.facts.get("supervisor", "")))
    return (
        _("督办件还缺分管领导同意"),
        _("督办件经分管领导同意后，方可销号"),
        _("分管领导%(leader)s还没有同意") % {"leader": leader},
        _("%(leader)s点“同意销号”之后") % {"leader": leader},
    )


def _needs_bad_rating(case: Case) -> Parts:
    return _("没有可以申诉的差评"), _("只对差评申诉"), _("这张单没有差评"), ""


def _needs_reply(case: Case) -> Parts:
    return _("还没有答复过"), _("答复之后方可办"), _("承办部门还没有答复"), case.able()


def _clock(case: Case) -> Parts:
    if case.facts.get("limit"):
        said = {"since": case.at("since"), "limit": duration(case.facts["limit"]), "due": case.end("due")}
        return (
            _("已过时限"),
            _("须在%(since)s起%(limit)s内办") % said,
            _("%(due)s已过") % said,
            "",
        )
    if case.facts.get("at"):
        return (
            _("过了两分钟，不能撤回"),
            _("刚办的事，两分钟内可以撤回"),
            _("上一步是%(at)s办的") % {"at": case.at("at")},
            "",
        )
    return (
        _("期限已过"),
        _("延期、挂起须在期限届满之前申请"),
        _("期限%(due)s已到") % {"due": case.end("due")},
        "",
    )


def _clock_given(case: Case) -> Parts:
    said = {"at": case.at("at")}
    return _("已经评过"), _("一次答复评一次，12小时内可以改"), _("%(at)s已评") % said, ""


def _clock_window(case: Case) -> Parts:
    return _("评单期已过"), _("评单期内评"), _("评单期%(due)s已满") % {"due": case.end("due")}, ""


def _named(case: Case) -> Parts:
    lead = unit_name(case.net, str(case.facts.get("lead", "")))
    return (
        _("已指定承办，不得再退"),
        _("退单经裁定指定后，被指定的部门不得再退"),
        _("这张单已指定%(unit)s承办") % {"unit": lead},
        "",
    )


def _recall_nothing(case: Case) -> Parts:
    return _("上一步不能撤回"), _("派单、批量改类别这类操作，两分钟内可由本人撤回"), _("上一步不在其中"), ""


def _recall_other(case: Case) -> Parts:
    other = person_name(case.net, str(case.facts.get("person", "")))
    return _("上一步不是您办的"), _("谁办的谁撤回"), _("上一步是%(who)s办的") % {"who": other or _("系统")}, other


def _not_disputed(case: Case) -> Parts:
    return _("没有争议要指定"), _("退单有争议、报上来之后指定"), _("派单台还没有报上来"), case.able()


def _arbiter(case: Case) -> Parts:
    leader = post_holders(case.net, str(case.facts.get("supervisor", "")))
    return (
        _("已报分管领导指定"),
        _("退单有争议的，由分管领导指定承办"),
        _("正等%(leader)s指定") % {"leader": leader},
        leader,
    )


def _answered(case: Case) -> Parts:
    at = case.at("at")
    return _("这一半已经答复"), _("两个反馈各答复一次"), _("%(at)s已发出") % {"at": at} if at else _("已经办过"), ""


def _accepted(case: Case) -> Parts:
    return _("已经接过"), _("协办接单一次即可"), _("本部门已接"), ""


def _not_supervised(case: Case) -> Parts:
    return _("不是督办件"), _("只有督办件销号才要领导同意"), _("这张单没有督办"), ""


def _given(case: Case) -> Parts:
    return _("已经同意过"), _("同意一次即可"), _("您已同意销号"), ""


def _stale(case: Case) -> Parts:
    last = case.facts.get("last") or {}
    verb = case.type.moves.get(last.get("verb", ""))
    said = {
        "who": person_name(case.net, last.get("person", "")) or _("别人"),
        "at": moments.moment(last["at"], case.now) if last.get("at") else "",
        "move": move_name(verb) if verb else "",
    }
    return (
        _("这张单刚被别人改过"),
        _("以最新的单子为准，看过再提交"),
        _("%(who)s%(at)s办了“%(move)s”") % said if verb else _("在您填写时有了新的记录"),
        _("您，看过新内容之后"),
    )


def _other_unit(case: Case) -> Parts:
    lead = unit_name(case.net, str(case.facts.get("lead", "")))
    return _("主办部门没有变"), _("改派须换一个主办部门"), _("现在主办就是%(unit)s") % {"unit": lead}, ""


def _holder(case: Case) -> Parts:
    lead = unit_name(case.net, str(case.facts.get("lead", "")))
    return (
        _("部门没有在岗承办人"),
        _("派给有在岗承办人的部门"),
        _("%(unit)s现在没有在岗承办人") % {"unit": lead},
        _("管理员在“网络”里补任职之后"),
    )


def _needs(case: Case) -> Parts:
    found = list(problems(case.refused, case.type, case.now).values())
    return _("还有没填好的"), _("按表填齐"), _("；").join(found), ""


def _duplicate(case: Case) -> Parts:
    said = {"number": str(case.facts.get("number", "")), "first": str(case.facts.get("first", ""))}
    return (
        _("这个来源单号已经登记过"),
        _("同一来源、同一单号只登记一次"),
        _("单号%(number)s已经登记为%(first)s") % said,
        "",
    )


def _closed_version(case: Case) -> Parts:
    return (
        _("这个专项现在不收新单"),
        _("停止收新单以后，已收的单照常办完"),
        _("“%(name)s”已停止收新单") % {"name": case.facts.get("name", "")},
        _("管理员恢复收单，或发布新版之后"),
    )


def _archived(case: Case) -> Parts:
    return (
        _("这张单已经归档"),
        _("归档的单只读，不再增改"),
        archived_text(case.facts),
        "",
    )


TELLERS: dict[str, Callable[[Case], Parts]] = {
    "post": _post,
    "post.arbiter": _arbiter,
    "post.step": step,
    "post.other": _recall_other,
    "state": _state,
    "state.nothing_asked": _nothing_asked,
    "state.named": _named,
    "state.nothing": _recall_nothing,
    "state.not_disputed": _not_disputed,
    "state.no_draft": no_draft,
    "state.answered": _answered,
    "state.accepted": _accepted,
    "state.not_supervised": _not_supervised,
    "state.given": _given,
    "state.no_objection": no_objection,
    "state.nothing_to_read": nothing_to_read,
    "pending": _pending,
    "self": _self,
    "self.asked": _self_asked,
    "self.draft": self_draft,
    "recusal": _recusal,
    "needs": _needs,
    "needs.rating": _rating,
    "needs.co": _co,
    "needs.co_agreed": co_agreed,
    "needs.assent": _assent,
    "needs.bad_rating": _needs_bad_rating,
    "needs.reply": _needs_reply,
    "needs.other_unit": _other_unit,
    "needs.holder": _holder,
    "clock": _clock,
    "clock.given": _clock_given,
    "clock.window": _clock_window,
    "stale": _stale,
    "invalid.duplicate": _duplicate,
    "closed-version": _closed_version,
    "frozen.archived": _archived,
    "invalid": _needs,
}
