"""回填: only the answers are written into the source's sheet, every row has its account, and orders know of it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
import xlsxwriter
from python_calamine import load_workbook

from bihuan.actions import returns
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.imports import import_orders
from bihuan.actions.orders import move_order
from bihuan.actions.sheets import SheetFault, read_sheet
from bihuan.actions.verify import verify
from bihuan.core import sources
from bihuan.core.order_state import OrderState
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import calendars, events, lists, packs
from bihuan.words.returns import account_lines, reason, refusal
from tests import cast, lives
from tests.actions.returning import (
    ANSWER,
    AT,
    HEADING,
    LEAD,
    RESULT,
    ROWS,
    answered,
    brought,
    codes,
    csv_of,
    returned,
    workbook,
)
from tests.actions.test_sources import hotline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def cells(data: bytes) -> list[list[object]]:
    """Return every cell of the sheet of orders, from its first line."""
    return load_workbook(io.BytesIO(data)).get_sheet_by_name("派单").to_python(skip_empty_area=False)


def waiting() -> list[str]:
    programmes = list(packs.current().values())
    asked = lists.Asked(owed=True, sort="source")
    return [row.number for row in lists.page(seen_by=SYSTEM, programmes=programmes, asked=asked, now=cast.NOW).rows]


def test_a_sheet_comes_in_is_handled_and_goes_back_with_nothing_but_its_answers_changed() -> None:
    data = workbook()
    one = brought(data)[0]
    assert (one.source_number, one.title, one.fields["facts"]) == ROWS[0]
    assert (one.channel, one.source_due, waiting()) == ("hotline", "2022-10-08T16:00:00.000000Z", [])
    one, now = answered(one)
    assert waiting() == [one.number]
    account = returned(data, now)
    assert codes(account) == ["filled", "unanswered", "unanswered"]
    before, after = cells(data), cells(account.data)
    changed = {
        (line, HEADING[column]): new
        for line, (old_row, new_row) in enumerate(zip(before, after, strict=True))
        for column, (old, new) in enumerate(zip(old_row, new_row, strict=True))
        if old != new
    }
    assert changed == {
        (3, LEAD): "人社局",
        (3, RESULT): "已解决",
        (3, ANSWER): "路灯已换，今晚亮灯。",
        (3, AT): "2022-09-29 16:20",
    }
    order = lives.again(one)
    assert (order.returned[-1]["sheet"], order.returned[-1]["line"]) == ("12345派单表.xlsx", 4)
    assert waiting() == []
    assert "未" not in account.name and len(account_lines(account, dry_run=False)) == 3
    report = verify()
    assert report.broken is None and report.orders == 3


def test_every_byte_of_the_workbook_but_the_filled_cells_is_what_it_was() -> None:
    data = workbook()
    _one, now = answered(brought(data)[0])
    account = returned(data, now)
    old, new = (zipfile.ZipFile(io.BytesIO(one_)) for one_ in (data, account.data))
    assert old.namelist() == new.namelist()
    differing = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert differing == ["xl/worksheets/sheet2.xml"]
    before, after = (book.read(differing[0]).decode() for book in (old, new))
    cut = re.compile(r'<c r="[IJKL]4"[^>]*?(?:/>|>.*?</c>)')
    assert cut.sub("", before) == cut.sub("", after)
    styles = [re.search(r'<c r="J4" (s="\d+")', text) for text in (before, after)]
    assert styles[0] and styles[1] and styles[0][1] == styles[1][1]  # the red frame of the cell stays
    assert re.search(r'<c r="K4" s="\d+" t="inlineStr">', after)  # a new cell looks like its column


def test_the_same_sheet_again_gives_the_same_file_and_no_second_event() -> None:
    data = workbook()
    one, now = answered(brought(data)[0])
    first = returned(data, now)
    n = len(events.of_order(one.id))
    second = returned(data, now + timedelta(days=1))
    assert (second.data, codes(second)[0]) == (first.data, "again")
    assert len(events.of_order(one.id)) == n
    third = returned(first.data, now + timedelta(days=2))  # the filled one comes back: there is nothing to do
    assert (third.data, codes(third)[0]) == (first.data, "again")
    assert len(events.of_order(one.id)) == n


def test_a_matter_that_is_answered_anew_is_owed_anew() -> None:
    data = workbook()
    one, now = answered(brought(data)[0])
    returned(data, now)
    one, now = lives.go_on(lives.again(one), [("zhou", "redo", {"reason": "没修好"})], now)
    assert waiting() == []
    one, now = lives.go_on(one, (lives.ANSWER, lives.REPORT, lives.SIGN), now)
    assert waiting() == [one.number]
    assert codes(returned(data, now))[0] == "filled"
    assert len(lives.again(one).returned) == 2 and waiting() == []
    assert verify().broken is None


def test_a_rehearsal_writes_nothing() -> None:
    data = workbook()
    one, now = answered(brought(data)[0])
    assert codes(returned(data, now, dry_run=True))[0] == "filled"
    assert lives.again(one).returned == [] and waiting() == [one.number]


def bad_sheets() -> list[tuple[str, bytes, str, str]]:
    two = (ROWS[0], ROWS[0], *ROWS[1:])
    strange = (("2022-0914-900", "别处的单", "不是我们的"), *ROWS)
    return [
        ("repeated", workbook(two), "repeated", "与第5行重复，两行都没有填"),
        ("edited", workbook(r0={"诉求内容": "夜班工人看不清路，还有人摔了。"}), "edited", "导入以后“诉求内容”改过"),
        ("not-ours", workbook(strange), "not_ours", "没有来源单号是2022-0914-900的单"),
        ("no-number", workbook((("", *ROWS[0][1:]), *ROWS)), "no_number", "没有来源单号，认不出"),
        ("occupied", workbook(r0={ANSWER: "已电话答复"}), "occupied", "“答复内容”里已有别的内容，没有改动"),
    ]


@pytest.mark.parametrize("name", [one[0] for one in bad_sheets()])
def test_a_row_that_is_not_surely_ours_is_told_and_left_alone(name: str) -> None:
    data, code, sentence = next(one[1:] for one in bad_sheets() if one[0] == name)
    order, now = answered(brought()[0])
    account = returned(data, now)
    assert account.lines[0].code == code
    assert sentence in reason(account.lines[0])
    assert cells(account.data)[3] == cells(data)[3]
    assert len(account.lines) == len(cells(data)) - 3
    assert bool(lives.again(order).returned) == (code in ("not_ours", "no_number"))  # its own row stands further down


def test_a_formula_and_a_merged_cell_are_not_overwritten() -> None:
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        page = book.add_worksheet("派单")
        for column, title in enumerate(("工单编号", RESULT, ANSWER)):
            page.write_string(0, column, title)
        page.write_string(1, 0, ROWS[0][0])
        page.write_formula(1, 1, '=IF(C2="","","有")', None, "")
        page.write_string(2, 0, ROWS[1][0])
        page.merge_range(1, 2, 2, 2, "")
    one, two, _three = brought()
    _one, now = answered(one)
    _two, now = answered(two, now=now)
    account = returned(kept.getvalue(), now)
    assert codes(account) == ["blocked", "blocked"]
    assert account.data == kept.getvalue()
    assert "“办理结果”是公式或合并的格子" in reason(account.lines[0])


@pytest.mark.parametrize(
    ("codec", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("gb18030", "\r\n"), ("utf-16", "\r\n")]
)
def test_a_csv_keeps_its_encoding_its_line_ends_and_its_quotation_marks(codec: str, end: str) -> None:
    text = csv_of(end=end)
    data = text.encode(codec)
    one, two, _three = brought(data, "派单.csv")
    _one, now = answered(one, "=1+1，\n“已”办")
    _two, now = answered(two, "招到6人", now)
    account = returned(data, now, "派单.csv")
    assert codes(account) == ["filled", "filled", "unanswered"]
    new = account.data.decode(codec)
    lines, were = (list(csv.reader(io.StringIO(t, newline=""))) for t in (new, text))
    assert lines[1][:8] == were[1] and lines[2][:8] == were[2]  # what stood there stands there
    assert lines[1][8:] == ["人社局", "已解决", "'=1+1，\n“已”办", "2022-09-29 16:20"]
    assert (lines[0], lines[3]) == (were[0], were[3])
    ours = [',人社局,已解决,"\'=1+1，\n“已”办",2022-09-29 16:20', f",人社局,已解决,招到6人,{lines[2][11]}"]
    for said in ours:
        assert new.count(said) == 1
        new = new.replace(said, "")
    assert new.encode(codec) == data


def test_a_stranger_to_an_order_is_told_as_if_it_were_not_there() -> None:
    data = workbook()
    _one, now = answered(brought(data)[0])
    account = returned(data, now, who=cast.actor("sun", now))
    assert codes(account) == ["not_ours"] * 3
    handler = returned(data, now, who=cast.actor("wang", now))
    assert codes(handler)[0] == "post" and account.data == handler.data == data


def test_an_order_that_ended_without_a_reply_answers_with_the_words_of_its_end() -> None:
    order = hotline(ROWS[0][0])
    facts = {"refuse_reason": "not_duty", "where_to": "请找供电公司"}
    order, now = lives.go_on(order, [("zhou", "refuse", facts)], cast.NOW)
    assert waiting() == [order.number]
    account = returned(workbook(), now)
    assert codes(account) == ["filled", "not_ours", "not_ours"]
    line = dict(zip(HEADING, cells(account.data)[3], strict=True))
    assert line[RESULT] == "不予受理"
    assert "请找供电公司" in str(line[ANSWER])
    assert waiting() == []


def test_an_order_joined_to_another_one_answers_with_the_answer_of_that_one() -> None:
    data = workbook()
    one, two, _three = brought(data)
    one, now = lives.go_on(one, [("zhou", "merge", {"main": two.number})], cast.NOW)
    assert waiting() == [one.number]
    assert codes(returned(data, now)) == ["unanswered"] * 3  # the main order has no answer yet
    _two, now = answered(lives.again(two), "焊工到岗", now)
    account = returned(data, now)
    assert codes(account) == ["filled", "filled", "unanswered"]
    assert [row[HEADING.index(ANSWER)] for row in cells(account.data)[3:5]] == ["焊工到岗"] * 2
    assert waiting() == []


def test_what_was_over_when_it_came_is_not_owed() -> None:
    text = "工单编号,诉求标题,诉求内容,诉求人,状态\nA-1,旧事,早办完了,沅澧精密铸造,已办结\n"
    sheet = read_sheet(text.encode(), "old.csv", known=["工单编号"])
    import_orders(
        actor=SYSTEM, programme="enterprise_order", type_="enterprise_request", sheet=sheet,
        mapping=Mapping_(constants={"channel": "hotline"}), now=cast.NOW,
    )  # fmt: skip
    assert waiting() == []
    assert verify().broken is None


def refused(data: bytes, **more: object) -> str:
    with pytest.raises(Refused) as why:
        returned(data, cast.NOW, **more)
    return refusal(why.value)


def test_columns_that_are_not_there_are_named_with_those_that_are() -> None:
    data = workbook()
    assert "没有“工单号”这一列。是不是“工单编号”？" in refused(data, mapping=(("工单号", "source_number"),))
    assert "没有“reply”这一项可填" in refused(data, mapping=(("答复内容", "reply"),))
    assert "看不出填到哪几列" in refused(data, mapping=(("工单编号", "source_number"),))
    assert "看不出哪一列是来源单号" in refused(data, mapping=(("答复内容", "answer"),))
    with pytest.raises(SheetFault):
        returned("不是表格".encode("utf-16")[:7], cast.NOW)


def test_a_sheet_of_another_shape_is_filled_by_a_mapping() -> None:
    text = "件号;回复;单位;单号\n2022-0913-001;;;\n"
    order, now = answered(brought()[0])
    mapping = (("件号", "source_number"), ("回复", "answer"), ("单位", "unit"), ("单号", "number"))
    account = returned(text.encode(), now, "别样.csv", mapping=mapping)
    assert account.data.decode() == f"件号;回复;单位;单号\n2022-0913-001;路灯已换，今晚亮灯。;人社局;{order.number}\n"


def test_a_race_with_a_move_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook()
    order, now = answered(brought(data)[0])
    tried: list[int] = []
    write = returns._Work.write

    def first_somebody_else(work: returns._Work, *given: object) -> bool:
        if not tried:
            move_order(actor=cast.actor("zhou", now), id_=order.id, verb="check", facts={"confirmed": "yes"}, now=now)
        tried.append(1)
        return write(work, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(returns._Work, "write", first_somebody_else)
    assert codes(returned(data, now))[0] == "filled"
    assert len(tried) == 2
    assert [event.verb for event in events.of_order(order.id)][-2:] == ["check", "answer_source"]
    assert verify().broken is None


def test_the_deadline_of_the_source_stops_when_it_is_answered() -> None:
    data = workbook()
    order, now = answered(brought(data)[0])
    calendar = calendars.calendar()
    assert not sources.clock(lives.type_of(order), order, calendar).get("stop")
    returned(data, now)
    again: OrderState = lives.again(order)
    assert sources.clock(lives.type_of(again), again, calendar)["stop"] == again.returned[-1]["at"]
