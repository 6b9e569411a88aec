"""What an order is found by, how texts are compared, and how a hit is shown."""

from __future__ import annotations

import pytest

from bihuan.core import terms


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("用工", ("用工",)),
        ("  用工　电力 ", ("用工", "电力")),
        ("ＱＤ２０２２", ("qd2022",)),
        ("QD2022-0149", ("qd2022-0149",)),
        ("用", ("用",)),
        ("——", ()),
        ("", ()),
        ("用工 用工", ("用工",)),
    ],
)
def test_a_query_is_read_as_words_however_it_was_typed(typed: str, words: tuple[str, ...]) -> None:
    assert terms.asked(typed) == words


@pytest.mark.parametrize("word", ["数", "数控", "数控操作工", "qd2022-0149", "2022", "3", "用工 电力"])
def test_a_text_that_has_the_words_has_all_their_terms(word: str) -> None:
    text = terms.text_of(["QD2022-0149", "数控操作工缺口30人", "用工和电力"])
    assert terms.holds(text, terms.asked(word))
    assert terms.needed(terms.asked(word)) <= terms.terms(text)


def test_two_characters_of_two_texts_are_no_neighbours() -> None:
    text = terms.text_of(["用", "工厂"])
    assert not terms.needed(("用工",)) <= terms.terms(text)
    assert not terms.holds(text, ("用工",))


def test_no_two_terms_share_a_number() -> None:
    text = "abcdefgh用工电力一二三"
    assert len(terms.terms(text)) == len(set(text)) + len(text) - 1


def test_what_was_found_is_marked_as_it_was_written() -> None:
    assert terms.marked("ＱＤ2022用工", ("qd2022", "工")) == [("ＱＤ2022", True), ("用", False), ("工", True)]


def test_a_snippet_shows_the_neighbourhood_of_the_first_hit() -> None:
    long = "前" * 100 + "电力" + "后" * 200
    pieces = terms.snippet(["没有", long], ("电力",))
    assert [text for text, hit in pieces if hit] == ["电力"]
    assert pieces[0][0] == "…" + "前" * 24
    assert pieces[-1][0].endswith("…")
    assert len("".join(text for text, _ in pieces)) < 110
    assert terms.snippet(["没有"], ("电力",)) == []


def test_names_are_kept_folded_and_whole_texts_are_not() -> None:
    terms.folded("沅澧精铸厂" * 40)  # whatever else was kept, it is not this
    before = terms._of_name.cache_info().currsize
    for n in range(20):
        assert terms.folded(f"第{n}次联系。" * 20) == f"第{n}次联系。" * 20
    assert terms._of_name.cache_info().currsize == before
