"""简报: rows of briefs with their events, what was frozen of them, and the records behind each frozen figure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from bihuan.core.briefs import KIND, BriefState
from bihuan.core.chain import canonical
from bihuan.core.order_state import Event
from bihuan.store import events
from bihuan.store.models import Brief, BriefMember

PAGE = 30
MEMBERS = 100  # records on a page of a frozen figure
Pages = Mapping[tuple[int, str], list[str]]  # (place, part) -> pages as canonical text


def columns(brief: BriefState) -> dict[str, Any]:
    """Return the columns of a brief's row, derived from its state alone."""
    return {
        "programme": brief.programme,
        "kind": brief.kind,
        "state": brief.state,
        "year": brief.year,
        "number": brief.number,
        "seq": brief.seq,
        "head": brief.head,
        "body": canonical(brief.dump()),
    }


def record(
    before: BriefState, event: Event, after: BriefState, *, content: str = "", pages: Pages | None = None
) -> bool:
    """Write event, row and what is frozen where the row still stands at `before.seq`; else return False."""
    frozen = {"content": content} if content else {}
    with transaction.atomic():
        if before.seq == 0:
            Brief.objects.create(id=after.id, **columns(after))
        elif not Brief.objects.filter(pk=after.id, seq=before.seq).update(**columns(after), **frozen):
            return False
        BriefMember.objects.bulk_create(
            [
                BriefMember(brief=after.id, figure=n, part=part, page=page, content=text)
                for (n, part), texts in (pages or {}).items()
                for page, text in enumerate(texts)
            ],
            batch_size=50,
        )
        with connection.cursor() as cursor:
            cursor.execute(events.INSERT, events.values(event, "", KIND))
    return True


def _state(body: str) -> BriefState:
    return BriefState(**json.loads(body))


def one(id_: int) -> BriefState | None:
    """Return a brief, or None. The caller asks whether it may be seen."""
    body = Brief.objects.filter(pk=id_).values_list("body", flat=True).first()
    return _state(body) if body else None


def content_of(id_: int) -> str:
    """Return the canonical text of what was frozen, "" for a brief that was not issued."""
    return Brief.objects.filter(pk=id_).values_list("content", flat=True).first() or ""


def page_of(id_: int, figure: int, part: str, page: int) -> list[dict[str, Any]]:
    """Return one page of the records behind a frozen figure; [] beyond the last."""
    text = (
        BriefMember.objects.filter(tenant=1, brief=id_, figure=figure, part=part, page=page)
        .values_list("content", flat=True)
        .first()
    )
    return json.loads(text) if text else []


def pages_of(id_: int) -> dict[tuple[int, str], list[str]]:
    """Return every page of records of a brief by figure and part, in order; for the recount."""
    found: dict[tuple[int, str], list[str]] = {}
    rows = BriefMember.objects.filter(tenant=1, brief=id_).order_by("figure", "part", "page")
    for figure, part, text in rows.values_list("figure", "part", "content"):
        found.setdefault((figure, part), []).append(text)
    return found


def listed(programme: str, kinds: Mapping[str, Iterable[str]], before: int = 0) -> list[BriefState]:
    """Return a page of the briefs of a programme, the newest first, one more than a page where there are more.

    `kinds` are the kinds one may see, each with the states in which one may.
    """
    rows = _allowed(programme, kinds)
    if before:
        rows = rows.filter(id__lt=before)
    return [_state(body) for body in rows.values_list("body", flat=True)[: PAGE + 1]]


def printing(programme: str, kinds: Mapping[str, Iterable[str]], figure: str, most: int) -> list[BriefState]:
    """Return the newest briefs that print an indicator, at most so many, of the kinds and states one may see."""
    rows = _allowed(programme, kinds).filter(body__contains=f'"figure":"{figure}"')
    return [_state(body) for body in rows.values_list("body", flat=True)[:most]]


def _allowed(programme: str, kinds: Mapping[str, Iterable[str]]) -> QuerySet[Brief]:
    allowed = Q(pk=0)
    for kind, states in kinds.items():
        allowed |= Q(kind=kind, state__in=list(states))
    return Brief.objects.filter(allowed, tenant=1, programme=programme).order_by("-id")


def rows() -> dict[int, dict[str, Any]]:
    """Return every row by id with its content, for the recount."""
    names = ("id", "programme", "kind", "state", "year", "number", "seq", "head", "body", "content")
    return {row["id"]: dict(row) for row in Brief.objects.order_by("id").values(*names)}
