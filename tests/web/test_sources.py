"""来源 on pages: both numbers and both clocks, wherever the order is looked at."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from python_calamine import load_workbook

from bihuan.store.models import Order
from tests import cast, lives
from tests.actions.returning import NAME, ROWS, answered, brought, returned, workbook
from tests.actions.test_sources import hotline
from tests.web.staff import KEY, at, copies, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
ORDER = "2022-0913-001"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW)


def test_both_numbers_and_both_clocks_stand_on_the_order_the_desk_the_list_and_my_work() -> None:
    order = hotline()
    zhou = signed_in("zhou")
    page = text(zhou.get(f"/orders/{order.number}/"))
    assert f"来源 12345热线 {ORDER}" in page
    assert "来源时限" in page and "10月8日" in page
    assert "12345热线自己的期限，照录；办完要回填" in page
    for address in (f"/orders/desk/?queue=to_register&at={order.number}", "/orders/?view=open", "/mine/"):
        assert ORDER in text(zhou.get(address)), address
    at(cast.NOW + timedelta(days=14))
    assert "来源逾期" in text(zhou.get("/mine/"))
    assert "来源逾期" in text(zhou.get("/orders/?view=open"))


def test_the_requester_reads_the_number_but_not_the_clock_between_offices() -> None:
    order = hotline()
    page = text(signed_in("liufang").get(f"/orders/{order.number}/"))
    assert ORDER in page
    assert "办完要回填" not in page
    assert "待回复" not in page


def test_a_service_officer_types_number_and_deadline_and_is_told_of_the_first_one() -> None:
    chen = signed_in("chen")
    sent = {
        "requester": "foundry", "count": "1", "form_key": KEY, "channel": "hotline", "title-1": "厂门口路灯不亮",
        "category-1": "other", "source_number-1": ORDER, "source_due-1": "2022-10-08 17:30",
    }  # fmt: skip
    assert "已点1件" in text(chen.post("/orders/new/", sent))
    again = chen.post("/orders/new/", {**sent, "form_key": KEY[::-1], "title-1": "路灯"})
    assert again.status_code == 400
    first = text(signed_in("zhou").get("/orders/?view=open&q=" + ORDER))
    number = next(word for word in first.split() if word.startswith("QD2022-"))
    assert f"这个来源单号已经登记过，就是{number}" in text(again)


def test_the_dispatch_slip_names_the_source_with_number_and_deadline() -> None:
    order, now = lives.go_on(hotline(), lives.DISPATCHED, cast.NOW)
    at(now)
    page = text(signed_in("zhou").get(f"/orders/{order.number}/papers/dispatch_slip/"))
    assert f"12345热线 {ORDER}，限2022年10月8日前办结" in page


# ---------- 回填 ----------
def sent(client: Client, data: bytes, do: str = "back", name: str = NAME) -> HttpResponse:
    """Send a sheet of the hotline to the page of sources."""
    file = SimpleUploadedFile(name, data)
    return client.post("/sources/sheet/", {"channel": "hotline", "do": do, "file": file})  # type: ignore[return-value]


def form(answer: HttpResponse, what: str) -> tuple[str, dict[str, str]]:
    """Return where the page's button leads and what it sends."""
    page = answer.content.decode()
    address = page.split(f'action="/sources/{what}/')[1].split('"')[0]
    return f"/sources/{what}/{address}", {"channel": "hotline", "name": NAME}


def test_the_desk_rehearses_a_return_reads_every_row_and_takes_the_filled_sheet() -> None:
    data = workbook()
    order, now = answered(brought(data)[0])
    at(now)
    zhou = signed_in("zhou")
    page = zhou.get("/sources/")
    assert "厂门口路灯不亮" in text(page) and f"12345热线 {ROWS[0][0]}" in text(page)
    assert re.search(r'<a[^>]*href="/orders/"[^>]*aria-current="page"', source(page))  # 单 is lit here too
    told = sent(zhou, data)
    said = text(told)
    assert "会填 1" in said and "以前填过 0" in said and "不填 2" in said and "还没有改任何东西" in said
    assert f"填上答复，{order.number}" in said and "还没有答复，办出结果再回填" in said
    assert lives.again(order).returned == []
    rest = zhou.get(next(one for one in links(told) if "left.xlsx" in one))
    lines = load_workbook(io.BytesIO(rest.content)).get_sheet_by_index(0).to_python()
    assert [line[0] for line in lines[1:]] == ["5", "6"]
    got = zhou.post(*form(told, "return"))
    assert got.headers["Content-Disposition"].startswith("attachment")
    cells = load_workbook(io.BytesIO(got.content)).get_sheet_by_name("派单").to_python(skip_empty_area=False)
    assert "路灯已换，今晚亮灯。" in cells[3]
    assert lives.again(order).returned[0]["sheet"] == NAME
    assert "没有欠着来源的答复" in text(zhou.get("/sources/"))
    shown = text(zhou.get(f"/orders/{order.number}/"))
    assert f"已回填“{NAME}”第4行" in shown and "回复来源" in shown


