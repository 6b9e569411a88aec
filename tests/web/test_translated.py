"""Templates are compiled once for each language, with their sentences in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.utils.translation import gettext_lazy, override
from markupsafe import Markup, escape

from bihuan.web import jinja, translated


def drawn(language: str, source: str, **names: Any) -> str:
    return engines[f"pages-{language}"].env.from_string(source).render(**names).strip()


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "派单台"), ("en", "Desk")])
def test_a_sentence_of_a_template_is_text_in_the_language_it_was_compiled_for(language: str, said: str) -> None:
    assert drawn(language, '<h1>{{ _("派单台") }}</h1>') == f"<h1>{said}</h1>"
    compiled = engines[f"pages-{language}"].env.compile('<h1>{{ _("派单台") }}</h1>', raw=True)
    assert f"<h1>{said}</h1>" in compiled and "gettext" not in compiled.partition("def root")[2]


def test_what_is_put_into_a_sentence_is_escaped_and_the_sentence_is_not() -> None:
    source = '{{ _("第%(n)s步，共7步：%(name)s", n=3, name=name) }}'
    assert drawn("zh-hans", source, name="<b>接单</b>") == "第3步，共7步：&lt;b&gt;接单&lt;/b&gt;"
    english = drawn("en", source, name="<b>")
    assert "&lt;b&gt;" in english and "第" not in english


def test_a_sentence_that_is_not_written_out_is_looked_up_as_the_page_is_drawn() -> None:
    with override("en"):
        assert drawn("en", "{{ _(word) }}", word="派单台") == "Desk"


def test_a_page_is_drawn_by_the_engine_of_its_language() -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            assert jinja.pages() is engines[f"pages-{language}"]


class Marked(str):
    """A text of a class of its own."""


@pytest.mark.parametrize(
    "value", ["<b>“派单”</b> & 'x' \"y\"", "", Marked("<i>"), Markup("<i>"), 7, None, ["<"], gettext_lazy("派单台")]
)
def test_what_a_template_prints_is_escaped_as_ever(value: Any) -> None:
    assert translated.printed(value) == escape(value)
    assert drawn("zh-hans", "<p>{{ value }}</p>", value=value) == f"<p>{escape(value)}</p>"
