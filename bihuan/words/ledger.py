"""账的说法: what is wrong with an entry and how to mend it, what happened to it, and its numbers with their words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import entries as core
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import MEASURES, Activity, Measure
from bihuan.core.measures import Value
from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.core.refusal import Refused
from bihuan.words import moments
from bihuan.words.orders import choice_name, money, named, person_name, unit_name
from bihuan.words.problems import problem

BUILT_IN = {
    "unit": gettext_noop("单位"),
    "date": gettext_noop("日期"),
    "idle": gettext_noop("没有开展"),
    "note": gettext_noop("核对说明"),
    "evidence": gettext_noop("佐证"),
    "reason": gettext_noop("原因"),
    "number": gettext_noop("台账号"),
    "late": gettext_noop("补记"),
    "period": gettext_noop("时段"),
    "series": gettext_noop("统计值"),
    "word": gettext_noop("计量单位"),
}
PROBLEMS = {
    "not_a_number": gettext_noop("“%(field)s”不是数，请写成 12 或 3,200%(word)s"),
    "chinese_number": gettext_noop("“%(field)s”请用阿拉伯数字，例如 12"),
    "approximate": gettext_noop("“%(field)s”请写准确的数，不写约数；不清楚就空着"),
    "negative": gettext_noop("“%(field)s”不能是负数"),
    "not_whole": gettext_noop("“%(field)s”要是整数"),
    "too_large": gettext_noop("“%(field)s”太大了，请核对"),
    "other_kind": gettext_noop("“%(field)s”数的是%(word)s，与%(apart)s是两回事，不能混填，请核对"),
    "other_word": gettext_noop("“%(field)s”数的是%(word)s，单位写错了，请核对"),
    "not_money": gettext_noop("“%(field)s”写成数字，例如 2150万元 或 8500元"),
    "in_future": gettext_noop("“%(field)s”还没到，只记已经开展的"),
    "before_founding": gettext_noop("那一天还没有这个单位，请核对日期和单位"),
    "dissolved": gettext_noop("那一天这个单位已经撤销，请核对日期和单位"),
    "idle_with_numbers": gettext_noop("没有开展就不填数；填了数就不选“没有开展”"),
    "doubtful": gettext_noop("“%(field)s”比平常大得多（平常约%(usual)s），属实请在“核对说明”写一句原因，照样可以存"),
    "too_fine": gettext_noop("“%(field)s”的小数太多了，最多6位"),
    "not_a_period": gettext_noop("时段写成 2022年1-9月、2022年第三季度、2022年 或 2022-01-01至2022-09-30"),
    "period_order": gettext_noop("时段的开始晚于结束，请对调"),
    "not_month": gettext_noop("这个统计值一月一个数，时段写成 2022年9月"),
    "not_quarter": gettext_noop("这个统计值一季一个数，时段写成 2022年第三季度"),
    "not_year": gettext_noop("这个统计值一年一个数，时段写成 2022年"),
    "not_cumulative": gettext_noop("时段的开始晚于结束，请对调"),
    "until_before": gettext_noop("免到的日子早于开始的日子，请核对"),
    "nothing_changed": gettext_noop("没有改动，不用更正"),
    "same": gettext_noop("这份材料已经记过（%(number)s），不用再记"),
}


def money_text(yuan: Decimal | str) -> str:
    """Return an amount as people read it."""
    return str(money(Decimal(yuan)))


def number_text(measure: Measure, value: Value) -> str:
    """Return a measure's value with its counting word."""
    if measure.kind == "stated":
        return stated_text(measure, value)
    if isinstance(value, str):
        return money_text(value)
    return f"{value}{measure.unit}"


def stated_text(measure: Measure, value: Value) -> str:
    """Return what a statistic states, as its source writes it: money in 亿元 or 万元, without losing a digit."""
    if measure.unit != "元":
        return f"{value}{measure.unit}"
    return money_text(str(value))


def sum_text(measure: Measure, n: int) -> str:
    """Return what counters hold of a measure, with its counting word; money is counted in fen."""
    return money_text(Decimal(n) / 100) if measure.kind == "money" else f"{n}{measure.unit}"


def fact_name(activity: Activity, key: str) -> str:
    """Return what a measure, a field or a built-in of an entry is called."""
    thing = activity.measures.get(key) or activity.fields.get(key)
    return named(thing) if thing else _(BUILT_IN[key]) if key in BUILT_IN else key


def idle_name(activity: Activity, key: str) -> str:
    """Return the statement why nothing took place."""
    return named(activity.idle[key]) if key in activity.idle else key


def field_text(activity: Activity, key: str, value: Any, net: Network) -> str:
    """Return a field's value in words."""
    spec = activity.fields.get(key)
    if spec is None:
        return str(value)
    values = value if isinstance(value, list) else [value]
    if spec.kind in ("choice", "choices"):
        return _("、").join(choice_name(spec, one) for one in values)
    if spec.kind in ("unit", "units"):
        return _("、").join(unit_name(net, one) for one in values)
    if spec.kind == "post":
        return net.name(str(value))
    if spec.kind == "date":
        return str(value)
    if value is True:
        return _("是")
    return str(value)


def title_of(activity: Activity, entry: EntryState, net: Network) -> str:
    """Return the line that tells an entry in a list."""
    if entry.idle:
        return idle_name(activity, entry.idle)
    value = entry.fields.get(activity.title, "") if activity.title else ""
    return field_text(activity, activity.title, value, net) if value else named(activity)


