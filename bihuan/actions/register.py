"""登记: what was changed in the network and the settings, and what was taken out, as chained events of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.core.order_state import Event, mark
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import events

NETWORK, SETUP = "network", "setup"
CHAIN = 1  # the one subject of each of the two chains
ADMINISTRATOR = "administrator"
TRIES = 4
# Everything that takes records out of the system: lists, packages to hand over, backups.
EXPORTS = ("exported", "archive_packed", "backed_up")


def may_set_up(actor: Actor) -> bool:
    """Whether the actor may change the network and the settings: an administrator's post, or the system itself."""
    return actor.sort == "system" or (actor.sort == "post" and actor.kind == ADMINISTRATOR)


def must_set_up(actor: Actor, noun: str) -> None:
    """Refuse `<noun>.post` to everybody who may not."""
    if not may_set_up(actor):
        raise Refused(f"{noun}.post", by=[ADMINISTRATOR])


def note(kind: str, *, actor: Actor, verb: str, facts: dict[str, Any], now: datetime) -> Event:
    """Append one event to a chain, in the caller's transaction; facts are plain data without floats.

    Two at once take their places one after the other.
    """

    def made(seq: int, prev: str) -> Event:
        return Event(
            order=CHAIN, seq=seq, verb=verb, actor=mark(actor), at=now, facts=facts, then={}, bundle="", prev=prev
        ).sealed()

    for left in range(TRIES - 1, -1, -1):
        try:
            with transaction.atomic():
                return events.append(kind, CHAIN, made)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")


def note_export(*, actor: Actor, what: str, rows: int, purpose: str, now: datetime) -> Event:
    """Keep that somebody took a list out of the system: what, how many rows, what for."""
    with transaction.atomic():
        return note(
            SETUP, actor=actor, verb="exported", facts={"what": what, "rows": rows, "purpose": purpose[:200]}, now=now
        )
