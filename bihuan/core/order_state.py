"""单的现状: what an order is after its events, and one event of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from bihuan.core.chain import GENESIS, digest, normal, written
from bihuan.core.instants import iso
from bihuan.core.permission import Actor

type_Json = dict[str, Any]


@dataclass(slots=True)
class OrderState:
    """An order as its events have made it. Units, posts and persons by key, instants as `core.instants` text.

    Nested values are replaced, never changed in place: `apply` copies shallowly.
    """

    id: int
    number: str = ""
    programme: str = ""
    type: str = ""
    bundle: str = ""
    state: str = ""
    seq: int = 0
    head: str = GENESIS
    title: str = ""
    category: str = ""
    importance: str = ""
    urgency: str = ""
    channel: str = ""
    source_number: str = ""
    source_due: str = ""
    requester: str = ""
    requester_name: str = ""
    verified: bool = False
    desk: str = ""
    secret: bool = False
    fields: type_Json = field(default_factory=dict)
    lead: str = ""
    first_receiver: str = ""
    handler: str = ""
    team: str = ""
    co: type_Json = field(default_factory=dict)  # unit -> {state, by, at}
    supervisor: str = ""
    named: bool = False
    dispatches: int = 0
    returns: int = 0
    redone: int = 0
    round: int = 0
    extensions: int = 0
    supervised: bool = False
    assent: str = ""
    level: int = 0
    asks: type_Json = field(default_factory=dict)
    drafts: type_Json = field(default_factory=dict)
    replies: type_Json = field(default_factory=dict)
    result: str = ""
    measures: type_Json = field(default_factory=dict)
    checked: type_Json = field(default_factory=dict)
    callback: type_Json = field(default_factory=dict)
    ratings: list[type_Json] = field(default_factory=list)
    clocks: type_Json = field(default_factory=dict)
    alarms: type_Json = field(default_factory=dict)
    times: type_Json = field(default_factory=dict)
    resume_on: str = ""
    handled_by: list[str] = field(default_factory=list)
    recused: list[str] = field(default_factory=list)
    merged_into: str = ""
    joined: list[str] = field(default_factory=list)
    left_after_reply: bool = False
    last: type_Json = field(default_factory=dict)  # verb, person, at of the last event
    kept: type_Json = field(default_factory=dict)  # person, kind, post, unit of who finishes it after leaving the post
    papers: type_Json = field(default_factory=dict)  # id -> kind, number, digest, to, at, seq, received, scan
    returned: list[type_Json] = field(default_factory=list)  # at, by, sheet, line, digest: answered to its source
    archived: type_Json = field(default_factory=dict)  # year, term, n, number, at: read-only from then on
    notes: type_Json = field(default_factory=dict)  # seq of words -> verb, at, to posts, read by post
    moved: type_Json = field(default_factory=dict)  # plan, seq, from: how it came to a version it did not begin under

    @property
    def priority(self) -> str:
        """P1 重急, P2 轻急, P3 重缓, P4 轻缓 (enterprise_order.md 3.1); "" until both axes are known."""
        if not (self.importance and self.urgency):
            return ""
        heavy = self.importance == "heavy"
        return ("P1" if heavy else "P2") if self.urgency == "urgent" else ("P3" if heavy else "P4")

    @property
    def rating(self) -> type_Json:
        """The rating in force: the last one of the current round, or {}."""
        last = self.ratings[-1] if self.ratings else {}
        return last if last and last["round"] == self.round else {}

    @property
    def standing_rating(self) -> type_Json:
        """The last rating of any round that was not set aside by an appeal: the one that counts, or {}."""
        return next((rating for rating in reversed(self.ratings) if not rating.get("excluded")), {})

    @property
    def keeper(self) -> str:
        """Who finishes it after leaving a post, and as what kind of post: `person~kind`, or "" (原人办完)."""
        return f"{self.kept['person']}~{self.kept['kind']}" if "person" in self.kept else ""

    def unit_of(self, person: str, unit: str) -> str:
        """Return for which unit a person of `unit` handles it: that of the post they left, where they finish it."""
        return str(self.kept.get("unit", unit)) if self.kept.get("person") == person else unit

    @property
    def on_time(self) -> bool:
        """Whether both halves of the first answer were there before the promise ran out."""
        promise = self.clocks.get("promise", {})
        return bool(promise) and "" < self.times.get("first_replied", "") < promise["due"]

    @property
    def solved(self) -> bool:
        """Struck off, result `solved`, and confirmed by the requester or an independent check (decisions 10)."""
        return (
            self.result == "solved"
            and bool(self.times.get("closed"))
            and (self.checked.get("confirmed") == "yes" or self.callback.get("confirmed") == "yes")
        )

    def copy(self) -> OrderState:
        """Return a shallow copy with own top-level containers."""
        values = list(_VALUES(self))
        for place in _CONTAINERS:
            values[place] = values[place].copy()
        return OrderState(*values)

    def dump(self) -> type_Json:
        """Return the state as plain data, leaving out what stands at its default."""
        values = zip(_DEFAULTS, _VALUES(self), strict=True)
        return {name: value for (name, default), value in values if value != default}

    @classmethod
    def load(cls, data: type_Json) -> OrderState:
        """Return the state that `dump` gave."""
        return cls(**data)


_VALUES = attrgetter(*(f.name for f in fields(OrderState)))
_CONTAINERS = tuple(place for place, f in enumerate(fields(OrderState)) if f.default_factory is not MISSING)
_DEFAULTS = tuple(
    (
        f.name,
        f.default if f.default is not MISSING else f.default_factory() if f.default_factory is not MISSING else None,
    )
    for f in fields(OrderState)
)


@dataclass(slots=True)
class Event:
    """One thing that happened to one order. `then` holds what the rules made of it: new state, clocks.

    `personal` is kept apart in an erasable table; `facts` hold only its commitment. `normal`: sealing found all its
    text in NFC, so that what follows from it is too.
    """

    order: int
    seq: int
    verb: str
    actor: type_Json
    at: datetime
    facts: type_Json
    then: type_Json
    bundle: str
    prev: str
    command: str = ""
    personal: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    hash: str = ""
    normal: bool = field(default=False, compare=False, repr=False)

    def sealed(self) -> Event:
        """Fill `body`, `hash` and `normal` and return the event itself."""
        text = written(
            {
                "v": 1,
                "order": self.order,
                "seq": self.seq,
                "verb": self.verb,
                "actor": self.actor,
                "at": iso(self.at),
                "facts": self.facts,
                "then": self.then,
                "bundle": self.bundle,
                "command": self.command,
                "prev": self.prev,
            }
        )
        self.body = normal(text)
        self.hash, self.normal = digest(self.body), self.body is text
        return self


def mark(actor: Actor) -> type_Json:
    """Return what an event keeps of its actor: keys only, names are looked up when read."""
    kept = {"sort": actor.sort}
    if actor.person:
        kept["person"] = actor.person
    if actor.post:
        kept["post"] = actor.post
    if actor.unit:
        kept["unit"] = actor.unit
    if actor.stands_for:
        kept["for"] = actor.stands_for
    return kept
