"""数字: what a figure is asked for and what comes back: never a number alone, always with the records it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bihuan.core.indicators import FEW

Value = Decimal | int | bool | None
PARTS = ("records", "numerator", "denominator", "excluded")
# What a figure opens (decisions 18), by how it is made.
OPENS: Mapping[str, str] = {
    "count": "records",
    "distinct": "records",
    "sum": "amounts",
    "share": "rate",
    "growth": "rate",
    "record": "windows",
    "stated": "stated",
    "rule": "clause",
    "constraint": "check",
    "list": "list",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a figure is asked for: a window by the day it occurred (both days included), at which moment (`as_of`,
    "" now; only what was recorded by then counts), of which unit, within which slices.

    A slice is a key of the closed vocabulary with its value, or `month` with YYYY-MM, which narrows any window.
    """

    since: date
    until: date
    as_of: str = ""
    unit: str = ""
    slices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of the lists a figure opens: records | numerator | denominator | excluded."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as evaluated. Money is in yuan, rates are percent, record-high is a bool; None with `missing`.

    `missing` is too_few | no_statistic | no_history | no_base | ambiguous. `hidden` records count and are listed
    without their content, which is none of this reader's business.
    """

    indicator: str
    value: Value
    unit: str
    opens: str
    parts: tuple[Part, ...]
    since: str
    until: str
    as_of: str
    definition: str
    missing: str = ""
    hidden: int = 0

    @property
    def members(self) -> int:
        """How many records the first list has."""
        return self.parts[0].count if self.parts else 0

    def count(self, part: str) -> int:
        """How many records a list has; 0 for one it does not have."""
        return next((one.count for one in self.parts if one.key == part), 0)


@dataclass(frozen=True, slots=True)
class Member:
    """One record behind a figure. `hidden`: it counts, its content is not shown to this reader.

    `kind` is order | part | move | entry | statistic | unit | post | duty | review | clause | window. `more` are
    further facts by name, in stored form, for those who list them.
    """

    kind: str
    id: int | str
    number: str
    title: str
    day: str
    amount: str = ""
    unit: str = ""
    part: str = "records"
    hidden: bool = False
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cause of the difference between two moments: before and after are "" (not counted), "in" or an amount.

    `what` is the number of the entry, or the name of the unit or post, that moved a record which is another thing.
    """

    member: Member
    before: str
    after: str
    verb: str
    at: str
    what: str = ""


@dataclass(slots=True)
class Tally:
    """What a source counted: the value, how many records it opens, and why there is none."""

    value: Value = 0
    count: int = 0
    missing: str = ""
    hidden: int = 0


def share(part: int, whole: int) -> Decimal | None:
    """Return the share in percent with one decimal, None under ten cases; 100.0 only where nothing is missing."""
    if whole < FEW:
        return None
    found = (Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return found if part == whole or found < 100 else Decimal("99.9")


def growth(now: Decimal | int, base: Decimal | int) -> Decimal | None:
    """Return the change in percent with two decimals, None where nothing was there before."""
    if not base:
        return None
    return (Decimal(100) * (Decimal(now) - Decimal(base)) / abs(Decimal(base))).quantize(Decimal("0.01"), ROUND_HALF_UP)
