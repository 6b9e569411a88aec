"""审签: at whose desk a draft lies, where it goes next, who may sign it, and how long it lay where.

A draft lies at the desk its last event named, unless nobody there can sign it any more: then at the next one. The last
desk an order has to pass is never passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bihuan.core import spans
from bihuan.core.calendar import Calendar
from bihuan.core.changes import outcome_of
from bihuan.core.network import Network
from bihuan.core.order_state import Event, OrderState
from bihuan.core.permission import Actor, parts
from bihuan.core.players import players
from bihuan.core.programmes import Move, OrderType
from bihuan.core.refusal import Refused
from bihuan.core.signs import Sign


class Grounded(Protocol):
    """What the chain looks at besides the order: the kind of order and the network of the day."""

    @property
    def type(self) -> OrderType: ...
    @property
    def network(self) -> Network: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """The least a `Grounded` is."""

    type: OrderType
    network: Network


DRAFTER = "drafter"  # where a draft goes back to besides desks


def applies(sign: Sign, order: OrderState) -> bool:
    """Whether the order has to pass this desk, by how weighty and urgent it is now."""
    heavy, urgent = order.importance == "heavy", order.urgency == "urgent"
    return {
        "always": True,
        "heavy": heavy,
        "urgent": urgent,
        "heavy_or_urgent": heavy or urgent,
        "heavy_and_urgent": heavy and urgent,
    }[sign.when]


def waiting(order: OrderState) -> dict[str, Mapping[str, Any]]:
    """Return the drafts that wait for a signature, by half: those sent back wait for whoever wrote them."""
    return {half: draft for half, draft in order.drafts.items() if not draft.get("returned")}


def first(s: Grounded, order: OrderState, draft: Mapping[str, Any]) -> int:
    """Return the place in the chain of the first desk a new draft goes to."""
    return _from(s, order, draft, 0)


def lies(s: Grounded, order: OrderState, draft: Mapping[str, Any]) -> int:
    """Return the place in the chain of the desk a draft lies at now."""
    return _from(s, order, draft, draft["step"], here=True)


def after(s: Grounded, order: OrderState, draft: Mapping[str, Any], place: int) -> int:
    """Return the place of the next desk, the chain's length where the draft goes out."""
    return _from(s, order, draft, place + 1)


def _from(s: Grounded, order: OrderState, draft: Mapping[str, Any], start: int, here: bool = False) -> int:
    chain = s.type.signs
    left = [n for n in range(start, len(chain)) if applies(chain[n], order) or (here and n == start)]
    for n in left:
        if desk(s, order, draft, n) is not None:
            return n
    return left[-1] if left else len(chain)


def desk(s: Grounded, order: OrderState, draft: Mapping[str, Any], place: int) -> str | None:
    """Return the role that signs at a place of the chain: its own, or the one instead; None where nobody can."""
    sign = s.type.signs[place]
    return next((role for role in (sign.role, sign.instead) if role and able(s, order, draft, role)), None)


def ahead(s: Grounded, order: OrderState, draft: Mapping[str, Any]) -> list[str]:
    """Return the roles whose desks a new draft will pass, in turn."""
    found, place = [], first(s, order, draft)
    while place < len(s.type.signs):
        found.append(desk(s, order, draft, place) or s.type.signs[place].role)
        place = after(s, order, draft, place)
    return found


def able(s: Grounded, order: OrderState, draft: Mapping[str, Any], role: str) -> list[str]:
    """Return the persons of a role who may sign a draft: not who wrote it, nor a head of somebody else's section."""
    own = s.network.above(draft.get("unit", ""))
    inside = any(who.of == "lead" for who in s.type.roles[role].who) and bool(own)
    return [
        person
        for person, post, _asking in players(s.type, order, role, s.network)
        if person and person not in authors(draft) and not (inside and s.network.posts[post].unit not in own)
    ]


