"""活动覆盖: every unit of a kind, or every post, has an activity's entry in a window, and the list of those without.

Every enterprise was visited this quarter, every secretary gave a lesson this year. What the network itself must have is
`core.coverage`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bihuan.core.cadence import Period, period_of
from bihuan.core.network import Network
from bihuan.core.programmes import Programme, Who


@dataclass(frozen=True, slots=True)
class Reach:
    """Each of `every` (a kind of unit or of post) has at least `min` entries of an activity in each `window`.

    An entry reaches the units that its `field` names, else the unit it is about; a post is reached by its own entries.
    """

    key: str
    name: str
    every: str
    activity: str
    window: str
    name_en: str = ""
    field: str = ""
    min: int = 1
    exempters: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A unit or post that must be reached: its key, what it is called, the unit it belongs to."""

    key: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Reached:
    """One requirement looked at in one window: each subject with its number of entries, and those exempt."""

    reach: Reach
    period: Period
    covered: tuple[tuple[Subject, int], ...]
    lacking: tuple[tuple[Subject, int], ...]
    exempt: tuple[Subject, ...]

    @property
    def of(self) -> int:
        """How many must be reached; the exempt are not among them."""
        return len(self.covered) + len(self.lacking)

    @property
    def met(self) -> int:
        """How many are."""
        return len(self.covered)

    @property
    def whole(self) -> bool:
        """Whether nobody is lacking."""
        return not self.lacking


def of_posts(programme: Programme, reach: Reach) -> bool:
    """Whether it is about posts and not about units."""
    return reach.every in programme.post_kinds and reach.every not in programme.unit_types


def subjects(net: Network, programme: Programme, reach: Reach, units: Collection[str] | None = None) -> list[Subject]:
    """Return who must be reached on the network's day, at or below the `units` whose books the reader may see."""
    if of_posts(programme, reach):
        some = [
            Subject(one.key, f"{net.name(one.unit)} {one.name}", one.unit) for one in net.posts_of_kind(reach.every)
        ]
    else:
        some = [Subject(one.key, one.name, one.key) for one in net.of_type(reach.every)]
    if units is None:
        return some
    of = programme.ledger[reach.activity].unit
    own = {key for key in units if key in net.units and net.units[key].type == of}
    return [one for one in some if net.above(one.unit) & own]


def window(reach: Reach, day: date) -> Period:
    """Return the window a day lies in."""
    return period_of(reach.window, day)


def reached(
    reach: Reach, period: Period, some: Iterable[Subject], counts: Mapping[str, int], exempt: Mapping[str, list[Period]]
) -> Reached:
    """Return who is covered, who lacks entries and who is exempt for the whole window or its end."""
    covered, lacking, left_out = [], [], []
    for one in some:
        n = counts.get(one.key, 0)
        if n >= reach.min:
            covered.append((one, n))
        elif any(span.start <= period.end and period.end <= span.end for span in exempt.get(one.key, ())):
            left_out.append(one)
        else:
            lacking.append((one, n))
    return Reached(reach, period, tuple(covered), tuple(lacking), tuple(left_out))
