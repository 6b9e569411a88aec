"""集中派单会: rows of sittings with their events, written together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction

from bihuan.core.chain import canonical
from bihuan.core.order_state import Event
from bihuan.core.sittings import KIND, SittingState
from bihuan.store import events
from bihuan.store.models import Sitting
from bihuan.store.statements import marks

PAGE = 30


def columns(sitting: SittingState) -> dict[str, Any]:
    """Return the columns of a sitting's row, derived from its state alone."""
    return {
        "programme": sitting.programme,
        "type": sitting.type,
        "unit": sitting.unit,
        "person": sitting.person,
        "closed": bool(sitting.closed),
        "seq": sitting.seq,
        "head": sitting.head,
        "body": canonical(sitting.dump()),
    }


def record(before: SittingState, event: Event, after: SittingState) -> bool:
    """Write event and row where the row still stands at `before.seq`; False when somebody was first."""
    with transaction.atomic():
        if before.seq == 0:
            Sitting.objects.create(id=after.id, **columns(after))
        elif not Sitting.objects.filter(pk=after.id, seq=before.seq).update(**columns(after)):
            return False
        with connection.cursor() as cursor:
            cursor.execute(events.INSERT, events.values(event, "", KIND))
    return True


def one(id_: int) -> SittingState | None:
    """Return a sitting, or None. The caller asks whether it may be seen."""
    body = Sitting.objects.filter(pk=id_).values_list("body", flat=True).first()
    return SittingState(**json.loads(body)) if body else None


def of_units(units: Iterable[str], programme: str, before: int = 0) -> list[SittingState]:
    """Return a page of the sittings of units in a programme, the newest first; one query."""
    rows = Sitting.objects.filter(tenant=1, unit__in=sorted(units), programme=programme).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    return [SittingState(**json.loads(body)) for body in rows.values_list("body", flat=True)[: PAGE + 1]]


def of_programme(programme: str, before: int = 0) -> list[SittingState]:
    """Return a page of all sittings of a programme, the newest first, for who sees every order."""
    rows = Sitting.objects.filter(tenant=1, programme=programme).order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    return [SittingState(**json.loads(body)) for body in rows.values_list("body", flat=True)[: PAGE + 1]]


def made(commands: Mapping[str, int]) -> dict[str, Event]:
    """Return the events that these commands made, each on the order it is for, by command; one query."""
    if not commands:
        return {}
    some = marks(len(commands))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hash, body FROM store_event WHERE tenant = 1 AND kind = 'order' "
            f"AND subject IN ({some}) AND command IN ({some})",
            [*commands.values(), *commands],
        )
        found = [events.read(body, hash_) for hash_, body in cursor.fetchall()]
    return {event.command: event for event in found}


def rows() -> dict[int, dict[str, Any]]:
    """Return every row by id, for the recount."""
    names = ("id", "programme", "type", "unit", "person", "closed", "seq", "head", "body")
    return {row["id"]: dict(row) for row in Sitting.objects.order_by("id").values(*names)}
