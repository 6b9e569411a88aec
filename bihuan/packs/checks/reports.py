"""报: every indicator counts what is there, by a day it has, and a rate's numerator lies in its denominator."""

from __future__ import annotations

from datetime import date

from bihuan.core.indicators import COMPOSED, ENTRY_MARKS, GROUPS, MARKED, MARKS, ORDER_KEYS, PRIORITIES, YES_NO
from bihuan.core.ledger_kinds import MEASURES
from bihuan.core.programmes import MILESTONES
from bihuan.packs.checks.people import judging
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack

PART_MARKS = tuple(MARKED["parts"])
OUTCOMES = ("agree", "refuse", "arbiter")
VALUED = ("distinct", "sum")
ITEMS = ("requester", "lead", "desk")
# Where `of` names something declared in this pack, and what it is called there.
OF = {
    "orders": "order", "parts": "order", "moves": "order", "ledger": "activity", "units": "unit", "posts": "post",
    "cadence": "cadence", "coverage": "covered", "statistics": "series", "reviews": "meeting",
}  # fmt: skip
_COMPOSITION = ("part", "whole", "without")


def check(pack: Pack) -> None:
    """Note indicators without what they count, marks and conditions nobody knows, and shares that are none."""
    known = {one.key: one for one in pack.tables("reports", "indicator")}
    for scope in pack.tables("reports", "scope"):
        if not scope.texts("units") and not scope.texts("types"):
            pack.add(scope, "", "scope-empty", key=scope.key)
    for one in known.values():
        judging(pack, one)
        if one.text("aggregator") in COMPOSED:
            _composed(pack, one, known)
        else:
            _single(pack, one)
        _window(pack, one)
    for shown in pack.tables("reports", "printed"):
        _printed(pack, shown, known)


# What a form of printing needs of its indicator.
_NEEDS = {"period": ("rule",), "range": ("constraint",), "record": ("record",), "named": ("list",), "fact": ("list",)}


def _printed(pack: Pack, shown: Node, known: dict[str, Node]) -> None:
    style, keys = shown.text("style"), shown.texts("indicators")
    for name in ("since", "until", "as_of"):
        if word := shown.text(name):
            try:
                date.fromisoformat(word)
            except ValueError:
                pack.add(shown, name, "printed-day", key=shown.key, name=name, word=word)
    wanted = _NEEDS.get(style, ())
    facts = {"key": shown.key, "style": style}
    if len(keys) > 1 and style != "record":
        pack.add(shown, "indicators", "printed-style", why="只有 record 可以写几个指标", **facts)
    elif wanted and any(key in known and known[key].text("aggregator") not in wanted for key in keys):
        pack.add(shown, "style", "printed-style", why=f"指标的 aggregator 要是 {'、'.join(wanted)}", **facts)
    if bool(shown.text("fact")) != (style == "fact"):
        pack.add(shown, "fact" if shown.text("fact") else "style", "printed-style", why="fact 要写明字段", **facts)


def _composed(pack: Pack, one: Node, known: dict[str, Node]) -> None:
    kind = one.text("aggregator")
    for key in ("over", "of", "mark", "value", "day", "where"):
        if one.get(key):
            pack.add(one, key, "indicator-extra", key=one.key, word=key, kind=kind)
    wanted = ("part", "whole") if kind == "share" else ("part",)
    for key in wanted:
        if not one.text(key):
            pack.add(one, "aggregator", "indicator-wants", key=one.key, word=key, kind=kind)
    for key in _COMPOSITION:
        other = known.get(one.text(key))
        if other is not None and other.text("aggregator") in COMPOSED:
            pack.add(one, key, "indicator-nested", key=one.key, word=other.key)
        elif other is not None and kind == "share" and other.text("aggregator") != "count":
            pack.add(one, key, "share-counts", key=one.key, word=other.key)
    part, whole, without = (known.get(one.text(key)) for key in _COMPOSITION)
    if kind == "share" and part is not None and whole is not None and not _inside(part, whole):
        pack.add(one, "part", "share-outside", key=one.key, part=part.key, whole=whole.key)
    if kind == "share" and without is not None and whole is not None and not _inside(without, whole):
        pack.add(one, "without", "share-outside", key=one.key, part=without.key, whole=whole.key)


