"""负担: minutes a week follow from how often and how long, and what is asked too much is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.core.burden import loads, shares
from bihuan.core.cadence import Cadence, Period, duties, per_week, periods_of
from bihuan.packs import loader
from bihuan.words.duties import minutes_text
from tests.core.test_cadence import day

PACK = Path(__file__).resolve().parents[2] / "programmes" / "enterprise_order"


def test_a_week_has_its_share_of_the_periods_of_a_year() -> None:
    assert per_week(Cadence("a", "", "", "week")) == 1
    assert per_week(Cadence("a", "", "", "quarter")) == pytest.approx(4 / 52)
    assert per_week(Cadence("a", "", "", "half_month")) == pytest.approx(24 / 52)
    assert per_week(Cadence("a", "", "", "custom", days=14, since="2022-01-01")) == 0.5
    assert per_week(Cadence("a", "", "", "custom", windows=("2022年1-3月", "2022年7-9月"))) == pytest.approx(2 / 52)


def test_what_is_asked_of_a_post_is_the_sum_of_the_cadences_it_keeps() -> None:
    programme = loader.programme(PACK)
    each = {one.cadence.key: one.minutes for one in shares(programme)}
    assert each["huddle"] == pytest.approx(3 * 24 / 52)
    asked = {one.post: one for one in loads(programme)}
    assert asked["chain_secretary"].minutes == pytest.approx(sum(each.values()))
    assert asked["party_guide"].minutes == pytest.approx(each["huddle"] + each["tea"])
    assert not any(one.heavy for one in asked.values())


def test_minutes_are_never_told_smaller_than_they_are() -> None:
    assert [minutes_text(n) for n in (0, 0.01, 1.0, 1.38, 1.4)] == ["", "0.1", "1", "1.4", "1.4"]


def test_declared_windows_are_the_periods_of_a_custom_cadence() -> None:
    cadence = Cadence("a", "", "", "custom", windows=("2022-04-11至2022-05-20", "2022年1-3月"))
    found = duties(cadence, day("2022-01-01"), day("2022-12-31"), [], day("2022-05-01"))
    assert [(one.period, one.kept) for one in found] == [
        (Period(day("2022-01-01"), day("2022-03-31")), "missed"),
        (Period(day("2022-04-11"), day("2022-05-20")), "open"),
    ]


def test_every_so_many_days_is_counted_from_the_declared_day() -> None:
    cadence = Cadence("a", "", "", "custom", days=10, since="2022-01-01")
    found = periods_of(cadence, day("2022-01-05"), day("2022-02-01"))
    assert [one.start.isoformat() for one in found] == ["2022-01-11", "2022-01-21", "2022-01-31"]
    assert [one.end.isoformat() for one in found] == ["2022-01-20", "2022-01-30", "2022-02-09"]
    assert periods_of(cadence, day("2021-06-01"), day("2022-01-01"))[0].start == day("2022-01-01")


def test_a_period_is_excused_where_the_whole_of_it_is_and_an_entry_still_counts() -> None:
    cadence = Cadence("a", "", "", "month")
    excused = [Period(day("2022-01-01"), day("2022-02-28")), Period(day("2022-03-02"), day("2022-03-31"))]
    found = duties(cadence, day("2022-01-01"), day("2022-03-31"), [], day("2022-05-01"), excused=excused)
    assert [one.kept for one in found] == ["excused", "excused", "missed"]
