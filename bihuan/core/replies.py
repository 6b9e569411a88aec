"""答复: what drafting, editing, signing and sending back make of the two halves of an answer.

Like `core.changes`, of which these are a part: from the event alone, and never a refusal. A draft keeps who wrote it
(`by`, `for` whom, at which `unit`), its text as it now stands (`facts`), and since when at which desk it lies (`since`,
`step`). Events from before desks were named have no `desks`: their drafts went one step on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import Move, OrderType

Facts = dict[str, Any]


def both(replies: Facts) -> bool:
    """Whether both halves of the dual feedback are there (双反馈)."""
    return {"requester", "desk"} <= set(replies)


def handled(order: OrderState, event: Event, *more: str) -> None:
    """Remember who had a hand in the matter: they check nothing and strike nothing off."""
    for person in (event.actor.get("person", ""), *more):
        if person and person not in order.handled_by:
            order.handled_by.append(person)


def replied(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """A half is drafted, or goes out at once where nothing has to be signed."""
    handled(order, event)
    draft = {"by": event.actor.get("person", ""), "at": iso(event.at), "step": 0, "facts": event.facts}
    if not t.signs:
        _issue(order, event, move.half, draft)
        return
    if "desks" in event.then:
        unit = order.unit_of(draft["by"], event.actor.get("unit", ""))
        draft |= {"step": event.then["desks"][move.half], "since": iso(event.at), "unit": unit}
        if event.actor.get("for"):
            draft["for"] = event.actor["for"]
    order.drafts[move.half] = draft
    if again := event.then.get("co_again"):
        order.co = {unit: {**part, "state": "accepted"} if unit in again else part for unit, part in order.co.items()}


def edited(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """A desk changed the text before signing; what its form does not ask for stays as it was."""
    handled(order, event)
    draft = order.drafts[move.half]
    order.drafts[move.half] = {**draft, "facts": rewritten(move, draft["facts"], event.facts)}


def rewritten(move: Move, before: Mapping[str, Any], facts: Mapping[str, Any]) -> Facts:
    """Return the text of a draft after an edit."""
    kept = {key: value for key, value in before.items() if key not in (*move.needs, *move.takes)}
    return {**kept, **facts}


def approved(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """A desk signed: the draft goes to the next desk or out of the house."""
    handled(order, event)
    for half in event.then["signed"]:
        draft = order.drafts.pop(half)
        if half in event.then["issued"]:
            _issue(order, event, half, draft)
        elif "desks" in event.then:
            draft = {key: value for key, value in draft.items() if key != "sent_back"}
            order.drafts[half] = {**draft, "step": event.then["desks"][half], "since": iso(event.at)}
        else:
            order.drafts[half] = {**draft, "step": draft["step"] + 1}


def returned(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """A desk sent drafts back: to an earlier desk, or to whoever wrote them."""
    opinion, desks = event.facts.get("opinion", ""), event.then.get("desks", {})
    for half in event.then.get("returned", list(order.drafts)):
        draft = order.drafts[half]
        if half in desks:
            order.drafts[half] = {**draft, "step": desks[half], "since": iso(event.at), "sent_back": opinion}
        else:
            order.drafts[half] = {**draft, "returned": opinion}


def ruled(order: OrderState, event: Event, outcome: str) -> None:
    """The supervising leader settled an objection: it is overruled, or the drafts go back to be written anew."""
    if outcome == "agree":
        by = {"state": "done", "ruled": event.actor.get("person", ""), "at": iso(event.at)}
        order.co = {u: {**part, **by} if part.get("state") == "objected" else part for u, part in order.co.items()}
    else:
        said = event.facts.get("opinion", "")
        order.drafts = {half: {**draft, "returned": said} for half, draft in order.drafts.items()}


def _issue(order: OrderState, event: Event, half: str, draft: Facts) -> None:
    order.replies[half] = {"by": draft["by"], "at": iso(event.at), "facts": draft["facts"]}
    order.result = draft["facts"].get("result", order.result)
    if half == "requester":
        order.times.setdefault("contacted", iso(event.at))
    else:
        held = ("result", "report", "answer", "attachments")
        order.measures = {k: v for k, v in draft["facts"].items() if k not in held}
    if both(order.replies):
        order.times.setdefault("first_replied", iso(event.at))
        order.times["replied"] = iso(event.at)
