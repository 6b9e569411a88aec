"""演练: every story begins with an order, names what is there and says what should come of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.core import durations
from bihuan.core.refusal import KINDS
from bihuan.packs.checks.fields import choices
from bihuan.packs.checks.moves import OPENING, effect
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import NOUNS, Node, Pack

ANOTHER = "another"  # stands for the number of a second order the runner places
_SNAKE = re.compile(r"[a-z][a-z0-9_]*")


def check(pack: Pack) -> None:
    """Note a pack without stories and whatever in a story cannot be played."""
    stories = pack.tables("stories", "story")
    root = pack.roots.get("stories")
    if root is not None and not stories and not root.values:
        pack.add(root, "", "no-stories")
    orders = pack.names("order")
    before: dict[str, Node] = {}
    for story in stories:
        order = orders.get(story.text("order"))
        given = story.text("given")
        if given and given not in before:
            pack.add(story, "given", "story-given", name=story.key, word=given, suggestion=suggestion(given, before))
        if order is not None:
            _story(pack, order, story)
        before[story.key] = story


def _story(pack: Pack, order: Node, story: Node) -> None:
    verbs = pack.names("verb", order)
    for n, step in enumerate(story.many("steps"), 1):
        move = verbs.get(step.text("does"))
        if n == 1 and not story.text("given") and move is not None and effect(move) not in OPENING:
            pack.add(step, "does", "story-start", name=story.key)
        _who(pack, order, step)
        _refused(pack, step, n)
        if move is not None:
            _with(pack, order, step, move, n)


def _who(pack: Pack, order: Node, step: Node) -> None:
    role, colon, unit = step.text("who").partition(":")
    roles = pack.names("role", order)
    if role.strip() and role not in roles:
        facts = {"table": step.title, "key": "who", "what": NOUNS["role"], "word": role}
        pack.add(step, "who", "unknown-ref", suggestion=suggestion(role, roles), **facts)
    if colon and not _SNAKE.fullmatch(unit):
        pack.add(step, "who", "not-snake", word=unit, key="who")


def _refused(pack: Pack, step: Node, n: int) -> None:
    word = step.text("refused")
    if not word:
        return
    kind = word if "." not in word else word.split(".")[1]
    if kind not in KINDS or (kind != word and word.split(".")[0] != step.text("does")):
        pack.add(step, "refused", "step-refused", n=n, word=word, words="、".join(KINDS))


def _with(pack: Pack, order: Node, step: Node, move: Node, n: int) -> None:
    asked = (*move.texts("needs"), *move.texts("takes"))
    fields = pack.names("field", order)
    facts: Mapping[str, Any] = step.get("with")
    for name, value in facts.items():
        below = ("with", name)
        if name not in asked:
            pack.add(step, below, "step-fact", n=n, word=name, verb=move.key, suggestion=suggestion(name, asked))
        elif name in fields and not step.text("refused"):
            why = unfit(fields[name], value)
            if why:
                pack.add(step, below, "step-value", n=n, field=name, word=value, why=why)


def unfit(field: Node, value: Any) -> str:
    """Return why a field cannot be filled with the value in a story, or "".

    Choices are keys of the field; a unit, post or person is a key; another order is `another`; a date is 2022-10-25 or
    a length of time from the step; a truth is true or false.
    """
    kind = field.text("kind")
    many = kind in ("choices", "units", "files")
    if many != isinstance(value, list):
        return "要写成列表，用方括号" if many else "只写一个，不用方括号"
    if kind in ("choice", "choices"):
        words = choices(field)
        wrong = [one for one in (value if many else [value]) if one not in words]
        return f"选项里只有 {'、'.join(words)}" if wrong and words else ""
    if kind in ("unit", "units", "post", "person"):
        fine = all(isinstance(one, str) and _SNAKE.fullmatch(one) for one in (value if many else [value]))
        return "" if fine else "要写键，只用小写英文字母、数字和下划线"
    if kind == "date":
        return "" if _dated(value) else "要写日期（2022-10-25），或从这一步起多久（10 workdays）"
    if kind == "yes_no":
        return "" if isinstance(value, bool) else "要写 true 或 false"
    if kind == "order":
        return "" if value == ANOTHER else f'要写 "{ANOTHER}"，意思是另一张单'
    if kind in ("count", "number"):
        return "" if isinstance(value, int) and not isinstance(value, bool) else "要写整数，不加引号"
    return "" if isinstance(value, str) else "要写文字，用英文双引号"


def _dated(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        date.fromisoformat(value)
        return True
    except ValueError:
        pass
    try:
        durations.parse(value)
        return True
    except ValueError:
        return False
