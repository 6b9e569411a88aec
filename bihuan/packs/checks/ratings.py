"""演练: a rating meeting that is told names kinds, steps, criteria and classes of its meeting, and units with votes."""

from __future__ import annotations

from collections.abc import Collection

from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import NOUNS, Node, Pack

TOTAL = "total"  # a result that is bad as a whole


def check(pack: Pack) -> None:
    """Note whatever in a told rating meeting is not of its meeting."""
    meetings = pack.names("meeting")
    for rating in pack.tables("stories", "rating"):
        word = rating.text("meeting")
        if word in meetings:
            _words(pack, rating, meetings[word])
        elif word.strip():
            facts = {"table": rating.title, "key": "meeting", "what": NOUNS["meeting"], "word": word}
            pack.add(rating, "meeting", "unknown-ref", suggestion=suggestion(word, meetings), **facts)


def _words(pack: Pack, rating: Node, meeting: Node) -> None:
    known = {name: [one.key for one in meeting.many(name)] for name in ("kind", "step", "criterion", "class")}
    units = {one.text("unit") for one in rating.many("votes")}
    for vote in rating.many("votes"):
        for name in ("kind", "step"):
            _one(pack, rating, vote, name, vote.text(name), known[name])
        for criterion, step in vote.get("but").items():
            _one(pack, rating, vote, "but", criterion, known["criterion"])
            _one(pack, rating, vote, "but", str(step), known["step"])
    for then in rating.many("then"):
        _one(pack, rating, then, "unit", then.text("unit"), units)
        if then.text("class"):
            _one(pack, rating, then, "class", then.text("class"), known["class"])
        for word in then.texts("rectify"):
            _one(pack, rating, then, "rectify", word, [*known["criterion"], TOTAL])


def _one(pack: Pack, rating: Node, node: Node, key: str, word: str, known: Collection[str]) -> None:
    if word and word not in known:
        facts = {"name": rating.key, "key": key, "word": word, "words": "、".join(sorted(known))}
        pack.add(node, key, "rating-word", suggestion=suggestion(word, known), **facts)
