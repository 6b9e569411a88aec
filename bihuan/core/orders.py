"""单: what an order is, and what may happen to it next.

`decide` answers with the one event a move makes or raises `Refused`; `apply` says what the order is after an event.
Nothing here knows a database, a clock or a programme's Python: programmes are data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bihuan.core import approval, notes
from bihuan.core import clocks as clock_rules
from bihuan.core.chain import commitment
from bihuan.core.changes import APPLY, keep_paper, settle_keeper
from bihuan.core.effects import DECIDE, Outcome
from bihuan.core.facts import clean
from bihuan.core.guards import GUARDS
from bihuan.core.instants import instant, iso
from bihuan.core.order_state import Event, OrderState, mark
from bihuan.core.permission import Actor, link_to, parts
from bihuan.core.programmes import BUILT_IN, Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.setting import Setting

UNDO = timedelta(minutes=2)  # decisions 11


def decide(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    verb: str,
    facts: Mapping[str, Any],
    now: datetime,
    *,
    command: str = "",
    earlier: OrderState | None = None,
) -> Event:
    """Return the one event this move makes, or raise Refused saying why not.

    `facts` are as typed; the event holds them in stored form. `earlier` is the order one event ago and the verb of
    its last event `earlier_verb`: only `recall` looks at it.
    """
    return decided(setting, order, actor, verb, facts, now, command=command, earlier=earlier)[0]


def decided(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    verb: str,
    facts: Mapping[str, Any],
    now: datetime,
    *,
    command: str = "",
    earlier: OrderState | None = None,
) -> tuple[Event, OrderState]:
    """Return the event as `decide` does and the order as `apply` makes it, worked out once."""
    move = possible(setting, order, actor, verb, now)
    cleaned = clean(setting.type, move, facts, setting.network, setting.today(now))
    return _happened(setting, order, actor, move, cleaned, now, command, earlier, None, None)


def event_of(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    move: Move,
    cleaned: dict[str, Any],
    now: datetime,
    *,
    command: str = "",
    earlier: OrderState | None = None,
    then: Mapping[str, Any] | None = None,
    clocks: Mapping[str, dict[str, Any]] | None = None,
) -> Event:
    """Return the event of a possible move with clean facts.

    `then` adds what the opening of an order or the system settles; `clocks` are deadlines set rather than counted.
    """
    return _happened(setting, order, actor, move, cleaned, now, command, earlier, then, clocks)[0]


def opened(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    move: Move,
    cleaned: dict[str, Any],
    now: datetime,
    *,
    command: str = "",
    then: Mapping[str, Any] | None = None,
    clocks: Mapping[str, dict[str, Any]] | None = None,
) -> tuple[Event, OrderState]:
    """Return the event as `event_of` does and the order as `apply` makes it, worked out once."""
    return _happened(setting, order, actor, move, cleaned, now, command, None, then, clocks)


def _happened(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    move: Move,
    cleaned: dict[str, Any],
    now: datetime,
    command: str,
    earlier: OrderState | None,
    then: Mapping[str, Any] | None,
    clocks: Mapping[str, dict[str, Any]] | None,
) -> tuple[Event, OrderState]:
    outcome = Outcome(to=move.to, then=dict(then or {}), clocks=dict(clocks or {}))
    DECIDE[move.effect](setting, order, actor, move, cleaned, now, outcome)
    to = setting.type.states.get(outcome.to)
    if outcome.to and outcome.to != order.state:
        outcome.then["to"] = outcome.to
        outcome.signals.add(outcome.to)
        if to and to.closed:
            outcome.signals.add("ended")
    personal = {}
    for key, value in cleaned.items():
        asked = setting.type.fields.get(key)  # None for what the engine adds, such as who accepts
        if asked and asked.data_class in ("C2", "C3"):
            personal[key] = str(value)
    facts = {k: commitment(setting.salt, personal[k]) if k in personal else v for k, v in cleaned.items()}
    if personal:
        personal["_salt"] = setting.salt
    event = Event(
        order=order.id,
        seq=order.seq + 1,
        verb=move.verb,
        actor=mark(actor),
        at=now,
        facts=facts,
        then=outcome.then,
        bundle=order.bundle or str(outcome.then.get("bundle", "")),
        prev=order.head,
        command=command,
        personal=personal,
    )
    if move.effect == "recall":
        if earlier is None:
            raise Refused(f"{move.verb}.state.nothing")
        return event.sealed(), apply(setting.type, order, event, earlier)
    outcome.signals.add(move.verb)
    after = apply(setting.type, order, event)  # clocks look at the order as the facts have made it
    changes = dict(outcome.clocks)
    after.clocks = {**after.clocks, **changes}
    changes.update(
        clock_rules.changed(setting.type, after, frozenset(outcome.signals), now, setting.calendar, outcome.co)
    )
    if changes:
        outcome.then["clocks"] = changes
        after.clocks = {**after.clocks, **changes}
    after.head = event.sealed().hash
    return event, after


def possible(
    setting: Setting,
    order: OrderState,
    actor: Actor,
    verb: str,
    now: datetime,
    played: frozenset[str] | None = None,
) -> Move:
    """Return the move if this actor may make it now with the right facts, or raise Refused with the reason.

    `played` are the actor's parts in the order where the caller has asked for them already.
    """
    move = setting.type.moves.get(verb)
    if move is None:
        raise Refused(f"{verb}.state.unknown", verb=verb)
    if order.archived:
        raise Refused(f"{verb}.frozen.archived", **order.archived)
    if actor.person and actor.person in order.recused and move.effect != "recuse":
        raise Refused(f"{verb}.recusal", person=actor.person)
    if not (parts(actor, order, setting.type.roles) if played is None else played).intersection(move.by):
        raise Refused(f"{verb}.post", by=list(move.by))
    if move.from_ and order.state not in move.from_:
        raise Refused(f"{verb}.state", state=order.state, from_=list(move.from_), handler=order.handler)
    if not move.from_ and order.state:
        raise Refused(f"{verb}.state", state=order.state, from_=[])
    if move.effect in ("decide", "arbitrate") and move.ask not in order.asks:
        raise Refused(f"{verb}.state.nothing_asked", ask=move.ask)
    if move.effect == "ask" and order.asks:
        waiting, pending = next(iter(order.asks.items()))  # one request waits at a time
        raise Refused(f"{verb}.pending.{waiting}", at=pending["at"], by=pending.get("by", ""))
    for guard in move.guards:
        GUARDS[guard](setting, order, actor, move, now)
    ready = READY.get(move.effect)
    if ready:
        ready(setting, order, actor, move, now)
    return move


@dataclass(frozen=True, slots=True)
class Option:
    """A move as this actor meets it now: possible, or refused with the reason."""

    move: Move
    refused: Refused | None = None

    @property
    def yes(self) -> bool:
        return self.refused is None


def options(setting: Setting, order: OrderState, actor: Actor, now: datetime) -> list[Option]:
    """Return every move of the programme with a verdict for this actor, in the pack's order; system moves left out."""
    played = parts(actor, order, setting.type.roles)
    some = (option(setting, order, actor, verb, now, played) for verb in setting.type.moves)
    return [one for one in some if one is not None]


