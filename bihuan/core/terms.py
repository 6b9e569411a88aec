"""检索词: by which words an order may be found, and the one- and two-character terms a text falls into.

A word is found wherever it stands in a text, for Chinese has no spaces between words: every character and every pair of
neighbours is a term. Texts are compared folded: full-width as half-width, capitals as small letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter

from bihuan.core.order_state import OrderState
from bihuan.core.programmes import OrderType

LONGEST = 4000  # characters of an order that are indexed
NAME = 64  # characters up to which a folded text is kept
ASKED, WORDS = 60, 5  # characters and words of a query that count
_WORDED = ("text", "long_text")
_PERSONAL = ("C2", "C3")
_sources = attrgetter("number", "source_number", "bundle", "secret", "title", "requester_name", "fields", "replies")
_BITS = 21  # of a code point


def said(order_type: OrderType, order: OrderState, *, sealed: bool = False) -> list[str]:
    """Return the texts an order may be found by: nothing that one of its readers may not read.

    Its numbers; then its title, the organisation that asked, what it said, and the answer it was given. Personal and
    internal facts are never among them, nor the name of a person who asks; a secret order, and every order of a
    sealed programme, is found by its numbers alone.
    """
    texts = [order.number, order.source_number]
    if not (order.secret or sealed):
        texts += [order.title, order.requester_name if order_type.requester else ""]
        texts += _words(order_type, order.fields)
        texts += _words(order_type, order.replies.get("requester", {}).get("facts", {}))
    return list(dict.fromkeys(text for text in texts if text))


def _words(order_type: OrderType, facts: dict[str, object]) -> Iterator[str]:
    for key, value in facts.items():
        declared = order_type.fields.get(key)
        if declared is None or declared.kind not in _WORDED or declared.internal or declared.data_class in _PERSONAL:
            continue
        if isinstance(value, str):
            yield value


def found_otherwise(before: OrderState, after: OrderState) -> bool:
    """Whether a move may have changed by what an order is found."""
    return _sources(before) != _sources(after)


def folded(text: str) -> str:
    """Return the text as it is compared: NFKC, small letters, any white space as one space."""
    return " ".join((_of_name(text) if len(text) <= NAME else _fold(text)).split())


@lru_cache(maxsize=8192)
def _of_name(text: str) -> str:
    """A name or title, which comes again and again; whole texts seldom come twice and are large to keep."""
    return _fold(text)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("\x00", "")


def text_of(texts: Iterable[str]) -> str:
    """Return several texts as one folded text, each on a line of its own, cut at 4000 characters."""
    return "\n".join(folded(text) for text in texts)[:LONGEST]


def asked(query: str) -> tuple[str, ...]:
    """Return the words of a query, folded; all of them must be found. None for a query of marks alone."""
    words = dict.fromkeys(folded(query)[:ASKED].split())
    return tuple(word for word in words if any(sign.isalnum() for sign in word))[:WORDS]


def terms(text: str) -> set[int]:
    """Return the terms of a folded text: every letter, digit or character, and every pair of neighbours."""
    found: set[int] = set()
    for run in text.split():
        found.update(ord(sign) << _BITS for sign in run if sign.isalnum())
        found.update(ord(one) << _BITS | ord(two) for one, two in zip(run, run[1:], strict=False))
    return found


def needed(words: Iterable[str]) -> set[int]:
    """Return the terms that every text has in which the words are found: pairs, and a single sign where it is all."""
    found: set[int] = set()
    for word in words:
        found |= {ord(one) << _BITS | ord(two) for one, two in zip(word, word[1:], strict=False)}
        if len(word) == 1:
            found.add(ord(word) << _BITS)
    return found


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether a folded text has every word."""
    return all(word in text for word in words)


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Return a text as it was written in pieces, True for those that are one of the words."""
    plain, places = "", []
    for at, sign in enumerate(text):
        piece = _of_name(sign)
        plain += piece
        places += [at] * len(piece)
    hit = [False] * len(text)
    for word in words:
        start = plain.find(word)
        while start >= 0:
            hit[places[start] : places[start + len(word) - 1] + 1] = [True] * (
                places[start + len(word) - 1] + 1 - places[start]
            )
            start = plain.find(word, start + len(word))
    pieces: list[tuple[str, bool]] = []
    for sign, one in zip(text, hit, strict=True):
        if pieces and pieces[-1][1] == one:
            pieces[-1] = (pieces[-1][0] + sign, one)
        else:
            pieces.append((sign, one))
    return pieces


def snippet(texts: Iterable[str], words: tuple[str, ...], around: int = 24) -> list[tuple[str, bool]]:
    """Return the first text that has one of the words, cut to the neighbourhood of the first one, in marked pieces."""
    for text in texts:
        line = " ".join(text.split())
        pieces = marked(line, words)
        if any(hit for _, hit in pieces):
            return _cut(pieces, around)
    return []


def _cut(pieces: list[tuple[str, bool]], around: int) -> list[tuple[str, bool]]:
    """Keep what stands within `around` signs before the first hit and three times as many after it."""
    before, room = "", 3 * around
    found: list[tuple[str, bool]] = []
    for text, hit in pieces:
        if not found and not hit:
            before = text if len(text) <= around else "…" + text[-around:]
            continue
        if not found and before:
            found.append((before, False))
        if room <= 0:
            found.append(("…", False))
            break
        found.append((text if hit or len(text) <= room else text[:room] + "…", hit))
        room -= len(text)
    return found
