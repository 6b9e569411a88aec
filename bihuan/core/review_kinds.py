"""评议的种类: what a programme says of its rating meetings, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bihuan.core.ledger_kinds import reach
from bihuan.core.permission import Actor
from bihuan.core.programmes import Who

LEAST: Final = 5  # below so many ballots no result is shown to anyone, whatever a pack says
STEPS: Final = 5
WHOLE: Final = 100
MOST_TRIM: Final = 20  # percent of the ballots left out at each end


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is judged, and how many of the hundred points it carries."""

    key: str
    name: str
    points: int
    name_en: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the scale: `percent` of a criterion's points."""

    key: str
    name: str
    percent: int
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class RaterKind:
    """A kind of rater and what percent of the result is theirs. Nobody is asked who they are."""

    key: str
    name: str
    weight: int
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class ScoreClass:
    """A class a result falls into: from so many points on, up to the next higher one."""

    key: str
    name: str
    from_: int
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A kind of rating meeting 测评会: who judges which units by what, and what follows from a bad result.

    `object` is the kind of unit judged; `activity` the book it is entered in, `objects` that book's field of units
    judged. A total under `bad` points, or a criterion under `bad_criterion` percent of its own, is a bad result: it may
    become an order of kind `orders` by `channel`, begun with `order_facts`, due within `limit`. `appellant` may contest
    within `appeal`, `reviewer` decides. `trim` percent of the ballots are left out at each end.
    """

    key: str
    name: str
    object: str
    activity: str
    objects: str
    criteria: Mapping[str, Criterion]
    steps: Mapping[str, Step]
    kinds: Mapping[str, RaterKind]
    classes: tuple[ScoreClass, ...]
    chairs: tuple[Who, ...]
    readers: tuple[Who, ...] = ()
    order_facts: Mapping[str, str] = field(default_factory=dict)
    name_en: str = ""
    least: int = LEAST
    trim: int = 0
    bad: int = 0
    bad_criterion: int = 0
    orders: str = ""
    channel: str = ""
    limit: str = ""
    appellant: str = ""
    reviewer: str = ""
    appeal: str = ""
    bundle: str = ""

    @property
    def floor(self) -> int:
        """How many ballots a result needs: what the pack says, never below LEAST."""
        return max(self.least, LEAST)


def may_chair(actor: Actor, meeting: Meeting, unit: str) -> bool:
    """Whether the actor may open, close and publish rounds held by the unit."""
    units = reach(actor, meeting.chairs)
    return units is None or unit in units


def may_read(actor: Actor, meeting: Meeting, unit: str) -> bool:
    """Whether the actor reads the rounds held by the unit, all results of closed ones included."""
    units = reach(actor, (*meeting.chairs, *meeting.readers))
    return units is None or unit in units


def reads(actor: Actor, meeting: Meeting) -> frozenset[str] | None:
    """Return the units whose rounds the actor reads; None is all."""
    return reach(actor, (*meeting.chairs, *meeting.readers))


def chairs(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor may open rounds anywhere."""
    units = reach(actor, meeting.chairs)
    return units is None or bool(units)


def may_review(actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor decides appeals against results."""
    return actor.sort == "post" and actor.kind == meeting.reviewer


def of_object(actor: Actor, unit: str) -> bool:
    """Whether the actor's post is at the unit judged or below it."""
    return actor.sort == "post" and unit in actor.above
