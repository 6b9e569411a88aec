"""Notices arrive at real receivers exactly as the table says: once, in working hours, whatever is killed or away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bihuan.actions import contacts, links
from bihuan.actions import notices as actions
from bihuan.actions.orders import move_order, submit_order
from bihuan.core.instants import instant, iso
from bihuan.core.notices import digest_day
from bihuan.jobs import notices as jobs
from bihuan.jobs.worker import Worker
from bihuan.store import calendars, notices
from bihuan.store.events import TELL, holding
from bihuan.store.models import Delivery, Event
from tests import cast
from tests.jobs.receivers import Endpoint, MailBox, mail_server, web_endpoint

pytestmark = pytest.mark.django_db
SITE = "https://dian.example.gov.cn"
PHONE = "13800000618"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=a1b2c3d4e5f6"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0f0f0f0f-1234-5678-9abc-def012345678"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/0f0f0f0f-1234-5678-9abc-def012345678"


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as made:
        yield made


@pytest.fixture
def web() -> Iterator[Endpoint]:
    with web_endpoint() as made:
        yield made


@pytest.fixture(autouse=True)
def county(settings: Any, box: MailBox, web: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small county with a mail server, an SMS adapter and a gateway for robots; its own addresses are not set."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    cast.found()
    server = {"host": "127.0.0.1", "port": box.port, "username": "", "password": "", "timeout": 5}
    settings.SITE, settings.MAIL_URL, settings.MAIL_FROM = SITE, "smtp://here", "bihuan@example.gov.cn"
    settings.MAIL_SERVER = server
    settings.SMS_URL, settings.SMS_TOKEN, settings.ROBOT_GATEWAY = f"{web.address}/sms", "word", web.address


def ordered(now: datetime = cast.NOW, urgency: str = "calm", **facts: Any) -> int:
    """An enterprise asks, the desk registers and dispatches to the labour bureau at `now`; return the order's id."""
    given = {"title": "缺口30人", "category": "recruitment", "facts": "旺季缺30人。", "contact_name": "刘芳", **facts}
    order = submit_order(
        actor=None, programme="enterprise_order", type_="enterprise_request", requester="foundry", now=now, facts=given
    )
    kind = {"category": "recruitment", "importance": "heavy", "urgency": urgency}
    for verb, more in (("register", kind), ("dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"})):
        move_order(actor=cast.actor("zhou", now), id_=order.id, verb=verb, facts=more, now=now)
    return order.id


def go(id_: int, who: str, verb: str, now: datetime, **facts: Any) -> None:
    actor = cast.link_to(id_) if who == "link" else cast.actor(who, now)
    move_order(actor=actor, id_=id_, verb=verb, facts=facts, now=now)


def reach(**people: str) -> None:
    """Give people a mail address or a mobile number, by what it looks like."""
    for person, address in people.items():
        kind = "mail" if "@" in address else "mobile"
        contacts.set_addresses(actor=cast.actor("wu"), person=person, given={kind: address}, now=cast.NOW)


def group(unit: str, address: str, secret: str = "") -> int:
    given = {"name": "工作群", "unit": unit, "address": address, "secret": secret}
    return contacts.add_robot(actor=cast.actor("wu"), now=cast.NOW, **given)


def work(now: datetime) -> None:
    """Make a round of a worker that has planned today's digests already."""
    jobs.Rounds(day=digest_day(now, calendars.calendar())).round(now)


def states(channel: str) -> list[str]:
    return list(Delivery.objects.filter(channel=channel).order_by("id").values_list("state", flat=True))


