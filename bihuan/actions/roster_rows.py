"""名册: what one row of a sheet of units or holders means, and whether the roll takes it.

A row is read first and put in later, so that parents, predecessors and those stood in for may come after it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.actions.sheet_parts import ERRORS
from bihuan.actions.sheet_rows import TOTALS
from bihuan.actions.sheets import Row, Sheet, SheetFault, as_count, as_date
from bihuan.core.refusal import Refused
from bihuan.core.roll import COUNTS, HoldingEntry, PostEntry, Roll, UnitEntry, credit_code
from bihuan.store.pinyin import key_for

# field: what its column may be called; the first name is the one we write ourselves.
UNITS: Mapping[str, tuple[str, ...]] = {
    "key": ("单位编码", "编码", "key"),
    "name": ("名称", "单位名称", "单位", "name"),
    "name_en": ("英文名", "英文名称", "name_en"),
    "type": ("类型", "单位类型", "type"),
    "parent": ("上级", "上级单位", "parent"),
    "since": ("起", "成立日期", "设立日期", "since"),
    "until": ("止", "撤销日期", "until"),
    "credit_code": ("信用代码", "统一社会信用代码", "credit_code"),
    "party_members": ("党员数", "党员人数", "party_members"),
    "products": ("产品", "主要产品", "产品和服务", "products"),
}
HOLDERS: Mapping[str, tuple[str, ...]] = {
    "unit": ("单位编码", "unit"),
    "unit_name": ("单位", "单位名称", "unit_name"),
    "post": ("岗位编码", "post"),
    "post_name": ("岗位", "岗位名称", "post_name"),
    "kind": ("岗位类型", "kind"),
    "covers": ("负责范围", "联系范围", "covers"),
    "post_since": ("岗位起", "post_since"),
    "post_until": ("岗位止", "post_until"),
    "person": ("人员编码", "person"),
    "name": ("姓名", "任职人", "name"),
    "since": ("起", "任职日期", "since"),
    "until": ("止", "离任日期", "until"),
    "stands_for": ("代谁", "代办", "stands_for"),
}
ENDS = ("until", "post_until")
FACTS = ("credit_code", "party_members", "products")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, with the refusal that says why (`words.network.problem` makes the sentence)."""

    row: Row
    why: Refused


def columns_of(what: str) -> Mapping[str, tuple[str, ...]]:
    return UNITS if what == "units" else HOLDERS


class Columns:
    """Which column of the sheet holds which field."""

    def __init__(
        self, sheet: Sheet, what: str, given: Mapping[str, str], needed: Iterable[str | tuple[str, ...]]
    ) -> None:
        named = {field: column for column, field in given.items()}
        known = columns_of(what)
        self.of = {field: sheet.column(named.get(field, ""), *names) for field, names in known.items()}
        for one in needed:
            fields = (one,) if isinstance(one, str) else one
            if not any(self.of[field] for field in fields):
                said = _("“%(name)s”缺一列“%(column)s”。请在表头补上这一列再导入。")
                raise SheetFault(said % {"name": sheet.name, "column": known[fields[0]][0]})

    def get(self, row: Row, field: str) -> str:
        column = self.of[field]
        text = " ".join(row.cells.get(column, "").split()) if column else ""
        if text in ERRORS:
            raise _refused(field, "formula", value=text)
        if text in TOTALS:
            raise _refused(field, "subtotal", value=text)
        return text

    def day(self, row: Row, field: str) -> date | None:
        text = self.get(row, field)
        if field in ENDS and text.startswith("9999"):
            return None  # how databases write that there is no end
        found = as_date(text)
        if text and found is None:
            raise _refused(field, "not_a_date", value=text)
        return found


class Work:
    """One sheet on its way into one copy of the roll."""

    def __init__(self, roll: Roll, at: Columns) -> None:
        self.roll, self.at = roll, at
        self.taken = self.unchanged = 0
        self.rejected: list[Rejected] = []
        self._names: defaultdict[str, list[str]] = defaultdict(list)
        for unit in roll.units.values():
            self._names[unit.name].append(unit.key)

    def reject(self, row: Row, why: Refused) -> None:
        self.rejected.append(Rejected(row, why))

    def unit_named(self, text: str, field: str, fits: Callable[[UnitEntry], bool]) -> str:
        """The key of the unit a cell means: by key, else by a name only one fitting unit has."""
        if text in self.roll.units or not text:
            return text
        fitting = [key for key in self._names.get(text, ()) if fits(self.roll.units[key])]
        if len(fitting) > 1:
            raise _refused(field, "ambiguous_unit", value=text, n=len(fitting))
        return fitting[0] if fitting else text


