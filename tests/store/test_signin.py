"""会话, 登录后端: a session and its account are read by two written-out statements, and let in whom the ORM would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bihuan.store import sessions, versions
from bihuan.store.models import Person
from bihuan.store.sessions import SessionStore
from bihuan.store.signin import Backend

pytestmark = pytest.mark.django_db


def account(name: str = "zhou", **more: bool) -> User:
    return User.objects.create_user(name, password="qing-feng-1022", **more)


def kept(**values: str) -> str:
    """Keep a session and return its key."""
    session = SessionStore()
    session.update(values)
    session.save()
    return str(session.session_key)


def test_a_session_is_read_as_it_was_kept() -> None:
    key = kept(post="desk")
    with CaptureQueriesContext(connection) as caught:
        assert SessionStore(key)["post"] == "desk"
    assert len(caught) == 1


def test_a_session_that_ended_is_empty_and_forgets_its_key() -> None:
    key = kept(post="desk")
    for expires, found in ((timedelta(seconds=30), {"post": "desk"}), (timedelta(), {})):
        Session.objects.filter(session_key=key).update(expire_date=timezone.now() + expires)
        session = SessionStore(key)
        assert dict(session.items()) == found
        assert (session.session_key is None) == (not found)


def test_nobody_is_let_in_by_a_session_that_ended() -> None:
    client = Client()
    client.force_login(account())
    assert client.get("/me/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/me/").status_code == 302
    call_command("clearsessions")
    assert not Session.objects.exists()


def test_an_account_comes_with_its_person_in_one_reading() -> None:
    user = account()
    Person.objects.create(key="zhou", name="周某", user=user)
    with CaptureQueriesContext(connection) as caught:
        found = Backend().get_user(user.pk)
        assert isinstance(found, User)
        person = found.person  # type: ignore[attr-defined]
        assert (found, found.username, person.key, person.name) == (user, "zhou", "zhou", "周某")
        assert found.check_password("qing-feng-1022") and found.get_session_auth_hash() == user.get_session_auth_hash()
    assert len(caught) == 1
    assert (found.email, found.date_joined) == (user.email, user.date_joined)  # read when somebody asks


def test_an_account_without_a_person_has_none() -> None:
    found = Backend().get_user(account().pk)
    with CaptureQueriesContext(connection) as caught:
        assert getattr(found, "person", None) is None
    assert len(caught) == 0


def test_an_account_that_was_closed_or_is_gone_lets_nobody_in() -> None:
    user = account(is_active=False)
    assert Backend().get_user(user.pk) is None
    assert Backend().get_user(user.pk + 1) is None
    client, other = Client(), account("sun")
    client.force_login(other)
    assert client.get("/me/").status_code == 200
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_a_new_password_ends_the_sessions_there_are() -> None:
    user, client = account(), Client()
    client.force_login(user)
    user.set_password("qing-feng-1023")
    user.save()
    assert client.get("/me/").status_code == 302


def acting(key: str) -> tuple[User | None, str, int]:
    """Return who acts by a session as a page asks it, the county that came along, and how many statements it took."""
    with CaptureQueriesContext(connection) as caught, versions.held(), sessions.together():
        session = SessionStore(key)
        whose = session.get(SESSION_KEY)
        user = Backend().get_user(int(whose)) if whose else None
        county = versions.current().county
    return user, county, len(caught)  # type: ignore[return-value]


def test_account_and_freshness_come_with_a_session_that_was_read_before() -> None:
    versions.name_county("示例县")
    zhou = account()
    Person.objects.create(key="zhou", name="周某", user=zhou)
    key = kept(**{SESSION_KEY: str(zhou.pk)})
    assert acting(key) == (zhou, "示例县", 2)
    user, county, statements = acting(key)
    assert (user, county, statements) == (zhou, "示例县", 1)
    assert user and user.person.name == "周某"  # type: ignore[attr-defined]


def test_whose_a_session_is_stands_in_its_words_and_not_in_what_was_remembered() -> None:
    zhou, sun = account(), account("sun")
    key, other = kept(**{SESSION_KEY: str(zhou.pk)}), kept(**{SESSION_KEY: str(sun.pk)})
    acting(key), acting(other)
    Session.objects.filter(session_key=key).update(session_data=Session.objects.get(pk=other).session_data)
    assert acting(key)[0] == sun  # as after signing in as somebody else
    assert acting(key) == (sun, "", 1)


def test_what_was_remembered_lets_nobody_in_who_may_not() -> None:
    zhou = account()
    key = kept(**{SESSION_KEY: str(zhou.pk)})
    acting(key)
    User.objects.filter(pk=zhou.pk).update(is_active=False)
    assert acting(key)[0] is None
    User.objects.filter(pk=zhou.pk).update(is_active=True)
    assert acting(key)[0] == zhou
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())
    assert acting(key) == (None, "", 1)
    Session.objects.filter(session_key=key).delete()
    assert acting(key) == (None, "", 1)
    again = kept(**{SESSION_KEY: str(zhou.pk)})
    acting(again)
    zhou.delete()
    assert acting(again)[0] is None


def test_an_account_read_along_is_given_to_nobody_else_and_not_kept_for_later() -> None:
    zhou, sun = account(), account("sun")
    key = kept(**{SESSION_KEY: str(zhou.pk)})
    acting(key)
    with sessions.together():
        assert SessionStore(key).get(SESSION_KEY) == str(zhou.pk)
        assert Backend().get_user(sun.pk) == sun
        assert Backend().get_user(zhou.pk) == zhou
        User.objects.filter(pk=zhou.pk).update(is_active=False)
        assert Backend().get_user(zhou.pk) is None
        SessionStore(key).get(SESSION_KEY)
    User.objects.filter(pk=zhou.pk).update(is_active=True)
    assert Backend().get_user(zhou.pk) == zhou


def test_words_of_a_session_hold_for_the_key_they_were_signed_with_and_are_nobodys_to_change(settings: Any) -> None:
    key = kept(post="desk")
    first = SessionStore(key)
    first["post"] = "other"  # of this request alone: it was not saved
    assert SessionStore(key)["post"] == "desk"
    words = Session.objects.get(pk=key).session_data
    assert SessionStore().decode(words[:-1] + ("A" if words[-1] != "A" else "B")) == {}
    settings.SECRET_KEY = "another key of the installation"
    assert SessionStore(key).get("post") is None
