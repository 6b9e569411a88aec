"""时刻: instants as fixed-width UTC text, so that stored text sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """Write an aware instant as 27 characters of UTC text."""
    text = (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")
    return text[:26] + "Z"


def instant(text: str) -> datetime:
    """Read what `iso` wrote; raises ValueError for anything else."""
    return datetime.fromisoformat(text[:-1] + "+00:00")
