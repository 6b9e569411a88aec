"""指标: what a programme reports, declared as data: what is counted, of what, by which day, within which window.

An indicator is run by its newest published declaration over stable keys and milestones (decisions 21); its
`definition` is the hash of everything that decides the number, so that a printed figure names how it was counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from bihuan.core.chain import canonical, digest

AGGREGATORS: Final = (
    "count",
    "distinct",
    "sum",
    "share",
    "growth",
    "record",
    "stated",
    "rule",
    "constraint",
    "list",
)
# Made of other indicators; all others ask one source.
COMPOSED: Final = ("share", "growth", "record")
OVER: Final = (
    "orders",
    "parts",
    "moves",
    "ledger",
    "units",
    "posts",
    "reviews",
    "cadence",
    "coverage",
    "statistics",
)
WINDOWS: Final = ("asked", "to_as_of", "at", "year")


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign by which an order counts: the moment whose day puts it into a window, and the mark it presupposes.

    Two marks of one moment where one presupposes the other make an honest share: the numerator lies in the denominator.
    A mark without a moment is a stock: what is so at the moment that is asked for.
    """

    moment: str = ""
    within: str = ""


MARKS: Final[Mapping[str, Mark]] = {
    "submitted": Mark("submitted"),
    "dispatched": Mark("dispatched"),
    "returned": Mark("dispatched", "dispatched"),
    "accepted": Mark("accepted"),
    "replied": Mark("replied"),
    "redone": Mark("replied", "replied"),
    "answered": Mark("answered"),
    "dual": Mark("answered", "answered"),
    "due": Mark("due"),
    "on_time": Mark("due", "due"),
    "contact_due": Mark("contact_due"),
    "responded": Mark("contact_due", "contact_due"),
    "closed": Mark("closed"),
    "solved": Mark("closed"),
    "refused": Mark("closed"),
    "surveyed": Mark("surveyed"),
    "confirmed": Mark("surveyed", "surveyed"),
    "rated": Mark("rated"),
    "satisfied": Mark("rated", "rated"),
    "rectified": Mark("rectified"),
    "supervised": Mark("dispatched", "dispatched"),
    "dated": Mark("dated"),
    "open": Mark(),
    "overdue": Mark("", "open"),
}
# How a period of a cadence counts, and how what must be covered does; all but `exempt` lie within the first.
DUTY_MARKS: Final[Mapping[str, Mark]] = {
    "due": Mark(),
    **{kept: Mark("", "due") for kept in ("met", "late", "missed", "excused")},
}
COVER_MARKS: Final[Mapping[str, Mark]] = {
    "required": Mark(),
    "covered": Mark("", "required"),
    "uncovered": Mark("", "required"),
    "exempt": Mark(),
}
POST_MARKS: Final[Mapping[str, Mark]] = {"posts": Mark(), "held": Mark("", "posts"), "vacant": Mark("", "posts")}
# Rounds of rating meetings that were closed; results that were published and stand, and those of them that are bad.
REVIEW_MARKS: Final[Mapping[str, Mark]] = {"rounds": Mark(), "results": Mark(), "bad_results": Mark("", "results")}
# The marks of each sort of record that has any.
MARKED: Final[Mapping[str, Mapping[str, Mark]]] = {
    "parts": {key: MARKS[key] for key in ("dispatched", "replied", "due", "on_time", "open", "overdue")},
    "orders": MARKS,
    "cadence": DUTY_MARKS,
    "coverage": COVER_MARKS,
    "posts": POST_MARKS,
    "reviews": REVIEW_MARKS,
}
# How an activity's entry counts.
ENTRY_MARKS: Final = ("entries", "idle", "late")
# What an order may be chosen by besides the choice fields of its kind; so may the slices of an asking.
ORDER_KEYS: Final = (
    "category", "priority", "channel", "result", "rating", "state", "milestone", "secret", "supervised",
    "left_after_reply",
)  # fmt: skip
YES_NO: Final = ("yes", "no")
PRIORITIES: Final = ("P1", "P2", "P3", "P4")
# What an order may be grouped by besides those and the types of units: its desk (else its lead), and the month.
GROUPS: Final = ("unit", "month")
FEW: Final = 10  # no rate under so many cases (architecture.md §7)


