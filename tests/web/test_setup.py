"""设: accounts, days, versions and the register are an administrator's; a promise never moves by itself."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.actions import calendar, orders, programmes, reclocks
from bihuan.actions.register import CHAIN, SETUP, note_export
from bihuan.core.chain import GENESIS
from bihuan.core.permission import SYSTEM
from bihuan.core.refusal import Refused
from bihuan.store import calendars, clock, events, packs
from tests import cast
from tests.web.staff import signed_in

pytestmark = pytest.mark.django_db

PAGES = (
    "/setup/",
    "/setup/people/",
    "/setup/people/?q=周&account=no",
    "/setup/people/wang/",
    "/setup/calendar/?year=2022",
    "/setup/calendar/?day=2022-10-26",
    "/setup/programmes/",
    "/setup/audit/",
)


@pytest.fixture(autouse=True)
def _county(monkeypatch: pytest.MonkeyPatch) -> None:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)


@pytest.fixture
def admin() -> Client:
    return signed_in("wu")


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def notes() -> list[str]:
    return [one.verb for one in events.of_orders([CHAIN], SETUP).get(CHAIN, [])]


def submitted() -> str:
    return orders.submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="officer", now=cast.NOW, facts={"title": "缺人", "category": "recruitment", "facts": "缺30人"},
    ).number  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_opens_it_with_few_questions_and_everybody_else_meets_404(page: str, admin: Client) -> None:
    submitted()
    admin.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert admin.get(page).status_code == 200
    assert len(asked) <= 8, [one["sql"][:90] for one in asked]
    for person in ("zhou", "luo", "guo"):
        assert signed_in(person).get(page).status_code == 404


def test_the_place_on_the_rail_is_shown_to_administrators_alone(admin: Client) -> None:
    assert 'href="/setup/"' in text(admin.get("/network/"))
    assert 'href="/setup/"' not in text(signed_in("zhou").get("/network/"))


# ---- accounts ----
def test_an_account_is_made_and_its_password_shown_once(admin: Client) -> None:
    page = text(admin.post("/setup/people/lihang/", {"do": "make", "username": "LiHang"}))
    found = re.search(r'密码 <b class="mono">([^<]+)</b>', page)
    assert found
    assert Client().login(username="lihang", password=found.group(1))
    assert found.group(1) not in text(admin.get("/setup/people/lihang/"))
    assert notes() == ["account_made"]
    assert found.group(1) not in events.of_orders([CHAIN], SETUP)[CHAIN][0].body


def test_a_new_password_ends_the_old_one_and_every_session(admin: Client) -> None:
    theirs = signed_in("zhou")
    page = text(admin.post("/setup/people/zhou/", {"do": "reset"}))
    found = re.search(r'密码 <b class="mono">([^<]+)</b>', page)
    assert found and Client().login(username="zhou", password=found.group(1))
    assert not Client().login(username="zhou", password="qing-feng-1022")
    assert theirs.get("/network/").status_code == 302


def test_a_closed_account_signs_in_no_more_until_it_is_opened(admin: Client) -> None:
    theirs = signed_in("zhou")
    admin.post("/setup/people/zhou/", {"do": "close"})
    assert theirs.get("/network/").status_code == 302
    assert not Client().login(username="zhou", password="qing-feng-1022")
    admin.post("/setup/people/zhou/", {"do": "open"})
    assert Client().login(username="zhou", password="qing-feng-1022")
    assert notes() == ["account_closed", "account_opened"]


def test_nobody_closes_their_own_account(admin: Client) -> None:
    answer = admin.post("/setup/people/wu/", {"do": "close"})
    assert answer.status_code == 409 and "不能停用自己的账号" in text(answer)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"do": "make", "username": "zhou"}, "已有人使用"),
        ({"do": "make", "username": "李航"}, "小写英文字母"),
        ({"do": "reset"}, "还没有账号"),
        ({"do": "rename", "name": " "}, "没有填"),
    ],
)
def test_a_faulty_form_says_what_to_do(admin: Client, form: dict[str, str], said: str) -> None:
    signed_in("zhou")
    answer = admin.post("/setup/people/lihang/", form)
    assert answer.status_code == 400 and said in text(answer)
    assert notes() == []


def test_a_name_is_put_right(admin: Client) -> None:
    admin.post("/setup/people/lihang/", {"do": "rename", "name": "李  杭"})
    assert "李 杭" in text(admin.get("/network/people/lihang/"))


def test_others_make_no_accounts() -> None:
    assert signed_in("zhou").post("/setup/people/lihang/", {"do": "make", "username": "lihang"}).status_code == 404
    assert not User.objects.filter(username="lihang").exists()


# ---- calendar ----
def test_a_year_is_twelve_months_with_its_holidays_and_source(admin: Client) -> None:
    page = text(admin.get("/setup/calendar/?year=2022"))
    assert page.count('<table class="month">') == 12
    assert "来源：国务院办公厅" in page and "暂定" not in page
    assert re.search(
        r'<td class="holiday"><a href="/setup/calendar/\?day=2022-10-03#day" aria-label="[^"]*国庆节', page
    )
    assert re.search(r'<td class="make-up"><a href="/setup/calendar/\?day=2022-10-08', page)


def test_a_year_without_a_notice_is_provisional(admin: Client) -> None:
    page = text(admin.get("/setup/calendar/?year=2031"))
    assert "暂定" in page and "还没有放假通知" in page


def test_a_day_is_changed_with_an_event_and_taken_back(admin: Client) -> None:
    day = {"day": "2022-09-30", "kind": "holiday", "name": "本县节日", "do": "save"}
    assert admin.post("/setup/calendar/", day).headers["Location"] == "/setup/calendar/?year=2022"
    assert calendars.calendar().kind(date(2022, 9, 30)) == "holiday"
    page = text(admin.get("/setup/calendar/?year=2022"))
    assert "9月30日已定为节日 本县节日。" in page
    assert "本县改的日子" in page
    admin.post("/setup/calendar/", {"day": "2022-09-30", "kind": "", "do": "save"})
    assert calendars.calendar().kind(date(2022, 9, 30)) == "workday"
    assert notes() == ["calendar_day", "calendar_day"]


def test_what_would_end_otherwise_is_listed_and_nothing_moves(admin: Client) -> None:
    number = submitted()
    before = clocks(number)
    look = {"day": "2022-09-30", "kind": "rest", "do": "look"}
    page = text(admin.post("/setup/calendar/", look))
    assert number in page and "受理时限" in page and "9月30日17:30" in page and "10月8日17:30" in page
    assert notes() == []
    asked = text(admin.post("/setup/calendar/", {**look, "do": "save"}))
    assert "还没有保存" in asked and number in asked and "1件单" in asked
    assert notes() == [] and calendars.calendar().kind(date(2022, 9, 30)) == "workday"
    admin.post("/setup/calendar/", {**look, "do": "save", "sure": "keep"})
    assert clocks(number) == before
    page = text(admin.get("/setup/calendar/?year=2022"))
    assert "按现在的日历重算会不同的期限" in page and number in page


def test_the_deadlines_move_as_events_once_the_administrator_says_so(admin: Client) -> None:
    number, untouched = submitted(), submitted()
    admin.post(
        "/setup/calendar/", {"day": "2022-09-30", "kind": "rest", "name": "", "do": "save", "sure": "move"}, follow=True
    )
    assert clocks(number) == clocks(untouched) == {"registering": "2022-10-08T09:30:00.000000Z"}
    assert notes() == ["calendar_day", "deadlines_reclocked"]
    page = text(admin.get("/setup/calendar/?year=2022"))
    assert "重算也还是原来的日子" in page and number not in page.split("<main", 1)[1]
    page = text(admin.get("/setup/audit/?kind=setup"))
    assert "按日历重算在走的期限" in page and "2件在办单" in page


def test_what_a_day_would_move_is_paged_before_it_is_saved_and_nothing_is_missed(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reclocks, "SHOWN", 2)
    numbers = {submitted() for _ in range(5)}
    page = text(admin.post("/setup/calendar/", {"day": "2022-09-30", "kind": "rest", "do": "save"}))
    assert "5件单" in page and "还没有保存" in page
    seen = set(re.findall(r"QD2022-\d+", page))
    for _ in range(4):
        more = re.search(r'href="(\?day=2022-09-30&amp;kind=rest[^"]*do=look[^"]*)"', page)
        if not more:
            break
        assert len(seen) < 5
        page = text(admin.get(f"/setup/calendar/{more.group(1).replace('&amp;', '&')}"))
        seen |= set(re.findall(r"QD2022-\d+", page))
    assert seen == numbers and notes() == []


def test_what_was_looked_at_under_another_calendar_is_not_moved(admin: Client) -> None:
    number = submitted()
    before = clocks(number)
    admin.post("/setup/calendar/", {"day": "2022-09-30", "kind": "rest", "do": "save", "sure": "keep"})
    answer = admin.post("/setup/calendar/?year=2022", {"do": "reclock", "seen": "an older calendar"}, follow=True)
    assert "日历刚又改过" in text(answer) and clocks(number) == before


def clocks(number: str) -> dict[str, str]:
    from bihuan.store import orders as rows

    return {key: clock["due"] for key, clock in rows.by_number(number, seen_by=SYSTEM).order.clocks.items()}


def test_a_change_that_moves_no_deadline_says_so(admin: Client) -> None:
    submitted()
    page = text(admin.post("/setup/calendar/", {"day": "2022-12-30", "kind": "rest", "do": "look"}))
    assert "重算也还是原来的日子" in page


@pytest.mark.parametrize("form", [{"day": "", "kind": "rest"}, {"day": "2022-09-30", "kind": "feast"}])
def test_a_day_or_kind_that_is_none_is_refused(admin: Client, form: dict[str, str]) -> None:
    for do in ("look", "save"):
        assert admin.post("/setup/calendar/", {**form, "do": do}).status_code == 400
    assert notes() == []


def test_only_administrators_change_days() -> None:
    with pytest.raises(Refused, match="calendar.post"):
        calendar.set_day(actor=cast.actor("zhou"), day=date(2022, 9, 30), kind="rest", name="", now=cast.NOW)


# ---- programmes ----
def test_versions_are_listed_with_note_and_running_orders(admin: Client) -> None:
    submitted()
    page = text(admin.get("/setup/programmes/"))
    assert "enterprise_order@1" in page and "在用" in page
    assert re.search(r'data-l="在办">1</td>', page)


def test_publishing_the_same_pack_twice_gives_one_version_and_one_event(admin: Client) -> None:
    packs.publish({**cast.content(), "changed": {}}, note="改", by="", now=cast.NOW)
    name, new = programmes.publish(cast.PROGRAMMES / "enterprise_order", actor=cast.actor("wu"), now=cast.NOW)
    assert (name, new) == ("enterprise_order@3", True)
    again = programmes.publish(cast.PROGRAMMES / "enterprise_order", actor=cast.actor("wu"), now=cast.NOW)
    assert again == (name, False)
    assert notes() == ["pack_published"]


def test_a_faulty_pack_is_not_published(tmp_path: object) -> None:
    with pytest.raises(Refused) as why:
        programmes.publish(str(tmp_path), actor=SYSTEM, now=cast.NOW)
    assert why.value.code == "publish.invalid" and why.value.facts["faults"]


def test_others_publish_nothing() -> None:
    with pytest.raises(Refused, match="publish.post"):
        programmes.publish(cast.PROGRAMMES / "enterprise_order", actor=cast.actor("zhou"), now=cast.NOW)


# ---- register ----
def test_the_register_says_who_did_what_in_which_post(admin: Client) -> None:
    admin.post(
        "/network/posts/labour.head/holder/",
        {"way": "succeed", "person": "李芸", "whom": "hebing", "since": "2022-10-10", "sure": "1"},
    )
    admin.post("/setup/calendar/", {"day": "2022-09-30", "kind": "holiday", "name": "节", "do": "save"})
    page = text(admin.get("/setup/audit/"))
    assert "吴凡" in page and "李芸任人社局" in page and "接替何兵" in page and "2022-09-30：节日 节" in page
    assert "李芸" not in text(admin.get("/setup/audit/?kind=setup")).split("<main", 1)[1]


def test_the_register_is_read_page_by_page_and_misses_nothing(admin: Client) -> None:
    for n in range(120):
        note_export(actor=cast.actor("wu"), what=f"名单{n}", rows=n, purpose="", now=cast.NOW + timedelta(minutes=n))
    seen: list[str] = []
    page = text(admin.get("/setup/audit/"))
    for _ in range(5):
        seen += re.findall(r"名单(\d+)，", page)
        more = re.search(r'href="(/setup/audit/[^"]*after=[^"]*)"', page)
        if not more:
            break
        page = text(admin.get(more.group(1).replace("&amp;", "&")))
    assert [int(n) for n in seen] == list(range(119, -1, -1))


def test_two_notes_stand_one_after_the_other_in_one_chain() -> None:
    for n in range(3):
        note_export(actor=SYSTEM, what="名单", rows=n, purpose="", now=cast.NOW)
    chain = events.of_orders([CHAIN], SETUP)[CHAIN]
    assert [one.prev for one in chain] == [GENESIS, chain[0].hash, chain[1].hash]
