"""提到的都要有: every key that a pack mentions is declared somewhere in it."""

from __future__ import annotations

from bihuan.packs.faults import nearest, suggestion
from bihuan.packs.nodes import NOUNS, Node, Pack
from bihuan.packs.scan import Place
from bihuan.packs.schema import Key


def check(pack: Pack) -> None:
    """Note every reference to something that is not there, with the nearest that is."""
    for stem in ("programme", "network"):
        for node in pack.roots[stem].walk() if stem in pack.roots else ():
            _node(pack, node, None)
    for order in pack.tables("orders", "order"):
        for node in order.walk():
            _node(pack, node, order)
        _prefixes(pack, order)
    for activity in pack.tables("ledger", "activity"):
        for node in activity.walk():
            _node(pack, node, activity)
    for stem, table in (("ledger", "cadence"), ("ledger", "reach"), ("statistics", "series"), ("reviews", "meeting")):
        for one in pack.tables(stem, table):
            for node in one.walk():
                _node(pack, node, None)
    for name in ("scope", "indicator", "brief", "printed"):
        for node in pack.tables("reports", name):
            _node(pack, node, None)
    for board in pack.tables("reports", "board"):
        for node in board.walk():
            _node(pack, node, None)
    orders = pack.names("order")
    for story in pack.tables("stories", "story"):
        for node in story.walk():
            _node(pack, node, orders.get(story.text("order")))


def _node(pack: Pack, node: Node, order: Node | None) -> None:
    for key in node.table.keys:
        if key.refers and key.name in node.values:
            if key.sort == "refs":
                for n, word in enumerate(node.texts(key.name)):
                    _one(pack, node, key, word, (key.name, n), order)
            else:
                _one(pack, node, key, node.text(key.name), (key.name,), order)


def _one(pack: Pack, node: Node, key: Key, word: str, below: Place, order: Node | None) -> None:
    kinds = key.refers.split(" or ")
    if not word.strip() or (node.file.stem.startswith("stories") and order is None and key.refers != "order"):
        return
    known = [name for kind in kinds for name in (pack.names(kind, order) if kind in NOUNS else (kind,))]
    if word not in known:
        what = "或".join(NOUNS[kind] for kind in kinds if kind in NOUNS)
        facts = {"table": node.title, "key": key.name, "what": what, "word": word}
        pack.add(node, below, "unknown-ref", suggestion=suggestion(word, known), **facts)


def _prefixes(pack: Pack, order: Node) -> None:
    for other in pack.tables("orders", "order"):
        if other is order:
            return
        if other.text("prefix") and other.text("prefix") == order.text("prefix"):
            facts = {"table": "单号前缀", "key": order.text("prefix"), "before": pack.line(other, ("prefix",))}
            code = "duplicate" if other.file == order.file else "duplicate-file"
            pack.add(order, "prefix", code, file=other.file.name, **facts)


def meant(word: str, known: dict[str, Node]) -> str:
    """Return the key that is meant: the word itself, the nearest known one, or ""."""
    return word if word in known else nearest(word, known)
