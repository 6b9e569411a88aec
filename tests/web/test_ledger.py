"""台账 on pages: books, lists with sums, one entry from the form to its withdrawal, and what strangers meet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.actions import ledger as actions
from bihuan.store import ledger, network, versions
from tests import cast
from tests.web.staff import KEY, at, links, queries, signed_in, text, title

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
P = "enterprise_order"
HUDDLE = {"unit": "equipment", "date": "2022-09-28", "topic": "订单与用工", "attendance": "18", "issues": "2"}


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def photo(name: str = "纪要.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, JPEG, content_type="image/jpeg")


def visit(n: int = 1, **facts: Any) -> str:
    given = {"unit": "equipment", "enterprise": "foundry", "content": f"第{n}次", "issues": "2", "note": "属实"}
    day = (cast.NOW - timedelta(days=n)).date().isoformat()
    made = actions.enter(
        actor=cast.actor("chen"), programme=P, activity="enterprise_visit", now=cast.NOW,
        facts={**given, "date": day, **facts},
    )  # fmt: skip
    return made.number


def huddle(person: str = "shen", **more: Any):
    client = signed_in(person)
    return client, client.post("/ledger/half_month_meeting/new/", {**HUDDLE, "form_key": KEY, **more})


def test_an_entry_made_on_the_form_stands_on_its_page_and_in_its_book() -> None:
    client, answer = huddle(evidence=photo())
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert title(page).startswith("订单与用工")
    said = text(page)
    assert "参加人次 18人次" in said
    assert "提出问题 2个" in said
    assert "纪要.jpg" in said
    assert "已记入 TZ-2022-0001" in said
    listed = text(client.get("/ledger/half_month_meeting/"))
    assert "订单与用工" in listed
    assert "合计 1条" in listed
    assert "18人次" in listed


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost() -> None:
    client, answer = huddle(attendance="18人", topic="", evidence=photo())
    assert answer.status_code == 400
    said = text(answer)
    assert "“参加人次”数的是人次，与人是两回事，不能混填，请核对" in said
    assert 'value="18人"' in answer.content.decode()
    assert 'name="kept"' in answer.content.decode()
    kept = answer.content.decode().split('name="kept" value="')[1].split('"')[0]
    again = client.post("/ledger/half_month_meeting/new/", {**HUDDLE, "kept": kept})
    assert again.status_code == 302
    assert "纪要.jpg" in text(client.get(again["Location"]))


def test_a_doubtful_number_asks_for_a_sentence_and_then_stands() -> None:
    client, answer = huddle(attendance="96", evidence=photo())
    assert "平常约60" in text(answer)
    kept = answer.content.decode().split('name="kept" value="')[1].split('"')[0]
    given = {**HUDDLE, "attendance": "96", "kept": kept, "note": "与换届大会同场"}
    page = client.get(client.post("/ledger/half_month_meeting/new/", given)["Location"])
    assert "核对说明：与换届大会同场" in text(page)


def test_the_same_material_is_offered_and_not_asked_again() -> None:
    huddle(evidence=photo())
    _client, answer = huddle("zhou", evidence=photo(), form_key="other")
    assert answer.status_code == 400
    assert "/ledger/TZ-2022-0001/" in links(answer)


def test_a_correction_and_a_withdrawal_stay_in_the_history() -> None:
    client, _answer = huddle(evidence=photo())
    page = client.get("/ledger/TZ-2022-0001/correct/")
    assert 'value="18"' in page.content.decode()
    given = {**HUDDLE, "attendance": "20", "expect": "1"}
    assert client.post("/ledger/TZ-2022-0001/correct/", {**given, "reason": ""}).status_code == 400
    assert client.post("/ledger/TZ-2022-0001/correct/", {**given, "reason": "签到表核对"}).status_code == 302
    said = text(client.get("/ledger/TZ-2022-0001/"))
    assert "参加人次：18人次 → 20人次" in said
    assert "原因：签到表核对" in said
    stale = client.post("/ledger/TZ-2022-0001/correct/", {**given, "attendance": "21", "reason": "又改"})
    assert stale.status_code == 409
    assert "刚由沈书记改过" in text(stale)
    assert client.post("/ledger/TZ-2022-0001/withdraw/", {"reason": ""}).status_code == 400
    client.post("/ledger/TZ-2022-0001/withdraw/", {"reason": "重复"})
    assert "沈书记已撤销，不计入任何数字。原因：重复" in text(client.get("/ledger/TZ-2022-0001/"))
    assert "这段时间没有记录" in text(client.get("/ledger/half_month_meeting/"))
    assert "TZ-2022-0001" in text(client.get("/ledger/half_month_meeting/?withdrawn=1"))


def test_sums_open_exactly_the_entries_they_were_counted_from() -> None:
    for n in range(1, 61):
        visit(n)
    client = signed_in("chen")
    whole = text(client.get("/ledger/enterprise_visit/?from=2022-01-01"))
    assert "合计 60条" in whole
    assert "1家 去重" in whole
    assert "120个" in whole
    some = text(client.get("/ledger/enterprise_visit/?from=2022-09-10&to=2022-09-20"))
    assert "合计 11条" in some
    assert "22个" in some
    late = client.get("/ledger/enterprise_visit/?from=2022-01-01&late=1")
    assert "合计 55条" in text(late)
    shelf = text(client.get("/ledger/"))
    assert "联企走访 28 60 55 2分钟" in shelf
    more = [one for one in links(client.get("/ledger/enterprise_visit/?from=2022-01-01")) if "after=" in one]
    assert text(client.get(more[0])).count("TZ-2022-") == 10


@pytest.mark.parametrize(
    "address", ["/ledger/", "/ledger/enterprise_visit/?from=2022-01-01", "/ledger/enterprise_visit/?from=2022-08-15"]
)
def test_a_page_of_the_ledger_makes_as_many_queries_for_many_entries_as_for_few(address: str) -> None:
    visit(1)
    client = signed_in("chen")
    few = queries(client, address)
    for n in range(2, 30):
        visit(n)
    assert queries(client, address) == few
    assert few < 20


def test_strangers_meet_no_book_and_no_entry() -> None:
    visit()
    stranger = signed_in("sun")
    for address in ("/ledger/", "/ledger/enterprise_visit/", "/ledger/TZ-2022-0001/", "/ledger/enterprise_visit/new/",
                    "/ledger/nothing/", "/ledger/TZ-2022-0001/correct/", "/ledger/TZ-2022-0001/files/1/"):  # fmt: skip
        assert stranger.get(address).status_code == 404, address
    assert stranger.post("/ledger/TZ-2022-0001/withdraw/", {"reason": "x"}).status_code == 404
    reader = signed_in("he")
    assert reader.get("/ledger/TZ-2022-0001/").status_code == 200
    assert reader.get("/ledger/enterprise_visit/new/").status_code == 404
    assert reader.post("/ledger/TZ-2022-0001/withdraw/", {"reason": "x"}).status_code == 409
    assert ledger.by_number("TZ-2022-0001", seen_by=cast.actor("he")).live


def test_the_place_on_the_rail_is_for_those_who_keep_or_read_a_book() -> None:
    assert "/ledger/" in signed_in("chen").get("/ledger/").content.decode()
    assert 'href="/ledger/"' not in signed_in("sun").get("/mine/").content.decode()


def test_a_window_that_makes_no_sense_is_named() -> None:
    client = signed_in("he")
    answer = client.get("/ledger/enterprise_visit/?from=2022-09-20&to=2022-09-01")
    assert answer.status_code == 400
    assert "开始日期晚于结束日期" in text(answer)
    assert client.get("/ledger/enterprise_visit/?from=昨天").status_code == 400


def test_what_was_raised_becomes_an_order_and_each_page_leads_to_the_other() -> None:
    number = visit()
    client = signed_in("chen")
    page = client.get(f"/ledger/{number}/")
    assert f"/ledger/{number}/order/" in links(page)
    form = client.get(f"/ledger/{number}/order/")
    assert '<option value="foundry" selected>' in form.content.decode()
    facts = {"requester": "foundry", "title": "缺工30人", "category": "recruitment", "facts": "数控操作工缺30人。"}
    wrong = client.post(f"/ledger/{number}/order/", {**facts, "category": "", "form_key": KEY})
    assert wrong.status_code == 400
    assert "缺工30人" in wrong.content.decode()
    assert client.post(f"/ledger/{number}/order/", {**facts, "form_key": KEY}).status_code == 302
    order = ledger.by_number(number, seen_by=cast.actor("chen")).orders[0]["number"]
    assert f"/orders/{order}/" in links(client.get(f"/ledger/{number}/"))
    assert f"/ledger/{number}/" in links(client.get(f"/orders/{order}/"))
    client.post(f"/ledger/{number}/order/", {**facts, "form_key": KEY})
    assert len(ledger.by_number(number, seen_by=cast.actor("chen")).orders) == 1
    for other in ("he", "sun"):
        assert signed_in(other).get(f"/ledger/{number}/order/").status_code == 404


def test_each_period_of_a_duty_is_met_late_missed_or_excused_and_opens_its_entries() -> None:
    shen = cast.actor("shen")
    kept = actions.enter(
        actor=shen, programme=P, activity="half_month_meeting", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-05", "idle": "holiday"},
    )  # fmt: skip
    for day in ("2022-08-20", "2022-09-28"):
        huddle(date=day, evidence=photo(), form_key=day)
    client = signed_in("shen")
    page = client.get("/ledger/")
    said = text(page)
    assert "半月一碰头 周期义务 2022 · 应记18 · 按时1 · 补记1 · 缺15 · 免1" in said
    assert 'aria-label="2022-09-01至2022-09-15：没有开展，已说明；或已免记">免<' in page.content.decode()
    excused = "/duties/cadence/huddle/?of=equipment&from=2022-09-01&to=2022-09-15"
    assert kept.number in client.get(excused).content.decode() and excused in links(page)
    cell = "/ledger/half_month_meeting/?unit=equipment&from=2022-08-16&to=2022-08-31"
    assert cell in links(page)
    assert "TZ-2022-0002" in text(client.get(cell))
    actions.withdraw(actor=shen, number=kept.number, reason="开了", now=cast.NOW)
    assert "缺16 · 免0" in text(client.get("/ledger/"))


def test_the_number_of_a_book_is_the_number_its_list_is_headed_with() -> None:
    client, _answer = huddle(evidence=photo())
    actions.enter(
        actor=cast.actor("shen"), programme=P, activity="half_month_meeting", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-05", "idle": "holiday"},
    )  # fmt: skip
    row = text(client.get("/ledger/")).partition("半月一碰头")[2]
    assert row.split()[:2] == ["1", "1"]  # this month, this year
    assert "半月一碰头 共1条，没有开展1条" in text(client.get("/ledger/half_month_meeting/"))
    assert "半月一碰头 没有开展1条" in text(client.get("/ledger/half_month_meeting/?idle=1"))


def test_a_duty_begins_with_the_unit_and_the_page_says_so() -> None:
    network.put_unit(
        key="new", name="新材料产业链党委", type_="chain_committee", parent="liangxin", since=date(2022, 9, 2)
    )
    versions.bump("network")
    said = text(signed_in("he").get("/ledger/"))
    assert "新材料产业链党委 2022年9月2日成立，从此起算" in said
    assert "应记34" in said
