"""期限日历的链接: who has one and until when."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from bihuan.store.models import CalendarLink


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's link: `until` as stored text; it opens nothing from `until` on, "" meaning withdrawn."""

    id: int
    person: str
    generation: int
    until: str


_COLUMNS = ("pk", "person", "generation", "until")


def of_person(person: str) -> Kept | None:
    """Return the person's link, None where they never had one."""
    row = CalendarLink.objects.filter(person=person).values_list(*_COLUMNS).first()
    return Kept(*row) if row else None


def of_id(id_: int) -> Kept | None:
    """Return the link with this id."""
    row = CalendarLink.objects.filter(pk=id_).values_list(*_COLUMNS).first()
    return Kept(*row) if row else None


def give(person: str, *, until: str, at: str) -> None:
    """Let the person's link be valid until an instant; one given before and not withdrawn stays the same."""
    CalendarLink.objects.update_or_create(person=person, defaults={"until": until, "at": at})


def withdraw(person: str, *, at: str) -> bool:
    """Make every link the person was given so far void; return whether one was valid."""
    rows = CalendarLink.objects.filter(person=person).exclude(until="")
    return bool(rows.update(generation=F("generation") + 1, until="", at=at))
