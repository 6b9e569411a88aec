"""钟: what time it is for this installation. The demonstration has a clock of its own (decisions 17)."""

from __future__ import annotations

from datetime import UTC, datetime

from bihuan.core.instants import instant
from bihuan.store import versions


def now() -> datetime:
    """Return the present instant, or the demonstration's: its epoch plus the time gone by since it was made."""
    seen = versions.current()
    real = datetime.now(UTC)
    if not seen.epoch:
        return real
    return instant(seen.epoch) + (real - instant(seen.started))


def is_demonstration() -> bool:
    """Whether this installation shows the synthetic county."""
    return versions.current().synthetic
