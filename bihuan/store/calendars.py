"""日历: the shipped years with the county's own edits laid over them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import cast

from bihuan.core.calendar import Calendar, Day, Kind
from bihuan.packs import calendars as shipped
from bihuan.store import versions
from bihuan.store.models import CalendarDay


def calendar() -> Calendar:
    """Return the working calendar in force; cached by its version."""
    return _calendar(versions.current().calendar)


@lru_cache(maxsize=4)
def _calendar(version: int) -> Calendar:
    edits = CalendarDay.objects.order_by("day").values_list("day", "kind", "name")
    return shipped.load(overrides=tuple((day, Day(cast(Kind, kind), name)) for day, kind, name in edits))


def edit_day(day: date, kind: str, name: str) -> None:
    """Lay one edited day over the shipped year, or take the edit away where `kind` is ""."""
    if kind:
        CalendarDay.objects.update_or_create(day=day, defaults={"kind": kind, "name": name})
    else:
        CalendarDay.objects.filter(day=day).delete()
    versions.bump("calendar")


def edits() -> list[tuple[date, str, str]]:
    """Return every edited day as (day, kind, name)."""
    return list(CalendarDay.objects.order_by("day").values_list("day", "kind", "name"))
