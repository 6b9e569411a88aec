"""样子: every table has the keys it must have and no others, and every value is of its sort."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bihuan.core import durations
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack
from bihuan.packs.scan import Place
from bihuan.packs.schema import LISTS, WANTED, File, Key, Table, file, files

SNAKE = re.compile(r"[a-z][a-z0-9_]*")
PREFIX = re.compile(r"[A-Z]{1,4}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SUM = re.compile(
    r"[=<>!]=|&&|\|\||[<>+*/%()?=]|\$\{|\{\{|\{%|(?:^|\s)(?:and|or|not|if|else|then|when|unless)\s|如果|否则|并且|或者"
)
_TEMPLATE = re.compile(r"\$\{|\{\{|\{%")
_PROSE = ("name", "english", "text")


def check(pack: Pack) -> None:
    """Walk every file, note what is wrong with single tables and keep what is right in `pack.roots`."""
    for stem, text in pack.folder.texts.items():
        if text.table is not None:
            one = file(stem)
            pack.roots[stem] = _node(pack, one, one.tables[0], text.table, ())
    _across(pack)


def _across(pack: Pack) -> None:
    """Note what two files of one kind both declare."""
    for one in files():
        if not one.more:
            continue
        for key in one.tables[0].keys:
            seen: dict[str, Node] = {}
            for node in pack.tables(one.stem, key.name):
                first = seen.setdefault(node.key, node)
                if node.key and first.file != node.file:
                    facts = {"table": node.table.name, "key": node.key, "file": first.file.name}
                    pack.add(node, node.table.unique, "duplicate-file", before=pack.line(first), **facts)


def _node(pack: Pack, one: File, table: Table, raw: Mapping[str, Any], place: Place) -> Node:
    node = Node(one, table, place)
    # The unique key first, so that every other sentence can name the table.
    for name in sorted(raw, key=lambda name: name != table.unique):
        key = table.key(name)
        if key is None:
            pack.add(node, name, "unknown-key", table=node.title, key=name, suggestion=suggestion(name, table.names))
        elif key.sort in ("table", "tables"):
            _below(pack, node, key, raw[name])
        else:
            _value(pack, node, key, raw[name])
    for key in table.keys:
        if key.required and key.name not in raw:
            facts = {"table": node.title, "key": key.name, "says": key.says, "example": key.example}
            pack.add(node, "", "missing", **facts)
    return node


def _below(pack: Pack, node: Node, key: Key, value: Any) -> None:
    single = key.sort == "table"
    entries = [value] if single else value
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        _wrong(pack, node, key, (key.name,))
        return
    if not entries:
        _empty(pack, node, key)
    table = node.file.table(key.of)
    seen: dict[str, Place] = {}
    for n, entry in enumerate(entries):
        below: Place = (key.name,) if single else (key.name, n)
        child = _node(pack, node.file, table, entry, node.place + below)
        node.children.setdefault(key.name, []).append(child)
        if not child.key:
            continue
        if child.key in seen:
            before = pack.line(node, seen[child.key])
            pack.add(child, table.unique, "duplicate", table=table.name, key=child.key, before=before)
        seen.setdefault(child.key, below)


def _value(pack: Pack, node: Node, key: Key, value: Any) -> None:
    if not _fits(key, value):
        _wrong(pack, node, key, (key.name,))
        return
    node.values[key.name] = value
    if key.sort in LISTS:
        _list(pack, node, key, value)
    elif key.sort in ("durations", "catalogue"):
        _pairs(pack, node, key, value)
    elif isinstance(value, str):
        _text(pack, node, key, value, (key.name,))


def _fits(key: Key, value: Any) -> bool:
    if key.sort == "flag":
        return isinstance(value, bool)
    if key.sort == "whole":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
    if key.sort == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and Decimal(str(value)).is_finite()
    if key.sort in LISTS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if key.sort in ("durations", "catalogue"):
        return isinstance(value, dict) and all(isinstance(entry, str) for entry in value.values())
    if key.sort == "facts":
        return isinstance(value, dict) and all(_fact(entry) for entry in value.values())
    return isinstance(value, str)


def _fact(value: Any) -> bool:
    """Whether a story may type it: a text, a whole number, a truth, or a list of texts."""
    if isinstance(value, list):
        return all(isinstance(entry, str) for entry in value)
    return isinstance(value, str) or (isinstance(value, int) and abs(value) <= 10**15)


def _list(pack: Pack, node: Node, key: Key, value: list[str]) -> None:
    if not value and key.required:
        _empty(pack, node, key)
    for n, entry in enumerate(value):
        _text(pack, node, key, entry, (key.name, n))
        if entry in value[:n]:
            pack.add(node, (key.name, n), "twice", table=node.title, key=key.name, word=entry)


def _pairs(pack: Pack, node: Node, key: Key, value: dict[str, str]) -> None:
    for name, entry in value.items():
        facts = {"table": node.title, "key": key.name, "word": entry}
        if key.sort == "durations":
            _duration(pack, node, (key.name, name), facts)
        elif not SNAKE.fullmatch(entry):
            pack.add(node, (key.name, name), "not-snake", **facts)


def _text(pack: Pack, node: Node, key: Key, value: str, below: Place) -> None:
    facts = {"table": node.title, "key": key.name, "word": value}
    if not value.strip():
        # An empty english name is missing, which only a grade minds; an empty hint says nothing.
        if key.sort not in ("english", "text") or key.required:
            _empty(pack, node, key, below)
    elif key.sort == "template":
        return  # read to its end by packs.checks.briefs
    elif key.sort in _PROSE:
        if _TEMPLATE.search(value):
            pack.add(node, below, "expression", **facts)
        elif key.sort == "name" and not CHINESE.search(value):
            pack.add(node, below, "not-chinese", **facts)
        elif key.sort == "english" and CHINESE.search(value):
            pack.add(node, below, "not-english", **facts)
    elif key.sort == "duration":
        _duration(pack, node, below, facts)
    elif _SUM.search(value):
        pack.add(node, below, "expression", **facts)
    elif key.words and value not in key.words:
        words = "、".join(key.words)
        pack.add(node, below, "unknown-word", words=words, suggestion=suggestion(value, key.words), **facts)
    elif key.sort == "key" and not SNAKE.fullmatch(value):
        pack.add(node, below, "not-snake", **facts)
    elif key.sort == "prefix" and not PREFIX.fullmatch(value):
        pack.add(node, below, "bad-prefix", **facts)


def _duration(pack: Pack, node: Node, below: Place, facts: dict[str, str]) -> None:
    if _SUM.search(facts["word"]):
        pack.add(node, below, "expression", **facts)
        return
    try:
        durations.parse(facts["word"])
    except ValueError:
        pack.add(node, below, "bad-duration", **facts)


def _wrong(pack: Pack, node: Node, key: Key, below: Place) -> None:
    facts = {"table": node.title, "key": key.name, "want": WANTED[key.sort], "example": key.example}
    pack.add(node, below, "wrong-type", **facts)


def _empty(pack: Pack, node: Node, key: Key, below: Place | None = None) -> None:
    pack.add(node, below or (key.name,), "empty", table=node.title, key=key.name, example=key.example)
