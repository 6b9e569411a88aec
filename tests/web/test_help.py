"""The manual: every page has its page of it, in both languages, and it names nothing the product does not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver

from bihuan.core.programmes import EFFECTS
from bihuan.packs.loader import programme
from bihuan.web import manuals
from scripts import messages
from tests import cast, lives
from tests.web.staff import at, queries, signed_in, source, text
from tests.web.test_book_exports import FILE, PUBLIC, addresses

pytestmark = pytest.mark.django_db
PACK = Path(__file__).resolve().parents[2] / "programmes" / "enterprise_order"
LANGUAGES = ("zh", "en")


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def said(table: dict[str, object]) -> str:
    """Everything one page of the manual says."""
    keys = [words for _sign, words in table.get("keys", ())]  # type: ignore[attr-defined]
    lists = [line for name in manuals.LISTS for line in table.get(name, ())]  # type: ignore[attr-defined]
    return "\n".join([str(table["title"]), str(table["use"]), *keys, *lists])


def test_every_address_of_the_staff_has_a_manual_page() -> None:
    every = addresses(get_resolver("bihuan.urls"))
    pages = {name for address, name in every if not PUBLIC.match(address) and not FILE.search(address)}
    lacking = {name for name in pages if not manuals.page_for(name, "", ())}
    assert lacking == {"help", "help_page", "order_move"}  # a move's page is found by its effect
    assert {route for kind in manuals.kinds().values() for route in kind.routes} <= {name for _address, name in every}


def test_every_effect_of_a_move_has_a_manual_page_and_only_one() -> None:
    effects = [effect for kind in manuals.kinds().values() for effect in kind.effects]
    assert sorted(effects) == sorted(EFFECTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_manual_page_is_written_in_the_language(language: str) -> None:
    texts = manuals.texts(language)
    assert set(texts) == set(manuals.kinds())
    for key, table in texts.items():
        assert all(table.get(name) for name in ("title", "use", *manuals.LISTS)), key
        assert set(table) <= {"title", "use", "keys", *manuals.LISTS}, key


def test_both_languages_say_as_much_line_by_line() -> None:
    for key, chinese in manuals.texts("zh").items():
        english = manuals.texts("en")[key]
        for name in ("keys", *manuals.LISTS):
            assert len(chinese.get(name, ())) == len(english.get(name, ())), (key, name)


def test_english_pages_hold_no_chinese_but_what_they_quote() -> None:
    for key, table in manuals.texts("en").items():
        rest = re.sub(r"\{[^}]+\}", "", manuals.QUOTED.sub("", said(table)))
        assert re.findall("[\u4e00-\u9fff]+", rest) == [], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_manual_quotes_is_there_in_the_product_or_the_programme(language: str) -> None:
    known = {message.id for message in messages.catalogue()}
    known |= {one for message in known if isinstance(message, tuple | list) for one in message}
    pack, lacking = programme(PACK), []
    for key, table in manuals.texts(language).items():
        for quoted in manuals.QUOTED.findall(said(table)):
            what, colon, word = quoted.partition(":")
            found = manuals.word_of(what, word, [pack]) if colon else quoted in known
            lacking += [] if found else [f"{key}: 「{quoted}」"]
    assert lacking == []


def test_help_opens_the_manual_page_of_this_page() -> None:
    order, _now = lives.played(lives.DISPATCHED)
    zhou = signed_in("zhou")
    for address, key in (
        ("/mine/", "work"), ("/orders/desk/", "desk"), (f"/orders/{order.number}/", "order"),
        (f"/orders/{order.number}/remind/", "leading"), ("/me/", "me"),
    ):  # fmt: skip
        assert f'href="/help/{key}/"' in zhou.get(address).content.decode(), address
    assert 'href="/help/"' in source(zhou.get("/me/"))  # on a telephone
    assert 'href="/help/"' in zhou.get("/nowhere/").content.decode()


def test_a_manual_page_speaks_the_words_of_the_programme_in_the_readers_language() -> None:
    zhou = signed_in("zhou")
    assert "裁定的人" in text(zhou.get("/help/asking/")) and "申请延期" in text(zhou.get("/help/asking/"))
    zhou.cookies["bihuan_language"] = "en"
    english = text(zhou.get("/help/work/"))
    assert "「" not in english and "step" in english


def test_a_line_about_a_move_nobody_here_has_is_left_out() -> None:
    assert manuals.manual("asking", ()).lists["parts"] == []
    assert manuals.manual("asking", [programme(PACK)]).lists["parts"] != []


def test_who_is_signed_out_is_asked_in_and_an_unknown_page_is_not_found() -> None:
    assert Client().get("/help/work/").headers["Location"].startswith("/in/")
    assert signed_in("zhou").get("/help/nothing/").status_code == 404
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody"))
    assert nobody.get("/help/").status_code == nobody.get("/help/me/").status_code == 200


def test_the_directory_names_every_page_and_help_asks_the_database_for_no_more() -> None:
    zhou = signed_in("zhou")
    listed = source(zhou.get("/help/"))
    assert all(f'href="/help/{key}/"' in listed for key in manuals.kinds())
    assert queries(zhou, "/help/work/") <= queries(zhou, "/me/")
