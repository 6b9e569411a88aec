"""表单令: the hidden field of a form is one that Django's guard takes, under a new mask each time."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.contrib.auth.models import User
from django.middleware.csrf import (
    CSRF_ALLOWED_CHARS,
    _check_token_format,
    _does_token_match,
    _mask_cipher_secret,
    _unmask_cipher_token,
)
from django.test import Client

from bihuan.web.form_token import masked

SECRET = "aZ09" * 8
FIELD = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def test_a_token_is_one_that_the_guard_takes_and_never_the_same_twice() -> None:
    found = {masked(SECRET) for _ in range(200)}
    assert len(found) == 200
    for token in found:
        _check_token_format(token)
        assert _unmask_cipher_token(token) == SECRET
        assert _does_token_match(token, SECRET)
        assert not _does_token_match(token, SECRET[::-1])


def test_every_letter_of_a_mask_comes_as_often_as_any_other() -> None:
    n = 2000
    seen = Counter(char for _ in range(n) for char in masked(SECRET))
    assert seen.keys() == set(CSRF_ALLOWED_CHARS)
    each = n * 64 / len(CSRF_ALLOWED_CHARS)  # some two thousand: a tenth more or less is five deviations
    assert all(abs(times - each) < each / 8 for times in seen.values())


@pytest.fixture
def client() -> Client:
    """A browser that is signed in and has no form's cookie yet."""
    found = Client(enforce_csrf_checks=True)
    found.force_login(User.objects.create_user("nobody"))
    return found


@pytest.mark.django_db
def test_a_browser_gets_its_cookie_once_and_its_forms_are_taken(client: Client) -> None:
    first = client.get("/me/")
    token = FIELD.search(first.content.decode())
    assert token and first.cookies["bihuan_form"].value
    again = client.get("/me/")
    assert "bihuan_form" not in again.cookies
    later = FIELD.search(again.content.decode())
    assert later and later[1] != token[1]
    for one in (token[1], later[1]):
        assert client.post("/me/", {"language": "zh-hans", "csrfmiddlewaretoken": one}).status_code == 302
    assert client.post("/me/", {"language": "zh-hans", "csrfmiddlewaretoken": masked("b" * 32)}).status_code == 400


@pytest.mark.django_db
def test_a_cookie_in_an_older_form_is_written_anew(client: Client) -> None:
    client.cookies["bihuan_form"] = _mask_cipher_secret(SECRET)
    assert client.get("/me/").cookies["bihuan_form"].value == SECRET
    assert "bihuan_form" not in client.get("/me/").cookies
