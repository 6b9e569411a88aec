"""用户: one command for the two acts that let somebody work here: holding a post, and being able to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from bihuan.actions import network as changes
from bihuan.actions import people
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.store import accounts, calendars, network, packs
from bihuan.store import people as rows
from bihuan.store.pinyin import key_for


@dataclass(frozen=True, slots=True)
class User:
    """Who may sign in now, by name, and with which password where it is new."""

    name: str
    unit: str
    post: str
    username: str
    password: str


def add_user(
    *,
    actor: Actor,
    name: str,
    post: str,
    now: datetime,
    unit: str = "",
    person: str = "",
    username: str = "",
    covers: Sequence[str] = (),
    since: date | None = None,
    password: str = "",
) -> User:
    """Let a person hold a post from `since` (today) and sign in; both or neither.

    `post` is a post's key or, with a `unit` (key or name), a kind of post: where the unit has none of the kind it is
    set up, looking after `covers` (keys or names of units). A person known by that name is the same person;
    `person` tells namesakes apart. Who has an account gets a
    new password. Raises Refused as `actions.network` and `actions.people` do, and `user.needs` for names that lead
    nowhere.
    """
    with transaction.atomic():
        net = network.snapshot(calendars.calendar().local_day(now))
        begins = since or net.day
        key = _post(net, post, unit, [_unit(net, one) for one in covers], actor, begins, now)
        who = person or _known(net, name)
        if not who:
            changes.appoint(actor=actor, post=key, since=begins, now=now, name=name)
            who = _known(network.snapshot(net.day), name)
        elif not any(held.post == key for held in net.held_by(who)):
            changes.appoint(actor=actor, post=key, since=begins, now=now, person=who, name=name)
        net = network.snapshot(net.day)
        account = accounts.of(who)
        if account is not None and account.username:
            secret = people.reset_password(actor=actor, person=who, now=now, password=password)
            called = account.username
        else:
            taken = {username for username, _person in _usernames()}
            called = (username or key_for(name, taken, "u")).strip().lower()
            secret = people.make_account(actor=actor, person=who, username=called, now=now, password=password)
    held = net.posts[key]
    return User(net.name(who), net.name(held.unit), held.name, called, secret)


def person_called(said: str, now: datetime) -> str:
    """Return the person named by key, sign-in name or full name; raises Refused `user.needs` for none or several."""
    net = network.snapshot(calendars.calendar().local_day(now))
    if said in net.persons:
        return said
    by_username = [person for username, person in _usernames() if username == said.lower()]
    found = by_username or [key for key, name in net.persons.items() if name == said]
    if len(found) == 1:
        return found[0]
    code = "same_name" if found else "unknown_person"
    raise Refused("user.needs", {"person": code}, given={"person": {"value": said, "name": said, "n": len(found)}})


def _usernames() -> list[tuple[str, str]]:
    return [(str(row["user__username"]), str(row["key"])) for row in rows.accounts()]


def _known(net: Network, name: str) -> str:
    found = [key for key, known in net.persons.items() if known == name.strip()]
    if len(found) > 1:
        raise Refused("user.needs", {"person": "same_name"}, given={"person": {"name": name, "n": len(found)}})
    return found[0] if found else ""


def _post(net: Network, post: str, unit: str, covers: Sequence[str], actor: Actor, since: date, now: datetime) -> str:
    if post in net.posts:
        return post
    kinds = {key: kind for one in packs.current().values() for key, kind in one.post_kinds.items()}
    kind = kinds.get(post) or next((one for one in kinds.values() if one.name == post), None)
    if kind is None:
        raise Refused("user.needs", {"post": "unknown_post"}, given={"post": {"value": post}})
    where = _unit(net, unit)
    here = net.posts_at(where, kind.key)
    if here and not kind.many:
        return here[0].key
    vacant = next((one.key for one in here if not net.holders(one.key)), "")
    if vacant:
        return vacant
    key, n = f"{where}.{kind.key}", 1
    while key in net.posts:
        n += 1
        key = f"{where}.{kind.key}{n}"
    changes.set_post(
        actor=actor, key=key, name=kind.name, kind=kind.key, unit=where, covers=covers, since=since, now=now
    )
    return key


def _unit(net: Network, unit: str) -> str:
    if unit in net.units:
        return unit
    found = [one.key for one in net.units.values() if one.name == unit]
    if len(found) == 1:
        return found[0]
    code = "missing" if not unit else "ambiguous_unit" if found else "unknown_unit"
    raise Refused("user.needs", {"unit": code}, given={"unit": {"value": unit, "n": len(found)}})
