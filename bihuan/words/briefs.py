"""简报的说法: the language of the paper, the heads and lines around it, and why something cannot be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.actions.brief_figures import Voice
from bihuan.core.brief_kinds import DRAFTING, DROPPED, ISSUED, REVIEWING, SIGNING, BriefKind, number_text
from bihuan.core.brief_text import plain
from bihuan.core.briefs import BriefState, Json
from bihuan.core.figures import Difference, Figure
from bihuan.core.network import Network
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.words.document_values import full
from bihuan.words.figures import verb_name
from bihuan.words.orders import named, person_name
from bihuan.words.wording import CHINESE, official, shown

STATES = {
    DRAFTING: gettext_noop("正在编辑"),
    REVIEWING: gettext_noop("待审核"),
    SIGNING: gettext_noop("待签发"),
    ISSUED: gettext_noop("已签发冻结"),
    DROPPED: gettext_noop("已作废"),
}
TURNS = {DRAFTING: gettext_noop("编辑"), REVIEWING: gettext_noop("审核"), SIGNING: gettext_noop("签发")}
# What a figure opens (decisions 18).
OPENS = {
    "records": gettext_noop("打开逐条记录"),
    "amounts": gettext_noop("打开记录，金额相加等于此数"),
    "rate": gettext_noop("打开分子、分母和不计的三份清单"),
    "stated": gettext_noop("打开报来的统计值和来源文件"),
    "clause": gettext_noop("打开项目包的条款"),
    "check": gettext_noop("打开网络检查"),
    "list": gettext_noop("打开名单"),
    "windows": gettext_noop("打开相比的各个时段"),
}
PARTS = {
    "records": gettext_noop("记录"),
    "numerator": gettext_noop("分子"),
    "denominator": gettext_noop("分母"),
    "excluded": gettext_noop("不计"),
}
REASONS = {
    "post": gettext_noop("现在轮到%(desk)s，不是您的岗位"),
    "stale": gettext_noop("别人刚改了这份简报，请看过再改"),
    "state.issued": gettext_noop("已经签发冻结，不能再改；有变化请另出一期"),
    "state.dropped": gettext_noop("这份简报已经作废"),
    "state.sent": gettext_noop("已经送出，文字和数字不能再改；要改请退回编辑"),
    "state.unsent": gettext_noop("还没有送到签发这一步"),
    "state.sign": gettext_noop("到了签发这一步，请签发或退回"),
    "state.here": gettext_noop("就在编辑这一步，不用退回"),
    "state.same": gettext_noop("没有改动"),
    "state.no_figure": gettext_noop("这份简报没有第%(n)s个数"),
    "state.moved": gettext_noop("这几个数按同一截至时刻再数已经不同：%(figures)s。请退回编辑，重新取数"),
    "reversed": gettext_noop("开始日期晚于结束日期，请对调"),
    "too_long": gettext_noop("时段请在%(days)s天以内"),
    "future": gettext_noop("还没到这一天，数不出来，请改成今天或以前"),
    "bad_day": gettext_noop("不是日期，请写成 2022-10-25"),
    "style": gettext_noop("这个数不能这样写，请换一种"),
    "no_reason": gettext_noop("请写一句原因"),
    "long_reason": gettext_noop("原因请压到%(most)s字以内"),
    "literal": gettext_noop("“%(word)s”是手写的数，请换成简报里的数（如【3：98】），或改成不带数的说法"),
    "glued": gettext_noop("“%(word)s”紧挨着数，会读成另一个数，请隔开或删掉"),
    "touching": gettext_noop("两个数连在一起了，请在【%(word)s】前后写上文字"),
    "unknown": gettext_noop("没有第%(word)s个数，请用右边列出的数"),
    "bracket": gettext_noop("方头括号【】只用来放数，“%(word)s”请改用别的括号或补全"),
    "long": gettext_noop("一段请压到%(word)s字以内"),
}


# ---- the language of the paper ----
def period(since: date, until: date) -> str:
    """Return 2022年1月1日至9月30日, 2022年1—9月 for whole months, or one day."""
    if since == until:
        return f"{since.year}年{since.month}月{since.day}日"
    whole = since.day == 1 and date.fromordinal(until.toordinal() + 1).day == 1
    if whole and since.year == until.year:
        months = f"{since.month}月" if since.month == until.month else f"{since.month}—{until.month}月"
        return f"{since.year}年{months}"
    year = "" if since.year == until.year else f"{until.year}年"
    return f"{since.year}年{since.month}月{since.day}日至{year}{until.month}月{until.day}日"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def group(programme: Programme, net: Network, by: str, key: str) -> str:
    """Return what a group of a division is called in a paper: 装备制造 for its chain committee, 9月 for a month."""
    if not key:
        return "其他"
    if by == "month":
        return f"{int(key[5:7])}月"
    known = net.units.get(key)
    if known is None:
        return next(
            (
                choice.name
                for order in programme.orders.values()
                for field in order.fields.values()
                if field.key == by
                for choice in field.choices
                if choice.key == key
            ),
            key,
        )
    kind = programme.unit_types.get(known.type)
    return known.name.removesuffix(kind.name) if kind and known.name != kind.name else known.name


VOICE = Voice(number=official, period=period, day=_day, group=group)


def lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines 报, 送 and 发 that have somebody in them."""
    named_lines = (("报", content["report"]), ("送", content["deliver"]), ("发", content["send"]))
    return [(word, "，".join(some)) for word, some in named_lines if some]


