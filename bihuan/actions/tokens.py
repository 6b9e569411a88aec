"""令牌: keys with which another program acts as a person in a post. Shown once, kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.actions.register import SETUP, must_set_up, note
from bihuan.core.instants import iso
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import people, tokens

MARK = "bh_"  # so that a leaked token is found by whoever searches for one
LENGTH = len(MARK) + 43


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who calls: the actor, and the token's hash under which repeated requests are known."""

    actor: Actor
    token: str


def make_token(*, actor: Actor, name: str, person: str, post: str = "", now: datetime) -> tuple[str, Actor]:
    """Make a token that acts as the person in the post (their first one where none is named) and return its text.

    The text is not kept and cannot be shown again. Raises Refused `token.post`, or `token.needs` for a name that is
    empty or taken and for a person without such a post today.
    """
    must_set_up(actor, "token")
    name = name.strip()[:80]
    if not name or tokens.named(name):
        raise _refused("name", "taken" if name else "missing", name)
    bearer = people.actor(person, post, now)
    if bearer is None or (post and bearer.post != post):
        raise _refused("post", "not_held", post or person)
    text = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        tokens.keep(name=name, digest=_digest(text), person=bearer.person, post=bearer.post, at=iso(now))
        facts = {"name": name, "person": bearer.person, "post": bearer.post}
        note(SETUP, actor=actor, verb="token_made", facts=facts, now=now)
    return text, bearer


def revoke_token(*, actor: Actor, name: str, now: datetime) -> None:
    """Make the token of that name void from now on; raises Refused `token.post`, `token.needs`."""
    must_set_up(actor, "token")
    with transaction.atomic():
        if not tokens.revoke(name, iso(now)):
            raise _refused("name", "unknown_token", name)
        note(SETUP, actor=actor, verb="token_revoked", facts={"name": name}, now=now)


def listed() -> list[dict[str, Any]]:
    """Return every token without its secret: name, person, post, created, revoked."""
    return tokens.listed()


def actor_of_token(text: str, now: datetime) -> Bearer | None:
    """Return who calls with this token, None where it is unknown, revoked, or its person left the post.

    The hash is looked up, never the text, so that the time an answer takes says nothing about a token.
    """
    if len(text) != LENGTH or not text.startswith(MARK):
        return None
    found = tokens.of_digest(_digest(text))
    if found is None:
        return None
    bearer = people.actor(found.person, found.post, now)
    return Bearer(bearer, found.digest) if bearer is not None and bearer.post == found.post else None


def _refused(field: str, code: str, value: str) -> Refused:
    return Refused("token.needs", {field: code}, given={field: {"value": value}})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
