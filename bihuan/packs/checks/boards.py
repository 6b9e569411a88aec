"""看板: every board has its posts and every post one board; a chart names what its kind is made of and nothing else."""

from __future__ import annotations

from bihuan.core.boards import CHARTS, MOST_CARDS
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack


def check(pack: Pack) -> None:
    """Note posts with two boards, too many cards, and charts without or beyond what their kind is made of."""
    seen: dict[str, str] = {}
    for board in pack.tables("reports", "board"):
        for n, post in enumerate(board.texts("posts")):
            if post in seen:
                pack.add(board, ("posts", n), "board-post", key=board.key, word=post, other=seen[post])
            seen.setdefault(post, board.key)
        if len(board.texts("cards")) > MOST_CARDS:
            pack.add(board, "cards", "board-cards", key=board.key, most=MOST_CARDS)
        for chart in board.many("chart"):
            _chart(pack, board, chart)


def _chart(pack: Pack, board: Node, chart: Node) -> None:
    needs = CHARTS.get(chart.text("kind"))
    if needs is None:
        return
    known = {one.key: one for one in pack.tables("reports", "indicator")}
    for key, allowed in (("indicator", needs.indicator), ("beside", needs.beside), ("cadence", needs.cadence)):
        if chart.text(key) and not allowed:
            pack.add(chart, key, "chart-extra", key=board.key, word=key, kind=chart.text("kind"))
    if needs.indicator and not chart.text("indicator"):
        pack.add(chart, "kind", "chart-wants", key=board.key, word="indicator", kind=chart.text("kind"))
    if needs.several != bool(chart.texts("indicators")):
        fault = "chart-wants" if needs.several else "chart-extra"
        pack.add(chart, "kind", fault, key=board.key, word="indicators", kind=chart.text("kind"))
    for key in ("indicator", "beside"):
        one = known.get(chart.text(key))
        # A sum from a fixed day on has no months; what is so at a moment has none either.
        if one is not None and one.text("window") in ("to_as_of", "at", "year"):
            pack.add(chart, key, "chart-window", key=board.key, word=one.key)
    cadences = {one.key: one for one in pack.tables("ledger", "cadence")}
    if (word := chart.text("cadence")) and word not in cadences:
        pack.add(chart, "cadence", "chart-cadence", key=board.key, word=word, suggestion=suggestion(word, cadences))
