"""网: units, posts and holders as they stood on one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bihuan.core.permission import Actor


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as of a day. `parent` is its place in the main tree, `parents` in every tree by name."""

    key: str
    name: str
    type: str
    parent: str = ""
    name_en: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    pinyin: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as of a day; `covers` are the units it looks after (a chain, an area)."""

    key: str
    name: str
    kind: str
    unit: str
    covers: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """That a person holds a post. A stand-in (代办) names whom it stands for and both names go on the act."""

    person: str
    post: str
    since: date
    until: date | None = None
    stands_for: str = ""

    def on(self, day: date) -> bool:
        """Whether it is in force on the day; both dates are included."""
        return self.since <= day and (self.until is None or day <= self.until)


class Network:
    """Everything about the network on one day, in memory; built once per version and day.

    `holdings` may span all time: only those in force on `day` count.
    """

    def __init__(
        self,
        day: date,
        version: int,
        units: Iterable[Unit],
        posts: Iterable[Post],
        holdings: Iterable[Holding],
        persons: Mapping[str, str],
        keepers: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.day = day
        self.version = version
        self.units: dict[str, Unit] = {u.key: u for u in units}
        self.posts: dict[str, Post] = {p.key: p for p in posts}
        self.persons: Mapping[str, str] = persons
        self._keepers = keepers or {}
        # Filled by `core.permission.actor_in`: whoever may do a step is looked for among all posts of a kind.
        self.actors: dict[tuple[str, str, str], Actor] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._children: defaultdict[str, list[str]] = defaultdict(list)
        for unit in self.units.values():
            for parent in {unit.parent, *unit.parents.values()} - {""}:
                self._children[parent].append(unit.key)
        self._holders: defaultdict[str, list[Holding]] = defaultdict(list)
        self._held: defaultdict[str, list[Holding]] = defaultdict(list)
        for holding in holdings:
            if holding.post in self.posts and holding.on(day):
                self._holders[holding.post].append(holding)
                self._held[holding.person].append(holding)
        self._at: defaultdict[str, list[Post]] = defaultdict(list)
        self._kinds: defaultdict[str, list[Post]] = defaultdict(list)
        for post in self.posts.values():
            self._at[post.unit].append(post)
            self._kinds[post.kind].append(post)

    def name(self, key: str) -> str:
        """Return a unit's, post's or person's name, or the key itself where it is unknown."""
        if key in self.units:
            return self.units[key].name
        if key in self.posts:
            return self.posts[key].name
        return self.persons.get(key, key)

    def above(self, unit: str) -> frozenset[str]:
        """Return the unit and everything above it in any tree."""
        found = self._above.get(unit)
        if found is None:
            seen: set[str] = set()
            waiting = [unit] if unit else []
            while waiting:
                key = waiting.pop()
                if key in seen:
                    continue
                seen.add(key)
                known = self.units.get(key)
                if known:
                    waiting.extend({known.parent, *known.parents.values()} - {""})
            found = self._above[unit] = frozenset(seen)
        return found

    def nearest(self, unit: str, type_: str) -> str:
        """Return the unit of that type at or above `unit` in the main tree, or ""."""
        steps = 0
        while unit and steps < 64:
            known = self.units.get(unit)
            if known is None:
                return ""
            if known.type == type_:
                return unit
            unit, steps = known.parent, steps + 1
        return ""

    def children(self, unit: str) -> list[Unit]:
        """Return the units directly below, in any tree, in the order they were given."""
        return [self.units[key] for key in self._children.get(unit, ())]

    def below(self, unit: str, type_: str = "") -> list[Unit]:
        """Return the units below at any depth, of one type if named."""
        found: dict[str, Unit] = {}
        waiting = list(self._children.get(unit, ()))
        while waiting:
            key = waiting.pop(0)
            if key not in found:
                found[key] = self.units[key]
                waiting.extend(self._children.get(key, ()))
        return [u for u in found.values() if not type_ or u.type == type_]

    def of_type(self, type_: str) -> list[Unit]:
        """Return every unit of a type, in the order they were given."""
        return [u for u in self.units.values() if u.type == type_]

    def posts_at(self, unit: str, kind: str = "") -> list[Post]:
        """Return the posts of a unit, of one kind if named."""
        return [p for p in self._at.get(unit, ()) if not kind or p.kind == kind]

    def posts_of_kind(self, kind: str) -> list[Post]:
        """Return every post of a kind."""
        return list(self._kinds.get(kind, ()))

    def holders(self, post: str) -> list[Holding]:
        """Return who holds the post on this day, stand-ins included."""
        return list(self._holders.get(post, ()))

    def held_by(self, person: str) -> list[Holding]:
        """Return the posts a person holds on this day, own posts before those stood in for."""
        return sorted(self._held.get(person, ()), key=lambda h: (bool(h.stands_for), h.since, h.post))

    def keeps(self, person: str) -> frozenset[str]:
        """Return the kinds of posts of which the person, though gone from them, finishes orders (原人办完)."""
        return self._keepers.get(person, frozenset())

    def works_at(self, person: str, unit: str) -> bool:
        """Whether the person holds a post at the unit or anywhere below it."""
        return any(unit in self.above(self.posts[h.post].unit) for h in self._held.get(person, ()))

    def staff(self, unit: str, kind: str = "") -> list[str]:
        """Return the persons who hold a post (of a kind) at the unit or below it."""
        inside = [unit, *(u.key for u in self.below(unit))]
        found: dict[str, None] = {}
        for key in inside:
            for post in self.posts_at(key, kind):
                for holding in self._holders.get(post.key, ()):
                    found.setdefault(holding.person)
        return list(found)
