"""时钟声明: what a pack says of a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Clock:
    """A named deadline. `limits` by the value of field `by` (priority, category …), else `limit`.

    `starts` begin it if it is not running, `restarts` begin it anew, `stops` end it; all are verbs.
    """

    key: str
    name: str
    limit: str
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    name_en: str = ""
    restarts: tuple[str, ...] = ()
    by: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)
    owes: str = ""  # the role that owes the act
    pausable: bool = False  # stops while the order is suspended
    extendable: bool = False  # moved by an approved extension
    promise: bool = False  # the promise to the requester; never restarts
    each: str = ""  # "co": one clock for every co-handling unit
    heeds: frozenset[str] = field(init=False, repr=False, compare=False)  # every signal that does anything to it

    def __post_init__(self) -> None:
        object.__setattr__(self, "heeds", frozenset((*self.starts, *self.restarts, *self.stops)))
