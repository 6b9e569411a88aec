"""一次键: names of one filling-in of one form, by which what was sent twice is recorded once."""

from __future__ import annotations

import secrets
import time


def new_key() -> str:
    """Return a key nobody can guess, 32 hexadecimal figures.

    It begins with the time, so that the index of keys grows at its right edge and not all over.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