def authors(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who wrote a draft and in whose name."""
    return tuple(person for person in (draft["by"], draft.get("for", "")) if person)


def roles_at(s: Grounded, order: OrderState, half: str) -> list[str]:
    """Return the role whose signature a draft waits for."""
    draft = order.drafts[half]
    place = min(lies(s, order, draft), len(s.type.signs) - 1)
    return [desk(s, order, draft, place) or s.type.signs[place].role]


def signers(s: Grounded, order: OrderState, half: str) -> list[tuple[str, str]]:
    """Return (person, post) of everybody who may now sign a half."""
    draft, role = order.drafts[half], roles_at(s, order, half)[0]
    may = able(s, order, draft, role)
    return [(person, post) for person, post, _asking in players(s.type, order, role, s.network) if person in may]


def mine(s: Grounded, order: OrderState, actor: Actor) -> dict[str, int]:
    """Return the drafts that lie at the actor's desk, by half, with the place of that desk in the chain."""
    played, found = parts(actor, order, s.type.roles), {}
    for half, draft in waiting(order).items():
        place = lies(s, order, draft)
        role = desk(s, order, draft, place) if place < len(s.type.signs) else None
        own = {actor.person, actor.stands_for}.intersection(authors(draft))
        if role is not None and role in played and not own and actor.person in able(s, order, draft, role):
            found[half] = place
    return found


def ready(s: Grounded, order: OrderState, actor: Actor, move: Move, now: datetime) -> None:
    """Refuse a signature, a sending back or an edit where no draft lies at the actor's desk."""
    drafts = waiting(order)
    if move.half:
        drafts = {half: draft for half, draft in drafts.items() if half == move.half}
    if not drafts:
        raise Refused(f"{move.verb}.state.no_draft")
    if set(drafts).intersection(mine(s, order, actor)):
        return
    wanted = list(dict.fromkeys(role for half in drafts for role in roles_at(s, order, half)))
    played = parts(actor, order, s.type.roles)
    here = [half for half in drafts if played.intersection(roles_at(s, order, half))]
    if here and all({actor.person, actor.stands_for}.intersection(authors(drafts[half])) for half in here):
        raise Refused(f"{move.verb}.self.draft")
    raise Refused(f"{move.verb}.post.step", by=wanted)


def drafted(s: Grounded, order: OrderState, actor: Actor, half: str) -> dict[str, Any]:
    """Return what the event of a new draft settles: the desk it goes to first, and which objections it answers."""
    draft = {"by": actor.person, "for": actor.stands_for, "unit": order.unit_of(actor.person, actor.unit)}
    then: dict[str, Any] = {"desks": {half: first(s, order, draft)}}
    if objected := [unit for unit, part in order.co.items() if part.get("state") == "objected"]:
        then["co_again"] = objected
    return then


def signed(s: Grounded, order: OrderState, actor: Actor) -> dict[str, Any]:
    """Return what a signature settles: which halves were signed, at which desks, where each goes, which go out."""
    here = mine(s, order, actor)
    to = {half: after(s, order, order.drafts[half], place) for half, place in here.items()}
    return {
        "signed": list(here),
        "issued": [half for half, place in to.items() if place >= len(s.type.signs)],
        "at": here,
        "desks": {half: place for half, place in to.items() if place < len(s.type.signs)},
    }


def sent_back(s: Grounded, order: OrderState, actor: Actor, move: Move, to: str) -> dict[str, Any]:
    """Return what a sending back settles; `to` is a step's key, DRAFTER or "". Raises Refused for no earlier desk."""
    here = mine(s, order, actor)
    then: dict[str, Any] = {"returned": list(here), "at": here}
    if to and to != DRAFTER:
        keys = [sign.key for sign in s.type.signs]
        place = keys.index(to) if to in keys else len(keys)
        late = any(place >= at for at in here.values())
        if late or not all(_signs_at(s, order, half, place) for half in here):
            raise Refused(f"{move.verb}.needs", {"back_to": "not_earlier"}, fields=["back_to"])
        then["desks"] = dict.fromkeys(here, place)
    return then


def _signs_at(s: Grounded, order: OrderState, half: str, place: int) -> bool:
    return applies(s.type.signs[place], order) and desk(s, order, order.drafts[half], place) is not None


def earlier(s: Grounded, order: OrderState, actor: Actor) -> list[str]:
    """Return where the actor may send back what lies at their desk: keys of earlier desks, DRAFTER first."""
    here = mine(s, order, actor)
    if not here:
        return []
    least = min(here.values())
    desks = [
        sign.key for n, sign in enumerate(s.type.signs[:least]) if all(_signs_at(s, order, half, n) for half in here)
    ]
    return [DRAFTER, *desks]


# ---- what was ----
@dataclass(frozen=True, slots=True)
class Stay:
    """How long a half of the answer lay at one desk. `sign` None: with whoever drafts it; `until` None: it lies there.

    `how` is how it left: signed | returned | rewritten | drafted | dropped; `by` what the event keeps of who did it.
    """

    half: str
    sign: Sign | None
    since: datetime
    until: datetime | None = None
    how: str = ""
    by: Mapping[str, str] | None = None
    said: str = ""


DROPS = ("dispatch", "arbitrate", "redo", "reopen")  # drafts of before are no longer anybody's


def stays(events: Iterable[Event], kind_of: Callable[[Event], OrderType]) -> list[Stay]:
    """Return where the halves of the answer lay, in the order in which they came there; from the events alone."""
    found: list[Stay] = []
    for event in events:
        kind = kind_of(event)
        move = kind.moves.get(event.verb)
        if move is None or not kind.signs:
            continue
        if move.effect == "reply":
            _leave(found, event, (move.half,), "")
            _come(found, event, kind, {move.half: event.then.get("desks", {}).get(move.half, 0)})
        elif move.effect == "approve":
            halves, issued = event.then["signed"], event.then["issued"]
            was = _leave(found, event, halves, "signed", kind)
            on = {half: event.then.get("desks", {}).get(half, was.get(half, 0) + 1) for half in halves}
            _come(found, event, kind, {half: place for half, place in on.items() if half not in issued})
        elif move.effect == "return_draft":
            halves = event.then.get("returned") or [stay.half for stay in found if stay.until is None]
            _leave(found, event, halves, "returned", kind)
            to = event.then.get("desks", {})
            _come(found, event, kind, {half: to.get(half) for half in halves})
        elif move.ask == "objection" and move.effect == "decide" and outcome_of(event.facts) == "refuse":
            halves = [stay.half for stay in found if stay.until is None]
            _leave(found, event, halves, "returned", kind)
            _come(found, event, kind, dict.fromkeys(halves))
        elif move.effect in DROPS or _ended(kind, event, move):
            _leave(found, event, [stay.half for stay in found], "dropped")
    return found


def _ended(kind: OrderType, event: Event, move: Move) -> bool:
    to = kind.states.get(event.then.get("to", ""))
    return bool(to and to.closed) or (move.ask == "verification" and bool(to))


def _come(found: list[Stay], event: Event, kind: OrderType, places: Mapping[str, int | None]) -> None:
    for half, place in places.items():
        sign = None if place is None else kind.signs[min(place, len(kind.signs) - 1)]
        found.append(Stay(half, sign, event.at))


def _leave(
    found: list[Stay], event: Event, halves: Collection[str], how: str, kind: OrderType | None = None
) -> dict[str, int]:
    """Close what lies open of these halves; return the place of the desk each left."""
    places: dict[str, int] = {}
    for n, stay in enumerate(found):
        if stay.until is not None or stay.half not in halves:
            continue
        sign = stay.sign
        at = event.then.get("at", {}).get(stay.half)
        if kind is not None and at is not None:
            sign = kind.signs[at]  # it may have been passed on from a desk that nobody held any more
        if kind is not None and sign is not None:
            places[stay.half] = at if at is not None else kind.signs.index(sign)
        left = how or ("drafted" if stay.sign is None else "rewritten")
        said = str(event.facts.get("opinion", "")) if how in ("signed", "returned") else ""
        found[n] = replace(stay, sign=sign, until=event.at, how=left, by=event.actor, said=said)
    return places


def worked(since: datetime, until: datetime, calendar: Calendar) -> int:
    """Return the working time between two instants, in whole minutes."""
    total = timedelta()
    for begins, ends in spans.running(since, "work-hours", calendar, []):
        if begins >= until:
            break
        total += min(ends, until) - begins
    return int(total.total_seconds() // 60)
