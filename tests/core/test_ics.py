"""The calendar file keeps to RFC 5545: ends of lines, folds, marks, and whole days."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bihuan.core.ics import WIDTH, Entry, calendar_file, escaped, folded

NOW = datetime(2022, 10, 25, 2, 20, tzinfo=UTC)


def test_an_entry_is_a_whole_day_with_its_number_and_link() -> None:
    file = calendar_file(
        "闭环", [Entry("QD2022-0001@bihuan", date(2022, 12, 31), "QD2022-0001 到期", "https://a/b")], NOW
    )
    lines = file.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20221231" in lines and "DTEND;VALUE=DATE:20230101" in lines
    assert "DTSTAMP:20221025T022000Z" in lines and "URL:https://a/b" in lines
    assert "\n" not in file.replace("\r\n", "")


def test_what_a_calendar_would_take_for_its_own_marks_is_marked() -> None:
    assert escaped("a,b;c\\d\r\ne") == "a\\,b\\;c\\\\d\\ne"


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300))
def test_a_fold_cuts_no_character_and_no_line_is_too_long(text: str) -> None:
    parts = folded(text).split("\r\n")
    assert all(len(part.encode()) <= WIDTH for part in parts) and all(part.startswith(" ") for part in parts[1:])
    assert folded(text).replace("\r\n ", "") == text
