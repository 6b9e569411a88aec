"""简报模板: the words of a brief with the names of figures in them, read into pieces. A template is no language.

{{key}} {{key|style}}     a figure, said exactly or in a style of `core.wording`
{{#claim}}…{{/}}          printed only when the named predicate is true
{{*unit}}…{{/}}           once for each value of a division; {{*unit|、}} puts 、 between them
{{unit}}                  within it, the name of that value
{{period}} {{as_of}}      the window asked for, and the day up to which was counted
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bihuan.core.literals import counted, glued, same_kind, word_after
from bihuan.core.wording import BY_NAME, STYLES

SAID: Final = ("period", "as_of", "since", "until", "county", "programme")
TITLE, HEADING, TEXT = "title", "heading", "text"
_MARKS: Final = (("## ", HEADING), ("# ", TITLE))
_MARK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they are printed."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something the brief itself is asked for: one of SAID, or the name of the group one stands in."""

    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A figure by the key of its indicator, with its style."""

    figure: str
    style: str = "exact"


@dataclass(frozen=True, slots=True)
class Claim:
    """Words printed only when the predicate is true."""

    figure: str
    inner: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """Words repeated for each value of a division, with `between` put between them."""

    by: str
    between: str
    inner: tuple[Piece, ...]


Piece = Words | Said | Slot | Claim | Each


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the template: the title, a heading or a paragraph. `line` counts from 0."""

    kind: str
    pieces: tuple[Piece, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a template: `code` of the sentence, the word it is about and the line, counted from 0."""

    code: str
    line: int
    word: str = ""
    other: str = ""


class Broken(ValueError):
    """A template that cannot be read; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.code)
        self.flaw = flaw


def parsed(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a template, empty lines left out; raises Broken for the first thing not understood."""
    found = []
    for n, line in enumerate(text.split("\n")):
        if not (line := line.strip()):
            continue
        kind = TEXT
        for mark, of in _MARKS:
            if line.startswith(mark):
                kind, line = of, line.removeprefix(mark).strip()
                break
        found.append(Paragraph(kind, _pieces(line, n), n))
    return tuple(found)


def _pieces(text: str, line: int) -> tuple[Piece, ...]:
    """Read one line; sections open and close within it."""
    open_: list[tuple[str, list[Piece]]] = [("", [])]
    at = 0
    for mark in _MARK.finditer(text):
        _words(text[at : mark.start()], open_[-1][1], line)
        at = mark.end()
        said = mark[1].strip()
        if "{" in said or "}" in said:
            raise Broken(Flaw("brief-braces", line))
        if said == "/":
            if len(open_) == 1:
                raise Broken(Flaw("brief-unopened", line))
            head, inner = open_.pop()
            open_[-1][1].append(_section(head, tuple(inner)))
        elif said[:1] in ("#", "*"):
            _known(said[1:].partition("|")[0].strip(), line)
            if any(head[:1] == "*" for head, _ in open_) and said[:1] == "*":
                raise Broken(Flaw("brief-nested", line, said))
            open_.append((said, []))
        else:
            open_[-1][1].append(_named(said, line))
    _words(text[at:], open_[-1][1], line)
    if len(open_) > 1:
        raise Broken(Flaw("brief-unclosed", line, open_[-1][0]))
    return tuple(open_[0][1])


def _words(text: str, into: list[Piece], line: int) -> None:
    if "{{" in text or "}}" in text:
        raise Broken(Flaw("brief-braces", line))
    if text:
        into.append(Words(text))


def _section(head: str, inner: tuple[Piece, ...]) -> Piece:
    name, _, between = head[1:].partition("|")
    return Claim(name.strip(), inner) if head[0] == "#" else Each(name.strip(), between, inner)


def _named(said: str, line: int) -> Piece:
    name, bar, style = (one.strip() for one in said.partition("|"))
    _known(name, line)
    if not bar:
        return Said(name) if name in SAID else Slot(name)
    if style not in BY_NAME and style not in STYLES:
        raise Broken(Flaw("brief-style", line, style, "、".join(BY_NAME)))
    return Slot(name, BY_NAME[style].key if style in BY_NAME else style)


def _known(name: str, line: int) -> None:
    if not _NAME.fullmatch(name):
        raise Broken(Flaw("brief-name", line, name))


def prints(text: str, figure: str) -> bool:
    """Whether a template that passed the check prints a figure or rests words on it."""
    pieces = (piece for paragraph in parsed(text) for piece, _within in walk(paragraph.pieces))
    return any(isinstance(piece, Slot | Claim) and piece.figure == figure for piece in pieces)


def walk(pieces: tuple[Piece, ...], within: str = "") -> Iterator[tuple[Piece, str]]:
    """Yield every piece with the division it stands in, those of sections behind the section."""
    for piece in pieces:
        yield piece, within
        if isinstance(piece, Claim | Each):
            yield from walk(piece.inner, piece.by if isinstance(piece, Each) else within)


def written(pieces: tuple[Piece, ...]) -> list[tuple[str, Slot | None]]:
    """Return the words of a line in order with the figure that follows each; sections are read as if printed."""
    found: list[tuple[str, Slot | None]] = []
    text = ""
    for piece, _within in walk(pieces):
        if isinstance(piece, Words):
            text += piece.text
        elif isinstance(piece, Slot):
            found.append((text, piece))
            text = ""
        elif isinstance(piece, Said):
            text += "■"
    return [*found, (text, None)]


def flaws(paragraph: Paragraph, units: dict[str, str]) -> Iterator[Flaw]:
    """Yield what a reader would take for a count and no figure stands behind; `units` are the figures' own words."""
    line = written(paragraph.pieces)
    for n, (text, slot) in enumerate(line):
        for found in counted(text):
            yield Flaw("brief-literal", paragraph.line, found)
        if slot is None:
            continue
        after = line[n + 1][0]
        if touching := glued(text, after):
            yield Flaw("brief-glued", paragraph.line, touching, slot.figure)
        word, unit = word_after(after), units.get(slot.figure, "")
        if STYLES[slot.style].sort == "number" and not same_kind(unit, word):
            yield Flaw("brief-word", paragraph.line, word, unit)
