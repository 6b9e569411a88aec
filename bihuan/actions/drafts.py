"""草稿: keep and forget what somebody was typing; the text is theirs alone and is not a record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType
from bihuan.store import drafts

PERSONAL = ("C2", "C3")


def place_of(number: str, verb: str) -> str:
    """Return the place of a draft: one move of one order."""
    return f"{number}:{verb}"


def keep_draft(
    *, actor: Actor, number: str, move: Move, order_type: OrderType, facts: Mapping[str, Any], now: datetime
) -> bool:
    """Keep what the actor typed for a move; empty forms forget the draft. Personal values are never kept.

    Returns whether anything was kept. Only fields of the move are taken.
    """
    kept = {}
    for key in (*move.needs, *move.takes):
        spec = order_type.fields[key]
        if spec.data_class in PERSONAL or spec.kind == "files" or not facts.get(key):
            continue
        value = facts[key]
        kept[key] = [str(one)[:4000] for one in value] if isinstance(value, list) else str(value)[:4000]
    place = place_of(number, move.verb)
    if not kept:
        drafts.drop(person=actor.person, place=place)
        return False
    drafts.put(person=actor.person, place=place, facts=kept, at=iso(now))
    return True


def drop_draft(*, actor: Actor, number: str, verb: str) -> int:
    """Forget the actor's draft for a move; return how many there were."""
    return drafts.drop(person=actor.person, place=place_of(number, verb))
