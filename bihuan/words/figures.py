"""数字的说法: how a figure is written, why there is none, and what it counts, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.figures import Difference, Figure, Member
from bihuan.core.indicators import Indicator
from bihuan.core.programmes import OrderType, Programme
from bihuan.store.figure_versions import Founded
from bihuan.words import moments, network
from bihuan.words.durations import duration
from bihuan.words.duties import every_name
from bihuan.words.orders import choice_name, money, named, state_name

MISSING = {
    "too_few": gettext_noop("不满10件，不计率"),
    "no_statistic": gettext_noop("这个时段没有统计值"),
    "no_history": gettext_noop("没有往年同期的记录，不能比较"),
    "no_base": gettext_noop("上年同期没有，不能算升降"),
    "ambiguous": gettext_noop("有几个统计值对不上，请核对"),
}
# The words figures and books count in (core.ledger_kinds.WORDS); they stand behind their number.
COUNTED = (
    gettext_noop("场"), gettext_noop("场次"), gettext_noop("次"), gettext_noop("批次"),
    gettext_noop("件"), gettext_noop("个"), gettext_noop("项"), gettext_noop("起"), gettext_noop("条"),
    gettext_noop("篇"), gettext_noop("人"), gettext_noop("名"), gettext_noop("人次"), gettext_noop("户"),
    gettext_noop("户次"), gettext_noop("家"), gettext_noop("家次"), gettext_noop("份"), gettext_noop("册"),
    gettext_noop("张"), gettext_noop("辆"), gettext_noop("只"), gettext_noop("头"), gettext_noop("元"),
)  # fmt: skip
MARKS = {
    "submitted": (gettext_noop("点单"), gettext_noop("点单日期")),
    "dispatched": (gettext_noop("已派单"), gettext_noop("首次派单日期")),
    "returned": (gettext_noop("经裁定同意退过单"), gettext_noop("首次派单日期")),
    "accepted": (gettext_noop("已接单"), gettext_noop("接单日期")),
    "replied": (gettext_noop("双反馈齐"), gettext_noop("首次双反馈日期")),
    "redone": (gettext_noop("重办过"), gettext_noop("首次双反馈日期")),
    "answered": (gettext_noop("至少有一份反馈"), gettext_noop("反馈日期")),
    "dual": (gettext_noop("双反馈齐"), gettext_noop("反馈日期")),
    "due": (gettext_noop("承诺到期"), gettext_noop("承诺的到期日")),
    "on_time": (gettext_noop("承诺到期前双反馈齐"), gettext_noop("承诺的到期日")),
    "contact_due": (gettext_noop("响应到期"), gettext_noop("接单时限的到期日")),
    "responded": (gettext_noop("到期前接单或联系了"), gettext_noop("接单时限的到期日")),
    "closed": (gettext_noop("已销号"), gettext_noop("销号日期")),
    "solved": (gettext_noop("已销号、结果为已解决并经核实"), gettext_noop("销号日期")),
    "refused": (gettext_noop("不予受理"), gettext_noop("告知日期")),
    "surveyed": (gettext_noop("问过是否解决"), gettext_noop("核查或回访日期")),
    "confirmed": (gettext_noop("确认已解决"), gettext_noop("核查或回访日期")),
    "rated": (gettext_noop("有有效评价"), gettext_noop("评价日期")),
    "satisfied": (gettext_noop("评价满意"), gettext_noop("评价日期")),
    "rectified": (gettext_noop("差评属实、退回整改"), gettext_noop("评价日期")),
    "supervised": (gettext_noop("督办"), gettext_noop("首次派单日期")),
    "dated": (gettext_noop("填了日期"), gettext_noop("所填的日期")),
    "open": (gettext_noop("没有办结"), gettext_noop("截止时")),
    "overdue": (gettext_noop("没有办结且已过应办时限"), gettext_noop("截止时")),
    "entries": (gettext_noop("有效的记录"), gettext_noop("开展日期")),
    "idle": (gettext_noop("说明没有开展"), gettext_noop("所说的日期")),
    "late": (gettext_noop("补记的"), gettext_noop("开展日期")),
}
KEPT = {
    "met": gettext_noop("按时"),
    "late": gettext_noop("补记"),
    "missed": gettext_noop("没有记"),
    "excused": gettext_noop("免"),
    "covered": gettext_noop("已覆盖的"),
    "uncovered": gettext_noop("还没有覆盖的"),
    "exempt": gettext_noop("已豁免的"),
}
_BEGINS = gettext_noop("周期开始的那天")
# What is read as a list has marks of its own, by what it is.
LISTED = {
    "cadence": {
        "due": (gettext_noop("已到期的周期，从单位成立后的第一个整周期起算"), _BEGINS),
        "met": (gettext_noop("按时记了"), _BEGINS),
        "late": (gettext_noop("补记的"), _BEGINS),
        "missed": (gettext_noop("没有记"), _BEGINS),
        "excused": (gettext_noop("没有开展，已说明；或已免记"), _BEGINS),
    },
    "coverage": {
        "required": (gettext_noop("应覆盖的，不含豁免"), ""),
        "covered": (gettext_noop("已覆盖的"), ""),
        "uncovered": (gettext_noop("还没有覆盖的"), ""),
        "exempt": (gettext_noop("已豁免的"), ""),
    },
    "posts": {
        "held": (gettext_noop("有人任职的"), gettext_noop("截止时")),
        "vacant": (gettext_noop("空缺的"), gettext_noop("截止时")),
    },
}
PARTS = {
    "records": gettext_noop("组成这个数的记录"),
    "numerator": gettext_noop("分子"),
    "denominator": gettext_noop("分母"),
    "excluded": gettext_noop("不计的"),
}
KEYS = {
    "category": gettext_noop("类别"),
    "priority": gettext_noop("轻重缓急"),
    "channel": gettext_noop("来源"),
    "result": gettext_noop("办理结果"),
    "rating": gettext_noop("评价"),
    "state": gettext_noop("状态"),
    "milestone": gettext_noop("环上哪一步"),
    "secret": gettext_noop("商业秘密"),
    "supervised": gettext_noop("督办"),
    "left_after_reply": gettext_noop("答复后撤单"),
    "verb": gettext_noop("动作"),
    "outcome": gettext_noop("裁定"),
    "unit": gettext_noop("单位"),
    "month": gettext_noop("月份"),
    "kept": gettext_noop("怎么记的"),
}


def shown(figure: Figure, style: str = "exact") -> str:
    """Return a figure with its counting word, exactly; "—" where there is none."""
    if figure.value is None:
        return "—"
    if isinstance(figure.value, bool):
        return _("是") if figure.value else _("否")
    if figure.unit == "元" and isinstance(figure.value, Decimal):
        return money(str(figure.value))
    text = f"{figure.value:f}" if isinstance(figure.value, Decimal) else str(figure.value)
    return f"{text}%" if figure.unit == "%" else f"{text}{_(figure.unit) if figure.unit else ''}"


def missing_text(figure: Figure) -> str:
    """Return why there is no value, "" where there is one."""
    return _(MISSING[figure.missing]) if figure.missing in MISSING else ""


def part_name(key: str) -> str:
    """Return what a list of a figure is called."""
    return _(PARTS[key]) if key in PARTS else key


def key_name(programme: Programme, order_type: OrderType | None, key: str) -> str:
    """Return what something is grouped or chosen by."""
    if key in KEYS:
        return _(KEYS[key])
    if key in programme.unit_types:
        return named(programme.unit_types[key])
    return named(order_type.fields[key]) if order_type is not None and key in order_type.fields else key


def value_name(programme: Programme, order_type: OrderType | None, key: str, value: str) -> str:
    """Return a value of such a key in words."""
    if key in ("secret", "supervised", "left_after_reply"):
        return _("是") if value == "yes" else _("否")
    if not value:
        return _("未填")
    if key == "kept":
        return kept_text(value)
    if key == "month":
        return _("%(year)s年%(month)s月") % {"year": value[:4], "month": int(value[5:7])}
    if key == "outcome":
        return {"agree": _("同意"), "refuse": _("不同意"), "arbiter": _("报请指定")}.get(value, value)
    if key == "verb" and order_type is not None and value in order_type.moves:
        return named(order_type.moves[value])
    if key == "channel" and value in programme.channels:
        return named(programme.channels[value])
    if order_type is not None and key == "state":
        return state_name(order_type, value)
    if order_type is not None and key == "rating":
        return choice_name(order_type.fields[order_type.rating], value)
    if order_type is not None and key in order_type.fields and order_type.fields[key].choices:
        return choice_name(order_type.fields[key], value)
    return value


def kept_text(kept: str) -> str:
    """Return how a period of a duty was kept, or whether something is covered."""
    return _(KEPT[kept]) if kept in KEPT else kept


def mark_text(one: Indicator) -> tuple[str, str]:
    """Return by what a record counts, and by which day."""
    condition, day = LISTED.get(one.over, MARKS).get(one.mark, ("", ""))
    return (_(condition) if condition else "", _(day) if day else "")


def window_text(figure: Figure, now: datetime) -> str:
    """Return the window and the moment as a line under a heading."""
    since, until = date.fromisoformat(figure.since), date.fromisoformat(figure.until)
    if since == until:
        days = moments.day(since, now)
    else:
        days = _("%(since)s至%(until)s") % {"since": moments.day(since, now), "until": moments.day(until, now)}
    return _("%(days)s · 截至%(at)s") % {"days": days, "at": moments.moment(figure.as_of, now)}


def facts_of(
    programme: Programme, order_type: OrderType | None, one: Indicator, figure: Figure, since: Founded
) -> list[tuple[str, str]]:
    """Return how a figure is counted, line by line: what, on what condition, by which day, of whom, since when."""
    found = [(_("数什么"), what_text(programme, one))]
    known = programme.indicators
    basis = known[one.whole or one.part] if one.composed else one
    condition, day = mark_text(basis)
    if one.composed and one.part:
        found.append((_("分子") if one.whole else _("比什么"), named(known[one.part])))
    if one.whole:
        found.append((_("分母"), named(known[one.whole])))
    elif condition:
        found.append((_("条件"), condition))
    for where in basis.where:
        values = _("、").join(value_name(programme, order_type, where.key, value) for value in where.one_of)
        found.append((key_name(programme, order_type, where.key), values))
    if one.without:
        found.append(
            (_("不计"), _("%(what)s%(n)s件") % {"what": named(known[one.without]), "n": figure.count("excluded")})
        )
    if basis.day and order_type is not None and basis.day in order_type.fields:
        found.append((_("按哪天"), named(order_type.fields[basis.day])))
    elif day:
        found.append((_("按哪天"), day))
    if basis.window == "to_as_of":
        found.append((_("时段"), _("从%(day)s累计到截止时") % {"day": basis.since}))
    if basis.scope:
        found.append((_("口径"), named(programme.scopes[basis.scope])))
    if one.hint:
        found.append((_("公式"), one.hint))
    edition = _("第%(n)s版") % {"n": since.edition}
    found.append((_("定义"), f"{one.key} {edition} {figure.definition[:12]}"))
    found.append((_("设立"), _since_text(since.at, since.bundle)))
    if since.edition > 1:
        found.append((_("现行定义"), _since_text(since.since, since.since_bundle)))
    found.append((_("版本"), programme.bundle))
    return found


def _since_text(at: str, bundle: str) -> str:
    return _("%(day)s起（%(bundle)s）") % {"day": f"{moments.local(at):%Y-%m-%d}", "bundle": bundle}


def what_text(programme: Programme, one: Indicator) -> str:
    """Return what one of it is."""
    if one.aggregator == "share":
        return _("率，百分数；不满10件不计")
    if one.aggregator == "growth":
        return _("比上年同期的升降，百分数")
    if one.aggregator == "record":
        return _("是不是历年同期最高")
    if one.aggregator == "rule":
        return _("已发布的规定")
    if listed := listed_text(programme, one):
        return listed
    noun = named(programme.orders[one.of]) if one.over == "orders" and one.of in programme.orders else ""
    if one.over == "ledger" and one.of in programme.ledger:
        noun = named(programme.ledger[one.of])
    if one.aggregator == "sum":
        return _("%(noun)s里所填的数，相加") % {"noun": noun}
    if one.aggregator == "distinct":
        return _("%(noun)s里的单位，每家只计1次") % {"noun": noun}
    return _("%(noun)s，每件计1个") % {"noun": noun} if noun else ""


def listed_text(programme: Programme, one: Indicator) -> str:
    """Return what one of it is where a list is read whole, "" for anything else."""
    some: dict[str, Iterable[Any]] = {
        "cadence": programme.cadences,
        "coverage": (*programme.coverages, *programme.reaches),
        "statistics": programme.series.values(),
        "units": programme.unit_types.values(),
        "posts": programme.post_kinds.values(),
    }
    thing = next((found for found in some.get(one.over, ()) if found.key == one.of), None)
    if thing is None:
        return ""
    if one.aggregator == "sum":
        return _("%(noun)s里所填的数，相加") % {"noun": named(thing)}
    sentences = {
        "cadence": _("周期义务“%(noun)s”，每个单位每期计1次"),
        "coverage": _("覆盖要求“%(noun)s”，每个应覆盖的计1个"),
        "statistics": _("统计值“%(noun)s”，照来源抄录，不计算"),
    }
    return sentences.get(one.over, _("%(noun)s，每个计1个")) % {"noun": named(thing)}


def amount_text(programme: Programme, one: Indicator, row: Member) -> str:
    """Return what a record adds, "" where it adds one."""
    if not row.amount:
        return ""
    if row.kind == "clause":
        return every_name(row.amount) if one.over == "cadence" else duration(row.amount)
    if one.aggregator in ("sum", "stated"):
        return money(row.amount) if one.word == "元" else f"{row.amount}{_(one.word)}"
    return row.amount


def change_text(one: Difference) -> str:
    """Return how a record counted before and counts after."""
    if not one.before:
        return _("新计入") if one.after == "in" else _("新计入%(n)s") % {"n": one.after}
    if not one.after:
        return _("不再计入") if one.before == "in" else _("不再计入%(n)s") % {"n": one.before}
    return _("由%(before)s改为%(after)s") % {"before": one.before, "after": one.after}


VERBS = {
    "stated": gettext_noop("报来"),
    "excused": gettext_noop("免记"),
    "exempted": gettext_noop("豁免"),
    "fell_due": gettext_noop("到期没有记"),
    "window_began": gettext_noop("新的时段开始"),
    "waiver_lapsed": gettext_noop("豁免期满"),
    "entered": gettext_noop("记账"),
    "corrected": gettext_noop("更正"),
    "withdrawn": gettext_noop("撤销"),
    "gave_order": gettext_noop("转单"),
    "close_review": gettext_noop("结束测评"),
    "publish": gettext_noop("公布"),
    "review": gettext_noop("复核"),
}


def verb_name(verb: str) -> str:
    """Return what an event that is no move of an order is called, a change of the network among them."""
    return _(VERBS[verb]) if verb in VERBS else network.verb_name(verb)
