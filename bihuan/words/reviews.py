"""评的说法: what a round came to in words, what a rectification order says, and why something cannot be done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.actions.review_orders import Text
from bihuan.core import scores as counting
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.review_kinds import Meeting, may_read, of_object
from bihuan.core.reviews import RoundState
from bihuan.core.scores import Score
from bihuan.words.orders import named, unit_name

REASONS = {
    "review.post": gettext_noop("这场测评会由主办单位主持，您只能看"),
    "review.self": gettext_noop("您的单位要参评，不能主持，也不能复核，请换一位"),
    "review.stale": gettext_noop("别人刚改过这场测评会，请看过再办"),
    "review.clock.early": gettext_noop("会期是%(date)s，还没到，不能结束"),
    "review.state.stopped": gettext_noop("已经停止领票；还要发票，请先加票"),
    "review.state.closed": gettext_noop("测评已经结束，不能再改"),
    "review.state.open": gettext_noop("测评还没有结束，先结束再公布"),
    "review.state.published": gettext_noop("结果已经公布"),
    "rectify.state.none": gettext_noop("这一项不用整改，或已经转过整改单，或正在申诉"),
    "contest.post": gettext_noop("只有参评单位的负责人可以申诉本单位的结果"),
    "contest.state.none": gettext_noop("还没有公布本单位的结果，没有什么可以申诉"),
    "contest.state.again": gettext_noop("本单位已经申诉过，一场只申诉一次"),
    "contest.clock": gettext_noop("申诉期已过，只在公布后的申诉期内收"),
    "decide.post": gettext_noop("申诉由复核人裁定，不在您的岗位"),
    "decide.self": gettext_noop("您主持过这场测评会，或就是申诉的人，不能复核"),
    "decide.state.none": gettext_noop("没有待复核的申诉"),
    "ballot.frozen": gettext_noop("测评已经结束，不能再打分，也不能再改。您打过的分已经计入"),
    "ballot.self": gettext_noop("您的单位在参评名单里，本单位的人不打分。请退出登录后把票交给到会的企业"),
    "ballot.stopped": gettext_noop("主持人已停止领票，到会的人都领过了。您没领到，请告诉主持人加票"),
    "ballot.none_left": gettext_noop("票已经领完了（共%(n)s张）。请告诉主持人加票"),
    "ballot.needs.unit": gettext_noop("这场测评会没有这个单位，请从第一家重新打"),
    "ballot.needs.step": gettext_noop("有一项的分不在五档里，请重新选"),
    "ballot.stale": gettext_noop("同一张票在别处刚改过，请刷新再打"),
}
PROBLEMS = {
    "no_title": gettext_noop("请写测评会名称"),
    "long_title": gettext_noop("名称请压到%(title)s字以内"),
    "no_date": gettext_noop("请选会期，写成 2022-10-25"),
    "past_date": gettext_noop("会期已经过了，请选今天或以后"),
    "no_object": gettext_noop("请勾选参评单位"),
    "wrong_object": gettext_noop("勾选的单位里有的已经撤销，或不能参评，请重新勾选"),
    "many_objects": gettext_noop("一场最多60家，请分两场"),
    "few": gettext_noop("至少发%(least)s张票，少了结果不能公布"),
    "not_a_number": gettext_noop("请写张数，例如 40，没有就写0"),
    "many_invited": gettext_noop("一种人最多%(most)s张票"),
    "no_number": gettext_noop("请写要加几张"),
    "no_words": gettext_noop("请写一句话"),
    "long_words": gettext_noop("请压到%(words)s字以内"),
    "no_decision": gettext_noop("请选成立或不成立"),
    "missing": gettext_noop("请补上"),
}


def reason(refused: Refused) -> str:
    """Return why it cannot be, in one sentence with its full stop."""
    said = REASONS.get(refused.code)
    if said is None:
        return _("没有办成。没有任何改动。拒绝码 %(code)s") % {"code": refused.code}
    return _("%(why)s。") % {"why": _(said) % refused.facts}


def problems(refused: Refused) -> dict[str, str]:
    """Return what is wrong with each control of a form."""
    return {key: _(PROBLEMS[code]) % refused.facts for key, code in refused.problems.items() if code in PROBLEMS}


def points(tenths: int | None) -> str:
    """Return 86.2, "" for what is not shown."""
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def class_name(meeting: Meeting, score: Score) -> str:
    """Return the class a result falls into, "" where nothing is shown."""
    if score.total is None:
        return ""
    key = counting.class_of(meeting, score.total)
    return named(next(one for one in meeting.classes if one.key == key))


def why(meeting: Meeting, held: RoundState, score: Score) -> str:
    """Return what a result rests on: its lowest criteria, why it is not shown, or why it does not count."""
    if held.excluded(score.object):
        return _("申诉成立，本次不计：%(words)s") % {"words": held.contests[score.object]["words"]}
    if score.total is None:
        return _("不足%(n)s票，不公布") % {"n": meeting.floor}
    low = counting.lowest(meeting, score)
    if len(low) == len(meeting.criteria):
        return _("各项相当")
    names = _("、").join(named(meeting.criteria[key]) for key in low)
    value = score.criteria[low[0]]
    said = {"names": names, "points": points(value), "full": meeting.criteria[low[0]].points}
    return _("%(names)s最低，%(points)s分（满分%(full)s分）") % said


def bad(meeting: Meeting, score: Score, criterion: str) -> str:
    """Return what is bad of a result and by which threshold."""
    if not criterion:
        said = {"points": points(score.total), "bad": meeting.bad}
        return _("总分%(points)s分，低于%(bad)s分") % said
    one = meeting.criteria[criterion]
    bound = points(one.points * meeting.bad_criterion // 10)
    said = {"name": named(one), "points": points(score.criteria[criterion]), "full": one.points, "bound": bound}
    return _("%(name)s%(points)s分（满分%(full)s分），低于%(bound)s分") % said


def rectification(held: RoundState, meeting: Meeting, unit: str, criterion: str) -> Text:
    """Return what the order for a bad result says: the department's own mean, and nothing of any ballot."""
    score = held.score(unit)
    assert score is not None
    what = named(meeting.criteria[criterion]) if criterion else _("总体评价")
    title = _("测评整改：%(what)s") % {"what": what}
    said = {"title": held.title, "number": held.number, "bad": bad(meeting, score, criterion), "n": score.counted}
    facts = _("%(title)s（%(number)s）的测评结果：%(bad)s，有效票%(n)s张。请查明原因，改到位，并书面反馈。") % said
    return Text(title, facts, _("%(name)s到会企业和监督员") % {"name": named(meeting)})


