"""Ages are counted back over the calendar: opening hours skip nights, weekends and holidays."""

from __future__ import annotations

from datetime import datetime

import pytest

from bihuan.core.ages import Band, band, edge
from bihuan.core.durations import Unit
from bihuan.packs.calendars import load

CN = load()
NOW = datetime(2022, 10, 8, 10, 20, tzinfo=CN.zone)  # a Saturday worked instead of a day of the National Day holidays


@pytest.mark.parametrize(
    ("unit", "n", "edge_"),
    [
        ("hours", 4, "2022-10-08 06:20"),
        ("work-hours", 1, "2022-10-08 09:20"),
        ("work-hours", 4, "2022-09-30 15:20"),
        ("days", 1, "2022-10-08 00:00"),
        ("days", 8, "2022-10-01 00:00"),
        ("workdays", 1, "2022-10-08 00:00"),
        ("workdays", 2, "2022-09-30 00:00"),
    ],
)
def test_what_came_before_the_edge_is_so_old(unit: Unit, n: int, edge_: str) -> None:
    assert f"{edge(unit, n, NOW, CN).astimezone(CN.zone):%Y-%m-%d %H:%M}" == edge_


@pytest.mark.parametrize("text", ["workdays:0-6", "days:61-", "work-hours:8-16"])
def test_ages_are_read_as_they_are_written(text: str) -> None:
    found = band(text)
    assert found is not None and str(found) == text


@pytest.mark.parametrize(
    "text", ["", "months:1-2", "days:8", "days:8-8", "days:9-3", "days:-", "days:１-", "days:1-2 "]
)
def test_what_is_no_age_is_none(text: str) -> None:
    assert band(text) is None


def test_ages_end_where_the_next_ones_begin() -> None:
    young, old = Band("workdays", 0, 6), Band("workdays", 6)
    assert young.began(NOW, CN) == (old.began(NOW, CN)[1], None) and old.began(NOW, CN)[0] is None
