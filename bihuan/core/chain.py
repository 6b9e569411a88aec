"""存证链: canonical text of an event and the hashes that chain the events of one subject."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from typing import Any

import orjson

GENESIS = "0" * 64
# What orjson would write of its own accord, and plain JSON does not know, is refused as it should be.
_PLAIN = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def canonical(value: Any) -> str:
    """Write plain data as the one text that is stored and hashed: sorted keys, NFC, no spaces.

    The caller has no floats in it (`no_floats`): a figure that rounds is no evidence. Raises TypeError for anything
    JSON does not know.
    """
    return normal(written(value))


def written(value: Any) -> str:
    """Write plain data as `canonical` does, for who knows that all its text is NFC."""
    return orjson.dumps(value, option=_PLAIN).decode()


def normal(text: str) -> str:
    """Return the text in NFC: the very same object where it is so already."""
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def plain(text: str) -> Any:
    """Return the data a canonical text holds; raises ValueError for what is no JSON."""
    return orjson.loads(text)


def no_floats(value: Any, path: str = "") -> None:
    """Raise TypeError naming the path of the first float inside plain data."""
    if isinstance(value, float):
        raise TypeError(f"float at {path or '.'}")
    if isinstance(value, dict):
        for key, inner in value.items():
            no_floats(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for inner in value:
            no_floats(inner, f"{path}[]")


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def commitment(salt: str, value: str) -> str:
    """Return what an event holds in place of a personal value, which lives in a table that can be erased."""
    return "sha256:" + digest(f"{salt}\n{value}")


def merkle_root(leaves: Iterable[str]) -> str:
    """Return the root over hexadecimal leaves in order (RFC 6962 shape: 0x00 before leaves, 0x01 before nodes)."""
    level = [hashlib.sha256(b"\0" + leaf.encode()).digest() for leaf in leaves]
    if not level:
        return GENESIS
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0].hex()
