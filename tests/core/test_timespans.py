"""时段: periods as offices write them, and the statistics' own rules about windows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bihuan.core.facts import Problem
from bihuan.core.statistics import fits, growth
from bihuan.core.timespans import parse, year_before

TODAY = date(2022, 10, 25)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2022年1-9月", "2022-01-01", "2022-09-30"),
        ("2022年1月－9月", "2022-01-01", "2022-09-30"),
        ("２０２２年１至９月份", "2022-01-01", "2022-09-30"),
        ("2022年 1—9 月累计", "2022-01-01", "2022-09-30"),
        ("2022年2月", "2022-02-01", "2022-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2022年", "2022-01-01", "2022-12-31"),
        ("2021年全年", "2021-01-01", "2021-12-31"),
        ("2022年第三季度", "2022-07-01", "2022-09-30"),
        ("2022年4季度", "2022-10-01", "2022-12-31"),
        ("2022年前三季度", "2022-01-01", "2022-09-30"),
        ("2022年上半年", "2022-01-01", "2022-06-30"),
        ("今年下半年", "2022-07-01", "2022-12-31"),
        ("去年1-9月", "2021-01-01", "2021-09-30"),
        ("截至2022年9月底", "2022-01-01", "2022-09-30"),
        ("2021年11月-2022年9月", "2021-11-01", "2022-09-30"),
        ("2022-01-01至2022-09-30", "2022-01-01", "2022-09-30"),
        ("2022年4月19日—10月25日", "2022-04-19", "2022-10-25"),
        ("2022.4.19~2022.10.25", "2022-04-19", "2022-10-25"),
    ],
)
def test_a_period_in_chinese_is_its_first_and_its_last_day(text: str, since: str, until: str) -> None:
    assert parse(text, TODAY) == (date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize("text", ["", "近年来", "2022", "2022年13月", "2022年0-9月", "2022年第五季度", "九月", "1-9"])
def test_what_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="not_a_period"):
        parse(text, TODAY)


def test_a_period_that_runs_backwards_is_told_apart() -> None:
    with pytest.raises(Problem, match="period_order"):
        parse("2022年9-1月", TODAY)


@pytest.mark.parametrize(
    ("kind", "text", "right"),
    [
        ("month", "2022年9月", True),
        ("month", "2022年1-9月", False),
        ("quarter", "2022年第三季度", True),
        ("quarter", "2022年2-4月", False),
        ("year", "2022年", True),
        ("year", "2022年上半年", False),
        ("cumulative", "2022年4月19日—10月25日", True),
    ],
)
def test_a_window_is_of_the_kind_its_series_has(kind: str, text: str, right: bool) -> None:
    assert fits(kind, *parse(text, TODAY)) is right


def test_growth_is_against_the_same_window_a_year_earlier() -> None:
    assert year_before(date(2020, 2, 29)) == date(2019, 2, 28)
    assert year_before(date(2021, 2, 28)) == date(2020, 2, 29)
    assert growth(Decimal(108), Decimal(100)) == Decimal("8.00")
    assert growth(Decimal(-50), Decimal(-100)) == Decimal("50.00")
    assert growth(Decimal(1), Decimal(0)) is None