@dataclass(frozen=True, slots=True)
class Where:
    """A condition: the fact `key` is one of these."""

    key: str
    one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopeSet:
    """口径: a named set of units that need not be a branch of the tree (00_common.md §6)."""

    key: str
    name: str
    name_en: str = ""
    units: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure as declared. `of` names the kind of order, activity, unit type, cadence … that `over` has.

    `mark` says by what a record counts and thereby on which day, `day` a date field that says it instead. `value` is
    what is summed or counted once each. `part`, `whole` and `without` are other indicators: a share is part of whole
    less without; growth and record compare `part` with earlier windows. `since` is the first day of a window that
    runs to the as-of moment.
    """

    key: str
    name: str
    aggregator: str
    name_en: str = ""
    over: str = ""
    of: str = ""
    mark: str = ""
    value: str = ""
    day: str = ""
    where: tuple[Where, ...] = ()
    window: str = "asked"
    since: str = ""
    scope: str = ""
    by: tuple[str, ...] = ()
    part: str = ""
    whole: str = ""
    without: str = ""
    word: str = ""
    hint: str = ""
    bundle: str = ""

    def __hash__(self) -> int:
        return hash(self.key)  # its lists are looked up often; all two dozen facts are compared all the same

    @property
    def composed(self) -> bool:
        """Whether it is made of other indicators."""
        return self.aggregator in COMPOSED

    @property
    def stock(self) -> bool:
        """Whether it says what is so at a moment, whatever the window."""
        if self.over in ("units", "posts"):
            return True
        return self.window == "at" or (self.over in ("orders", "parts") and not self.day and not self.moment)

    @property
    def moment(self) -> str:
        """The moment of an order by which it counts, "" for a stock."""
        return MARKS[self.mark].moment if self.mark in MARKS else ""

    @property
    def uses(self) -> tuple[str, ...]:
        """The indicators it is made of."""
        return tuple(key for key in (self.part, self.whole, self.without) if key)


_WORDING = ("name", "name_en", "hint", "word", "by", "bundle")  # these do not decide the number


def definition(indicator: Indicator, known: Mapping[str, Indicator], scopes: Mapping[str, ScopeSet]) -> str:
    """Return the hash of everything that decides the number: the declaration and what it refers to."""
    return digest(canonical(_content(indicator, known, scopes)))


def _content(indicator: Indicator, known: Mapping[str, Indicator], scopes: Mapping[str, ScopeSet]) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in fields(indicator):
        value = getattr(indicator, one.name)
        if one.name in _WORDING or not value:
            continue
        if one.name == "where":
            found["where"] = sorted([where.key, *sorted(where.one_of)] for where in value)
        elif one.name in ("part", "whole", "without"):
            found[one.name] = _content(known[value], known, scopes)
        elif one.name == "scope":
            found["scope"] = [sorted(scopes[value].units), sorted(scopes[value].types)]
        else:
            found[one.name] = value
    return found


def resolved(keys: Iterable[str], known: Mapping[str, Indicator]) -> Iterator[Indicator]:
    """Yield the indicators of these keys with all they are made of, what is used before what uses it, once each."""
    seen: set[str] = set()

    def visit(key: str) -> Iterator[Indicator]:
        if key in seen:
            return
        seen.add(key)
        for other in known[key].uses:
            yield from visit(other)
        yield known[key]

    for key in keys:
        yield from visit(key)


def span(indicator: Indicator, since: date, until: date, as_of: date) -> tuple[date, date]:
    """Return the first and the last day an indicator looks at when it is asked for a window at a moment."""
    if indicator.window == "to_as_of":
        return (date.fromisoformat(indicator.since) if indicator.since else since), as_of
    if indicator.window == "year":
        return until.replace(month=1, day=1), until
    if indicator.stock:
        return as_of, as_of
    return since, until


def within_month(since: date, until: date, month: str) -> tuple[date, date]:
    """Return the part of a window that lies in a month YYYY-MM; it ends before it begins where none does."""
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return max(since, first), min(until, date.fromordinal(after.toordinal() - 1))


def year_before(day: date) -> date:
    """Return the same day one year earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
