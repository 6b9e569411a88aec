"""版本之差的说法: each difference of two versions as one sentence, keys told by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.programmes import Programme
from bihuan.core.versions import Difference
from bihuan.words.durations import duration
from bihuan.words.orders import named

NOUNS = {
    "programme": gettext_noop("专项"),
    "channel": gettext_noop("来源渠道"),
    "unit": gettext_noop("单位类型"),
    "post": gettext_noop("岗位"),
    "coverage": gettext_noop("全覆盖要求"),
    "order": gettext_noop("单"),
    "field": gettext_noop("字段"),
    "choice": gettext_noop("选项"),
    "state": gettext_noop("状态"),
    "role": gettext_noop("角色"),
    "move": gettext_noop("动作"),
    "clock": gettext_noop("时限"),
    "ladder": gettext_noop("预警"),
    "sign": gettext_noop("审签步骤"),
    "notice": gettext_noop("通知"),
    "document": gettext_noop("文书"),
    "activity": gettext_noop("台账活动"),
    "cadence": gettext_noop("周期义务"),
    "activity_measure": gettext_noop("计量"),
    "activity_field": gettext_noop("台账字段"),
    "activity_choice": gettext_noop("台账选项"),
    "activity_recorder": gettext_noop("记账的人"),
    "activity_reader": gettext_noop("看账的人"),
    "activity_idle": gettext_noop("没有开展的说法"),
    "series": gettext_noop("统计值"),
    "scope_set": gettext_noop("口径"),
    "indicator": gettext_noop("指标"),
    "board": gettext_noop("看板"),
    "indicator_where": gettext_noop("指标的条件"),
    "meeting": gettext_noop("测评会"),
    "meeting_criterion": gettext_noop("打分的项"),
    "meeting_step": gettext_noop("档"),
    "meeting_kind": gettext_noop("评的人"),
    "meeting_class": gettext_noop("结果的类"),
    "meeting_chair": gettext_noop("主持的人"),
    "meeting_reader": gettext_noop("看结果的人"),
    "reach": gettext_noop("活动覆盖"),
    "excuser": gettext_noop("可以免记的人"),
    "exempter": gettext_noop("可以豁免的人"),
    "brief": gettext_noop("简报"),
}
ATTRIBUTES = {
    "name": gettext_noop("名称"),
    "name_en": gettext_noop("英文名称"),
    "contact": gettext_noop("联系人"),
    "hotline": gettext_noop("电话"),
    "retention": gettext_noop("保存期限"),
    "assessment": gettext_noop("影响评估"),
    "sealed": gettext_noop("设密"),
    "external": gettext_noop("外部渠道"),
    "return_sheet": gettext_noop("要回填"),
    "sheet": gettext_noop("来源的表"),
    "within": gettext_noop("设在哪里"),
    "facts": gettext_noop("数据项"),
    "at": gettext_noop("设在哪些单位"),
    "covers": gettext_noop("联系范围"),
    "many": gettext_noop("可有多人"),
    "every": gettext_noop("每个"),
    "has": gettext_noop("都要有"),
    "min": gettext_noop("至少"),
    "max": gettext_noop("至多"),
    "prefix": gettext_noop("单号前缀"),
    "title": gettext_noop("标题字段"),
    "requester": gettext_noop("谁点单"),
    "desk": gettext_noop("派单台设在哪里"),
    "rating": gettext_noop("评价字段"),
    "bad_ratings": gettext_noop("算差评的选项"),
    "approval": gettext_noop("审签"),
    "public": gettext_noop("对外表单"),
    "lights": gettext_noop("亮灯"),
    "catalogue": gettext_noop("派单目录"),
    "kind": gettext_noop("填什么"),
    "unit": gettext_noop("选哪种单位"),
    "post": gettext_noop("选哪种岗位"),
    "hint": gettext_noop("提示"),
    "purpose": gettext_noop("用途"),
    "data_class": gettext_noop("数据分级"),
    "max_length": gettext_noop("最多几个字"),
    "internal": gettext_noop("只供内部看"),
    "milestone": gettext_noop("环上哪一步"),
    "owner": gettext_noop("轮到谁办"),
    "outward": gettext_noop("对外说法"),
    "closed": gettext_noop("结束状态"),
    "who": gettext_noop("谁是这个角色"),
    "sees": gettext_noop("看得到什么"),
    "secret": gettext_noop("看得到涉商业秘密的单"),
    "effect": gettext_noop("作用"),
    "by": gettext_noop("谁可以做"),
    "from": gettext_noop("从哪些状态做"),
    "to": gettext_noop("做完到哪里"),
    "needs": gettext_noop("必填"),
    "takes": gettext_noop("可填"),
    "guards": gettext_noop("关口"),
    "ask": gettext_noop("哪一种申请"),
    "half": gettext_noop("答复哪一方"),
    "within_of": gettext_noop("期限从何时算"),
    "undo": gettext_noop("可以撤销"),
    "main": gettext_noop("放在最前"),
    "inner": gettext_noop("不对外"),
    "limit": gettext_noop("期限"),
    "limits": gettext_noop("分档期限"),
    "starts": gettext_noop("何时开始"),
    "restarts": gettext_noop("何时重新开始"),
    "stops": gettext_noop("何时停"),
    "owes": gettext_noop("谁欠着"),
    "pausable": gettext_noop("挂起时停表"),
    "extendable": gettext_noop("可以延期"),
    "promise": gettext_noop("对外承诺"),
    "each": gettext_noop("各协办单位各一个"),
    "does": gettext_noop("系统做什么"),
    "tell": gettext_noop("告诉谁"),
    "role": gettext_noop("由谁审"),
    "when": gettext_noop("哪些单"),
    "instead": gettext_noop("没有人能审时由谁审"),
    "heading": gettext_noop("标题"),
    "body": gettext_noop("正文"),
    "rows": gettext_noop("表格的行"),
    "columns": gettext_noop("清单的列"),
    "late": gettext_noop("几天以内记"),
    "evidence": gettext_noop("要佐证"),
    "minutes": gettext_noop("要几分钟"),
    "minute": gettext_noop("会议纪要"),
    "same": gettext_noop("怎样算同一份材料"),
    "orders": gettext_noop("转成哪种单"),
    "channel": gettext_noop("转单的渠道"),
    "word": gettext_noop("计量词"),
    "of": gettext_noop("从哪里数"),
    "required": gettext_noop("必填"),
    "usual": gettext_noop("大于多少请核对"),
    "activity": gettext_noop("哪本台账"),
    "grace": gettext_noop("过后几天还可以记"),
    "window": gettext_noop("管多长时段"),
    "windows": gettext_noop("各个周期"),
    "days": gettext_noop("几天一次"),
    "remind": gettext_noop("提前几天提醒"),
    "burden": gettext_noop("每周最多几分钟"),
    "computed": gettext_noop("对照的指标"),
    "object": gettext_noop("给哪种单位打分"),
    "objects": gettext_noop("台账里列参评单位的字段"),
    "least": gettext_noop("够几张票才出结果"),
    "trim": gettext_noop("去掉最高最低的百分之几"),
    "bad": gettext_noop("总分低于几分整改"),
    "bad_criterion": gettext_noop("单项低于百分之几整改"),
    "order_facts": gettext_noop("整改单先填好的字段"),
    "appellant": gettext_noop("由谁申诉"),
    "reviewer": gettext_noop("由谁复核"),
    "appeal": gettext_noop("多久内可以申诉"),
    "points": gettext_noop("满分"),
    "percent": gettext_noop("得百分之几"),
    "weight": gettext_noop("比重"),
}
# In which table of a kind of order an attribute's keys are looked up for their names.
KEYS = {
    "from": "states", "to": "states", "owner": "roles", "owes": "roles", "approval": "roles", "tell": "roles",
    "role": "roles", "instead": "roles",
    "needs": "fields", "takes": "fields", "public": "fields", "title": "fields", "rating": "fields", "does": "moves",
}  # fmt: skip
TOKENS = ("starts", "stops", "restarts")
MOST = 120


def difference_text(one: Difference, old: Programme, new: Programme) -> str:
    """Return one difference as a sentence without its full stop: 时限“接单时限”的期限：1个工作日 → 2个工作日."""
    what = _noun(one, old, new)
    if one.what == "added":
        return _("新增%(what)s") % {"what": what}
    if one.what == "removed":
        return _("去掉%(what)s") % {"what": what}
    if one.what == "sorted":
        return _("%(noun)s换了次序") % {"noun": _(NOUNS.get(one.noun, one.noun))}
    said = {
        "what": what,
        "attribute": _attribute(one, new),
        "before": _value(one, one.before, old),
        "after": _value(one, one.after, new),
    }
    if isinstance(one.before or one.after, list) and _plain(one.before) and _plain(one.after):
        return _lists(one, said, old, new)
    return _("%(what)s的%(attribute)s：%(before)s → %(after)s") % said


def _plain(value: Any) -> bool:
    return value is None or all(isinstance(part, str) for part in value)


def _lists(one: Difference, said: Mapping[str, str], old: Programme, new: Programme) -> str:
    """A list is told by what came into it and what went."""
    before, after = one.before or [], one.after or []
    came = _value(one, [part for part in after if part not in before], new)
    gone = _value(one, [part for part in before if part not in after], old)
    parts = [text % part for text, part in ((_("加上%s"), came), (_("去掉%s"), gone)) if part != _none()]
    changed = _("，").join(parts) or _("换了次序")
    return _("%(what)s的%(attribute)s：%(changed)s") % {**said, "changed": changed}


def _noun(one: Difference, old: Programme, new: Programme) -> str:
    noun = _(NOUNS.get(one.noun, one.noun))
    if one.noun == "choice":
        field = one.key.partition(".")[0]
        name = _looked("fields", field, one.type, new, old)
        return _("字段“%(field)s”的选项“%(name)s”") % {"field": name, "name": named(one)}
    if one.noun == "ladder":
        clock, _dot, rest = one.key.partition(".")
        light = rest.partition(".")[0]
        return _("预警“%(clock)s·%(light)s”") % {"clock": _looked("clocks", clock, one.type, new, old), "light": light}
    if one.noun == "notice":
        return noun
    if one.noun == "programme":
        return noun
    return _("%(noun)s“%(name)s”") % {"noun": noun, "name": named(one) or one.key}


def _attribute(one: Difference, new: Programme) -> str:
    base, _dot, part = one.attribute.partition(".")
    name = _(ATTRIBUTES[base]) if base in ATTRIBUTES else base
    return _("%(name)s（%(part)s）") % {"name": name, "part": part} if part else name


def _none() -> str:
    return _("没有")


def _value(one: Difference, value: Any, programme: Programme) -> str:
    """Return a value in words, "没有" for none."""
    base = one.attribute.partition(".")[0]
    if value is None or value in ("", []):
        return _none()
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if base in ("limit", "limits") or (base == "within" and one.noun != "unit"):
        return duration(str(value))
    if base == "by" and one.noun == "move":
        return _listed(_looked("roles", key, one.type, programme) for key in value)
    if base in KEYS:
        keys = value if isinstance(value, list) else [value]
        return _listed(_looked(KEYS[base], key, one.type, programme) for key in keys)
    if base in TOKENS:
        return _listed(_token(key, one.type, programme) for key in value)
    if base == "who":
        return _listed(_relation(who, programme) for who in value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return _listed(value)
    if isinstance(value, Mapping):
        return _listed(f"{key} {part}" for key, part in value.items())
    text = str(value) if not isinstance(value, list) else _("%(n)s项") % {"n": len(value)}
    return text if len(text) <= MOST else text[:MOST] + "…"


def _listed(parts: Iterable[str]) -> str:
    return _("、").join(parts)


def _looked(table: str, key: str, type_: str, *programmes: Programme) -> str:
    """Return the name of a key in the first version that has it; the key itself where none does."""
    for programme in programmes:
        order_type = programme.orders.get(type_)
        if order_type is not None and key in getattr(order_type, table):
            return named(getattr(order_type, table)[key])
    return key


def _token(token: str, type_: str, programme: Programme) -> str:
    verb, dot, outcome = token.partition(".")
    name = _looked("moves", verb, type_, programme)
    name = name if name != verb else _looked("states", verb, type_, programme)
    return f"{name}{dot}{outcome}"


def _relation(who: Mapping[str, str], programme: Programme) -> str:
    post = programme.post_kinds.get(who.get("post", ""))
    return f"{named(post) if post else who.get('post', '')}·{who.get('of', '')}".strip("·")
