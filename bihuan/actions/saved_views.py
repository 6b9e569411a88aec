"""视图: keep, change and forget the lists somebody comes back to; each belongs to a person or to a post's holders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import saved_views
from bihuan.store.orders import NotFound
from bihuan.store.saved_views import Saved

MOST = 6  # of a person, and again of a post: what stands in one row and is counted on one page
NAME = 20
LARGEST = 1000  # a limit beyond which nothing is counted


def save_view(
    *, actor: Actor, programme: str, name: str, filters: Mapping[str, str], limit: str, shared: bool, now: datetime
) -> int:
    """Keep a view and return its id; one with the same name is replaced.

    Raises Refused `view.needs` with `name`, `limit` or `filters`, or `view.state.full`.
    """
    name, most = _checked(name, limit)
    if not filters:
        raise Refused("view.needs", {"filters": "nothing"})
    mine = [one for one in saved_views.of(actor, programme) if bool(one.post) == shared]
    if len(mine) >= MOST and name not in {one.name for one in mine}:
        raise Refused("view.state.full", most=MOST)
    return saved_views.put(
        actor=actor, shared=shared, programme=programme, name=name, filters=dict(filters), limit=most, at=iso(now)
    )


def change_view(*, actor: Actor, id_: int, name: str, limit: str) -> None:
    """Give a view another name or limit. Raises NotFound for one that is not the actor's, Refused as `save_view`."""
    _of(actor, id_)
    name, most = _checked(name, limit)
    try:
        with transaction.atomic():
            saved_views.change(id_, name=name, limit=most)
    except IntegrityError:
        raise Refused("view.needs", {"name": "taken"}, name=name) from None


def drop_view(*, actor: Actor, id_: int) -> Saved:
    """Forget a view and return what it was. Raises NotFound for one that is not the actor's."""
    found = _of(actor, id_)
    saved_views.drop(id_)
    return found


def _of(actor: Actor, id_: int) -> Saved:
    found = saved_views.one(actor, id_)
    if found is None:
        raise NotFound(str(id_))
    return found


def _checked(name: str, limit: str) -> tuple[str, int]:
    problems = {}
    name = " ".join(name.split())
    if not name:
        problems["name"] = "missing"
    elif len(name) > NAME:
        problems["name"] = "too_long"
    text = limit.strip()
    most = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
    if text and not 0 <= most <= LARGEST:
        problems["limit"] = "not_a_limit"
    if problems:
        raise Refused("view.needs", problems, most=LARGEST, longest=NAME)
    return name, max(most, 0) if text else 0
