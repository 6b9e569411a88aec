"""工单页: what each reader sees of an order, and what a form answers, whatever is sent to it."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.store import attachments, drafts, events, versions
from bihuan.store.models import Attachment, PersonalRead
from tests import cast, lives
from tests.web.staff import signed_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def at(now: datetime) -> None:
    """Let the installation's own clock stand at `now`, give or take the test's own seconds."""
    real = datetime.now(now.tzinfo)
    versions.start_demonstration(iso(now), iso(real), "常德经开区")


def order_at(steps: Any, **facts: Any) -> OrderState:
    """Play an order and let the clock go on a minute after its last step."""
    order, now = lives.played(steps, **facts)
    at(now + timedelta(minutes=1))
    return order


def text(answer: HttpResponse) -> str:
    body = answer.content.decode()
    main = body[body.index("<main") :]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def page(order: OrderState, person: str, more: str = "") -> str:
    return text(signed_in(person).get(f"/orders/{order.number}/{more}"))


def send(client: Client, order: OrderState, verb: str, facts: dict[str, Any], **more: Any) -> HttpResponse:
    sent = {"expect": str(order.seq), "form_key": KEY, **facts, **more}
    return client.post(f"/orders/{order.number}/{verb}/", sent)  # type: ignore[return-value]


# ---------- who sees what ----------
def test_a_stranger_and_a_wrong_number_meet_the_same_page() -> None:
    order = order_at(lives.ACCEPTED)
    stranger = signed_in("sun")
    answers = [stranger.get(f"/orders/{number}/") for number in (order.number, "QD2022-9999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert text(answers[0]) == text(answers[1])
    for path in ("accept/", "sheet/", "files/1/"):
        assert stranger.get(f"/orders/{order.number}/{path}").status_code == 404, path
    assert stranger.post(f"/orders/{order.number}/phone/").status_code == 404
    assert send(stranger, order, "progress", {"text": "x"}).status_code == 404
    assert stranger.post("/drafts/", {"place": f"{order.number}:progress", "text": "x"}).status_code == 404


def test_the_next_move_stands_open_for_whose_turn_it_is() -> None:
    order = order_at([lives.REGISTER])
    shown = page(order, "zhou")
    assert "下一步：派单" in shown and "派单目录：人社局" in shown and "在办0件" in shown
    assert "下一步" not in page(order, "luo")
    assert "现在等派单台" in page(order, "luo")


def test_both_halves_of_the_answer_are_two_forms_with_their_own_grounds() -> None:
    shown = page(order_at(lives.ACCEPTED), "wang")
    assert "下一步：反馈企业" in shown and "下一步：反馈产业链党委" in shown
    assert "看企业将看到什么" in shown
    assert "提交后由部门负责人审签发出" in shown


def test_results_are_never_preset() -> None:
    order = order_at(lives.ACCEPTED)
    body = signed_in("wang").get(f"/orders/{order.number}/").content.decode()
    assert body.count('name="result"') == 12 and not re.search(r'name="result"[^>]*checked', body)


def test_a_draft_that_waits_for_its_signature_is_read_by_who_signs() -> None:
    order = order_at(lives.DRAFTED)
    shown = page(order, "hebing")
    assert "下一步：审签发出" in shown
    assert "第二批19人今天已办入职" in shown and "合计到岗21人" in shown
    assert "下一步" not in page(order, "wang")


def test_what_was_asked_stands_above_its_decision() -> None:
    ask = ("wang", "ask_extension", {"until": "2022-11-15", "reason": "等实习班"})
    shown = page(order_at([*lives.ACCEPTED, ask]), "zhou")
    assert "下一步：审批延期" in shown and "申请延期" in shown and "等实习班" in shown and "11月15日" in shown
    assert "延期待批" in shown


def test_the_requester_sees_outward_words_alone() -> None:
    order = order_at([lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.PROGRESS, lives.ANSWER])
    shown = page(order, "liufang")
    assert "人社局已接单，最迟10月31日答复您" in shown
    for secret in ("夜班补贴", "一周内先见面", "赵志远", "有关的人", "重·急", "19人", "暂不能办理", "核查"):
        assert secret not in shown, secret
    assert "加急" in shown and "补充情况" in shown


def test_the_rated_read_nothing_of_a_rating_until_it_proved_founded() -> None:
    order = order_at([*lives.CHECKED, lives.BAD])
    shown = page(order, "wang")
    for secret in ("不满意", "拖了三个星期", "太慢", "差评", "核实"):
        assert secret not in shown, secret
    assert "不满意" in page(order, "zhou")
    at(lives.go_on(order, [lives.FOUNDED], cast.NOW + timedelta(hours=9))[1])
    later = page(order, "wang")
    assert "拖了三个星期" in later and "不满意" not in later


def test_a_good_rating_looks_like_any_other_to_the_rated() -> None:
    for steps in ((*lives.CHECKED, lives.BAD), (*lives.CHECKED, lives.GOOD)):
        shown = signed_in("wang").get(f"/orders/{order_at(steps).number}/").content.decode()
        assert '<li class="now" aria-current="step"><b>评单</b>' in shown


def test_who_stepped_aside_is_offered_nothing_but_reads_why() -> None:
    order = order_at([*lives.ACCEPTED, ("wang", "recuse", {"reason": "亲属在该企业"})])
    client = signed_in("wang")
    assert "下一步" not in text(client.get(f"/orders/{order.number}/"))
    answer = send(client, order, "progress", {"text": "x"})
    assert answer.status_code == 409 and "您已回避这张单" in text(answer)


def test_a_secret_order_is_absent_for_the_statistician() -> None:
    assert signed_in("he").get(f"/orders/{order_at(lives.ACCEPTED, secret='1').number}/").status_code == 404
    assert signed_in("he").get(f"/orders/{order_at(lives.ACCEPTED).number}/").status_code == 200


def test_what_cannot_be_done_is_said_with_who_can() -> None:
    shown = page(order_at(lives.ACCEPTED), "wang")
    reasons = shown[shown.index("暂不能办理及原因") :]
    assert "销号" in reasons and "由派单台（周敏、沈书记）办" in reasons
    assert "申请退单" in reasons


def test_a_closed_order_has_no_light_and_a_closed_ring() -> None:
    order = order_at([*lives.CHECKED, lives.GOOD, lives.CLOSE])
    body = signed_in("zhou").get(f"/orders/{order.number}/").content.decode()
    assert 'class="light' not in body
    assert body.count('<li class="ok">') == 7


# ---------- the record ----------
def test_the_filter_shows_exactly_what_the_requester_reads() -> None:
    order = order_at([lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.PROGRESS, lives.OUTWARD])

    def lines(person: str, which: str) -> list[str]:
        body = signed_in(person).get(f"/orders/{order.number}/{which}").content.decode()
        found = re.findall(r'<li class="[^"]*"><div class="l">.*?</li>', body, re.S)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]

    assert lines("zhou", "?lines=outward") == lines("liufang", "")
    assert len(lines("zhou", "")) == len(lines("liufang", "")) + 1
    assert 0 < len(lines("zhou", "?lines=limits")) < len(lines("zhou", ""))


def test_a_long_record_is_shown_in_part_with_the_way_to_the_rest() -> None:
    order = order_at([*lives.ACCEPTED, *[lives.PROGRESS] * 70])
    client = signed_in("zhou")
    first = client.get(f"/orders/{order.number}/").content.decode()
    assert first.count('<div class="l">') == 60 and "更早的14条" in first
    assert client.get(f"/orders/{order.number}/?all=1").content.decode().count('<div class="l">') == 74


@pytest.mark.parametrize("length", [10, 300])
def test_a_page_makes_eight_queries_at_most_however_long_the_record(length: int) -> None:
    order = order_at([*lives.ACCEPTED, *[lives.PROGRESS] * (length - 4)])
    assert order.seq == length
    for person in ("wang", "zhou", "liufang"):
        client = signed_in(person)
        client.get(f"/orders/{order.number}/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/orders/{order.number}/").status_code == 200
        assert len(asked) <= 8, [one["sql"][:90] for one in asked]


def test_the_dispatch_form_with_its_loads_stays_within_eight_queries() -> None:
    order = order_at([lives.REGISTER])
    client = signed_in("zhou")
    for path in ("", "dispatch/"):
        client.get(f"/orders/{order.number}/{path}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/orders/{order.number}/{path}").status_code == 200
        assert len(asked) <= 8, [one["sql"][:90] for one in asked]


# ---------- making a move ----------
def test_a_move_leads_back_to_the_order_with_what_happened_and_what_comes_next() -> None:
    order = order_at([lives.REGISTER])
    client = signed_in("zhou")
    answer = send(client, order, "dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.number}/?done=3")
    shown = client.get(answer.headers["Location"])
    assert "已办“派单”，现在是“待接单”。接下来由承办人（李芸、王磊）办。" in text(shown)
    assert 'class="key new"' in shown.content.decode()
    assert "撤回（2分钟内）" in text(shown)


def test_what_was_just_done_may_be_undone_within_two_minutes_and_not_later() -> None:
    order = order_at([lives.REGISTER])
    client = signed_in("zhou")
    send(client, order, "dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"})
    undone = client.post(f"/orders/{order.number}/recall/", {"expect": "3", "form_key": KEY[::-1]})
    assert undone.status_code == 302
    assert lives.again(order).state == "registered"
    again = order_at([*lives.DISPATCHED])
    at(cast.NOW + timedelta(hours=2, minutes=3))
    late = client.post(f"/orders/{again.number}/recall/", {"expect": "3", "form_key": KEY[::-1]})
    assert late.status_code == 409 and "过了两分钟" in text(late)


def test_the_same_form_sent_twice_makes_one_event() -> None:
    order = order_at(lives.ACCEPTED)
    client = signed_in("wang")
    answers = [send(client, order, "progress", {"text": "推荐12人"}) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == [f"/orders/{order.number}/?done=5"] * 2
    assert [event.verb for event in events.of_order(order.id)].count("progress") == 1


def test_missing_facts_come_back_named_with_what_was_typed() -> None:
    order = order_at(lives.ACCEPTED)
    answer = send(signed_in("wang"), order, "reply_desk", {"report": "合计到岗21人", "workers_hired": "十二"})
    body = answer.content.decode()
    assert answer.status_code == 400
    assert "<title>有2处要改：反馈产业链党委" in body
    assert '<a href="#f-reply_desk-result">请选办理结果</a>' in body
    assert '<a href="#f-reply_desk-workers_hired">实际到岗人数请填整数</a>' in body
    assert 'aria-invalid="true"' in body and "合计到岗21人" in body and 'value="十二"' in body
    assert lives.again(order).seq == order.seq


def test_a_department_without_anybody_to_handle_is_a_fault_of_the_field() -> None:
    order = order_at([lives.REGISTER])
    from bihuan.store import network

    network.end_holding(person="sun", post="land.handler", until=cast.NOW.date() - timedelta(days=30))
    versions.bump("network")
    answer = send(signed_in("zhou"), order, "dispatch", {"lead": "land_bureau", "supervisor": "zone.supervisor"})
    assert answer.status_code == 400
    assert "这个部门没有在岗承办人" in text(answer)


def test_money_is_typed_in_ten_thousands_and_kept_in_yuan() -> None:
    order = order_at(lives.ACCEPTED)
    facts = {"result": "solved", "report": "到账", "loan_amount": "2150", "cost_saved": "8500元"}
    assert send(signed_in("wang"), order, "reply_desk", facts).status_code == 302
    kept = lives.again(order).drafts["desk"]["facts"]
    assert (kept["loan_amount"], kept["cost_saved"]) == ("21500000.00", "8500.00")
    wrong = {"result": "", "report": "到账", "loan_amount": "2150"}
    assert "= 2150万元" in text(send(signed_in("wang"), lives.again(order), "reply_desk", wrong, form_key=KEY[::-1]))


def test_a_returned_draft_is_edited_and_not_written_anew() -> None:
    steps = [*lives.DRAFTED, ("hebing", "return_draft", {"opinion": "把缺口说清楚"})]
    body = signed_in("wang").get(f"/orders/{order_at(steps).number}/reply_desk/").content.decode()
    assert "把缺口说清楚" in body and "合计到岗21人" in body
    assert 'value="12"' in body, "12万元 as it was typed, not 120000"


# ---------- refusals ----------
def test_a_refused_move_says_all_parts_and_keeps_every_typed_word() -> None:
    order = order_at(lives.CHECKED)
    client = signed_in("zhou")
    answer = send(client, order, "close", {"opinion": "材料齐全"})
    shown = text(answer)
    assert answer.status_code == 409
    for part in (
        "没有“销号”：还缺企业评单", "单子没有任何改动", "规则", "现在", "谁能办", "您可以", "回访", "回到这张单",
        "close.needs.rating", "材料齐全",
    ):  # fmt: skip
        assert part in shown, part
    assert lives.again(order).seq == order.seq
    assert drafts.of("zhou", f"{order.number}:close").facts == {"opinion": "材料齐全"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("steps", "who", "verb", "facts", "said"),
    [
        (lives.ACCEPTED, "wang", "close", {}, "这一步不在您的岗位"),
        (lives.ACCEPTED, "zhou", "register", {}, "还不到这一步，或已过这一步"),
        ((lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.ANSWER, lives.REPORT, lives.SIGN), "zhou", "check",
         {"confirmed": "yes"}, "协办部门还没有会签"),
        ((*lives.DISPATCHED, ("wang", "ask_return", {"reason": "不归", "suggested_unit": "land_bureau",
                                                      "legal_basis": "三定"})), "wang", "accept", {}, "还有申请没有裁定"),
        ((*lives.ACCEPTED, ("luo", "supervise", {"text": "一周办结"}), lives.ANSWER, lives.REPORT, lives.SIGN,
          lives.CHECK, lives.GOOD), "zhou", "close", {}, "督办件还缺分管领导同意"),
        (lives.ACCEPTED, "hebing", "approve", {}, "没有待审签的稿"),
    ],
)  # fmt: skip
def test_each_kind_of_refusal_has_its_box(steps: Any, who: str, verb: str, facts: dict[str, str], said: str) -> None:
    order = order_at(steps)
    answer = send(signed_in(who), order, verb, facts)
    assert answer.status_code == 409
    assert said in text(answer) and "拒绝码" in text(answer)
    assert lives.again(order).seq == order.seq


def test_a_form_that_cannot_be_used_now_says_why_instead_of_standing_there() -> None:
    order = order_at(lives.ACCEPTED)
    answer = signed_in("wang").get(f"/orders/{order.number}/close/")
    assert answer.status_code == 200
    assert "现在不能“销号”" in text(answer) and "派单台（周敏、沈书记）" in text(answer)
    assert "<form method" not in answer.content.decode()[answer.content.decode().index("<main") :]


def test_somebody_was_first_shows_both_texts_and_the_form_again() -> None:
    order = order_at(lives.ACCEPTED)
    _event, _now = lives.go_on(order, [lives.OUTWARD], cast.NOW + timedelta(hours=4))
    at(cast.NOW + timedelta(hours=6))
    client = signed_in("wang")
    answer = send(client, order, "ask_extension", {"until": "2022-11-15", "reason": "等实习班"})
    shown, body = text(answer), answer.content.decode()
    assert answer.status_code == 409
    assert "这张单刚被别人改过" in shown and "您的字一个没丢" in shown
    assert "第二批下周二送人" in shown and "等实习班" in shown
    assert 'name="expect" value="5"' in body and 'value="2022-11-15"' in body
    again = client.post(
        f"/orders/{order.number}/ask_extension/",
        {"expect": "5", "form_key": KEY[::-1], "until": "2022-11-15", "reason": "等实习班"},
    )
    assert again.status_code == 302


def test_an_unknown_verb_and_the_systems_own_are_absent() -> None:
    order = order_at(lives.ACCEPTED)
    for verb in ("nonsense", "alarm", "submit", "import"):
        assert signed_in("wang").get(f"/orders/{order.number}/{verb}/").status_code == 404, verb


def test_looking_changes_nothing() -> None:
    order = order_at(lives.ACCEPTED)
    client = signed_in("wang")
    for path in ("", "progress/", "reply_desk/", "sheet/", "?lines=limits"):
        assert client.get(f"/orders/{order.number}/{path}").status_code == 200, path
    assert lives.again(order).seq == order.seq
    assert client.get(f"/orders/{order.number}/phone/").status_code == 405


# ---------- preview, drafts ----------
def test_the_answer_can_be_read_as_the_enterprise_will_read_it() -> None:
    order = order_at(lives.ACCEPTED)
    answer = send(
        signed_in("wang"), order, "reply_requester", {"result": "solved", "answer": "人已到岗", "preview": "1"}
    )
    assert answer.status_code == 200
    assert "企业将看到" in text(answer) and "人社局答复 已解决" in text(answer)
    assert lives.again(order).seq == order.seq


def test_a_draft_is_kept_on_the_server_offered_again_and_forgotten_when_sent() -> None:
    order = order_at(lives.ACCEPTED)
    client, place = signed_in("wang"), f"{order.number}:progress"
    assert client.post("/drafts/", {"place": place, "text": "推荐了12人", "unknown": "x"}).status_code == 204
    assert drafts.of("wang", place).facts == {"text": "推荐了12人"}  # type: ignore[union-attr]
    opened = client.get(f"/orders/{order.number}/progress/")
    assert "推荐了12人" in text(opened) and "接着上次的草稿" in text(opened)
    assert "推荐了12人" not in page(order, "liyun", "progress/"), "a draft is its writer's alone"
    send(client, order, "progress", {"text": "推荐了12人"})
    assert drafts.of("wang", place) is None


def test_a_draft_can_be_dropped_and_an_empty_one_is_none() -> None:
    order = order_at(lives.ACCEPTED)
    client, place = signed_in("wang"), f"{order.number}:progress"
    client.post("/drafts/", {"place": place, "text": "推荐了12人"})
    assert client.post("/drafts/", {"place": place, "drop": "1"}).status_code == 302
    assert drafts.of("wang", place) is None
    client.post("/drafts/", {"place": place, "text": ""})
    assert drafts.of("wang", place) is None


def test_who_is_writing_is_named_to_those_who_work_on_it_and_to_nobody_else() -> None:
    order, now = lives.played(lives.ACCEPTED)
    at(now + timedelta(minutes=1))
    signed_in("wang").post("/drafts/", {"place": f"{order.number}:progress", "text": "还没有写完"})
    said = "王磊正在写“写进展”"
    assert said in page(order, "zhou") and said in page(order, "liyun", "progress/")
    assert "还没有写完" not in page(order, "zhou")
    assert said not in page(order, "wang") and said not in page(order, "liufang")
    at(now + timedelta(minutes=5))
    assert said not in page(order, "zhou")


# ---------- the number ----------
def test_the_number_is_masked_until_somebody_asks_and_that_is_kept() -> None:
    order = order_at(lives.ACCEPTED)
    client = signed_in("wang")
    before = text(client.get(f"/orders/{order.number}/"))
    assert "138****0618" in before and lives.PHONE not in before
    answer = client.post(f"/orders/{order.number}/phone/")
    assert lives.PHONE in text(answer) and answer.headers["Cache-Control"] == "no-store"
    [read] = PersonalRead.objects.all()
    assert (read.order, read.key, read.person, read.post) == (order.id, "contact_phone", "wang", "labour.handler")


@pytest.mark.parametrize("person", ["he", "luo", "liufang"])
def test_who_only_reads_does_not_get_the_number(person: str) -> None:
    order = order_at(lives.ACCEPTED)
    client = signed_in(person)
    assert "看号码" not in text(client.get(f"/orders/{order.number}/"))
    assert client.post(f"/orders/{order.number}/phone/").status_code == 404
    assert not PersonalRead.objects.exists()


# ---------- files ----------
def paper(name: str = "名册.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_comes_with_the_move_and_is_a_download_under_its_own_name() -> None:
    order = order_at(lives.ACCEPTED)
    client = signed_in("wang")
    assert send(client, order, "progress", {"text": "名册", "attachments": paper()}).status_code == 302
    [row] = attachments.of_order(order.id, inner=True)
    answer = client.get(f"/orders/{order.number}/files/{row['id']}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "名册.pdf" in text(client.get(f"/orders/{order.number}/"))


def test_an_inner_file_is_absent_for_the_requester_and_an_outward_one_is_not() -> None:
    order = order_at(lives.ACCEPTED)
    send(signed_in("wang"), order, "progress", {"text": "内部", "attachments": paper("内部.pdf")})
    later = lives.again(order)
    sent = {"text": "对外", "outward": "1", "attachments": paper("对外.pdf")}
    send(signed_in("wang"), later, "progress", sent, form_key=KEY[::-1])
    inner, outward = attachments.of_order(order.id, inner=True)
    contact = signed_in("liufang")
    assert contact.get(f"/orders/{order.number}/files/{inner['id']}/").status_code == 404
    assert contact.get(f"/orders/{order.number}/files/{outward['id']}/").status_code == 200
    shown = text(contact.get(f"/orders/{order.number}/"))
    assert "对外.pdf" in shown and "内部.pdf" not in shown


def test_a_file_of_another_order_is_not_had_through_this_one() -> None:
    order, other = order_at(lives.ACCEPTED), order_at(lives.ACCEPTED)
    client = signed_in("wang")
    send(client, order, "progress", {"text": "名册", "attachments": paper()})
    [row] = attachments.of_order(order.id, inner=True)
    assert client.get(f"/orders/{other.number}/files/{row['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("名册.pdf", b"MZ\x90\x00", "“名册.pdf”的内容和后缀不一致"),
        ("名册.exe", b"MZ\x90\x00", "“名册.exe”这种文件不收"),
        ("名册.pdf", b"", "是空的"),
        ("名册.docx", b"PK\x03\x04nothing", "内容和后缀不一致"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_what_is_taken(name: str, content: bytes, said: str) -> None:
    order = order_at(lives.ACCEPTED)
    answer = send(signed_in("wang"), order, "progress", {"text": "见附件", "attachments": paper(name, content)})
    assert answer.status_code == 400
    assert said in text(answer) and "见附件" in text(answer)
    assert not Attachment.objects.exists() and lives.again(order).seq == order.seq


def test_files_stay_when_the_form_comes_back_and_seven_are_too_many() -> None:
    order = order_at(lives.ACCEPTED)
    client = signed_in("wang")
    back = send(client, order, "progress", {"text": "", "attachments": paper()})
    assert back.status_code == 400 and "已传 名册.pdf" in text(back)
    [kept] = Attachment.objects.all()
    many = [paper(f"{n}.pdf") for n in range(6)]
    full = send(client, order, "progress", {"text": "名册", "kept": str(kept.pk), "attachments": many})
    assert full.status_code == 400 and "一次最多6个" in text(full)
    sent = send(client, order, "progress", {"text": "名册", "kept": str(kept.pk)})
    assert sent.status_code == 302
    assert [row["name"] for row in attachments.of_order(order.id, inner=True)] == ["名册.pdf"]


def test_nobody_attaches_what_somebody_else_brought() -> None:
    order = order_at(lives.ACCEPTED)
    send(signed_in("liyun"), order, "progress", {"text": "", "attachments": paper()})
    [theirs] = Attachment.objects.all()
    send(signed_in("wang"), order, "progress", {"text": "名册", "kept": str(theirs.pk)})
    assert attachments.of_order(order.id, inner=True) == []
    assert events.of_order(order.id)[-1].facts == {"text": "名册"}


# ---------- paper ----------
def test_the_order_prints_on_one_sheet_with_lights_as_words() -> None:
    shown = page(order_at(lives.ACCEPTED), "wang", "sheet/")
    assert "办理单" in shown and "绿灯：余19个工作日" in shown and "对企业承诺" in shown
    assert lives.PHONE not in shown and "138" not in shown
    assert "服务团队4人" in shown and "王磊 4人" not in shown


def test_words_of_people_are_escaped() -> None:
    order = order_at([*lives.ACCEPTED, ("wang", "progress", {"text": "<script>alert(1)</script>"})])
    body = signed_in("zhou").get(f"/orders/{order.number}/").content.decode()
    assert "<script>alert(1)" not in body and "&lt;script&gt;alert(1)" in body


def test_the_files_of_an_answer_reach_the_requester_with_the_signature_and_not_before() -> None:
    order = order_at(lives.ACCEPTED)
    sent = {"result": "solved", "answer": "人已到岗", "attachments": paper("通知.pdf")}
    send(signed_in("wang"), order, "reply_requester", sent)
    [row] = attachments.of_order(order.id, inner=True)
    contact, path = signed_in("liufang"), f"/orders/{order.number}/files/{row['id']}/"
    assert contact.get(path).status_code == 404
    send(signed_in("hebing"), lives.again(order), "approve", {}, form_key=KEY[::-1])
    assert contact.get(path).status_code == 200


def test_the_next_order_of_the_tray_is_one_key_away_and_the_last_leads_back_to_the_desk() -> None:
    first = lives.played((lives.REGISTER,), cast.NOW - timedelta(days=2), title="先来的")[0]
    second = order_at((lives.REGISTER,), title="后来的")
    client = signed_in("zhou")
    assert 'data-key="n"' in client.get(f"/orders/{first.number}/").content.decode()
    answer = client.get(f"/orders/{first.number}/next/")
    assert answer["Location"] == f"/orders/{second.number}/"
    assert client.get(f"/orders/{second.number}/next/")["Location"] == "/orders/desk/"
    assert signed_in("liufang").get(f"/orders/{first.number}/next/").status_code in (302, 404)


def test_the_answer_is_one_key_away_where_it_is_due() -> None:
    order = order_at(lives.ACCEPTED)
    body = signed_in("wang").get(f"/orders/{order.number}/").content.decode()
    field = re.search(r'href="#([^"]+)" data-key="R"', body)
    assert field and f'id="{field.group(1)}"' in body
    assert 'data-key="R"' not in signed_in("zhou").get(f"/orders/{order.number}/").content.decode()


def test_who_may_ask_for_the_enterprise_may_give_it_its_link_from_the_order() -> None:
    order = order_at(lives.ACCEPTED)
    assert (
        f"/network/units/{order.requester}/link/" in signed_in("chen").get(f"/orders/{order.number}/").content.decode()
    )
    assert "/link/" not in signed_in("wang").get(f"/orders/{order.number}/").content.decode()
