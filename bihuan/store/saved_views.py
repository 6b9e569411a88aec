"""视图: lists that people come back to, of a person or of a post."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bihuan.core.permission import Actor
from bihuan.store.models import View
from bihuan.store.statements import rows


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved view; `post` is "" for a person's own."""

    id: int
    post: str
    programme: str
    name: str
    filters: dict[str, str]
    limit: int


_FIELDS = ("id", "post", "programme", "name", "filters", "limit")
_READ = (
    'SELECT id, post, programme, name, CAST(filters AS TEXT), "limit" FROM store_view WHERE tenant = 1 '
    "AND programme = %s AND (person = %s AND post = '' OR person = '' AND post = %s AND NOT (post = '')) "
    "ORDER BY post, id"
)


def _mine(actor: Actor) -> Q:
    """The actor's own views, and those of the post acted in."""
    return Q(tenant=1) & (Q(person=actor.person, post="") | (Q(person="", post=actor.post) & ~Q(post="")))


def of(actor: Actor, programme: str) -> list[Saved]:
    """Return the views an actor may use in a programme, own ones first, in the order they were kept; one query."""
    found = rows(_READ, [programme, actor.person, actor.post])  # with every list: the ORM takes longer to say it
    return [Saved(id_, post, key, name, json.loads(filters), n) for id_, post, key, name, filters, n in found]


def one(actor: Actor, id_: int) -> Saved | None:
    """Return a view the actor may use, or None."""
    row = View.objects.filter(_mine(actor), pk=id_).values_list(*_FIELDS).first()
    return Saved(*row) if row else None


def put(*, actor: Actor, shared: bool, programme: str, name: str, filters: dict[str, str], limit: int, at: str) -> int:
    """Keep a view under its name, instead of one that has it, and return its id."""
    owner: dict[str, Any] = {"person": "", "post": actor.post} if shared else {"person": actor.person, "post": ""}
    row, _new = View.objects.update_or_create(
        tenant=1, programme=programme, name=name, **owner, defaults={"filters": filters, "limit": limit, "at": at}
    )
    return int(row.pk)


def change(id_: int, *, name: str, limit: int) -> None:
    """Give a view another name or limit; raises IntegrityError where the name is taken."""
    View.objects.filter(pk=id_).update(name=name, limit=limit)


def drop(id_: int) -> None:
    """Forget a view."""
    View.objects.filter(pk=id_).delete()
