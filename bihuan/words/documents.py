"""文书的说法: the frozen content of a paper, what its signing is called, and why one cannot be signed or taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.actions.document_lists import ONE, Listing
from bihuan.actions.documents import LONGEST, Making
from bihuan.core.document_kinds import DocumentKind
from bihuan.core.documents import Content, filled
from bihuan.core.network import Network
from bihuan.core.order_state import Event
from bihuan.core.programmes import ISSUE, RECEIVE, SCAN, OrderType
from bihuan.core.refusal import Refused
from bihuan.words import document_meetings, document_values, moments
from bihuan.words.document_values import CHINESE, full
from bihuan.words.orders import ask_name, named, person_name, role_name, state_name, unit_name

ACTS = (ISSUE, RECEIVE, SCAN)


# ---- what is frozen ----
def composed(making: Making) -> Content:
    """Return the content of a paper on one order: everything that is printed, and every value a county's form may want.

    Texts that the signer changed stand as typed; nothing in them is filled in. The language is Chinese.
    """
    values = document_values.of_order(making)
    kind = making.kind
    net = making.setting.network
    content = _common(kind, values, making.number, making.to, net)
    content["rows"] = _rows(kind, making.texts, values)
    if making.replaces:
        with translation.override(CHINESE):
            content["note"] = _("本件更正%(number)s，以本件为准。") % {"number": values["replaces"]}
    return content


def composed_list(made: Listing) -> Content:
    """Return the content of a paper over many orders, with the numbers of the orders behind every figure."""
    values = {**document_values.of_list(made), **document_meetings.values_of(made)}
    kind = made.kind
    content = _common(kind, values, made.number, made.to, made.setting.network)
    content["columns"] = [column.name for column in kind.columns]
    content["rows"] = _rows(kind, made.texts, values)
    items = _items(made)
    content["items"] = [[filled(column.text, item) for column in kind.columns] for item in items]
    content["members"] = [row.number for row in made.rows] + [one.number for one in made.entries]
    content["members"] += [made.about] if kind.list in ONE else []
    if made.book is not None and made.entries and kind.list != "entries":
        content["tables"] = [document_values.table_of(made)]
    content["listed"] = items
    if made.round is not None:
        content |= document_meetings.judged(made.round)
    if made.left_out:
        with translation.override(CHINESE):
            content["note"] = _("另有%(n)s件涉及商业秘密，不列入清单。") % {"n": made.left_out}
    if made.replaces:
        with translation.override(CHINESE):
            old = _("本件更正%(number)s，以本件为准。") % {"number": values["replaces"]}
            content["note"] = old + content.get("note", "")
    return content


def _items(made: Listing) -> list[dict[str, str]]:
    if made.kind.list == "review":
        return document_meetings.lines_of(made)
    return list(document_values.of_entries(made) if made.kind.list == "entries" else document_values.of_items(made))


def _rows(kind: DocumentKind, texts: Mapping[str, str], values: Mapping[str, str]) -> list[list[str]]:
    """Return the rows of a paper: as its signer typed them, else as the programme words them."""
    return [
        [row.name, texts[f"row{n}"] if f"row{n}" in texts else filled(row.text, values).strip()]
        for n, row in enumerate(kind.rows)
    ]


def _common(kind: DocumentKind, values: Mapping[str, str], number: str, to: Iterable[str], net: Network) -> Content:
    with translation.override(CHINESE):
        body = [line.strip() for line in filled(kind.body, values).split("\n")]
        return {
            "v": 1,
            "kind": kind.key,
            "name": kind.name,
            "heading": filled(kind.heading, values),
            "number": number,
            "date": values["date"],
            "body": [line for line in body if line],
            "rows": [],
            "issuer": values["issuer"],
            "to": [unit_name(net, unit) for unit in to],
            "sign": [_("签发人："), values["signer"]],
            "stamp": _("（加盖公章处）"),
            "values": dict(values),
        }


# ---- what is told of it ----
def kind_name(order_type: OrderType, key: str) -> str:
    """Return what a kind of paper is called; a kind no longer declared comes back as its key."""
    return named(order_type.documents[key]) if key in order_type.documents else key


def paper_name(order_type: OrderType, mark: Mapping[str, Any]) -> str:
    """Return 督办单 常经链督〔2022〕3号, or 反馈单 alone where it has no number."""
    return f"{kind_name(order_type, str(mark['kind']))} {mark.get('number', '')}".strip()


def event_text(event: Event, order_type: OrderType, net: Network, past: Mapping[int, Mapping[str, Any]]) -> str:
    """Return what an event did to a paper; `past` are the marks of the signings so far, by the paper's id."""
    mark = event.then["paper"]
    if mark["act"] == "issue":
        said = paper_name(order_type, mark)
        old = past.get(int(mark.get("replaces", 0)))
        return _("%(paper)s，更正%(old)s") % {"paper": said, "old": old.get("number", "")} if old else said
    paper = paper_name(order_type, past.get(mark["id"], {"kind": ""}))
    if mark["act"] == "receive":
        units = _("、").join(unit_name(net, unit) for unit in mark["units"])
        return _("%(unit)s签收%(paper)s") % {"unit": units, "paper": paper}
    return _("%(paper)s，以盖章件为准") % {"paper": paper}


