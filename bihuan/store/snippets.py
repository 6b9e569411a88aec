"""常用语: texts of a person and of a post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bihuan.core.permission import Actor
from bihuan.store.models import Snippet


@dataclass(frozen=True, slots=True)
class Kept:
    """One text; `post` is "" for a person's own."""

    id: int
    post: str
    name: str
    text: str


_FIELDS = ("id", "post", "name", "text")


def _mine(actor: Actor) -> Q:
    return Q(tenant=1) & (Q(person=actor.person, post="") | (Q(person="", post=actor.post) & ~Q(post="")))


def of(actor: Actor) -> list[Kept]:
    """Return the texts an actor may use, own ones first; one query."""
    return [Kept(*row) for row in Snippet.objects.filter(_mine(actor)).order_by("post", "id").values_list(*_FIELDS)]


def one(actor: Actor, id_: int) -> Kept | None:
    """Return a text the actor may use, or None."""
    row = Snippet.objects.filter(_mine(actor), pk=id_).values_list(*_FIELDS).first()
    return Kept(*row) if row else None


def put(*, actor: Actor, shared: bool, name: str, text: str, at: str) -> int:
    """Keep a text under its name, instead of one that has it, and return its id."""
    owner: dict[str, Any] = {"person": "", "post": actor.post} if shared else {"person": actor.person, "post": ""}
    row, _new = Snippet.objects.update_or_create(tenant=1, name=name, **owner, defaults={"text": text, "at": at})
    return int(row.pk)


def change(id_: int, *, name: str, text: str, at: str) -> None:
    """Give a text another name or other words; raises IntegrityError where the name is taken."""
    Snippet.objects.filter(pk=id_).update(name=name, text=text, at=at)


def drop(id_: int) -> None:
    """Forget a text."""
    Snippet.objects.filter(pk=id_).delete()
