"""措辞的说法: the parts of a said number as Chinese for official papers, or in the reader's language for pages."""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bihuan.core.wording import FEW, STYLES, WAN, YI, Number, Wording, plain, wording

CHINESE = "zh-hans"
MILLION = 10**6
ABOUT = {
    "exact": gettext_noop("%(n)s"),
    "over": gettext_noop("%(n)s多"),
    "surplus": gettext_noop("%(n)s余"),
    "near": gettext_noop("近%(n)s"),
}
# In Chinese 多 stands between number and 万元 (2100多万元), and behind 万 where things are counted (1.1万余).
SCALED = {
    (WAN, False): gettext_noop("%(n)s万"),
    (WAN, True): gettext_noop("%(n)s万元"),
    (YI, True): gettext_noop("%(n)s亿元"),
    (1, True): gettext_noop("%(n)s元"),
}
TURNS = {
    ("change", "up"): gettext_noop("上升%(n)s%%"),
    ("change", "down"): gettext_noop("下降%(n)s%%"),
    ("growth", "up"): gettext_noop("增长%(n)s%%"),
    ("growth", "down"): gettext_noop("下降%(n)s%%"),
    ("points", "up"): gettext_noop("上升%(n)s个百分点"),
    ("points", "down"): gettext_noop("下降%(n)s个百分点"),
}
MISSING = {
    "no_statistic": gettext_noop("（尚未报来）"),
    "no_history": gettext_noop("（没有往年数据）"),
    "ambiguous": gettext_noop("（有两个来源，待核定）"),
    "no_base": gettext_noop("（没有可计的）"),
    "too_small": gettext_noop("（不计率）"),
}
STYLE_NAMES = {
    "exact": gettext_noop("原数"),
    "over": gettext_noop("约数：多"),
    "surplus": gettext_noop("约数：余"),
    "near": gettext_noop("约数：近"),
    "wan": gettext_noop("万元"),
    "yi": gettext_noop("亿元"),
    "wan_over": gettext_noop("多万元"),
    "yi_over": gettext_noop("多亿元"),
    "wan_near": gettext_noop("近……万元"),
    "yi_near": gettext_noop("近……亿元"),
    "percent": gettext_noop("百分数"),
    "change": gettext_noop("上升、下降"),
    "growth": gettext_noop("增长、下降"),
    "points": gettext_noop("百分点"),
    "names": gettext_noop("名单"),
}


def said(worded: Wording) -> str:
    """Return a said number in the reader's language, without its counting word."""
    if worded.form == "few":
        return _("少于%(n)s") % {"n": FEW}
    if worded.form == "missing":
        return _(MISSING[worded.why]) if worded.why in MISSING else _("（没有数据）")
    if worded.form in ("yes", "no"):
        return _("是") if worded.form == "yes" else _("否")
    if worded.sort == "percent":
        return f"{worded.number}%"
    if worded.turn:
        turn = TURNS.get((worded.sort, worded.turn))
        return _(turn) % {"n": worded.number} if turn else _("持平")
    return _scaled(worded)


def _scaled(worded: Wording) -> str:
    if not (get_language() or CHINESE).startswith("zh"):
        return _western(worded)
    about, scaled = ABOUT[worded.form], SCALED.get((worded.scale, worded.money), "%(n)s")
    if worded.money:
        return _(scaled) % {"n": _(about) % {"n": worded.number}}
    return _(about) % {"n": _(scaled) % {"n": worded.number} if worded.scale > 1 else worded.number}


def _western(worded: Wording) -> str:
    """Other languages count in thousands and millions: the same number, by their scale."""
    number = Decimal(worded.number) * worded.scale
    about = ABOUT[worded.form]
    if not worded.money:
        return _(about) % {"n": grouped(number)}
    if number >= MILLION:
        return _("%(n)s百万元") % {"n": _(about) % {"n": plain(number / MILLION)}}
    return _("%(n)s元") % {"n": _(about) % {"n": grouped(number)}}


def grouped(number: Decimal) -> str:
    """Return a number with its thousands apart from ten thousand on."""
    return f"{number:,f}" if number >= WAN and number == number.to_integral_value() else plain(number)


def official(worded: Wording) -> str:
    """Return a said number as a Chinese paper prints it, whoever reads the page."""
    with translation.override(CHINESE):
        return said(worded)


def style_name(key: str) -> str:
    """Return what a style is called where an editor chooses one."""
    return _(STYLE_NAMES[key])


def shown(value: Number | bool | None, unit: str, style: str = "", *, rate: bool = False, missing: str = "") -> str:
    """Return a value as pages show it: money in 万元 or 亿元, shares in percent, everything else exactly."""
    return said(wording(value, style or natural(value, unit, rate=rate), rate=rate, missing=missing))


def natural(value: Number | bool | None, unit: str, *, rate: bool = False) -> str:
    """Return the style a value is said in where nobody chose one."""
    if unit == "%" or rate:
        return "percent"
    if unit == "个百分点":
        return "points"
    if unit == "元" and value is not None:
        return "yi" if Decimal(value) >= YI else "wan"
    return "exact"


__all__ = ["STYLES", "natural", "official", "said", "shown", "style_name"]
