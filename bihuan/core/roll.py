"""名册: units, posts and holdings through all time, and the rules for what may be put among them.

`core.network` shows one day of it. Sources: 00_common.md §1 (several posts for one person, all history kept) and the
unit types and kinds of posts of the published programmes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from bihuan.core.programmes import PostKind, Programme, UnitType
from bihuan.core.refusal import Refused

KEY = re.compile(r"^[a-z][a-z0-9_.-]{0,63}$")
UNIT_NAME, POST_NAME, PERSON_NAME, FACT = 120, 120, 60, 200
COUNTS = frozenset({"party_members"})  # facts of a unit that are whole numbers


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit. `parent` is its place in the main tree now; `facts` are texts by key."""

    key: str
    name: str
    type: str
    since: date | None
    parent: str = ""
    until: date | None = None
    name_en: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostEntry:
    """A post of a unit; `covers` are keys of units, sorted."""

    key: str
    name: str
    kind: str
    unit: str
    since: date | None
    covers: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HoldingEntry:
    """That a person held a post from a day to a day, both included; `stands_for` makes it a stand-in (代办)."""

    person: str
    post: str
    since: date | None
    until: date | None = None
    stands_for: str = ""

    @property
    def identity(self) -> tuple[str, str, date | None, str]:
        """What makes it this holding and no other; its end may still change."""
        return (self.person, self.post, self.since, self.stands_for)

    def meets(self, other: HoldingEntry) -> bool:
        """Whether there is a day on which both are in force."""
        return not _before(self.until, other.since) and not _before(other.until, self.since)


def _before(until: date | None, since: date | None) -> bool:
    return until is not None and since is not None and until < since


