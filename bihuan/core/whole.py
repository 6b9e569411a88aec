"""整数: the whole numbers that addresses, cursors and forms carry, whatever somebody wrote there."""

from __future__ import annotations

LARGEST = 2**63 - 1  # what a column of whole numbers holds


def whole(text: str) -> int | None:
    """Return the whole number a text says in plain digits, None for any other text and for more than a column holds."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)):
        return None
    n = int(text)
    return n if n <= LARGEST else None
