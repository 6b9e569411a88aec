"""台账 from sheets: every row has its account, each fault its sentence, and twice takes nothing twice."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bihuan.actions import ledger as actions
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.ledger_imports import Account, export_entries, import_entries
from bihuan.actions.sheets import Sheet, read_sheet, write_sheet
from bihuan.actions.verify import verify
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import counters, ledger
from bihuan.store.models import Entry
from bihuan.words.ledger_imports import account_lines, reason
from tests import cast

pytestmark = pytest.mark.django_db
P, VISITS, HUDDLE, SHARE = "enterprise_order", "enterprise_visit", "half_month_meeting", "resource_share"
HEAD = "日期,单位,企业,谈了什么,企业提出问题"


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def sheet(*lines: str, head: str = HEAD) -> Sheet:
    return read_sheet("\n".join((head, *lines)).encode(), "走访.csv")


def take(given: Sheet, activity: str = VISITS, **more: Any) -> Account:
    return import_entries(
        actor=more.pop("actor", SYSTEM), programme=P, activity=activity, sheet=given,
        mapping=more.pop("mapping", Mapping_()), now=cast.NOW, **more,
    )  # fmt: skip


def why(account: Account, activity: str = VISITS) -> list[str]:
    return [reason(one.faults, ledger.declared(P, activity)) for one in account.rejected]


def test_every_row_is_taken_or_told_why_not() -> None:
    account = take(
        sheet(
            "2022年9月26日,装备制造产业链党委,沅澧精密铸造,缺工,2个",
            '2022-09-27,equipment,善卷食品,贷款,"1,000"',
            "2022-10-08,装备制造产业链党委,沅澧精密铸造,回访,1",
            "2022-09-27,装备制造产业链,沅澧精密铸造,回访,1",
            "2022-09-28,装备制造产业链党委,沅澧精密铸造,回访,3家",
            "2022-09-28,装备制造产业链党委,沅澧精密铸造,,十",
            "合计,,,,1003",
        )
    )
    assert (account.rows, account.taken, len(account.already), len(account.rejected)) == (7, 2, 0, 5)
    assert [row.row.line for row in account.rejected] == [4, 5, 6, 7, 8]
    said = why(account)
    assert said[0] == "“日期”还没到，只记已经开展的（写的是“2022-10-08”）"
    assert said[1].startswith("“单位”写的“装备制造产业链”不在单位名册里，请核对名称（是不是“装备制造产业链党委”）")
    assert "“企业提出问题”数的是个，单位写错了" in said[2]
    assert "“企业提出问题”请用阿拉伯数字" in said[3]
    assert said[4] == "这一行是合计，不是一次活动，不导入；合计由系统算"
    book = ledger.declared(P, VISITS)
    kept = ledger.bodies(seen_by=SYSTEM, programme=P, activity=book, asked=ledger.Asked(VISITS))
    assert [one.values for one in kept] == [{"issues": 1000}, {"issues": 2}]
    assert account_lines(account, dry_run=False)[0] == "共7行。已导入2条，以前已有0行，不能导入5行。"
    assert verify().faults == []


def test_the_same_sheet_twice_takes_nothing_twice_even_after_a_withdrawal() -> None:
    lines = ("2022-09-26,equipment,foundry,缺工,2", "2022-09-27,equipment,shanjuan,贷款,0")
    first = take(sheet(*lines))
    actions.withdraw(actor=SYSTEM, number=first.first, reason="不是走访", now=cast.NOW)
    again = take(sheet(*lines))
    assert (again.taken, [number for _row, number in again.already]) == (0, [first.first, first.last])
    assert Entry.objects.count() == 2
    assert counters.read(P, [""])["", "ledger:enterprise_visit:entries", "2022-09"] == 1


def test_a_row_that_repeats_another_is_taken_once_and_one_that_contradicts_it_is_asked_about() -> None:
    account = take(
        sheet("2022-09-26,equipment,foundry,缺工,2", "2022-09-26,equipment,foundry,缺工,2",
              "2022-09-26,equipment,foundry,缺工,3")
    )  # fmt: skip
    assert (account.taken, [number for _row, number in account.already]) == (1, ["#2"])
    assert why(account) == ["与第2行是同一份材料，数却不一样，请核对哪一行是对的"]


def test_what_is_entered_already_is_not_written_over() -> None:
    take(sheet("2022-09-26,equipment,foundry,缺工,2"))
    account = take(sheet("2022-09-26,equipment,foundry,缺工,5"))
    assert why(account) == ["这份材料已经记过（TZ-2022-0001），内容不一样；要改请到那一条更正"]


def test_a_rehearsal_writes_nothing() -> None:
    assert take(sheet("2022-09-26,equipment,foundry,缺工,2"), dry_run=True).taken == 1
    assert not Entry.objects.exists()


def test_whoever_may_not_enter_may_not_import() -> None:
    account = take(sheet("2022-09-26,food,foundry,缺工,2"), actor=cast.actor("chen"))
    assert why(account) == ["您的岗位不能记“联企走访”里“轻工食品产业链党委”的账"]


def test_a_doubtful_number_needs_a_sentence_in_its_row() -> None:
    head = "日期,单位,议题,参加人次,核对说明"
    account = take(sheet("2022-09-26,equipment,大会,300,", "2022-09-12,equipment,大会,300,全链大会", head=head), HUDDLE)
    assert account.taken == 1
    assert "平常约60" in why(account, HUDDLE)[0]


def test_money_comes_with_its_unit_and_a_wrong_kind_of_measure_is_named() -> None:
    head = "日期,单位,共享什么,服务内容,使用企业,费用"
    lines = (
        "2022-09-26,equipment,律师,合同审查,沅澧精密铸造、善卷食品,2150万",
        "2022-09-27,equipment,律师,劳动仲裁,沅澧精密铸造,3200份",
        "2022-09-28,equipment,律师傅,劳动仲裁,沅澧精密铸造,1",
    )
    account = take(sheet(*lines, head=head), SHARE)
    assert account.taken == 1
    assert counters.read(P, [""])["", "ledger:resource_share:m:cost", "2022-09"] == 2_150_000_000
    said = why(account, SHARE)
    assert "“费用”数的是元，单位写错了，请核对" in said[0]
    assert "可写：律师、会计师、咨询公司、其他" in said[1]


def merged(path: Path) -> Sheet:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 4, "九月走访台账")
        for at, name in enumerate(HEAD.split(",")):
            page.write(1, at, name)
        page.merge_range(2, 1, 4, 1, "装备制造产业链党委")
        page.merge_range(3, 4, 4, 4, 3)
        for line, (day, firm) in enumerate((("2022-09-26", "foundry"), ("2022-09-27", "foundry"),
                                            ("2022-09-28", "shanjuan")), 2):  # fmt: skip
            page.write(line, 0, day)
            page.write(line, 2, firm)
            page.write(line, 3, "缺工")
        page.write(2, 4, 1)
        page.write(5, 0, "小计")
        page.write(5, 4, 4)
    return read_sheet(path)


def test_a_unit_merged_over_rows_holds_for_each_and_a_number_for_none(tmp_path: Path) -> None:
    account = take(merged(tmp_path / "合并.xlsx"))
    assert account.taken == 1
    assert [row.row.line for row in account.rejected] == [4, 5, 6]
    assert why(account)[:2] == ["“企业提出问题”的格子跨了几行，看不出这一行是多少，请拆开填"] * 2


def test_what_is_exported_can_be_imported_again() -> None:
    take(sheet("2022-09-26,equipment,foundry,缺工,2", "2022-09-27,equipment,shanjuan,=1+1,"))
    actions.enter(
        actor=SYSTEM, programme=P, activity=VISITS, now=cast.NOW,
        facts={"unit": "food", "date": "2022-09-20", "enterprise": "shanjuan", "content": "手记"},
    )  # fmt: skip
    header, rows = export_entries(actor=SYSTEM, programme=P, activity=VISITS, now=cast.NOW)
    kept = io.BytesIO()
    write_sheet(kept, header, rows)
    back = read_sheet(kept.getvalue(), "导出.xlsx")
    again = take(back)
    assert (again.rows, again.taken, len(again.already), why(again)) == (3, 0, 3, [])
    Entry.objects.all().delete()
    from bihuan.store.models import EntryUnit, Event

    Event.objects.filter(kind="ledger").delete()
    EntryUnit.objects.all().delete()
    assert take(back).taken == 3


def test_a_sheet_without_unit_or_day_is_refused_as_a_whole() -> None:
    with pytest.raises(Refused) as why_:
        take(sheet("缺工,2", head="谈了什么,企业提出问题"))
    assert why_.value.code == "import.needs.fields"
    given = Mapping_(constants={"unit": "equipment", "date": "2022-09-26", "enterprise": "foundry"})
    assert take(sheet("缺工,2", head="谈了什么,企业提出问题"), mapping=given).taken == 1
