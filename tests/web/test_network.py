"""网: anybody in the office may read the network of any day; only an administrator changes it."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.actions import network
from bihuan.actions.register import CHAIN, NETWORK, SETUP
from bihuan.actions.sheets import read_sheet
from bihuan.core.permission import SYSTEM
from bihuan.store import clock, events
from bihuan.store import network as networks
from bihuan.store import roll as rolls
from tests import cast
from tests.web.staff import signed_in

pytestmark = pytest.mark.django_db

DAY = date(2022, 9, 29)
PAGES = (
    "/network/",
    "/network/?q=人社",
    "/network/?at=2021-06-01",
    "/network/units/equipment/",
    "/network/units/zone/?list=department",
    "/network/units/labour_bureau/?at=2021-06-01",
    "/network/gaps/",
    "/network/people/zhou/",
)


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def verbs(kind: str = NETWORK) -> list[str]:
    return [one.verb for one in events.of_orders([CHAIN], kind).get(CHAIN, [])]


@pytest.mark.parametrize("page", PAGES)
def test_people_of_the_office_read_it(page: str) -> None:
    for person in ("wu", "wang", "zhou", "luo"):
        assert signed_in(person).get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_the_contacts_of_enterprises_and_people_without_a_post_do_not(page: str) -> None:
    assert signed_in("guo").get(page).status_code == 404
    network.end_holding(actor=SYSTEM, person="sun", post="land.handler", until=DAY - timedelta(days=1), now=cast.NOW)
    assert signed_in("sun").get(page).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_few_questions_of_the_database(page: str) -> None:
    client = signed_in("wu")
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    assert len(asked) <= 8, [one["sql"][:90] for one in asked]


def test_the_tree_shows_what_is_missing_before_what_is_there() -> None:
    network.set_post(
        actor=SYSTEM,
        key="land.head",
        name="局长",
        kind="department_head",
        unit="land_bureau",
        since=cast.SINCE,
        now=cast.NOW,
    )
    page = text(signed_in("wang").get("/network/units/land_bureau/"))
    assert re.search(r'自然资源局 <span class="n gap">缺1岗', page)
    assert '<span class="gap">空缺</span>' in page


def test_a_unit_says_who_holds_its_posts_since_when_and_what_they_may_do() -> None:
    page = text(signed_in("wang").get("/network/units/labour_bureau/"))
    row = re.search(r'<tr id="labour.head">.*?</tr>', page, re.S)
    assert row
    assert "何兵" in row.group(0) and "2021-01-01" in row.group(0) and "审签发出" in row.group(0)


def test_posts_elsewhere_that_look_after_a_unit_stand_on_its_page() -> None:
    page = text(signed_in("wang").get("/network/units/equipment/"))
    assert "陈晓" in page and "科技产业局" in page
    assert "周敏" in page


def test_a_stand_in_is_named_with_dates() -> None:
    network.appoint(
        actor=SYSTEM, post="desk.dispatcher", person="he", stands_for="zhou", since=date(2022, 10, 10),
        until=date(2022, 10, 12), now=cast.NOW,
    )  # fmt: skip
    client = signed_in("wang")
    assert "10月10日起由何静代周敏，到10月12日" in text(client.get("/network/units/liangxin/"))
    assert "代周敏" in text(client.get("/network/units/liangxin/?at=2022-10-11"))


def test_the_network_of_an_earlier_day_is_said_to_be_one() -> None:
    network.appoint(actor=SYSTEM, post="labour.head", name="苏晚晴", since=DAY, relieve=True, now=cast.NOW)
    client = signed_in("wang")
    today = text(client.get("/network/units/labour_bureau/"))
    before = text(client.get("/network/units/labour_bureau/?at=2022-09-28"))
    assert "您在看" not in today and "何兵 → 苏晚晴" in today
    assert (
        "您在看2022年9月28日的网络" in before and "苏晚晴" not in re.sub(r"<li>.*?</li>", "", before).split("起由")[0]
    )
    row = re.search(r'<tr id="labour.head">.*?</tr>', before, re.S)
    assert row and "何兵" in row.group(0)


def test_a_date_that_is_none_is_said_in_one_sentence() -> None:
    answer = signed_in("wang").get("/network/?at=昨天")
    assert answer.status_code == 400
    assert "“昨天”不是日期" in text(answer)


def test_a_figure_of_a_unit_opens_as_many_rows() -> None:
    client = signed_in("wang")
    page = text(client.get("/network/units/zone/"))
    found = re.search(r"<dt>职能部门</dt><dd><a class=\"fig\" href=\"([^\"]+)\">(\d+)</a>", page)
    assert found
    listed = text(client.get(found.group(1).replace("&amp;", "&")))
    section = re.search(r'<section class="panel flush" id="list">.*?</section>', listed, re.S)
    assert section and section.group(0).count('<tr><th scope="row">') == int(found.group(2))


def test_what_is_searched_is_found_among_units_posts_and_people() -> None:
    page = text(signed_in("wang").get("/network/?q=王磊"))
    assert "/network/people/wang/" in page and "/network/units/labour_jobs/" in page
    assert "没有找到" in text(signed_in("zhou").get("/network/?q=无此人"))


def test_gaps_list_the_uncovered_and_the_vacant() -> None:
    page = text(signed_in("luo").get("/network/gaps/"))
    assert re.search(r'id="guide_per_chain".*?装备制造产业链党委.*?轻工食品产业链党委', page, re.S)


def test_a_person_page_has_posts_and_no_performance() -> None:
    page = text(signed_in("luo").get("/network/people/wang/"))
    assert "就业科" in page and "2021-01-01" in page
    assert not re.search(r"评分|排名|得分|满意率|办结率", page)


def test_unknown_units_people_and_posts_are_not_found() -> None:
    client = signed_in("wu")
    for page in ("/network/units/nowhere/", "/network/people/nobody/", "/network/posts/nothing/holder/"):
        assert client.get(page).status_code == 404


# ---- the change of a holder ----
HOLDER = "/network/posts/labour.head/holder/"


def wish(**more: str) -> dict[str, str]:
    return {"way": "succeed", "person": "李芸", "whom": "hebing", "since": "2022-10-10", "until": "", **more}


def test_only_an_administrator_is_offered_and_may_make_a_change() -> None:
    client = signed_in("luo")
    assert "改任职" not in text(client.get("/network/units/labour_bureau/"))
    assert (client.get(HOLDER).status_code, client.post(HOLDER, wish(sure="1")).status_code) == (404, 404)
    assert client.get("/network/import/").status_code == 404
    assert "改任职" in text(signed_in("wu").get("/network/units/labour_bureau/"))
    assert verbs() == []


def test_a_change_is_first_shown_and_then_made() -> None:
    client = signed_in("wu")
    shown = client.post(HOLDER, wish())
    assert shown.status_code == 200
    assert "还没有改" in text(shown) and "何兵任到前一天为止" in text(shown) and "李芸从2022-10-10起任" in text(shown)
    assert verbs() == []
    assert client.post(HOLDER, wish(sure="1")).headers["Location"] == "/network/units/labour_bureau/"
    assert verbs() == ["holder_set"]
    assert [h.person for h in networks.snapshot(date(2022, 10, 10)).holders("labour.head")] == ["liyun"]
    assert [h.person for h in networks.snapshot(date(2022, 10, 9)).holders("labour.head")] == ["hebing"]
    assert "已改好" in text(client.get("/network/units/labour_bureau/"))


def test_the_preview_counts_the_open_orders_that_hang_on_the_post() -> None:
    from bihuan.actions import orders

    order = orders.submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="officer", now=cast.NOW,
        facts={"title": "缺人", "category": "recruitment", "facts": "缺30人", "importance": "heavy", "urgency": "urgent"},
    )  # fmt: skip
    moves: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("zhou", "register", {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}),
        ("zhou", "dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"}),
        ("wang", "accept", {}),
    )
    for who, verb, facts in moves:
        orders.move_order(actor=cast.actor(who), number=order.number, verb=verb, facts=facts, now=cast.NOW)
    client = signed_in("wu")
    page = text(client.post("/network/posts/labour.handler/holder/", wish(whom="wang")))
    assert re.search(r"本人经办</dt><dd>1件", page)
    page = text(client.post("/network/posts/zone.supervisor/holder/", wish(whom="zhao")))
    assert re.search(r"分管督办</dt><dd>1件，随岗位移交", page)


def test_somebody_new_is_said_to_be_new() -> None:
    client = signed_in("wu")
    assert "苏晚晴是名册里没有的人，将登记" in text(client.post(HOLDER, wish(person="苏晚晴")))
    client.post(HOLDER, wish(person="苏晚晴", sure="1"))
    assert "苏晚晴" in rolls.read().persons.values()


def test_a_stand_in_is_appointed_for_one_who_holds_the_post() -> None:
    signed_in("wu").post(HOLDER, wish(way="stand_in", until="2022-10-20", sure="1"))
    held = networks.snapshot(date(2022, 10, 12)).holders("labour.head")
    assert [(h.person, h.stands_for) for h in held] == [("hebing", ""), ("liyun", "hebing")]


def test_a_holding_ends_and_the_post_is_vacant() -> None:
    client = signed_in("wu")
    client.post(HOLDER, wish(way="end", person="", until="2022-09-30", sure="1"))
    assert networks.snapshot(date(2022, 9, 30)).holders("labour.head")
    assert not networks.snapshot(date(2022, 10, 1)).holders("labour.head")
    assert verbs() == ["holder_ended"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"person": ""}, "没有填"),
        ({"since": "下周"}, "“下周”不是日期"),
        ({"until": "2022-10-01"}, "早于起始日"),
        ({"way": "join"}, "由何兵担任"),
        ({"way": "stand_in", "whom": "wang"}, "不能代"),
    ],
)
def test_a_faulty_form_names_the_field_and_keeps_what_was_typed(more: dict[str, str], said: str) -> None:
    answer = signed_in("wu").post(HOLDER, wish(**more, sure="1"))
    assert answer.status_code == 400
    assert said in text(answer)
    assert f'value="{more.get("person", "李芸")}"' in text(answer)
    assert verbs() == []


def test_the_last_administrator_cannot_be_dropped_on_the_page() -> None:
    answer = signed_in("wu").post(
        "/network/posts/zone.admin/holder/", {"way": "end", "whom": "wu", "until": "2022-09-30", "sure": "1"}
    )
    assert answer.status_code == 409
    assert "最后一位管理员" in text(answer)


def test_namesakes_are_listed_with_their_codes() -> None:
    for n, unit in ((1, "labour_bureau"), (2, "land_bureau")):
        network.set_post(
            actor=SYSTEM, key=f"p{n}", name="承办人", kind="handler", unit=unit, since=cast.SINCE, now=cast.NOW
        )
        network.appoint(actor=SYSTEM, post=f"p{n}", person=f"li{n}", name="李明", since=cast.SINCE, now=cast.NOW)
    answer = signed_in("wu").post(HOLDER, wish(person="李明"))
    assert answer.status_code == 400
    assert "叫李明的有2人" in text(answer) and "li1（人社局）" in text(answer)


# ---- sheets ----
SHEET = (
    "名称,类型,上级,起,信用代码\n"
    "青枫电气,链内企业,装备制造产业链党委,2022-01-01,91000000MAYE00001P\n"
    "白鹤药业,链内企业,没有的党委,2022-01-01,\n"
)


def upload(client: Client, content: bytes, what: str = "units", name: str = "名册.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return client.post("/network/import/", {"what": what, "file": file})  # type: ignore[return-value]


def test_a_sheet_is_rehearsed_then_imported_and_the_rejected_rows_come_back() -> None:
    client = signed_in("wu")
    answer = upload(client, SHEET.encode("gb18030"))
    page = text(answer)
    assert answer.status_code == 200 and "还没有改任何东西" in page and "没有的党委" in page
    assert verbs() == [] and "青枫电气" not in {u.name for u in rolls.read().units.values()}
    rejected = re.search(r'href="(/network/import/units/\w+/rejected.xlsx[^"]*)"', page)
    assert rejected
    file = client.get(rejected.group(1))
    sheet = read_sheet(file.content, "r.xlsx")
    assert [row.get("名称") for row in sheet.rows] == ["白鹤药业"] and "没有的党委" in sheet.rows[0].get("未导入原因")
    apply = re.search(r'action="(/network/import/units/\w+/)"', page)
    assert apply
    done = text(client.post(apply.group(1), {"name": "名册.csv"}))
    assert "收入1行，未变0行，未收1行" in done
    assert "青枫电气" in {u.name for u in rolls.read().units.values()}
    assert verbs() == ["import_units"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "空"), (b"PK\x03\x04xx", "损坏"), ("名称,起\n甲,2022-01-01".encode(), "缺一列“类型”")]
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(content: bytes, said: str) -> None:
    answer = upload(signed_in("wu"), content)
    assert answer.status_code == 400 and said in text(answer)


def test_an_import_that_was_not_rehearsed_is_asked_for_again() -> None:
    answer = signed_in("wu").post("/network/import/units/" + "0" * 32 + "/")
    assert answer.status_code == 400 and "已经过期" in text(answer)


@pytest.mark.parametrize("what", ["units", "holders"])
def test_the_roll_is_exported_as_a_sheet_that_can_be_imported_and_the_export_is_noted(what: str) -> None:
    client = signed_in("wu")
    answer = client.post(f"/network/export/{what}.xlsx", {"purpose": "核对"})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sheet = read_sheet(answer.content, "x.xlsx")
    call = network.import_units if what == "units" else network.import_holders
    done = call(actor=SYSTEM, sheet=sheet, now=cast.NOW)
    assert (done.taken, done.rejected, done.unchanged) == (0, (), len(sheet.rows))
    assert verbs(SETUP) == ["exported"]
    assert signed_in("zhou").post(f"/network/export/{what}.xlsx").status_code == 404
    assert io.BytesIO(answer.content).read(2) == b"PK"
