"""成批办理: the same move on several orders, each with its own verdict; a refused one leaves the others alone.

What is to be done is kept before the first order is moved: a run that was cut off says so and can be taken up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.actions.orders import move_order
from bihuan.actions.setting import setting_of
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.core.orders import apply, decide
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.store import bulk_runs, turns
from bihuan.store.bulk_runs import Run
from bihuan.store.orders import NotFound
from bihuan.store.turns import Found

MOST = 300  # orders in one go: a page that can still be read, and a form that is still taken
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


def meant_for_several(move: Move) -> bool:
    """Whether a move may be made on several orders at once: where one form and one look can answer for all."""
    return move.effect in EFFECTS or (move.effect in ("ask", "decide") and move.ask == "extension")


@dataclass(slots=True)
class Done:
    """A run: its id, 0 where it was not kept, and what became of each order."""

    id: int
    rows: list[Planned] = field(default_factory=list)


def carry_out(
    *,
    actor: Actor,
    programme: str,
    verb: str,
    facts: Facts,
    now: datetime,
    command: str,
    expect: Mapping[str, int] | None = None,
) -> Done:
    """Make the move on each order in a transaction of its own and return what became of each.

    `expect` is the sequence each order had in the preview; one that moved on since is refused as stale. The run is kept
    under `command` first: the same command makes each move once, and a run that was cut off can be taken up.
    """
    seqs = expect or {}
    rows = {number: {"facts": dict(given), "seq": seqs.get(number)} for number, given in list(facts.items())[:MOST]}
    run = bulk_runs.begin(
        command=command, person=actor.person, post=actor.post, programme=programme, verb=verb, rows=rows, at=iso(now)
    )
    if run.person != actor.person:
        raise NotFound(command)  # somebody else's form: it tells nothing
    return _run(actor, run, now)


def take_up(*, actor: Actor, id_: int, now: datetime) -> tuple[Run, Done]:
    """Do what is left of the actor's own run and return it with what became of each order, those done before included.

    Raises NotFound for anybody else's, and Refused `bulk.post` where it was begun in another post.
    """
    run = bulk_runs.one(id_, person=actor.person)
    if run is None:
        raise NotFound(str(id_))
    if run.post != actor.post:
        raise Refused("bulk.post", post=run.post)
    return run, _run(actor, run, now)


def _run(actor: Actor, run: Run, now: datetime) -> Done:
    found = turns.picked(list(run.rows), seen_by=actor)
    before = bulk_runs.moved(run.command, [one.order.id for one in found.values()])
    done = Done(run.id)
    for number, row in run.rows.items():
        one = found.get(number)
        if one is not None and one.order.id in before:
            done.rows.append(Planned(number, one.order, one.type, after=one.order))
        else:
            done.rows.append(_moved(actor, run, number, row, one, now))
    refused = sum(planned.after is None for planned in done.rows)
    bulk_runs.end(run.id, at=iso(now), done=len(done.rows) - refused, refused=refused)
    return done


def _moved(actor: Actor, run: Run, number: str, row: Mapping[str, Any], one: Found | None, now: datetime) -> Planned:
    order, order_type = (one.order, one.type) if one else (None, None)
    try:
        _event, after = move_order(
            actor=actor, number=number, verb=run.verb, facts=row["facts"], now=now, command=run.command,
            expect=row["seq"],
        )  # fmt: skip
    except NotFound:
        return Planned(number)
    except Refused as refused:
        return Planned(number, order, order_type, refused=refused)
    return Planned(number, after, order_type, after=after)
