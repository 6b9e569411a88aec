"""表和行: a pack's tables as the checker walks them, each value with its place, and the report it fills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bihuan.packs.faults import Fault, fault
from bihuan.packs.scan import Place
from bihuan.packs.schema import File, Table, file, stems
from bihuan.packs.sources import Folder


@dataclass(slots=True)
class Node:
    """One table of a pack. `values` hold only what is of the right type, so that later checks need not ask."""

    file: File
    table: Table
    place: Place
    values: dict[str, Any] = field(default_factory=dict)
    children: dict[str, list[Node]] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        """Return the value, or what the key holds where it is not written."""
        if key in self.values:
            return self.values[key]
        declared = self.table.key(key)
        return declared.empty if declared else ""

    def text(self, key: str) -> str:
        return str(self.get(key))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self.get(key))

    def many(self, key: str) -> list[Node]:
        """Return the tables below, in the pack's order."""
        return self.children.get(key, [])

    def one(self, key: str) -> Node | None:
        return next(iter(self.many(key)), None)

    @property
    def key(self) -> str:
        """The unique key of the table, or ""."""
        return self.text(self.table.unique) if self.table.unique else ""

    @property
    def title(self) -> str:
        """How a sentence calls the table."""
        name = self.table.name if self.place else self.file.name
        return f"{name}“{self.key}”" if self.key else name

    def walk(self) -> Iterator[Node]:
        """Yield the node and everything below it."""
        yield self
        for below in self.children.values():
            for node in below:
                yield from node.walk()


@dataclass(slots=True)
class Pack:
    """A pack under examination: its folder, its tables by file, and the faults found so far."""

    folder: Folder
    roots: dict[str, Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    named: dict[tuple[str, Place], dict[str, Node]] = field(default_factory=dict)

    def add(self, node: Node, at: str | Place, code: str, /, **facts: object) -> None:
        """Note a fault at a key of a node, at a place below it, or ("") at the node itself."""
        below: Place = at if isinstance(at, tuple) else (at,) if at else ()
        line = self.line(node, below)
        self.faults.append(fault(self.folder.shown(node.file.name), line, code, **facts))

    def line(self, node: Node, below: Place = ()) -> int:
        """Return the line of a place below a node."""
        return self.folder.texts[node.file.stem].scan.line(node.place + below)

    def tables(self, stem: str, key: str) -> list[Node]:
        """Return the tables of one kind at the top of a file, and of the further files of its kind."""
        return [node for one in stems(file(stem), self.roots) for node in self.roots[one].many(key)]

    def names(self, kind: str, order: Node | None = None) -> dict[str, Node]:
        """Return what is declared of a kind, by key; the first of two with one key counts.

        Kinds are unit, post, channel, order, document, activity, series, indicator and scope, within an order field,
        state, role, clock and verb, and within an activity entry_field.
        """
        place = (kind, (order.file.stem, *order.place) if order else ())
        if place not in self.named:  # asked for thousands of times, and the tables no longer change
            if kind in ("unit", "post"):
                found = self.tables("network", kind)
            elif kind == "cadence":
                found = self.tables("ledger", kind)
            elif kind == "meeting":
                found = self.tables("reviews", kind)
            elif kind == "covered":
                found = [*self.tables("network", "coverage"), *self.tables("ledger", "reach")]
            elif kind == "coverage":
                found = self.tables("network", kind)
            elif kind == "channel":
                found = self.tables("programme", kind)
            elif kind == "order":
                found = self.tables("orders", kind)
            elif kind == "document":
                found = [paper for one in self.tables("orders", "order") for paper in one.many("document")]
            elif kind == "activity":
                found = self.tables("ledger", kind)
            elif kind == "series":
                found = self.tables("statistics", kind)
            elif kind in ("indicator", "scope"):
                found = self.tables("reports", kind)
            elif kind == "entry_field":
                found = order.many("field") if order else []
            else:
                found = order.many("move" if kind == "verb" else kind) if order else []
            self.named[place] = {node.key: node for node in reversed(found) if node.key}
        return self.named[place]


NOUNS = {
    "unit": "单位类型",
    "post": "岗位",
    "channel": "来源渠道",
    "order": "单",
    "activity": "活动",
    "document": "文书",
    "meeting": "测评会",
    "series": "统计值",
    "entry_field": "台账字段",
    "indicator": "指标",
    "scope": "口径",
    "field": "字段",
    "state": "状态",
    "role": "角色",
    "clock": "时限",
    "verb": "动作",
}