def by_person(order_type: OrderType, verb: str) -> Move | None:
    """Return the move of that verb, None for one that no person makes."""
    move = order_type.moves.get(verb)
    if move is None or move.effect in ("submit", "joined", "alarm", "settle", "import") or verb in BUILT_IN:
        return None
    return move


def option(
    setting: Setting, order: OrderState, actor: Actor, verb: str, now: datetime, played: frozenset[str] | None = None
) -> Option | None:
    """Return one move with its verdict for this actor, None for a verb no person makes; `played` as in `possible`."""
    move = by_person(setting.type, verb)
    if move is None:
        return None
    try:
        possible(setting, order, actor, verb, now, played)
    except Refused as why:
        return Option(move, why)
    return Option(move)


def apply(order_type: OrderType, order: OrderState, event: Event, earlier: OrderState | None = None) -> OrderState:
    """Return the order after the event. Every recorded event applies; a recall needs the order one event ago."""
    move = order_type.moves[event.verb]
    if move.effect == "recall" and earlier is not None:
        new = earlier.copy()
    else:
        new = order.copy()
        APPLY[move.effect](order_type, new, event, move)
        if "paper" in event.then:
            keep_paper(new, event)
        if event.then.get("to"):
            new.state = event.then["to"]
        for key, clock in event.then.get("clocks", {}).items():
            new.clocks[key] = clock
        closed = new.state in order_type.states and order_type.states[new.state].closed
        if closed:
            new.asks, new.drafts = {}, {}
        if "person" in new.kept:
            settle_keeper(new, closed)
    new.last = {"verb": event.verb, "person": event.actor.get("person", ""), "at": iso(event.at)}
    if event.command:
        new.last["command"] = event.command
    new.seq, new.head = event.seq, event.hash or order.head
    return new