# ---------- exactly as the table says ----------
def test_a_dispatch_is_told_to_the_office_on_pages_by_mail_and_in_its_group(box: MailBox, web: Endpoint) -> None:
    reach(wang="wang@example.gov.cn", hebing="he@example.gov.cn", sun="sun@example.gov.cn")
    group("labour_bureau", DINGTALK)
    ordered()
    work(cast.NOW + 5 * MINUTE)
    told = set(Delivery.objects.filter(verb="dispatch", channel="inapp").values_list("person", flat=True))
    assert told == {"wang", "liyun", "hebing"}
    assert sorted(box.got) == [
        ("he@example.gov.cn", "【闭环】QD2022-0001 派单"),
        ("wang@example.gov.cn", "【闭环】QD2022-0001 派单"),
    ]
    (post,) = web.asked
    assert post.path == "/robot/send?access_token=a1b2c3d4e5f6"
    assert post.body["text"]["content"].startswith("【闭环】QD2022-0001 派单")
    assert f"{SITE}/orders/QD2022-0001/" in post.body["text"]["content"]


def test_a_message_holds_a_number_and_a_link_and_nothing_of_the_matter(box: MailBox, web: Endpoint) -> None:
    reach(wang="wang@example.gov.cn")
    group("labour_bureau", WECOM)
    ordered(contact_phone=PHONE)
    work(cast.NOW + 5 * MINUTE)
    said = [str(m) + m.get_content() for m in box.mails] + [str(a.body) for a in web.asked]
    assert len(said) == 3
    for words in ("缺口", "旺季", "沅澧精密铸造", "刘芳", "王磊"):
        assert not [text for text in said if words in text], words


def test_who_asked_gets_a_text_message_with_the_link_of_the_order(web: Endpoint) -> None:
    id_ = ordered(contact_phone=PHONE)
    work(cast.NOW + 5 * MINUTE)
    (sms,) = web.asked
    assert (sms.path, sms.headers["Authorization"], sms.body["to"]) == ("/sms", "Bearer word", PHONE)
    assert sms.body["text"] == f"【闭环】您的单QD2022-0001：已派单。点开查看：{SITE}/t/{links.link_for(id_)}/"
    assert sms.id == sms.body["id"]


def test_whoever_made_a_move_is_not_told_of_it() -> None:
    id_ = ordered()
    go(id_, "wang", "accept", cast.NOW + HOUR)
    go(id_, "wang", "assign", cast.NOW + 2 * HOUR, handler="wang")
    work(cast.NOW + 3 * HOUR)
    assert not Delivery.objects.filter(verb="assign").exists()


def test_a_rung_of_the_ladder_tells_whom_it_names_with_its_light(box: MailBox) -> None:
    reach(hebing="he@example.gov.cn")
    ordered()
    late = datetime(2022, 10, 10, 3, 0, tzinfo=UTC)
    Worker().round(late)
    assert ("he@example.gov.cn", "【闭环】QD2022-0001 “接单时限”红灯") in box.got
    told = set(Delivery.objects.filter(light="red", channel="inapp").values_list("person", flat=True))
    assert told == {"wang", "liyun", "hebing", "zhou", "shen"}


def test_an_undone_dispatch_tells_nobody_and_a_fresh_one_waits_until_it_can_no_longer_be_undone() -> None:
    id_ = ordered()
    work(cast.NOW + MINUTE)
    assert not Delivery.objects.filter(verb="dispatch").exists()
    go(id_, "zhou", "recall", cast.NOW + MINUTE)
    work(cast.NOW + 5 * MINUTE)
    assert not Delivery.objects.filter(verb="dispatch").exists()
    assert not Event.objects.filter(waits__in=holding(TELL)).exists()


def test_an_office_that_the_order_left_before_the_worker_woke_is_told_as_it_was_then() -> None:
    id_ = ordered()
    again = {"lead": "science_bureau", "supervisor": "zone.supervisor", "reason": "职责在科技局"}
    go(id_, "zhou", "redispatch", cast.NOW + HOUR, **again)
    work(cast.NOW + 2 * HOUR)
    by_verb = {
        verb: set(Delivery.objects.filter(verb=verb, channel="inapp").values_list("person", flat=True))
        for verb in ("dispatch", "redispatch")
    }
    assert by_verb == {"dispatch": {"wang", "liyun", "hebing"}, "redispatch": {"lihang", "mao"}}


