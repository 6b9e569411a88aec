"""A sheet is taken over whole: every row accounted for, times and deadlines as they were, twice takes nothing twice."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bihuan.actions import alarms, exports_sheet, sheets
from bihuan.actions import orders as actions
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.imports import Account, import_orders
from bihuan.actions.setting import setting_of
from bihuan.actions.verify import verify
from bihuan.core import counters as tallying
from bihuan.core import orders as core
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM, Actor
from bihuan.core.refusal import Refused
from bihuan.store import bulk, counters, events, lists, packs
from bihuan.store import orders as rows
from bihuan.words.imports import account_lines, reason, refusal
from tests import cast

pytestmark = pytest.mark.django_db
NOW = cast.NOW
HEADER = ("编号", "标题", "内容", "类型", "收到", "期限", "状态", "办结")
COLUMNS = (
    ("编号", "source_number"),
    ("标题", "title"),
    ("内容", "facts"),
    ("类型", "category"),
    ("收到", "received_at"),
    ("期限", "due"),
    ("状态", "status"),
    ("办结", "closed_at"),
)
ROWS = (
    (
        "A-1",
        "路灯不亮",
        "开发大道路灯坏了。",
        "招工",
        "2022-03-01 09:10:11",
        "2022-03-31",
        "已办结",
        "2022-03-20 16:00",
    ),
    ("A-2", "缺技工", "缺20名焊工。", "招工", "2022年9月1日9时5分", "2022-10-31 17:30", "在办", ""),
    ("A-3", "想贷款", "流动资金紧。", "融资", "", "", "", ""),
    ("A-4", "用电不稳", "每周停电两次。", "水电气", "2022/8/1", "2022-08-10", "在办", ""),
)


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def sheet(
    table: Iterable[Iterable[str]] = ROWS, header: Iterable[str] = HEADER, name: str = "旧台账.csv"
) -> sheets.Sheet:
    file = io.StringIO()
    exports_sheet.write_csv(file, list(header), [list(row) for row in table])
    return sheets.read_sheet(file.getvalue().encode(), name)


def taken(
    given: sheets.Sheet | None = None,
    columns: Any = COLUMNS,
    *,
    actor: Actor = SYSTEM,
    now: datetime = NOW,
    dry_run: bool = False,
    desk: str = "equipment",
    **more: Any,
) -> Account:
    constants = {"desk": desk, **more.pop("constants", {})} if desk else more.pop("constants", {})
    return import_orders(
        actor=actor,
        programme="enterprise_order",
        type_="enterprise_request",
        sheet=given or sheet(),
        mapping=Mapping_(columns=columns, constants=constants, **more),
        now=now,
        dry_run=dry_run,
    )


def order_of(source_number: str) -> OrderState:
    number = rows.number_of_source("import", source_number)
    assert number, source_number
    return rows.by_number(number, seen_by=SYSTEM).order


def order_type() -> Any:
    return packs.programme("enterprise_order").orders["enterprise_request"]


def reasons(account: Account) -> dict[int, str]:
    return {one.row.line: reason(one.faults, order_type()) for one in account.rejected}


def count(**asked: Any) -> int:
    wanted = lists.Asked(programme="enterprise_order", **asked)
    return lists.count(seen_by=SYSTEM, programmes=packs.current().values(), asked=wanted, now=NOW)


def test_every_row_becomes_one_order_with_one_event_and_the_record_verifies() -> None:
    account = taken()
    assert (account.rows, account.taken, account.closed, len(account.rejected)) == (4, 4, 1, 0)
    assert (account.first, account.last) == ("QD2022-0001", "QD2022-0004")
    for number in ("A-1", "A-2", "A-3", "A-4"):
        assert [event.verb for event in events.of_order(order_of(number).id)] == ["import"]
    report = verify()
    assert report.broken is None
    assert report.orders == 4


def test_the_same_sheet_twice_takes_nothing_twice_also_without_numbers_of_its_own() -> None:
    for columns in (COLUMNS, COLUMNS[1:]):
        first, again = taken(columns=columns), taken(columns=columns, now=NOW + timedelta(days=3))
        assert (first.taken, again.taken, len(again.already)) == (4, 0, 4)
        assert {number for _, number in again.already} <= {f"QD2022-{n:04d}" for n in range(1, 9)}
    assert count() == 8


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    account = taken(dry_run=True)
    assert (account.rows, account.taken, account.closed, account.undated) == (4, 4, 1, [4])
    assert count() == 0
    assert taken().first == "QD2022-0001"


def test_original_times_are_kept_and_the_moment_of_recording_is_the_import() -> None:
    taken()
    order = order_of("A-1")
    assert order.times == {"submitted": "2022-03-01T01:10:11.000000Z", "closed": "2022-03-20T08:00:00.000000Z"}
    [event] = events.of_order(order.id)
    assert event.at == NOW
    assert order_of("A-2").times["submitted"] == "2022-09-01T01:05:00.000000Z"
    assert order_of("A-4").times["submitted"] == "2022-07-31T16:00:00.000000Z"


def test_an_unknown_time_stays_unknown_is_in_no_window_and_is_listed() -> None:
    account = taken()
    assert account.undated == [4]
    assert "submitted" not in order_of("A-3").times
    assert count() == 4
    assert count(since="0001", until="9999") == 3
    assert any("第4行" in line for line in account_lines(account, dry_run=False))


def test_times_of_another_zone_are_the_same_instants() -> None:
    from zoneinfo import ZoneInfo

    taken(sheet([ROWS[0]]), zone=ZoneInfo("America/New_York"))
    assert order_of("A-1").times["submitted"] == "2022-03-01T14:10:11.000000Z"


def test_a_stated_deadline_is_the_promise_and_a_dispatch_does_not_begin_it_anew() -> None:
    taken()
    promise = order_of("A-2").clocks["promise"]
    assert (promise["limit"], promise["due"]) == ("stated", "2022-10-31T09:30:00.000000Z")
    number = order_of("A-2").number
    actions.move_order(
        actor=cast.actor("zhou"),
        number=number,
        verb="dispatch",
        facts={"lead": "labour_bureau", "supervisor": "zone.supervisor"},
        now=NOW + timedelta(hours=1),
    )
    assert order_of("A-2").clocks["promise"] == promise
    assert verify().broken is None


def test_a_day_stated_as_the_limit_is_promised_to_its_end() -> None:
    taken()
    assert order_of("A-4").clocks["promise"]["due"] == "2022-08-10T16:00:00.000000Z"


def test_what_ran_out_before_it_came_here_alarms_nobody() -> None:
    taken()
    assert count(light="red") >= 1
    # The desk's own limit begins with the import; nothing is due at once.
    assert alarms.sound_alarms(now=NOW + timedelta(minutes=1)) == 0
    assert not order_of("A-4").supervised


def test_a_closed_matter_arrives_closed_and_says_whether_it_was_late() -> None:
    late = ("B-1", "补偿款", "没有到账。", "拖欠账款", "2022-01-05", "2022-01-31", "已销号", "2022-03-01")
    taken(sheet([ROWS[0], late]))
    in_time, late_order = order_of("A-1"), order_of("B-1")
    assert (in_time.state, late_order.state) == ("closed", "closed")
    assert not in_time.clocks["promise"].get("late")
    assert late_order.clocks["promise"]["late"]
    assert count(open=True) == 0


def test_closed_without_a_known_end_counts_as_closed_but_in_no_month() -> None:
    taken(sheet([("C-1", "问题", "内容在此。", "", "2022-01-05", "2022-02-01", "不予受理", "")]))
    assert order_of("C-1").state == "refused"
    assert order_of("C-1").clocks == {}
    assert verify().broken is None


def test_the_result_of_the_old_ledger_is_kept_but_is_no_solved_problem() -> None:
    table = [("D-1", "问题", "内容在此。", "2022-01-05", "2022-02-01", "解决")]
    header = ("编号", "标题", "内容", "收到", "办结", "结果")
    columns = (*COLUMNS[:3], ("收到", "received_at"), ("办结", "closed_at"), ("结果", "result"))
    taken(sheet(table, header), columns, values=(("结果", "解决", "solved"),))
    order = order_of("D-1")
    assert (order.state, order.result, order.solved) == ("closed", "solved", False)


@pytest.mark.parametrize(
    ("cell", "value", "says"),
    [
        (3, "打架", "“类别”写的“打架”不在可选项里，可写：招工"),
        (4, "上个月", "“收到时间”写的“上个月”不是时间"),
        (4, "2031-01-01", "还没到"),
        (5, "三十天", "“承诺期限”写的“三十天”不是时间"),
        (5, "9999-12-31", "“承诺期限”写的“9999-12-31”不是时间"),
        (6, "挂着", "看不出办没办结"),
        (7, "2022-02-01", "早于收到时间"),
        (1, "长" * 81, "“一句话说清”超过80个字"),
        (2, "", "缺“具体情况”"),
        (0, "9" * 81, "“来源单号”超过80个字"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_the_others_are_taken(cell: int, value: str, says: str) -> None:
    bad = [*ROWS[0][:cell], value, *ROWS[0][cell + 1 :]]
    account = taken(sheet([bad, *ROWS[1:]]))
    assert (account.taken, len(account.rejected)) == (3, 1)
    assert says in reasons(account)[2]


def test_every_fault_of_a_row_is_said_at_once() -> None:
    account = taken(sheet([("E-1", "标题", "", "打架", "昨天", "", "", "")]))
    said = reasons(account)[2]
    assert ("具体情况" in said, "打架" in said, "昨天" in said) == (True, True, True)


def test_two_rows_with_one_source_number_are_one_order_and_the_second_is_named() -> None:
    account = taken(sheet([ROWS[0], ("A-1", *ROWS[1][1:])]))
    assert account.taken == 1
    assert "与第2行重复" in reasons(account)[3]


def test_an_open_status_with_an_end_is_a_contradiction() -> None:
    account = taken(sheet([(*ROWS[0][:6], "在办", "2022-03-20")]))
    assert "是还没办完，却写了办结时间" in reasons(account)[2]


def test_words_of_another_system_are_taken_for_ours_where_the_person_says_so() -> None:
    table = [
        ("F-1", "T", "内容一。", "噪音", "", "", "Closed (Duplicate)", ""),
        ("F-2", "T", "内容二。", "其他词", "", "", "", ""),
    ]
    account = taken(
        sheet(table),
        values=(("类型", "噪音", "energy"), ("类型", "*", "other"), ("状态", "Closed (Duplicate)", "terminated")),
    )
    assert account.taken == 2
    assert (order_of("F-1").category, order_of("F-1").state) == ("energy", "terminated")
    assert order_of("F-2").category == "other"


def test_several_columns_flow_into_one_text_with_their_names() -> None:
    table = [("G-1", "Pothole", "Roland Park", "Phone", "")]
    header = ("id", "type", "neighborhood", "channel", "outcome")
    columns = (("id", "source_number"), ("type", "title"), *((name, "facts") for name in header[1:]))
    taken(sheet(table, header), columns)
    assert order_of("G-1").fields["facts"] == "type：Pothole\nneighborhood：Roland Park\nchannel：Phone"


def test_a_known_enterprise_brings_its_own_desk_and_an_unknown_name_is_kept_as_written() -> None:
    table = [("H-1", "题", "内容甲。", "善卷食品"), ("H-2", "题", "内容乙。", "某外地公司")]
    header = ("编号", "标题", "内容", "企业")
    taken(sheet(table, header), (*COLUMNS[:3], ("企业", "requester_name")))
    assert (order_of("H-1").requester, order_of("H-1").desk) == ("shanjuan", "food")
    assert (order_of("H-2").requester, order_of("H-2").requester_name) == ("", "某外地公司")
    account = taken(sheet([("H-3", "题", "内容丙。", "某外地公司")], header), (*COLUMNS[:3], ("企业", "requester")))
    assert "不在单位名册里" in reasons(account)[2]


def test_without_a_title_the_first_words_are_the_title() -> None:
    taken(sheet([("I-1", "", "流动资金很紧张。请帮忙。", "", "", "", "", "")]))
    assert order_of("I-1").title == "流动资金很紧张"


def test_headings_are_known_by_themselves_where_nobody_maps_them() -> None:
    table = [("热线-9", "标题", "内容内容。", "融资", "装备制造产业链党委", "2022-09-01 10:00:00")]
    account = taken(sheet(table, ("来源单号", "一句话说清", "具体情况", "类别", "派单台", "收到时间")), (), desk="")
    assert (account.taken, order_of("热线-9").category, order_of("热线-9").desk) == (1, "finance", "equipment")


@pytest.mark.parametrize(
    ("columns", "more", "says"),
    [
        ((("标体", "title"),), {}, "表里没有“标体”这一列。是不是“标题”"),
        ((("标题", "titel"),), {}, "没有“titel”这一项可导。是不是“title”"),
        ((("标题", "title"),), {}, "没有哪一列对到“具体情况”"),
        ((("标题", "facts"), ("收到", "received_at"), ("办结", "received_at")), {}, "只能对一列"),
        ((("内容", "facts"),), {"desk": ""}, "看不出这些单归哪个派单台"),
        ((("内容", "facts"),), {"values": (("标题", "甲", "x"),)}, "没有对到任何一项"),
        ((("内容", "facts"),), {"constants": {"nothing": "x"}}, "没有“nothing”这一项可导"),
    ],
)
def test_a_mapping_that_does_not_fit_refuses_the_whole_sheet(columns: Any, more: Any, says: str) -> None:
    with pytest.raises(Refused) as why:
        taken(columns=columns, **more)
    assert says in refusal(why.value, order_type())
    assert count() == 0


def test_a_dispatcher_takes_over_for_the_own_desk_alone_and_a_department_for_none() -> None:
    header = (*HEADER[:3], "台")
    table = [("J-1", "题", "内容甲。", "装备制造产业链党委"), ("J-2", "题", "内容乙。", "轻工食品产业链党委")]
    columns = (*COLUMNS[:3], ("台", "desk"))
    account = taken(sheet(table, header), columns, actor=cast.actor("tang"), desk="")
    assert (account.taken, reasons(account)) == (1, {2: "这个岗位不能导入“equipment”的单，请由该派单台导入"})
    assert taken(sheet(table, header), columns, actor=cast.actor("sun"), desk="").taken == 0


def test_numbers_with_the_signs_of_a_database_are_found_again_as_they_are() -> None:
    odd = ['A"1', 'A\\"1', "A\\1", "{A,1}", "NULL", "'A", "%s", "A'1"]
    table = [(number, *row[1:]) for number, row in zip(odd, ROWS[:1] * len(odd), strict=True)]
    first, again = taken(sheet(table)), taken(sheet(table))
    assert (first.taken, again.taken) == (len(odd), 0)
    numbers = [f"QD2022-{n:04d}" for n in range(1, len(odd) + 1)]
    assert [number for _row, number in again.already] == numbers
    assert set(bulk.of_sources("import", [*odd, "A", "1", ""])) == set(odd)
    assert bulk.of_sources("import", []) == {}


def test_what_somebody_else_takes_meanwhile_is_found_and_not_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    taken(sheet([ROWS[0]]))
    real, calls = bulk.of_sources, []

    def late(channel: str, numbers: Iterable[str]) -> dict[str, str]:
        calls.append(channel)
        return {} if len(calls) == 1 else real(channel, numbers)  # the first look came too early

    monkeypatch.setattr(bulk, "of_sources", late)
    account = taken()
    assert (account.taken, len(account.already)) == (3, 1)
    assert count() == 4
    assert verify().broken is None


def test_rows_written_in_bulk_equal_rows_written_one_by_one() -> None:
    setting = setting_of(order_type(), NOW)
    move = order_type().by_effect("import")[0]
    written = []
    for n in range(2):
        order = OrderState(id=1000 + n, requester="foundry", desk="equipment")
        then = {
            "number": f"QD2022-900{n}",
            "programme": "enterprise_order",
            "type": "enterprise_request",
            "bundle": packs.programme("enterprise_order").bundle,
            "channel": "import",
            "source_number": f"S{n}",
            "source_due": "2022-10-31T09:30:00.000000Z",
            "requester": "foundry",
            "desk": "equipment",
            "occurred": "2022-09-01T01:00:00.000000Z",
        }
        facts = {"title": "题", "facts": "内容。", "category": "land"}
        event = core.event_of(setting, order, SYSTEM, move, facts, NOW, then=then)
        after = core.apply(order_type(), order, event)
        written.append((order, event, after, tallying.tallies(order_type(), after)))
    before, event, after, tally = written[0]
    rows.record(before, event, after, order_type(), tally)
    while counters.fold():
        pass
    many = bulk.Rows()
    for _, event, after, _ in written[1:]:
        many.add(bulk.lines(event, after, order_type(), setting.calendar.zone))
    bulk.copy(many)
    with connection.cursor() as cursor:
        names = '", "'.join(rows.COLUMNS)
        cursor.execute(f'SELECT "{names}", seq, generation FROM store_order ORDER BY id')
        one, two = cursor.fetchall()
        at = rows.COLUMNS.index("source_number")
        assert (one[:at], one[at + 1 :]) == (two[:at], two[at + 1 :])
        cursor.execute("SELECT tenant, kind, seq, verb, at, person, post, command, deltas FROM store_event ORDER BY id")
        first, second = (row for row in cursor.fetchall() if row[1] == "order")
        assert first == second
    assert verify().broken is None
    assert set(counters.read("enterprise_order", [""]).values()) == {2}


def test_a_sheet_of_many_batches_is_taken_whole() -> None:
    many = [(f"M-{n}", f"第{n}件", "内容内容。", "融资", "2022-09-01", "", "", "") for n in range(4500)]
    done: list[int] = []
    account = import_orders(
        actor=SYSTEM,
        programme="enterprise_order",
        type_="enterprise_request",
        sheet=sheet(many),
        mapping=Mapping_(columns=COLUMNS, constants={"desk": "equipment"}),
        now=NOW,
        progress=done.append,
    )
    assert (account.taken, account.last, done) == (4500, "QD2022-4500", [2000, 4000, 4500])
    assert verify().broken is None
    assert counters.read("enterprise_order", [""])["", "queue:to_dispatch", ""] == 4500
    ids = [id_ for id_, _, _ in bodies()]
    assert len(set(ids)) == len(ids) == 4500


def bodies() -> list[tuple[int, int, str]]:
    return bulk.bodies(
        seen_by=SYSTEM,
        programmes=packs.current().values(),
        asked=lists.Asked(sort="recent"),
        now=NOW,
        after=0,
        limit=10_000,
    )


# ---- and back ----
def exported(now: datetime = NOW) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    header, found = exports_sheet.export_orders(
        actor=SYSTEM, programme="enterprise_order", type_="enterprise_request", now=now
    )
    return header, [tuple(row) for row in found]


def emptied() -> None:
    with connection.cursor() as cursor:
        tables = ("order", "event", "counter", "serial", "orderfacts", "figuretally")
        for table in (f"store_{name}" for name in tables):
            cursor.execute(f"DELETE FROM {table}")


def test_an_exported_sheet_imported_elsewhere_is_the_same_sheet_again() -> None:
    odd = ("=1+1", "+加号开头", "@内容，带逗号\n和换行、“引号”", "", "2022-09-01", "2022-10-01", "", "")
    unnumbered = ("", "没有单号", "内容丁。", "融资", "", "", "已终止", "2022-05-01")
    taken(sheet([*ROWS, odd, unnumbered]))
    header, first = exported()
    for folder in ("csv", "xlsx"):
        file = io.BytesIO()
        if folder == "xlsx":
            sheets.write_sheet(file, header, first)
            given = sheets.read_sheet(file.getvalue(), "back.xlsx")
        else:
            given = sheet(first, header)
        emptied()
        account = taken(given, (), desk="")
        assert (account.taken, account.rejected) == (6, [])
        assert exported()[1] == first
        assert verify().broken is None


def test_an_exported_sheet_imported_where_it_came_from_takes_nothing() -> None:
    taken()
    order = actions.submit_order(
        actor=cast.actor("zhou"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        facts={"title": "自己登记的", "facts": "内容。", "category": "land"},
        now=NOW,
    )
    header, found = exported()
    account = taken(sheet(found, header), (), desk="")
    assert (account.taken, len(account.already)) == (0, 5)
    assert order.number in {number for _, number in account.already}


def test_an_export_holds_no_personal_value_and_is_kept_in_the_register() -> None:
    actions.submit_order(
        actor=cast.actor("zhou"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        facts={"title": "题", "facts": "内容。", "category": "land", "contact_phone": "13800000618"},
        now=NOW,
    )
    _, found = exported()
    assert "13800000618" not in str(found)
    [kept] = [e for chain in events.of_kind("setup").values() for e in chain if e.verb == "exported"]
    assert (kept.facts["what"], kept.facts["rows"]) == ("enterprise_order/enterprise_request", 1)


def test_who_may_see_few_orders_exports_few() -> None:
    taken(sheet([ROWS[0]]))
    _, found = exports_sheet.export_orders(
        actor=cast.actor("sun"), programme="enterprise_order", type_="enterprise_request", now=NOW
    )
    assert list(found) == []


def test_sheets_of_other_offices_are_read(tmp_path: Path) -> None:
    text = "\r\n".join(",".join(row) for row in (HEADER, ROWS[1]))
    given = sheets.read_sheet(text.encode("gb18030"), "gb.csv", known=HEADER)
    assert taken(given).taken == 1
    assert order_of("A-2").title == "缺技工"


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.text(max_size=20), min_size=8, max_size=8), min_size=1, max_size=5))
def test_whatever_stands_in_a_sheet_every_row_is_accounted_for(table: list[list[str]]) -> None:
    cells = [[cell.replace("\x00", "") for cell in row] for row in table]
    made = sheets.Sheet(
        "x.csv",
        HEADER,
        tuple(sheets.Row(n, dict(zip(HEADER, row, strict=True))) for n, row in enumerate(cells, 2)),
        1,
    )
    account = taken(made, dry_run=True)
    assert account.rows == len(cells) == account.taken + len(account.already) + len(account.rejected)
    assert all(reasons(account).values())


def test_the_account_is_told_in_sentences() -> None:
    account = taken(sheet([ROWS[0], ROWS[2], ("K-1", "题", "", "", "", "", "", "")]))
    said = "\n".join(account_lines(account, dry_run=False))
    assert "共3行。已导入2张，以前已有0行，不能导入1行。" in said
    assert "其中已办结1张，待派单1张。" in said
