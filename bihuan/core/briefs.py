"""简报: a brief is drafted from its template, edited around its figures, reviewed, signed and frozen; events make it.

A figure's number comes from the records alone: an editor chooses how it is said, never what it says. Nothing here
knows a database or a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bihuan.core.brief_kinds import DRAFTING, DROPPED, ISSUED, BriefKind, may_act
from bihuan.core.chain import GENESIS
from bihuan.core.instants import iso
from bihuan.core.order_state import Event
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.wording import fits

KIND = "brief"  # the kind of its events
DRAFT, EDIT, REFRESH = "draft", "edit", "refresh"
PASS, BACK, ISSUE, DROP = "pass", "back", "issue", "drop"
REASON = 200
Json = dict[str, Any]


@dataclass(slots=True)
class BriefState:
    """A brief as its events have made it; days, instants and values as stored text.

    `paragraphs` are {kind, pieces, edited}; pieces are words and places of figures, from 1. `figures` by place are
    {figure, name, style, by, group, label, value, wording, unit, opens, parts, since, until, as_of, definition,
    missing, claim, slices}. `desks` are {state: {person, post, at}}, who did that part last.
    """

    id: int
    programme: str = ""
    kind: str = ""
    bundle: str = ""
    since: str = ""
    until: str = ""
    as_of: str = ""
    state: str = DRAFTING
    paragraphs: list[Json] = field(default_factory=list)
    figures: Json = field(default_factory=dict)
    unsaid: list[Json] = field(default_factory=list)
    desks: Json = field(default_factory=dict)
    back: Json = field(default_factory=dict)
    drafted: str = ""
    issued: str = ""
    number: int = 0
    year: int = 0
    digest: str = ""
    seq: int = 0
    head: str = GENESIS

    def dump(self) -> Json:
        """Return the brief as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def wordings(self) -> dict[int, str]:
        """What each figure says, by its place."""
        return {int(n): one["wording"] for n, one in self.figures.items()}

    def figure(self, n: int) -> Json:
        """Return the figure at a place; raises Refused `brief.state.no_figure`."""
        found: Json | None = self.figures.get(str(n))
        if found is None:
            raise Refused("brief.state.no_figure", n=n)
        return found


def placed(figures: Mapping[str, Json]) -> list[tuple[int, Json]]:
    """Return figures with their places, in the order of the paper."""
    return [(n, figures[str(n)]) for n in sorted(map(int, figures))]


def value_of(figure: Json) -> Decimal | bool | None:
    """Return the value of a figure as it was counted."""
    kept = figure["value"]
    return kept if kept is None or isinstance(kept, bool) else Decimal(kept)


def is_rate(figure: Json) -> bool:
    """Whether a figure is a share that was counted, not one that was stated."""
    return bool(figure["opens"] == "rate")


def my_turn(brief: BriefState, actor: Actor, kind: BriefKind) -> None:
    """Return if it is the actor's turn, else raise Refused `brief.state.…` or `brief.post`."""
    if brief.state in (ISSUED, DROPPED):
        raise Refused(f"brief.state.{brief.state}", at=brief.issued, number=brief.number)
    if not may_act(actor, kind, brief.state):
        raise Refused("brief.post", state=brief.state, by=list(kind.desk(brief.state)))


def being_edited(brief: BriefState, actor: Actor, kind: BriefKind) -> None:
    """Return if the actor may change words and styles now: the editor while it is drafted."""
    my_turn(brief, actor, kind)
    if brief.state != DRAFTING:
        raise Refused("brief.state.sent", state=brief.state)


def style_facts(brief: BriefState, n: int, style: str) -> Json:
    """Return the figure at a place if it may be said in this style; raises Refused."""
    figure = brief.figure(n)
    if figure["claim"] or "names" in (style, figure["style"]) or not fits(style, figure["unit"], rate=is_rate(figure)):
        raise Refused("brief.needs", {f"style-{n}": "style"}, n=n)
    return figure


def reason_of(text: str) -> str:
    """Return a reason as it is kept; raises Refused `brief.needs`."""
    text = " ".join(text.split())
    if not text:
        raise Refused("brief.needs", {"reason": "no_reason"})
    if len(text) > REASON:
        raise Refused("brief.needs", {"reason": "long_reason"}, most=REASON)
    return text


# ---- what events make of it ----
def apply(brief: BriefState, event: Event) -> BriefState:
    """Return the brief after the event; every recorded event applies."""
    new = BriefState(**{**brief.dump(), "desks": dict(brief.desks), "figures": dict(brief.figures)})
    _APPLY[event.verb](new, event)
    new.seq, new.head = event.seq, event.hash
    return new


def _who(event: Event) -> Json:
    return {"person": event.actor.get("person", ""), "post": event.actor.get("post", ""), "at": iso(event.at)}


def _drafted(new: BriefState, event: Event) -> None:
    for key in ("programme", "kind", "since", "until"):
        setattr(new, key, event.facts[key])
    new.drafted = iso(event.at)
    _refreshed(new, event)


def _refreshed(new: BriefState, event: Event) -> None:
    for key in ("bundle", "as_of", "paragraphs", "figures", "unsaid"):
        setattr(new, key, event.facts[key])
    new.desks[DRAFTING] = _who(event)


def _edited(new: BriefState, event: Event) -> None:
    changed = {int(n): pieces for n, pieces in event.facts["paragraphs"].items()}
    new.paragraphs = [
        {**one, "pieces": changed[n], "edited": True} if n in changed else one for n, one in enumerate(new.paragraphs)
    ]
    for n, said in event.facts["figures"].items():
        new.figures[n] = {**new.figures[n], **said}
    new.desks[DRAFTING] = _who(event)


def _passed(new: BriefState, event: Event) -> None:
    new.desks[new.state] = _who(event)
    new.state, new.back = event.facts["to"], {}


def _sent_back(new: BriefState, event: Event) -> None:
    new.back = {**_who(event), "reason": event.facts["reason"], "from": new.state}
    new.state = DRAFTING


def _issued(new: BriefState, event: Event) -> None:
    new.desks[new.state] = _who(event)
    new.state, new.issued = ISSUED, iso(event.at)
    new.number, new.year, new.digest = event.facts["number"], event.facts["year"], event.facts["digest"]


def _dropped(new: BriefState, event: Event) -> None:
    new.state, new.back = DROPPED, {**_who(event), "reason": event.facts["reason"]}


_APPLY = {
    DRAFT: _drafted, EDIT: _edited, REFRESH: _refreshed, PASS: _passed, BACK: _sent_back,
    ISSUE: _issued, DROP: _dropped,
}  # fmt: skip


def replay(id_: int, events: Iterable[Event]) -> BriefState:
    """Return the brief that its events make."""
    now = BriefState(id=id_)
    for event in events:
        now = apply(now, event)
    return now
