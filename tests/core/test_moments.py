"""Moments as people, sheets and addresses write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.calendar import Calendar
from bihuan.core.facts import Problem, parse_date, parse_money
from bihuan.core.instants import iso
from bihuan.core.moments import YEARS, as_of, day_of, exact, moment_of
from bihuan.packs import calendars

TODAY = date(2022, 10, 25)
CALENDAR: Calendar = calendars.load(zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2022-10-25", date(2022, 10, 25)),
        ("2022年10月25日", date(2022, 10, 25)),
        ("20221025", date(2022, 10, 25)),
        ("44859", date(2022, 10, 25)),
        ("２０２２/１０/２５ 9:30", datetime(2022, 10, 25, 9, 30)),  # noqa: DTZ001 - a sheet says no zone
        ("2022年10月25日9时30分15秒", datetime(2022, 10, 25, 9, 30, 15)),  # noqa: DTZ001
        ("2022-10-25T09:30:00+08:00", datetime(2022, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_usual_ways(text: str, read: date) -> None:
    found = moment_of(text)
    assert found == read and isinstance(found, datetime) == isinstance(read, datetime)


@pytest.mark.parametrize("text", ["", "10月", "2022-02-30", "2022-10-25 25:00", "9999-12-31", "0001-01-01", "99999999"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text) is None


def test_a_day_means_its_end_where_somebody_asks_for_figures_as_of_it() -> None:
    assert as_of("2022-10-25", CALENDAR) == "2022-10-25T16:00:00.000000Z"
    assert as_of("2022-10-25 10:20", CALENDAR) == "2022-10-25T02:20:00.000000Z"
    assert as_of("2022-10-25T02:20:00.000000Z", CALENDAR) == "2022-10-25T02:20:00.000000Z"


@given(st.one_of(st.text(max_size=30), st.dates().map(str), st.datetimes(timezones=st.just(UTC)).map(iso)))
def test_whatever_an_address_says_is_refused_or_can_be_counted_with(text: str) -> None:
    for read in (day_of, exact, lambda said: parse_date(said, TODAY), lambda said: as_of(said, CALENDAR)):
        try:
            found = read(text)
        except ValueError:
            continue
        at = exact(found) if isinstance(found, str) else found
        assert at.year in range(YEARS.start - 1, YEARS.stop + 1)
        day = CALENDAR.local_day(at) if isinstance(at, datetime) else at
        assert CALENDAR.local_day(CALENDAR.midnight(day)) == day
        assert date.fromordinal(day.toordinal() + 1) > day


@pytest.mark.parametrize("text", ["9999-12-31", "9999年12月31日", "0001.1.1", "1899-12-31", "2200-01-01"])
def test_a_day_no_office_means_is_no_date(text: str) -> None:
    with pytest.raises(Problem, match="not_a_date"):
        parse_date(text, TODAY)


@pytest.mark.parametrize("text", ["9" * 30, "9" * 30 + "万元", "0." + "9" * 40, "1000000000000000"])
def test_an_amount_beyond_all_measure_is_none(text: str) -> None:
    with pytest.raises(Problem, match="not_money"):
        parse_money(text)