def test_the_groups_of_three_vendors_are_each_spoken_to_in_their_own_way(web: Endpoint) -> None:
    group("labour_bureau", DINGTALK, "SECabc12345")
    group("labour_bureau", WECOM)
    group("labour_bureau", FEISHU)
    ordered()
    work(cast.NOW + 5 * MINUTE)
    ding, wecom, feishu = web.asked
    assert "sign=" in ding.path and "timestamp=" in ding.path
    assert wecom.path.startswith("/cgi-bin/webhook/send?key=0f0f") and wecom.body["msgtype"] == "text"
    assert feishu.path.startswith("/open-apis/bot/v2/hook/0f0f") and feishu.body["msg_type"] == "text"
    assert states("robot") == ["sent", "sent", "sent"]


def test_a_group_is_told_once_however_many_of_it_are_meant(web: Endpoint) -> None:
    group("zone", WECOM)
    ordered()
    work(cast.NOW + 5 * MINUTE)
    assert len(web.asked) == 1


# ---------- nobody is reached who gave no address ----------
def test_without_an_address_nothing_is_sent_and_the_page_still_has_it(box: MailBox, web: Endpoint) -> None:
    ordered()
    work(cast.NOW + 5 * MINUTE)
    assert (box.mails, web.asked) == ([], [])
    assert notices.unread("wang") == 1


def test_without_the_address_of_our_pages_no_message_leaves_the_house(
    box: MailBox, web: Endpoint, settings: Any
) -> None:
    settings.SITE = ""
    reach(wang="wang@example.gov.cn")
    group("labour_bureau", WECOM)
    ordered(contact_phone=PHONE)
    work(cast.NOW + 5 * MINUTE)
    assert (box.mails, web.asked) == ([], [])
    assert set(Delivery.objects.values_list("channel", flat=True)) == {"inapp"}


def test_the_same_telephone_is_not_rung_twice_for_one_event(web: Endpoint) -> None:
    reach(liufang=PHONE)
    ordered(contact_phone=PHONE)
    work(cast.NOW + 5 * MINUTE)
    assert [a.body["to"] for a in web.asked] == [PHONE]


# ---------- working hours ----------
def test_at_night_a_plain_notice_waits_for_the_morning_and_an_urgent_one_goes_out(box: MailBox) -> None:
    reach(wang="wang@example.gov.cn")
    night = datetime(2022, 9, 29, 13, 0, tzinfo=UTC)  # 21:00 in Changde
    ordered(night)
    ordered(night, urgency="urgent")
    work(night + 5 * MINUTE)
    assert [subject for _to, subject in box.got] == ["【闭环】QD2022-0002 派单"]
    work(datetime(2022, 9, 30, 0, 5, tzinfo=UTC))
    assert len(box.mails) == 1
    work(datetime(2022, 9, 30, 1, 30, tzinfo=UTC))
    assert [subject for _to, subject in box.got] == ["【闭环】QD2022-0002 派单", "【闭环】QD2022-0001 派单"]


# ---------- nothing lost, nothing twice ----------
def test_a_worker_killed_before_sending_leaves_the_message_to_the_next_one(box: MailBox) -> None:
    reach(wang="wang@example.gov.cn")
    ordered()
    now = cast.NOW + 5 * MINUTE
    actions.tell(now=now)
    (taken,) = notices.claim(iso(now), iso(now + jobs.LEASE), 5)  # and dies here
    work(now + MINUTE)
    assert box.mails == []  # another one holds it, as far as anybody knows
    work(now + jobs.LEASE + MINUTE)
    assert [m["Message-ID"] for m in box.mails] == [f"<{jobs.message_id(taken.key)}@dian.example.gov.cn>"]
    assert states("mail") == ["sent"]


def test_a_worker_killed_after_sending_repeats_it_under_the_same_id(box: MailBox) -> None:
    reach(wang="wang@example.gov.cn")
    ordered()
    now = cast.NOW + 5 * MINUTE
    actions.tell(now=now)
    (taken,) = notices.claim(iso(now), iso(now + jobs.LEASE), 5)
    jobs._try(taken, now)  # the mail is out, the note of it is not written
    work(now + jobs.LEASE + MINUTE)
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_worker_killed_between_reading_and_keeping_has_done_neither() -> None:
    ordered()
    fresh = notices.unnoticed(0, 100)
    made = actions._made(fresh, cast.NOW + 5 * MINUTE)
    assert sum(map(len, made.values())) > 0
    assert Delivery.objects.count() == 0 and Event.objects.filter(waits__in=holding(TELL)).count() == len(fresh)
    notices.keep([one.id for one in fresh], made)
    kept = Delivery.objects.count()
    notices.keep([one.id for one in fresh], made)  # the other worker that had read the same events
    assert Delivery.objects.count() == kept


