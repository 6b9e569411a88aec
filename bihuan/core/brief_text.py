"""简报文字: the words of a brief around its figures, written out for editing and read back.

In the text an editor sees, a figure stands as 【3：98】: its place in the brief and what it says. The place decides; what
stands behind the colon is put right again, so a figure can be moved or left out and never be typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bihuan.core.literals import counted, glued

Piece = str | int  # words, or the place of a figure, from 1
LONGEST = 2000
_TOKEN = re.compile(r"【\s*([0-9０-９]{1,3})\s*(?:[：:][^【】]*)?】")


class Fault(ValueError):
    """A text that cannot stand: `code` of the sentence and the word it is about."""

    def __init__(self, code: str, word: str = "") -> None:
        super().__init__(code)
        self.code, self.word = code, word


def shown(pieces: Iterable[Piece], wordings: Mapping[int, str]) -> str:
    """Return a paragraph as an editor sees it."""
    return "".join(one if isinstance(one, str) else f"【{one}：{wordings[one]}】" for one in pieces)


def plain(pieces: Iterable[Piece], wordings: Mapping[int, str]) -> str:
    """Return a paragraph as it is printed."""
    return "".join(one if isinstance(one, str) else wordings[one] for one in pieces)


def read(text: str, wordings: Mapping[int, str]) -> list[Piece]:
    """Return the pieces of an edited paragraph.

    Raises Fault: `long`, `unknown` (no such figure), `bracket` (a mark that is broken), `literal` (a count typed by
    hand), `glued` (something that would change how a figure is read).
    """
    text = " ".join(text.split("\n")).strip()
    if len(text) > LONGEST:
        raise Fault("long", str(LONGEST))
    found: list[Piece] = []
    at = 0
    for token in _TOKEN.finditer(text):
        if text[at : token.start()]:
            found.append(text[at : token.start()])
        n = int(token[1])
        if n not in wordings:
            raise Fault("unknown", str(n))
        found.append(n)
        at = token.end()
    if text[at:]:
        found.append(text[at:])
    _sound(found)
    return found


def _sound(pieces: list[Piece]) -> None:
    for n, one in enumerate(pieces):
        if isinstance(one, str):
            if "【" in one or "】" in one:
                raise Fault("bracket", one.strip()[:20])
            if typed := counted(one):
                raise Fault("literal", typed[0])
            continue
        before, after = (pieces[m] if 0 <= m < len(pieces) else "" for m in (n - 1, n + 1))
        if isinstance(before, int) or isinstance(after, int):
            raise Fault("touching", str(one))
        if touching := glued(before, after):
            raise Fault("glued", touching)


def used(paragraphs: Iterable[Mapping[str, Any]]) -> set[int]:
    """Return the places of the figures that are printed."""
    return {one for paragraph in paragraphs for one in paragraph["pieces"] if isinstance(one, int)}
