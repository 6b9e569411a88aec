"""账号: who may sign in, beside the posts that say what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth import get_user_model
from django.db.models import Q

from bihuan.store.models import Holding, Person
from bihuan.store.pinyin import letters

PAGE = 50


@dataclass(frozen=True, slots=True)
class Account:
    """A person with the account they have, if any; `posts` are those held on the day asked for."""

    person: str
    name: str
    username: str = ""
    active: bool = False
    posts: tuple[tuple[str, str, str, date], ...] = ()  # unit name, post name, whom stood in for, since


def of(person: str) -> Account | None:
    """Return one person's account without posts; None for an unknown person."""
    row = Person.objects.filter(key=person).values_list("key", "name", "user__username", "user__is_active").first()
    return Account(row[0], row[1], row[2] or "", bool(row[3])) if row else None


def page(day: date, *, text: str = "", with_account: bool | None = None, cursor: str = "") -> tuple[list[Account], str]:
    """Return people by name's letters with their posts on a day, and the cursor of the next page or "".

    `text` is looked for in names, letters and usernames. Two queries.
    """
    found = Person.objects.order_by("pinyin", "key")
    if with_account is not None:
        found = found.filter(user__isnull=not with_account)
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(pinyin__startswith=text.lower()) | Q(user__username__startswith=text.lower())
        )
    if cursor:
        pinyin, _, key = cursor.partition("~")
        found = found.filter(Q(pinyin__gt=pinyin) | Q(pinyin=pinyin, key__gt=key))
    rows = list(found.values_list("id", "key", "name", "pinyin", "user__username", "user__is_active")[: PAGE + 1])
    more = rows[PAGE - 1] if len(rows) > PAGE else None
    rows = rows[:PAGE]
    held: dict[int, list[tuple[str, str, str, date]]] = {}
    alive = Q(since__lte=day) & (Q(until=None) | Q(until__gte=day))
    wanted = ("person_id", "post__unit__name", "post__name", "stands_for__name", "since")
    for person, unit, post, for_, since in (
        Holding.objects.filter(alive, person_id__in=[row[0] for row in rows])
        .order_by("since", "id")
        .values_list(*wanted)
    ):
        held.setdefault(person, []).append((unit, post, for_ or "", since))
    accounts = [
        Account(key, name, username or "", bool(active), tuple(held.get(id_, ())))
        for id_, key, name, _pinyin, username, active in rows
    ]
    return accounts, f"{more[3]}~{more[1]}" if more else ""


def is_taken(username: str) -> bool:
    """Whether an account of that name exists, whatever its case."""
    return bool(get_user_model().objects.filter(username__iexact=username).exists())


def make(person: str, username: str, password: str) -> None:
    """Give a person an account; the caller has checked that neither has one."""
    user = get_user_model().objects.create_user(username, password=password)
    Person.objects.filter(key=person).update(user=user)


def set_password(person: str, password: str) -> None:
    """Give the person's account a new password; every session of theirs ends."""
    user = Person.objects.select_related("user").get(key=person).user
    if user is not None:
        user.set_password(password)
        user.save(update_fields=["password"])


def set_active(person: str, active: bool) -> None:
    """Let the person's account sign in, or no longer."""
    get_user_model().objects.filter(person__key=person).update(is_active=active)


def rename(names: Mapping[str, str]) -> None:
    """Keep new names of persons by key."""
    for key, name in names.items():
        Person.objects.filter(key=key).update(name=name, pinyin=letters(name)[:120])
