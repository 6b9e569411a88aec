"""登录: in our words, in our shell, and not to be guessed."""

import base64
import re
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from bihuan.store import versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> User:
    return User.objects.create_user("zhou", password="qing-feng-1022")


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def classes(page: str, tag: str) -> list[str]:
    """Return the classes inside the first such element, in order."""
    found = re.search(rf"<{tag}\b.*?</{tag}>", page, re.S)
    assert found
    return re.findall(r'class="([^"]*)"', found.group(0))


def test_the_sign_in_looks_like_the_other_pages(client: Client) -> None:
    sign_in, other = text(client.get("/in/")), text(client.get("/no/such/page/"))
    for same in (r'<link rel="stylesheet"[^>]*>', r'<link rel="icon"[^>]*>', r'<a class="skip".*?</a>', r"<main[^>]*>"):
        assert re.findall(same, sign_in) == re.findall(same, other) != []
    assert [c for c in classes(other, "header") if c != "wide"] == classes(sign_in, "header")
    assert re.findall(r'<div class="shell plain">', sign_in) == re.findall(r'<div class="shell plain">', other) != []


def test_every_page_of_the_sign_in_stands_in_the_shell(client: Client, account: User) -> None:
    client.force_login(account)
    for name in (
        "account_change_password",
        "account_reauthenticate",
        "account_logout",
        "account_inactive",
        "mfa_index",
    ):
        page = text(client.get(reverse(name)))
        assert '<header class="top">' in page and '<div class="entry">' in page, name
        assert "Traceback" not in page and not re.search(r"\bstyle=|\bonclick=", page), name


def test_name_and_password_let_in(client: Client, account: User) -> None:
    answer = client.post("/in/", {"login": "zhou", "password": "qing-feng-1022"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200


def test_one_comes_back_to_the_page_one_wanted_but_never_to_another_site(client: Client, account: User) -> None:
    words = {"login": "zhou", "password": "qing-feng-1022"}
    assert client.post("/in/", {**words, "next": "/me/"}).headers["Location"] == "/me/"
    client.logout()
    assert client.post("/in/", {**words, "next": "https://example.org/"}).headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client: Client, account: User) -> None:
    pages = [text(client.post("/in/", {"login": name, "password": "wrong"})) for name in ("zhou", "unknown")]
    assert all("用户名或密码不对。忘了密码请找管理员重设。" in page for page in pages)


def test_five_wrong_passwords_shut_the_door_for_a_while(client: Client, account: User) -> None:
    for _ in range(5):
        client.post("/in/", {"login": "zhou", "password": "wrong"})
    page = text(client.post("/in/", {"login": "zhou", "password": "qing-feng-1022"}))
    assert "试错太多次了" in page


def test_one_signs_out_by_a_button_and_not_by_opening_an_address(client: Client, account: User) -> None:
    client.force_login(account)
    client.get("/in/out/")
    assert client.get("/me/").status_code == 200
    client.post("/in/out/")
    assert client.get("/me/").headers["Location"].startswith("/in/")


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "account_email"])
def test_nobody_signs_up_or_has_a_password_sent(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_second_step_is_set_up_after_the_password_once_more_and_asked_for_at_the_next_sign_in(
    client: Client, account: User
) -> None:
    client.post("/in/", {"login": "zhou", "password": "qing-feng-1022"})
    again = client.get(reverse("mfa_activate_totp"))
    assert again.headers["Location"].startswith("/in/again/")
    client.post(again.headers["Location"], {"password": "qing-feng-1022"})
    page = text(client.get(reverse("mfa_activate_totp")))
    assert "<svg" in page and "data:image" not in page and "style=" not in page
    found = re.search(r'<span class="mono">(\w+)</span>', page)
    assert found
    code = TOTP(base64.b32decode(found.group(1)), 6, SHA1(), 30).generate(int(time.time())).decode()
    saved = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert saved.status_code == 302
    assert "备用码" in text(client.get(saved.headers["Location"]))
    client.post("/in/out/")
    asked = client.post("/in/", {"login": "zhou", "password": "qing-feng-1022"})
    assert "请填手机验证器上的6位数字" in text(client.get(asked.headers["Location"]))
    assert client.get("/me/").headers["Location"].startswith("/in/")


def test_a_demonstration_account_signs_in_on_this_machine_alone(client: Client, account: User, settings: Any) -> None:
    versions.start_demonstration("2022-10-25T02:20:00.000000Z", "2026-01-01T00:00:00.000000Z", "某县")
    words = {"login": "zhou", "password": "qing-feng-1022"}
    settings.ALLOWED_HOSTS = ["*"]

    def answer(**meta: str) -> int:
        here = Client()
        page = here.post("/in/", words, **{"SERVER_NAME": "127.0.0.1", **meta})  # type: ignore[arg-type]
        assert page.status_code == 302 or "这是演示账号，只能在本机登录" in text(page)
        return page.status_code

    assert answer() == 302
    assert answer(REMOTE_ADDR="::1", SERVER_NAME="localhost") == 302
    assert answer(REMOTE_ADDR="::1", HTTP_HOST="[::1]:8000") == 302
    assert answer(REMOTE_ADDR="192.0.2.7") == 200
    assert answer(SERVER_NAME="county.example.org") == 200
    assert answer(HTTP_X_FORWARDED_FOR="192.0.2.7") == 200
    settings.DEMO_ANYWHERE = True
    assert answer(REMOTE_ADDR="192.0.2.7") == 302
