"""时限: what a limit may be called, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.durations import MOST, UNITS, Duration, parse


@pytest.mark.parametrize(
    ("text", "n", "unit"),
    [
        ("24 hours", 24, "hours"),
        ("1 hour", 1, "hours"),
        ("4 work-hours", 4, "work-hours"),
        ("1 work-hour", 1, "work-hours"),
        ("2 workdays", 2, "workdays"),
        ("1 workday", 1, "workdays"),
        ("15 days", 15, "days"),
        ("1 month", 1, "months"),
        (" 3  Months ", 3, "months"),
        ("24小时", 24, "hours"),
        ("24个小时", 24, "hours"),
        ("4工作时", 4, "work-hours"),
        ("4个工作小时", 4, "work-hours"),
        ("2工作日", 2, "workdays"),
        ("2个工作日", 2, "workdays"),
        ("２ 个工作日", 2, "workdays"),
        ("15日", 15, "days"),
        ("15天", 15, "days"),
        ("1个月", 1, "months"),
    ],
)
def test_a_limit_is_read_in_english_and_in_chinese(text: str, n: int, unit: str) -> None:
    assert parse(text) == Duration(n, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "workdays",
        "两天左右",
        "-1 days",
        "1.5 days",
        "2 weeks",
        "1月",
        "3个天",
        "2 个days",
        "2 days 3 hours",
    ],
)
def test_what_is_no_limit_is_refused_as_unreadable(text: str) -> None:
    with pytest.raises(ValueError, match="^duration-unreadable$"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "code"), [("0 days", "duration-zero"), ("0个月", "duration-zero"), ("10000 hours", "duration-too-long")]
)
def test_a_limit_of_nothing_or_of_centuries_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        parse(text)


def test_a_duration_has_no_unit_of_its_own_making() -> None:
    with pytest.raises(ValueError, match="^duration-unit$"):
        Duration(1, "weeks")  # type: ignore[arg-type]


def test_one_is_written_in_the_singular() -> None:
    assert [str(Duration(1, "months")), str(Duration(2, "workdays"))] == ["1 month", "2 workdays"]


@given(st.integers(1, MOST), st.sampled_from(UNITS))
def test_what_a_duration_writes_it_reads_back(n: int, unit: str) -> None:
    duration = Duration(n, unit)  # type: ignore[arg-type]
    assert parse(str(duration)) == duration
