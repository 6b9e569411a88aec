"""和以前的版本: a key keeps the type it was given; what was recorded under it must stay readable for ever."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bihuan.core.versions import reused
from bihuan.packs import loader
from bihuan.packs.check import examined
from bihuan.packs.faults import Fault

# What came to mean another sort of thing: the key of its table, and the attribute that says so.
NOUNS = {
    "field": ("field", "kind", "reused-kind"),
    "move": ("verb", "effect", "reused-effect"),
    "measure": ("measure", "kind", "reused-measure"),
    "entry_field": ("entry_field", "kind", "reused-kind"),
    "series": ("series", "word", "reused-word"),
}


def check(path: Path | str, published: Mapping[str, Mapping[str, Any]]) -> list[Fault]:
    """Return a fault for every key of a pack that any published version (content by name) gave another type.

    The pack itself has no fault; see `packs.check`.
    """
    pack = examined(path)
    content = loader.load(path).content
    holders = {"order": pack.names("order"), "ledger": {one.key: one for one in pack.tables("ledger", "activity")}}
    seen: set[tuple[str, str, str]] = set()
    for name, before in reversed(list(published.items())):
        for type_, noun, key, was, now in reused(before, content):
            if (type_, noun, key) not in seen:
                seen.add((type_, noun, key))
                kind, at, code = NOUNS[noun]
                ledger = noun in ("measure", "entry_field")
                holder = None if noun == "series" else holders["ledger" if ledger else "order"][type_]
                node = pack.names(kind, holder)[key]
                pack.add(node, at, code, key=key, bundle=name, was=was, now=now)
    return sorted(pack.faults)
