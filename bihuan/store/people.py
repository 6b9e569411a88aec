"""人与账号: who a signed-in account is, and in which posts they may act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from bihuan.core.permission import Actor, actor_in
from bihuan.store import calendars, network, versions
from bihuan.store.models import Person


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post one may act in. `id` goes into the session; `stands_for` is the name of whom one stands in for."""

    id: str
    name: str
    unit: str
    stands_for: str = ""


def posts_of(account: AbstractBaseUser | AnonymousUser, now: datetime) -> list[HeldPost]:
    """Return the posts the account holds today, own ones first."""
    key = _person(account)
    net = network.snapshot(calendars.calendar().local_day(now))
    return [
        HeldPost(
            _id(h.post, h.stands_for),
            net.posts[h.post].name,
            net.name(net.posts[h.post].unit),
            net.name(h.stands_for) if h.stands_for else "",
        )
        for h in net.held_by(key)
    ]


def actor_of(account: AbstractBaseUser | AnonymousUser, post: str | None, now: datetime) -> Actor | None:
    """Return the account acting in the chosen post, or in its first one; None where it holds no post today."""
    return actor(_person(account), post or "", now)


def actor(person: str, post: str, now: datetime) -> Actor | None:
    """Return the person acting in a post held today (`key` or `key~stands_for`), "" meaning the first one."""
    if not person:
        return None
    net = network.snapshot(calendars.calendar().local_day(now))
    for held in net.held_by(person):
        if not post or post in (_id(held.post, held.stands_for), held.post):
            return actor_in(net, person, held.post, held.stands_for)
    return None if post == "" else actor(person, "", now) if net.held_by(person) else None


def _id(post: str, stands_for: str) -> str:
    return f"{post}~{stands_for}" if stands_for else post


def _person(account: AbstractBaseUser | AnonymousUser) -> str:
    person = getattr(account, "person", None)  # read with the account by `store.signin`
    return person.key if person is not None else ""


def is_demonstration(user: int) -> bool:
    """Whether the account belongs to the synthetic county, whose passwords anybody may read."""
    return versions.current().synthetic


def give_account(person: str, username: str, password: str) -> None:
    """Let the person sign in with a name and a password; an account that exists gets the new password."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    user = model.objects.filter(username=username).first() or model(username=username)
    user.set_password(password)
    user.save()
    Person.objects.filter(key=person).update(user=user)


def accounts() -> list[dict[str, object]]:
    """Return every person with an account: key, name, username and whether it is active."""
    rows = Person.objects.exclude(user=None).order_by("key").values("key", "name", "user__username", "user__is_active")
    return [dict(row) for row in rows]
