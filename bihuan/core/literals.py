"""手写的数: a number typed into the words of an official paper where a counted one belongs.

`98件`, `九十八件`, `百余家`, `九成`, `三分之二` are such numbers; dates, document numbers, names of laws and ordinals are
not. Text is looked at as a reader sees it: full-width digits, spaces and invisible characters hide nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bihuan.core.ledger_kinds import MEASURES, WORDS

_DIGITS = "0-9"
_CHINESE = "零〇一二两三四五六七八九十百千万亿几"
# Counting words besides those of the ledger: what papers count and the ledger has no measure for.
MORE: Final = (
    "万元", "亿元", "元", "%", "‰", "个百分点", "倍", "成", "番", "人次", "位", "例", "宗", "笔", "台", "套", "吨", "亩",
    "公顷", "公里", "平方米", "立方米", "所", "处", "座", "期", "批", "支", "类", "大类", "对", "组", "轮", "趟", "棵", "株",
    "小时", "天",
)  # fmt: skip
COUNTED: Final = tuple(sorted({*WORDS, *MORE}, key=len, reverse=True))
_AFTER = "|".join(re.escape(word) for word in COUNTED)
_NUMBER = rf"(?:[{_DIGITS}][{_DIGITS},.]*|[{_CHINESE}])[{_DIGITS},.{_CHINESE}]*(?:多|余|来|把)?(?:万|亿)?"
_FOUND = re.compile(rf"(?:{_NUMBER})(?:{_AFTER})|百分之[{_CHINESE}]+|[{_CHINESE}{_DIGITS}]+分之[{_CHINESE}{_DIGITS}]+")
# What is no count: laws and papers by name, document numbers, days and times, ordinals, and a few set phrases.
_EXEMPT = re.compile(
    r"《[^》]*》"
    rf"|〔[{_DIGITS}]{{4}}〕[{_DIGITS}]+号"
    rf"|第[{_DIGITS}{_CHINESE}]+"
    rf"|[{_DIGITS}〇一二三四五六七八九零十]+年(?:[{_DIGITS}十一二三四五六七八九]+[—\-至到]?)*"
    rf"|[{_DIGITS}一二三四五六七八九十]+(?:[—\-至到][{_DIGITS}一二三四五六七八九十]+)?月"
    rf"(?:[{_DIGITS}一二三四五六七八九十]+[日号])?"
    rf"|[{_DIGITS}一二三四五六七八九十]+[日号时点分](?![一-鿿]?之)"
    r"|[三四五]位一体|一批(?=\D)|一个个|一件件|一家家|一次性|一条龙|一件事|一张网|一对一|一企一策|一家亲|一类人|十分|万一|千万要|一些"
)
# What must not touch a figure: it would be read as a part of its number.
_GLUED = re.compile(rf"[{_DIGITS}{_CHINESE}.,点]")
_SWELLS = re.compile(rf"[{_DIGITS}{_CHINESE}多余来]")


def plain_text(text: str) -> str:
    """Return the text as a reader sees it, without spaces and invisible characters."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(one for one in folded if not one.isspace() and unicodedata.category(one) not in ("Cf", "Cc", "Mn"))


def counted(text: str) -> list[str]:
    """Return every number in a counted place of the text, with its counting word; [] where there is none."""
    seen = _EXEMPT.sub("■", plain_text(text))
    return [found[0] for found in _FOUND.finditer(seen)]


def glued(before: str, after: str) -> str:
    """Return what touches a figure and would change how it is read (1 before 98, 万 behind it), or ""."""
    # A Chinese comma is no part of a number: only folded would it look like one.
    front, back = plain_text(before.replace("，", "、"))[-1:], plain_text(after)[:1]
    if front and _GLUED.match(front):
        return front
    return back if back and _SWELLS.match(back) else ""


def word_after(text: str) -> str:
    """Return the counting word a text begins with, "" where it begins with none."""
    seen = plain_text(text)
    return next((word for word in COUNTED if seen.startswith(word)), "")


def same_kind(unit: str, word: str) -> bool:
    """Whether a figure counted in `unit` may be printed before this counting word: 人 and 人次 never mix."""
    if unit == word or not word or not unit:
        return True
    kinds = [{kind for kind, one in MEASURES.items() if said in one.words} for said in (unit, word)]
    return not kinds[0] or not kinds[1] or bool(kinds[0] & kinds[1])