def _inside(part: Node, whole: Node) -> bool:
    """Whether every record of the one is by declaration a record of the other."""
    if any(part.text(key) != whole.text(key) for key in ("over", "of", "day", "scope", "window", "since")):
        return False
    inner, outer = part.text("mark"), whole.text("mark")
    marked = MARKED.get(part.text("over"))
    if marked is not None and inner != outer:
        if inner not in marked or outer not in marked or marked[inner].within != outer:
            return False
    elif inner != outer:
        return False
    asked = {where.text("key"): set(where.texts("one_of")) for where in part.many("where")}
    return all(
        where.text("key") in asked and asked[where.text("key")] <= set(where.texts("one_of"))
        for where in whole.many("where")
    )


def _single(pack: Pack, one: Node) -> None:
    over, kind = one.text("over"), one.text("aggregator")
    if not over:
        pack.add(one, "aggregator", "indicator-wants", key=one.key, word="over", kind=kind)
        return
    for key in _COMPOSITION:
        if one.text(key):
            pack.add(one, key, "indicator-extra", key=one.key, word=key, kind=kind)
    _of(pack, one, over)
    if kind in VALUED and not one.text("value"):
        pack.add(one, "aggregator", "indicator-wants", key=one.key, word="value", kind=kind)
    if over == "orders":
        _orders(pack, one)
    elif over == "ledger":
        _ledger(pack, one)
    elif over == "moves":
        _moves(pack, one)
    elif over == "parts" and one.text("mark") not in PART_MARKS:
        at = "mark" if one.text("mark") else "aggregator"
        pack.add(one, at, "indicator-mark", key=one.key, words="、".join(PART_MARKS))
    elif over in OF:
        _listed(pack, one)


def _of(pack: Pack, one: Node, over: str) -> None:
    noun, word = OF.get(over), one.text("of")
    if noun is None:
        return
    if not word:
        if over != "units" and over != "posts":
            pack.add(one, "over", "indicator-wants", key=one.key, word="of", kind=over)
    elif word not in pack.names(noun):
        near = suggestion(word, pack.names(noun))
        pack.add(one, "of", "indicator-of", key=one.key, word=word, over=over, suggestion=near)


def _orders(pack: Pack, one: Node) -> None:
    order = pack.names("order").get(one.text("of"))
    mark, kind = one.text("mark"), one.text("aggregator")
    if kind == "rule":
        clocks = pack.names("clock", order)
        if order is not None and one.text("value") not in clocks:
            near = suggestion(one.text("value"), clocks)
            pack.add(
                one,
                "value" if one.text("value") else "aggregator",
                "indicator-clock",
                key=one.key,
                word=one.text("value"),
                suggestion=near,
            )
        return
    if mark not in MARKS:
        pack.add(one, "mark" if mark else "aggregator", "indicator-mark", key=one.key, words="、".join(MARKS))
    if bool(one.text("day")) != (mark == "dated"):
        pack.add(one, "day" if one.text("day") else "mark", "indicator-dated", key=one.key)
    if order is None:
        return
    fields = pack.names("field", order)
    if one.text("day") and (one.text("day") not in fields or fields[one.text("day")].text("kind") != "date"):
        near = suggestion(one.text("day"), fields)
        pack.add(one, "day", "indicator-day", key=one.key, word=one.text("day"), suggestion=near)
    value = one.text("value")
    if kind == "sum" and value and (value not in fields or fields[value].text("kind") not in ("money", "count")):
        near = suggestion(value, fields)
        pack.add(one, "value", "indicator-sum", key=one.key, word=value, suggestion=near)
    if kind == "distinct" and value and value not in ITEMS:
        pack.add(one, "value", "indicator-distinct", key=one.key, word=value, words="、".join(ITEMS))
    choices = {key: node for key, node in fields.items() if node.text("kind") == "choice"}
    for where in one.many("where"):
        _where(pack, one, where, _known(pack, order, choices))
    _by(pack, one, (*GROUPS, *ORDER_KEYS, *choices, *pack.names("unit")))


def _known(pack: Pack, order: Node, choices: dict[str, Node]) -> dict[str, tuple[str, ...]]:
    """Return what may be asked of an order, with the words that are answers."""
    found = {key: tuple(one.text("key") for one in node.many("choices")) for key, node in choices.items()}
    rating = choices.get(order.text("rating"))
    return found | {
        "priority": PRIORITIES,
        "channel": tuple(pack.names("channel")),
        "rating": tuple(one.text("key") for one in rating.many("choices")) if rating else (),
        "state": tuple(pack.names("state", order)),
        "milestone": tuple(MILESTONES),
        "secret": YES_NO,
        "supervised": YES_NO,
        "left_after_reply": YES_NO,
    }


