"""计量: a number as people write it, brought to the one form that is stored, or named as a problem.

`3,200份` is 3200 where copies are counted; `12人` is refused where 人次 is counted: the word says what was counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from bihuan.core.facts import Problem, parse_money
from bihuan.core.ledger_kinds import MEASURES, WORDS, Measure

Value = int | str  # money is a decimal text in yuan, what a statistic states a decimal text
MOST = 10**12
_NUMBER = re.compile(r"^([+-]?\d[\d,]*(?:\.\d+)?)\s*(万|亿)?\s*(?:余|多)?\s*(\D*)$")
_ROUND = re.compile(r"\d\s*(?:万|亿)?\s*(?:余|多)|^[近约]")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_STATED = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)(\D*)")
_SCALE = {"": 1, "万": 10**4, "亿": 10**8}
_CHINESE = re.compile(r"^[零〇一二两三四五六七八九十百千万亿]+\D*$")
_MONEY = ("元", "万元", "亿元")
DOUBT = 3  # times the usual
FEW = 5  # entries before which nothing is usual


def parse(measure: Measure, raw: object) -> Value | None:
    """Return a typed number in stored form, None where nothing was written: 0 is a number, empty is not reported.

    Raises Problem: `not_a_number`, `chinese_number`, `approximate`, `negative`, `not_whole`, `too_large`,
    `other_word` (counted in another word), `other_kind` (人 where 人次 is counted and the like), `not_money`.
    """
    text = unicodedata.normalize("NFKC", str(raw) if raw is not None else "").replace("\x00", "").strip()
    if not text:
        return None
    if _ROUND.search(text):
        raise Problem("approximate")
    if measure.kind == "money":
        return _money(text)
    if measure.kind == "stated":
        return _stated(measure, text)
    found = _NUMBER.match(text)
    if found is None:
        raise Problem("chinese_number" if _CHINESE.match(text) else "not_a_number")
    digits, scale, word = found.groups()
    _worded(measure, word.strip())
    if "," in digits and not _GROUPED.fullmatch(digits):
        raise Problem("not_a_number")
    amount = Decimal(digits.replace(",", "")) * _SCALE[scale or ""]
    if amount < 0:
        raise Problem("negative")
    if amount != amount.to_integral_value():
        raise Problem("not_whole")
    if amount >= MOST:
        raise Problem("too_large")
    return int(amount)


def _money(text: str) -> str:
    found = _NUMBER.match(text)
    word = found[3].strip() if found else ""
    if word and word not in _MONEY and word in WORDS:
        raise Problem("other_word")
    return str(parse_money(text))


def _stated(measure: Measure, text: str) -> str:
    """Return a number somebody else worked out, as a decimal text: of either sign, with decimals."""
    found = _STATED.fullmatch(text)
    if found is None:
        raise Problem("chinese_number" if _CHINESE.match(text) else "not_a_number")
    digits, word = found[1], found[2].strip()
    if "," in digits and not _GROUPED.fullmatch(digits):
        raise Problem("not_a_number")
    own = unicodedata.normalize("NFKC", measure.unit)
    scale = next((n for mark, n in _SCALE.items() if word in (mark, mark + own)), 0)
    if not scale or (scale > 1 and own[0] in "%万亿"):
        raise Problem("other_word")
    amount = Decimal(digits.replace(",", "")) * scale
    if abs(amount) >= Decimal(10) ** 15 or amount != round(amount, 6):
        raise Problem("too_large" if abs(amount) >= Decimal(10) ** 15 else "too_fine")
    plain = format(amount.normalize(), "f")
    return "0" if amount == 0 else plain


def _worded(measure: Measure, word: str) -> None:
    """Refuse a counting word that is another one's: silence or its own words are right."""
    if not word or word in measure.counting.words or word == measure.word:
        return
    if word in WORDS or word in _MONEY:
        mates = {measure.counting.apart, measure.kind} - {""}
        raise Problem("other_kind" if _kind(word) in mates else "other_word")
    raise Problem("not_a_number")


def _kind(word: str) -> str:
    return next((kind for kind, one in MEASURES.items() if word in one.words), "")


def amount(value: Value) -> int:
    """Return a stored value as the whole number that counters add up: money in fen, everything else as it is."""
    return int(Decimal(value) * 100) if isinstance(value, str) else value


def doubtful(measure: Measure, value: Value, earlier: Sequence[Value]) -> int:
    """Return what would be usual where the value is far above it, else 0: a question, never a wall.

    `earlier` are the values of the unit's last entries; fewer than FEW say nothing.
    """
    if measure.counting.aggregator == "none":
        return 0
    here = amount(value) // (100 if isinstance(value, str) else 1)
    if measure.usual and here > measure.usual:
        return measure.usual
    if len(earlier) < FEW:
        return 0
    mean = sum(amount(one) for one in earlier) // len(earlier) // (100 if isinstance(value, str) else 1)
    return mean if mean and here > DOUBT * mean and here > mean + 10 else 0
