"""归档的说法: how long something is kept, why it cannot be archived yet, and what checking a package found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bihuan.actions.archive_files import Checked
from bihuan.actions.archives import Look
from bihuan.core.programmes import TERMS
from bihuan.core.refusal import Refused
from bihuan.words import moments

NAMES = {
    "ten_years": gettext_noop("10年"),
    "thirty_years": gettext_noop("30年"),
    "permanent": gettext_noop("永久"),
}


def term_name(term: str) -> str:
    """Return 10年, 30年 or 永久."""
    return _(NAMES[term]) if term in NAMES else term


def terms_text(look: Look) -> list[tuple[str, int]]:
    """Return how many orders would be kept how long, the shortest term first."""
    return [(term_name(term), look.ready[term]) for term in TERMS if look.ready[term]]


def reason(why: Refused, now: datetime) -> str:
    """Return why an order, or a whole year, cannot be archived, without a full stop."""
    facts = why.facts
    match why.code.partition(".")[2]:
        case "clock.year":
            said = {"year": facts["year"], "since": facts["since"]}
            return _("%(year)s年还没有过完，%(since)s起可以归档") % said
        case "clock.reopens":
            return _("%(until)s以前还可以重新办理") % {"until": moments.until(facts["until"], now)}
        case "state.owed":
            return _("来源还等着答复，编号%(number)s") % {"number": facts["number"]}
        case "state.unknown_end":
            return _("从旧台账导入，办结时间不明，定不了年度")
        case "state.done":
            said = {"year": facts["year"], "n": facts["n"]}
            if not facts["n"]:
                return _("%(year)s年没有可以归档的单") % said
            at = moments.day(facts["at"], now) if facts["at"] else ""
            return _("%(year)s年度已经归档（%(at)s），共%(n)s件，没有新的可以归档") % {**said, "at": at}
        case "state.none":
            return _("%(year)s年还没有归档的单，没有可移交的") % {"year": facts["year"]}
        case "post":
            return _("只有管理员岗位能归档")
        case "needs":
            return _("“%(value)s”不是全宗号，请只用字母和数字，最多20个") % facts["given"]["fonds"]
    return _("现在不能归档")


def archived_text(facts: Mapping[str, Any]) -> str:
    """Return what an archived order carries: year, number and how long it is kept."""
    said = {"year": facts["year"], "number": facts["number"], "term": term_name(facts["term"])}
    return _("%(year)s年度，档号%(number)s，保管%(term)s") % said


def package_fault(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence for one fault of a package."""
    sentences = {
        "package.unreadable": _("“%(path)s”不是归档移交包，或已损坏。"),
        "package.missing": _("移交包里少了 %(name)s。"),
        "package.stray": _("移交包里多了 %(name)s，清单里没有它。"),
        "package.altered": _("移交包里的 %(name)s 被改过，与清单里的指纹不符。"),
        "package.link": _("移交包里 %(number)s 的第%(seq)s条记录接不上，被改过或少了。"),
        "package.root": _("移交包的清单被改过，总指纹不符。"),
        "package.differs": _("%(number)s 在移交包里和在本系统里不一样。"),
    }
    return sentences[code] % dict(facts)


def package_text(found: Checked) -> str:
    """Return what a sound package holds, and whether this installation made it."""
    said = {"year": found.year, "orders": found.orders, "events": found.events, "files": found.files}
    text = _("移交包完好：%(year)s年度%(orders)s件、%(events)s条记录、%(files)s个文件，逐一核对都相符。") % said
    if found.known:
        return text + _("本系统的登记里有这份包。")
    return text + _("本系统的登记里没有这份包，是别处做的，或另做了一份。")


def left_text(n: int) -> str:
    """Return 还有3件办结了但不能归档."""
    return ngettext("还有%(n)s件办结了但不能归档", "还有%(n)s件办结了但不能归档", n) % {"n": n}
