"""台账的种类: what a programme says of its activities, as frozen values, and what each counting word means.

The counting word decides how entries add up and by what two of them are the same thing (00_common.md §2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bihuan.core.permission import Actor
from bihuan.core.programmes import Field, Who

Aggregator = Literal["entries", "sum", "distinct", "none"]


@dataclass(frozen=True, slots=True)
class Counting:
    """What a kind of measure counts: its counting words, how it adds up, and what makes two of it one.

    `entries`: every entry is one, nothing is typed. `sum`: numbers add up. `distinct`: two entries may count the same
    person or firm, so their numbers never add up; only a listed field tells how many there are. `none`: a number worked
    out elsewhere, which stands alone.
    """

    words: tuple[str, ...]
    aggregator: Aggregator
    key: str = ""  # person | household | unit: what is counted once
    apart: str = ""  # the kind it is mistaken for


MEASURES: Final[Mapping[str, Counting]] = {
    "sessions": Counting(("场", "场次", "次", "批次"), "entries"),
    "items": Counting(("件", "个", "项", "起", "条", "篇"), "sum"),
    "persons": Counting(("人", "名"), "distinct", "person", apart="person_times"),
    "person_times": Counting(("人次",), "sum", apart="persons"),
    "households": Counting(("户",), "distinct", "household", apart="household_times"),
    "household_times": Counting(("户次",), "sum", apart="households"),
    "units": Counting(("家",), "distinct", "unit", apart="unit_times"),
    "unit_times": Counting(("家次",), "sum", apart="units"),
    "copies": Counting(("份", "册", "张"), "sum"),
    "vehicles": Counting(("辆",), "sum"),
    "animals": Counting(("只", "头"), "sum"),
    "money": Counting(("元",), "sum"),
    "stated": Counting((), "none"),  # of a statistic (统计值), in the word its series has
}
KINDS: Final = tuple(kind for kind in MEASURES if kind != "stated")
WORDS: Final = tuple(dict.fromkeys(word for one in MEASURES.values() for word in one.words))
# What a field of an entry may ask: nothing personal, for a ledger is read by many.
ENTRY_FIELDS: Final = ("text", "long_text", "choice", "choices", "unit", "units", "post", "date", "yes_no")
# How a post stands to the unit an entry is about.
PLACES: Final = ("at", "covers", "everywhere")
# What makes two entries the same material, besides fields of the activity.
SAME: Final = ("unit", "date")


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity of an entry. `of` names the field whose list it counts, so that nothing is typed.

    Above `usual` it is asked about, not refused.
    """

    key: str
    name: str
    kind: str
    name_en: str = ""
    word: str = ""
    of: str = ""
    required: bool = False
    usual: int = 0
    hint: str = ""

    @property
    def counting(self) -> Counting:
        """What its kind counts."""
        return MEASURES[self.kind]

    @property
    def unit(self) -> str:
        """The counting word that stands behind the number."""
        return self.word or self.counting.words[0]

    @property
    def typed(self) -> bool:
        """Whether people write the number; else it is counted from the entry itself."""
        return self.counting.aggregator != "entries" and not self.of


@dataclass(frozen=True, slots=True)
class Idle:
    """A statement that nothing took place and why: not a zero and not a gap (未设岗, 节假日停开)."""

    key: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """A book of the ledger: what is entered, for which units, by whom, with what, and when it counts as late.

    `late` is in whole days after the day itself. `same` are the facts that make two entries the same material.
    `minutes` is what one entry asks of people. `orders` is the kind of order an entry may give birth to, `minute` the
    kind of paper that is the 会议纪要 of one, shared with other books.
    """

    key: str
    name: str
    unit: str
    measures: Mapping[str, Measure]
    fields: Mapping[str, Field]
    recorders: tuple[Who, ...]
    readers: tuple[Who, ...] = ()
    idle: Mapping[str, Idle] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    name_en: str = ""
    title: str = ""
    late: int = 0
    evidence: bool = False
    minutes: int = 0
    orders: str = ""
    channel: str = ""
    minute: str = ""
    hint: str = ""
    bundle: str = ""
    begins: str = "entered"  # the verb of its first event
    prefix: str = "TZ"  # of its numbers
    ahead: bool = False  # may be about days to come

    def listing(self) -> tuple[str, ...]:
        """The fields that list units: an entry is found by each of them."""
        return tuple(key for key, one in self.fields.items() if one.kind in ("unit", "units"))


def reach(actor: Actor, whos: Collection[Who]) -> frozenset[str] | None:
    """Return the units for which the actor's post is one of those named; None is every unit there is."""
    if actor.sort == "system":
        return None
    found: set[str] = set()
    if actor.sort != "post":
        return frozenset()
    for who in whos:
        if who.post and who.post != actor.kind:
            continue
        if who.of == "everywhere":
            return None
        found |= actor.above if who.of == "at" else actor.covers
    return frozenset(found)


def may_record(actor: Actor, activity: Activity, unit: str) -> bool:
    """Whether the actor may enter, correct and withdraw entries about the unit."""
    units = reach(actor, activity.recorders)
    return units is None or unit in units


def reads(actor: Actor, activity: Activity) -> frozenset[str] | None:
    """Return the units whose entries the actor may read: those it records for and those it reads; None is all."""
    return reach(actor, (*activity.recorders, *activity.readers))


def may_read(actor: Actor, activity: Activity, unit: str) -> bool:
    """Whether the actor may read entries about the unit. The list query in `store` answers alike."""
    units = reads(actor, activity)
    return units is None or unit in units


def keeps(actor: Actor, activity: Activity) -> bool:
    """Whether the actor has anything to enter in this book."""
    units = reach(actor, activity.recorders)
    return units is None or bool(units)


def sees_book(actor: Actor, activity: Activity) -> bool:
    """Whether the book is any of the actor's business."""
    units = reads(actor, activity)
    return units is None or bool(units)