class Roll:
    """All of it in memory, with the kinds the programmes declare. `check_…` refuse; `put_…` change this copy alone.

    A refusal is `network.needs` with `problems` {field: code} and `given` {field: facts for the sentence}.
    """

    def __init__(
        self,
        units: Iterable[UnitEntry],
        posts: Iterable[PostEntry],
        holdings: Iterable[HoldingEntry],
        persons: Mapping[str, str],
        programmes: Iterable[Programme] = (),
    ) -> None:
        self.units = {one.key: one for one in units}
        self.posts = {one.key: one for one in posts}
        self.persons = dict(persons)
        self.unit_types: dict[str, UnitType] = {}
        self.post_kinds: dict[str, PostKind] = {}
        for programme in programmes:
            for key, type_ in programme.unit_types.items():
                self.unit_types[key] = _joined_type(self.unit_types.get(key), type_)
            for key, kind in programme.post_kinds.items():
                self.post_kinds[key] = _joined_kind(self.post_kinds.get(key), kind)
        self._held: defaultdict[str, dict[tuple[str, str, date | None, str], HoldingEntry]] = defaultdict(dict)
        self._coded: dict[str, str] = {}
        self._alike: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for unit in self.units.values():
            self.put_unit(unit)
        for post in self.posts.values():
            self.put_post(post)
        for one in holdings:
            self._held[one.post][one.identity] = one

    # ---- reading ----
    def holdings(self) -> Iterator[HoldingEntry]:
        """Yield every holding, post by post."""
        for held in self._held.values():
            yield from held.values()

    def holders(self, post: str) -> list[HoldingEntry]:
        """Return every holding of a post, in the order given."""
        return list(self._held.get(post, {}).values())

    def holding(self, one: HoldingEntry) -> HoldingEntry | None:
        """Return the holding of the same person, post, first day and stand-in, if there is one."""
        return self._held.get(one.post, {}).get(one.identity)

    def children(self, unit: str) -> list[UnitEntry]:
        """Return the units whose place is directly below."""
        return [one for one in self.units.values() if one.parent == unit]

    def posts_of(self, unit: str, kind: str = "") -> list[PostEntry]:
        """Return the posts of a unit, of one kind if named."""
        if kind:
            return [self.posts[key] for key in sorted(self._alike.get((unit, kind), ()))]
        return [one for one in self.posts.values() if one.unit == unit]

    # ---- changing this copy ----
    def put_unit(self, unit: UnitEntry) -> None:
        self.units[unit.key] = unit
        if code := unit.facts.get("credit_code"):
            self._coded[code] = unit.key

    def put_post(self, post: PostEntry) -> None:
        self.posts[post.key] = post
        self._alike[post.unit, post.kind].add(post.key)

    def drop_post(self, key: str) -> None:
        if post := self.posts.pop(key, None):
            self._alike[post.unit, post.kind].discard(key)

    def put_person(self, key: str, name: str) -> None:
        self.persons[key] = name

    def put_holding(self, one: HoldingEntry) -> None:
        self._held[one.post][one.identity] = one

    # ---- rules ----
    def check_unit(self, unit: UnitEntry) -> None:
        """Refuse a unit of an undeclared type, in a wrong place, with a wrong fact or backwards dates."""
        found = _Found()
        type_ = self.unit_types.get(unit.type)
        known = self.units.get(unit.key)
        _key(found, "key", unit.key)
        _name(found, "name", unit.name, UNIT_NAME)
        _dates(found, unit.since, unit.until)
        if not unit.type:
            found.add("type", "missing")
        elif type_ is None:
            found.add("type", "unknown_type", value=unit.type, choices=[one.name for one in self.unit_types.values()])
        elif known is not None and known.type != unit.type:
            found.add("type", "type_fixed", name=known.name, type=self._type_name(known.type))
        if type_ is not None:
            self._check_parent(found, unit, type_)
            self._check_facts(found, unit, type_)
        found.refuse()

    def check_post(self, post: PostEntry) -> None:
        """Refuse a post of an undeclared kind, at a unit that has none of it, or covering what it may not."""
        found = _Found()
        kind, unit = self.post_kinds.get(post.kind), self.units.get(post.unit)
        known = self.posts.get(post.key)
        _key(found, "post", post.key)
        _name(found, "post_name", post.name, POST_NAME)
        _dates(found, post.since, post.until)
        self._check_unit_of(found, post, unit)
        if not post.kind:
            found.add("kind", "missing")
        elif kind is None:
            found.add("kind", "unknown_kind", value=post.kind, choices=[one.name for one in self.post_kinds.values()])
        elif unit is not None and unit.type not in kind.at:
            places = [self._type_name(type_) for type_ in kind.at]
            found.add("kind", "not_at", kind=kind.name, unit=unit.name, places=places)
        elif not kind.many:
            others = [
                p for p in self.posts.values() if (p.unit, p.kind) == (post.unit, post.kind) and p.key != post.key
            ]
            living = [p for p in others if not _before(p.until, post.since) and not _before(post.until, p.since)]
            if living:
                found.add(
                    "kind", "one_only", kind=kind.name, post=living[0].name, unit=unit.name if unit else post.unit
                )
        if known is not None and known.kind != post.kind:
            found.add("kind", "kind_fixed", post=known.name, kind=self._kind_name(known.kind))
        if known is not None and known.unit != post.unit:
            found.add("unit", "unit_fixed", post=known.name, unit=self._unit_name(known.unit))
        if kind is not None:
            self._check_covers(found, post, kind)
        found.refuse()

    def check_holding(self, one: HoldingEntry) -> None:
        """Refuse a holding of an unknown or ended post, with backwards dates, or of a post somebody else then holds."""
        found = _Found()
        post = self.posts.get(one.post)
        _dates(found, one.since, one.until)
        if not one.person:
            found.add("person", "missing")
        elif one.person not in self.persons:
            found.add("person", "unknown_person", value=one.person)
        if post is None:
            found.add("post", "missing" if not one.post else "unknown_post", value=one.post)
        elif not found:
            unit = self.units.get(post.unit)
            for end in (post.until, unit.until if unit else None):
                if _before(end, one.since):
                    found.add("post", "ended", post=post.name, until=end)
                    break
            self._check_others(found, one, post)
        found.refuse()

    def _check_parent(self, found: _Found, unit: UnitEntry, type_: UnitType) -> None:
        allowed = [self._type_name(one) for one in type_.within]
        parent = self.units.get(unit.parent)
        if not unit.parent:
            if type_.within:
                found.add("parent", "missing_parent", type=type_.name, allowed=allowed)
        elif not type_.within:
            found.add("parent", "no_parent", type=type_.name)
        elif parent is None:
            found.add("parent", "unknown_unit", value=unit.parent)
        elif parent.type not in type_.within:
            found.add("parent", "wrong_parent", type=type_.name, parent=parent.name, allowed=allowed)
        elif _before(parent.until, unit.since) or (parent.until and unit.until is None):
            found.add("parent", "dissolved", unit=parent.name, until=parent.until)
        elif self._is_above(unit.key, unit.parent):
            found.add("parent", "own_parent", name=unit.name)

    def _is_above(self, unit: str, below: str) -> bool:
        for _ in range(64):
            if below == unit:
                return True
            known = self.units.get(below)
            if known is None or not known.parent:
                return False
            below = known.parent
        return True

    def _check_facts(self, found: _Found, unit: UnitEntry, type_: UnitType) -> None:
        for key, value in unit.facts.items():
            if key not in type_.facts:
                found.add(key, "no_fact", type=type_.name, value=value)
            elif key in COUNTS and not (value.isascii() and value.isdigit()):
                found.add(key, "not_a_count", value=value)
            elif key == "credit_code" and not uscc.is_valid(value):
                found.add(key, "credit_code", value=value)
            elif key == "credit_code":
                same = self.units.get(self._coded.get(value, unit.key), unit)
                if same.key != unit.key and same.facts.get(key) == value and not _before(same.until, unit.since):
                    found.add(key, "same_code", value=value, name=same.name)
            elif len(value) > FACT:
                found.add(key, "too_long", most=FACT)

    def _check_unit_of(self, found: _Found, post: PostEntry, unit: UnitEntry | None) -> None:
        if not post.unit:
            found.add("unit", "missing")
        elif unit is None:
            found.add("unit", "unknown_unit", value=post.unit)
        elif _before(unit.until, post.since):
            found.add("unit", "dissolved", unit=unit.name, until=unit.until)

    def _check_covers(self, found: _Found, post: PostEntry, kind: PostKind) -> None:
        if post.covers and not kind.covers:
            found.add("covers", "no_cover", kind=kind.name)
            return
        for key in post.covers:
            unit = self.units.get(key)
            if unit is None:
                found.add("covers", "unknown_unit", value=key)
            elif unit.type != kind.covers:
                found.add("covers", "wrong_cover", unit=unit.name, type=self._type_name(kind.covers), kind=kind.name)

    def _check_others(self, found: _Found, one: HoldingEntry, post: PostEntry) -> None:
        kind = self.post_kinds.get(post.kind)
        others = [other for other in self.holders(one.post) if other.identity != one.identity and other.meets(one)]
        if any(other.person == one.person for other in others):
            found.add("person", "twice", person=self.persons.get(one.person, one.person), post=post.name)
        elif one.stands_for:
            stood = [other for other in others if other.person == one.stands_for and not other.stands_for]
            if one.stands_for == one.person or not stood:
                name = self.persons.get(one.stands_for, one.stands_for)
                found.add("stands_for", "not_holding", person=name, post=post.name)
            elif (both := next((o for o in others if o.stands_for == one.stands_for), None)) is not None:
                whom, name = (self.persons.get(key, key) for key in (one.stands_for, both.person))
                code = "stood_for" if both.until else "stood_open"
                found.add("stands_for", code, whom=whom, person=name, since=both.since, until=both.until)
        elif kind is not None and not kind.many:
            own = next((other for other in others if not other.stands_for), None)
            if own is not None:
                name = self.persons.get(own.person, own.person)
                found.add("person", "held", post=post.name, person=name, since=own.since)

    def _type_name(self, key: str) -> str:
        return self.unit_types[key].name if key in self.unit_types else key

    def _kind_name(self, key: str) -> str:
        return self.post_kinds[key].name if key in self.post_kinds else key

    def _unit_name(self, key: str) -> str:
        return self.units[key].name if key in self.units else key