def replay(
    order_type: OrderType, events: Iterable[Event], other: Callable[[str], OrderType] | None = None
) -> OrderState:
    """Return the order that its events make, from the first to the last; raises ValueError when there is none.

    An event applies under the version it names: `other(bundle)` returns the kind of order as any other than
    `order_type` declares it. Without it all events are of one version.
    """
    now: OrderState | None = None
    before: OrderState | None = None
    kind = order_type
    for event in events:
        if other is not None and event.bundle != kind.bundle:
            kind = other(event.bundle)
        start = now if now is not None else OrderState(id=event.order)
        after = apply(kind, start, event, earlier=before)
        before, now = start, after
    if now is None:
        raise ValueError("an order without events")
    return now


def _recall_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    last = order.last
    undone = setting.type.moves.get(last.get("verb", ""))
    if undone is None or not undone.undo:
        raise Refused(f"{move.verb}.state.nothing")
    if last.get("person") != actor.person:
        raise Refused(f"{move.verb}.post.other", person=last.get("person", ""))
    if now > instant(last["at"]) + UNDO:
        raise Refused(f"{move.verb}.clock", at=last["at"])


def _arbitrate_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    if order.asks[move.ask].get("to") != "arbiter":
        raise Refused(f"{move.verb}.state.not_disputed")


def _decide_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    pending = order.asks[move.ask]
    if pending.get("to") == "arbiter":
        raise Refused(f"{move.verb}.post.arbiter", supervisor=order.supervisor)
    if pending.get("by") and pending["by"] == actor.person:
        raise Refused(f"{move.verb}.self.asked")


def _reply_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    if move.half in order.replies:
        raise Refused(f"{move.verb}.state.answered", at=order.replies[move.half]["at"])


def _co_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    mine = [order.co[unit] for unit in order.co if unit in actor.above]
    if move.effect == "co_accept" and all(part["state"] != "open" for part in mine):
        raise Refused(f"{move.verb}.state.accepted")
    if move.effect == "co_reply" and all(part["state"] == "done" for part in mine):
        raise Refused(f"{move.verb}.state.answered")


def _assent_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    if not order.supervised:
        raise Refused(f"{move.verb}.state.not_supervised")
    if order.assent:
        raise Refused(f"{move.verb}.state.given")


def _ask_ready(setting: Setting, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    if move.ask == "objection" and not any(part.get("state") == "objected" for part in order.co.values()):
        raise Refused(f"{move.verb}.state.no_objection")


READY = {
    "ask": _ask_ready,
    "read_note": notes.ready,
    "recall": _recall_ready,
    "arbitrate": _arbitrate_ready,
    "decide": _decide_ready,
    "approve": approval.ready,
    "return_draft": approval.ready,
    "edit_draft": approval.ready,
    "reply": _reply_ready,
    "co_accept": _co_ready,
    "co_reply": _co_ready,
    "assent": _assent_ready,
}


__all__ = [
    "Option",
    "apply",
    "clean",
    "decide",
    "decided",
    "event_of",
    "link_to",
    "opened",
    "options",
    "possible",
    "replay",
]
