"""常用语: keep, change and forget texts used again and again; each belongs to a person or to a post's holders."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.snippets import checked
from bihuan.store import snippets
from bihuan.store.orders import NotFound
from bihuan.store.snippets import Kept

MOST = 20  # of a person, and again of a post


def save_snippet(*, actor: Actor, name: str, text: str, shared: bool, now: datetime) -> int:
    """Keep a text and return its id; one with the same name is replaced.

    Raises Refused `snippet.needs` with `name` or `text`, or `snippet.state.full`.
    """
    name, text = checked(name, text)
    mine = [one for one in snippets.of(actor) if bool(one.post) == shared]
    if len(mine) >= MOST and name not in {one.name for one in mine}:
        raise Refused("snippet.state.full", most=MOST)
    return snippets.put(actor=actor, shared=shared, name=name, text=text, at=iso(now))


def change_snippet(*, actor: Actor, id_: int, name: str, text: str, now: datetime) -> None:
    """Change a text. Raises NotFound for one that is not the actor's, Refused as `save_snippet`."""
    _of(actor, id_)
    name, text = checked(name, text)
    try:
        with transaction.atomic():
            snippets.change(id_, name=name, text=text, at=iso(now))
    except IntegrityError:
        raise Refused("snippet.needs", {"name": "taken_name"}, name=name) from None


def drop_snippet(*, actor: Actor, id_: int) -> Kept:
    """Forget a text and return what it was. Raises NotFound for one that is not the actor's."""
    found = _of(actor, id_)
    snippets.drop(id_)
    return found


def _of(actor: Actor, id_: int) -> Kept:
    found = snippets.one(actor, id_)
    if found is None:
        raise NotFound(str(id_))
    return found
