"""轮到谁: whether it is an actor's turn at an order, and with which move. Every list of work asks this one rule."""

from __future__ import annotations

from datetime import datetime

from bihuan.core.order_state import OrderState
from bihuan.core.orders import possible
from bihuan.core.permission import Actor, parts
from bihuan.core.programmes import Move
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting

# Moves of whoever's turn the state says it is; the others are somebody's by the move itself.
_OF_OWNER = ("register", "dispatch", "accept", "reply", "resume", "check", "advance")


def next_move(setting: Setting, order: OrderState, actor: Actor, now: datetime) -> Move | None:
    """Return the move this actor should make now, the first main one of the pack that is possible, or None.

    What lies with a named colleague is not one's turn, nor is an answer that waits for its signature, nor a suspended
    order before its day.
    """
    played = parts(actor, order, setting.type.roles)
    if not played:
        return None
    for move in setting.type.moves.values():
        if order.state not in move.from_ or not (move.main or move.effect == "assent"):
            continue  # what `possible` would refuse first: most moves are made from other states
        if not played.intersection(move.by):
            continue
        if not _owed(setting, order, actor, move, played, now):
            continue
        try:
            possible(setting, order, actor, move.verb, now, played)
        except Refused:
            continue
        return move
    return None


def _owed(setting: Setting, order: OrderState, actor: Actor, move: Move, played: frozenset[str], now: datetime) -> bool:
    state = setting.type.states.get(order.state)
    if move.effect in _OF_OWNER and state and state.owner and state.owner not in played:
        return False
    if move.effect == "resume":
        return bool(order.resume_on) and order.resume_on <= setting.today(now).isoformat()
    if move.effect == "reply":
        draft = order.drafts.get(move.half)
        mine = not order.handler or order.handler in (actor.person, actor.stands_for)
        return mine and not (draft and not draft.get("returned"))
    return True
