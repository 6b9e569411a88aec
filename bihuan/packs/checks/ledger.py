"""账: every activity can be kept by somebody, its measures count what they say, and nothing in it is about persons."""

from __future__ import annotations

from bihuan.core.entry_facts import RESERVED
from bihuan.core.ledger_kinds import MEASURES, SAME
from bihuan.packs.checks.fields import asked
from bihuan.packs.checks.people import judging
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack


def check(pack: Pack) -> None:
    """Note measures that count nothing, fields without their choices, books nobody keeps and orders nobody can open."""
    for activity in pack.tables("ledger", "activity"):
        fields = pack.names("entry_field", activity)
        _keys(pack, activity)
        for measure in activity.many("measure"):
            _measure(pack, measure, fields)
            judging(pack, measure)
        for field in activity.many("field"):
            asked(pack, field)
            judging(pack, field)
        _same(pack, activity, fields)
        who_may(pack, activity)
        _orders(pack, activity)
        _minute(pack, activity)


def _keys(pack: Pack, activity: Node) -> None:
    seen: set[str] = set()
    for node in (*activity.many("measure"), *activity.many("field")):
        if node.key in RESERVED:
            pack.add(node, "key", "entry-reserved", key=node.key)
        elif node.key in seen:
            pack.add(node, "key", "entry-twice", key=node.key)
        seen.add(node.key)


def _minute(pack: Pack, activity: Node) -> None:
    paper = pack.names("document").get(activity.text("minute"))
    if paper is not None and (paper.text("list") != "entry" or paper.text("book")):
        pack.add(activity, "minute", "activity-minute", key=activity.key, paper=paper.key)


def _measure(pack: Pack, measure: Node, fields: dict[str, Node]) -> None:
    kind, word, of = measure.text("kind"), measure.text("word"), measure.text("of")
    counting = MEASURES.get(kind)
    if counting is None:
        return
    if word and word not in counting.words:
        pack.add(
            measure, "word", "measure-word", key=measure.key, word=word, kind=kind, words="、".join(counting.words)
        )
    if of and (counting.key != "unit" and kind != "unit_times"):
        pack.add(measure, "of", "measure-of", key=measure.key, kind=kind)
    if of in fields and fields[of].text("kind") not in ("unit", "units"):
        pack.add(measure, "of", "measure-list", key=measure.key, field=of)
    if kind == "units" and not of:
        pack.add(measure, "kind", "measure-units", key=measure.key)
    if (of or counting.aggregator == "entries") and (measure.get("required") or measure.get("usual")):
        pack.add(measure, "required" if measure.get("required") else "usual", "measure-untyped", key=measure.key)


def _same(pack: Pack, activity: Node, fields: dict[str, Node]) -> None:
    known = (*SAME, *fields)
    for n, word in enumerate(activity.texts("same")):
        if word not in known:
            near = suggestion(word, known)
            pack.add(activity, ("same", n), "same-unknown", key=activity.key, word=word, suggestion=near)


def who_may(pack: Pack, activity: Node) -> None:
    """Note relations that no post stands in to the units a book is about."""
    for who in (*activity.many("recorder"), *activity.many("reader")):
        post, of = pack.names("post").get(who.text("post")), who.text("of")
        if of in ("covers", "everywhere") and not who.text("post"):
            pack.add(who, "of", "recorder-post", key=activity.key, of=of)
        elif of == "covers" and post is not None and post.text("covers") != activity.text("unit"):
            facts = {"key": activity.key, "post": who.text("post"), "unit": activity.text("unit")}
            pack.add(who, "post", "recorder-covers", **facts)


def _orders(pack: Pack, activity: Node) -> None:
    if bool(activity.text("orders")) != bool(activity.text("channel")):
        pack.add(activity, "orders" if activity.text("orders") else "channel", "activity-orders", key=activity.key)
