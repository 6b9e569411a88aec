"""近况: what was worked out of an order when it was last written here, so that its next step need not do it again.

An order's head names its whole history, so a value kept under a head never goes stale, nor does a state kept under the
whole text that holds it; another process's writing gives the order another head and text: then it is worked out anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """A few hundred values by head (or text) and bundle (or what else they hang on), the oldest dropped first."""

    __slots__ = ("_kept", "_size")

    def __init__(self, size: int = 500) -> None:
        # A plain dict walks over all it dropped to find its first entry.
        self._kept: OrderedDict[tuple[str, Hashable], T] = OrderedDict()
        self._size = size

    def get(self, text: str, bundle: Hashable) -> T | None:
        """Return what was kept, or None."""
        return self._kept.get((text, bundle))

    def keep(self, text: str, bundle: Hashable, value: T) -> None:
        """Keep a value that nobody changes any more."""
        if len(self._kept) >= self._size:
            with suppress(KeyError):  # another thread dropped the last one
                self._kept.popitem(last=False)
        self._kept[text, bundle] = value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
