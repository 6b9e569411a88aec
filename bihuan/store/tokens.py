"""令牌: API tokens by their hash, and what was answered to a repeated request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from bihuan.store.models import ApiToken


@dataclass(frozen=True, slots=True)
class Token:
    """Whom a token stands for: a person in one post."""

    digest: str
    name: str
    person: str
    post: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What is kept of an answer. `status` 0: the request is still being worked on, or its process died."""

    digest: str
    status: int
    body: str
    at: str


def keep(*, name: str, digest: str, person: str, post: str, at: str) -> None:
    """Keep a new token's hash."""
    ApiToken.objects.create(name=name, digest=digest, person=person, post=post, created=at)


def of_digest(digest: str) -> Token | None:
    """Return the token with this hash, None where there is none or it was revoked: one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, name, person, post FROM store_apitoken WHERE digest = %s AND revoked = ''", [digest]
        )
        row = cursor.fetchone()
    return Token(*row) if row else None


def named(name: str) -> bool:
    """Whether a token of that name is in force."""
    return ApiToken.objects.filter(name=name, revoked="").exists()


def revoke(name: str, at: str) -> int:
    """Revoke every token of that name in force; return how many."""
    return ApiToken.objects.filter(name=name, revoked="").update(revoked=at)


def listed() -> list[dict[str, Any]]:
    """Return every token without its hash, the oldest first."""
    rows = ApiToken.objects.order_by("id").values("name", "person", "post", "created", "revoked")
    return [dict(row) for row in rows]


def claim(*, token: str, key: str, digest: str, at: str) -> bool:
    """Take a repeated request's key for oneself; False where it is taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_answer (token, key, digest, status, body, at) VALUES (%s, %s, %s, 0, '', %s) "
            "ON CONFLICT (token, key) DO NOTHING",
            [token, key, digest, at],
        )
        return bool(cursor.rowcount)


def answered(token: str, key: str) -> Answered | None:
    """Return what is kept under the key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, status, body, at FROM store_answer WHERE token = %s AND key = %s", [token, key])
        row = cursor.fetchone()
    return Answered(*row) if row else None


def answer(*, token: str, key: str, status: int, body: str) -> None:
    """Keep what was answered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_answer SET status = %s, body = %s WHERE token = %s AND key = %s", [status, body, token, key]
        )


def release(token: str, key: str) -> None:
    """Give a key back: what was asked under it failed, and may be asked again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_answer WHERE token = %s AND key = %s", [token, key])


def forget_answers(before: str, limit: int = 1000) -> int:
    """Drop answers kept before an instant, so that the table stays small; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM store_answer WHERE id IN (SELECT id FROM store_answer WHERE at < %s ORDER BY id LIMIT %s)",
            [before, limit],
        )
        return int(cursor.rowcount)
