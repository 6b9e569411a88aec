"""动作的效果: what each effect of a move decides before its event is written.

`DECIDE[effect]` may refuse, name another state, raise signals for the clocks or set clocks itself.
What the event then makes of the order stands in `core.changes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.core import approval, notes
from bihuan.core import clocks as clock_rules
from bihuan.core.changes import APPLY, keep, outcome_of
from bihuan.core.instants import instant, iso
from bihuan.core.ladders import Ladder
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.replies import Facts, both
from bihuan.core.setting import Setting


@dataclass(slots=True)
class Outcome:
    """What a decision settles: the state to reach, extra facts of the event, signals and clocks."""

    to: str
    then: dict[str, Any] = field(default_factory=dict)
    signals: set[str] = field(default_factory=set)
    clocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    co: list[str] = field(default_factory=list)


Decider = Callable[[Setting, OrderState, Actor, Move, Facts, datetime, Outcome], None]


def _nothing(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    """Most effects need no more than their facts."""


def _dispatch(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    lead = facts["lead"]
    if lead == order.lead and move.effect != "arbitrate":
        raise Refused(f"{move.verb}.needs.other_unit", {"lead": "same_unit"}, lead=lead)
    if not _can_handle(s, lead):
        raise Refused(f"{move.verb}.needs.holder", {"lead": "no_handler"}, lead=lead)
    co = [unit for unit in facts.get("co", ()) if unit != lead]
    for unit in co:
        if not _can_handle(s, unit):
            raise Refused(f"{move.verb}.needs.holder", {"co": "no_handler"}, lead=unit)
    out.co = co
    if move.effect == "arbitrate" and lead != order.lead:
        out.signals.add(f"{move.verb}.other")  # naming the same office again gives it no new time


def _can_handle(s: Setting, unit: str) -> bool:
    kinds = {who.post for role in s.type.roles.values() for who in role.who if who.of == "lead"}
    return any(s.network.staff(unit, kind) for kind in sorted(kinds))


def _accept(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    facts.setdefault("handler", actor.person)
    _assign(s, order, actor, move, facts, now, out)


def _assign(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    if facts["handler"] in order.recused:
        raise Refused(f"{move.verb}.needs", {"handler": "recused"}, fields=["handler"])
    if not s.network.works_at(facts["handler"], order.lead):
        raise Refused(f"{move.verb}.needs", {"handler": "not_of_unit"}, fields=["handler"], lead=order.lead)


def _ask(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    if move.ask == "return":
        out.then["ask_to"] = "arbiter" if order.returns else "desk"
        if facts.get("suggested_unit") == order.lead:
            raise Refused(f"{move.verb}.needs", {"suggested_unit": "same_unit"}, fields=["suggested_unit"])
    for key in ("until", "resume_on"):
        if key in facts and date.fromisoformat(facts[key]) <= s.today(now):
            raise Refused(f"{move.verb}.needs", {key: "past"}, fields=[key], today=s.today(now).isoformat())
    if move.ask == "extension" and not clock_rules.extended(
        s.type, order, date.fromisoformat(facts["until"]), s.calendar
    ):
        raise Refused(f"{move.verb}.needs", {"until": "not_later"}, fields=["until"])


def _decide(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    outcome = outcome_of(facts)
    out.signals.add(f"{move.verb}.{outcome}")
    if outcome != "agree":
        out.to = ""
        return
    if move.ask == "extension":
        until = date.fromisoformat(order.asks["extension"]["facts"]["until"])
        out.clocks = clock_rules.extended(s.type, order, until, s.calendar)
        out.to = ""
    elif move.ask == "suspension":
        out.clocks = clock_rules.paused(s.type, order, now)


def _resume(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    out.clocks = clock_rules.resumed(s.type, order, now, s.calendar)


def _reply(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    if s.type.signs:
        out.then |= approval.drafted(s, order, actor, move.half)
        out.to = ""
    elif not both({**order.replies, move.half: {}}):
        out.to = ""


def _approve(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    out.then |= approval.signed(s, order, actor)
    if not both({**order.replies, **dict.fromkeys(out.then["issued"], {})}):
        out.to = ""


def _send_back(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    out.then |= approval.sent_back(s, order, actor, move, facts.get("back_to", ""))


def _edit(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    held = order.drafts[move.half]["facts"]
    if all(held.get(key) == facts.get(key) for key in (*move.needs, *move.takes)):
        raise Refused(f"{move.verb}.needs", {move.needs[-1]: "same_text"}, fields=[move.needs[-1]])


def _co(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    units = [unit for unit in order.co if unit in actor.above]
    out.then["co"] = units
    out.signals.update(f"{move.verb}.{outcome_of(facts)}:{unit}" for unit in units)


def _rate(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    bad = facts[s.type.rating] in s.type.bad_ratings
    if bad and not (facts.get("rating_reasons") or facts.get("words")):
        raise Refused(f"{move.verb}.needs", {"rating_reasons": "reason_or_words"}, fields=["rating_reasons"])
    if bad:
        out.then["bad"] = True
    out.signals.add("bad_rating" if bad else "good_rating")


def _register(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    if "enterprise" in facts:
        out.then["requester_name"] = s.network.name(facts["enterprise"])
        out.then["desk"] = s.network.nearest(facts["enterprise"], s.type.desk) or order.desk


def _merge(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    if facts["main"] == order.number:
        raise Refused(f"{move.verb}.needs", {"main": "itself"}, fields=["main"])


def _amend(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    if not facts:
        raise Refused(f"{move.verb}.needs", {"category": "nothing_changed"}, fields=["category"])
    new = order.copy()
    keep(new, facts)
    for key, clock in order.clocks.items():
        spec = s.type.clocks.get(key)
        if not spec or not spec.by or not clock_rules.running(clock) or clock.get("extended") or clock.get("paused"):
            continue
        limit = clock_rules.limit_of(spec, new)
        # A deadline kept from another version has a limit of its own: only what is amended may move it.
        if clock["limit"] != "stated" and limit not in (clock["limit"], clock_rules.limit_of(spec, order)):
            fresh = clock_rules.counted(s.type, limit, instant(clock["start"]), s.calendar)
            out.clocks[key] = {**fresh, "first": clock["first"], "reclocked": clock.get("reclocked", 0) + 1}


def taken_over(s: Setting, received: str, due: str, state: str, ended: str, now: datetime) -> dict[str, Any]:
    """Return the promise of an order from elsewhere, as its source stated it (decisions 26); {} where it has none.

    A matter that is over, nobody knows since when, has none either: it would be early or late by chance.
    """
    closed = s.type.states[state].closed
    if not due or (closed and not ended) or not promise_of(s.type):
        return {}
    clock = clock_rules.stated(s.type, instant(received or iso(now)), instant(due), s.calendar)
    return clock_rules.stopped(clock, instant(ended)) if closed else clock


def promise_of(order_type: OrderType) -> str:
    """Return the key of the promise to the requester, "" where the type makes none."""
    return next((clock.key for clock in order_type.clocks.values() if clock.promise), "")


def passed(order_type: OrderType, clock: Mapping[str, Any], now: datetime) -> tuple[Ladder, ...]:
    """Return the rungs of the promise's ladder that were behind an order before it came here."""
    key, at = promise_of(order_type), iso(now)
    marks = {"red": clock["due"], "yellow": clock["yellow"], "orange": clock.get("orange", "9")}
    return tuple(r for r in order_type.ladder if r.clock == key and marks.get(r.light, "9") <= at)


