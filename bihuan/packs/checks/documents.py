"""文书: a paper can be signed by somebody from somewhere, names only what it may, and gives its move what it needs."""

from __future__ import annotations

from bihuan.core.document_kinds import COMMON, LINES, NAMES, OF_ITEM, OF_LIST, OF_ORDER
from bihuan.packs.checks.flow import placeholders
from bihuan.packs.checks.moves import by_effect
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack
from bihuan.packs.scan import Place

PERSONAL = ("C2", "C3")


def check(pack: Pack) -> None:
    """Note papers that nobody could sign, names nobody can fill in, and moves left without their facts."""
    for order in pack.tables("orders", "order"):
        for paper in order.many("document"):
            _number(pack, paper)
            if paper.text("list"):
                _list(pack, paper)
            else:
                _single(pack, order, paper)
                _move(pack, order, paper)
            _words(pack, order, paper)


def _number(pack: Pack, paper: Node) -> None:
    if paper.text("number") == "document" and not paper.text("word").strip():
        pack.add(paper, "number", "document-word", key=paper.key)


def _list(pack: Pack, paper: Node) -> None:
    whose = paper.text("list")
    for name in ("from", "move", "half", *(() if whose == "entry" else ("rows",))):
        if paper.get(name) or paper.many(name):
            pack.add(paper, name, "document-list", key=paper.key, word=name)
    if not paper.many("columns"):
        pack.add(paper, "list", "document-columns", key=paper.key)
    named = whose == "entry" and any(one.text("minute") == paper.key for one in pack.tables("ledger", "activity"))
    has = bool(paper.text("book")) or named
    if (whose in ("entries", "entry")) != has and whose != "requester":
        pack.add(paper, "list", "document-book", key=paper.key)
    if (whose == "review") != bool(paper.text("meeting")):
        pack.add(paper, "list", "document-meeting", key=paper.key)


def _single(pack: Pack, order: Node, paper: Node) -> None:
    if not paper.texts("from"):
        pack.add(paper, "", "document-from", key=paper.key)
    if paper.many("columns"):
        pack.add(paper, "columns", "document-no-list", key=paper.key)
    half = paper.text("half")
    if half and not any(move.text("half") == half for move in by_effect(order, "reply")):
        pack.add(paper, "half", "document-half", key=paper.key, half=half)
    if "requester" in paper.texts("to") and not paper.get("outward"):
        pack.add(paper, "to", "document-outward", key=paper.key)


def _move(pack: Pack, order: Node, paper: Node) -> None:
    move = pack.names("verb", order).get(paper.text("move"))
    given = {row.text("field"): n for n, row in enumerate(paper.many("rows")) if row.text("field")}
    if move is None:
        for n in given.values():
            pack.add(paper, ("rows", n, "field"), "document-field", key=paper.key, field=_field(paper, n))
        return
    if move.get("undo"):
        pack.add(paper, "move", "document-undo", key=paper.key, verb=move.key)
    for n, role in enumerate(paper.texts("by")):
        if role not in move.texts("by"):
            pack.add(paper, ("by", n), "document-by", role=role, verb=move.key)
    for name in move.texts("needs"):
        if name not in given:
            pack.add(paper, "move", "document-needs", key=paper.key, verb=move.key, field=name)
    for name, n in given.items():
        if name not in (*move.texts("needs"), *move.texts("takes")):
            pack.add(paper, ("rows", n, "field"), "document-field", key=paper.key, field=name)


def _field(paper: Node, n: int) -> str:
    return paper.many("rows")[n].text("field")


def _words(pack: Pack, order: Node, paper: Node) -> None:
    many = bool(paper.text("list"))
    plain = [
        key
        for key, node in pack.names("field", order).items()
        if node.text("data_class") not in PERSONAL and node.text("kind") != "files"
    ]
    whose = paper.text("list")
    of_list = list(dict.fromkeys((*OF_LIST, *NAMES.get(whose, ()))))
    of_item = [*LINES.get(whose, OF_ITEM), *_judged(pack, paper)]
    known = [*COMMON, *of_list] if many else [*COMMON, *OF_ORDER, *plain]
    shown = [*COMMON, *(of_list if many else OF_ORDER)]
    for name in ("heading", "body"):
        _named(pack, paper, paper, (name,), paper.text(name), known, shown)
    for n, row in enumerate(paper.many("rows")):
        _named(pack, paper, row, ("rows", n, "text"), row.text("text"), known, shown)
    for n, column in enumerate(paper.many("columns")):
        _named(pack, paper, column, ("columns", n, "text"), column.text("text"), of_item, of_item)


def _judged(pack: Pack, paper: Node) -> list[str]:
    """The criteria and kinds of rater of the meeting whose results the paper prints."""
    meeting = pack.names("meeting").get(paper.text("meeting"))
    return [one.key for name in ("criterion", "kind") for one in meeting.many(name)] if meeting else []


def _named(pack: Pack, paper: Node, node: Node, place: Place, text: str, known: list[str], shown: list[str]) -> None:
    for word in placeholders(text):
        if word not in known:
            facts = {"table": node.title, "key": place[-1], "word": word, "words": "、".join(shown)}
            pack.add(paper, place, "placeholder", suggestion=suggestion(word, known), **facts)
