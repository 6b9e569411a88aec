"""审签: the chain of desks a draft passes, and the moves that belong to it."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.core.approval import DRAFTER
from bihuan.packs.checks.fields import choices
from bihuan.packs.checks.moves import by_effect
from bihuan.packs.nodes import Node, Pack

MOVES = ("approve", "return_draft")
BACK = "back_to"  # the field that says to which earlier desk


def check(pack: Pack) -> None:
    """Note what is wrong with the approval chain of every kind of order."""
    for order in pack.tables("orders", "order"):
        _moves(pack, order)
        _rights(pack, order)
        _edits(pack, order)
        _back(pack, order)


def signers(order: Node) -> list[str]:
    """Return the roles that sign, also those who sign instead, each once."""
    found = list(order.texts("approval"))
    for sign in order.many("sign"):
        found += [role for role in (sign.text("role"), sign.text("instead")) if role]
    return list(dict.fromkeys(found))


def _moves(pack: Pack, order: Node) -> None:
    signed = bool(signers(order))
    if order.texts("approval") and order.many("sign"):
        pack.add(order.many("sign")[0], "", "approval-twice")
    for does in (*MOVES, "edit_draft"):
        have = by_effect(order, does)
        if signed and not have and does in MOVES:
            at = "approval" if order.texts("approval") else ""
            pack.add(order if at else order.many("sign")[0], at, "approval-move", effect=does)
        if not signed and have:
            pack.add(have[0], "", "approval-idle", verb=have[0].key)


def _rights(pack: Pack, order: Node) -> None:
    """Who signs must be able to make the moves of signing."""
    for move in by_effect(order, *MOVES):
        for role in signers(order):
            if role not in move.texts("by"):
                pack.add(move, "by", "approval-by", verb=move.key, role=role)


def _edits(pack: Pack, order: Node) -> None:
    for move in by_effect(order, "edit_draft"):
        written = [reply for reply in by_effect(order, "reply") if reply.text("half") == move.text("half")]
        known = {field for reply in written for field in (*reply.texts("needs"), *reply.texts("takes"))}
        if not move.texts("needs"):
            pack.add(move, "", "edit-needs", verb=move.key)
        for field in _strange(move, known) if written else ():
            pack.add(move, "needs", "edit-field", verb=move.key, field=field)


def _strange(move: Node, known: Iterable[str]) -> list[str]:
    return [field for field in (*move.texts("needs"), *move.texts("takes")) if field not in set(known)]


def _back(pack: Pack, order: Node) -> None:
    field = pack.names("field", order).get(BACK)
    if field is None:
        return
    keys = {DRAFTER, *(sign.key for sign in order.many("sign"))}
    for n, key in enumerate(choices(field)):
        if key not in keys:
            pack.add(field, ("choices", n), "back-to", word=key, words="、".join(sorted(keys)))