class Units(Work):
    def __init__(self, roll: Roll, at: Columns) -> None:
        super().__init__(roll, at)
        self.new: dict[str, UnitEntry] = {}
        self._types = {one.name: key for key, one in roll.unit_types.items()}
        self._waiting: list[tuple[Row, UnitEntry]] = []
        self._lines: dict[str, tuple[int, UnitEntry]] = {}
        self._given: dict[tuple[str, str, str], str] = {}

    def read(self, row: Row) -> None:
        """Read a row as a unit; its parent is looked up later."""
        try:
            unit = self._unit(row)
        except Refused as why:
            self.reject(row, why)
            return
        self._waiting.append((row, unit))

    def settle(self) -> None:
        """Put the units in as soon as their parents are there; what is left over has none."""
        moved = True
        while self._waiting and moved:
            moved, left = False, []
            for row, unit in self._waiting:
                if unit.parent and not self._parent(unit, ask=False):
                    left.append((row, unit))
                else:
                    moved = True
                    self._put(row, unit)
            self._waiting = left
        for row, unit in self._waiting:
            self._put(row, unit)

    def _unit(self, row: Row) -> UnitEntry:
        at, text = self.at, self.at.get
        type_ = self._types.get(text(row, "type"), text(row, "type"))
        name, parent, key = text(row, "name"), text(row, "parent"), text(row, "key")
        key = key or self._key_of(name, type_, parent)
        old = self.roll.units.get(key)
        facts = dict(old.facts) if old else {}
        for fact in FACTS:
            if value := text(row, fact):
                count = as_count(value) if fact in COUNTS else None
                facts[fact] = (
                    str(count) if count is not None else credit_code(value) if fact == "credit_code" else value
                )
        since, until = at.day(row, "since"), at.day(row, "until")
        if old is not None:
            type_ = type_ or old.type
            since, until, parent = since or old.since, until or old.until, parent or old.parent
        name_en = text(row, "name_en") or (old.name_en if old else "")
        return UnitEntry(key, name or (old.name if old else ""), type_, since, parent, until, name_en, facts)

    def _key_of(self, name: str, type_: str, parent: str) -> str:
        """The key of a unit known by name and type, or a new one; the same row always means the same unit."""
        same = [key for key in self._names.get(name, ()) if self.roll.units[key].type == type_]
        if len(same) > 1:
            same = [key for key in same if parent in (self.roll.units[key].parent, self._name_above(key))]
        if same:
            return same[0]
        meant = (name, type_, parent)
        if meant not in self._given:
            self._given[meant] = key_for(name, {*self.roll.units, *self._given.values()})
        return self._given[meant]

    def _name_above(self, key: str) -> str:
        above = self.roll.units.get(self.roll.units[key].parent)
        return above.name if above else ""

    def _parent(self, unit: UnitEntry, *, ask: bool) -> str:
        type_ = self.roll.unit_types.get(unit.type)
        allowed = type_.within if type_ else ()
        try:
            key = self.unit_named(unit.parent, "parent", lambda above: above.type in allowed or not allowed)
        except Refused:
            if ask:
                raise
            return unit.parent
        return key if ask or key in self.roll.units else ""

    def _put(self, row: Row, unit: UnitEntry) -> None:
        try:
            unit = replace(unit, parent=self._parent(unit, ask=True)) if unit.parent else unit
            before = self._lines.get(unit.key)
            if before is not None and before[1] != unit:
                raise _refused("key", "repeated", value=unit.key, line=before[0])
            self.roll.check_unit(unit)
        except Refused as why:
            self.reject(row, why)
            return
        old = self.roll.units.get(unit.key)
        if old == unit:
            self.unchanged += 1
        else:
            self.taken += 1
            self.new[unit.key] = unit
            if old is None:
                self._names[unit.name].append(unit.key)
            self.roll.put_unit(unit)
        self._lines[unit.key] = (row.line, unit)


@dataclass(frozen=True, slots=True)
class _Seat:
    """A row of the sheet of holders, understood."""

    row: Row
    post: PostEntry
    holding: HoldingEntry | None
    name: str


