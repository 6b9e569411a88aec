"""字词: a TOML text cut into words, strings and signs that keep their lines, whatever is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SIGNS = frozenset("=[]{},")
_WORD = re.compile(r"[^\s=\[\]{},#\"']+", re.ASCII)
_BLANK = re.compile(r"[ \t]+")
# What TOML forbids anywhere but as line ends: the tab is the one control character it takes.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPE = re.compile(r"\\(?:[btnfr\"\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|(\\.?)", re.DOTALL)
_FOLD = re.compile(r"\\[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. `kind` is end | sign | word | string | comment.

    `at` is its offset, `last` the line it ends on. A string's `text` is what stands between the quotes; `bad` is ""
    or what is wrong with it: unclosed, escape, control; `quote` is how it is quoted.
    """

    kind: str
    text: str
    line: int
    at: int
    last: int
    bad: str = ""
    quote: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text whose lines end in \\n; never raises and always comes to the end."""
    at, line = 0, 1
    while at < len(text):
        char = text[at]
        if char == "\n":
            yield Token("end", char, line, at, line)
            at, line = at + 1, line + 1
        elif blank := _BLANK.match(text, at):
            at = blank.end()
        elif char == "#":
            stop = _line_end(text, at)
            body = text[at:stop]
            yield Token("comment", body, line, at, line, bad="control" if CONTROL.search(body) else "")
            at = stop
        elif char in "\"'":
            token, at = _string(text, at, line)
            yield token
            line = token.last
        elif char in SIGNS:
            yield Token("sign", char, line, at, line)
            at += 1
        else:
            word = _WORD.match(text, at)
            stop = word.end() if word else at + 1
            yield Token("word", text[at:stop], line, at, line)
            at = stop


def _string(text: str, at: int, line: int) -> tuple[Token, int]:
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    start = at + len(quote)
    stop = _close(text, start, quote)
    if stop < 0:
        end = len(text) if len(quote) == 3 else _line_end(text, start)
        last = line + text.count("\n", start, end)
        return Token("string", text[start:end], line, at, last, bad="unclosed", quote=quote), end
    body = text[start:stop]
    token = Token("string", body, line, at, line + body.count("\n"), bad=_wrong(body, quote), quote=quote)
    return token, stop + len(quote)


def _close(text: str, start: int, quote: str) -> int:
    """Return where the closing quote stands, or -1 when the string does not close."""
    at = start
    while at < len(text):
        if text.startswith(quote, at):
            # Up to two quotes may belong to the text and stand directly before the closing three.
            return at if len(quote) == 1 else at + min(_run(text, at, quote[0]), 5) - 3
        if text[at] == "\\" and quote[0] == '"':
            at += 2
        elif text[at] == "\n" and len(quote) == 1:
            return -1
        else:
            at += 1
    return -1


def _run(text: str, at: int, char: str) -> int:
    n = 0
    while text.startswith(char, at + n) and n < 9:
        n += 1
    return n


def _wrong(body: str, quote: str) -> str:
    if CONTROL.search(body):
        return "control"
    if quote[0] == '"':
        folded = _FOLD.sub("", body) if len(quote) == 3 else body
        return "escape" if any(m[1] for m in _ESCAPE.finditer(folded)) else ""
    return ""


def escape_of(body: str) -> str:
    """Return the first backslash sequence TOML does not know, or a lone backslash."""
    return next((m[1] for m in _ESCAPE.finditer(body) if m[1]), "\\")


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop
