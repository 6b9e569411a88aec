"""单位: the units of one day as nested lists; every node has one number, what is missing before what is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.core.coverage import covered, vacant
from bihuan.core.network import Network, Unit
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme, UnitType
from bihuan.store import duties, names
from bihuan.words.orders import named

Exempt = Mapping[str, Mapping[str, Collection[str]]]
SHOWN = 60  # units of one kind under one parent; more are one link to the list


@dataclass(slots=True)
class Node:
    """A unit, or a heading over several units of one kind (`href` ""). `n` is its one number in words."""

    name: str
    href: str = ""
    n: str = ""
    gap: bool = False
    current: bool = False
    open: bool = False
    children: list[Node] = field(default_factory=list)


def address(unit: str, day: date | None = None, **more: str) -> str:
    """Return the address of a unit's page, looked at on a day."""
    asked = {**({"at": day.isoformat()} if day else {}), **more}
    query = "&".join(f"{key}={value}" for key, value in asked.items() if value)
    return reverse("network_unit", args=[unit]) + (f"?{query}" if query else "")


def covered_href(key: str, unit: str, day: str = "") -> str:
    """Return the page of one unit under one coverage: what it has, and whether it is exempt."""
    return reverse("network_covered", args=[key, unit]) + (f"?at={day}" if day else "")


def exempt_of(programmes: Mapping[str, Programme], day: date) -> Exempt:
    """Return by programme and coverage which units are exempt on a day."""
    return {key: duties.exempt_on(programme, day) for key, programme in programmes.items()}


def gaps_of(net: Network, programmes: Mapping[str, Programme], exempt: Exempt) -> dict[str, int]:
    """Return how many posts every unit lacks: required ones nobody holds, and set-up ones that are vacant."""
    kinds = {key for one in programmes.values() for key in one.post_kinds}
    found: dict[str, int] = {}
    told: set[tuple[str, str]] = set()
    for programme in programmes.values():
        for one in covered(net, programme, exempt[programme.key]):
            if one.coverage.has in kinds:
                told |= {(unit.key, one.coverage.has) for unit, _n in one.exempt}
                for unit, n in one.lacking:
                    told.add((unit.key, one.coverage.has))
                    found[unit.key] = found.get(unit.key, 0) + one.coverage.min - n
    for post in vacant(net):
        # A vacancy that leaves a covered unit without is that unit's gap, and told once.
        if not any((unit, post.kind) in told for unit in (post.unit, *post.covers)):
            found[post.unit] = found.get(post.unit, 0) + 1
    return found


class Tree:
    """Builds the nodes of one day; `at` is the unit whose page is shown."""

    def __init__(
        self,
        net: Network,
        programmes: Mapping[str, Programme],
        work: Mapping[str, int],
        at: str,
        day: date | None,
        exempt: Exempt,
    ) -> None:
        self.net, self.work, self.at, self.day = net, work, at, day
        self.path = net.above(at) if at in net.units else frozenset()
        self.types: dict[str, UnitType] = {k: t for one in programmes.values() for k, t in one.unit_types.items()}
        inner = {above for type_ in self.types.values() for above in type_.within}
        self.leaves = set(self.types) - inner
        self.gaps = gaps_of(net, programmes, exempt)

    def nodes(self) -> list[Node]:
        """Return the nodes of the units without a parent."""
        tops = [unit for unit in self.net.units.values() if unit.parent not in self.net.units]
        return [self._node(unit, depth=0) for unit in tops]

    def _node(self, unit: Unit, depth: int) -> Node:
        below = self.net.children(unit.key)
        on_path = unit.key in self.path
        n, gap = self._number(unit, below)
        node = Node(
            unit.name if not unit.name_en else named(unit),
            address(unit.key, self.day),
            n,
            gap,
            current=unit.key == self.at,
            open=on_path or depth < 2,
        )
        kinds: dict[str, list[Unit]] = {}
        for child in below:
            kinds.setdefault(child.type, []).append(child)
        for kind, units in kinds.items():
            if len(units) > 1 and (len(kinds) > 1 or len(units) > SHOWN):
                node.children.append(self._group(unit, kind, units, depth))
            elif kind not in self.leaves or on_path or len(units) == 1:
                node.children.extend(self._node(child, depth + 1) for child in units)
        return node

    def _group(self, parent: Unit, kind: str, units: list[Unit], depth: int) -> Node:
        name = named(self.types[kind]) if kind in self.types else kind
        opened = any(unit.key in self.path for unit in units)
        group = Node(name, address(parent.key, self.day, list=kind), str(len(units)), open=opened)
        shown = [unit for unit in units if unit.key in self.path or len(units) <= SHOWN]
        # What has nothing below it is listed on the page of its parent; the tree shows it where one stands.
        if kind not in self.leaves or opened or parent.key == self.at:
            group.children = [self._node(unit, depth + 1) for unit in shown]
        return group

    def _number(self, unit: Unit, below: list[Unit]) -> tuple[str, bool]:
        if lacking := self.gaps.get(unit.key, 0):
            return ngettext("缺%(n)s岗", "缺%(n)s岗", lacking) % {"n": lacking}, True
        if open_ := self.work.get(unit.key, 0):
            return ngettext("在办%(n)s", "在办%(n)s", open_) % {"n": open_}, False
        return (str(len(below)) if below else ""), False


def found_in(net: Network, text: str, actor: Actor) -> list[tuple[str, str, str]]:
    """Return what a word finds: (what it is, its name and place, its address), units before posts before people."""
    found = []
    for one in names.found(net, text, seen_by=actor):
        if one.sort == "person":
            found.append((_("任职人"), one.name, reverse("network_person", args=[one.key])))
        elif one.sort == "post":
            found.append((_("岗位"), f"{net.name(one.unit)} {one.name}", address(one.unit)))
        else:
            found.append((_("单位"), one.name, address(one.key)))
    return found
