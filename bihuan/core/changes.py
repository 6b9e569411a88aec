"""单的变化: what each event makes of an order.

`APPLY[effect]` changes a fresh copy of the order from the event alone: it never refuses, never looks around and never
asks what time it is, so that replaying the events gives the row again.
"""

from __future__ import annotations

from collections.abc import Callable

from bihuan.core import notes
from bihuan.core.instants import iso
from bihuan.core.order_state import Event, OrderState
from bihuan.core.programmes import ANSWER_SOURCE, HAND_OVER, ISSUE, RECEIVE, RECLOCK, SCAN, Move, OrderType
from bihuan.core.replies import Facts, approved, edited, handled, replied, returned, ruled

Applier = Callable[[OrderType, OrderState, Event, Move], None]


def outcome_of(facts: Facts) -> str:
    """Return what a deciding move decided: agree | refuse | arbiter."""
    return next((str(v) for k, v in facts.items() if k.startswith("agreed")), "agree")


def keep(order: OrderState, facts: Facts) -> None:
    """Take over the facts that are columns of the order."""
    for key in ("title", "category", "importance", "urgency"):
        if key in facts:
            setattr(order, key, facts[key])


def _open(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    for key in (
        "number",
        "programme",
        "type",
        "bundle",
        "channel",
        "source_number",
        "source_due",
        "requester",
        "requester_name",
        "desk",
    ):
        if key in event.then:
            setattr(order, key, event.then[key])
    order.verified = bool(event.then.get("verified"))
    order.secret = bool(event.facts.get("secret"))
    keep(order, event.facts)
    kept = ("title", "category", "importance", "urgency", "secret")
    order.fields = {k: v for k, v in event.facts.items() if k not in kept}
    at = event.then.get("occurred", iso(event.at))
    if at:  # an import may not know: "" stays unknown and is outside of every window
        order.times["submitted"] = at
    order.times.update(event.then.get("times", {}))
    for rung in event.then.get("rungs", ()):
        order.alarms[rung] = iso(event.at)
    if event.then.get("result"):
        order.result = event.then["result"]
    arrived = t.states.get(event.then.get("to", "") or move.to)
    if arrived is not None and arrived.closed and order.channel in t.owing:
        order.returned = [{"at": iso(event.at)}]  # it was over where it came from: nobody waits there for an answer


def _register(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    keep(order, event.facts)
    order.verified = True
    order.times["registered"] = iso(event.at)
    if "enterprise" in event.facts:
        order.requester = event.facts["enterprise"]
        order.requester_name = event.then.get("requester_name", order.requester_name)
        order.desk = event.then.get("desk", order.desk)


def _stay(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """The event is the whole of it."""


def _merged(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.merged_into = event.facts["main"]


def _joined(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.joined.append(event.then["other"])


def _dispatched(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    keep(order, event.facts)
    order.lead = event.facts["lead"]
    order.first_receiver = order.first_receiver or order.lead
    order.handler, order.team = "", ""
    if move.effect != "arbitrate":
        co = [unit for unit in event.facts.get("co", ()) if unit != order.lead]
        order.co = {unit: order.co.get(unit, {"state": "open"}) for unit in co}
    if "supervisor" in event.facts:
        order.supervisor = event.facts["supervisor"]
    order.dispatches += 1
    order.drafts, order.replies = {}, {}
    order.times.setdefault("first_dispatched", iso(event.at))
    order.times["dispatched"] = iso(event.at)


def _arbitrated(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    _dispatched(t, order, event, move)
    order.named = True
    order.asks.pop("return", None)


def _accepted(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.handler = event.facts["handler"]
    order.team = event.facts.get("team", "")
    if order.dispatches > 1:
        order.first_receiver = order.lead  # 首接负责 ends when a re-dispatch is accepted (decisions 7)
    order.times["accepted"] = iso(event.at)
    handled(order, event, order.handler)


def _assigned(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.handler = event.facts["handler"]
    handled(order, event, order.handler)


def _asked(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.asks[move.ask] = {
        "by": event.actor.get("person", ""),
        "at": iso(event.at),
        "seq": event.seq,
        "to": event.then.get("ask_to", ""),
        "facts": event.facts,
    }


def _decided(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    outcome = outcome_of(event.facts)
    pending = order.asks.pop(move.ask)
    if outcome == "arbiter":
        order.asks[move.ask] = {**pending, "to": "arbiter"}
    elif move.ask == "return":
        if outcome == "agree":
            order.lead, order.handler, order.returns = "", "", order.returns + 1
        else:
            order.named = True
    elif move.ask == "extension" and outcome == "agree":
        order.extensions += 1
    elif move.ask == "suspension" and outcome == "agree":
        order.resume_on = pending["facts"]["resume_on"]
    elif move.ask == "objection":
        ruled(order, event, outcome)
    elif move.ask == "verification":
        _verified(order, event, outcome)
    elif move.ask == "appeal" and outcome == "agree":
        # The rating is set aside, not erased; the answers it had thrown back, and their check, stand again.
        last = {**order.ratings[-1], "excluded": True}
        order.replies = dict(last.pop("replies", {}))
        order.checked = dict(last.pop("checked", {}))
        order.ratings = [*order.ratings[:-1], last]


def _verified(order: OrderState, event: Event, outcome: str) -> None:
    kept = {**order.ratings[-1], "verified": "founded" if outcome == "agree" else "unfounded"}
    if outcome == "agree":
        kept["replies"], kept["checked"] = order.replies, order.checked
        order.round += 1
        order.replies, order.drafts, order.checked, order.assent = {}, {}, {}, ""
    order.ratings = [*order.ratings[:-1], kept]


def _handed(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.handler = event.facts["handler"]
    order.kept = event.then.get("kept", {})
    if order.handler not in order.handled_by:  # who hands over has not handled
        order.handled_by = [*order.handled_by, order.handler]


def _resumed(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.resume_on = ""


def _progressed(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.times["progress"] = iso(event.at)
    if event.facts.get("outward"):
        order.times.setdefault("contacted", iso(event.at))


# The moment an order keeps when it is moved on to a state of this milestone.
_REACHED = {
    "registered": ("registered",),
    "dispatched": ("first_dispatched", "dispatched"),
    "accepted": ("accepted",),
    "answered": ("first_replied", "replied"),
    "checked": ("checked",),
    "closed": ("closed",),
    "ended": ("closed",),
}


def _advanced(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    """What was stated becomes what the order says, and where it went on to, its moment is kept.

    A reason and a remark stay with the event: they are of what was done and not of what the matter is.
    """
    keep(order, event.facts)
    kept = ("title", "category", "importance", "urgency", "reason", "text")
    order.fields = {**order.fields, **{k: v for k, v in event.facts.items() if k not in kept}}
    state = t.states.get(event.then.get("to", ""))
    for moment in _REACHED.get(state.milestone, ()) if state else ():
        if moment.startswith("first_"):
            order.times.setdefault(moment, iso(event.at))
        else:
            order.times[moment] = iso(event.at)
    if state and not state.closed:
        order.times.pop("closed", None)
    handled(order, event)


def _co_accepted(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    for unit in event.then["co"]:
        order.co[unit] = {"state": "accepted", "by": event.actor.get("person", ""), "at": iso(event.at)}


def _co_replied(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    state = "done" if outcome_of(event.facts) == "agree" else "objected"
    for unit in event.then["co"]:
        order.co[unit] = {"state": state, "by": event.actor.get("person", ""), "at": iso(event.at)}
    handled(order, event)


def _checked(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.checked = {
        "by": event.actor.get("person", ""),
        "at": iso(event.at),
        "confirmed": event.facts.get("confirmed", ""),
    }
    order.times["checked"] = iso(event.at)


def _redone(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    if order.kept.get("ended") == order.handler:  # who had finished it is long gone: it is the unit's again
        order.handler, order.kept = "", {}
    order.redone += 1
    order.replies, order.drafts, order.checked, order.assent = {}, {}, {}, ""
    order.times.pop("closed", None)
    order.co = {unit: {"state": "open"} for unit in order.co}


def _called(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.callback = {"by": event.actor.get("person", ""), "at": iso(event.at), "confirmed": event.facts["confirmed"]}


def _rated(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    earlier = order.ratings[:-1] if order.rating else order.ratings
    rating = {"level": event.facts[t.rating], "at": iso(event.at), "round": order.round, "seq": event.seq}
    order.ratings = [*earlier, rating]
    order.times["rated"] = iso(event.at)
    order.asks.pop("verification", None)
    if event.then.get("bad"):
        order.asks["verification"] = {"by": "", "at": iso(event.at), "seq": event.seq, "to": "desk", "facts": {}}


def _closed(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.times["closed"] = iso(event.at)


def _assented(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.assent = event.actor.get("person", "")


def _withdrawn(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.left_after_reply = bool(order.times.get("replied"))
    order.times["closed"] = iso(event.at)


def _refused(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.times["closed"] = iso(event.at)


def _supervised(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.supervised = True


def _leveled(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.level = event.then["level"]


def _recused(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    person = event.actor.get("person", "")
    order.recused = [*order.recused, person]
    if order.handler == person:
        order.handler = ""


def _amended(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    keep(order, event.facts)
    order.supervisor = event.facts.get("supervisor", order.supervisor)


def _migrated(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.bundle = event.then["bundle"]
    order.moved = event.then["moved"]
    for key in event.then.get("gone", ()):
        order.clocks.pop(key, None)
    order.alarms = event.then.get("alarms", order.alarms)


def _archived(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    order.archived = {**event.facts, "at": iso(event.at)}


def _alarmed(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    for rung in event.then["rungs"]:
        order.alarms[rung] = iso(event.at)


def _returned(t: OrderType, order: OrderState, event: Event, move: Move) -> None:
    by = event.actor.get("person", "")
    order.returned = [*order.returned, {"at": iso(event.at), "by": by, **event.then["returned"]}]


def keep_paper(order: OrderState, event: Event) -> None:
    """Take over what an event says of a paper: signed, received by a unit, or its stamped copy filed back."""
    mark = event.then["paper"]
    key = str(mark["id"])
    papers = dict(order.papers)
    if mark["act"] == "issue":
        paper = {k: mark[k] for k in ("kind", "number", "digest", "to")}
        papers[key] = {**paper, "at": iso(event.at), "seq": event.seq, "received": {}}
        if old := str(mark.get("replaces", "")):
            papers[key]["replaces"] = old
            papers[old] = {**papers[old], "replaced": key}
    elif mark["act"] == "receive":
        given = {"at": iso(event.at), "by": event.actor.get("person", "")}
        papers[key] = {**papers[key], "received": {**papers[key]["received"], **dict.fromkeys(mark["units"], given)}}
    else:
        papers[key] = {**papers[key], "scan": mark["file"]}
    order.papers = papers


def settle_keeper(order: OrderState, closed: bool) -> None:
    """End what somebody finishes after leaving a post: when it is finished, or when it is another's."""
    if closed:
        order.kept = {"ended": order.kept["person"]}
    elif order.handler != order.kept["person"]:
        order.kept = {}


APPLY: dict[str, Applier] = {
    "submit": _open,
    "import": _open,
    "register": _register,
    "refuse": _refused,
    "merge": _merged,
    "joined": _joined,
    "dispatch": _dispatched,
    "accept": _accepted,
    "assign": _assigned,
    "ask": _asked,
    "decide": _decided,
    "arbitrate": _arbitrated,
    "resume": _resumed,
    "progress": _progressed,
    "advance": _advanced,
    "co_accept": _co_accepted,
    "co_reply": _co_replied,
    "reply": replied,
    "approve": approved,
    "return_draft": returned,
    "edit_draft": edited,
    "check": _checked,
    "redo": _redone,
    "callback": _called,
    "rate": _rated,
    "close": _closed,
    "assent": _assented,
    "instruct": notes.kept,
    "read_note": notes.read,
    "reopen": _redone,
    "withdraw": _withdrawn,
    "supervise": _supervised,
    "escalate": _leveled,
    "recuse": _recused,
    "amend": _amended,
    "alarm": _alarmed,
    "migrate": _migrated,
    ANSWER_SOURCE: _returned,
    HAND_OVER: _handed,
    "archive": _archived,
}
for _effect in ("supplement", "remind", "settle", "recall", RECLOCK, ISSUE, RECEIVE, SCAN):
    APPLY[_effect] = _stay
