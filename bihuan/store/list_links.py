"""企业链接: which unit has one and until when, and the orders it opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import sight
from bihuan.store.models import ListLink
from bihuan.store.orders import state_of
from bihuan.store.statements import marks

PAGE = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A unit's link: `until`, `at` as stored text; it opens nothing from `until` on, "" meaning withdrawn."""

    id: int
    unit: str
    generation: int
    until: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders a requester has: all, struck off, ended outside the loop."""

    n: int
    done: int
    ended: int


def of_unit(unit: str) -> Kept | None:
    """Return the unit's link, None where it never had one."""
    return _kept(ListLink.objects.filter(unit=unit).values_list(*_COLUMNS).first())


def of_id(id_: int) -> Kept | None:
    """Return the link with this id."""
    return _kept(ListLink.objects.filter(pk=id_).values_list(*_COLUMNS).first())


_COLUMNS = ("pk", "unit", "generation", "until", "at", "by")


def _kept(row: tuple[int, str, int, str, str, str] | None) -> Kept | None:
    return Kept(*row) if row else None


def give(unit: str, *, until: str, at: str, by: str) -> None:
    """Let the unit's link be valid until an instant; what was given before and not withdrawn stays the same link."""
    ListLink.objects.update_or_create(unit=unit, defaults={"until": until, "at": at, "by": by})


def withdraw(unit: str, *, at: str, by: str) -> bool:
    """Make every link given to the unit so far void; return whether one was valid."""
    rows = ListLink.objects.filter(unit=unit).exclude(until="")
    return bool(rows.update(generation=F("generation") + 1, until="", at=at, by=by))


def counts(*, seen_by: Actor, programmes: Iterable[Programme]) -> Counts:
    """Return how many orders the bearer of a list's link has."""
    where, values = _where(seen_by, programmes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), COUNT(*) FILTER (WHERE o.ring = 7), COUNT(*) FILTER (WHERE NOT o.open AND o.ring <> 7) "
            f"FROM store_order o WHERE {where}",
            values,
        )
        return Counts(*cursor.fetchone())


def orders(
    *, seen_by: Actor, programmes: Iterable[Programme], before: int = 0, limit: int = PAGE
) -> list[tuple[OrderState, int]]:
    """Return (order, generation of its own link), the newest first, from beyond the id `before`."""
    where, values = _where(seen_by, programmes)
    if before:
        where += " AND o.id < %s"
        values.append(before)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.body, o.seq, o.generation FROM store_order o WHERE {where} ORDER BY o.id DESC LIMIT %s",
            [*values, limit],
        )
        return [(state_of(body, seq), generation) for body, seq, generation in cursor.fetchall()]


def _where(actor: Actor, programmes: Iterable[Programme]) -> tuple[str, list[Any]]:
    """Orders of sealed programmes are in no list that a link opens."""
    open_ = [one for one in programmes if not one.sealed]
    allowed, values = sight.visible(actor, open_)
    keys = [one.key for one in open_]
    return f"o.tenant = 1 AND {allowed} AND o.programme IN ({marks(len(keys))})", [*values, *keys]
