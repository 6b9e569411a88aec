"""覆盖: what every unit of a kind must have, and the list of those that lack it (00_common.md §1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bihuan.core.network import Network, Post, Unit
from bihuan.core.programmes import Coverage, PostKind, Programme


@dataclass(frozen=True, slots=True)
class Covered:
    """One requirement looked at on the network's day: `lacking`, `beyond` and `exempt` are (unit, how many it has).

    The exempt are those that do not have what they must and need not for the time; they are not among `of`.
    """

    coverage: Coverage
    of: int
    lacking: tuple[tuple[Unit, int], ...]
    beyond: tuple[tuple[Unit, int], ...] = ()
    exempt: tuple[tuple[Unit, int], ...] = ()

    @property
    def met(self) -> int:
        """How many units have what they must."""
        return self.of - len(self.lacking) - len(self.beyond)

    @property
    def whole(self) -> bool:
        """Whether nothing is lacking and nothing beyond."""
        return not self.lacking and not self.beyond


def covered(
    network: Network, programme: Programme, exempt: Mapping[str, Collection[str]], within: str = ""
) -> list[Covered]:
    """Return every requirement of a programme, for all units or for `within` and what is below it.

    `exempt` are the units that are exempt on the network's day, by the requirement's key.
    """
    found = []
    for coverage in programme.coverages:
        units = [unit for unit in network.of_type(coverage.every) if not within or within in network.above(unit.key)]
        counts = [(unit, count(network, coverage, unit)) for unit in units]
        amiss = [(unit, n) for unit, n in counts if not coverage.fits(n)]
        spared = tuple((unit, n) for unit, n in amiss if unit.key in exempt.get(coverage.key, ()))
        owing = [one for one in amiss if one not in spared]
        found.append(
            Covered(
                coverage,
                len(units) - len(spared),
                tuple((unit, n) for unit, n in owing if n < coverage.min),
                tuple((unit, n) for unit, n in owing if n >= coverage.min),
                spared,
            )
        )
    return found


def count(network: Network, coverage: Coverage, unit: Unit) -> int:
    """Return how many of what it must have a unit has."""
    return len(having(network, coverage, unit))


def having(network: Network, coverage: Coverage, unit: Unit) -> list[Unit | Post]:
    """Return what a unit has of it: units below it, else posts at it or covering it that somebody holds."""
    below = network.below(unit.key, coverage.has)
    if below:
        return [*below]
    posts = network.posts_of_kind(coverage.has)
    return [post for post in posts if (post.unit == unit.key or unit.key in post.covers) and network.holders(post.key)]


def vacant(network: Network) -> list[Post]:
    """Return the posts nobody holds on the network's day."""
    return [post for post in network.posts.values() if not network.holders(post.key)]


def crowded(network: Network, kinds: Iterable[PostKind]) -> list[Post]:
    """Return the posts for one that several hold at once, stand-ins aside."""
    single = {kind.key for kind in kinds if not kind.many}
    return [
        post
        for post in network.posts.values()
        if post.kind in single and sum(not held.stands_for for held in network.holders(post.key)) > 1
    ]