def signers(content: Mapping[str, Any], net: Network) -> list[tuple[str, str]]:
    """Return who edited, reviewed and signed, in Chinese: 编辑, 审核, 签发."""
    with translation.override(CHINESE):
        return [
            (_(TURNS[state]), person_name(net, content["desks"][state].get("person", "")))
            for state in TURNS
            if content["desks"].get(state, {}).get("person")
        ]


def paper_of(brief: BriefState, kind: BriefKind, content: Json | None = None) -> Json:
    """Return what is printed of a brief: the frozen content, or that of a draft as it stands, without a number."""
    if content:
        return content
    return {
        "header": kind.header,
        "issuer": kind.issuer,
        "internal": kind.internal,
        "report": kind.report,
        "deliver": kind.deliver,
        "send": kind.send,
        "number": 0,
        "numbered": "",
        "at": brief.as_of,
        "since": brief.since,
        "until": brief.until,
        "as_of": brief.as_of,
        "paragraphs": brief.paragraphs,
        "figures": brief.figures,
        "desks": brief.desks,
    }


def wordings_of(content: Mapping[str, Any]) -> dict[int, str]:
    """Return what each figure of a paper says, by its place."""
    return {int(n): one["wording"] for n, one in content["figures"].items()}


def text_of(content: Mapping[str, Any]) -> str:
    """Return the brief as plain text, as it would be printed."""
    says = wordings_of(content)
    head = [content["header"], f"{content['numbered'] or '草稿'}　{full(content['at'])}"]
    if content["internal"]:
        head.insert(0, "内部资料")
    body = [("" if one["kind"] == "title" else "　　") + plain(one["pieces"], says) for one in content["paragraphs"]]
    return "\n".join([*head, "", *body, "", content["issuer"], *(f"{word}：{some}" for word, some in lines(content))])


# ---- what is told of it ----
def state_name(brief: BriefState) -> str:
    """Return where a brief stands."""
    return _(STATES[brief.state])


def turn_name(state: str) -> str:
    """Return whose part a state is: 编辑, 审核, 签发."""
    return _(TURNS[state]) if state in TURNS else ""


def title_of(brief: BriefState, kind: BriefKind) -> str:
    """Return 第10期 or what the draft is called."""
    name = named(kind)
    if brief.number:
        return f"{name} {number_text(kind, brief.year, brief.number)}"
    return _("%(name)s草稿") % {"name": name}


def figure_name(figure: Mapping[str, Any]) -> str:
    """Return what a figure counts, with its group: 产值（装备制造）."""
    if figure["label"]:
        return _("%(name)s（%(group)s）") % {"name": figure["name"], "group": figure["label"]}
    return str(figure["name"])


def opens(figure: Mapping[str, Any]) -> str:
    """Return what a figure opens."""
    key = str(figure["opens"])
    return _(OPENS[key]) if key in OPENS else key


def part_name(key: str) -> str:
    """Return what a list of a figure is called."""
    return _(PARTS[key]) if key in PARTS else key


def value_text(figure: Figure) -> str:
    """Return a figure as of now in the reader's language, with its counting word."""
    said = shown(figure.value, figure.unit, rate=figure.opens == "rate", missing=figure.missing)
    bare = figure.value is None or isinstance(figure.value, bool) or figure.unit in ("元", "%", "个百分点")
    return said if bare else said + figure.unit


def amount_text(amount: str, unit: str) -> str:
    """Return what a record adds to a sum, "" where it only counts."""
    if not amount:
        return ""
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return amount
    return shown(value, unit) + ("" if unit in ("元", "%", "") else unit)


def verb_text(cause: Difference, programme: Programme) -> str:
    """Return what moved a record in or out: the move of its order, or an entry made, corrected or withdrawn."""
    for order in programme.orders.values():
        if cause.verb in order.moves:
            return named(order.moves[cause.verb])
    return verb_name(cause.verb)


def problem(code: str, word: str = "", **facts: Any) -> str:
    """Return what is wrong with a field, as a sentence without its full stop."""
    return _(REASONS[code]) % {"word": word, **facts} if code in REASONS else code


def problems(refused: Refused) -> dict[str, str]:
    """Return every fault of a form by its field."""
    words: Mapping[str, str] = refused.facts.get("words", {})
    return {key: problem(code, words.get(key, ""), **_plain(refused)) for key, code in refused.problems.items()}


def reason(refused: Refused) -> str:
    """Return why it cannot be, in one sentence without its full stop."""
    code = next(iter(refused.problems.values()), "") or refused.code.partition(".")[2]
    facts = _plain(refused) | {"desk": turn_name(str(refused.facts.get("state", "")))}
    word = next(iter(refused.facts.get("words", {}).values()), "")
    return problem(code, word, **facts)


def _plain(refused: Refused) -> dict[str, Any]:
    return {
        key: _("、").join(map(str, value)) if isinstance(value, list) else value
        for key, value in refused.facts.items()
        if key not in ("words", "word")
    }
