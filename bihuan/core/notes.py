"""批示: words addressed to posts (批示、呈阅、转办、传阅), and who of them has read them.

Whoever is addressed plays a part in the order already: words open no order to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor
from bihuan.core.players import players
from bihuan.core.programmes import Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting

MARK = "@"  # before the key of a post where an order is listed by who has words to read
TO = "to_whom"  # the field with the roles that are addressed


def addressed(s: Setting, order: OrderState, move: Move, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what words settle: the posts they go to. Raises Refused for words without words, or for an empty desk."""
    wordless = not (facts.get("text") or facts.get("attachments"))
    if wordless and TO not in move.needs:
        raise Refused(f"{move.verb}.needs", {"text": "words_or_photo"}, fields=["text"])
    posts: dict[str, None] = {}
    for role in facts.get(TO, ()):
        found = [post for _person, post, _asking in players(s.type, order, role, s.network) if post]
        if not found:
            raise Refused(f"{move.verb}.needs", {TO: "nobody_there"}, fields=[TO], role=role)
        posts |= dict.fromkeys(found)
    return {"addressed": list(posts)} if posts else {}


def kept(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """Remember words that were addressed to somebody."""
    if posts := event.then.get("addressed"):
        note = {"verb": event.verb, "at": iso(event.at), "to": posts, "read": {}}
        order.notes = {**order.notes, str(event.seq): note}


def unread(order: OrderState, actor: Actor) -> list[str]:
    """Return the sequences of the words that wait for the actor's post to read them, the oldest first."""
    return [
        seq
        for seq, note in order.notes.items()
        if actor.post and actor.post in note["to"] and actor.post not in note["read"]
    ]


def waiting_for(order: OrderState) -> frozenset[str]:
    """Return the marks of the posts that have words of this order to read, as lists know them."""
    return frozenset(mark_of(post) for note in order.notes.values() for post in note["to"] if post not in note["read"])


def mark_of(post: str) -> str:
    """Return how an order is listed for the post that has something to read, of 64 characters at most."""
    return f"{MARK}{post}"[:64]


def ready(s: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """Refuse to confirm words where none wait for the actor's post."""
    if not unread(order, actor):
        raise Refused(f"{move.verb}.state.nothing_to_read")


def read(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """What waited for a post has been read by whoever acts in it."""
    post = event.actor.get("post", "")
    given = {"by": event.actor.get("person", ""), "at": iso(event.at)}
    if event.actor.get("for"):
        given["for"] = event.actor["for"]
    for seq in event.then["read"]:
        note = order.notes[seq]
        order.notes[seq] = {**note, "read": {**note["read"], post: given}}