def entry_problem(activity: Activity, key: str, code: str, **facts: Any) -> str:
    """Return the sentence for one thing that is wrong with an entry."""
    measure = activity.measures.get(key)
    if code == "missing":
        if key == "evidence":
            return _("请附一份佐证：一张照片或一份纪要就够")
        return (
            _("请填“%(field)s”。没有的写0") % {"field": fact_name(activity, key)}
            if measure
            else _("请填“%(field)s”") % {"field": fact_name(activity, key)}
        )
    if code not in PROBLEMS:
        if key in activity.fields:
            return problem(activity.fields[key], code)
        return _built_in(key, code)
    apart = MEASURES[measure.counting.apart].words[0] if measure and measure.counting.apart else ""
    said = {
        "field": fact_name(activity, key),
        "word": measure.unit if measure else "",
        "apart": apart,
        "usual": facts.get("usual", {}).get(key, ""),
        "number": facts.get("number", ""),
    }
    return _(PROBLEMS[code]) % said


def _built_in(key: str, code: str) -> str:
    sentences = {
        ("unit", "unknown_unit"): _("找不到这个单位，请从列表里选"),
        ("unit", "wrong_unit"): _("这本台账不记在这一类单位名下，请从列表里选"),
        ("date", "not_a_date"): _("日期写成 2022-10-25、2022年10月25日 或 10月25日"),
        ("idle", "not_a_choice"): _("“没有开展”请从给出的说法里选"),
        ("note", "too_long"): _("核对说明请压到200字以内"),
        ("period", "missing"): _("请写时段，例如 2022年1-9月"),
        ("reason", "missing"): _("请写一句更正或撤销的原因"),
        ("reason", "too_long"): _("原因请压到200字以内"),
        ("evidence", "unknown_file"): _("佐证没有传上来，请重新选"),
    }
    return sentences.get((key, code), _("“%(field)s”有误，请核对") % {"field": _(BUILT_IN.get(key, key))})


def entry_problems(refused: Refused, activity: Activity) -> dict[str, str]:
    """Return {key: sentence} for everything a refusal says is wrong with an entry."""
    return {key: entry_problem(activity, key, code, **refused.facts) for key, code in refused.problems.items()}


def refusal(refused: Refused, activity: Activity, net: Network) -> str:
    """Return why nothing was entered, corrected or withdrawn, as one sentence; nothing was changed."""
    if refused.problems:
        return _("；").join(entry_problems(refused, activity).values())
    kind = refused.code.partition(".")[2]
    last = refused.facts.get("last") or {}
    said = {"unit": unit_name(net, str(refused.facts.get("unit", ""))), "name": named(activity)}
    said["person"] = person_name(net, str(refused.facts.get("person") or last.get("person", "")))
    sentences = {
        "post": _("您的岗位不能记“%(name)s”里“%(unit)s”的账，没有改动。") % said,
        "state.withdrawn": _("这一条已由%(person)s撤销，不能再改；要记就另记一条。") % said,
        "stale": _("没有保存：这一条刚由%(person)s改过，请看过现在的内容再改。") % said,
        "state.none": _("这本台账的事项不能转成工单。"),
        "closed-version": _("这个专项已停止收新的，不能再记。"),
    }
    return sentences.get(kind, _("现在不能记（%(code)s），没有改动。") % {"code": refused.code})


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of an entry's history: what was done, when, by whom, and what exactly."""

    text: str
    at: str
    who: str
    details: list[str]


def history(activity: Activity, events: Iterable[Event], net: Network, now: datetime) -> list[Happened]:
    """Return an entry's events in words, the newest first; a correction names what stood there before."""
    found: list[Happened] = []
    before: EntryState | None = None
    for event in events:
        after = core.apply(before or EntryState(id=event.order), event)
        text, details = _happened(activity, event, before, after, net)
        who = _("系统") if event.actor.get("sort") == "system" else person_name(net, event.actor.get("person", ""))
        if stood := event.actor.get("for"):
            who = _("%(who)s（代%(for)s）") % {"who": who, "for": person_name(net, stood)}
        found.append(Happened(text, moments.moment(event.at, now), who, details))
        before = after
    return found[::-1]


def _happened(
    activity: Activity, event: Event, before: EntryState | None, after: EntryState, net: Network
) -> tuple[str, list[str]]:
    if event.verb in core.BEGUN:
        return _("补记") if after.late else _("记入"), []
    if event.verb == core.WITHDRAWN:
        return _("撤销"), [_("原因：%(reason)s") % {"reason": event.facts["reason"]}]
    if event.verb == core.GAVE_ORDER:
        return _("转为工单 %(number)s") % {"number": event.then["number"]}, []
    reason = _("原因：%(reason)s") % {"reason": event.facts["reason"]}
    return _("更正"), [reason, *_differences(activity, before or after, after, net)]


def _differences(activity: Activity, before: EntryState, after: EntryState, net: Network) -> list[str]:
    was, is_ = _shown(activity, before, net), _shown(activity, after, net)
    none = _("没有")
    return [
        _("%(field)s：%(before)s → %(after)s")
        % {"field": fact_name(activity, key), "before": was.get(key, none), "after": is_.get(key, none)}
        for key in {**was, **is_}
        if was.get(key) != is_.get(key)
    ]


def _shown(activity: Activity, entry: EntryState, net: Network) -> dict[str, str]:
    found = {"unit": unit_name(net, entry.unit), "date": entry.date}
    if entry.idle:
        found["idle"] = idle_name(activity, entry.idle)
    found |= {key: number_text(activity.measures[key], value) for key, value in entry.values.items()}
    found |= {key: field_text(activity, key, value, net) for key, value in entry.fields.items()}
    if entry.note:
        found["note"] = entry.note
    if entry.evidence:
        found["evidence"] = _("%(n)s份") % {"n": len(entry.evidence)}
    return found