def _moves(pack: Pack, one: Node) -> None:
    """What was done is told by its verbs, and by what was decided."""
    order = pack.names("order").get(one.text("of"))
    if "verb" not in {where.text("key") for where in one.many("where")}:
        pack.add(one, "over", "indicator-wants", key=one.key, word="where（verb）", kind="moves")
    known = {"verb": tuple(pack.names("verb", order)), "outcome": OUTCOMES}
    for where in one.many("where"):
        _where(pack, one, where, known)


def _where(pack: Pack, one: Node, where: Node, known: dict[str, tuple[str, ...]]) -> None:
    key = where.text("key")
    if key not in known:
        pack.add(where, "key", "indicator-where", key=one.key, word=key, suggestion=suggestion(key, known))
        return
    for n, word in enumerate(where.texts("one_of")):
        if word not in known[key]:
            near = suggestion(word, known[key])
            pack.add(where, ("one_of", n), "indicator-is", key=one.key, word=word, what=key, suggestion=near)


def _by(pack: Pack, one: Node, known: tuple[str, ...]) -> None:
    for n, word in enumerate(one.texts("by")):
        if word not in known:
            near = suggestion(word, known)
            pack.add(one, ("by", n), "indicator-by", key=one.key, word=word, suggestion=near)


def _ledger(pack: Pack, one: Node) -> None:
    activity = pack.names("activity").get(one.text("of"))
    kind, mark, value = one.text("aggregator"), one.text("mark"), one.text("value")
    if mark not in ENTRY_MARKS:
        pack.add(one, "mark" if mark else "aggregator", "indicator-mark", key=one.key, words="、".join(ENTRY_MARKS))
    if activity is None:
        return
    measures = {node.key: node for node in activity.many("measure")}
    if kind == "sum" and value:
        measure = measures.get(value)
        if measure is None or MEASURES[measure.text("kind")].aggregator != "sum":
            near = suggestion(value, measures)
            pack.add(one, "value", "indicator-sum", key=one.key, word=value, suggestion=near)
    fields = pack.names("entry_field", activity)
    listing = [key for key, node in fields.items() if node.text("kind") in ("unit", "units")]
    if kind == "distinct" and value and value not in (*listing, "unit"):
        pack.add(one, "value", "indicator-distinct", key=one.key, word=value, words="、".join((*listing, "unit")))
    choices = {
        key: tuple(choice.text("key") for choice in node.many("choices"))
        for key, node in fields.items()
        if node.text("kind") in ("choice", "choices")
    }
    for where in one.many("where"):
        _where(pack, one, where, choices)
    _by(pack, one, (*GROUPS, *choices, activity.text("unit")))


def _listed(pack: Pack, one: Node) -> None:
    """What is read as a list: units, posts, periods, coverage, statistics."""
    over, kind, mark, value = one.text("over"), one.text("aggregator"), one.text("mark"), one.text("value")
    right = {
        "statistics": ("stated",),
        "units": ("count", "sum", "list"),
        "coverage": ("count", "constraint", "list"),
        "cadence": ("count", "list", "rule"),
    }
    if kind not in right.get(over, ("count", "list")):
        pack.add(one, "aggregator", "indicator-kind", key=one.key, kind=kind, over=over)
    known = tuple(MARKED.get(over, ()))
    if mark not in known if mark else known and kind == "count" and over != "posts":
        pack.add(
            one, "mark" if mark else "aggregator", "indicator-mark", key=one.key, words="、".join(known) or "（不写）"
        )
    unit = pack.names("unit").get(one.text("of"))
    if kind == "sum" and value and unit is not None and value not in unit.texts("facts"):
        near = suggestion(value, unit.texts("facts"))
        pack.add(one, "value", "indicator-sum", key=one.key, word=value, suggestion=near)
    _by(
        pack,
        one,
        (
            *GROUPS,
            *pack.names("unit"),
            *(("kept",) if over in ("cadence", "coverage") else ("class",) if over == "reviews" else ()),
        ),
    )


def _window(pack: Pack, one: Node) -> None:
    since = one.text("since")
    if bool(since) != (one.text("window") == "to_as_of") and one.text("aggregator") not in COMPOSED:
        pack.add(one, "since" if since else "window", "indicator-since", key=one.key)
    if since:
        try:
            date.fromisoformat(since)
        except ValueError:
            pack.add(one, "since", "indicator-since-day", key=one.key, word=since)
