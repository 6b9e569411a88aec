"""A limit that a source stated is the same whether it is worked out alone or among many."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.core.effects import passed, taken_over
from bihuan.core.instants import iso
from bihuan.core.network import Network
from bihuan.core.setting import Setting
from bihuan.core.stated import Stated
from bihuan.packs import calendars, loader
from tests import cast

TYPE = loader.programme(cast.PROGRAMMES / "enterprise_order").orders["enterprise_request"]
CALENDAR = calendars.load()
MOMENTS = st.one_of(
    st.just(""),
    st.datetimes(datetime(2019, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC)).map(iso),  # noqa: DTZ001
    st.integers(-400, 400).map(lambda n: iso(cast.NOW.replace(minute=0) + timedelta(hours=n, minutes=n % 4 * 15))),
)


def setting(zone: str, orange: bool) -> Setting:
    lights = {**TYPE.lights} if orange else {key: n for key, n in TYPE.lights.items() if key != "orange_share"}
    return Setting(
        replace(TYPE, lights=lights),
        Network(cast.NOW.date(), "", {}, {}, (), {}),
        replace(CALENDAR, zone=ZoneInfo(zone)),
    )


SETTINGS = [
    setting(zone, orange)
    for zone in ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
    for orange in (True, False)
]


@pytest.mark.parametrize("one", SETTINGS)
@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(MOMENTS, MOMENTS, st.sampled_from(["registered", "closed", "refused"]), MOMENTS), max_size=6
    )
)
def test_a_stated_limit_is_what_the_rule_gives(one: Setting, rows: list[tuple[str, str, str, str]]) -> None:
    many = Stated(one, cast.NOW)
    for received, due, state, ended in rows * 2:
        clock = taken_over(one, received, due, state, ended, cast.NOW)
        past = passed(one.type, clock, cast.NOW) if clock and not clock.get("stop") else ()
        assert many.taken_over(received, due, state, ended) == (clock, tuple(rung.light for rung in past))
