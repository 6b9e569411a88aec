"""印出的数的说法: a figure written the way a page prints it, so that both can be compared letter by letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bihuan.core.figures import Figure, Member
from bihuan.core.printed import Printed
from bihuan.core.programmes import Programme
from bihuan.core.wording import STYLES, wording
from bihuan.words.wording import official

NONE = "—"
_DASHES = dict.fromkeys(map(ord, "-‐‑–—−~～至"), "–")


def written(
    printed: Printed,
    programme: Programme,
    found: Sequence[Figure],
    rows: Sequence[Member],
    facts: Mapping[int | str, str],
) -> str:
    """Return how the number is printed; "—" where there is none. `facts` are what the listed records say, by id."""
    first = found[0]
    if any(one.value is None for one in found):
        return NONE
    if printed.style == "record":
        return "record" if all(one.value is True for one in found) else "no record"
    if printed.style == "period":
        return _length(rows[0].amount) if rows else NONE
    if printed.style == "range":
        return _range(printed, programme) if first.value else NONE
    if printed.style == "named":
        return f"{len(rows)} named"
    if printed.style == "fact":
        return "、".join(sorted({fact for fact in facts.values() if fact})) or NONE
    assert printed.style in STYLES and isinstance(first.value, int | Decimal)
    return official(wording(first.value, printed.style))


def _length(amount: str) -> str:
    """A limit as it is declared, `1 month`; of a duty the period it is due in, `half month` or `1 month`."""
    words = amount.replace("_", " ")
    return words if " " in words else f"1 {words}"


def _range(printed: Printed, programme: Programme) -> str:
    of = programme.indicators[printed.indicators[0]].of
    rule = next(one for one in programme.coverages if one.key == of)
    return f"{rule.min}–{rule.max}" if rule.max else f"{rule.min}"


def same(one: str, other: str) -> bool:
    """Whether two printed numbers are the same but for spaces, widths of letters and kinds of dash."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_DASHES).casefold()
