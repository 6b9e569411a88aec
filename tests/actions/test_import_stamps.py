"""What is stamped from an alike row is letter for letter what the rules would have made of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bihuan.actions import imports
from bihuan.actions.import_columns import Mapping_, planned
from bihuan.actions.import_rows import Read, Reader
from bihuan.actions.import_stamps import Coming, Stamp, hold_marks, of_lines
from bihuan.actions.setting import setting_of
from bihuan.actions.sheets import Row
from bihuan.core.effects import passed, taken_over
from bihuan.core.permission import SYSTEM
from bihuan.store import bulk, packs
from bihuan.store.alike import shaped
from bihuan.store.orders import FIRST
from tests import cast

pytestmark = pytest.mark.django_db
COLUMNS = (
    "source_number",
    "title",
    "facts",
    "wish",
    "category",
    "received_at",
    "due",
    "status",
    "closed_at",
    "importance",
    "urgency",
    "result",
    "channel",
    "desk",
    "requester",
)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20)
MOMENTS = st.integers(0, 200_000_000).map(lambda n: f"{cast.NOW - timedelta(days=1, seconds=n):%Y-%m-%d %H:%M:%S}")
ROWS = st.fixed_dictionaries(
    {
        "source_number": st.one_of(st.just(""), WORDS),
        "title": WORDS,
        "facts": WORDS,
        "wish": st.one_of(st.just(""), WORDS),
        "category": st.sampled_from(["", "招工", "拖欠账款"]),
        "received_at": st.one_of(st.just(""), MOMENTS),
        "due": st.one_of(st.just(""), MOMENTS, st.just("2022-10-31"), st.just("2022-10-01")),
        "status": st.sampled_from(["在办", "已办结", "不予受理"]),
        "closed_at": st.just(""),
        "importance": st.sampled_from(["", "重", "轻"]),
        "urgency": st.sampled_from(["", "急"]),
        "result": st.sampled_from(["", "已解决", "解释说明"]),
        "channel": st.sampled_from(["走访", "12345热线"]),
        "desk": st.sampled_from(["equipment", "food"]),
        "requester": st.sampled_from(["", "foundry", "shanjuan"]),
    }
)


@pytest.fixture
def run() -> tuple[imports._Run, Reader]:
    cast.found()
    declared = packs.programme("enterprise_order")
    setting = setting_of(declared.orders["enterprise_request"], cast.NOW)
    plan = planned(declared, setting.type, COLUMNS, Mapping_(), setting.network)
    account = imports.Account(plan)
    reader = Reader(declared, setting.type, plan, setting.network, setting.calendar, cast.NOW)
    return imports._Run(declared, setting, SYSTEM, cast.NOW, False, account), reader


def coming(run: imports._Run, reader: Reader, cells: dict[str, str], n: int) -> Coming | None:
    cells = dict(cells)
    if cells["status"] != "在办" and cells["received_at"]:
        end = datetime.fromisoformat(cells["received_at"]) + timedelta(hours=5)
        cells["closed_at"] = f"{end:%Y-%m-%d %H:%M:%S}"
    read, faults = reader.read(Row(2, cells))
    if faults:
        return None
    command = "" if read.source_number else run._command(read)
    return Coming(read, 10**18 + n, f"QD2022-{n:04d}", command, *limit(run, read))


def limit(run: imports._Run, read: Read) -> tuple[dict[str, Any], tuple[str, ...]]:
    clock = taken_over(run.setting, read.received, read.due, read.state, read.closed, run.now)
    past = passed(run.setting.type, clock, run.now) if clock and not clock.get("stop") else ()
    return clock, tuple(rung.light for rung in past)


def all_made(run: imports._Run, rows: list[Coming]) -> bulk.Rows:
    found = run._rows(rows)
    found.orders = list(found.orders)
    return found


def by_the_rules(run: imports._Run, rows: list[Coming]) -> bulk.Rows:
    found = bulk.Rows()
    for row in rows:
        found.add(run._one(row))
    found.orders, found.events, found.facts = (
        [shaped(one) for one in table] for table in (found.orders, found.events, found.facts)
    )
    return found


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(one=ROWS, two=ROWS)
def test_a_stamped_row_is_what_the_rules_would_have_made(
    run: tuple[imports._Run, Reader], one: dict[str, str], two: dict[str, str]
) -> None:
    work, reader = run
    # Alike in what must be alike, different in all the rest.
    two = {**two, **{key: one[key] for key in ("status", "importance", "urgency")}}
    for key in ("source_number", "wish", "category", "received_at", "due", "requester", "result"):
        if bool(two[key]) != bool(one[key]):
            two[key] = one[key]
    first, second = coming(work, reader, one, 1), coming(work, reader, two, 2)
    assume(first is not None and second is not None)
    assert first is not None
    assert second is not None
    assume(first.starts_when_it_came() and second.starts_when_it_came() and not hold_marks([first, second]))
    owing = work.setting.type.owing
    assume(first.alike(work.free, owing) == second.alike(work.free, owing))
    type_, zone = work.setting.type, work.setting.calendar.zone
    stamp = Stamp(first, work.free, work._worked_out, type_, zone)
    for rows in ([first], [second], [first, second, first]):
        assert stamp.press(rows) == of_lines(map(work._one, rows))


@pytest.mark.parametrize("text", ["\ue000title\ue001", "\ue002id\ue002", '"\\ 引号与反斜杠', "{'order': 1}", "%s {0}"])
def test_words_that_look_like_marks_or_forms_stay_words(run: tuple[imports._Run, Reader], text: str) -> None:
    work, reader = run
    cells: dict[str, Any] = {
        "source_number": "A",
        "title": text,
        "facts": text,
        "wish": "",
        "category": "",
        "received_at": "2022-09-01 09:00:00",
        "due": "2022-10-31",
        "status": "在办",
        "closed_at": "",
        "desk": "equipment",
        "requester": "",
    }
    read, faults = reader.read(Row(2, cells))
    assert faults == []
    rows = [Coming(read, 10**18 + n, f"QD2022-000{n}", "", *limit(work, read)) for n in range(3)]
    assert all_made(work, rows) == by_the_rules(work, rows)
    assert work._one(rows[0]).order[FIRST.index("title")] == text


def test_words_and_limits_that_no_rule_of_the_import_goes_by_may_differ(run: tuple[imports._Run, Reader]) -> None:
    work, _reader = run
    assert {"title", "facts", "wish", "category"} <= work.free
    assert not {"importance", "urgency"} & work.free


def test_a_stamp_that_does_not_give_what_the_rules_give_is_not_used(
    run: tuple[imports._Run, Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    work, reader = run
    monkeypatch.setattr(Stamp, "press", lambda stamp, rows: None)
    read, _faults = reader.read(Row(2, {"title": "题", "facts": "内容在此。", "desk": "equipment"}))
    rows = [Coming(read, 10**18 + n, f"QD2022-000{n}", "", {}, ()) for n in range(3)]
    assert all_made(work, rows) == by_the_rules(work, rows)
    assert list(work.stamps.values()) == [None]
