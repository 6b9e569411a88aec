"""统计值 on pages: the list with what can be counted beside, one record from the form to its withdrawal, strangers."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.actions import ledger as actions
from bihuan.actions.programmes import publish
from bihuan.actions.sheets import read_sheet
from bihuan.core.permission import SYSTEM
from bihuan.store import ledger
from bihuan.store.models import Entry
from tests import cast
from tests.web.staff import KEY, at, links, queries, signed_in, source, text, title

pytestmark = pytest.mark.django_db
P = "enterprise_order"
PACK = Path(__file__).resolve().parents[2] / "programmes" / P
OUTPUT = {"unit": "equipment", "period": "2022年1-8月", "value": "108亿元", "document": "统计月报"}
LIST = "/reports/stated/"


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def state(series: str = "output", **facts: Any) -> str:
    given = {**OUTPUT, **facts}
    return actions.enter(actor=cast.actor("he"), programme=P, activity=series, facts=given, now=cast.NOW).number


def test_a_number_entered_on_the_form_stands_on_its_page_with_its_source() -> None:
    he = signed_in("he")
    form = he.get("/reports/stated/new/?series=growth")
    assert "产业链产值增长" in text(form) and "数值（%）" in text(form)
    given = {**OUTPUT, "series": "growth", "value": "9.45%", "document_number": "统〔2022〕9号", "form_key": KEY}
    answer = he.post("/reports/stated/new/", given)
    assert answer.status_code == 302
    page = he.get(answer["Location"])
    assert title(page).startswith("产业链产值增长 2022年1—8月")
    said = text(page)
    assert "9.45%" in said and "统计月报，统〔2022〕9号" in said and "何静" in said
    assert "本期和上年同期的数值没有都在案，算不出来" in said
    again = he.post("/reports/stated/new/", given)
    assert again["Location"] == answer["Location"] and Entry.objects.count() == 1


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost() -> None:
    answer = signed_in("he").post(
        "/reports/stated/new/", {**OUTPUT, "series": "output", "period": "2022年1-9月", "value": "9%"}
    )
    assert answer.status_code == 400
    said = answer.content.decode()
    assert "还没到，只记已经开展的" in said and "“数值”数的是元，单位写错了" in said
    assert 'value="2022年1-9月"' in said and 'href="#f-period"' in said
    assert not Entry.objects.exists()


def test_the_growth_of_two_numbers_stands_beside_the_stated_one_and_never_over_it() -> None:
    now, base, growth = state(), state(period="2021年1-8月", value="100亿元"), state("growth", value="7.5%")
    reader = signed_in("shen")
    listed = reader.get("/reports/stated/")
    assert "7.5% 8.00%" in text(listed)
    page = reader.get(f"/reports/stated/{growth}/")
    assert "按两个时段的数值算得8.00%" in text(page)
    assert f"/reports/stated/{now}/" in page.content.decode() and f"/reports/stated/{base}/" in page.content.decode()
    assert "更正" not in text(page).split("经过")[0]


def test_two_documents_for_one_window_are_both_shown_and_the_last_one_counts() -> None:
    first, second = state(), state(document="统计年鉴", value="109亿元")
    reader = signed_in("he")
    assert "报表用记得最晚的那一条，不是这一条" in text(reader.get(f"/reports/stated/{first}/"))
    assert "这一条记得最晚，报表用这一条" in text(reader.get(f"/reports/stated/{second}/"))
    assert text(reader.get("/reports/stated/?series=output&unit=equipment")).count("同一时段另有1条") == 2


def test_a_number_is_corrected_and_withdrawn_with_a_reason() -> None:
    number = state()
    he = signed_in("he")
    form = he.get(f"/reports/stated/{number}/correct/").content.decode()
    assert 'value="10800000000"' in form and 'value="2022年1-8月"' in form
    given = {**OUTPUT, "value": "108.2亿元", "expect": "1", "form_key": KEY}
    assert he.post(f"/reports/stated/{number}/correct/", given).status_code == 400
    assert he.post(f"/reports/stated/{number}/correct/", {**given, "reason": "来源更正"}).status_code == 302
    assert "数值：108亿元 → 108.2亿元" in text(he.get(f"/reports/stated/{number}/"))
    assert he.post(f"/reports/stated/{number}/withdraw/", {"reason": "重复", "form_key": "a" * 32}).status_code == 302
    assert "已撤销，不计入任何数字" in text(he.get(f"/reports/stated/{number}/"))
    assert number not in he.get("/reports/stated/").content.decode()
    assert number in he.get("/reports/stated/?withdrawn=1").content.decode()


def test_strangers_meet_a_404_and_readers_change_nothing() -> None:
    number = state()
    for person in ("wang", "guo"):
        stranger = signed_in(person)
        for address in ("", "new/", "import/", "import/blank.xlsx", f"{number}/", f"{number}/correct/"):
            assert stranger.get(f"/reports/stated/{address}").status_code == 404, (person, address)
    reader = signed_in("shen")
    assert reader.get("/reports/stated/new/").status_code == 404
    assert reader.get("/reports/stated/import/").status_code == 404 and "import" not in source(reader.get(LIST))
    assert reader.get(f"/reports/stated/{number}/correct/").status_code == 404
    assert reader.post(f"/reports/stated/{number}/withdraw/", {"reason": "x"}).status_code in (404, 409)
    assert ledger.by_number(number, seen_by=cast.actor("he")).live


def test_the_list_makes_as_many_queries_for_many_records_as_for_few() -> None:
    he = signed_in("he")
    state()
    few = queries(he, "/reports/stated/")
    for year in range(2000, 2020):
        state(period=f"{year}年1-8月")
        state("growth", period=f"{year}年1-8月", value="3%")
    assert queries(he, "/reports/stated/") == few


def test_the_list_can_be_taken_out_and_imported_again() -> None:
    state()
    answer = signed_in("he").post("/reports/stated/export/")
    sheet = read_sheet(io.BytesIO(answer.content).getvalue(), "统计值.xlsx")
    assert [list(row.cells.values())[3:6] for row in sheet.rows] == [["2022-01-01至2022-08-31", "10800000000", "元"]]


def test_a_sheet_is_rehearsed_then_taken_over_and_what_is_wrong_given_back() -> None:
    lines = (
        "统计值,单位,时段,数值,来源文件\n"
        "产业链产值,装备制造产业链党委,2022年1-8月,108亿元,统计月报\n"
        "产业链产值增长,装备制造产业链党委,2022年1-8月,0.0945,统计月报\n"
        "合计,,,108亿元,\n"
    )
    he = signed_in("he")
    assert "导入" in text(he.get(LIST))
    page = he.post(f"{LIST}import/", {"file": SimpleUploadedFile("月报.csv", lines.encode("gb18030"))})
    said = text(page)
    assert "还没有改任何东西" in said and "会导入 1" in said and "看不出是百分之几" in said
    assert not Entry.objects.exists()
    back = next(one for one in links(page) if "rejected.xlsx" in one)
    sheet = read_sheet(he.get(back).content, "退回.xlsx")
    assert [row.cells["原行号"] for row in sheet.rows] == ["3", "4"]
    token = back.split("/import/")[1].split("/")[0]
    done = he.post(f"{LIST}import/{token}/", {"name": "月报.csv"})
    assert "已导入1条" in text(done) and Entry.objects.count() == 1
    assert "108亿元" in text(he.get(LIST))
    assert "以前已有1行" in text(he.post(f"{LIST}import/{token}/", {"name": "月报.csv"}))
    assert Entry.objects.count() == 1
    blank = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(he.get(f"{LIST}import/blank.xlsx").content))
    assert blank.get_sheet_by_index(0).to_python()[0][:4] == ["统计值", "单位", "时段", "数值"]


def test_a_figure_counted_here_stands_beside_a_stated_value_where_the_pack_names_one(tmp_path: Path) -> None:
    pack = tmp_path / P
    shutil.copytree(PACK, pack)
    path = pack / "statistics.toml"
    text_ = path.read_text(encoding="utf-8")
    path.write_text(text_.replace('word = "元"\n', 'word = "元"\ncomputed = "eo_contract"\n', 1), encoding="utf-8")
    number = state()
    assert "eo_contract" not in signed_in("he").get(f"/reports/stated/{number}/").content.decode()
    publish(pack, actor=SYSTEM, now=cast.NOW)
    page = signed_in("he").get(f"/reports/stated/{number}/")
    (beside,) = links(page, f"/reports/figures/{P}/eo_contract/")
    assert "unit=equipment" in beside and "from=2022-01-01" in beside and "to=2022-08-31" in beside
    assert "108亿元" in text(page) and "只作核对" in text(page)
    assert signed_in("he").get(beside).status_code == 200
