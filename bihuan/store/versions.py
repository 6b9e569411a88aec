"""新旧: one row says how fresh the cached network, packs and calendar are, and which clock runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from bihuan.store.models import Version

NAMES = ("network", "packs", "calendar", "epoch", "started", "county", "synthetic")
_held: ContextVar[list[Versions] | None] = ContextVar("versions", default=None)


@dataclass(frozen=True, slots=True)
class Versions:
    """The numbers as last read. `epoch` and `started` are "" where no demonstration clock runs."""

    network: int = 1
    packs: int = 1
    calendar: int = 1
    epoch: str = ""
    started: str = ""
    county: str = ""
    synthetic: bool = False


def current() -> Versions:
    """Return the numbers now: one query, or none inside `held` after the first."""
    kept = _held.get()
    if kept:
        return kept[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(NAMES)} FROM store_version WHERE id = 1")
        row = cursor.fetchone()
    found = _of(row or ())
    if kept is not None:
        kept.append(found)
    return found


def _of(row: Sequence[Any]) -> Versions:
    if not row or row[0] is None:
        return Versions()
    return Versions(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]))


def are_known() -> bool:
    """Whether `current` needs no query now."""
    return bool(_held.get())


def keep(row: Sequence[Any]) -> None:
    """Keep numbers that another query read along (`NAMES`, None where there is no row yet), inside `held`."""
    kept = _held.get()
    if row and kept is not None and not kept:
        kept.append(_of(row))


class held(ContextDecorator):
    """Read the numbers at most once inside: one page, one command sees one network. Within another it adds nothing."""

    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = None if _held.get() is not None else _held.set([])

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _held.reset(self._token)

    def _recreate_cm(self) -> held:
        return held()  # a decorator is one object for every call: each call has a token of its own


def forget() -> None:
    """Drop what `held` keeps, after something was changed inside it."""
    kept = _held.get()
    if kept is not None:
        kept.clear()


def bump(what: str) -> None:
    """Count one number up in the transaction of the change: `network`, `packs` or `calendar`."""
    Version.objects.get_or_create(id=1)
    Version.objects.filter(id=1).update(**{what: F(what) + 1})
    forget()


def start_demonstration(epoch: str, started: str, county: str) -> None:
    """Let the demonstration's own clock stand at `epoch` when the real one stood at `started` (decisions 17)."""
    Version.objects.update_or_create(
        id=1, defaults={"epoch": epoch, "started": started, "county": county, "synthetic": True}
    )
    forget()


def name_county(county: str) -> None:
    """Keep the county's name for the headings of pages."""
    Version.objects.update_or_create(id=1, defaults={"county": county})
    forget()
