"""拼音: letters to sort names by and to make keys from, where the optional library is there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from functools import lru_cache


@lru_cache(maxsize=65536)
def letters(text: str) -> str:
    """Return the text in lower-case letters without tones (沅澧 → yuanli), or "" where the library is not installed."""
    try:
        from pypinyin import lazy_pinyin
    except ImportError:
        return ""
    return "".join(map(str, lazy_pinyin(text))).lower()


@lru_cache(maxsize=65536)
def initials(text: str) -> str:
    """Return the first letter of every character (人社局 → rsj), or "" where the library is not installed."""
    try:
        from pypinyin import Style, lazy_pinyin
    except ImportError:
        return ""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def key_for(name: str, taken: Container[str], prefix: str = "u") -> str:
    """Return a new key for a name: its letters, or the prefix with a short hash; numbered where it is taken.

    Given once and kept: the same name may get another key on another machine, but no key is ever derived again.
    """
    base = re.sub(r"[^a-z0-9]+", "_", letters(name)).strip("_")[:40].rstrip("_")
    if not base or not base[0].isalpha():
        base = prefix + hashlib.sha256(name.encode()).hexdigest()[:8]
    key, n = base, 1
    while key in taken:
        n += 1
        key = f"{base}{n}"
    return key
