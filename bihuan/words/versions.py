"""版本的说法: what differs between two versions, what is wrong with a plan, why an order stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.actions.migrations import Done, Look, Row, Shift
from bihuan.actions.programmes import Compared
from bihuan.core.instants import instant
from bihuan.core.migration import Plan, PlanFault
from bihuan.core.order_state import Event
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.versions import Difference
from bihuan.words import moments
from bihuan.words.orders import ask_name, clock_name, field_name, named, state_name

VERDICTS = {
    "wording": gettext_noop("只改字"),
    "ahead": gettext_noop("在前头"),
    "behind": gettext_noop("动到在办"),
}
EXPLAINED = {
    "wording": gettext_noop("名称、提示一类的字，在办的单一步也不变。"),
    "ahead": gettext_noop("只碰还没有开始的：新单、新一步。"),
    "behind": gettext_noop("在办的单换版时会碰到；不换版，它们仍照原版办完。"),
}
CHOICES = {
    "keep-deadline": gettext_noop("到期日不变"),
    "keep-elapsed": gettext_noop("已用的时间照算，按新时限重算到期"),
    "restart": gettext_noop("从换版起重新计时"),
    "end": gettext_noop("到此为止"),
}
FAULTS = {
    "unknown_key": gettext_noop(
        "计划里没有“%(key)s”这一项，只有 programme、from、to 和 [order.单的键.states/clocks/becomes]"
    ),
    "bad_programme": gettext_noop('programme 要写专项的键，例如 programme = "enterprise_order"'),
    "bad_from": gettext_noop("from 要写从第几版换，例如 from = 1"),
    "bad_to": gettext_noop("to 要写换到第几版，例如 to = 2"),
    "bad_order": gettext_noop("“%(key)s”要写成表，例如 [order.enterprise_request.clocks]"),
    "unknown_part": gettext_noop("没有“%(key)s”这一部分，只有 states、clocks、becomes"),
    "bad_value": gettext_noop("“%(key)s”的值要写在英文双引号里"),
    "no_programme": gettext_noop("没有专项“%(key)s”，已发布的有：%(known)s"),
    "no_bundle": gettext_noop("没有 %(key)s 这一版，已发布的版本有：%(known)s"),
    "retired": gettext_noop("%(key)s 已停用，不能换到它；要用请先恢复"),
    "same_version": gettext_noop("from 和 to 是同一版，没有可换的"),
    "unknown_type": gettext_noop("旧版里没有“%(key)s”这种单，只有：%(known)s"),
    "no_type": gettext_noop("新版里没有“%(key)s”这种单，它的在办单换不过去，请留在旧版办完"),
    "unknown_state": gettext_noop("旧版里没有状态“%(key)s”，只有：%(known)s"),
    "ended_state": gettext_noop("“%(key)s”是结束状态，办结的单不换版，请删掉这一行"),
    "no_state": gettext_noop("新版里没有状态“%(key)s”，请从这些里选：%(known)s"),
    "closed_state": gettext_noop("“%(key)s”在新版是结束状态，换版不能把单办结，请从这些里选：%(known)s"),
    "unknown_clock": gettext_noop("没有时限“%(key)s”，只有：%(known)s"),
    "unknown_choice": gettext_noop("时限“%(key)s”写了“%(word)s”，只能写：%(known)s"),
    "end_known": gettext_noop("时限“%(key)s”新版里还有，不能写 end，请写 keep-deadline、keep-elapsed 或 restart"),
    "promise_restart": gettext_noop("“%(key)s”是对外承诺，从不重新计时，请写 keep-deadline 或 keep-elapsed"),
    "no_clock": gettext_noop("新版里没有时限“%(key)s”，请写 end，或在 becomes 里写明它改成哪个时限"),
    "bad_becomes": gettext_noop("时限“%(key)s”不能改成“%(new)s”：两个并成一个，或一个按协办单位分、一个不分"),
}
STAYS = {
    "migrate.state.type": gettext_noop("新版里没有这种单"),
    "migrate.state.missing": gettext_noop("新版里没有状态“%(state)s”，计划也没有写它换到哪里"),
    "migrate.state.dead": gettext_noop("换过去停在“%(to)s”，没有人能办下一步"),
    "migrate.pending.ask": gettext_noop("正等裁定%(ask)s，新版里没有人裁定，请先裁定"),
    "migrate.pending.draft": gettext_noop("有稿在等审签，新版里没有这一步，请先审签或退回"),
    "migrate.needs.field": gettext_noop("单上填了“%(field)s”，新版里没有这个字段，会读不出来；请在新版里保留它"),
    "migrate.needs.choice": gettext_noop(
        "单上的“%(field)s”是“%(choice)s”，新版里没有这个选项；请保留它，或先在单上改掉"
    ),
    "migrate.needs.clock": gettext_noop("时限“%(clock)s”新版里没有，计划也没有写它怎么办"),
    "migrate.needs.undecided": gettext_noop("计划没有写时限“%(clock)s”怎么办"),
    "migrate.stale": gettext_noop("换版以后又有了新的记录，留在现在的版本"),
}
REFUSALS = {
    "migrate.post": gettext_noop("只有管理员岗位能换版。"),
    "compare.post": gettext_noop("只有管理员岗位能比较版本。"),
    "version.post": gettext_noop("只有管理员岗位能改版本的收单。"),
    "migrate.closed-version": gettext_noop("%(bundle)s 已停用，不能换回去；要换回请先恢复它。"),
    "version.state.newer": gettext_noop("%(bundle)s 后面已有 %(newest)s，新单只进最新的版本，不能再让它收新单。"),
    "version.state.running": gettext_noop("%(bundle)s 还有%(n)s件在办单，办完或换到别的版本以后才能停用。"),
    "compare.invalid": gettext_noop("项目包有%(n)s处毛病，不能比较：%(first)s"),
}


def verdict_name(verdict: str) -> str:
    """Return 只改字, 在前头 or 动到在办."""
    return _(VERDICTS[verdict])


def verdict_said(verdict: str) -> str:
    """Return what a verdict means."""
    return _(EXPLAINED[verdict])


def choice_said(choice: str) -> str:
    """Return what a plan does with a running clock."""
    return _(CHOICES[choice]) if choice in CHOICES else choice


def version_name(bundle: str) -> str:
    """Return 第2版 for `key@2`; what is no bundle comes back as it is."""
    number = bundle.rpartition("@")[2]
    return _("第%(n)s版") % {"n": number} if "@" in bundle and number.isdecimal() else bundle


def summary(compared: Compared) -> str:
    """Return how many differences there are of each verdict, in one sentence."""
    if not compared.found:
        return _("%(old)s和%(new)s内容相同。") % _both(compared)
    parts = []
    for verdict in VERDICTS:
        n = len(compared.of(verdict))
        if n:
            parts.append(
                ngettext("%(verdict)s%(n)s处", "%(verdict)s%(n)s处", n) % {"verdict": verdict_name(verdict), "n": n}
            )
    return _("%(old)s和%(new)s相比：%(parts)s。") % {**_both(compared), "parts": _("，").join(parts)}


def _both(compared: Compared) -> dict[str, str]:
    return {"old": version_name(compared.old), "new": version_name(compared.new)}


def concerned_text(one: Difference, n: int, compared: Compared) -> str:
    """Return how many running orders a difference concerns; "" where it concerns none by its nature."""
    if not one.scope.kind:
        return ""
    said = ngettext("在办%(n)s件", "在办%(n)s件", n) % {"n": n}
    return _("%(said)s以上") % {"said": said} if compared.more and n else said


# ---- plans ----
def fault_text(fault: PlanFault) -> str:
    """Return what is wrong with a plan and what to do."""
    said = {k: _("、").join(map(str, v)) if isinstance(v, list | tuple) else v for k, v in fault.facts.items()}
    return _(FAULTS[fault.code]) % said


def undecided_text(counts: Mapping[tuple[str, str], int], old: Programme) -> str:
    """Return which running clocks have no choice, with how many orders each."""
    names = []
    for (type_, clock), n in sorted(counts.items()):
        said = {"name": clock_name(old.orders[type_], clock), "key": clock, "n": n}
        names.append(ngettext("“%(name)s”（%(key)s，%(n)s件）", "“%(name)s”（%(key)s，%(n)s件）", n) % said)
    return _("没有换版：还没有写这些在走的时限怎么办：%(names)s。每个都要写 %(choices)s 之一。") % {
        "names": _("、").join(names),
        "choices": _("、").join(("keep-deadline", "keep-elapsed", "restart")),
    }


def stays_text(refused: Refused, old: OrderType, new: OrderType | None) -> str:
    """Return why one order stays with its version."""
    facts = refused.facts
    said: dict[str, Any] = dict(facts)
    if "state" in facts:
        said["state"] = state_name(old, str(facts["state"]))
    if "to" in facts:
        said["to"] = state_name(new or old, str(facts["to"]))
    if "clock" in facts:
        said["clock"] = clock_name(old, str(facts["clock"]))
    if "ask" in facts:
        said["ask"] = ask_name(str(facts["ask"]))
    if "field" in facts:
        key = str(facts["field"])
        spec = old.fields.get(key)
        said["field"] = field_name(spec) if spec else key
        choices = spec.choices if spec else ()
        said["choice"] = next((named(c) for c in choices if c.key == facts.get("choice")), facts.get("choice", ""))
    return _(STAYS.get(refused.code, refused.code)) % said


def refusal(refused: Refused, old: Programme | None = None, new: Programme | None = None) -> str:
    """Return why nothing was done, in one sentence. `old` and `new` are the plan's versions, where there are both."""
    facts = refused.facts
    if refused.code == "migrate.invalid":
        return _("没有换版：%(first)s。") % {"first": fault_text(facts["faults"][0])}
    if refused.code == "migrate.needs" and old is not None:
        return undecided_text(facts["counts"], old)
    if refused.code == "migrate.state.stranded" and old is not None and new is not None:
        row: Row = facts["first"]
        why = stays_text(row.refused, old.orders[row.type], new.orders.get(row.type)) if row.refused else ""
        said = {"n": facts["n"], "total": facts["total"], "number": row.number, "why": why}
        text = ngettext(
            "在办%(total)s件里有%(n)s件换过去会没有着落", "在办%(total)s件里有%(n)s件换过去会没有着落", facts["n"]
        )
        return _("没有换版，一件也没有动：%(text)s，如%(number)s：%(why)s。") % {**said, "text": text % said}
    if refused.problems:
        given: Mapping[str, Any] = next(iter(facts.get("given", {}).values()), {})
        known = _("、").join(given.get("known", ()))
        return _("没有“%(value)s”，有的是：%(known)s。") % {"value": given.get("value", ""), "known": known}
    return _(REFUSALS.get(refused.code, refused.code)) % facts


