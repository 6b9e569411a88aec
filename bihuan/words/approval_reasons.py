"""审签和会签的拒绝: why a draft cannot be signed, sent out or objected to, and why nothing waits to be read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.words.cases import Case, Parts
from bihuan.words.orders import unit_name


def self_draft(case: Case) -> Parts:
    return _("拟稿人不能审签自己的稿"), _("拟稿、审签须是两个人"), _("这份稿是您拟的"), case.able()


def co_agreed(case: Case) -> Parts:
    units = _("、").join(unit_name(case.net, one) for one in case.facts.get("units", ()))
    objected = _("、").join(unit_name(case.net, one) for one in case.facts.get("objected", ()))
    now = _("还没有会签：%(units)s") % {"units": units}
    if objected:
        now = _("%(now)s；不同意：%(objected)s，由主办商量改稿，商量不成报分管领导") % {
            "now": now,
            "objected": objected,
        }
    return (
        _("协办部门还没有会签同意"),
        _("协办部门都会签同意，答复才发出"),
        now,
        _("%(units)s的协办人会签之后") % {"units": units},
    )


def no_objection(case: Case) -> Parts:
    return _("没有会签异议"), _("协办部门不同意时，才报分管领导裁定"), _("现在没有不同意的协办部门"), ""


def nothing_to_read(case: Case) -> Parts:
    return _("没有等您阅知的"), _("批示、传阅给您这个岗位的，阅后点一下"), _("给您的都已阅"), ""


def no_draft(case: Case) -> Parts:
    drafting = case.type.by_effect("reply")
    who = case.cast.names(drafting[0].by) if drafting else ""
    return _("没有待审签的稿"), _("承办人拟稿之后审签"), _("还没有人拟稿，或稿已退回修改"), who


def step(case: Case) -> Parts:
    return (
        _("这一步审签不在您的岗位"),
        _("审签按顺序一步一步来"),
        _("现在轮到%(who)s") % {"who": case.cast.names(list(case.facts.get("by", ())))},
        case.cast.names(list(case.facts.get("by", ()))),
    )
