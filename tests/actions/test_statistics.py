"""统计值: numbers received from elsewhere are entered, corrected and withdrawn, and known as of any moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.actions import ledger as actions
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.ledger_imports import Account
from bihuan.actions.sheets import read_sheet, write_sheet
from bihuan.actions.statistic_imports import export_statistics, import_statistics, series_of
from bihuan.actions.verify import verify
from bihuan.core.entries import EntryState
from bihuan.core.instants import iso
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.core.statistics import growth, value
from bihuan.store import counters, ledger, statistics
from bihuan.store.models import Entry, Event
from bihuan.words.statistics import reason
from tests import cast

pytestmark = pytest.mark.django_db
P = "enterprise_order"
JAN_AUG = ("2022-01-01", "2022-08-31")
OUTPUT = {"unit": "equipment", "period": "2022年1-8月", "value": "114.1亿元", "document": "统计月报"}
HEAD = "统计值,单位,时段,数值,来源文件,文号,说明"


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def state(person: str = "he", series: str = "output", later: int = 0, **facts: Any) -> EntryState:
    now = cast.NOW + timedelta(minutes=later)
    given = {**OUTPUT, **facts}
    return actions.enter(actor=cast.actor(person), programme=P, activity=series, facts=given, now=now)


def refused(call: Any, *args: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as why:
        call(*args, **facts)
    return why.value


def known(as_of: str = "", until: str = "2022-08-31") -> dict[str, list[str]]:
    """Return by series what is stated of the equipment chain for January to the month of `until`."""
    series = tuple(series_of(P, SYSTEM).values())
    found = statistics.of_windows(seen_by=SYSTEM, programme=P, series=series, until=[until], as_of=as_of)
    return {
        key[0]: [str(value(one)) for one in some]
        for key, some in found.items()
        if key[1:] == ("equipment", "2022-01-01", until)
    }


def test_a_statistic_is_one_row_and_one_event_of_its_own_verb() -> None:
    entry = state(document_number="统〔2022〕9号", document_date="2022年9月20日", note="快报数")
    assert entry.number == "TJ-2022-0001"
    assert (entry.values, entry.fields["since"], entry.date) == ({"value": "11410000000"}, *JAN_AUG)
    assert entry.fields["document_date"] == "2022-09-20"
    (event,) = ledger.events_of(entry)
    assert (event.verb, event.actor["person"], event.bundle) == ("stated", "he", "enterprise_order@1")
    assert not any(":m:" in key for _, key, _ in counters.read(P, [""]))  # a number of others is never added up
    assert verify().faults == []


@pytest.mark.parametrize(
    ("facts", "problems"),
    [
        ({"value": "114.1%"}, {"value": "other_word"}),
        ({"value": "约114亿"}, {"value": "approximate"}),
        ({"value": "一百亿"}, {"value": "chinese_number"}),
        ({"value": "11,41"}, {"value": "not_a_number"}),
        ({"value": "1.2345678"}, {"value": "too_fine"}),
        ({"value": ""}, {"value": "missing"}),
        ({"document": ""}, {"document": "missing"}),
        ({"period": ""}, {"period": "missing", "date": "missing"}),
        ({"period": "近年来"}, {"period": "not_a_period"}),
        ({"period": "2022年8-1月"}, {"period": "period_order"}),
        ({"period": "2022年1-9月"}, {"date": "in_future"}),
        ({"unit": "labour_bureau"}, {"unit": "wrong_unit"}),
        ({"unit": "nowhere"}, {"unit": "unknown_unit"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(facts: dict[str, str], problems: dict[str, str]) -> None:
    why = refused(state, **facts)
    assert why.code == "enter.needs"
    assert {key: code for key, code in why.problems.items() if key in problems} == {
        key: code for key, code in problems.items() if key in why.problems
    }
    assert set(why.problems) & set(problems)
    assert not Entry.objects.exists()


def test_a_statistic_may_be_older_than_its_unit_and_below_nought() -> None:
    assert state(period="2019年1-8月").date == "2019-08-31"
    assert state(series="growth", value="-3.20％").values == {"value": "-3.2"}


def test_who_only_reads_states_nothing() -> None:
    assert refused(state, "shen").code == "enter.post"
    entry = state()
    assert ledger.by_number(entry.number, seen_by=cast.actor("shen")).number == entry.number
    with pytest.raises(ledger.NotFound):
        ledger.by_number(entry.number, seen_by=cast.actor("wang"))


def test_the_same_document_is_taken_once_and_two_documents_leave_the_later_one() -> None:
    first = state()
    assert refused(state, value="1亿元").facts["number"] == first.number
    second = state(later=5, document="统计年鉴", value="114.3亿元")
    assert known() == {"output": ["11430000000", "11410000000"]}
    actions.withdraw(actor=cast.actor("he"), number=second.number, reason="抄错", now=cast.NOW + timedelta(minutes=9))
    assert known() == {"output": ["11410000000"]}


def test_a_number_is_known_as_of_any_moment_even_if_its_window_was_corrected() -> None:
    entry = state()
    at = [iso(cast.NOW + timedelta(minutes=n)) for n in (-1, 0, 5, 10)]
    he = cast.actor("he")
    for n, period, number in ((5, "2022年1-8月", "115亿元"), (10, "2022年1-7月", "100亿元")):
        facts = {**OUTPUT, "period": period, "value": number}
        actions.correct(actor=he, number=entry.number, facts=facts, reason="更正", now=cast.NOW + timedelta(minutes=n))
    assert [known(one).get("output") for one in at] == [None, ["11410000000"], ["11500000000"], None]
    assert known() == {}
    assert known(at[3], "2022-07-31") == {"output": ["10000000000"]}
    assert [one.verb for one in ledger.events_of(entry)] == ["stated", "corrected", "corrected"]
    assert verify().faults == []


def test_verify_notices_a_number_that_was_written_over() -> None:
    entry = state()
    row = Entry.objects.get(pk=entry.id)
    Entry.objects.filter(pk=entry.id).update(body=row.body.replace("11410000000", "11420000000"))
    assert [code for code, _facts in verify().faults] == ["verify.row"]
    assert Event.objects.filter(kind="ledger", verb="stated").count() == 1


# ---- sheets ----
def take(*lines: str, head: str = HEAD, **more: Any) -> Account:
    sheet = read_sheet("\n".join((head, *lines)).encode(), "统计值.csv")
    return import_statistics(actor=SYSTEM, programme=P, sheet=sheet, mapping=Mapping_(), now=cast.NOW, **more)


def why_not(account: Account) -> list[str]:
    return [reason(one.faults, series_of(P, SYSTEM)) for one in account.rejected]


def test_every_row_of_a_sheet_is_taken_or_told_why_not() -> None:
    account = take(
        "产业链产值,装备制造产业链党委,2022年1-8月,114.1亿元,月报,,",
        "growth,equipment,2022年1-8月,9.45%,月报,,可比口径",
        '产业链产值,food,2022年前2季度,"15,630,000,000",月报,,',
        "产值,equipment,2022年1-8月,1亿元,月报,,",
        "产业链产值,equipment,八月,1亿元,月报,,",
        "产业链产值,equipment,2022年1-8月,7.1%,年报,,",
        "产业链产值增长,equipment,2022年1-7月,0.0945,月报,,",
        "产业链产值,equipment,2022年1-9月,1亿元,月报,,",
        "产业链产值,equipment,2022年1-8月,115亿元,月报,,",
        "合计,,,270亿元,,,",
        "产业链产值,装备制造产业链党委,2022年1—8月,114.1亿元,月报,,",
    )
    assert (account.rows, account.taken, len(account.already), len(account.rejected)) == (11, 3, 1, 7)
    assert [row.row.line for row in account.rejected] == [5, 6, 7, 8, 9, 10, 11]
    said = why_not(account)
    assert said[0] == "没有“产值”这个统计值，可写：产业链产值、产业链产值增长、招商月报的签约金额（是不是“产业链产值”）"
    assert "时段写成 2022年1-9月" in said[1]
    assert "“数值”数的是元，单位写错了" in said[2]
    assert said[3] == "“0.0945”看不出是百分之几（单元格的百分比格式不算数），请写成 7.87%"
    assert "还没到" in said[4]
    assert said[5] == "与第2行是同一份材料，数却不一样，请核对哪一行是对的"
    assert said[6] == "这一行是合计，不是一次活动，不导入；合计由系统算"
    assert known() == {"output": ["11410000000"], "growth": ["9.45"]}
    assert verify().faults == []


def test_a_sheet_taken_out_and_in_again_takes_nothing_twice(tmp_path: Any) -> None:
    take("产业链产值,equipment,2022年1-8月,114.1亿元,月报,统〔2022〕9号,快报",
         "产业链产值增长,equipment,2022年1-8月,-1.5%,月报,,")  # fmt: skip
    header, rows = export_statistics(actor=SYSTEM, programme=P, now=cast.NOW)
    kept = list(rows)
    assert kept[-1][3:6] == ("2022-01-01至2022-08-31", "11410000000", "元")
    write_sheet(tmp_path / "out.xlsx", header, kept)
    sheet = read_sheet(tmp_path / "out.xlsx")
    again = import_statistics(actor=SYSTEM, programme=P, sheet=sheet, mapping=Mapping_(), now=cast.NOW)
    assert (again.rows, again.taken, len(again.already), again.rejected) == (2, 0, 2, [])
    assert Entry.objects.count() == 2


def test_number_and_word_may_stand_in_two_columns() -> None:
    head = "项目,范围,时间,数值,计量单位,来源"
    assert take("产业链产值,equipment,2022年1-8月,75.89,亿元,月报", head=head).taken == 1
    assert known() == {"output": ["7589000000"]}


def test_a_sheet_without_a_period_is_not_read() -> None:
    assert refused(take, "产业链产值,equipment,1亿元,月报", head="统计值,单位,数值,来源").code == "import.needs.fields"
    assert refused(take, "产业链产值,2022年,1亿元,月报", head="统计值,时段,数值,来源").facts["fields"] == ["unit"]


def test_the_growth_of_two_numbers_on_file_can_be_counted() -> None:
    now, base = state(value="108亿元"), state(value="100亿元", period="2021年1-8月")
    assert growth(value(now), value(base)) == 8
