"""人与账号: accounts are made, reset and closed by an administrator; each act is one event of the settings' chain."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from django.db import transaction

from bihuan.actions.register import NETWORK, SETUP, must_set_up, note
from bihuan.core.permission import Actor
from bihuan.core.refusal import Refused
from bihuan.core.roll import PERSON_NAME
from bihuan.store import accounts, versions

USERNAME = re.compile(r"^[a-z0-9][a-z0-9_.-]{2,29}$")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another when read from paper


def new_password() -> str:
    """Return a password good to be read aloud and typed: 12 letters and digits in three groups (59 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def make_account(*, actor: Actor, person: str, username: str, now: datetime, password: str = "") -> str:
    """Give a person an account and return its password, which is shown once and kept nowhere.

    Raises Refused `account.post`, or `account.needs` with `person` unknown or having one, `username` bad or taken.
    """
    must_set_up(actor, "account")
    password = password or new_password()
    username = username.strip().lower()
    with transaction.atomic():
        known = accounts.of(person)
        if known is None:
            raise _refused("person", "unknown_person", value=person)
        if known.username:
            raise _refused("person", "has_account", person=known.name, username=known.username)
        if not USERNAME.match(username):
            raise _refused("username", "bad_username", value=username)
        if accounts.is_taken(username):
            raise _refused("username", "taken", value=username)
        accounts.make(person, username, password)
        note(SETUP, actor=actor, verb="account_made", facts={"person": person, "username": username}, now=now)
    return password


def reset_password(*, actor: Actor, person: str, now: datetime, password: str = "") -> str:
    """Give a person's account a new password and return it; it ends every session of theirs.

    Raises Refused `account.post` or `account.needs` (no account).
    """
    must_set_up(actor, "account")
    password = password or new_password()
    with transaction.atomic():
        known = _with_account(person)
        accounts.set_password(person, password)
        note(SETUP, actor=actor, verb="account_reset", facts={"person": person, "username": known.username}, now=now)
    return password


def close_account(*, actor: Actor, person: str, now: datetime) -> None:
    """Let a person no longer sign in; posts and history stay as they are.

    Raises Refused `account.post`, `account.needs` (no account) or `account.self.account` (one's own).
    """
    must_set_up(actor, "account")
    with transaction.atomic():
        known = _with_account(person)
        if actor.person == person:
            raise Refused("account.self.account")
        if known.active:
            accounts.set_active(person, False)
            note(
                SETUP, actor=actor, verb="account_closed", facts={"person": person, "username": known.username}, now=now
            )


def open_account(*, actor: Actor, person: str, now: datetime) -> None:
    """Let a person sign in again. Raises Refused `account.post` or `account.needs` (no account)."""
    must_set_up(actor, "account")
    with transaction.atomic():
        known = _with_account(person)
        if not known.active:
            accounts.set_active(person, True)
            note(
                SETUP, actor=actor, verb="account_opened", facts={"person": person, "username": known.username}, now=now
            )


def rename_person(*, actor: Actor, person: str, name: str, now: datetime) -> None:
    """Put a person's name right. Raises Refused `account.post` or `account.needs`; the event holds no name."""
    must_set_up(actor, "account")
    name = " ".join(name.split())
    with transaction.atomic():
        known = accounts.of(person)
        if known is None:
            raise _refused("person", "unknown_person", value=person)
        if not name:
            raise _refused("name", "missing")
        if len(name) > PERSON_NAME:
            raise _refused("name", "too_long", most=PERSON_NAME)
        if known.name != name:
            accounts.rename({person: name})
            versions.bump("network")
            note(NETWORK, actor=actor, verb="person_named", facts={"person": person}, now=now)


def _with_account(person: str) -> accounts.Account:
    known = accounts.of(person)
    if known is None:
        raise _refused("person", "unknown_person", value=person)
    if not known.username:
        raise _refused("person", "no_account", person=known.name)
    return known


def _refused(field: str, code: str, **facts: object) -> Refused:
    return Refused("account.needs", {field: code}, given={field: facts})
