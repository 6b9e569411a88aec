"""印出的数: which indicator stands behind each number a page prints, and how it is written there.

What the page says is not known here: it is compared by whoever holds the page (`bihuan figures --page`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bihuan.core.wording import STYLES

# Besides the wordings of numbers: the length a clause states, the bounds a constraint keeps, a record-high, how many
# are named, and what a field of the listed records says.
FORMS: Final = ("period", "range", "record", "named", "fact")
WAYS: Final = (*STYLES, *FORMS)


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed number. `since`, `until` and `as_of` are the page's own window and moment, "" as asked for.

    Several `indicators` must all hold (`record`). `unit` limits it to a unit; `fact` is the field that `fact` reads.
    """

    id: str
    indicators: tuple[str, ...]
    style: str = "exact"
    unit: str = ""
    since: str = ""
    until: str = ""
    as_of: str = ""
    fact: str = ""
