"""期限: hand-checked ends, the properties a promise must have, lights and remainders."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.calendar import Calendar, Day
from bihuan.core.deadline_lines import Line, explain
from bihuan.core.deadlines import Remaining, Thresholds, deadline, light, remaining, thresholds
from bihuan.core.durations import UNITS, Duration, parse
from bihuan.packs.calendars import load

SHANGHAI = ZoneInfo("Asia/Shanghai")
CN = load()

Pauses = list[tuple[datetime, datetime]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def spans(*texts: tuple[str, str]) -> Pauses:
    return [(at(since), at(until)) for since, until in texts]


# --- hand-checked ends -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # 10月29日逢周六，顺延至10月31日（周一）24时
        ("2022-09-29 10:20", "1 month", "2022-11-01 00:00"),
        # 国庆 1-7, make-up Saturday and Sunday 8-9
        ("2022-09-30 16:00", "2 workdays", "2022-10-09 17:30"),
        ("2022-09-30 16:00", "3 workdays", "2022-10-10 17:30"),
        ("2022-09-29 10:20", "20 workdays", "2022-11-01 17:30"),
        ("2022-10-24 23:59", "1 workday", "2022-10-25 17:30"),
        ("2022-10-25 00:00", "1 workday", "2022-10-26 17:30"),
        ("2022-10-22 12:00", "1 workday", "2022-10-24 17:30"),
        ("2022-12-30 09:00", "1 workday", "2023-01-03 17:30"),
        # the 10th day is a Saturday that is worked: it does not move
        ("2022-09-28 09:00", "10 days", "2022-10-09 00:00"),
        # the 15th day is a Sunday
        ("2022-10-01 09:00", "15 days", "2022-10-18 00:00"),
        ("2022-10-09 09:00", "5 days", "2022-10-15 00:00"),
        # no corresponding day: the month's last; 31 Jan is in the Spring Festival, which does not matter at the start
        ("2022-01-31 10:00", "1 month", "2022-03-01 00:00"),
        ("2024-01-31 10:00", "1 month", "2024-03-01 00:00"),
        ("2022-08-31 10:00", "13 months", "2023-10-08 00:00"),
        ("2022-11-30 10:00", "3 months", "2023-03-01 00:00"),
        ("2022-09-30 16:00", "24 hours", "2022-10-01 16:00"),
        ("2022-09-30 16:00", "2 hours", "2022-09-30 18:00"),
        # 1.5 hours before the holiday, 6.5 on the make-up Saturday
        ("2022-09-30 16:00", "8 work-hours", "2022-10-08 17:30"),
        ("2022-10-25 10:00", "2 work-hours", "2022-10-25 12:00"),
        ("2022-10-25 10:00", "3 work-hours", "2022-10-25 15:30"),
        ("2022-10-25 06:00", "1 work-hour", "2022-10-25 09:30"),
        ("2022-10-28 17:30", "1 work-hour", "2022-10-31 09:30"),
    ],
)
def test_a_limit_ends_where_a_person_counts_it_to(start: str, limit: str, due: str) -> None:
    made = deadline(at(start), parse(limit), CN)
    assert made.due.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ", "minutes") == due
    assert made.start.tzinfo is UTC and made.due.tzinfo is UTC
    assert (made.calendar, made.version, made.provisional) == ("CN", CN.version, False)


@pytest.mark.parametrize(
    ("limit", "pauses", "due"),
    [
        ("6 workdays", [], "2022-10-28 17:30"),
        # Tuesday and Wednesday do not count
        ("6 workdays", [("2022-10-25 09:00", "2022-10-26 12:00")], "2022-11-01 17:30"),
        # until 24:00 of Tuesday: Wednesday is not touched
        ("6 workdays", [("2022-10-25 09:00", "2022-10-26 00:00")], "2022-10-31 17:30"),
        # a weekend costs no workday
        ("6 workdays", [("2022-10-22 09:00", "2022-10-23 12:00")], "2022-10-28 17:30"),
        # five minutes of a day, twice on one day
        (
            "6 workdays",
            [("2022-10-25 09:00", "2022-10-25 09:05"), ("2022-10-25 16:00", "2022-10-25 16:05")],
            "2022-10-31 17:30",
        ),
        # before closing on the last day, and after it
        ("6 workdays", [("2022-10-28 17:29", "2022-10-28 18:00")], "2022-10-31 17:30"),
        ("6 workdays", [("2022-10-28 17:30", "2022-10-30 18:00")], "2022-10-28 17:30"),
        # only the day it began, which does not count anyway
        ("6 workdays", [("2022-10-20 11:00", "2022-10-20 18:00")], "2022-10-28 17:30"),
        # the second pause lies in the time the first one gave
        (
            "6 workdays",
            [("2022-10-31 09:00", "2022-10-31 10:00"), ("2022-10-28 09:00", "2022-10-28 10:00")],
            "2022-11-01 17:30",
        ),
        # 10 days end on Sunday the 30th, hence Monday the 31st
        ("10 days", [], "2022-11-01 00:00"),
        ("10 days", [("2022-10-21 09:00", "2022-10-21 10:00")], "2022-11-01 00:00"),
        ("10 days", [("2022-10-21 09:00", "2022-10-22 10:00")], "2022-11-02 00:00"),
        # the day the end moves to is paused
        ("10 days", [("2022-10-31 09:00", "2022-10-31 10:00")], "2022-11-02 00:00"),
        # the last day itself is paused
        ("10 days", [("2022-10-30 09:00", "2022-10-30 10:00")], "2022-11-01 00:00"),
        ("1 month", [("2022-11-01 00:00", "2022-11-11 00:00")], "2022-12-01 00:00"),
        ("30 hours", [("2022-10-20 11:00", "2022-10-20 16:00")], "2022-10-21 21:20"),
        ("30 hours", [("2022-10-20 08:00", "2022-10-20 11:20")], "2022-10-21 17:20"),
        (
            "30 hours",
            [("2022-10-20 11:00", "2022-10-20 13:00"), ("2022-10-20 12:00", "2022-10-20 14:00")],
            "2022-10-21 19:20",
        ),
        ("30 hours", [("2022-10-21 16:20", "2022-10-21 20:00")], "2022-10-21 16:20"),
        ("30 hours", [("2022-10-18 16:20", "2022-10-19 20:00")], "2022-10-21 16:20"),
        # 1:40 before noon, 3:00 after it, 3:20 on Friday; a pause at noon and by night costs nothing
        ("8 work-hours", [], "2022-10-21 11:50"),
        (
            "8 work-hours",
            [("2022-10-20 12:00", "2022-10-20 14:30"), ("2022-10-20 18:00", "2022-10-21 08:00")],
            "2022-10-21 11:50",
        ),
        # an hour before noon and an hour and a half after it are lost
        ("8 work-hours", [("2022-10-20 11:00", "2022-10-20 16:00")], "2022-10-21 16:50"),
        # 4:10 have run; 3:00 on Monday from nine, 0:50 after noon
        ("8 work-hours", [("2022-10-20 17:00", "2022-10-24 09:00")], "2022-10-24 15:20"),
    ],
)  # fmt: skip
def test_a_pause_moves_the_end_by_what_it_takes(limit: str, pauses: list[tuple[str, str]], due: str) -> None:
    made = deadline(at("2022-10-20 10:20"), parse(limit), CN, spans(*pauses))
    assert made.due.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ", "minutes") == due


def test_a_day_with_hours_of_its_own_closes_when_it_says() -> None:
    half = Day("workday", "县庆半日", (CN.windows[0],))
    own = load(overrides=[(date(2022, 10, 25), half)])
    assert deadline(at("2022-10-24 09:00"), parse("1 workday"), own).due == at("2022-10-25 12:00")
    assert deadline(at("2022-10-25 11:00"), parse("2 work-hours"), own).due == at("2022-10-26 09:30")


@pytest.mark.parametrize(
    ("start", "limit", "provisional"),
    [
        ("2026-12-25 10:20", "4 workdays", False),
        ("2026-12-25 10:20", "5 workdays", True),
        ("2026-11-30 10:20", "1 month", False),
        ("2026-12-25 10:20", "6 days", False),
        ("2026-12-25 10:20", "7 days", True),
        ("2030-05-01 10:20", "15 days", True),
        ("2003-12-31 10:20", "1 workday", True),
        ("2025-06-01 10:20", "24 months", True),
    ],
)
def test_a_year_without_a_notice_makes_the_deadline_provisional_and_never_fails(
    start: str, limit: str, provisional: bool
) -> None:
    assert deadline(at(start), parse(limit), CN).provisional is provisional


def test_an_instant_without_a_zone_a_backward_pause_and_the_end_of_dates_are_refused() -> None:
    start = at("2022-10-20 10:20")
    with pytest.raises(ValueError, match="^naive-time$"):
        deadline(datetime(2022, 10, 20), parse("1 day"), CN)  # noqa: DTZ001 - the fault that is refused
    with pytest.raises(ValueError, match="^pause-backwards$"):
        deadline(start, parse("1 day"), CN, [(start, start)])
    for limit in ("2 workdays", "2 days", "1 month", "48 hours", "99 work-hours"):
        with pytest.raises(ValueError, match="^deadline-out-of-range$"):
            deadline(at("9999-12-30 12:00"), parse(limit), CN)


# --- properties ------------------------------------------------------------------------------------------------------

starts = st.datetimes(datetime(2021, 11, 1), datetime(2027, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001
durations = st.builds(Duration, st.integers(1, 45), st.sampled_from(UNITS))
NEAR = st.integers(-3 * 24 * 60, 60 * 24 * 60)


@st.composite
def pauses_near(draw: st.DrawFn, start: datetime) -> tuple[datetime, datetime]:
    since = start + timedelta(minutes=draw(NEAR))
    return since, since + timedelta(minutes=draw(st.integers(1, 20 * 24 * 60)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[datetime, Duration, Pauses]:
    start = draw(starts)
    return start, draw(durations), draw(st.lists(pauses_near(start), max_size=3))


@given(cases())
def test_a_deadline_lies_after_its_start_and_is_the_same_when_counted_again(
    case: tuple[datetime, Duration, Pauses],
) -> None:
    start, duration, pauses = case
    made = deadline(start, duration, CN, pauses)
    assert made.due > made.start
    assert deadline(made.start, made.duration, CN, reversed(made.pauses)) == made


@given(cases(), st.data())
def test_a_pause_never_brings_a_deadline_nearer(case: tuple[datetime, Duration, Pauses], data: st.DataObject) -> None:
    start, duration, pauses = case
    more = data.draw(pauses_near(start))
    assert deadline(start, duration, CN, [*pauses, more]).due >= deadline(start, duration, CN, pauses).due


@given(cases(), st.integers(-2, 60))
def test_a_day_off_more_never_brings_a_deadline_nearer(case: tuple[datetime, Duration, Pauses], later: int) -> None:
    start, duration, pauses = case
    day = CN.local_day(start) + timedelta(days=later)
    fewer = Calendar("CN", CN.zone, days={**CN.days, day: Day("rest")}, known_years=CN.known_years)
    assert deadline(start, duration, fewer, pauses).due >= deadline(start, duration, CN, pauses).due


@given(cases())
def test_a_longer_limit_never_ends_earlier(case: tuple[datetime, Duration, Pauses]) -> None:
    start, duration, pauses = case
    longer = Duration(duration.n + 1, duration.unit)
    assert deadline(start, longer, CN, pauses).due >= deadline(start, duration, CN, pauses).due


@given(cases())
def test_a_limit_in_days_ends_on_a_workday_no_pause_touches(case: tuple[datetime, Duration, Pauses]) -> None:
    start, duration, pauses = case
    made = deadline(start, duration, CN, pauses)
    last = CN.local_day(made.due - timedelta(microseconds=1))
    if duration.in_hours:
        return
    assert CN.is_workday(last)
    touched = [
        since
        for since, until in made.pauses
        if since < made.due and CN.local_day(since) <= last <= CN.local_day(until - timedelta(microseconds=1))
    ]
    assert touched == []


@given(cases())
def test_thresholds_come_in_order_and_the_share_is_never_later_than_the_end(
    case: tuple[datetime, Duration, Pauses],
) -> None:
    start, duration, pauses = case
    made = deadline(start, duration, CN, pauses)
    got = thresholds(made, CN)
    assert got.orange_at is not None
    assert made.start <= got.yellow_at <= got.orange_at <= got.red_at == made.due
    plain = thresholds(made, CN, orange_share=None)
    assert (plain.yellow_at, plain.orange_at) == (got.yellow_at, None)


@given(cases())
def test_the_explanation_adds_up_to_the_limit(case: tuple[datetime, Duration, Pauses]) -> None:
    start, duration, pauses = case
    made = deadline(start, duration, CN, pauses)
    lines = explain(made, CN)
    counted = sum(line.count for line in lines if line.kind == "counted")
    assert (lines[-1].kind, lines[-1].until) == ("end", made.due)
    if duration.unit in ("workdays", "days"):
        assert counted == duration.n
    elif duration.unit == "months":
        assert 28 * duration.n <= counted <= 31 * duration.n
    else:
        # Minutes are told whole; each line may have lost a part of one.
        assert 0 <= duration.n * 60 - counted <= len(lines)
    days = [line for line in lines if line.kind != "end"]
    if not duration.in_hours:
        for earlier, later in zip(days, days[1:], strict=False):
            assert later.first == earlier.last + timedelta(days=1) or later.code == "moved"


# --- how it was counted ----------------------------------------------------------------------------------------------


def test_the_explanation_names_the_holiday_skipped_and_the_make_up_days_counted() -> None:
    made = deadline(at("2022-09-30 16:00"), parse("2 workdays"), CN)
    assert explain(made, CN) == [
        Line("skipped", date(2022, 9, 30), date(2022, 9, 30), 1, "event-day", "周五"),
        Line("skipped", date(2022, 10, 1), date(2022, 10, 7), 7, "holiday", "国庆节"),
        Line("counted", date(2022, 10, 8), date(2022, 10, 9), 2, "make-up", "调休上班"),
        Line("end", date(2022, 10, 9), date(2022, 10, 9), 0, "close-of-business", "调休上班", until=made.due),
    ]


def test_the_explanation_of_a_month_says_where_the_end_moved() -> None:
    made = deadline(at("2022-09-29 10:20"), parse("1 month"), CN)
    assert explain(made, CN)[1:] == [
        Line("counted", date(2022, 9, 30), date(2022, 10, 29), 30, "calendar-day"),
        Line("skipped", date(2022, 10, 29), date(2022, 10, 30), 2, "moved", "周六、周日"),
        Line("end", date(2022, 10, 31), date(2022, 10, 31), 0, "end-of-day", "周一", until=made.due),
    ]


def test_the_explanation_joins_a_week_and_keeps_the_pause_apart() -> None:
    pause = spans(("2022-10-18 09:00", "2022-10-19 12:00"))
    made = deadline(at("2022-10-13 10:20"), parse("5 workdays"), CN, pause)
    lines = explain(made, CN)
    assert [(one.kind, one.first.day, one.last.day, one.count, one.code, one.name) for one in lines] == [
        ("skipped", 13, 13, 1, "event-day", "周四"),
        ("counted", 14, 14, 1, "workday", ""),
        ("skipped", 15, 16, 2, "weekend", "周六、周日"),
        ("counted", 17, 17, 1, "workday", ""),
        ("paused", 18, 19, 2, "suspension", ""),
        ("counted", 20, 21, 2, "workday", ""),
        ("skipped", 22, 23, 2, "weekend", "周六、周日"),
        ("counted", 24, 24, 1, "workday", ""),
        ("end", 24, 24, 0, "close-of-business", "周一"),
    ]  # fmt: skip
    assert (explain(made, CN)[4].since, explain(made, CN)[4].until) == pause[0]


def test_the_explanation_of_work_hours_tells_minutes_pauses_and_days_off() -> None:
    pause = spans(("2022-10-20 11:00", "2022-10-20 16:00"))
    made = deadline(at("2022-10-20 10:20"), parse("10 work-hours"), CN, pause)
    lines = explain(made, CN)
    assert [(line.kind, line.first.day, line.last.day, line.count, line.code) for line in lines] == [
        ("counted", 20, 20, 40, "open-hours"),
        ("paused", 20, 20, 300, "suspension"),
        ("counted", 20, 21, 480, "open-hours"),
        ("skipped", 22, 23, 2, "weekend"),
        ("counted", 24, 24, 80, "open-hours"),
        ("end", 24, 24, 0, "exact"),
    ]
    assert (lines[0].since, lines[0].until) == (at("2022-10-20 10:20"), at("2022-10-20 11:00"))


def test_a_changed_calendar_shows_the_promise_as_it_was_made() -> None:
    made = deadline(at("2022-10-20 10:20"), parse("2 workdays"), CN)
    changed = load(overrides=[(date(2022, 10, 21), Day("rest", "停电"))])
    lines = explain(made, changed)
    assert (lines[-1].code, lines[-1].until) == ("as-promised", made.due)
    assert Line("skipped", date(2022, 10, 21), date(2022, 10, 23), 3, "weekend", "") not in lines
    assert lines[1] == Line("skipped", date(2022, 10, 21), date(2022, 10, 21), 1, "rest", "停电")


# --- lights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "yellow", "orange"),
    [
        # 32 days 13:40 run: 30 % is 9 days 18:30, 15 % is 4 days 21:15
        ("2022-09-29 10:20", "1 month", "2022-10-22 05:30", "2022-10-27 02:45"),
        # 24 hours: 7.2 and 3.6 hours before the end
        ("2022-10-25 10:00", "24 hours", "2022-10-26 02:48", "2022-10-26 06:24"),
        # one workday of 6.5 open hours from the evening before: 1.95 and 0.975 hours
        ("2022-10-24 20:00", "1 workday", "2022-10-25 15:33", "2022-10-25 16:31:30"),
        # two workdays go by the share alone, the holiday between does not run: 4.35 and 2.175 of 14.5 hours
        ("2022-09-30 16:00", "2 workdays", "2022-10-09 10:39", "2022-10-09 15:19:30"),
        # three workdays, Friday, Monday, Tuesday: from Friday on two are left
        ("2022-10-20 20:00", "3 workdays", "2022-10-21 00:00", "2022-10-25 14:34:30"),
        # five workdays to Thursday 27: two are left from Tuesday on, earlier than the share of 9.75 hours
        ("2022-10-20 20:00", "5 workdays", "2022-10-25 00:00", "2022-10-27 10:07:30"),
        # twenty workdays: the share (39 of 130 hours, six workdays) comes first
        ("2022-09-29 20:00", "20 workdays", "2022-10-24 17:30", "2022-10-27 17:30"),
        # 10 work-hours, ending at noon: 3 and 1.5 before that
        ("2022-10-25 08:30", "10 work-hours", "2022-10-26 09:00", "2022-10-26 10:30"),
        # one natural day, 36 hours from noon: 10:48 and 5:24 before midnight
        ("2022-10-25 12:00", "1 day", "2022-10-26 13:12", "2022-10-26 18:36"),
    ],
)
def test_the_light_changes_when_a_person_would_say_so(start: str, limit: str, yellow: str, orange: str) -> None:
    got = thresholds(deadline(at(start), parse(limit), CN), CN)
    assert got.orange_at is not None
    assert (got.yellow_at, got.orange_at) == (at(yellow), at(orange))


def test_suspended_days_are_no_time_of_which_a_share_is_left() -> None:
    pause = spans(("2022-10-11 09:00", "2022-10-31 12:00"))
    got = thresholds(deadline(at("2022-10-09 20:00"), parse("20 days"), CN, pause), CN)
    # 4 hours on the 9th, the 10th, then 19 days from 1 November to the 19th, a Saturday, moved to Monday the 21st:
    # 22 days and 4 hours, of which 6 days 15:36 are left.
    assert got.red_at == at("2022-11-22 00:00")
    assert got.yellow_at == at("2022-11-15 08:24")


def test_the_shares_and_the_workdays_are_the_packs_to_set() -> None:
    made = deadline(at("2022-10-20 20:00"), parse("5 workdays"), CN)
    assert thresholds(made, CN, yellow_share=0.5, yellow_workdays=1).yellow_at == at("2022-10-25 11:45")
    assert thresholds(made, CN, yellow_share=0.1, yellow_workdays=3).yellow_at == at("2022-10-24 00:00")
    assert thresholds(made, CN, orange_share=0.9).orange_at == at("2022-10-25 00:00")


YELLOW, ORANGE, RED = (at(f"2022-10-25 {clock}") for clock in ("10:00", "12:00", "14:00"))


@pytest.mark.parametrize(
    ("clock", "running", "suspended"),
    [
        ("09:59", "green", "grey"),
        ("10:00", "yellow", "yellow"),
        ("12:00", "orange", "orange"),
        ("13:59", "orange", "orange"),
        ("14:00", "red", "red"),
    ],
)
def test_a_suspended_order_is_grey_only_while_its_promise_is_green(clock: str, running: str, suspended: str) -> None:
    now = at(f"2022-10-25 {clock}")
    assert light(now, YELLOW, ORANGE, RED, False) == running
    assert light(now, YELLOW, ORANGE, RED, True) == suspended


def test_without_orange_yellow_lasts_until_red() -> None:
    assert light(at("2022-10-25 13:59"), YELLOW, None, RED, False) == "yellow"


def test_a_stated_deadline_that_is_already_over_is_red_and_in_order() -> None:
    made = deadline(at("2022-10-20 10:20"), parse("2 days"), CN)
    stated = type(made)(made.due, made.start, made.duration, "CN", CN.version, False)
    assert thresholds(stated, CN) == Thresholds(made.start, made.start, made.start)


# --- what is left ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "now", "limit", "expected"),
    [
        # 10月25日看10月31日24时：26、27、28、31
        ("2022-11-01 00:00", "2022-10-25 10:20", "1 month", (False, 4, "workdays", False)),
        ("2022-10-25 17:30", "2022-10-25 10:20", "5 workdays", (False, 7, "hours", True)),
        ("2022-10-26 17:30", "2022-10-25 10:20", "5 workdays", (False, 1, "workdays", False)),
        ("2022-10-25 10:50", "2022-10-25 10:20", "2 hours", (False, 30, "minutes", True)),
        ("2022-10-27 10:20", "2022-10-25 10:20", "72 hours", (False, 48, "hours", False)),
        ("2022-10-26 09:00", "2022-10-25 16:00", "4 work-hours", (False, 1, "workdays", False)),
        # the very end is over
        ("2022-10-25 17:30", "2022-10-25 17:30", "5 workdays", (True, 0, "minutes", True)),
        ("2022-10-25 09:40", "2022-10-25 10:20", "2 hours", (True, 40, "minutes", True)),
        ("2022-10-20 17:30", "2022-10-25 10:20", "5 workdays", (True, 3, "workdays", False)),
        ("2022-10-21 17:30", "2022-10-22 10:30", "5 workdays", (True, 17, "hours", False)),
        ("2022-10-21 00:00", "2022-10-21 00:00", "5 days", (True, 1, "workdays", False)),
        ("2022-10-24 23:00", "2022-10-25 10:00", "2 hours", (True, 11, "hours", False)),
        ("2022-10-20 09:00", "2022-10-25 10:00", "2 hours", (True, 3, "workdays", False)),
    ],
)
def test_what_is_left_is_said_in_the_unit_of_the_rule(
    due: str, now: str, limit: str, expected: tuple[bool, int, str, bool]
) -> None:
    got = remaining(at(due), at(now), CN, parse(limit))
    assert (got.overdue, got.n, got.unit, got.today) == expected


def test_the_minutes_are_told_beside_the_hours() -> None:
    got = remaining(at("2022-10-25 16:50"), at("2022-10-25 10:20"), CN, parse("4 work-hours"))
    assert got == Remaining(False, 6, "hours", 390, True)
