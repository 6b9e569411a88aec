"""来源: a channel that wants its sheet back says which column is its number and which are to be filled."""

from __future__ import annotations

from bihuan.core.programmes import SHEET_FACTS
from bihuan.packs.checks.moves import by_effect
from bihuan.packs.faults import suggestion
from bihuan.packs.nodes import Node, Pack


def check(pack: Pack) -> None:
    """Note channels whose sheet could not be read or given back."""
    known = _facts(pack)
    for channel in pack.tables("programme", "channel"):
        wants = bool(channel.get("return_sheet"))
        if wants and not channel.get("external"):
            pack.add(channel, "return_sheet", "channel-return", key=channel.key)
        columns = channel.many("sheet")
        for column in columns:
            _column(pack, column, known)
        if columns and not any(column.text("fact") == "source_number" for column in columns):
            pack.add(channel, "sheet", "channel-number", key=channel.key)
        if wants and not any(column.text("answer") for column in columns):
            pack.add(channel, "return_sheet", "channel-answer", key=channel.key)


def _column(pack: Pack, column: Node, known: list[str]) -> None:
    fact, answer = column.text("fact"), column.text("answer")
    if bool(fact) == bool(answer):
        pack.add(column, "column", "channel-column", column=column.key)
    elif fact and fact not in known:
        pack.add(column, "fact", "channel-fact", column=column.key, word=fact, suggestion=suggestion(fact, known))


def _facts(pack: Pack) -> list[str]:
    """Return what an import of any kind of order of the pack may read."""
    found = list(SHEET_FACTS)
    for order in pack.tables("orders", "order"):
        for move in by_effect(order, "import"):
            found += [*move.texts("needs"), *move.texts("takes")]
    return found
