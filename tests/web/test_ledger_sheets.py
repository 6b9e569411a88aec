"""台账 in bulk: the grid of a day, a sheet rehearsed and imported, the list handed out."""

from __future__ import annotations

import io

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.actions.sheets import read_sheet
from bihuan.core.permission import SYSTEM
from bihuan.store import ledger
from bihuan.store.models import Entry
from tests import cast
from tests.web.staff import KEY, at, links, queries, signed_in, text
from tests.web.test_ledger import photo

pytestmark = pytest.mark.django_db
GRID = "/ledger/half_month_meeting/2022-09-28/"
LINES = (
    "日期,单位,企业,谈了什么,企业提出问题\n2022-09-26,equipment,foundry,缺工,2\n2022-10-26,equipment,foundry,缺工,2\n"
)


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def cells(**more: str) -> dict[str, object]:
    given = {"unit-1": "装备制造产业链党委", "topic-1": "用工", "attendance-1": "18人次", "issues-1": "0",
             "unit-2": "轻工食品产业链党委", "topic-2": "物流", "attendance-2": "12"}  # fmt: skip
    return {"count": "2", "form_key": KEY, **given, **more}


def test_each_unit_has_a_row_and_every_whole_row_becomes_an_entry() -> None:
    client = signed_in("zhou")
    page = text(client.get(GRID))
    assert "装备制造产业链党委" in page
    assert "轻工食品产业链党委" in page
    assert client.post(GRID, {**cells(), "evidence": photo()}).status_code == 302
    assert "这一天各单位都记了" in text(client.get(GRID))
    one, two = (ledger.by_number(f"TZ-2022-000{n}", seen_by=SYSTEM) for n in (1, 2))
    assert (one.unit, one.values) == ("equipment", {"attendance": 18, "issues": 0})
    assert (two.unit, two.values) == ("food", {"attendance": 12})
    assert len({one.evidence[0]["id"], two.evidence[0]["id"]}) == 2


def test_a_row_that_is_wrong_stays_with_what_was_typed_and_the_others_are_saved() -> None:
    client = signed_in("zhou")
    answer = client.post(GRID, {**cells(**{"attendance-2": "12人"}), "evidence": photo()})
    assert answer.status_code == 400
    said = text(answer)
    assert "已记1条" in said
    assert "第1行轻工食品产业链党委：“参加人次”数的是人次，与人是两回事" in said
    assert 'value="12人"' in answer.content.decode()
    assert Entry.objects.count() == 1


def test_idle_is_a_statement_and_an_empty_row_is_not_reported() -> None:
    client = signed_in("zhou")
    given = {"count": "2", "unit-1": "装备制造产业链党委", "idle-1": "holiday", "unit-2": "轻工食品产业链党委"}
    assert client.post(GRID, given).status_code == 302
    (entry,) = Entry.objects.all()
    assert (entry.unit, entry.idle) == ("equipment", "holiday")
    assert client.post(GRID, {"count": "1", "unit-1": "轻工食品产业链党委"}).status_code == 400


def test_a_doubtful_number_in_the_grid_is_asked_about_and_saved_with_its_sentence() -> None:
    client = signed_in("zhou")
    given = {**cells(**{"attendance-2": "", "topic-2": "", "attendance-1": "90"}), "evidence": photo()}
    answer = client.post(GRID, given)
    assert "平常约60" in text(answer)
    assert 'name="note-1"' in answer.content.decode()
    assert client.post(GRID, {**given, "note-1": "全链大会", "evidence": photo()}).status_code == 302
    assert ledger.by_number("TZ-2022-0001", seen_by=SYSTEM).note == "全链大会"