def votes(meeting: Meeting, n: dict[str, int]) -> str:
    """Return 企业负责人31张，营商环境监督员16张."""
    some = [(named(kind), n.get(key, 0)) for key, kind in meeting.kinds.items()]
    return _("，").join(ngettext("%(name)s%(num)s张", "%(name)s%(num)s张", k) % {"name": a, "num": k} for a, k in some)


def turnout(held: RoundState, meeting: Meeting) -> str:
    """Return 企业负责人发40张、收31张，营商环境监督员发20张、收16张: how many were invited and how many answered."""
    said = [
        _("%(name)s发%(invited)s张、收%(num)s张")
        % {"name": named(kind), "invited": held.invited.get(key, 0), "num": held.answered.get(key, 0)}
        for key, kind in meeting.kinds.items()
    ]
    return _("，").join(said)


def result_text(held: RoundState, meeting: Meeting, net: Network) -> str:
    """Return the aggregated 测评表 as plain text: what the ledger keeps as evidence, and what may be copied."""
    lines = [held.title, f"{held.number}　{held.date}　{unit_name(net, held.unit)}"]
    lines.append(_("有效票：%(votes)s") % {"votes": votes(meeting, held.answered)})
    for one in held.scores:
        score = counting.of_plain(one)
        said = {"unit": unit_name(net, score.object), "why": why(meeting, held, score), "n": score.counted}
        shown = score.total is not None and not held.excluded(score.object)
        said |= {"points": points(score.total), "class": class_name(meeting, score)}
        lines.append(
            _("%(unit)s　%(class)s　%(points)s分　%(n)s票　%(why)s") % said
            if shown
            else _("%(unit)s　%(n)s票　%(why)s") % said
        )
    return "\n".join(lines) + "\n"


def state(held: RoundState) -> str:
    """Return where a round stands, in a word or two."""
    if held.published:
        return _("已公布")
    return _("已结束，未公布") if held.closed else _("正在打分")


def round_facts(actor: Actor, held: RoundState, meeting: Meeting, net: Network) -> dict[str, Any]:
    """Return a round as plain data for other programs, with the results the actor may see."""
    kept = ("number", "meeting", "unit", "title", "date", "closed", "published", "invited", "answered")
    mine = visible(actor, held, meeting)
    return {**{key: getattr(held, key) for key in kept}, "results": [_facts(held, meeting, net, one) for one in mine]}


def visible(actor: Actor, held: RoundState, meeting: Meeting) -> list[Score]:
    """Return the results the actor may see, as the network has the units: all for readers, else their own unit's."""
    scores = [counting.of_plain(one) for one in held.scores]
    if may_read(actor, meeting, held.unit):
        return scores
    return [one for one in scores if of_object(actor, one.object)] if held.published else []


def _facts(held: RoundState, meeting: Meeting, net: Network, score: Score) -> dict[str, Any]:
    out = held.excluded(score.object)
    return {
        "unit": score.object,
        "name": unit_name(net, score.object),
        "n": dict(score.n),
        "total": None if out else points(score.total) or None,
        "kinds": {} if out else {key: points(value) for key, value in score.kinds.items()},
        "criteria": {} if out else {key: points(value) for key, value in score.criteria.items()},
        "class": "" if out else class_name(meeting, score),
        "why": why(meeting, held, score),
    }
