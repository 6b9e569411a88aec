"""交代: what became of every row of a sheet, whatever it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.actions.import_columns import Plan
from bihuan.actions.sheets import Row


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one fact of a row: a code that `words` turns into a sentence, and what stood there."""

    fact: str
    code: str
    value: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, with every fault found in it."""

    row: Row
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class Account:
    """Rows = taken + already + rejected; `plan` tells which columns were read.

    `already` are rows that are here, with the number they have or, inside one sheet, `#` and the line they repeat.
    `first` and `last` are the numbers given.
    """

    plan: Plan
    rows: int = 0
    taken: int = 0
    already: list[tuple[Row, str]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    first: str = ""
    last: str = ""