class Holders(Work):
    def __init__(self, roll: Roll, at: Columns) -> None:
        super().__init__(roll, at)
        self.posts: dict[str, PostEntry] = {}
        self.persons: dict[str, str] = {}
        self.holdings: dict[Any, HoldingEntry] = {}
        self._kinds = {one.name: key for key, one in roll.post_kinds.items()}
        self._seats: list[_Seat] = []
        self._called: defaultdict[str, list[str]] = defaultdict(list)
        for key, name in roll.persons.items():
            self._called[name].append(key)
        self._people = dict(roll.persons)
        self._planned: dict[str, PostEntry] = {}

    def read(self, row: Row) -> None:
        try:
            self._seats.append(self._seat(row))
        except Refused as why:
            self.reject(row, why)

    def settle(self) -> None:
        """Put holdings that end before those that go on, and stand-ins last, so that order in the sheet is free."""
        self._seats.sort(key=lambda seat: (_stands(seat), _goes_on(seat)))
        for seat in self._seats:
            self._put(seat)
        self.rejected.sort(key=lambda one: one.row.line)

    def _seat(self, row: Row) -> _Seat:
        at, text = self.at, self.at.get
        unit = self.unit_named(text(row, "unit") or text(row, "unit_name"), "unit", lambda one: True)
        kind = self._kinds.get(text(row, "kind"), text(row, "kind")) or self._kind_meant(row, unit)
        since, until = at.day(row, "since"), at.day(row, "until")
        post = self._post(row, unit, kind, since)
        name = text(row, "name")
        if not name and not text(row, "person"):
            return _Seat(row, post, None, "")
        person = self._person(text(row, "person"), name)
        stands_for = self._stood(text(row, "stands_for"), post.key)
        return _Seat(row, post, HoldingEntry(person, post.key, since, until, stands_for), name)

    def _kind_meant(self, row: Row, unit: str) -> str:
        """The kind of post where only its key or name is given: an existing post's, or the kind of that name."""
        if known := self.roll.posts.get(self.at.get(row, "post")):
            return known.kind
        name = self.at.get(row, "post_name")
        found = [post.kind for post in self.roll.posts_of(unit) if post.name == name]
        return found[0] if found else self._kinds.get(name, "")

    def _post(self, row: Row, unit: str, kind: str, since: date | None) -> PostEntry:
        name, key = self.at.get(row, "post_name"), self.at.get(row, "post")
        declared = self.roll.post_kinds.get(kind)
        if not key:
            key = self._post_key(unit, kind, name)
        old = self.roll.posts.get(key) or self._planned.get(key)
        covers = old.covers if old else ()
        if given := self.at.get(row, "covers"):
            type_ = declared.covers if declared else ""
            parts = [part for part in re.split(r"[、，,;；|\s]+", given) if part]
            named = {self.unit_named(part, "covers", lambda one: not type_ or one.type == type_) for part in parts}
            covers = tuple(sorted(named))
        first = self.at.day(row, "post_since") or (old.since if old else None) or since
        until = self.at.day(row, "post_until") or (old.until if old else None)
        name = name or (old.name if old else declared.name if declared else kind)
        post = PostEntry(key, name, kind, unit, first, covers, until)
        self._planned.setdefault(key, post)
        return post

    def _post_key(self, unit: str, kind: str, name: str) -> str:
        """The key of the post a row means: of that unit and kind, and of that name where there are several."""
        posts = [
            *self.roll.posts_of(unit, kind),
            *(p for p in self._planned.values() if (p.unit, p.kind) == (unit, kind)),
        ]
        named = [post for post in posts if post.name == name]
        if named:
            return named[0].key
        if posts and not name:
            return posts[0].key
        base, n = f"{unit}.{kind}", 1
        key = base
        while key in self.roll.posts or key in self._planned:
            n += 1
            key = f"{base}{n}"
        return key

    def _person(self, key: str, name: str) -> str:
        known = self._people.get(key) if key else None
        if known is not None and name and known != name:
            raise _refused("person", "name_differs", value=key, known=known, name=name)
        if key and known is None and not name:
            raise _refused("name", "missing")
        if not key:
            same = self._called.get(name, [])
            if len(same) > 1:
                raise _refused("person", "same_name", name=name, n=len(same))
            key = same[0] if same else key_for(name, self._people, "p")
        if key not in self._people:
            self._people[key] = name
            self._called[name].append(key)
        return key

    def _stood(self, text: str, post: str) -> str:
        if not text or text in self._people:
            return text
        same = self._called.get(text, [])
        holding = {held.person for held in self.roll.holders(post)}
        holding |= {seat.holding.person for seat in self._seats if seat.holding and seat.post.key == post}
        return next((key for key in same if key in holding), same[0] if same else text)

    def _put(self, seat: _Seat) -> None:
        roll, held = self.roll, seat.holding
        old_post = roll.posts.get(seat.post.key)
        known = roll.persons.get(held.person) if held else None
        try:
            if seat.post.key in self.posts and self.posts[seat.post.key] != seat.post:
                raise _refused("post", "repeated", value=seat.post.name, line="")
            roll.check_post(seat.post)
            if held is not None:
                roll.put_post(seat.post)
                roll.put_person(held.person, self._people[held.person])
                roll.check_holding(held)
        except Refused as why:
            if old_post is not None:
                roll.put_post(old_post)
            else:
                roll.drop_post(seat.post.key)
            if held is not None and known is None:
                roll.persons.pop(held.person, None)
            self.reject(seat.row, why)
            return
        roll.put_post(seat.post)
        changed = old_post != seat.post
        if changed:
            self.posts[seat.post.key] = seat.post
        if held is not None:
            if known is None:
                self.persons[held.person] = self._people[held.person]
            if roll.holding(held) != held:
                changed = True
                self.holdings[held.identity] = held
                roll.put_holding(held)
        self.taken += changed
        self.unchanged += not changed


def _stands(seat: _Seat) -> bool:
    return bool(seat.holding and seat.holding.stands_for)


def _goes_on(seat: _Seat) -> bool:
    return bool(seat.holding and seat.holding.until is None)


def _refused(field: str, code: str, **facts: Any) -> Refused:
    return Refused("network.needs", {field: code}, given={field: facts})