class _Found:
    """What was found wrong so far: the first problem of a field is kept."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self.given: dict[str, dict[str, Any]] = {}

    def add(self, where: str, code: str, **facts: Any) -> None:
        if where not in self.problems:
            self.problems[where] = code
            self.given[where] = {k: v.isoformat() if isinstance(v, date) else v for k, v in facts.items()}

    def refuse(self) -> None:
        if self.problems:
            raise Refused("network.needs", self.problems, given=self.given)

    def __bool__(self) -> bool:
        return bool(self.problems)


def credit_code(text: str) -> str:
    """Return a unified social credit code in its one form, or the text as it was where it is none (GB 32100-2015)."""
    try:
        return str(uscc.validate(text))
    except ValidationError:
        return text


def _key(found: _Found, where: str, key: str) -> None:
    if not KEY.match(key):
        found.add(where, "bad_key", value=key)


def _name(found: _Found, where: str, name: str, most: int) -> None:
    if not name:
        found.add(where, "missing")
    elif len(name) > most:
        found.add(where, "too_long", most=most)


def _dates(found: _Found, since: date | None, until: date | None) -> None:
    if since is None:
        found.add("since", "missing")
    elif until is not None and until < since:
        found.add("until", "backwards", since=since, until=until)


def _joined_type(have: UnitType | None, new: UnitType) -> UnitType:
    if have is None:
        return new
    within = tuple(dict.fromkeys((*have.within, *new.within)))
    return UnitType(have.key, have.name, have.name_en, within, tuple(dict.fromkeys((*have.facts, *new.facts))))


def _joined_kind(have: PostKind | None, new: PostKind) -> PostKind:
    if have is None:
        return new
    at = tuple(dict.fromkeys((*have.at, *new.at)))
    return PostKind(have.key, have.name, at, have.name_en, have.covers or new.covers, have.many or new.many)
