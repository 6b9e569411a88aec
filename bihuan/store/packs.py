"""专项版本: published bundles, kept as canonical text and built once per process."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Max

from bihuan.core.instants import iso
from bihuan.core.order_state import Event
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.packs import loader
from bihuan.store import versions
from bihuan.store.models import Bundle

OPEN, CLOSING, RETIRED = "open", "closing", "retired"
STATES = (OPEN, CLOSING, RETIRED)  # takes new orders; only its running orders; not even those
_LISTED = ("programme", "number", "hash", "note", "published", "by", "state")


def publish(content: dict[str, Any], *, note: str, by: str, now: datetime) -> tuple[str, bool]:
    """Keep a bundle and return its name `key@n` and whether it is new; the same content keeps the old number.

    A new one takes new orders from now on, the earlier ones no longer do.
    """
    text = loader.canonical(content)
    hash_ = loader.content_hash(content)
    key = content["programme"]["key"]
    last = Bundle.objects.filter(programme=key).order_by("-number").first()
    if last and last.hash == hash_:
        return f"{key}@{last.number}", False
    number = (Bundle.objects.filter(programme=key).aggregate(n=Max("number"))["n"] or 0) + 1
    Bundle.objects.filter(programme=key, state=OPEN).update(state=CLOSING)
    Bundle.objects.create(
        programme=key, number=number, hash=hash_, content=text, note=note[:200], by=by, published=iso(now)
    )
    versions.bump("packs")
    return f"{key}@{number}", True


def every(key: str) -> dict[str, dict[str, Any]]:
    """Return the content of every published version of a programme by name, the oldest first."""
    return {name: content for name, (content, _at) in history(key).items()}


def history(key: str) -> dict[str, tuple[dict[str, Any], str]]:
    """Return the same with the instant at which each was published."""
    rows = Bundle.objects.filter(programme=key).order_by("number").values_list("number", "content", "published")
    return {f"{key}@{number}": (json.loads(text), at) for number, text, at in rows}


@lru_cache(maxsize=64)
def bundle(name: str) -> Programme:
    """Return the programme of a bundle `key@n`; raises KeyError where it was never published."""
    row = _row(name)
    return _built(name, row.hash, row.content)


@lru_cache(maxsize=64)
def _built(name: str, hash_: str, text: str) -> Programme:
    """Return what a published text says: whoever forgets what is in the tables need not read the same text again."""
    return loader.build(json.loads(text), name, hash_)


def content(name: str) -> dict[str, Any]:
    """Return what was published as a bundle `key@n`, as plain data; raises KeyError where it was never published."""
    found: dict[str, Any] = json.loads(_row(name).content)
    return found


def _row(name: str) -> Bundle:
    key, _, number = name.partition("@")
    row = Bundle.objects.filter(programme=key, number=int(number)).first() if number.isdecimal() else None
    if row is None:
        raise KeyError(name)
    return row


def current() -> dict[str, Programme]:
    """Return the newest bundle of every programme by key; cached by the version of the packs."""
    return {key: bundle(name) for key, name in _known(versions.current().packs)[0].items()}


def states() -> dict[str, str]:
    """Return which of STATES every bundle is in, by name, the newest of a programme last; cached by version."""
    return dict(_known(versions.current().packs)[1])


@lru_cache(maxsize=4)
def _known(version: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return every programme's newest bundle, and every bundle's state."""
    rows = Bundle.objects.order_by("programme", "number").values_list("programme", "number", "state")
    found = {f"{key}@{number}": state for key, number, state in rows}
    return {name.partition("@")[0]: name for name in found}, found


def kinds_of(key: str) -> frozenset[str]:
    """Return every kind of order that any version of a programme ever had; cached by the version of the packs."""
    return _kinds(versions.current().packs, key)


@lru_cache(maxsize=64)
def _kinds(version: int, key: str) -> frozenset[str]:
    return frozenset(
        one["key"] for content in every(key).values() for one in content.get("orders", {}).get("order", ())
    )


def set_state(name: str, state: str) -> None:
    """Let a bundle be open, closing or retired."""
    key, _, number = name.partition("@")
    Bundle.objects.filter(programme=key, number=int(number)).update(state=state)
    versions.bump("packs")


def must_take_orders(programme: Programme) -> None:
    """Refuse `submit.closed-version` where the version takes no new orders."""
    state = _known(versions.current().packs)[1].get(programme.bundle, OPEN)
    if state != OPEN:
        raise Refused("submit.closed-version", bundle=programme.bundle, name=programme.name, state=state)


def programme(key: str) -> Programme:
    """Return the newest bundle of a programme; raises KeyError for an unknown one."""
    return bundle(_known(versions.current().packs)[0][key])


def order_type(bundle_name: str, type_key: str) -> OrderType:
    """Return the kind of order as the bundle declares it; raises KeyError."""
    return bundle(bundle_name).orders[type_key]


def type_of(event: Event, held: OrderType) -> OrderType:
    """Return the kind of order as the version declares it that an event names; `held` is the order's own by now."""
    return held if event.bundle in ("", held.bundle) else order_type(event.bundle, held.key)


def roles_of(programme_key: str, type_key: str) -> OrderType:
    """Return the kind of order whose roles decide who sees it: always the newest bundle's."""
    return programme(programme_key).orders[type_key]


def listed() -> list[dict[str, Any]]:
    """Return every bundle without its content, newest first."""
    rows = Bundle.objects.order_by("programme", "-number").values(*_LISTED)
    return [dict(row) for row in rows]
