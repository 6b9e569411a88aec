"""成批办理: the same move on several orders, each with its own verdict; a refused one leaves the others alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.actions.orders import move_order
from bihuan.actions.setting import setting_of
from bihuan.core.order_state import OrderState
from bihuan.core.orders import apply, decide
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused
from bihuan.store import turns
from bihuan.store.orders import NotFound

MOST = 100  # orders in one go: a page that can still be read
EFFECTS = ("dispatch", "amend", "remind")

Facts = Mapping[str, Mapping[str, Any]]  # by order number


@dataclass(frozen=True, slots=True)
class Planned:
    """What a move would make of one order: `after`, or why not. `order` is None where the mover may not see it."""

    number: str
    order: OrderState | None = None
    type: OrderType | None = None
    after: OrderState | None = None
    refused: Refused | None = None


def plan(*, actor: Actor, verb: str, facts: Facts, now: datetime) -> list[Planned]:
    """Return for each order what the move would do now, in the order given; nothing is written."""
    found = turns.picked(list(facts)[:MOST], seen_by=actor)
    planned = []
    for number, given in list(facts.items())[:MOST]:
        if number not in found:
            planned.append(Planned(number))
            continue
        order, order_type = found[number].order, found[number].type
        try:
            event = decide(setting_of(order_type, now), order, actor, verb, given, now)
        except Refused as refused:
            planned.append(Planned(number, order, order_type, refused=refused))
        else:
            planned.append(Planned(number, order, order_type, after=apply(order_type, order, event)))
    return planned


def carry_out(
    *, actor: Actor, verb: str, facts: Facts, now: datetime, command: str = "", expect: Mapping[str, int] | None = None
) -> list[Planned]:
    """Make the move on each order in a transaction of its own and return what became of each.

    `expect` is the sequence each order had in the preview; one that moved on since is refused as stale. The same
    `command` makes each move once.
    """
    done = []
    found = turns.picked(list(facts)[:MOST], seen_by=actor)
    for number, given in list(facts.items())[:MOST]:
        order = found[number].order if number in found else None
        order_type = found[number].type if number in found else None
        try:
            _event, after = move_order(
                actor=actor, number=number, verb=verb, facts=given, now=now, command=command,
                expect=(expect or {}).get(number),
            )  # fmt: skip
        except NotFound:
            done.append(Planned(number))
        except Refused as refused:
            done.append(Planned(number, order, order_type, refused=refused))
        else:
            done.append(Planned(number, after, order_type, after=after))
    return done
