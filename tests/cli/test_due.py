"""`bihuan due` says when a limit ends and lets a person count it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("start", "limit", "ends"),
    [
        ("2022-09-30 16:00", "2 workdays", "2022-10-09 17:30"),
        ("2022-09-30 16:00", "2个工作日", "2022-10-09 17:30"),
        ("2022-09-30 16:00", "24 hours", "2022-10-01 16:00"),
        ("2022-09-30 16:00", "2 work-hours", "2022-10-08 09:00"),
        ("2022-09-30 16:00", "1 month", "2022-10-31 24:00"),
        ("2022-09-01", "15日", "2022-09-16 24:00"),
        ("2022年9月30日16时", "2 workdays", "2022-10-09 17:30"),
        ("2022-09-30T08:00:00+00:00", "2 workdays", "2022-10-09 17:30"),
    ],
)
def test_the_first_line_is_the_moment_it_ends(run: Run, start: str, limit: str, ends: str) -> None:
    done = run("due", start, limit)
    assert (done.code, done.out.splitlines()[0].split("  ")[0]) == (0, ends)


def test_every_day_counted_or_skipped_is_said_with_the_reason(run: Run) -> None:
    said = run("due", "2022-09-30 16:00", "2 workdays").out
    for words in ("起算当天不计", "跳过7日", "国庆节", "计2日", "调休上班", "当日下班时到期"):
        assert words in said


def test_a_pause_moves_the_end_and_stands_among_the_lines(run: Run) -> None:
    plain = json.loads(run("due", "2022-09-01 10:00", "5 workdays", "--json").out)
    paused = json.loads(
        run("due", "2022-09-01 10:00", "5 workdays", "--pause", "2022-09-05", "2022-09-07", "--json").out
    )
    assert (plain["last_day"], paused["last_day"]) == ("2022-09-08", "2022-09-13")
    assert [line["kind"] for line in paused["lines"]].count("paused") == 1


def test_a_year_without_a_notice_is_provisional(run: Run) -> None:
    done = run("due", "2031-09-30 16:00", "2 workdays")
    assert "provisional" in done.out.splitlines()[0]
    assert "还没有公布" in done.out
    assert json.loads(run("due", "2031-09-30 16:00", "2 workdays", "--json").out)["provisional"] is True


def test_a_year_before_the_first_that_is_kept_is_not_called_unpublished(run: Run) -> None:
    said = run("due", "1999-03-04 10:00", "5 workdays").out
    assert "1999年的放假安排没有收录（从2004年起才有）" in said and "还没有公布" not in said


def test_a_countys_own_year_can_be_tried(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "CN-2031.toml"
    path.write_text('year = 2031\nsource = "试"\n[[holiday]]\nname = "节"\ndays = [2031-10-01]\n', encoding="utf-8")
    done = run("due", "2031-09-30 16:00", "1 workday", "--calendar", path)
    assert done.out.startswith("2031-10-02 17:30")
    assert "provisional" not in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("明天", "2 workdays"), "“明天”不是时刻"),
        (("2022-09-30", "1月"), "看不懂期限“1月”"),
        (("2022-09-30", "0 days"), "至少是1"),
        (("2022-09-30", "10000 days"), "最多9999"),
        (("2022-09-30", "2 days", "--pause", "2022-10-02", "2022-10-01"), "止要晚于起"),
        (("2022-09-30", "2 days", "--calendar", "MARS"), "没有日历“MARS”"),
        (("9500-01-01", "9999 months"), "“9500-01-01”不是时刻"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(run: Run, arguments: tuple[str, ...], says: str) -> None:
    done = run("due", *arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert len(done.err.strip().splitlines()) == 1
