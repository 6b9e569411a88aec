"""措辞: what is said is never more than what was counted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.wording import BY_NAME, STYLES, WAN, YI, fits, step, wording
from bihuan.words.wording import official, said, shown

MONEY = st.decimals(min_value=0, max_value=10**13, places=2, allow_nan=False, allow_infinity=False)


def text(value: int | str | None, style: str = "exact", **more: object) -> str:
    found = Decimal(value) if isinstance(value, str) else value
    return official(wording(found, style, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        (98, "exact", "98"),
        (57, "over", "50多"),
        (50, "over", "50"),
        (7, "over", "7"),
        (185, "surplus", "180余"),
        (1273, "over", "1200多"),
        (11353, "surplus", "1.1万余"),
        (11353, "exact", "11353"),
        (12000, "surplus", "12000"),
        (98, "near", "近100"),
        (91, "near", "91"),
        (100, "near", "100"),
        (57, "near", "近60"),
        (19700, "near", "近2万"),
        ("21500000", "wan", "2150万元"),
        ("22100000000", "yi", "221亿元"),
        ("7589000000", "yi", "75.89亿元"),
        ("21501234.50", "wan", "2150.12345万元"),
        ("21571234.50", "wan_over", "2100多万元"),
        ("2960000000", "yi_near", "近30亿元"),
        ("7.87", "percent", "7.87%"),
        ("7.10", "percent", "7.1%"),
        ("-25", "change", "下降25%"),
        ("9.45", "growth", "增长9.45%"),
        ("0", "growth", "持平"),
        ("1.2", "points", "上升1.2个百分点"),
        (0, "exact", "0"),
        (0, "over", "0"),
    ],
)
def test_a_number_is_said_as_an_office_says_it(value: int | str, style: str, expected: str) -> None:
    assert text(value, style) == expected


def test_a_share_that_was_counted_has_one_decimal_and_is_whole_only_where_nothing_is_missing() -> None:
    assert text(str(Decimal(104) * 100 / 112), "percent", rate=True) == "92.9%"
    assert text(str(Decimal(9999) * 100 / 10000), "percent", rate=True) == "99.9%"
    assert text("100", "percent", rate=True) == "100%"
    assert text(str(Decimal(100) / 9000), "percent", rate=True) == "0.1%"
    assert text("0", "percent", rate=True) == "0%"


def test_what_is_too_few_or_not_there_is_said_in_words_and_never_as_a_number() -> None:
    assert text(None, "exact", missing="too_few") == "少于5"
    assert text(None, "percent", missing="too_few") == "（不计率）"
    assert text(None, "yi", missing="no_statistic") == "（尚未报来）"
    assert text(None, "yi", missing="something_else") == "（没有数据）"


def test_an_english_page_says_it_in_english_and_a_paper_still_in_chinese() -> None:
    worded = wording(57, "over")
    with translation.override("en"):
        assert official(worded) == "50多"
        assert said(wording(Decimal("92.9"), "percent")) == "92.9%"


def test_where_nobody_chose_a_style_money_is_said_in_ten_thousands_or_hundred_millions() -> None:
    assert shown(Decimal(21500000), "元") == "2150万元"
    assert shown(Decimal(22100000000), "元") == "221亿元"
    assert shown(Decimal("92.857"), "%", rate=True) == "92.9%"
    assert shown(98, "件") == "98"


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["over", "surplus", "exact"]))
def test_more_than_a_round_number_never_says_more_than_the_number(n: int, style: str) -> None:
    worded = wording(n, style)
    number = Decimal(worded.number) * worded.scale
    assert number <= n
    assert (worded.form == "exact") == (number == n)
    assert n - number < max(step(Decimal(n)), 1)


@given(st.integers(min_value=1, max_value=10**9))
def test_nearly_a_round_number_misses_it_by_a_twentieth_at_most(n: int) -> None:
    worded = wording(n, "near")
    number = Decimal(worded.number) * worded.scale
    if worded.form == "exact":
        assert number == n
    else:
        assert n < number
        assert (number - n) * 20 <= number
        assert number % 10 == 0


@given(MONEY, st.sampled_from(["wan", "yi", "wan_over", "yi_over", "exact"]))
def test_money_is_never_rounded_up_and_keeps_every_fen_where_it_is_said_exactly(value: Decimal, style: str) -> None:
    worded = wording(value, style)
    number = Decimal(worded.number) * worded.scale
    assert number <= value
    if worded.form == "exact":
        assert number == value


@given(st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False, allow_infinity=False))
def test_a_change_says_its_direction_and_no_sign(value: Decimal) -> None:
    for style in ("change", "growth", "points"):
        worded = wording(value, style)
        assert not worded.number.startswith("-")
        assert worded.turn == ("up" if value > 0 else "down" if value < 0 else "same")


def test_a_style_fits_what_it_can_say_and_nothing_else() -> None:
    assert fits("wan", "元") and fits("over", "家") and fits("percent", "%")
    assert not fits("wan", "件") and not fits("over", "元") and not fits("percent", "家") and not fits("exact", "%")
    assert BY_NAME["多"].key == "over" and {BY_NAME[one.name].key for one in STYLES.values()} == set(STYLES)
    assert (WAN, YI) == (10000, 100000000)
