"""负担: the minutes a week that periodic duties ask of a post and of a unit; never of a person (standards.md §12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.core.cadence import Cadence, per_week
from bihuan.core.network import Network
from bihuan.core.programmes import Programme


@dataclass(frozen=True, slots=True)
class Share:
    """What one cadence asks: `minutes` a week of each of `owing` units or posts."""

    cadence: Cadence
    minutes: float
    each: int
    owing: int


@dataclass(frozen=True, slots=True)
class Load:
    """What the cadences ask of one post of a kind at most: it makes every entry it may make, for `units` units.

    `limit` is what the programme declares; 0 for none.
    """

    post: str
    minutes: float
    units: int
    limit: int

    @property
    def heavy(self) -> bool:
        """Whether more is asked than declared."""
        return bool(self.limit) and self.minutes > self.limit


def weekly(programme: Programme, cadence: Cadence) -> float:
    """Return the minutes a week a cadence asks of each who owes it."""
    return programme.ledger[cadence.activity].minutes * per_week(cadence)


def shares(programme: Programme, net: Network | None = None) -> list[Share]:
    """Return what each cadence asks, with how many owe it on the network's day."""
    found = []
    for one in programme.cadences:
        activity = programme.ledger[one.activity]
        owing = 0
        if net is not None:
            owing = len(net.posts_of_kind(one.post) if one.post else net.of_type(activity.unit))
        found.append(Share(one, weekly(programme, one), activity.minutes, owing))
    return found


def loads(programme: Programme, net: Network | None = None) -> list[Load]:
    """Return what is asked of one post of each kind at most, the heaviest first; without a network for one unit."""
    asked: dict[str, float] = {}
    units: dict[str, int] = {}
    for one in programme.cadences:
        activity, minutes = programme.ledger[one.activity], weekly(programme, one)
        kinds: Mapping[str, str] = (
            {one.post: "at"}
            if one.post
            else {who.post: who.of for who in activity.recorders if who.post and who.of != "everywhere"}
        )
        for kind, of in kinds.items():
            n = 1
            if net is not None and of == "covers":
                n = max((len(post.covers) for post in net.posts_of_kind(kind)), default=0)
            asked[kind] = asked.get(kind, 0.0) + minutes * n
            units[kind] = max(units.get(kind, 0), n)
    found = [Load(kind, minutes, units[kind], programme.burden) for kind, minutes in asked.items() if minutes]
    return sorted(found, key=lambda one: (-one.minutes, one.post))