def _import(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    """An order from elsewhere arrives as it stands there: its own state, times and stated deadline (decisions 26)."""
    out.to, key, then = out.then.pop("to", "") or out.to, promise_of(s.type), out.then
    clock = out.clocks.get(key)
    if clock is None:
        ended = then.get("times", {}).get("closed", "")
        clock = taken_over(s, then.get("occurred", ""), then.get("source_due", ""), out.to, ended, now)
    if clock:
        out.clocks[key] = clock
        if not clock.get("stop") and (past := passed(s.type, clock, now)):
            # It alarms nobody any more: imports send no notices.
            then["rungs"] = [f"{rung.clock}.{rung.light}.{clock['start']}" for rung in past]


def _instruct(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    out.then |= notes.addressed(s, order, move, facts)


def _read(s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome) -> None:
    out.then["read"] = notes.unread(order, actor)


def _advance(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    """Stating what is stated already, and going nowhere with it, is no move."""
    held = {**order.fields, "title": order.title, "category": order.category}
    if not move.to and all(held.get(key) == value for key, value in facts.items() if key not in ("reason", "text")):
        first = next(iter((*move.needs, *move.takes)), "title")
        raise Refused(f"{move.verb}.needs", {first: "nothing_new"}, fields=[first])


def _escalated(
    s: Setting, order: OrderState, actor: Actor, move: Move, facts: Facts, now: datetime, out: Outcome
) -> None:
    out.then["level"] = order.level + 1


DECIDE: dict[str, Decider] = {
    "dispatch": _dispatch,
    "arbitrate": _dispatch,
    "accept": _accept,
    "assign": _assign,
    "ask": _ask,
    "decide": _decide,
    "resume": _resume,
    "reply": _reply,
    "approve": _approve,
    "return_draft": _send_back,
    "edit_draft": _edit,
    "co_accept": _co,
    "co_reply": _co,
    "rate": _rate,
    "advance": _advance,
    "register": _register,
    "merge": _merge,
    "amend": _amend,
    "escalate": _escalated,
    "instruct": _instruct,
    "read_note": _read,
    "import": _import,
}
for _effect in APPLY:
    DECIDE.setdefault(_effect, _nothing)