def test_a_sheet_comes_in_on_the_page_and_says_what_became_of_every_row() -> None:
    hotline(ROWS[0][0])
    zhou = signed_in("zhou")
    told = sent(zhou, workbook(), "in")
    assert "会收入 2" in text(told) and "以前已导入 1" in text(told)
    done = zhou.post(*form(told, "import"))
    assert "已收入 2" in text(done) and "已到派单台" in text(done)
    assert "招不到焊工" in text(zhou.get("/orders/?view=open"))


def test_a_sheet_becomes_the_kind_of_order_that_was_chosen_among_those_one_may_bring_in() -> None:
    chen = signed_in("chen")
    page = chen.get("/sources/")
    kinds = re.findall(r'<option value="(\w+)"', source(page).split('name="type"')[1].split("</select>")[0])
    assert kinds[0] != "supply_match" and "supply_match" in kinds and "旧台账导入" in source(page)
    file = SimpleUploadedFile("配套.csv", "一句话说清,产品或服务,点单单位\n要铸件,铸件,沅澧精密铸造\n,,\n".encode())
    given = {"channel": "import", "do": "in", "type": "supply_match"}
    told = chen.post("/sources/sheet/", {**given, "file": file})
    assert "会收入 1" in text(told)
    done = chen.post(form(told, "import")[0], {**given, "name": "配套.csv"})  # type: ignore[arg-type]
    assert "已收入 1" in text(done)
    assert Order.objects.get().type == "supply_match"
    again = SimpleUploadedFile("配套.csv", b"a,b\n1,2\n")
    assert chen.post("/sources/sheet/", {**given, "do": "back", "file": again}).status_code == 400
    other = SimpleUploadedFile("配套.csv", b"a,b\n1,2\n")
    assert chen.post("/sources/sheet/", {**given, "type": "x", "file": other}).status_code == 400


def test_bad_sheets_get_a_sentence_and_the_page_back() -> None:
    zhou = signed_in("zhou")
    missing = zhou.post("/sources/sheet/", {"channel": "hotline", "do": "back"})
    assert missing.status_code == 400 and "请选明来源，并选一个" in text(missing)
    other = sent(zhou, "甲,乙\n1,2\n".encode(), name="别的.csv")
    assert other.status_code == 400 and "看不出哪一列是来源单号。表里的列有：甲、乙" in text(other)
    late = zhou.post("/sources/return/" + "0" * 32 + "/", {"channel": "hotline", "name": NAME})
    assert late.status_code == 400 and "预演过的文件已经过期" in text(late)


@pytest.mark.parametrize("person", ["wang", "liufang", "zhao", "sun"])
def test_whoever_may_not_bring_sheets_in_meets_404(person: str) -> None:
    client = signed_in(person)
    assert client.get("/sources/").status_code == 404
    assert sent(client, workbook()).status_code == 404


def test_the_page_makes_as_many_queries_for_fifty_owed_orders_as_for_two() -> None:
    data = workbook()
    one, two, three = brought(data)
    _one, now = answered(one)
    three, now = lives.go_on(three, [("zhou", "merge", {"main": two.number})], now)
    at(now)
    zhou = signed_in("zhou")
    assert f"等{two.number}答复" in text(zhou.get("/sources/"))
    few = queries(zhou, "/sources/")
    copies(one.number, 30)
    copies(three.number, 30)
    assert queries(zhou, "/sources/") == few
    assert "下一页" in text(zhou.get("/sources/"))


def test_a_return_stands_in_the_register() -> None:
    data = workbook()
    _order, now = answered(brought(data)[0])
    returned(data, now)
    at(now)
    assert f"回填 12345热线 {NAME}" in text(signed_in("wu").get("/setup/audit/"))
