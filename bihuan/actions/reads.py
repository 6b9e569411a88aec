"""The trace of a look: who looked at a personal value; without the trace it is not shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.store import events


def note_read(*, actor: Actor, order: OrderState, keys: Iterable[str], now: datetime) -> None:
    """Keep that the actor looked at these personal values of an order, before they are shown."""
    with transaction.atomic():
        for key in keys:
            events.note_read(order.id, key, actor.person, actor.post, iso(now))
