"""Whole numbers of addresses and forms: plain digits that a column can hold, nothing else."""

import pytest

from bihuan.core.whole import LARGEST, whole


@pytest.mark.parametrize("text", ["", "²", "１", "-1", "+1", " 1", "1.0", "x", str(LARGEST + 1), "9" * 5000])
def test_what_no_column_holds_is_no_number(text: str) -> None:
    assert whole(text) is None


def test_plain_digits_are_read() -> None:
    assert (whole("0"), whole("007"), whole(str(LARGEST))) == (0, 7, LARGEST)