def shift_text(shift: Shift, old: OrderType, new: OrderType, now: datetime) -> tuple[str, str, str]:
    """Return (clock, due, what becomes of it) of one running clock under a plan."""
    name = clock_name(old, shift.clock) if shift.clock else clock_name(new, shift.key)
    due = moments.until(instant(shift.due), now) if shift.due else "—"
    if not shift.would:
        return name, due, _("到此为止")
    if shift.would == shift.due:
        return name, due, _("不变")
    return name, due, moments.until(instant(shift.would), now)


def look_text(look: Look) -> str:
    """Return what a plan would do, in one sentence."""
    said = {"total": look.total, "ready": look.ready, "stranded": look.stranded}
    if not look.total:
        return _("%(old)s没有在办单。") % {"old": version_name(look.plan.old)}
    if not look.stranded:
        return _("在办%(total)s件，都能换。") % said
    return _("在办%(total)s件，%(ready)s件能换，%(stranded)s件会没有着落。") % said


def done_text(done: Done, *, back: bool = False) -> str:
    """Return what a plan did, in one sentence."""
    said = {"n": done.moved, "version": version_name(done.plan.old if back else done.plan.new)}
    text = _("%(n)s件已换回%(version)s") if back else _("%(n)s件已换到%(version)s")
    parts = [text % said]
    if done.refused:
        parts.append(ngettext("%(n)s件没有换", "%(n)s件没有换", len(done.refused)) % {"n": len(done.refused)})
    if done.left:
        parts.append(ngettext("还有%(n)s件没有轮到", "还有%(n)s件没有轮到", done.left) % {"n": done.left})
    if not done.moved and not done.refused and not done.left:
        return _("没有要换的在办单：都已经换过了，或办完了。")
    return _("%(parts)s。") % {"parts": _("，").join(parts)}


def plan_title(plan: Plan) -> str:
    """Return 第1版 → 第2版."""
    return f"{version_name(plan.old)} → {version_name(plan.new)}"


def migrated_text(event: Event, t: OrderType) -> str:
    """Return from which version to which an order was moved, and where it stands since."""
    said = {"was": event.facts["from"].partition("@")[2], "now": event.facts["to"].partition("@")[2]}
    text = _("由第%(was)s版换到第%(now)s版") % said
    if event.facts.get("undoes"):
        text = _("由第%(was)s版换回第%(now)s版") % said
    if to := event.then.get("to"):
        text = _("%(said)s，现在是“%(state)s”") % {"said": text, "state": state_name(t, to)}
    return text
