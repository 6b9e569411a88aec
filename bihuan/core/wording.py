"""措辞: how an exact number is said (00_common.md §3): exactly, as 多, 余 or 近, in 万元 or 亿元, as a rise or a fall.

A wording never says more than the number: 多 and 余 keep a round number that was reached, 近 one that is missed by at
most a twentieth. What comes out are parts; `words.wording` makes them Chinese or English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

Number = int | Decimal
FEW: Final = 5
WAN, YI = 10**4, 10**8
_NEAR = 20  # 近: at most one part in so many is missing
_PLACES = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Style:
    """A way to say a number. `about` is "", over, surplus or near; `scale` the number one is counted in."""

    key: str
    name: str  # how a template writes it behind |
    about: str = ""
    scale: int = 1
    sort: str = "number"  # number | money | percent | change | growth | points | names


STYLES: Final[Mapping[str, Style]] = {
    one.key: one
    for one in (
        Style("exact", "原数"),
        Style("over", "多", "over"),
        Style("surplus", "余", "surplus"),
        Style("near", "近", "near"),
        Style("wan", "万元", "", WAN, "money"),
        Style("yi", "亿元", "", YI, "money"),
        Style("wan_over", "多万元", "over", WAN, "money"),
        Style("yi_over", "多亿元", "over", YI, "money"),
        Style("wan_near", "近万元", "near", WAN, "money"),
        Style("yi_near", "近亿元", "near", YI, "money"),
        Style("percent", "%", "", 1, "percent"),
        Style("change", "升降%", "", 1, "change"),
        Style("growth", "增减%", "", 1, "growth"),
        Style("points", "个百分点", "", 1, "points"),
        Style("names", "名单", "", 1, "names"),  # the records of a list by their titles, put together elsewhere
    )
}
BY_NAME: Final[Mapping[str, Style]] = {one.name: one for one in STYLES.values()}
# Units of figures that are not counted in a word of their own: they ask for a style that says them.
MONEY, PERCENT, POINTS = "元", "%", "个百分点"


@dataclass(frozen=True, slots=True)
class Wording:
    """The parts of a said number: the number itself, how it stands to the value, and in what it is counted.

    `form` is exact | over | surplus | near | few | missing | yes | no. `scale` is 1, WAN or YI of the counting word
    or of 元 (`money`). `turn` is up | down | same for changes, `unit` what is printed behind it (%, 个百分点 or "").
    """

    form: str
    number: str = ""
    scale: int = 1
    money: bool = False
    sort: str = "number"
    turn: str = ""
    why: str = ""


def wording(value: Number | bool | None, style: str = "exact", *, rate: bool = False, missing: str = "") -> Wording:
    """Return how a value is said in a style; one that does not fit the value says it exactly.

    `rate` is a share the system counted, which has one decimal; a stated percentage keeps its own. `missing` is why
    there is no value. Raises KeyError for an unknown style.
    """
    asked = STYLES[style]
    if value is None:
        if missing == "too_few":  # of a count one is told that it is small; a share of so few is none
            return Wording("few") if asked.sort in ("number", "money") else Wording("missing", why="too_small")
        return Wording("missing", why=missing)
    if isinstance(value, bool):
        return Wording("yes" if value else "no")
    if asked.sort in ("percent", "change", "growth", "points"):
        return _share(Decimal(value), asked, rate)
    number = Decimal(value)
    if asked.about and number > 0:
        found = _about(number, asked)
        if found is not None:
            return found
    return Wording("exact", plain(number / asked.scale), asked.scale, asked.sort == "money")


def plain(number: Decimal) -> str:
    """Return a number as it is written: every decimal that counts and no zeros behind them."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _share(value: Decimal, asked: Style, rate: bool) -> Wording:
    shown = _rated(value) if rate else value
    if asked.sort == "percent":
        return Wording("exact", plain(shown), sort="percent")
    turn = "up" if value > 0 else "down" if value < 0 else "same"
    return Wording("exact", plain(abs(shown)), sort=asked.sort, turn=turn)


def _rated(value: Decimal) -> Decimal:
    """One decimal; 100 is said where nothing is missing and 0 where there is nothing, and nowhere else."""
    shown = value.quantize(_PLACES, ROUND_HALF_UP)
    if shown >= 100 > value:
        return Decimal("99.9")
    return _PLACES if shown <= 0 < value else shown


# ---- round numbers ----
def step(number: Decimal) -> int:
    """Return the round step for a number of this size: tens, hundreds above 1000, thousands above 10000; 0 below 10."""
    if number < 10:
        return 0
    if number < 1000:
        return 10
    return 100 if number < WAN else 1000


def _about(value: Decimal, asked: Style) -> Wording | None:
    """Return the number in round terms, or None where it is round itself or too small to have any."""
    number = value / asked.scale
    every = step(number)
    if not every or number % every == 0:
        return None
    if asked.about == "near":
        above = (number // every + 1) * every
        if (above - number) * _NEAR > above:
            return None
        return _scaled("near", above, asked)
    return _scaled(asked.about, number // every * every, asked)


def _scaled(form: str, number: Decimal, asked: Style) -> Wording:
    """From ten thousand on a round count is written in 万: 1.1万余."""
    if asked.scale == 1 and number >= WAN:
        return Wording(form, plain(number / WAN), WAN)
    return Wording(form, plain(number), asked.scale, asked.sort == "money")


def fits(style: str, unit: str, *, rate: bool = False) -> bool:
    """Whether a figure counted in this unit may be said in a style."""
    sort = STYLES[style].sort
    if unit == MONEY:
        return sort == "money" or style == "exact"
    if unit == PERCENT or rate:
        return sort in ("percent", "change", "growth", "points")
    if unit == POINTS:
        return sort == "points"
    return sort in ("number", "names")


def styles_for(unit: str, *, rate: bool = False) -> tuple[Style, ...]:
    """Return the styles an editor may choose among for a figure counted in this unit."""
    return tuple(one for one in STYLES.values() if one.sort != "names" and fits(one.key, unit, rate=rate))
