"""日历: which days are worked, against hand counts and against two independent packages."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.calendar import WINDOWS, Calendar, Day
from bihuan.packs import calendars
from bihuan.packs.calendars import CalendarFault, load, read_year
from scripts import make_calendars

SHANGHAI = ZoneInfo("Asia/Shanghai")
CN = load()


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


# Days of the year less Saturdays and Sundays less statutory days: 365-105-11, 365-105-11, 366-104-11, 365-104-13,
# 365-104-13. Make-up days only move work about.
@pytest.mark.parametrize(("year", "count"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_workdays_as_its_notice_leaves(year: int, count: int) -> None:
    assert sum(CN.is_workday(day) for day in days_of(year)) == count
    assert CN.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_agrees_with_an_independent_package(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    assert [day for day in days_of(year) if CN.is_workday(day) != other.is_working_day(day)] == []


def test_the_shipped_files_are_what_the_generator_writes() -> None:
    for year in calendars.shipped():
        made = read_year(make_calendars.year_text(year.year), "made")
        assert (made.days, made.source) == (year.days, year.source)


def test_every_year_from_2004_to_2026_is_known_and_names_its_source() -> None:
    assert sorted(CN.known_years) == list(range(2004, 2027))
    assert all("国务院办公厅" in year.source and "chinese-calendar" in year.source for year in calendars.shipped())


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        (date(2022, 9, 30), "workday", "周五"),
        (date(2022, 10, 1), "holiday", "国庆节"),
        (date(2022, 10, 7), "holiday", "国庆节"),
        (date(2022, 10, 8), "make-up", "调休上班"),
        (date(2022, 10, 9), "make-up", "调休上班"),
        (date(2022, 10, 15), "rest", "周六"),
        (date(2022, 10, 16), "rest", "周日"),
        (date(2015, 9, 3), "holiday", "抗战胜利70周年纪念日"),
        (date(2012, 6, 23), "holiday", "端午节"),
    ],
)
def test_a_day_has_a_kind_and_the_name_people_know_it_by(day: date, kind: str, name: str) -> None:
    assert (CN.kind(day), CN.name_of(day)) == (kind, name)
    assert CN.is_workday(day) == (kind in ("workday", "make-up"))
    assert CN.is_statutory_holiday(day) == (kind == "holiday")


def test_the_next_workday_jumps_the_holiday_and_the_turn_of_the_year() -> None:
    assert CN.next_workday(date(2022, 9, 30)) == date(2022, 10, 8)
    assert CN.next_workday(date(2022, 9, 30), 3) == date(2022, 10, 10)
    assert CN.next_workday(date(2022, 12, 30)) == date(2023, 1, 3)
    assert CN.last_workday(date(2022, 10, 8)) == date(2022, 9, 30)
    assert CN.last_workday(date(2023, 1, 3)) == date(2022, 12, 30)
    assert CN.workday_from(date(2022, 10, 1)) == date(2022, 10, 8)
    assert CN.workday_from(date(2022, 10, 8)) == date(2022, 10, 8)
    with pytest.raises(ValueError, match="calendar-count"):
        CN.next_workday(date(2022, 9, 30), 0)


@given(st.dates(date(2003, 1, 1), date(2028, 12, 31)), st.integers(1, 600))
def test_fast_counting_agrees_with_counting_day_by_day(day: date, n: int) -> None:
    slow, left = day, n
    while left:
        slow += timedelta(days=1)
        left -= CN.is_workday(slow)
    assert CN.next_workday(day, n) == slow
    assert CN.workdays_between(day, slow) == n
    assert CN.workdays_between(slow, day) == 0
    assert CN.last_workday(slow) == (CN.next_workday(day, n - 1) if n > 1 else CN.last_workday(slow))


def test_a_year_without_a_notice_is_plain_weeks_and_not_known() -> None:
    assert not CN.is_known(2027)
    assert CN.is_workday(date(2027, 10, 1)) and not CN.is_workday(date(2027, 10, 2))


def test_a_county_may_change_single_days_and_their_hours() -> None:
    half = Day("workday", "县庆半日", ((time(8, 30), time(12, 0)),))
    own = load(overrides=[(date(2022, 10, 25), half), (date(2022, 10, 26), Day("holiday", "县庆"))])
    assert own.windows_on(date(2022, 10, 25)) == half.windows
    assert own.spans_on(date(2022, 10, 25)) == (
        (datetime(2022, 10, 25, 0, 30, tzinfo=UTC), datetime(2022, 10, 25, 4, 0, tzinfo=UTC)),
    )
    assert own.windows_on(date(2022, 10, 26)) == () == own.spans_on(date(2022, 10, 26))
    assert own.windows_on(date(2022, 10, 27)) == WINDOWS
    assert own.next_workday(date(2022, 10, 25)) == date(2022, 10, 27)
    assert CN.is_workday(date(2022, 10, 26))


def test_equal_content_has_an_equal_version_and_other_content_another() -> None:
    extra = (date(2022, 10, 26), Day("rest"))
    assert load(range(2004, 2027)).version == CN.version
    assert len({CN.version, load([2022]).version, load(overrides=[extra]).version}) == 3
    assert load(overrides=[extra]) is load(overrides=[extra])


def test_a_year_that_is_not_shipped_is_unknown_and_fails_nothing() -> None:
    assert sorted(load([2022, 2031]).known_years) == [2022]


def test_a_county_may_add_the_next_year_itself() -> None:
    text = 'year = 2027\nsource = "通知"\n[[holiday]]\nname = "元旦"\ndays = [2027-01-01]\n[make_up]\n元旦 = [2027-01-02]\n'
    with pytest.raises(CalendarFault, match="不是有效的TOML"):
        read_year(text, "CN-2027.toml")
    own = load(more=[read_year(text.replace("元旦 =", '"元旦" ='), "CN-2027.toml")])
    assert own.is_known(2027) and own.kind(date(2027, 1, 2)) == "make-up" and own.version != CN.version


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('source = "通知"', "缺少年份"),
        ('year = "2027"\nsource = "通知"', "缺少年份"),
        ("year = 2027", "缺少来源"),
        ('year = 2027\nsource = "通知"\nholiday = 3', r"\[\[holiday\]\]"),
        ('year = 2027\nsource = "通知"\nmake_up = 3', r"\[make_up\]"),
        ('year = 2027\nsource = "通知"\n[[holiday]]\ndays = [2027-01-01]', "没有写节日名称"),
        ('year = 2027\nsource = "通知"\n[[holiday]]\nname = "元旦"', "“元旦”没有写日期"),
        ('year = 2027\nsource = "通知"\n[[holiday]]\nname = "元旦"\ndays = ["2027-01-01"]', "不是日期"),
        ('year = 2027\nsource = "通知"\n[[holiday]]\nname = "元旦"\ndays = [2027-01-01T08:00:00]', "不是日期"),
        ('year = 2027\nsource = "通知"\n[[holiday]]\nname = "元旦"\ndays = [2026-12-31]', "不在2027年"),
        ('year = 2027\nsource = "通知"\n[[holiday]]\nname = "元旦"\ndays = [2027-01-01, 2027-01-01]', "写了两次"),
        ('year = 2027\nsource = "通知"\nworkdays = 200', "写明的工作日为200天，按所列日期算得261天"),
    ],
)
def test_a_faulty_year_is_told_in_one_chinese_sentence_with_its_file(text: str, sentence: str) -> None:
    with pytest.raises(CalendarFault, match=f"^CN-2027.toml：.*{sentence}.*。$"):
        read_year(text, "CN-2027.toml")


@pytest.mark.parametrize(
    "windows",
    [
        (),
        ((time(12, 0), time(8, 30)),),
        ((time(8, 30), time(8, 30)),),
        ((time(14, 30), time(17, 30)), (time(8, 30), time(12, 0))),
    ],
)
def test_opening_hours_that_are_empty_or_out_of_order_are_refused(windows: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="calendar-windows"):
        Calendar("X", SHANGHAI, windows=windows)
    with pytest.raises(ValueError, match="calendar-windows"):
        Day("workday", windows=windows)


def test_a_day_has_no_kind_of_its_own_making() -> None:
    with pytest.raises(ValueError, match="calendar-kind"):
        Day("半休")  # type: ignore[arg-type]
