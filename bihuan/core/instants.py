"""时刻: instants as fixed-width UTC text, so that stored text sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache


@lru_cache(maxsize=1024)
def iso(at: datetime) -> str:
    """Write an aware instant as 27 characters of UTC text."""
    # The same few instants are written all over an event and its order.
    text = (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")
    return text[:26] + "Z"


def instant(text: str) -> datetime:
    """Read what `iso` wrote; raises ValueError for anything else."""
    return datetime.fromisoformat(text[:-1] + "+00:00")


def month(text: str, zone: tzinfo) -> str:
    """Return the local month `YYYY-MM` of a stored instant."""
    # No zone is a day away: only the ends of a month may be another one's.
    return text[:7] if "02" <= text[8:10] <= "27" else _month(text, zone)


@lru_cache(maxsize=4096)
def _month(text: str, zone: tzinfo) -> str:
    return instant(text).astimezone(zone).strftime("%Y-%m")