def test_a_book_of_many_a_day_offers_free_rows() -> None:
    client = signed_in("chen")
    address = "/ledger/enterprise_visit/2022-09-28/"
    assert client.get(address).content.decode().count('name="content-') == 3
    more = client.post(address, {"count": "3", "content-1": "缺工", "more": "1"})
    assert more.content.decode().count('name="content-') == 6
    assert 'value="缺工"' in more.content.decode()
    given = {"count": "1", "unit-1": "装备制造产业链党委", "enterprise-1": "沅澧精密铸造", "content-1": "缺工"}
    assert client.post(address, given).status_code == 302
    assert ledger.by_number("TZ-2022-0001", seen_by=SYSTEM).fields["enterprise"] == "foundry"


def test_no_grid_of_tomorrow_and_none_for_who_keeps_no_book() -> None:
    assert signed_in("zhou").get("/ledger/half_month_meeting/2022-10-01/").status_code == 404
    assert signed_in("zhou").get("/ledger/half_month_meeting/2022-13-01/").status_code == 404
    assert signed_in("he").get(GRID).status_code == 404


def test_a_sheet_is_rehearsed_then_imported_and_its_faults_given_back() -> None:
    client = signed_in("chen")
    file = SimpleUploadedFile("走访.csv", LINES.encode("gb18030"))
    page = client.post("/ledger/enterprise_visit/import/", {"file": file})
    said = text(page)
    assert "还没有改任何东西" in said
    assert "“日期”还没到" in said
    assert not Entry.objects.exists()
    back = next(one for one in links(page) if "rejected.xlsx" in one)
    sheet = read_sheet(client.get(back).content, "退回.xlsx")
    assert [row.cells["原行号"] for row in sheet.rows] == ["3"]
    token = back.split("/import/")[1].split("/")[0]
    done = client.post(f"/ledger/enterprise_visit/import/{token}/", {"name": "走访.csv"})
    assert "已导入1条" in text(done)
    assert Entry.objects.count() == 1
    again = client.post(f"/ledger/enterprise_visit/import/{token}/", {"name": "走访.csv"})
    assert "以前已有1行" in text(again)


def test_what_is_no_sheet_is_told_in_one_sentence() -> None:
    client = signed_in("chen")
    answer = client.post("/ledger/enterprise_visit/import/", {"file": SimpleUploadedFile("x.csv", b"")})
    assert answer.status_code == 400
    answer = client.post("/ledger/enterprise_visit/import/", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert "没有哪一列对到“单位、日期”" in text(answer)
    assert signed_in("he").get("/ledger/enterprise_visit/import/").status_code == 404


def test_the_list_is_handed_out_as_it_could_be_imported_and_the_register_keeps_who_took_it() -> None:
    client = signed_in("chen")
    client.post("/ledger/enterprise_visit/2022-09-28/",
                {"count": "1", "unit-1": "装备制造产业链党委", "enterprise-1": "foundry", "content-1": "缺工"})  # fmt: skip
    assert client.get("/ledger/enterprise_visit/export/").status_code == 405
    answer = client.post("/ledger/enterprise_visit/export/?from=2022-09-01")
    sheet = read_sheet(answer.content, "导出.xlsx")
    assert sheet.others == (), "the worksheet that says what it is wants no reading"
    told = dict(
        row[:2] for row in python_calamine.load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    )
    assert told["行数"] == "1" and "陈晓" in told["导出人"] and told["内容"].startswith("台账")
    assert [row.cells["台账号"] for row in sheet.rows] == ["TZ-2022-0001"]
    from bihuan.store.models import Event

    assert Event.objects.filter(kind="setup", verb="exported", person="chen").count() == 1
    blank = client.get("/ledger/enterprise_visit/import/blank.xlsx").content
    rows = python_calamine.load_workbook(io.BytesIO(blank)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["日期", "单位", "企业"]


def test_the_grid_makes_as_many_queries_for_many_entries_as_for_few() -> None:
    client = signed_in("chen")
    address = "/ledger/enterprise_visit/2022-09-28/"
    post = {"count": "1", "unit-1": "装备制造产业链党委", "enterprise-1": "foundry", "content-1": "缺工"}
    client.post(address, post)
    few = queries(client, address)
    client.post(address, {**post, "enterprise-1": "shanjuan"})
    assert queries(client, address) == few < 20
