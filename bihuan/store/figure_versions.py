"""口径沿革: since when a programme counts a figure, and since when by the definition it has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bihuan.core.indicators import definition
from bihuan.packs import loader
from bihuan.store import packs, versions


@dataclass(frozen=True, slots=True)
class Founded:
    """The version that first declared an indicator, and the one since which it is counted as now, with their instants.

    `edition` counts its definitions, from 1; other words around the same count are the same definition.
    """

    bundle: str
    at: str
    edition: int
    since_bundle: str
    since: str


def founded(programme: str) -> Mapping[str, Founded]:
    """Return this of every indicator of a programme's newest version, by key; read once per published version."""
    return _founded(versions.current().packs, programme)


@lru_cache(maxsize=16)
def _founded(version: int, programme: str) -> Mapping[str, Founded]:
    found: dict[str, Founded] = {}
    hashes: dict[str, str] = {}
    for bundle, (content, at) in packs.history(programme).items():
        known, scopes = loader.indicators(content, bundle), loader.scopes(content)
        now = {key: definition(one, known, scopes) for key, one in known.items()}
        for key, hash_ in now.items():
            was = found.get(key)
            if was is None:
                found[key] = Founded(bundle, at, 1, bundle, at)
            elif hashes[key] != hash_:
                found[key] = Founded(was.bundle, was.at, was.edition + 1, bundle, at)
        hashes |= now
    return found