def receipt_text(received: Mapping[str, Any], net: Network, now: datetime) -> list[tuple[str, str, bool]]:
    """Return (unit, 已签收 with who and when or 已送达，未签收, whether received) of every unit a paper goes to.

    `received` maps units to (at, person), "" where nobody has yet.
    """
    found = []
    for unit, (at, person) in received.items():
        said = _("已送达，未签收")
        if at:
            said = _("%(who)s %(at)s签收") % {"who": person_name(net, person), "at": moments.moment(at, now)}
        found.append((unit_name(net, unit), said, bool(at)))
    return found


# ---- why not ----
STATES = {
    "state.unknown": gettext_noop("没有这种文书"),
    "state.voting": gettext_noop("测评还没有结束，结束以后才有结果可印"),
    "state.idle": gettext_noop("这一条写的是没有开展，没有会议可记"),
    "state.withdrawn": gettext_noop("这一条台账已撤销，不再出文书"),
    "state.unanswered": gettext_noop("还没有答复，答复发出后才能出反馈单"),
    "state.undispatched": gettext_noop("还没有派单，没有可发的主办单位"),
    "state.no_original": gettext_noop("找不到要办的那份文书，请从文书页重新打开"),
    "recusal": gettext_noop("您已回避这张单，不能签发它的文书"),
    "stale": gettext_noop("别人刚办了这张单，文书没有签发，也没有占号。请看了现在的情况再签发，您写的字还在"),
}
PROBLEMS = {
    "missing": gettext_noop("“%(field)s”没有写，请写明再签发"),
    "too_long": gettext_noop("“%(field)s”太长，请压到%(n)s字以内"),
    "bad_character": gettext_noop("“%(field)s”里有不能识别的字符，请删掉后重写"),
    "unknown_unit": gettext_noop("没有这个单位，请从列表里选"),
    "no_orders": gettext_noop("这个单位没有您能看到的单，没有可列的内容"),
    "few_ballots": gettext_noop("没有一家满%(least)s张有效票，没有可公布的结果"),
    "no_entries": gettext_noop("这个单位今年在这本台账里没有记录，没有可列的内容"),
    "too_many": gettext_noop("这个单位的单超过%(most)s件，一份清单列不下，请用工单清单导出"),
}


def sentence(refused: Refused, order_type: OrderType | None, net: Network, now: datetime) -> str:
    """Return why a paper was not signed, received or filed, and what to do, in one sentence."""
    kind, facts = refused.code.partition(".")[2], refused.facts
    if refused.problems:
        return _("；").join(problems(refused, order_type).values())
    if kind in STATES:
        return _(STATES[kind])
    if kind == "post" and refused.code.startswith(ISSUE):
        roles = _("、").join(role_name(order_type, key) for key in facts.get("by", ())) if order_type else ""
        return _("这种文书由%(roles)s签发") % {"roles": roles or _("有权的岗位")}
    if kind == "post":
        units = _("、").join(unit_name(net, unit) for unit in facts.get("units", ()))
        return _("由收文单位%(units)s的人办") % {"units": units} if units else _("由签发或收文单位的人办")
    if kind == "state" and order_type:
        names = _("、").join(f"“{state_name(order_type, key)}”" for key in facts.get("from_", ()))
        said = {"state": state_name(order_type, facts.get("state", "")), "states": names}
        return _("单子现在是“%(state)s”，要在%(states)s时签发") % said
    if kind == "state.replaced":
        by = facts.get("by") or facts.get("number", "")
        return _("它已由%(by)s更正，请办更正后的那一份") % {"by": by} if by else _("它已被更正，请办更正后的那一份")
    if kind == "state.received":
        said = {"who": person_name(net, facts.get("by", "")), "at": moments.moment(facts["at"], now)}
        return _("%(who)s %(at)s已经签收，不用再签") % said
    if kind.startswith("pending."):
        return _("%(ask)s正在等批，批了再签发") % {"ask": ask_name(kind.partition(".")[2])}
    return _("现在不能办（%(code)s）") % {"code": refused.code}


def problems(refused: Refused, order_type: OrderType | None = None) -> dict[str, str]:
    """Return {name of the field in the form: what is wrong with it and how to mend it}."""
    kind = order_type.documents.get(str(refused.facts.get("kind", ""))) if order_type else None
    rows = kind.editable() if kind else {}
    found = {}
    for key, code in refused.problems.items():
        said = {"field": named(rows[key]) if key in rows else "", "n": LONGEST, "most": refused.facts.get("most", 0)}
        said["least"] = refused.facts.get("least", 0)
        found[key] = _(PROBLEMS[code]) % said if code in PROBLEMS else _("请核对后再签发")
    return found


def counted(n: int) -> str:
    """Return 3份."""
    return ngettext("%(n)s份", "%(n)s份", n) % {"n": n}


__all__ = [
    "ACTS", "composed", "composed_list", "counted", "event_text", "full", "kind_name", "paper_name", "problems",
    "receipt_text", "sentence",
]  # fmt: skip