def test_rounds_repeated_for_a_day_send_nothing_again(box: MailBox, web: Endpoint) -> None:
    reach(wang="wang@example.gov.cn")
    group("labour_bureau", FEISHU)
    ordered(contact_phone=PHONE)
    for n in range(12):
        work(cast.NOW + 5 * MINUTE + n * HOUR)
    assert (len(box.mails), len(web.asked)) == (1, 2)


@pytest.mark.parametrize(
    ("status", "body", "silent", "said"),
    [
        (500, "oops", False, "群机器人不收"),
        (200, '{"errcode": 45009, "errmsg": "api freq out of limit"}', False, "api freq out of limit"),
        (200, "", True, "群机器人没有答复"),
    ],
)
def test_a_robot_that_answers_badly_loses_nothing_and_is_tried_again(
    web: Endpoint, status: int, body: str, silent: bool, said: str
) -> None:
    group("labour_bureau", WECOM)
    ordered()
    web.status, web.body, web.silent = status, body, silent
    work(cast.NOW + 5 * MINUTE)
    (kept,) = Delivery.objects.filter(channel="robot")
    assert (kept.state, kept.tries) == ("waiting", 1)
    from bihuan.words.notices import reason

    assert said in reason(kept.said)
    web.status, web.body, web.silent = 200, '{"errcode": 0}', False
    work(cast.NOW + 7 * MINUTE)
    assert states("robot") == ["sent"]
    assert len({one.id for one in web.asked}) == 1


def test_a_gateway_that_stays_away_is_given_up_visibly_and_can_be_tried_again(web: Endpoint) -> None:
    group("labour_bureau", WECOM)
    ordered()
    web.status = 500
    now = cast.NOW + 5 * MINUTE
    for _ in range(10):
        work(now)
        now = max(now, instant(Delivery.objects.get(channel="robot").due))
    assert states("robot") == ["failed"]
    assert len(web.asked) == len(jobs.AGAIN) + 1
    assert notices.tally(iso(now))["failed"] == 1
    web.status = 200
    assert notices.retry(iso(now)) == 1
    work(now)
    assert states("robot") == ["sent"]


def test_a_refused_recipient_is_not_tried_again_and_the_others_get_theirs(box: MailBox) -> None:
    reach(wang="gone@example.gov.cn", hebing="he@example.gov.cn")
    box.refuse["gone@example.gov.cn"] = "550 no such person"
    ordered()
    work(cast.NOW + 5 * MINUTE)
    assert sorted(states("mail")) == ["failed", "sent"]
    (failed,) = notices.failed()
    assert failed.said == "recipient 550 no such person"


def test_a_mail_server_that_is_away_is_asked_once_a_round(box: MailBox) -> None:
    reach(wang="wang@example.gov.cn", hebing="he@example.gov.cn", liyun="li@example.gov.cn")
    box.busy = "451 later"
    ordered()
    work(cast.NOW + 5 * MINUTE)
    assert sorted(Delivery.objects.filter(channel="mail").values_list("tries", flat=True)) == [0, 0, 1]
    box.busy = ""
    work(cast.NOW + 10 * MINUTE)
    assert len(box.mails) == 3


def test_an_sms_the_gateway_has_already_counts_as_sent_and_a_refused_one_is_given_up(web: Endpoint) -> None:
    ordered(contact_phone=PHONE)
    web.status = 409
    work(cast.NOW + 5 * MINUTE)
    web.status = 400
    ordered(cast.NOW + HOUR, contact_phone=PHONE)
    work(cast.NOW + HOUR + 5 * MINUTE)
    assert states("sms") == ["sent", "failed"]


