"""数字的地址: where a figure with its records is found; the same address gives the same records for ever."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlencode

from bihuan.core.figures import Asked

NONE = "-"  # a slice of what was not filled in


@lru_cache(maxsize=8192)  # a board has hundreds, and the same ones all day
def figure_href(programme: str, key: str, asked: Asked, part: str = "", **more: str) -> str:
    """Return the address of a figure."""
    given = {"from": asked.since.isoformat(), "to": asked.until.isoformat(), "as_of": asked.as_of, "unit": asked.unit}
    given |= {name: value or NONE for name, value in asked.slices}
    given |= {"part": part, **more}
    kept = {name: value for name, value in given.items() if value}
    return f"/reports/figures/{programme}/{key}/?{urlencode(kept, safe=':,')}"
