"""网: why an entry of the roll was refused, what a change was, what a post may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.words.orders import move_name, named

# What a field of the roll is called in sentences.
FIELDS = {
    "key": gettext_noop("单位编码"),
    "name": gettext_noop("名称"),
    "name_en": gettext_noop("英文名"),
    "type": gettext_noop("类型"),
    "parent": gettext_noop("上级"),
    "since": gettext_noop("起"),
    "until": gettext_noop("止"),
    "unit": gettext_noop("单位"),
    "post": gettext_noop("岗位"),
    "post_name": gettext_noop("岗位名称"),
    "post_since": gettext_noop("岗位起"),
    "post_until": gettext_noop("岗位止"),
    "kind": gettext_noop("岗位类型"),
    "covers": gettext_noop("负责范围"),
    "person": gettext_noop("任职人"),
    "stands_for": gettext_noop("代谁"),
    "credit_code": gettext_noop("信用代码"),
    "products": gettext_noop("产品"),
    "party_members": gettext_noop("党员数"),
    "username": gettext_noop("登录名"),
    "day": gettext_noop("日期"),
}
# Why a value cannot be taken: what is wrong and how to mend it.
PROBLEMS = {
    "missing": gettext_noop("没有填"),
    "bad_key": gettext_noop("“%(value)s”不能作编码：用小写英文字母开头，只用字母、数字和 _ . -"),
    "formula": gettext_noop("的公式出错，格子里是“%(value)s”，请改好或直接填结果"),
    "subtotal": gettext_noop("写着“%(value)s”：这一行是把别的行加起来的，不导入，数由系统算"),
    "too_long": gettext_noop("太长，最多%(most)s个字"),
    "unknown_type": gettext_noop("没有“%(value)s”这种单位，只有：%(choices)s"),
    "type_fixed": gettext_noop("“%(name)s”是%(type)s，类型定了就不能改，请另设一个单位"),
    "missing_parent": gettext_noop("没有填；%(type)s要设在%(allowed)s之下"),
    "no_parent": gettext_noop("%(type)s是最上一级，不填上级"),
    "unknown_unit": gettext_noop("没有“%(value)s”这个单位，请先导入它，或核对编码和名称"),
    "ambiguous_unit": gettext_noop("叫“%(value)s”的单位有%(n)s个，请填单位编码"),
    "wrong_parent": gettext_noop("%(type)s不能设在“%(parent)s”之下，只能设在%(allowed)s之下"),
    "own_parent": gettext_noop("“%(name)s”不能设在自己的下级之下"),
    "dissolved": gettext_noop("“%(unit)s”%(until)s已撤销"),
    "no_fact": gettext_noop("%(type)s没有这一项，请清空这一格"),
    "not_a_count": gettext_noop("“%(value)s”不是整数，请只写数字"),
    "credit_code": gettext_noop("“%(value)s”不是有效的统一社会信用代码，请核对18位"),
    "same_code": gettext_noop("“%(value)s”已经是“%(name)s”的信用代码"),
    "not_a_date": gettext_noop("“%(value)s”不是日期，请写成 2022-10-25 的样子"),
    "backwards": gettext_noop("%(until)s早于起始日%(since)s"),
    "unknown_kind": gettext_noop("没有“%(value)s”这种岗位，只有：%(choices)s"),
    "not_at": gettext_noop("“%(unit)s”不设%(kind)s，它只设在%(places)s"),
    "one_only": gettext_noop("“%(unit)s”的%(kind)s只能有一个，已有“%(post)s”"),
    "kind_fixed": gettext_noop("“%(post)s”是%(kind)s，岗位类型定了就不能改"),
    "unit_fixed": gettext_noop("“%(post)s”是“%(unit)s”的岗位，请换一个岗位编码"),
    "no_cover": gettext_noop("%(kind)s没有负责范围，请清空这一格"),
    "wrong_cover": gettext_noop("%(kind)s只能负责%(type)s，“%(unit)s”不是"),
    "unknown_person": gettext_noop("没有编码为“%(value)s”的人，请填姓名"),
    "unknown_post": gettext_noop("没有“%(value)s”这个岗位"),
    "ended": gettext_noop("“%(post)s”%(until)s已撤销"),
    "twice": gettext_noop("%(person)s在这段时间已经任“%(post)s”"),
    "held": gettext_noop("“%(post)s”自%(since)s起由%(person)s担任，请先填他的止日，或写明代谁"),
    "not_holding": gettext_noop("“%(person)s”在这段时间不任“%(post)s”，不能代"),
    "stood_for": gettext_noop("%(whom)s的这个岗位%(since)s至%(until)s已由%(person)s代办，日期不能重叠，请改起止日期"),
    "stood_open": gettext_noop("%(whom)s的这个岗位自%(since)s起已由%(person)s代办，请先填他的止日"),
    "name_differs": gettext_noop("编码“%(value)s”是%(known)s，不是%(name)s，请核对"),
    "same_name": gettext_noop("叫%(name)s的有%(n)s人，请填人员编码"),
    "repeated": gettext_noop("“%(value)s”在表里出现两次，内容不同，请只留一行"),
    "taken": gettext_noop("“%(value)s”已有人使用，请换一个"),
    "bad_username": gettext_noop("“%(value)s”不行：用3至30个小写英文字母、数字和 _ . -"),
    "has_account": gettext_noop("%(person)s已有账号“%(username)s”"),
    "not_held": gettext_noop("“%(value)s”今天没有可用的任职，请先任职，或改写岗位"),
    "unknown_token": gettext_noop("没有叫“%(value)s”的有效令牌，请看 bihuan token list"),
    "no_account": gettext_noop("%(person)s还没有账号"),
    "not_a_choice": gettext_noop("“%(value)s”不在选项里，请从列出的选项中选"),
}
# Refusals that are not about one field.
STATES = {
    "post": gettext_noop("只有管理员岗位能改网络和设置"),
    "state.dissolved": gettext_noop("“%(unit)s”%(until)s已撤销"),
    "state.children": gettext_noop("“%(unit)s”下面还有%(n)s个单位：%(children)s。请先撤销或改挂它们"),
    "state.open_orders": gettext_noop("“%(unit)s”还有%(n)s件在办单。请先办结或改派，再撤销"),
    "state.ended_post": gettext_noop("“%(post)s”%(until)s已撤销"),
    "state.supervises": gettext_noop("“%(post)s”还分管%(n)s件在办单。请先改派分管领导，再撤销"),
    "state.not_held": gettext_noop("%(person)s到%(until)s时不任“%(post)s”，没有可结束的任职"),
    "state.last_administrator": gettext_noop("%(person)s是最后一位管理员，请先任命另一位"),
    "self.account": gettext_noop("不能停用自己的账号，请另一位管理员来做"),
    "invalid": gettext_noop("项目包有%(n)s处毛病，没有发布：%(first)s"),
}
VERBS = {
    "unit_set": gettext_noop("设立或修改单位"),
    "unit_dissolved": gettext_noop("撤销单位"),
    "post_set": gettext_noop("设立或修改岗位"),
    "post_dissolved": gettext_noop("撤销岗位"),
    "holder_set": gettext_noop("任职"),
    "holder_ended": gettext_noop("结束任职"),
    "orders_handed_over": gettext_noop("移交在办单"),
    "import_units": gettext_noop("导入单位"),
    "import_holders": gettext_noop("导入岗位和任职人"),
    "calendar_day": gettext_noop("改日历"),
    "year_archived": gettext_noop("年度归档"),
    "archive_packed": gettext_noop("导出归档移交包"),
    "deadlines_reclocked": gettext_noop("按日历重算在走的期限"),
    "pack_published": gettext_noop("发布专项"),
    "version_state": gettext_noop("改专项版本的收单"),
    "orders_migrated": gettext_noop("在办单换版"),
    "orders_moved_back": gettext_noop("在办单换回"),
    "account_made": gettext_noop("开账号"),
    "account_reset": gettext_noop("重设密码"),
    "account_closed": gettext_noop("停用账号"),
    "account_opened": gettext_noop("启用账号"),
    "person_named": gettext_noop("改姓名"),
    "exported": gettext_noop("导出"),
    "backed_up": gettext_noop("备份"),
    "restored": gettext_noop("从备份恢复"),
    "personal_read": gettext_noop("看联系方式"),
    "token_made": gettext_noop("发接口令牌"),
    "token_revoked": gettext_noop("作废接口令牌"),
    "contact_set": gettext_noop("改联系方式"),
    "list_link_given": gettext_noop("发企业链接"),
    "list_link_withdrawn": gettext_noop("停用企业链接"),
    "calendar_link_given": gettext_noop("要期限日历的链接"),
    "calendar_link_withdrawn": gettext_noop("停用期限日历的链接"),
    "robot_added": gettext_noop("加群机器人"),
    "robot_dropped": gettext_noop("去掉群机器人"),
    "form_set": gettext_noop("启用公文模板"),
    "form_ended": gettext_noop("停用公文模板"),
    "unit_code": gettext_noop("改机关代字"),
}
VERSION_STATES = {
    "open": gettext_noop("收新单"),
    "closing": gettext_noop("只办在办的"),
    "retired": gettext_noop("停用"),
}
DAY_KINDS = {
    "workday": gettext_noop("工作日"),
    "rest": gettext_noop("休息日"),
    "holiday": gettext_noop("节日"),
    "make-up": gettext_noop("调休上班"),
}


def field_name(key: str) -> str:
    """Return what a field of the roll is called; an unknown key comes back as it is."""
    return _(FIELDS[key]) if key in FIELDS else key


def problem(code: str, given: Mapping[str, Any] | None = None) -> str:
    """Return what is wrong with one value and how to mend it."""
    said = {
        key: _("、").join(map(str, value)) if isinstance(value, list | tuple) else value
        for key, value in (given or {}).items()
    }
    text = _(PROBLEMS.get(code, code))
    try:
        return text % said
    except KeyError:
        return text


def problems(refused: Refused) -> dict[str, str]:
    """Return the sentence of every field at fault, for forms."""
    given = refused.facts.get("given", {})
    return {field: problem(code, given.get(field)) for field, code in refused.problems.items()}


def sentence(refused: Refused) -> str:
    """Return one sentence for a list, a rejected row or the command line: fields by name, or the state of things."""
    if refused.problems:
        said = problems(refused)
        return _("；").join(_("“%(field)s”%(said)s") % {"field": field_name(f), "said": said[f]} for f in said)
    code = refused.code.partition(".")[2]
    return problem(STATES.get(code, refused.code), refused.facts)


def fact_name(key: str) -> str:
    """Return what a fact of a unit is called."""
    return field_name(key)


def verb_name(verb: str) -> str:
    """Return what a change of the network or the settings is called."""
    return _(VERBS[verb]) if verb in VERBS else verb


def day_kind(kind: str) -> str:
    """Return 工作日, 休息日, 节日 or 调休上班."""
    return _(DAY_KINDS[kind]) if kind in DAY_KINDS else kind


def powers(programmes: Mapping[str, Programme], kind: str) -> list[str]:
    """Return the names of the moves a kind of post may make, the main ones first; each once."""
    found: dict[str, bool] = {}
    for programme in programmes.values():
        for order_type in programme.orders.values():
            roles = {key for key, role in order_type.roles.items() if any(who.post == kind for who in role.who)}
            for move in order_type.moves.values():
                if roles.intersection(move.by) and move.effect not in ("joined", "recuse"):
                    found[move_name(move)] = found.get(move_name(move), False) or move.main
    return sorted(found, key=lambda name: not found[name])


def sees(programmes: Mapping[str, Programme], kind: str) -> bool:
    """Whether holders of a kind of post see any orders at all."""
    return any(
        who.post == kind
        for programme in programmes.values()
        for order_type in programme.orders.values()
        for role in order_type.roles.values()
        for who in role.who
    )


def change_text(event: Event, net: Network) -> str:
    """Return what a change of the network or the settings was about, names looked up as they are today."""
    facts = event.facts
    maker = _CHANGES.get(event.verb)
    return maker(facts, net) if maker else ""


def _holding(facts: Mapping[str, Any], net: Network) -> str:
    said = _("%(person)s任%(post)s，%(since)s起") % {
        "person": net.name(facts.get("person", "")),
        "post": _post(facts.get("post", ""), net),
        "since": facts.get("since", ""),
    }
    if facts.get("until"):
        said = _("%(said)s，%(until)s止") % {"said": said, "until": facts["until"]}
    if facts.get("stands_for"):
        said = _("%(said)s，代%(person)s") % {"said": said, "person": net.name(facts["stands_for"])}
    gone = [net.name(one.get("person", "")) for one in facts.get("ended", ())]
    return _("%(said)s；接替%(persons)s") % {"said": said, "persons": _("、").join(gone)} if gone else said


def _post(key: str, net: Network) -> str:
    post = net.posts.get(key)
    return f"{net.name(post.unit)} {post.name}" if post else key


def _unit(facts: Mapping[str, Any], net: Network) -> str:
    was = facts.get("was", {})
    if was.get("name") and was["name"] != facts.get("name"):
        return _("%(was)s改名为%(name)s") % {"was": was["name"], "name": facts.get("name", "")}
    changed = _("、").join(field_name(key) for key in was if key != "facts")
    name = facts.get("name", facts.get("key", ""))
    return _("%(name)s：改了%(fields)s") % {"name": name, "fields": changed or _("数据")} if was else str(name)


def _imported(facts: Mapping[str, Any], net: Network) -> str:
    return _("%(file)s：收入%(taken)s行，未变%(unchanged)s行，未收%(rejected)s行") % {
        key: facts.get(key, 0) for key in ("file", "taken", "unchanged", "rejected")
    }


def _day(facts: Mapping[str, Any], net: Network) -> str:
    kind = day_kind(facts["kind"]) if facts.get("kind") else _("恢复通知原样")
    name = facts.get("name", "")
    return _("%(day)s：%(kind)s") % {"day": facts.get("day", ""), "kind": kind} + (f" {name}" if name else "")


def version_state(state: str) -> str:
    """Return what a version may do: 收新单, 只办在办的, 停用."""
    return _(VERSION_STATES[state]) if state in VERSION_STATES else state


def _migrated(facts: Mapping[str, Any], net: Network) -> str:
    plan = facts.get("content", {})
    said = {"name": plan.get("programme", ""), "was": plan.get("from", ""), "now": plan.get("to", "")}
    text = _("%(name)s 第%(was)s版到第%(now)s版") % said
    n = facts.get("orders", 0)
    return f"{text} {ngettext('%(n)s件', '%(n)s件', n) % {'n': n}}"


def _handed_over(facts: Mapping[str, Any], net: Network) -> str:
    said = {"person": net.name(facts["person"]), "post": _post(facts["post"], net), "to": net.name(facts["to"])}
    parts = []
    if n := facts["follow"]:
        parts.append(ngettext("%(n)s件交给%(to)s", "%(n)s件交给%(to)s", n) % {"n": n, **said})
    if n := facts["keep"]:
        parts.append(ngettext("%(n)s件由原人办完", "%(n)s件由原人办完", n) % {"n": n})
    return _("%(person)s（%(post)s）") % said + _("，").join(parts)


def _account(facts: Mapping[str, Any], net: Network) -> str:
    return f"{net.name(facts.get('person', ''))} {facts.get('username', '')}".strip()


def _exported(facts: Mapping[str, Any], net: Network) -> str:
    rows = facts.get("rows", 0)
    said = ngettext("%(what)s，%(n)s行", "%(what)s，%(n)s行", rows) % {"what": facts.get("what", ""), "n": rows}
    return (
        _("%(said)s，用途：%(purpose)s") % {"said": said, "purpose": facts["purpose"]} if facts.get("purpose") else said
    )


def _in_year(facts: Mapping[str, Any]) -> str:
    n = facts.get("orders", 0)
    return ngettext("%(year)s年%(n)s件", "%(year)s年%(n)s件", n) % {"year": facts.get("year", ""), "n": n}


_CHANGES = {
    "unit_set": _unit,
    "unit_dissolved": lambda facts, net: f"{net.name(facts.get('unit', ''))} {facts.get('until', '')}",
    "post_set": lambda facts, net: f"{net.name(facts.get('unit', ''))} {facts.get('name', '')}",
    "post_dissolved": lambda facts, net: (
        f"{net.name(facts.get('unit', ''))} {facts.get('name', '')} {facts.get('until', '')}"
    ),
    "holder_set": _holding,
    "holder_ended": _holding,
    "orders_handed_over": _handed_over,
    "import_units": _imported,
    "import_holders": _imported,
    "calendar_day": _day,
    "year_archived": lambda facts, net: _in_year(facts),
    "archive_packed": lambda facts, net: f"{_in_year(facts)} {facts.get('digest', '')[:12]}",
    "deadlines_reclocked": lambda facts, net: (
        ngettext("%(n)s件在办单", "%(n)s件在办单", facts.get("orders", 0)) % {"n": facts.get("orders", 0)}
    ),
    "pack_published": lambda facts, net: f"{facts.get('bundle', '')} {facts.get('note', '')}".strip(),
    "version_state": lambda facts, net: f"{facts.get('bundle', '')} {version_state(facts.get('state', ''))}",
    "orders_migrated": _migrated,
    "orders_moved_back": _migrated,
    "account_made": _account,
    "account_reset": _account,
    "account_closed": _account,
    "account_opened": _account,
    "person_named": lambda facts, net: net.name(facts.get("person", "")),
    "exported": _exported,
    "backed_up": lambda facts, net: f"{facts.get('file', '')} {facts.get('digest', '')[:12]}".strip(),
    "restored": lambda facts, net: str(facts.get("made", "")),
    "personal_read": lambda facts, net: str(facts.get("number", "")),
    "token_made": lambda facts, net: f"{facts.get('name', '')} {net.name(facts.get('person', ''))}",
    "token_revoked": lambda facts, net: str(facts.get("name", "")),
    "form_set": lambda facts, net: f"{facts.get('kind', '')} {facts.get('name', '')}",
    "form_ended": lambda facts, net: str(facts.get("kind", "")),
    "unit_code": lambda facts, net: f"{net.name(facts.get('unit', ''))} {facts.get('was', '')}→{facts.get('code', '')}",
    "contact_set": lambda facts, net: net.name(facts.get("person", "")),
    "list_link_given": lambda facts, net: f"{net.name(facts.get('unit', ''))} {facts.get('until', '')[:10]}",
    "list_link_withdrawn": lambda facts, net: net.name(facts.get("unit", "")),
    "calendar_link_given": lambda facts, net: str(facts.get("until", ""))[:10],
    "robot_added": lambda facts, net: f"{net.name(facts.get('unit', ''))} {facts.get('name', '')}".strip(),
    "robot_dropped": lambda facts, net: f"{net.name(facts.get('unit', ''))} {facts.get('name', '')}".strip(),
}

__all__ = ["change_text", "day_kind", "fact_name", "field_name", "named", "powers", "problem", "problems", "sees"]
__all__ += ["sentence", "verb_name"]
