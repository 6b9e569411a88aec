"""集中派单会: a sitting takes orders of the queue, decides each, and is closed; its events make it what it is.

Every decision names the event of the order that carried it out, by sequence and hash, so that sitting and orders prove
each other. Nothing here knows a database or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.core.chain import GENESIS
from bihuan.core.instants import iso
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType
from bihuan.core.refusal import Refused

KIND = "sitting"  # the kind of its events
OPEN, TAKE, DISPATCH, DEFER, CLOSE = "open", "take", "dispatch", "defer", "close"
MOST = 100  # orders of one sitting: a list that can be gone through
TITLE, WORDS = 60, 200
type_Json = dict[str, Any]


@dataclass(slots=True)
class SittingState:
    """A sitting as its events have made it; keys and instants as stored text.

    `items` is {order id as text: {number, decision, by, at, seq, hash, lead, supervisor, note}}; decision "" at first.
    """

    id: int
    programme: str = ""
    type: str = ""
    unit: str = ""
    person: str = ""
    post: str = ""
    title: str = ""
    present: str = ""
    opened: str = ""
    closed: str = ""
    minute: int = 0
    items: type_Json = field(default_factory=dict)
    seq: int = 0
    head: str = GENESIS

    def dump(self) -> type_Json:
        """Return the sitting as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def open_items(self) -> list[str]:
        """The ids of orders on which nothing is decided yet."""
        return [id_ for id_, item in self.items.items() if not item["decision"]]


def minute_kind(order_type: OrderType) -> str:
    """Return the kind of paper that is the minute of a sitting, "" where the programme has none."""
    return next((kind.key for kind in order_type.documents.values() if kind.list == "sitting"), "")


def may_hold(actor: Actor, order_type: OrderType) -> bool:
    """Whether the actor's post dispatches orders of this type, and the programme keeps minutes of sittings."""
    if actor.sort != "post" or not minute_kind(order_type):
        return False
    roles = {role for move in order_type.by_effect("dispatch") for role in move.by}
    return any(who.post == actor.kind for key in roles for who in order_type.roles[key].who)


def checked(title: str, present: str) -> tuple[str, str]:
    """Return title and who was there as they are kept; raises Refused `sitting.needs`."""
    title, present = " ".join(title.split()), " ".join(present.split())
    problems = {}
    if not title:
        problems["title"] = "no_title"
    elif len(title) > TITLE:
        problems["title"] = "long_title"
    if not present:
        problems["present"] = "no_present"
    elif len(present) > WORDS:
        problems["present"] = "long_present"
    if problems:
        raise Refused("sitting.needs", problems, title=TITLE, words=WORDS)
    return title, present


def must_be_open(sitting: SittingState) -> None:
    """Refuse what is said of a sitting that was closed."""
    if sitting.closed:
        raise Refused("sitting.state.closed", at=sitting.closed)


def item_of(sitting: SittingState, number: str) -> tuple[str, type_Json]:
    """Return the id and the item of an undecided order of an open sitting, or raise Refused."""
    must_be_open(sitting)
    for id_, item in sitting.items.items():
        if item["number"] == number:
            if item["decision"]:
                raise Refused("sitting.state.decided", number=number)
            return id_, item
    raise Refused("sitting.state.not_taken", number=number)


def ready_to_close(sitting: SittingState) -> None:
    """Return if every order was decided, else raise Refused."""
    must_be_open(sitting)
    if not sitting.items:
        raise Refused("sitting.state.empty")
    if left := sitting.open_items:
        raise Refused("sitting.state.undecided", n=len(left), numbers=[sitting.items[one]["number"] for one in left])


def apply(sitting: SittingState, event: Event) -> SittingState:
    """Return the sitting after the event; every recorded event applies."""
    values = {**sitting.dump(), "items": {id_: dict(item) for id_, item in sitting.items.items()}}
    new = SittingState(**values)
    _APPLY[event.verb](new, event)
    new.seq, new.head = event.seq, event.hash
    return new


def _opened(new: SittingState, event: Event) -> None:
    for key in ("programme", "type", "unit", "title", "present"):
        setattr(new, key, event.facts[key])
    new.person, new.post = event.actor.get("person", ""), event.actor.get("post", "")
    new.opened = iso(event.at)


def _taken(new: SittingState, event: Event) -> None:
    for one in event.facts["orders"]:
        new.items[str(one["id"])] = {"number": one["number"], "decision": ""}


def _decided(new: SittingState, event: Event) -> None:
    facts: Mapping[str, Any] = event.facts
    kept = {key: facts[key] for key in ("seq", "hash", "lead", "supervisor", "note") if key in facts}
    item = new.items[str(facts["id"])]
    new.items[str(facts["id"])] = {
        **item, **kept, "decision": event.verb, "by": event.actor.get("person", ""), "at": iso(event.at),
    }  # fmt: skip


def _closed(new: SittingState, event: Event) -> None:
    new.closed, new.minute = iso(event.at), event.facts["minute"]


_APPLY = {OPEN: _opened, TAKE: _taken, DISPATCH: _decided, DEFER: _decided, CLOSE: _closed}


def replay(id_: int, events: Iterable[Event]) -> SittingState:
    """Return the sitting that its events make."""
    now = SittingState(id=id_)
    for event in events:
        now = apply(now, event)
    return now