def test_an_address_taken_away_meanwhile_is_not_written_to(box: MailBox) -> None:
    reach(wang="wang@example.gov.cn")
    ordered()
    actions.tell(now=cast.NOW + 5 * MINUTE)
    contacts.set_addresses(actor=cast.actor("wang"), person="wang", given={"mail": ""}, now=cast.NOW)
    work(cast.NOW + 6 * MINUTE)
    assert (box.mails, states("mail")) == ([], ["dropped"])


# ---------- one digest a day ----------
def test_the_digest_of_a_day_is_one_message_with_counts_and_links(box: MailBox) -> None:
    reach(zhou="zhou@example.gov.cn")
    ordered()
    ordered(cast.NOW + MINUTE)
    work(cast.NOW + 5 * MINUTE)
    assert box.mails == []  # 点单 is for the next morning
    early, morning = datetime(2022, 9, 30, 0, 20, tzinfo=UTC), datetime(2022, 9, 30, 0, 31, tzinfo=UTC)
    jobs.Rounds().round(early)
    assert box.mails == []
    for n in range(20):
        jobs.Rounds().round(morning + n * 20 * MINUTE)  # each time a worker that remembers nothing
    (mail,) = box.mails
    assert mail["Subject"].strip().startswith("【闭环】9月30日：")
    text = mail.get_content()
    assert "点单2条" in text and f"{SITE}/mine/" in text and "QD2022" not in text


def test_on_a_day_off_and_with_nothing_to_say_there_is_no_digest(box: MailBox) -> None:
    reach(sun="sun@example.gov.cn")
    jobs.Rounds().round(datetime(2022, 10, 3, 1, 0, tzinfo=UTC))  # National Day
    assert Delivery.objects.filter(channel="day").count() == 0
    jobs.Rounds().round(datetime(2022, 9, 30, 1, 0, tzinfo=UTC))
    assert (states("day"), box.mails) == (["dropped"], [])


def test_a_digest_that_could_not_go_out_leaves_its_news_to_the_next_one(box: MailBox) -> None:
    reach(zhou="zhou@example.gov.cn")
    ordered()
    work(cast.NOW + 5 * MINUTE)
    box.busy = "451 later"
    jobs.Rounds().round(datetime(2022, 9, 30, 0, 31, tzinfo=UTC))
    assert Delivery.objects.filter(channel="digest", state="kept").exclude(verb="duty").count() == 1
    box.busy = ""
    jobs.Rounds().round(datetime(2022, 10, 8, 0, 31, tzinfo=UTC))  # the next workday, a make-up Saturday
    (mail,) = box.mails
    assert "点单1条" in mail.get_content()
    assert Delivery.objects.filter(channel="digest", state="kept").count() == 0


# ---------- what tells nobody ----------
def test_played_lives_are_nobodys_news() -> None:
    ordered()
    assert notices.skip(iso(cast.NOW + MINUTE)) == 3
    work(cast.NOW + 5 * MINUTE)
    assert Delivery.objects.count() == 0


def test_what_a_worker_reads_days_later_is_on_pages_and_in_the_next_digest_and_rings_nobody(
    box: MailBox, web: Endpoint
) -> None:
    reach(wang="wang@example.gov.cn", hebing=PHONE)
    group("labour_bureau", WECOM)
    ordered(contact_phone=PHONE)
    work(cast.NOW + timedelta(days=9, minutes=5))
    assert (box.mails, web.asked) == ([], [])
    assert notices.unread("wang") == notices.unread("hebing") == 1
    jobs.Rounds().round(datetime(2022, 10, 9, 0, 31, tzinfo=UTC))
    (mail,) = box.mails
    assert mail["To"] == "wang@example.gov.cn" and "派单1条" in mail.get_content()


def test_a_fault_in_a_round_is_logged_and_stops_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    ordered()

    def broken(**_more: Any) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "tell", broken)
    late = cast.NOW + timedelta(days=12)
    assert Worker().round(late) is False
    assert Event.objects.filter(verb="alarm").count() == 1
