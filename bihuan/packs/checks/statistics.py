"""统计值: every series can be kept by somebody, bears a key no activity has, and grows from one that is there."""

from __future__ import annotations

from bihuan.packs.checks.ledger import who_may
from bihuan.packs.nodes import Pack


def check(pack: Pack) -> None:
    """Note series under an activity's key, growths of nothing or of another growth, and scales inside a word."""
    activities, known = pack.names("activity"), pack.names("series")
    for one in pack.tables("statistics", "series"):
        if one.key in activities:
            pack.add(one, "key", "series-activity", key=one.key)
        word, growth, of = one.text("word"), one.text("sort") == "growth", one.text("of")
        if growth and word and word != "%":
            pack.add(one, "word", "series-percent", key=one.key)
        if word in ("万元", "亿元"):
            pack.add(one, "word", "series-yuan", key=one.key, word=word)
        if of and not growth:
            pack.add(one, "of", "series-value-of", key=one.key)
        elif of in known:
            base = known[of]
            same = all(base.text(key) == one.text(key) for key in ("unit", "window"))
            if base.text("sort") == "growth" or not same:
                pack.add(one, "of", "series-of", key=one.key, of=of)
        who_may(pack, one)
