"""What was recomputed, and the first thing that does not fit, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.actions.verify import Report
from bihuan.words import moments


def summary(report: Report) -> str:
    """Return what was checked and found in order."""
    said = _(
        "没有发现改动：%(orders)s张单、%(events)s条事件、%(clocks)s个时限、%(counters)s项计数、%(seals)s次封存，逐一重算都相符。"
    )
    lines = [
        said
        % {
            "orders": report.orders,
            "events": report.events,
            "clocks": report.clocks,
            "counters": report.counters,
            "seals": report.seals,
        }
    ]
    if report.kept_clocks:
        lines.append(
            _("另有%(n)s个时限是来文规定、已延期或按旧日历承诺的，照原承诺不重算。") % {"n": report.kept_clocks}
        )
    if report.entries:
        lines.append(_("%(n)s条台账由事件重算，内容、单位和计数都相符。") % {"n": report.entries})
    if report.rounds:
        lines.append(_("%(n)s场测评会的结果由票重算，票和记录都相符。") % {"n": report.rounds})
    if report.papers:
        lines.append(_("%(n)s份签发的文书与事件里的指纹、签收和编号逐一相符。") % {"n": report.papers})
    return "\n".join(lines)


def broken(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence for one fault of `actions.verify`."""
    sentences = {
        "verify.empty": _("%(number)s 没有任何事件，记录不全。"),
        "verify.gap": _("%(number)s 的第%(seq)s条事件不见了，接着的是第%(found)s条。"),
        "verify.link": _("%(number)s 的第%(seq)s条事件与前一条接不上。"),
        "verify.hash": _("%(number)s 的第%(seq)s条事件内容被改过，与它的哈希不符。"),
        "verify.tail": _("%(number)s 的事件在末尾少了或多了：应到第%(seq)s条，只到第%(found)s条。"),
        "verify.bundle": _("%(number)s 用的项目版本 %(bundle)s 不见了，无法重算。"),
        "verify.row": _("%(number)s 的现状被改过：%(column)s 与由事件重算的不符。"),
        "verify.clock": _("%(number)s 的时限 %(clock)s 被改过：记的是%(stored)s，重算是%(counted)s。"),
        "verify.counter": _("计数 %(counter)s 不符：记的是%(stored)s，重算是%(counted)s。"),
        "verify.figures": _("%(number)s 供数字用的数据不符：%(column)s，与由事件重算的不一样。"),
        "verify.paper": _("文书 %(paper)s（%(number)s）被改过：%(column)s 与签发时的事件不符。"),
        "verify.paper_stray": _("文书 %(paper)s 没有签发的事件，是后来添的。"),
        "verify.paper_gone": _("文书 %(paper)s（%(number)s）有签发的事件，文书却不见了。"),
        "verify.paper_number": _("文号 %(series)s 不连续：最大的是%(last)s号，只有%(count)s份。"),
        "verify.search": _("搜索的索引里%(number)s与单不符，请运行 bihuan search --rebuild 重写索引。"),
        "verify.sitting": _("集中派单会“%(sitting)s”被改过：%(column)s 与由事件重算的不符。"),
        "verify.brief": _("简报（编号%(brief)s）被改过：%(column)s 与由事件重算的不符。"),
        "verify.brief_gone": _("简报（编号%(brief)s）有记录，简报却不见了。"),
        "verify.brief_content": _("第%(number)s期简报冻结的文字被改过，与签发时的指纹不符。"),
        "verify.brief_records": _("第%(number)s期简报里“%(figure)s”冻结的记录被改过，与签发时的指纹不符。"),
        "verify.sitting_gone": _("集中派单会“%(sitting)s”有记录，会却不见了。"),
        "verify.sitting_decision": _("集中派单会“%(sitting)s”对 %(number)s 的决定，与那张单的记录对不上。"),
        "verify.round": _("测评会%(number)s被改过：%(column)s 与由事件重算的不符。"),
        "verify.round_gone": _("测评会%(number)s有记录，会却不见了。"),
        "verify.ballots": _("测评会%(number)s的票不是结束时计的那些，有人改过、添过或删过。"),
        "verify.score": _("测评会%(number)s的结果与票重算的不符。"),
        "verify.linked": _("测评会%(number)s结束以后，还有票连着它的链接。"),
        "verify.seal": _("%(at)s的封存与事件不符，封存之前的记录被改过。"),
    }
    found = sentences.get(code)
    if found is None:
        return _("验证不通过（%(code)s）。") % {"code": code}
    return found % _Lenient(facts)


def receipt(code: str, facts: Mapping[str, Any]) -> str:
    """Return what is said of a receipt."""
    said = {**facts, "at": moments.local(str(facts["at"])).strftime("%Y-%m-%d %H:%M:%S") if facts.get("at") else ""}
    sentences = {
        "receipt.stands": _("回执有效：%(number)s 的第%(seq)s条记录（%(at)s）还在，一字未改。"),
        "receipt.missing": _("回执对不上：%(number)s 的第%(seq)s条记录不在了，或已被改过。"),
        "receipt.altered": _("回执本身被改过，无法核对，请用原来的回执。"),
        "receipt.unreadable": _("这不是回执，请用系统给的回执文件。"),
    }
    return sentences[code] % _Lenient(said)


class _Lenient(dict[str, Any]):
    """Facts for a sentence; what is not known is left blank."""

    def __missing__(self, key: str) -> str:
        return ""
