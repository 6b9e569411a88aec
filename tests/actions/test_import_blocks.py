"""A sheet read column by column is read as row by row, and what cannot be is left to the reader of rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.actions.import_blocks import BlockReader
from bihuan.actions.import_columns import Mapping_, planned
from bihuan.actions.import_rows import Reader
from bihuan.actions.setting import setting_of
from bihuan.actions.sheet_rows import Block, Rows, blocks
from bihuan.store import packs
from tests import cast

pytestmark = pytest.mark.django_db
HEADER = ("编号", "标题", "内容", "补充", "类型", "收到", "期限", "状态", "办结", "结果", "企业", "名称", "台", "来源")
COLUMNS = (
    ("编号", "source_number"), ("标题", "title"), ("内容", "facts"), ("补充", "facts"), ("类型", "category"),
    ("收到", "received_at"), ("期限", "due"), ("状态", "status"), ("办结", "closed_at"), ("结果", "result"),
    ("企业", "requester"), ("名称", "requester_name"), ("台", "desk"), ("来源", "channel"),
)  # fmt: skip
WORDS = st.one_of(
    st.sampled_from(
        ["", "缺工", " 两端有空格 ", "'=1+1", "' 撇号", "{日期}前", "Ａ－１", "e\u0301", "长" * 81, "a\r\nb"]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
)
LOCAL = st.datetimes(datetime(2019, 1, 1), datetime(2023, 1, 1))  # noqa: DTZ001 - cells of a sheet are local
CELLS = st.one_of(
    LOCAL,
    LOCAL.map(lambda at: at.replace(hour=0, minute=0, second=0, microsecond=0)),
    st.sampled_from(
        [
            "",
            "2022-03-01",
            "2022年3月1日9时5分",
            "44805.5",
            "昨天",
            "2022-03-13 02:30",
            "2022-11-06 01:30:00",
            "2022-03-01T09:00:00+08:00",
            "2022-03-01T09:00:00.25",
            "9999-12-31",
            44805.25,
            44805,
            True,
            None,
        ]
    ),  # fmt: skip
)
ROW = st.tuples(
    WORDS, WORDS, WORDS, WORDS,
    st.sampled_from(["", "招工", "recruitment", "打架", "噪音"]),
    CELLS, CELLS,
    st.sampled_from(["", "在办", "已办结", "不予受理", "挂着"]),
    CELLS,
    st.sampled_from(["", "已解决", "没办法"]),
    st.sampled_from(["", "foundry", "善卷食品", "某外地公司"]),
    WORDS,
    st.sampled_from(["", "equipment", "轻工食品产业链党委", "别的台"]),
    st.sampled_from(["", "走访", "12345热线", "飞鸽"]),
)  # fmt: skip


@pytest.fixture
def reader() -> Any:
    cast.found()
    declared = packs.programme("enterprise_order")
    setting = setting_of(declared.orders["enterprise_request"], cast.NOW)

    def made(columns: Any = COLUMNS, zone: str = "", values: Any = (), **constants: str) -> Reader:
        mapping = Mapping_(columns=columns, values=values, constants=constants)
        plan = planned(declared, setting.type, HEADER, mapping, setting.network)
        network, calendar = setting.network, setting.calendar
        return Reader(declared, setting.type, plan, network, calendar, cast.NOW, ZoneInfo(zone) if zone else None)

    return made


def compared(one: Reader, table: list[Any]) -> int:
    """Hold each row read in its block to the same read by itself; return how many were read in the block."""
    rows = Rows(lambda: iter(table), HEADER, range(len(HEADER)), 0)
    by_row = [one.read(row) for row in rows]
    read = [found for block in blocks(rows, 3) for found in BlockReader(one).read(block)]
    assert len(read) == len(by_row)
    for found, (alone, faults) in zip(read, by_row, strict=True):
        assert found is None or (found, []) == (alone, faults)
    return sum(found is not None for found in read)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    table=st.lists(ROW, min_size=1, max_size=7),
    zone=st.sampled_from(["", "America/New_York", "Australia/Lord_Howe"]),
    constants=st.sampled_from([{}, {"desk": "equipment"}, {"title": " 统一的标题 ", "due": "2022-10-31"}]),
)
def test_rows_of_a_block_are_read_as_rows_alone(
    reader: Any, table: list[Any], zone: str, constants: dict[str, str]
) -> None:
    compared(reader(zone=zone, values=(("类型", "噪音", "energy"), ("类型", "*", "other")), **constants), table)
    compared(reader(COLUMNS[:3] + COLUMNS[4:], zone=zone, **constants), table)


def test_rows_without_a_doubt_are_all_read_in_their_block(reader: Any) -> None:
    received = cast.NOW.replace(tzinfo=None) - timedelta(days=200)
    table = [
        (f"A-{n}", "缺工", "缺焊工。", "", "招工", received + timedelta(hours=n), "2022-10-31", "已办结",
         received + timedelta(days=n + 1), "已解决", "", "", "equipment", "走访")
        for n in range(9)
    ]  # fmt: skip
    assert compared(reader(), table) == 9
    assert compared(reader(), [*table, (*table[0][:4], "打架", *table[0][5:])]) == 9


def test_lines_that_hold_nothing_are_left_out_and_lines_that_end_early_are_filled_up() -> None:
    table = [["甲", " ", 1.0], ["", " ", None], [], ["", "乙"], ["", "", "", "丙"]]
    rows = Rows(lambda: iter(table), ("一", "二", "三"), (0, 1, 2), 0)
    [block] = blocks(rows, 10)
    assert [block.row(at) for at in range(len(block))] == list(rows)
    assert block.lines == (1, 4, 5)
    merged = Rows(lambda: iter(table), ("一", "二", "三"), (0, 1, 2), 0, (((1, 0), (3, 0)),))
    assert not merged.are_plain
    [block] = blocks(merged, 10)
    assert [(row.line, row.cells) for row in merged] == [
        (line, block.row(at).cells) for at, line in enumerate(block.lines)
    ]
    assert isinstance(block, Block)
