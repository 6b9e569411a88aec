"""Every Chinese string of ours has its English, and what is missing is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts import messages


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a package with one string in Python, one in Jinja and one in a Django template."""
    package = tmp_path / "bihuan"
    package.mkdir()
    (package / "words.py").write_text('from x import gettext as _\nsaid = _("派单给%(unit)s")\n', encoding="utf-8")
    (package / "page.html").write_text("<p>{{ _('接单') }}{% trans %}评单{% endtrans %}</p>", encoding="utf-8")
    (package / "shell.html").write_text('{% load i18n %}{% translate "登录" %}', encoding="utf-8")
    return package


def english(**sentences: str) -> Catalog:
    kept = Catalog(locale="en", fuzzy=False)
    kept.add("派单给%(unit)s", sentences.get("dispatch", "Dispatched to %(unit)s"))
    kept.add("接单", sentences.get("accept", "Accept"))
    kept.add("评单", "Rate")
    kept.add("登录", "Sign in")
    return kept


def test_every_string_has_its_english() -> None:
    assert messages.problems(messages.catalogue(), messages.read(messages.path_of("en"))) == []


def test_strings_are_found_in_python_and_in_both_kinds_of_template(page: Path) -> None:
    assert {message.id for message in messages.catalogue(page) if message.id} == {
        "派单给%(unit)s",
        "接单",
        "评单",
        "登录",
    }


def test_a_complete_catalogue_has_no_problem(page: Path) -> None:
    assert messages.problems(messages.catalogue(page), english()) == []


def test_a_missing_sentence_is_named_with_its_file(page: Path) -> None:
    assert messages.problems(messages.catalogue(page), english(accept="")) == ["bihuan/page.html: “接单”没有英文"]


def test_a_translation_that_loses_a_fact_is_refused(page: Path) -> None:
    assert "占位符" in messages.problems(messages.catalogue(page), english(dispatch="Dispatched"))[0]
