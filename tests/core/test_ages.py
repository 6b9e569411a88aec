"""Ages are counted back over the calendar: opening hours skip nights, weekends and holidays."""

from __future__ import annotations

from datetime import datetime

import pytest

from bihuan.core.ages import edge
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
