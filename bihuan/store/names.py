"""名称: units, posts and persons of one day found by a part of their name, by its letters or by their initials."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.terms import folded
from bihuan.store import packs
from bihuan.store.pinyin import initials, letters


@dataclass(frozen=True, slots=True)
class Name:
    """Something with a name. `sort` is unit | post | person; `unit` is where a post belongs, or the unit itself."""

    sort: str
    key: str
    name: str
    unit: str = ""


def asking_types() -> frozenset[str]:
    """Return the types of units that ask; "" for programmes in which persons do."""
    return frozenset(order.asker for one in packs.current().values() for order in one.orders.values())


def contact_kinds() -> frozenset[str]:
    """Return the kinds of post that only those who ask have."""
    programmes, asking = packs.current().values(), asking_types()
    return frozenset(key for one in programmes for key, kind in one.post_kinds.items() if set(kind.at) <= asking)


def of_the_office(actor: Actor) -> bool:
    """Whether the actor works in the office: the contacts of those who ask are no readers of its rolls."""
    return actor.sort == "post" and actor.kind not in contact_kinds()


def found(net: Network, text: str, *, seen_by: Actor) -> list[Name]:
    """Return what a word finds in the network: units before posts before persons, each in the network's order.

    A part of the name, its letters (renshe) or initials (rsj) from the beginning on, or the exact key. Nothing for
    those who are no readers of the office's rolls.
    """
    wanted = folded(text)
    if not wanted or not of_the_office(seen_by):
        return []

    def fits(key: str, name: str, pinyin: str = "") -> bool:
        if wanted in folded(name) or key == wanted:
            return True
        return wanted.isascii() and wanted.isalnum() and _sounds(wanted, name, pinyin)

    units = [
        Name("unit", one.key, one.name, one.key) for one in net.units.values() if fits(one.key, one.name, one.pinyin)
    ]
    posts = [Name("post", one.key, one.name, one.unit) for one in net.posts.values() if wanted in folded(one.name)]
    people = [Name("person", key, name) for key, name in net.persons.items() if fits(key, name)]
    return [*units, *posts, *people]


def _sounds(wanted: str, name: str, pinyin: str) -> bool:
    return (pinyin or letters(name)).startswith(wanted) or initials(name).startswith(wanted)
