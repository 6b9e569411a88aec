"""换版计划: the small TOML file that says how running orders go over to another version, read and written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bihuan.core.migration import Plan, PlanFault, read
from bihuan.packs import sources
from bihuan.packs.sources import Text

PARTS = ("states", "clocks", "becomes")


@dataclass(frozen=True, slots=True)
class Found:
    """A plan file as read: the plan, or what is wrong. `slips` are faults of writing, ready to print with their line.

    `shown` is how its faults call the file.
    """

    shown: str
    text: Text
    plan: Plan | None
    slips: tuple[str, ...] = ()
    faults: tuple[PlanFault, ...] = ()

    def line(self, fault: PlanFault) -> int:
        """Return the line of a fault of the plan."""
        return self.text.scan.line(fault.place)


def load(path: Path) -> Found:
    """Read a plan file; never raises for what it finds there."""
    return _found(path.as_posix(), sources.read(path))


def parse(shown: str, text: str) -> Found:
    """Read a plan's text; `shown` is how its faults call it."""
    return _found(shown, sources.parse(shown, text))


def _found(shown: str, text: Text) -> Found:
    if text.table is None:
        return Found(shown, text, None, tuple(str(fault) for fault in text.faults))
    plan, faults = read(text.table)
    return Found(shown, text, plan, faults=tuple(faults))


def written(plan: Plan) -> str:
    """Return the plan as a file's text, which `parse` reads back."""
    lines = [f"programme = {_quoted(plan.programme)}", f"from = {plan.source}", f"to = {plan.target}"]
    for type_, way in plan.ways.items():
        for part in PARTS:
            pairs = getattr(way, part)
            if pairs:
                lines += ["", f"[order.{type_}.{part}]"]
                lines += [f"{key} = {_quoted(value)}" for key, value in pairs.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
