"""找配套: which units of a chain may have what an order asks for, by the words both use.

A hint for whoever looks, never a verdict on a firm: what is returned are the shared words themselves, no number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.core.similar import pairs

LEAST = 2  # one shared character says nothing
MOST = 8
_PARTS = re.compile(r"[\s、，,；;。/·（）()“”\"']+")
# Runs that stand in the names of most products and tell nothing of any.
_EMPTY = frozenset(
    ("产品", "服务", "加工", "生产", "制造", "销售", "设备", "材料", "系列", "配套", "各类", "相关", "定制")
)


@dataclass(frozen=True, slots=True)
class Matching:
    """What a pack declares: the words of field `asks` are looked for in the fact of units of one kind."""

    asks: str
    unit: str
    fact: str


@dataclass(frozen=True, slots=True)
class Match:
    """A unit whose products use words of the need: `words` are the shared runs, the longest first."""

    unit: str
    words: tuple[str, ...]
    products: str


def matches(asked: str, units: Iterable[tuple[str, str]], most: int = MOST) -> list[Match]:
    """Return the units of (key, products) that share words with what is asked, those with more in common first."""
    found = [Match(key, words, products) for key, products in units if (words := shared(asked, products))]
    return sorted(found, key=lambda one: (-sum(map(len, one.words)), one.unit))[:most]


def shared(asked: str, products: str) -> tuple[str, ...]:
    """Return the runs of two characters and more that both texts have, the longest first, none within another."""
    runs: set[str] = set()
    for part in _parts(asked):
        for other in _parts(products):
            if pairs(part) & pairs(other):
                runs |= _common(part, other)
    whole = sorted(runs - _EMPTY, key=lambda run: (-len(run), run))
    return tuple(run for n, run in enumerate(whole) if not any(run in longer for longer in whole[:n]))


def _parts(text: str) -> list[str]:
    return [part for part in _PARTS.split(unicodedata.normalize("NFKC", text).casefold()) if len(part) >= LEAST]


def _common(one: str, other: str) -> set[str]:
    """The longest runs of two words that stand in both of them."""
    found: set[str] = set()
    at = 0
    while at < len(one) - 1:
        length = LEAST
        if one[at : at + length] not in other:
            at += 1
            continue
        while at + length < len(one) and one[at : at + length + 1] in other:
            length += 1
        found.add(one[at : at + length])
        at += length - 1
    return found
