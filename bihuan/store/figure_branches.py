"""一次数完: several counts as one query, a branch each, with what each adds up to and what it counts once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

NOTHING = "''"


@dataclass(frozen=True, slots=True)
class Branch:
    """One count over some tables. `groups` are the expressions it is divided by, `total` is what is summed, `item` what
    is counted once each, where it is divided too; `values` are the parameters of them all in their order."""

    tables: str
    where: str
    values: Sequence[Any]
    groups: Sequence[str] = ()
    total: str = "0"
    item: str = NOTHING


@dataclass(slots=True)
class Gathered:
    """What a group has: how many records, what they add up to, which items they have."""

    n: int = 0
    total: int = 0
    items: set[str] = field(default_factory=set)

    def add(self, n: int, total: int, items: Iterable[str]) -> None:
        """Add some records."""
        self.n += n
        self.total += total
        self.items.update(item for item in items if item)


Gatherings = dict[tuple[str, ...], Gathered]


def counted(branches: Sequence[Branch]) -> list[Gatherings]:
    """Return what each branch counts by group, in one query; a branch that is not divided has the group ()."""
    if not branches:
        return []
    width = max(len(one.groups) for one in branches)
    found: list[Gatherings] = [{} if one.groups else {(): Gathered()} for one in branches]
    with connection.cursor() as db:
        db.execute(
            " UNION ALL ".join(_sql(at, one, width) for at, one in enumerate(branches)),
            [value for one in branches for value in one.values],
        )
        for at, *group, n, total, item in db.fetchall():
            here = tuple(group[: len(branches[at].groups)])
            found[at].setdefault(here, Gathered()).add(int(n), int(total), (item,))
    return found


def _sql(at: int, one: Branch, width: int) -> str:
    columns = [*one.groups, *[NOTHING] * (width - len(one.groups))]
    places = [str(n + 2) for n in range(len(one.groups))]
    if one.item != NOTHING:
        places.append(str(width + 4))
    select = f"SELECT {', '.join([str(at), *columns, 'COUNT(*)', one.total, one.item])} FROM {one.tables}"
    return f"{select} WHERE {one.where}{' GROUP BY ' + ', '.join(places) if places else ''}"
