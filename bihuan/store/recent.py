"""近况: what was worked out of an order when it was last written here, so that its next step need not do it again.

An order's head names its whole history, so a value kept under a head never goes stale, nor does a state kept under the
whole text that holds it; another process's writing gives the order another head and text: then it is worked out anew.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """A few thousand values by head (or text) and bundle, the oldest dropped first."""

    __slots__ = ("_kept", "_size")

    def __init__(self, size: int = 2000) -> None:
        self._kept: dict[tuple[str, str], T] = {}
        self._size = size

    def get(self, text: str, bundle: str) -> T | None:
        """Return what was kept, or None."""
        return self._kept.get((text, bundle))

    def keep(self, text: str, bundle: str, value: T) -> None:
        """Keep a value that nobody changes any more."""
        if len(self._kept) >= self._size:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[text, bundle] = value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
