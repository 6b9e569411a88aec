"""The pages of notices: what was told to me, where I can be reached, what lies unaccepted, the ways out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from bihuan.actions import notices as actions
from bihuan.actions.contacts import vendor_of
from bihuan.core.instants import iso
from bihuan.store import contacts, notices
from bihuan.store.models import Delivery
from tests import cast
from tests.web import lives
from tests.web.lives import Life
from tests.web.staff import signed_in

pytestmark = pytest.mark.django_db
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f0f0f0f-1234-5678-9abc-def012345678"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def told(life: Life) -> Life:
    """Let the worker tell what happened so far."""
    life.wait(timedelta(minutes=5))
    actions.tell(now=life.now)
    return life


# ---------- what was told to me ----------
def test_the_list_names_what_happened_and_leads_to_the_order() -> None:
    life = told(lives.begun().dispatched())
    page = text(signed_in("wang").get("/notices/"))
    assert f'href="/orders/{life.number}/"' in page
    assert "<b>派单</b>" in page and "数控操作工缺口30人" in page and "1条未读" in page
    assert "通知" in text(signed_in("wang").get("/me/")) and "1条未读" in text(signed_in("wang").get("/me/"))


def test_who_may_no_longer_see_the_order_reads_its_number_alone() -> None:
    life = told(lives.begun().dispatched())
    life.go("zhou", "redispatch", lead="science_bureau", supervisor="zone.supervisor", reason="职责在科技局")
    page = text(signed_in("hebing").get("/notices/"))
    assert life.number in page and "数控操作工" not in page


def test_one_notice_or_all_are_marked_as_read_and_only_ones_own() -> None:
    told(lives.begun().dispatched())
    told(lives.begun().dispatched())
    first, _second = Delivery.objects.filter(person="wang", channel="inapp").order_by("id")
    stranger, reader = signed_in("liyun"), signed_in("wang")
    stranger.post("/notices/", {"id": first.id})
    assert notices.unread("wang") == 2
    assert reader.post("/notices/", {"id": first.id}).headers["Location"] == "/notices/"
    assert notices.unread("wang") == 1
    reader.post("/notices/", {"upto": Delivery.objects.latest("id").id})
    assert (notices.unread("wang"), notices.unread("liyun")) == (0, 2)
    assert "没有未读的通知" in text(reader.get("/notices/?only=unread"))


@pytest.mark.parametrize("given", [{"id": "x"}, {"id": "9" * 30}, {"upto": "-1"}, {}])
def test_nonsense_marks_nothing_and_breaks_nothing(given: dict[str, str]) -> None:
    told(lives.begun().dispatched())
    assert signed_in("wang").post("/notices/", given).status_code == 302
    assert notices.unread("wang") == 1


def test_the_list_costs_the_same_however_long_it_is(django_assert_max_num_queries: Any) -> None:
    told(lives.begun().dispatched())
    reader = signed_in("wang")
    reader.get("/notices/")
    with CaptureQueriesContext(connection) as few:
        reader.get("/notices/")
    for _ in range(3):
        told(lives.begun().dispatched())
    with CaptureQueriesContext(connection) as many:
        reader.get("/notices/")
    assert len(many) == len(few) <= 9


def test_older_notices_are_on_the_next_page() -> None:
    life = told(lives.begun().dispatched())
    row = Delivery.objects.get(person="wang", channel="inapp")
    for n in range(60):
        row.pk, row.key = None, f"more{n}"
        row.save()
    reader = signed_in("wang")
    page = text(reader.get("/notices/"))
    found = re.search(r'href="(/notices/\?before=\d+)"', page)
    assert found and page.count(">记为已读<") == 50
    assert text(reader.get(found.group(1))).count(">记为已读<") == 11
    assert life.number in page


def test_an_enterprise_reads_that_something_is_new_and_never_the_office_word() -> None:
    told(lives.begun().dispatched())
    page = text(signed_in("liufang").get("/notices/"))
    assert "有新进展" in page and "派单</b>" not in page


# ---------- where I can be reached ----------
def test_ones_own_addresses_are_kept_and_taken_away() -> None:
    client = signed_in("wang")
    client.post("/notices/address/", {"mail": " Wang@Example.gov.cn ", "mobile": "１３８００００００１８"})
    assert contacts.addresses(["wang"])["wang"] == {"mail": "Wang@Example.gov.cn", "mobile": "13800000018"}
    client.post("/notices/address/", {"mail": "", "mobile": "13800000018"})
    assert contacts.addresses(["wang"])["wang"] == {"mobile": "13800000018"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mail": "wang@"}, "邮箱写得不对"),
        ({"mail": "a@b.cn\nBcc: x@y.cn"}, "邮箱写得不对"),
        ({"mobile": "1380000001"}, "手机号应为11位"),
    ],
)
def test_an_address_that_is_none_is_told_at_its_field_and_changes_nothing(given: dict[str, str], said: str) -> None:
    answer = signed_in("wang").post("/notices/address/", given)
    assert answer.status_code == 400 and said in text(answer)
    assert contacts.addresses(["wang"]) == {}


def test_somebody_elses_address_is_set_by_an_administrator_alone() -> None:
    assert signed_in("zhou").get("/setup/notices/wang/").status_code == 404
    assert signed_in("zhou").post("/setup/notices/wang/", {"mail": "x@example.cn"}).status_code == 404
    assert signed_in("wu").get("/setup/notices/nobody/").status_code == 404
    signed_in("wu").post("/setup/notices/wang/", {"mail": "wang@example.cn"})
    assert contacts.addresses(["wang"])["wang"]["mail"] == "wang@example.cn"


# ---------- sent out and not accepted ----------
def test_a_desk_sees_what_was_delivered_and_not_accepted_with_a_text_for_the_group() -> None:
    life = told(lives.begun().dispatched())
    page = text(signed_in("zhou").get("/notices/unaccepted/"))
    assert "站内 已送达 9月29日" in page
    copied = re.search(r"<textarea[^>]*>([^<]+)</textarea>", page)
    assert copied
    assert copied.group(1).startswith(f"人社局：有1件单待接单。{life.number}（")
    assert "数控操作工" not in copied.group(1) and "/mine/" in copied.group(1)
    life.go("wang", "accept")
    assert "派出去的单都有人接了" in text(signed_in("zhou").get("/notices/unaccepted/"))


def test_a_page_of_what_nobody_accepted_says_that_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    told(lives.begun().dispatched())
    told(lives.begun().dispatched())
    whole = text(signed_in("zhou").get("/notices/unaccepted/"))
    assert whole.count("催办<") == 2 and "后面还有" not in whole
    monkeypatch.setattr(actions, "LISTED", 1)
    page = text(signed_in("zhou").get("/notices/unaccepted/"))
    assert page.count("催办<") == 1
    assert "后面还有。这里只列先到期的1件" in page and "先到期的1件</span></h1>" in page


def test_what_was_told_to_the_office_before_is_not_said_of_the_one_that_has_it_now() -> None:
    life = told(lives.begun().dispatched())
    life.go("zhou", "redispatch", lead="science_bureau", supervisor="zone.supervisor", reason="职责在科技局")
    assert "站内 已送达" in text(signed_in("zhou").get("/notices/unaccepted/"))
    told(life)
    (found,) = actions.unaccepted(actor=cast.actor("zhou"), now=life.now, limit=9)[0]["science_bureau"]
    assert {one.verb for one in found.deliveries} == {"redispatch"}


def test_who_sits_at_no_desk_does_not_find_that_page() -> None:
    assert signed_in("wang").get("/notices/unaccepted/").status_code == 404
    assert signed_in("liufang").get("/notices/unaccepted/").status_code == 404


# ---------- the ways out ----------
def test_an_administrator_adds_a_group_whose_key_is_never_shown_again() -> None:
    client = signed_in("wu")
    form = {"do": "add", "name": "人社局工作群", "unit": "labour_bureau", "address": WECOM, "secret": ""}
    assert client.post("/setup/notices/", form).status_code == 302
    page = text(client.get("/setup/notices/"))
    assert "人社局工作群" in page and "企业微信" in page and "0f0f0f0f" not in page
    (robot,) = contacts.robots()
    assert "0f0f0f0f" not in repr(robot)
    client.post("/setup/notices/", {"do": "drop", "robot": robot.id})
    assert contacts.robots() == []


def test_a_wrong_group_address_is_told_at_its_field() -> None:
    form = {"do": "add", "name": "", "unit": "nowhere", "address": "https://example.org/hook", "secret": "x"}
    answer = signed_in("wu").post("/setup/notices/", form)
    assert answer.status_code == 400
    for said in ("还没填", "没有这个单位", "不是钉钉、企业微信、飞书群机器人的地址", "只有钉钉的机器人用加签密钥"):
        assert said in text(answer)
    assert contacts.robots() == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://oapi.dingtalk.com/robot/send?access_token=abcdef123456", "dingtalk"),
        (WECOM, "wecom"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/0f0f0f0f-1234", "feishu"),
        ("http://oapi.dingtalk.com/robot/send?access_token=abcdef123456", ""),
        ("https://oapi.dingtalk.com.example.org/robot/send?access_token=abcdef123456", ""),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/../../../x?y@z", ""),
        ("https://[oops", ""),
    ],
)
def test_only_the_vendors_own_addresses_are_taken_for_robots(address: str, kind: str) -> None:
    assert vendor_of(address)[0] == kind


def test_nobody_but_an_administrator_finds_the_ways_out() -> None:
    assert signed_in("zhou").get("/setup/notices/").status_code == 404
    assert signed_in("zhou").post("/setup/notices/", {"do": "retry"}).status_code == 404


def test_what_did_not_get_through_is_shown_with_its_reason_and_sent_again(settings: Any) -> None:
    settings.SITE, settings.MAIL_URL = "https://dian.example.gov.cn", "smtp://here"
    contacts.set_address("wang", "mail", "wang@example.cn", iso(cast.NOW))
    told(lives.begun().dispatched())
    Delivery.objects.filter(channel="mail").update(state="failed", said="recipient 550 no such person")
    client = signed_in("wu")
    page = text(client.get("/setup/notices/"))
    assert "收件地址被邮件服务器退回，请核对这个人的邮箱（550 no such person）" in page
    assert "有1条通知发了几次没送到" in page
    client.post("/setup/notices/", {"do": "retry"})
    assert Delivery.objects.get(channel="mail").state == "waiting"


def test_what_is_not_set_is_said() -> None:
    assert "没有设 BIHUAN_SITE" in text(signed_in("wu").get("/setup/notices/"))


def test_people_are_found_by_name() -> None:
    contacts.set_address("wang", "mail", "wang@example.cn", iso(datetime(2022, 9, 1).astimezone()))
    page = text(signed_in("wu").get("/setup/notices/?who=王"))
    assert 'href="/setup/notices/wang/"' in page and "有邮箱" in page and "wang@example.cn" not in page
