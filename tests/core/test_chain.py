"""存证链: one text for one meaning, whichever library writes it."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.chain import canonical, digest, plain

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DATA = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), _WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_WORDS, inner, max_size=4)),
    max_leaves=20,
)


@given(_DATA)
def test_the_canonical_text_is_what_the_standard_library_writes_sorted_and_composed(value: object) -> None:
    plainly = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical(value) == unicodedata.normalize("NFC", plainly)


@given(_DATA)
def test_what_was_written_reads_back_and_writes_the_same_again(value: object) -> None:
    text = canonical(value)
    assert canonical(plain(text)) == canonical(json.loads(text)) == text


def test_a_decomposed_name_hashes_like_a_composed_one() -> None:
    assert digest(canonical({"name": "Cafe\u0301"})) == digest(canonical({"name": "Caf\u00e9"}))


@pytest.mark.parametrize("value", [datetime(2022, 9, 29, tzinfo=UTC), {1, 2}, b"x", {1: "a"}, 2**64, "\ud800"])
def test_what_plain_data_does_not_know_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"x": value})
