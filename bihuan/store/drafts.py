"""草稿: what a person was typing in one place, and files that wait for the move they came with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from bihuan.store.models import Attachment, Draft

KEPT = 40  # drafts of one person; the oldest go first


@dataclass(slots=True)
class Kept:
    """One draft: what was typed, and when as stored text."""

    facts: dict[str, Any]
    at: str


def put(*, person: str, place: str, facts: dict[str, Any], at: str) -> None:
    """Keep what a person typed in a place, instead of what they typed there before."""
    Draft.objects.update_or_create(person=person, place=place, defaults={"facts": facts, "at": at})
    old = Draft.objects.filter(person=person).order_by("-at").values_list("pk", flat=True)[KEPT:]
    if old:
        Draft.objects.filter(pk__in=list(old)).delete()


def drop(*, person: str, place: str) -> int:
    """Forget a draft; return how many there were."""
    with connection.cursor() as cursor:  # after every step: the ORM takes longer to say it than the database to do it
        cursor.execute("DELETE FROM store_draft WHERE person = %s AND place = %s", [person, place])
        return int(cursor.rowcount)


def of(person: str, place: str) -> Kept | None:
    """Return a person's draft in a place, or None."""
    row = Draft.objects.filter(person=person, place=place).values_list("facts", "at").first()
    return Kept(row[0], row[1]) if row else None


def waiting(ids: list[int], person: str) -> list[tuple[int, str]]:
    """Return (id, name) of those files that the person brought and no move has claimed yet."""
    if not ids:
        return []
    return list(Attachment.objects.filter(pk__in=ids, order=0, by=person).order_by("id").values_list("id", "name"))
