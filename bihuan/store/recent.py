"""近况: what was worked out of an order when it was last written here, so that its next step need not do it again.

An order's head names its whole history, so a value kept under a head never goes stale, nor does a state kept under the
whole text that holds it; another process's writing gives the order another head and text: then it is worked out anew.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar
from weakref import ref

T = TypeVar("T")


class Recent(Generic[T]):
    """A few hundred values by head (or text) and bundle (or what else they hang on), the oldest dropped first."""

    __slots__ = ("_half", "_new", "_old")

    def __init__(self, size: int = 500) -> None:
        # Two halves: to drop all of the older one at once is cheaper than to look for the oldest with every value.
        self._new: dict[tuple[str, Hashable], T] = {}
        self._old: dict[tuple[str, Hashable], T] = {}
        self._half = size // 2

    def get(self, text: str, bundle: Hashable) -> T | None:
        """Return what was kept, or None."""
        key = (text, bundle)
        found = self._new.get(key)
        return found if found is not None else self._old.get(key)

    def keep(self, text: str, bundle: Hashable, value: T) -> None:
        """Keep a value that nobody changes any more."""
        if len(self._new) >= self._half:
            self._old, self._new = self._new, {}
        self._new[text, bundle] = value

    def clear(self) -> None:
        """Forget everything."""
        self._old, self._new = {}, {}


class Under(Generic[T]):
    """What was worked out under one thing that all of it hangs on, as a network: under another one it begins anew."""

    __slots__ = ("_kept", "_size")

    def __init__(self, size: int = 500) -> None:
        self._size = size
        self._kept: tuple[ref[object] | None, Recent[T]] = None, Recent(size)

    def of(self, thing: object) -> Recent[T]:
        """Return what is kept under this very thing."""
        under, kept = self._kept  # both at once: other threads may come with another thing
        if under is None or under() is not thing:
            kept = Recent(self._size)
            self._kept = ref(thing), kept
        return kept

    def clear(self) -> None:
        """Forget everything."""
        self._kept = None, Recent(self._size)
