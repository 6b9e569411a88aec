"""逐行读 TOML: on which line every key stands, and everything wrong with the writing.

The standard reader stops at its first error, in English, and keeps no lines; this one goes on after an error and
believes the standard reader in everything else: where that one is content, the slips found here do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bihuan.packs.tokens import CONTROL, Token, escape_of, tokens

Place = tuple[str | int, ...]
DEEP = 40

WIDE = {
    "“": '"', "”": '"', "„": '"', "＂": '"', "‘": "'", "’": "'", "＇": "'", "「": '"', "」": '"', "『": '"', "』": '"',
    "，": ",", "、": ",", "＝": "=", "：": "=", "∶": "=", "［": "[", "］": "]", "【": "[", "】": "]", "〔": "[", "〕": "]",
    "｛": "{", "｝": "}", "＃": "#", "．": ".", "。": ".", "；": ",", "＿": "_", "－": "-", "—": "-", "（": "{", "）": "}",
}  # fmt: skip
WIDE |= {chr(0xFF10 + n): str(n) for n in range(10)}
WIDE |= {chr(0xFF21 + n): chr(65 + n) for n in range(26)} | {chr(0xFF41 + n): chr(97 + n) for n in range(26)}

_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(?:\.\d+)?"
_VALUE = re.compile(
    r"true|false|[+-]?(?:inf|nan)"
    r"|0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*"
    r"|[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?"
    rf"|{_DATE}(?:[Tt]{_TIME}(?:[Zz]|[+-]\d\d:\d\d)?)?|{_TIME}",
    re.ASCII,
)
_FLAGS = {"True", "TRUE", "False", "FALSE", "yes", "Yes", "no", "No", "on", "off", "是", "否"}


@dataclass(frozen=True, slots=True)
class Slip:
    """A fault of writing: a code of `packs.faults.WRITING` on a line, with what its sentence needs."""

    line: int
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Scan:
    """What a scan finds: the line of every table, key and list entry, and the slips, one at most for a line."""

    lines: dict[Place, int] = field(default_factory=dict)
    slips: dict[int, Slip] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """Return the line of the place, or of the nearest thing around it that has one; 1 at worst."""
        for end in range(len(place), 0, -1):
            if found := self.lines.get(place[:end]):
                return found
        return 1


def scan(text: str) -> Scan:
    """Return lines and slips of a TOML text. Never raises, whatever the text."""
    reader = _Reader(text.replace("\r\n", "\n"))
    reader.characters()
    reader.document()
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [token for token in tokens(text) if token.kind != "comment" or token.bad]
        self.at = 0
        self.found = Scan()
        self.arrays: dict[Place, int] = {}
        self.tables: dict[Place, int] = {}
        self.keys: dict[Place, int] = {}

    # ---- what can be seen in single words ----
    def characters(self) -> None:
        """Note what is wrong with single tokens; such a line is not judged further."""
        marks: dict[int, list[str]] = {}
        for token in self.tokens:
            if token.kind == "string" and token.bad == "escape":
                self.slip(token.line, "escape", word=escape_of(token.text))
            elif token.kind == "string" and token.bad == "unclosed":
                self.slip(token.line, "unclosed-string", quote=token.quote)
            elif token.bad or (token.kind == "word" and CONTROL.search(token.text)):
                self.slip(token.line, "control")
            elif token.kind == "word" and not token.text.isascii():
                marks.setdefault(token.line, []).extend(c for c in token.text if c in WIDE)
                if not token.text.strip("\u3000\u00a0\ufeff\u200b\u2003\u2002\u2009"):
                    self.slip(token.line, "blank")
        for line, found in marks.items():
            if found:
                self.found.slips.pop(line, None)
                shown = list(dict.fromkeys(found))
                instead = dict.fromkeys(WIDE[c] for c in shown)
                self.slip(line, "wide", found=" ".join(shown), instead=" ".join(instead))

    def slip(self, line: int, code: str, **facts: Any) -> None:
        self.found.slips.setdefault(line, Slip(line, code, facts))

    # ---- moving on ----
    def peek(self, ahead: int = 0) -> Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def sign(self, text: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token is not None and token.kind == "sign" and token.text == text

    def over(self) -> bool:
        """Whether the line, or the text, is over."""
        token = self.peek()
        return token is None or token.kind in ("end", "comment")

    def blank_lines(self) -> None:
        while self.peek() is not None and self.over():
            self.at += 1

    def rest_of_line(self) -> None:
        while not self.over():
            self.at += 1

    # ---- the document ----
    def document(self) -> None:
        base: Place = ()
        while True:
            self.blank_lines()
            if self.peek() is None:
                return
            first = self.tokens[self.at]
            if first.kind == "word" and first.text[0] in "【［〔":
                base = self.nowhere(first)  # meant as a head of a table; the wide sign is noted already
            elif self.sign("["):
                base = self.header()
            elif self.pair(base, 0):
                token = self.peek()
                if token is not None and not self.over():
                    self.slip(token.line, "trailing", word=token.text)
                    self.rest_of_line()

    def header(self) -> Place:
        """Read a table header and return where its keys belong, as well as can be guessed."""
        first = self.tokens[self.at]
        begin = self.at
        self.rest_of_line()
        line = self.tokens[begin : self.at]
        signs = "".join(t.text if t.kind == "sign" else "." for t in line)
        double = signs.startswith("[[") and line[1].at == first.at + 1
        closed = re.fullmatch(r"\[\[\.+\]\]" if double else r"\[\.+\]", signs)
        if closed and double:
            closed = closed if line[-1].at == line[-2].at + 1 else None
        inner = [t for t in line if t.kind in ("word", "string")]
        parts, clean = _parts(inner)
        if not closed:
            self.slip(first.line, "header")
        elif not clean:
            self.bad_key(inner, first.line)
        return self.table(parts, double, first.line) if parts else self.nowhere(first)

    def nowhere(self, token: Token) -> Place:
        """Return a place of its own for the keys below a head that cannot be read, so that they repeat nothing."""
        self.rest_of_line()
        return (f"?{token.line}",)

    def table(self, parts: list[str], double: bool, line: int) -> Place:
        place: Place = ()
        for part in parts[:-1]:
            place += (part,)
            self.found.lines.setdefault(place, line)
            if place in self.arrays:
                place += (self.arrays[place],)
        place += (parts[-1],)
        self.found.lines.setdefault(place, line)
        earlier = self.keys.get(place) or self.tables.get(place)
        if not double and place in self.arrays:
            earlier = self.found.lines[place]
        if earlier:
            self.slip(line, "duplicate-table", word=".".join(parts), before=earlier)
            return (f"?{line}",)
        if double:
            self.arrays[place] = self.arrays.get(place, -1) + 1
            place += (self.arrays[place],)
            self.found.lines[place] = line
        else:
            self.tables[place] = line
        return place

    def pair(self, base: Place, depth: int) -> bool:
        """Read `key = value`; False when the line had to be given up."""
        begin, line = self.at, self.tokens[self.at].line
        while not self.over() and self.peek().kind in ("word", "string"):  # type: ignore[union-attr]
            self.at += 1
        inner = self.tokens[begin : self.at]
        parts, clean = _parts(inner)
        if not self.sign("="):
            if not inner:
                self.slip(line, "bad-key", word=self.tokens[begin].text)
            else:
                self.slip(line, "equals", word=inner[0].text.partition(":")[0] or inner[0].text)
            self.give_up(depth)
            return False
        self.at += 1
        if not clean:
            self.bad_key(inner, line)
        place = base + tuple(parts)
        for end in range(len(base) + 1, len(place)):
            self.found.lines.setdefault(place[:end], line)
        if clean:
            earlier = self.keys.get(place) or self.tables.get(place)
            if place in self.arrays:
                earlier = self.found.lines[place]
            if earlier:
                self.slip(line, "duplicate-key", word=".".join(parts), before=earlier)
            self.keys.setdefault(place, line)
            self.found.lines.setdefault(place, line)
        return self.value(place, depth)

    def bad_key(self, inner: list[Token], line: int) -> None:
        word = " ".join(t.text for t in inner)
        code = "bad-key" if word.isascii() else "chinese-key"
        self.slip(line, code, word=word)

    def give_up(self, depth: int) -> None:
        """Skip what cannot be understood: to the end of the line, inside braces to the next comma or brace."""
        while not self.over() and not (depth and (self.sign(",") or self.sign("}"))):
            self.at += 1

    # ---- values ----
    def value(self, place: Place, depth: int) -> bool:
        token = self.peek()
        if token is None or self.over():
            line = token.line if token is not None else self.tokens[-1].line
            self.slip(line, "no-value")
            return True
        if depth > DEEP:
            self.slip(token.line, "deep")
            self.rest_of_line()
            return False
        if self.sign("["):
            return self.array(place, depth + 1)
        if self.sign("{"):
            return self.inline(place, depth + 1)
        if token.kind == "sign":
            self.slip(token.line, "no-value")
            self.give_up(depth)
            return True
        self.at += 1
        if token.kind == "word":
            self.word(token)
        return True

    def word(self, token: Token) -> None:
        follow = self.peek()
        if follow and follow.kind == "word" and re.fullmatch(_DATE, token.text) and re.match(r"\d\d:", follow.text):
            self.at += 1
            return
        text = token.text
        if _VALUE.fullmatch(text):
            return
        if text in _FLAGS:
            self.slip(token.line, "flag", word=text)
        elif re.match(r"[+-]?0[\d_-]", text):
            self.slip(token.line, "leading-zero", word=text)
        else:
            while not self.over() and self.peek().kind == "word":  # type: ignore[union-attr]
                text += " " + self.tokens[self.at].text
                self.at += 1
            self.slip(token.line, "unquoted", word=text)

    def array(self, place: Place, depth: int) -> bool:
        opened = self.tokens[self.at].line
        self.at += 1
        n = 0
        while True:
            self.blank_lines()
            token = self.peek()
            if token is None or self.next_statement():
                self.slip(opened, "unclosed-array")
                return False
            if self.sign("]"):
                self.at += 1
                return True
            if token.kind == "sign" and token.text not in "[{":
                self.slip(token.line, "comma")
                self.at += 1
                continue
            self.found.lines[(*place, n)] = token.line
            if not self.value((*place, n), depth):
                return False
            n += 1
            self.blank_lines()
            token = self.peek()
            if self.sign(","):
                self.at += 1
            elif token is not None and not self.sign("]") and not self.next_statement():
                self.slip(token.line, "comma")

    def next_statement(self) -> bool:
        """Whether a table header or `key =` starts here: then the bracket before it never closed."""
        token = self.peek()
        before = self.tokens[self.at - 1] if self.at else None
        if token is None or (before is not None and before.kind != "end"):
            return False
        if token.kind in ("word", "string"):
            return self.sign("=", 1)
        if not self.sign("["):
            return False
        inner = self.peek(2) if self.sign("[", 1) else self.peek(1)
        after = self.peek(3) if self.sign("[", 1) else self.peek(2)
        if inner is None or inner.kind != "word" or _VALUE.fullmatch(inner.text):
            return False
        return after is not None and after.text == "]"

    def inline(self, place: Place, depth: int) -> bool:
        opened = self.tokens[self.at].line
        self.at += 1
        first = True
        while True:
            token = self.peek()
            if token is None or self.over():
                return self.unclosed_inline(opened)
            if self.sign("}"):
                if not first:
                    self.slip(token.line, "comma")
                self.at += 1
                return True
            if self.sign(",") or self.sign("]"):
                self.slip(token.line, "comma")
                self.at += 1
                continue
            if not self.pair(place, depth) and self.over():
                return self.unclosed_inline(opened)
            first = False
            token = self.peek()
            if token is None or self.over():
                return self.unclosed_inline(opened)
            if self.sign("}"):
                self.at += 1
                return True
            if self.sign(","):
                self.at += 1
            else:
                self.slip(token.line, "comma")
                if self.sign("]"):
                    return True

    def unclosed_inline(self, opened: int) -> bool:
        """Report braces that do not close on their line; go on behind them when they close on a later one."""
        self.slip(opened, "unclosed-inline")
        for ahead in range(self.at, len(self.tokens)):
            token = self.tokens[ahead]
            if token.kind != "sign":
                continue
            if token.text == "}":
                self.at = ahead + 1
            if token.text in "{}" or (token.text == "[" and self.tokens[ahead - 1].kind == "end"):
                break
        return True


def _parts(inner: list[Token]) -> tuple[list[str], bool]:
    """Return the parts of a dotted key and whether it is written as TOML wants it."""
    parts: list[str] = []
    clean, joined = True, True  # joined: a dot stood before, or nothing
    for token in inner:
        if token.kind == "string":
            clean = clean and joined and len(token.quote) == 1
            parts.append(token.text)
            joined = False
            continue
        pieces = token.text.split(".")
        for n, piece in enumerate(pieces):
            if n:
                clean = clean and not joined
                joined = True
            if piece:
                clean = clean and joined and _KEY.fullmatch(piece) is not None
                parts.append(piece)
                joined = False
    return parts, clean and not joined and bool(parts)
