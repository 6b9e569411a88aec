"""成对: timing two things one right after the other, again and again, so that a slow minute slows both."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paired:
    """What a comparison gave: microseconds a unit of work, and the ratios of all pairs."""

    base: float
    ours: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the pairs."""
        return statistics.median(self.ratios)

    def facts(self) -> dict[str, float | int]:
        """Return the figures to be kept."""
        low, _, high = statistics.quantiles(self.ratios, n=4) if len(self.ratios) > 1 else (self.ratios[0],) * 3
        return {
            "ratio": round(self.ratio, 2),
            "quarter": round(low, 2),
            "three_quarters": round(high, 2),
            "pairs": len(self.ratios),
            "base_us": round(self.base),
            "ours_us": round(self.ours),
        }


def paired(
    base: Callable[[], int], ours: Callable[[], int], pairs: int, between: Callable[[], object] | None = None
) -> Paired:
    """Time `base` and then `ours`, `pairs` times over; each returns how many units of work it did.

    `between` is done after each pair, outside of the time: what the background does in life.
    """
    base(), ours()
    bases, others, ratios = [], [], []
    for _ in range(pairs):
        one, other = timed(base), timed(ours)
        bases.append(one)
        others.append(other)
        ratios.append(other / one)
        if between:
            between()
    return Paired(statistics.median(bases), statistics.median(others), tuple(ratios))


def timed(work: Callable[[], int]) -> float:
    """Return the microseconds a unit of work took."""
    start = time.perf_counter_ns()
    n = work()
    return (time.perf_counter_ns() - start) / 1000 / max(n, 1)


def pin(core: int) -> bool:
    """Keep this process on one core where the machine has several and says so; return whether it is."""
    if hasattr(os, "sched_setaffinity") and core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {core})
        return True
    return False
