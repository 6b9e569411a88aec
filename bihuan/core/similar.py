"""相似: how like two texts are by the pairs of neighbouring characters they share; no model, no list of words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

ENOUGH = 50  # per cent from which two matters are called like
WORTH = 20  # per cent of two titles from which the texts below them are worth reading
FEWEST = 3  # pairs below which a text says too little to be compared
LONGEST = 600  # characters of a text that are compared
TITLE = 40  # characters up to which pairs are kept


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody is about to ask, or has asked: `number` is the order's own where there is one already."""

    title: str
    text: str = ""
    category: str = ""
    requester: str = ""
    number: str = ""


def likeness(one: Matter, other: Matter) -> int:
    """Return in per cent how like two matters are: their titles, or all they say, whichever is liker."""
    return max(alike(one.title, other.title), alike(one.title + one.text, other.title + other.text))


def alike(one: str, other: str) -> int:
    """Return the share of character pairs that two texts have in common, 0 to 100; 0 for what is too short.

    Twice the common pairs over the pairs of both (Dice); order and repetition do not count.
    """
    a, b = pairs(one[:LONGEST]), pairs(other[:LONGEST])
    if min(len(a), len(b)) < FEWEST:
        return 0
    return 200 * len(a & b) // (len(a) + len(b))


def nearest(matter: Matter, titles: Iterable[tuple[int, str]], most: int) -> list[int]:
    """Return the ids whose titles are like the matter's, the likest first, as far as their texts are worth reading.

    A title that stands in the matter's text counts too: it may be somebody's second sentence.
    """
    title, text = pairs(matter.title[:LONGEST]), pairs(matter.text[:LONGEST])
    found = []
    for id_, other in titles:
        theirs = pairs(other[:LONGEST])
        if len(theirs) < FEWEST:
            continue
        within = 100 * len(theirs & text) // len(theirs)
        share = 200 * len(theirs & title) // (len(theirs) + len(title)) if len(title) >= FEWEST else 0
        if max(within, share) >= WORTH:
            found.append((max(within, share), id_))
    return [id_ for _share, id_ in sorted(found, reverse=True)[:most]]


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters and digits, half-width and small; everything else parts nothing."""
    return _of_title(text) if len(text) <= TITLE else _pairs(text)


@lru_cache(maxsize=2048)
def _of_title(text: str) -> frozenset[str]:
    """Pairs of a title, which is compared again and again; those of a whole text would take 60 kB each to keep."""
    return _pairs(text)


def _pairs(text: str) -> frozenset[str]:
    kept = [sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum()]
    return frozenset(a + b for a, b in zip(kept, kept[1:], strict=False))


@dataclass(frozen=True, slots=True)
class Said:
    """An order as far as it takes to see whether others ask the same."""

    number: str
    title: str
    category: str
    requester: str


@lru_cache(maxsize=64)
def repeated(some: tuple[Said, ...], requesters: int) -> tuple[tuple[Said, ...], ...]:
    """Return groups of like titles in one category by at least so many requesters, the largest first.

    A title belongs to the first group whose first title it is like; the order given decides nothing else.
    """
    groups: list[list[Said]] = []
    for one in some:
        here = next(
            (g for g in groups if g[0].category == one.category and alike(g[0].title, one.title) >= ENOUGH), None
        )
        if here is None:
            groups.append([one])
        else:
            here.append(one)
    found = [tuple(group) for group in groups if len({one.requester for one in group}) >= requesters]
    return tuple(sorted(found, key=lambda group: (-len(group), group[0].number)))
