"""What stands around every page and before it: look, language, guards, errors, health."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from csp.decorators import csp_update
from csp.exceptions import CSPNonceError
from csp.utils import build_policy
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from bihuan.store import network, people, versions
from bihuan.web import health, shell
from bihuan.web.logs import Discreet
from bihuan.web.middleware import Policy
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.addresses")]


@pytest.fixture
def nobody(client: Client) -> Client:
    """A signed-in account that holds no post."""
    client.force_login(User.objects.create_user("nobody"))
    return client


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def token_in(answer: HttpResponse) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(answer))
    assert found
    return found.group(1)


# ---------- who may open a page ----------
def test_a_signed_out_visitor_is_sent_to_the_sign_in_and_comes_back(client: Client) -> None:
    answer = client.get("/try/desk/?queue=x")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/in/?next=/try/desk/%3Fqueue%3Dx")


def test_a_signed_out_part_of_a_page_sends_the_whole_page_to_the_sign_in(client: Client) -> None:
    answer = client.get("/try/desk/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/in/")


def test_an_account_without_a_post_meets_the_same_page_as_an_unknown_address(nobody: Client) -> None:
    def said(path: str) -> tuple[int, str]:
        answer = nobody.get(path)
        body = text(answer)[text(answer).index("<main") :]
        return answer.status_code, body

    assert said("/try/desk/") == said("/no/such/page/") == said("/p/not-yours/")
    assert said("/try/desk/")[0] == 404


def test_an_account_without_a_post_starts_at_its_own_page_which_says_so(nobody: Client) -> None:
    assert nobody.get("/").headers["Location"] == "/me/"
    assert "您现在没有在任的岗位" in text(nobody.get("/me/"))


def test_a_post_one_does_not_hold_cannot_be_chosen(nobody: Client) -> None:
    assert nobody.post("/me/", {"post": "somebody-elses"}).status_code == 404


# ---------- look and language ----------
def test_large_text_is_remembered_by_the_browser_alone(client: Client) -> None:
    answer = client.get("/look/?size=large&next=/in/")
    assert answer.headers["Location"] == "/in/"
    assert 'data-size="large"' in text(client.get("/in/"))
    assert "bihuan_session" not in client.cookies
    client.get("/look/?size=&next=/in/")
    assert "data-size" not in text(client.get("/in/"))


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "in/"])
def test_the_look_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    assert client.get("/look/", {"size": "large", "next": elsewhere}).headers["Location"] == "/"


def test_an_unknown_look_is_not_kept(client: Client) -> None:
    client.get('/look/?size="><script>&next=/in/')
    assert "bihuan_size" not in client.cookies


def test_the_language_follows_the_readers_choice_and_never_the_browser(nobody: Client) -> None:
    assert '<html lang="zh-CN"' in text(nobody.get("/me/", headers={"Accept-Language": "en"}))
    nobody.post("/me/", {"language": "en"})
    page = text(nobody.get("/me/"))
    assert '<html lang="en"' in page and "Sign out" in page
    assert not re.search(r"<h2>[^<]*[一-龥]", page)


def test_shortcuts_can_be_switched_off(nobody: Client) -> None:
    assert 'data-keys="on"' in text(nobody.get("/me/"))
    nobody.post("/me/", {"keys": "off"})
    assert 'data-keys="off"' in text(nobody.get("/me/"))


def test_the_rail_shows_only_places_that_exist(nobody: Client) -> None:
    page = text(nobody.get("/me/"))
    assert not re.search(r'<b aria-hidden="true">[账评]</b>', page)


# ---------- headers ----------
def test_scripts_run_only_with_the_nonce_of_the_answer(nobody: Client) -> None:
    answer = nobody.get("/me/")
    policy = answer.headers["Content-Security-Policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', text(answer)))
    assert len(nonces) == 1
    assert f"'nonce-{nonces.pop()}'" in policy
    assert "unsafe" not in policy and "data:" not in policy and "default-src 'none'" in policy


def test_the_policy_is_django_csps_own_with_a_nonce_and_without(nobody: Client) -> None:
    def parts(policy: str) -> list[str]:
        return sorted(part.strip() for part in policy.split(";"))

    page, redirect = nobody.get("/me/"), Client().get("/me/")
    nonce = re.search(r'nonce="([^"]+)"', text(page))
    assert nonce and redirect.status_code == 302
    for answer, word in ((page, nonce[1]), (redirect, None)):
        assert parts(answer.headers["Content-Security-Policy"]) == parts(build_policy(nonce=word))


def test_an_answer_with_a_policy_of_its_own_keeps_it_and_no_nonce_is_given_after_the_header() -> None:
    request = RequestFactory().get("/")
    own = csp_update({"img-src": ["data:"]})(lambda _: HttpResponse())
    assert "img-src 'self' data:" in Policy(own)(request).headers["Content-Security-Policy"]
    later = RequestFactory().get("/")
    Policy(lambda _: HttpResponse())(later)
    with pytest.raises(CSPNonceError):
        str(later.csp_nonce)  # type: ignore[attr-defined]


def test_a_page_whose_address_is_the_key_is_neither_kept_nor_told(client: Client) -> None:
    headers = client.get("/t/sEcReT/try/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


# ---------- the guard of forms ----------
def test_a_form_without_its_token_is_answered_with_a_plain_sentence() -> None:
    answer = Client(enforce_csrf_checks=True).post("/t/key/try/", {"said": "x"})
    assert answer.status_code == 400
    assert "没有提交" in text(answer)


def test_a_page_without_referrer_may_post_with_its_token_though_its_origin_is_null() -> None:
    client = Client(enforce_csrf_checks=True)
    form = {"said": "热水没通", "csrfmiddlewaretoken": token_in(client.get("/in/"))}
    assert text(client.post("/t/key/try/", form, headers={"Origin": "null"})) == "热水没通"
    assert client.post("/t/key/try/", {"said": "x"}, headers={"Origin": "null"}).status_code == 400
    assert client.post("/t/key/try/", form, headers={"Origin": "https://example.org"}).status_code == 400
    assert client.post("/in/", form, headers={"Origin": "null"}).status_code == 400


# ---------- too large ----------
def test_a_file_over_the_limit_is_named(client: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 100
    files = {"one": SimpleUploadedFile("厂房.jpg", b"x" * 100), "two": SimpleUploadedFile("平面图.pdf", b"x" * 101)}
    answer = client.post("/t/key/try/", files)
    assert answer.status_code == 413
    assert "“平面图.pdf”超过20MB" in text(answer)


def test_files_within_the_limit_arrive(client: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 100
    assert text(client.post("/t/key/try/", {"one": SimpleUploadedFile("a.jpg", b"x" * 100)})) == "a.jpg"


def test_a_body_over_the_limit_is_refused_unread(client: Client, settings: Any) -> None:
    settings.BODY_LIMIT = 10
    assert client.post("/t/key/try/", {"said": "一二三四五六七八九十"}).status_code == 413


# ---------- broken ----------
def test_a_fault_shows_a_number_that_stands_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client(raise_request_exception=False).get("/t/sEcReT/broken/")
    assert answer.status_code == 500
    assert "ZeroDivision" not in text(answer) and "Traceback" not in text(answer)
    found = re.search(r"编号 ([0-9A-F]{4}) ", text(answer))
    assert found
    line = Discreet().format(next(r for r in caplog.records if r.name == "django.request"))
    assert line.endswith(f"[{found.group(1)}]")
    assert "ZeroDivisionError" in line and "sEcReT" not in line


def test_a_database_that_is_away_is_said_and_is_not_called_a_fault() -> None:
    answer = Client(raise_request_exception=False).get("/p/away/")
    assert answer.status_code == 503
    assert "数据库暂时连不上" in text(answer)


def test_a_refusal_no_page_took_up_is_still_said(client: Client) -> None:
    answer = client.get("/p/no/")
    assert answer.status_code == 409
    assert "没有任何改动。拒绝码 close.needs" in text(answer)


def test_a_key_never_stands_in_a_record_of_running() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "GET /t/aBc_9-x/ and next=/t/k2/ and %2Fs%2Fk3", (), None)
    line = Discreet().format(record)
    assert not re.search("aBc|k2|k3", line)


# ---------- health ----------
def test_an_upgraded_database_is_ready(client: Client) -> None:
    assert text(client.get(reverse("healthz"))) == "ok"
    assert (client.get("/readyz").status_code, text(client.get("/readyz"))) == (200, "ok")


def test_without_a_database_it_lives_but_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(connection: object) -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr(health, "MigrationExecutor", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "BIHUAN_DATABASE_URL" in text(answer)
    assert client.get("/healthz").status_code == 200


# ---------- the rail ----------
@pytest.fixture
def office(client: Client) -> Iterator[Client]:
    """The dispatcher of the small county, signed in."""
    cast.found()
    people.give_account("zhou", "zhoumin", "qing-feng-1022")
    client.force_login(User.objects.get(username="zhoumin"))
    shell.address_of.cache_clear()
    yield client
    shell.address_of.cache_clear()


def test_who_acts_in_which_post_stands_at_the_top(office: Client) -> None:
    page = text(office.get("/me/"))
    header = page[page.index("<header") : page.index("</header>")]
    assert "周敏" in header and "周敏的岗位" in header and "产业链点单服务" in header
    assert text(office.get("/try/desk/")) == "zhou"


def test_a_stand_in_may_choose_the_post_and_acts_in_both_names(office: Client) -> None:
    network.put_holding(person="zhou", post="labour.handler", since=cast.SINCE, stands_for="wang")
    versions.bump("network")
    assert "代王磊" in text(office.get("/me/"))
    office.post("/me/", {"post": "labour.handler~wang"})
    page = text(office.get("/me/"))
    assert "王磊的岗位" in page[page.index("<header") : page.index("</header>")]
    assert 'value="labour.handler~wang" checked' in page


def test_a_post_that_ended_is_no_longer_acted_in(office: Client) -> None:
    network.end_holding(person="zhou", post="desk.dispatcher", until=cast.SINCE)
    versions.bump("network")
    assert office.get("/try/desk/").status_code == 404


def test_what_stands_around_a_page_costs_one_query(office: Client, django_assert_num_queries: Any) -> None:
    office.get("/me/")
    with django_assert_num_queries(1):
        office.get("/try/desk/")


def test_the_place_of_the_page_is_marked_and_its_count_shown(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(shell._badges, "network", lambda actor, now: 3)
    monkeypatch.setitem(shell._shown, "setup", lambda actor: False)
    page = text(office.get("/network/"))
    rail = page[page.index('<nav class="rail"') : page.index("<main")]
    assert 'aria-current="page"' in rail and "待办</span>3</span>" in rail
    assert "设置" not in rail
