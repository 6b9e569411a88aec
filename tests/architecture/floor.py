"""What pages may be made of: nothing beyond Chromium 86, Firefox 78 and Safari 14.1, and nothing inline."""

from __future__ import annotations

import re

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
JINJA = re.compile(r"\{#.*?#\}", re.DOTALL)

# what: why an older browser or the content policy refuses it
CSS = {
    r":has\(": ":has()",
    r":is\(": ":is()",
    r":where\(": ":where()",
    r"@layer\b": "@layer",
    r"@container\b|container-type": "container queries",
    r"color-mix\(": "color-mix()",
    r"(?<![\w-])inset\s*:": "inset:",
    r"aspect-ratio\s*:": "aspect-ratio:",
    r"(?<![\w-])@import\b": "@import",
    r"url\(\s*['\"]?(https?:)?//": "an address elsewhere",
}
TEMPLATE = {
    r"\sstyle\s*=": "a style attribute",
    r"<style\b": "a style element",
    r"\son[a-z]+\s*=\s*[\"']": "an inline handler",
    r"\shx-on\b|\shx-on:": "hx-on",
    r"href\s*=\s*[\"']javascript:": "a script address",
    r"(src|href)\s*=\s*[\"'](https?:)?//": "an address elsewhere",
}
SCRIPT = {
    r"^\s*import\s|\bimport\(": "import",
    r"^\s*export\s": "export",
    r"\beval\(|new Function\(": "eval",
    r"\.innerHTML\s*\+?=": "innerHTML",
    r"\|\|=|&&=|\?\?=": "logical assignment",
    r"\.at\(|\.findLast\(|structuredClone|Object\.hasOwn\(|\.showModal\(": "a function of after 2020",
    r"\(\?<[=!]": "lookbehind in a pattern",
    r"(^|[^\w/])#\w+\s*[=(;]": "private fields",
}


def css_faults(source: str) -> list[str]:
    """Return what in a style sheet is beyond the floor, nesting included."""
    bare = COMMENT.sub("", source)
    return _named(CSS, bare) + (["nesting"] if _nested(bare) else [])


def template_faults(source: str) -> list[str]:
    """Return what in a template is inline or fetched from elsewhere; a script must carry a nonce or a source."""
    bare = JINJA.sub("", source)
    inline = [tag for tag in re.findall(r"<script\b[^>]*>", bare) if not re.search(r"nonce|src=|application/json", tag)]
    return _named(TEMPLATE, bare) + (["a script without nonce"] if inline else [])


def script_faults(source: str) -> list[str]:
    """Return what in a script is beyond the floor."""
    bare = re.sub(r"(^|\s)//.*", "", COMMENT.sub("", source))
    return _named(SCRIPT, bare)


def _named(rules: dict[str, str], source: str) -> list[str]:
    return [what for pattern, what in rules.items() if re.search(pattern, source, re.MULTILINE | re.IGNORECASE)]


def _nested(source: str) -> bool:
    """Tell whether a rule stands inside a rule; inside @media and its like it may."""
    inside: list[bool] = []
    for start, mark in re.findall(r"([^{};]*)([{};])", source):
        if mark == "{":
            at_rule = start.strip().startswith("@")
            if not at_rule and any(inside):
                return True
            inside.append(not at_rule)
        elif mark == "}" and inside:
            inside.pop()
    return False
