"""The holder of a link sees where the order stands, rates it, adds to it, takes it back; nobody else sees a word."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bihuan.actions import files, links, seals
from bihuan.actions.orders import submit_order
from bihuan.store import attachments, events
from tests import cast
from tests.web import lives

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF"
DIGITS = lives.PHONE[-4:]


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def shown(client: Client, life: lives.Life) -> str:
    answer = client.get(life.address)
    assert answer.status_code == 200
    return text(answer)


def rated(client: Client, life: lives.Life, level: str, **more: Any) -> HttpResponse:
    return client.post(life.address + "rate/", {"rating": level, "digits": DIGITS, **more})


# ---------- where it stands ----------
@pytest.mark.parametrize(
    ("stretch", "ring", "said"),
    [
        ([], "1/7", "已收到，最迟9月30日17:30受理"),
        (["dispatched"], "3/7", "已派给人社局，最迟"),
        (["accepted"], "4/7", "人社局已接单，最迟"),
        (["accepted", "answered"], "5/7", "人社局已答复"),
        (["accepted", "answered", "invited"], "6/7", "已办好，等您评价"),
    ],
)
def test_the_page_says_who_does_what_by_when(client: Client, stretch: list[str], ring: str, said: str) -> None:
    life = lives.begun()
    for name in stretch:
        getattr(life, name)()
    page = shown(client, life)
    assert f"<b>{ring}</b>" in page
    assert said in page[page.index("<h1>") : page.index("</h1>")]
    assert life.number in page and "数控操作工缺口30人" in page
    assert re.search("<title>您的单</title>", page)


def test_inner_words_and_contacts_are_never_shown(client: Client) -> None:
    life = lives.begun().accepted()
    life.go("wang", "progress", text="内部进展：先摸底")
    life.go("wang", "progress", text="已联系三家学校", outward="on")
    assert "已联系三家学校" in shown(client, life)
    page = shown(client, life.answered().invited())
    assert "已推荐12人到岗。" in page and "已解决" in page
    for word in ("内部", "工资偏低", "重·急", "重急", "赵志远", lives.PHONE, "刘芳", "实际到岗人数"):
        assert word not in page


def test_a_forwarded_link_does_not_tell_again_what_was_asked(client: Client) -> None:
    open_, secret = lives.begun(), lives.begun(secret="1")
    for life in (open_, secret):
        client.post(life.address + "more/", {"text": "客户是远方重工"})
        assert "旺季订单排到春节" not in shown(client, life)
    assert "客户是远方重工" in shown(client, open_)
    assert "客户是远方重工" not in shown(client, secret)


def test_an_answer_is_read_only_after_it_was_signed(client: Client) -> None:
    life = lives.begun().accepted()
    life.go("wang", "reply_requester", result="solved", answer="还没审签的话")
    assert "还没审签的话" not in shown(client, life)


def test_a_suspended_order_says_when_it_goes_on(client: Client) -> None:
    life = lives.begun().accepted()
    life.go("wang", "ask_suspension", suspend_reason="superior", resume_on="2022-10-20", reason="等上级批复")
    life.go("zhou", "decide_suspension", agreed="agree")
    assert "预计10月20日恢复" in shown(client, life)


def test_a_refused_order_says_why_and_where_to_go(client: Client) -> None:
    life = lives.begun()
    life.go("zhou", "refuse", refuse_reason="legal_route", where_to="区劳动仲裁院 0736-7000000", text="属劳动争议。")
    page = shown(client, life)
    assert '<span class="mute">可向何处反映</span>' in page
    assert "没有受理" in page and "应走诉讼、仲裁、复议或信访" in page and "区劳动仲裁院 0736-7000000" in page
    assert "/7</b>" not in page


def test_a_terminated_order_gives_the_reason_that_was_asked_with(client: Client) -> None:
    life = lives.begun().accepted()
    life.go("wang", "ask_termination", reason="企业已停产")
    life.go("zhao", "decide_termination", agreed="agree", opinion="内部同意")
    page = shown(client, life)
    assert "已终止办理" in page and "企业已停产" in page and "内部同意" not in page


def test_a_merged_order_shows_the_progress_of_the_main_one_and_nothing_of_its_content(client: Client) -> None:
    life = lives.begun()
    main = submit_order(
        actor=cast.actor("chen"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        channel="officer",
        now=cast.NOW,
        facts={"title": "别家的标题", "category": "recruitment", "facts": "别家的事情。"},
    )
    other = lives.Life(main.id, main.number, cast.NOW).dispatched()
    life.wait(timedelta(hours=3)).go("zhou", "merge", main=main.number)
    page = shown(client, life)
    assert "并在一起办" in page and "已派给人社局" in page
    for word in ("别家的标题", "别家的事情", other.number):
        assert word not in page


# ---------- the link itself ----------
def test_a_forged_link_gives_a_page_without_content(client: Client) -> None:
    life = lives.begun()
    token = links.link_for(life.id)
    answer = client.get(f"/t/{'b' if token[0] == 'a' else 'a'}{token[1:]}/")
    assert answer.status_code == 404
    assert "链接可能没有复制完整" in text(answer)
    for word in (life.number, "QD2022", "缺口", "沅澧精密铸造"):
        assert word not in text(answer)


def test_a_revoked_link_gives_number_state_and_phone_and_the_new_one_works(client: Client) -> None:
    life = lives.begun()
    old = life.address
    links.revoke(actor=cast.actor("zhou"), number=life.number)
    answer = client.get(old)
    assert answer.status_code == 410
    assert life.number in text(answer) and "已收到" in text(answer) and "0736-0000000" in text(answer)
    assert "缺口" not in text(answer) and "沅澧精密铸造" not in text(answer)
    assert client.post(old + "withdraw/", {"digits": DIGITS}).status_code == 410
    assert life.order.state == "submitted"
    assert "缺口" in shown(client, life)


def test_a_page_opened_by_its_link_is_not_kept_not_told_and_not_indexed(client: Client) -> None:
    headers = client.get(lives.begun().address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


def test_the_address_without_its_last_stroke_leads_to_the_page(client: Client) -> None:
    life = lives.begun()
    assert client.get(life.address.rstrip("/")).headers["Location"] == life.address


def test_looking_changes_nothing(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    before = life.order.seq
    for path in ("", "rate/", "more/", "withdraw/", "?change", "?said=withdrawn"):
        client.get(life.address + path, follow=True)
    assert life.order.seq == before
    assert not client.cookies.get("bihuan_session")


def test_the_page_asks_the_database_a_fixed_small_number_of_times(client: Client) -> None:
    life = lives.begun().accepted()
    counts = []
    for round_ in range(2):
        client.get(life.address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(life.address)
        counts.append(len(seen))
        for n in range(20 * (1 - round_)):
            life.go("wang", "progress", after=1, text=f"第{n}次", outward="on")
    assert counts[0] == counts[1] <= 8


# ---------- rating ----------
def test_no_rating_is_preset_and_the_page_says_who_reads_it(client: Client) -> None:
    page = shown(client, lives.begun().accepted().answered().invited())
    form = page[page.index('name="rating"') : page.index("提交评价")]
    assert form.count('name="rating"') + 1 >= 5 and "checked" not in form
    assert "评价先给产业链党委看" in page and "15个工作日内重办" in page and "2个工作日内向您核实" in page


def test_a_good_rating_is_kept_shown_and_changeable_for_twelve_hours(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    answer = rated(client, life, "satisfied", words="快")
    assert answer.headers["Location"].endswith("?said=rated")
    page = shown(client, life)
    assert "您的评价" in page and "满意" in page and "快" in page and "改评价" in page
    assert 'name="rating"' not in page
    assert 'value="satisfied" checked' in text(client.get(life.address + "?change"))
    life.wait(timedelta(hours=1))
    assert rated(client, life, "very_satisfied").status_code == 302
    assert life.order.rating["level"] == "very_satisfied" and len(life.order.ratings) == 1
    life.wait(timedelta(hours=13))
    assert "改评价" not in shown(client, life)
    late = rated(client, life, "unsatisfied", words="想改的话")
    assert late.status_code == 409
    assert "没有任何改动" in text(late) and "想改的话" in text(late)
    assert life.order.rating["level"] == "very_satisfied"


def test_a_bad_rating_needs_a_reason_or_a_sentence_and_loses_nothing_typed(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    answer = rated(client, life, "unsatisfied")
    assert answer.status_code == 400
    page = text(answer)
    assert '<a href="#f-rating_reasons">请勾一个原因，或说一句，便于返工</a>' in page
    assert 'value="unsatisfied" checked' in page
    assert not life.order.ratings
    assert rated(client, life, "unsatisfied", rating_reasons=["slow"]).status_code == 302


def test_a_rating_without_a_level_asks_for_one(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    answer = client.post(life.address + "rate/", {"words": "话", "digits": DIGITS})
    assert answer.status_code == 400
    assert "请选评价" in text(answer) and ">话</textarea>" in text(answer)


def test_a_bad_rating_is_put_right_and_rated_again(client: Client) -> None:
    life = lives.begun().accepted().answered("第一次的答复").invited()
    rated(client, life, "unsatisfied", rating_reasons=["partial"], words="三层热水还没通")
    assert "向您核实" in shown(client, life)
    life.go("zhou", "verify", agreed_bad="agree", text="属实。")
    page = shown(client, life)
    assert "正在按您的评价重办，最迟" in page and "只解决一部分" in page and "三层热水还没通" in page
    assert "上一次的答复" in page and "第一次的答复" in page and 'name="rating"' not in page
    life.answered("热水已通").invited()
    page = shown(client, life)
    assert "重办后这样答复您" in page and page.index("热水已通") < page.index("第一次的答复")
    assert 'name="rating"' in page
    assert rated(client, life, "satisfied").status_code == 302
    assert [one["level"] for one in life.order.ratings] == ["unsatisfied", "satisfied"]
    life.go("zhou", "close")
    page = shown(client, life)
    assert "已办结" in page and "闭环完成" in page and "热水已通" in page


def test_a_rating_sent_twice_is_one_rating(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    key = "a" * 32
    for _time in range(2):
        answer = rated(client, life, "satisfied", form_key=key)
        assert (answer.status_code, answer.headers["Location"][-11:]) == (302, "?said=rated")
    assert [e.verb for e in events.of_order(life.id)].count("rate") == 1


def test_nobody_rates_before_there_is_an_answer(client: Client) -> None:
    life = lives.begun().accepted()
    answer = rated(client, life, "satisfied", words="早")
    assert answer.status_code == 409
    assert "没有“评单”" in text(answer) and "早" in text(answer)
    assert not life.order.ratings


def test_the_rating_window_ends(client: Client) -> None:
    life = lives.begun().accepted().answered().invited().wait(timedelta(days=16))
    assert 'name="rating"' not in shown(client, life)
    assert rated(client, life, "satisfied").status_code == 409


def test_who_rated_gets_a_receipt_that_holds_no_content_and_can_be_checked(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    rated(client, life, "unsatisfied", words="三层热水还没通")
    found = re.search(r'href="([^"]+/receipt/\d+/)"', shown(client, life))
    assert found
    said = text(client.get(found.group(1)))
    assert seals.check_receipt(said)[1] == "receipt.stands"
    assert "热水" not in said and "unsatisfied" not in said
    assert client.get(life.address + "receipt/2/").status_code == 404


# ---------- the four digits ----------
def test_rating_asks_for_the_last_four_digits_of_the_phone(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    for digits, said in (("", "请填联系手机号的后四位"), ("0000", "后四位不一致"), ("618", "请填联系手机号的后四位")):
        answer = rated(client, life, "satisfied", digits=digits)
        assert answer.status_code == 400
        assert said in text(answer) and 'value="satisfied" checked' in text(answer)
    assert not life.order.ratings
    assert rated(client, life, "satisfied", digits="０６１８").status_code == 302


def test_the_digits_can_be_guessed_five_times_an_hour_and_no_more(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    answers = [rated(client, life, "satisfied", digits=f"000{n}").status_code for n in range(6)]
    assert answers == [400] * 5 + [429]
    assert rated(client, life, "satisfied").status_code == 429
    assert not life.order.ratings


def test_a_rating_reads_its_order_once(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    with CaptureQueriesContext(connection) as made:
        assert rated(client, life, "satisfied").status_code == 302
    assert sum(str(one["sql"]).startswith("SELECT o.id, o.seq, o.generation") for one in made) == 1
    assert len(life.order.ratings) == 1


def test_without_a_phone_on_file_nothing_is_asked(client: Client) -> None:
    life = lives.begun(contact_phone="").accepted().answered().invited()
    assert 'name="digits"' not in shown(client, life)
    assert client.post(life.address + "rate/", {"rating": "satisfied"}).status_code == 302


def test_a_county_may_do_without_the_digits(client: Client, settings: Any) -> None:
    settings.LINK_DIGITS = False
    life = lives.begun().accepted().answered().invited()
    assert 'name="digits"' not in shown(client, life)
    assert client.post(life.address + "rate/", {"rating": "satisfied"}).status_code == 302


# ---------- adding ----------
def test_facts_and_papers_are_added_to_a_running_order(client: Client) -> None:
    life = lives.begun().accepted()
    assert "补充情况" in shown(client, life)
    assert client.get(life.address + "more/").status_code == 200
    paper = SimpleUploadedFile("名单.pdf", PDF)
    answer = client.post(life.address + "more/", {"text": "又走了两个人", "attachments": paper})
    assert answer.status_code == 302
    assert events.of_order(life.id)[-1].facts["text"] == "又走了两个人"
    [kept] = attachments.of_order(life.id, inner=False)
    assert kept["name"] == "名单.pdf"
    page = text(client.get(answer.headers["Location"]))
    assert "补充的情况已记下" in page and "又走了两个人" in page


def test_an_empty_addition_is_asked_for_again(client: Client) -> None:
    life = lives.begun()
    answer = client.post(life.address + "more/", {"text": " "})
    assert answer.status_code == 400
    assert '<a href="#f-text">' in text(answer)


def test_what_the_requester_brought_is_not_handed_out_by_the_link(client: Client) -> None:
    life = lives.begun()
    client.post(life.address + "more/", {"text": "见附件", "attachments": SimpleUploadedFile("身份证.pdf", PDF)})
    [kept] = attachments.of_order(life.id, inner=False)
    assert client.get(f"{life.address}files/{kept['id']}/").status_code == 404


def test_the_papers_of_an_answer_can_be_fetched_by_its_link_alone(client: Client) -> None:
    life = lives.begun().accepted()
    upload = SimpleUploadedFile("批复.pdf", PDF)
    life.answered(attachments=[files.keep(upload, by="wang", now=life.now)])
    [kept] = attachments.of_order(life.id, inner=False)
    address = f"{life.address}files/{kept['id']}/"
    assert address in shown(client, life)
    answer = client.get(address)
    assert b"".join(answer) == PDF  # type: ignore[arg-type]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    other = lives.begun()
    assert client.get(f"{other.address}files/{kept['id']}/").status_code == 404


# ---------- taking back ----------
def test_withdrawing_first_says_what_it_will_do(client: Client) -> None:
    life = lives.begun().accepted()
    page = text(client.get(life.address + "withdraw/"))
    assert "这张单就此结束" in page and "仍计入统计" not in page
    assert life.order.state == "in_progress"
    answer = client.post(life.address + "withdraw/", {"text": "已自己招到", "digits": DIGITS})
    assert answer.status_code == 302
    assert life.order.state == "withdrawn"
    page = shown(client, life)
    assert "您已撤回" in page and "已自己招到" in page and "撤回这张单" not in page


def test_withdrawing_after_an_answer_says_that_it_still_counts(client: Client) -> None:
    life = lives.begun().accepted().answered()
    assert "仍计入统计" in text(client.get(life.address + "withdraw/"))


def test_withdrawing_asks_for_the_digits_too(client: Client) -> None:
    life = lives.begun()
    answer = client.post(life.address + "withdraw/", {"text": "不办了", "digits": "9999"})
    assert answer.status_code == 400
    assert ">不办了</textarea>" in text(answer)
    assert life.order.state == "submitted"


def test_a_withdrawn_order_cannot_be_withdrawn_or_added_to_again(client: Client) -> None:
    life = lives.begun().go("link", "withdraw")
    assert client.get(life.address + "withdraw/").status_code == 302
    assert client.get(life.address + "more/").status_code == 302
    answer = client.post(life.address + "withdraw/", {"text": "再撤", "digits": DIGITS})
    assert answer.status_code == 409 and "再撤" in text(answer)


# ---------- the end ----------
def test_ninety_days_after_its_end_only_number_and_state_are_left(client: Client) -> None:
    life = lives.begun().accepted().answered().invited()
    life.go("link", "rate", rating="satisfied").go("zhou", "close")
    life.wait(timedelta(days=90) - timedelta(minutes=5))
    assert "已推荐12人到岗。" in shown(client, life)
    life.wait(timedelta(minutes=10))
    answer = client.get(life.address)
    assert answer.status_code == 410
    assert life.number in text(answer) and "已办结" in text(answer)
    assert "已推荐12人到岗。" not in text(answer) and "缺口" not in text(answer)


# ---------- weight ----------
def test_a_first_visit_weighs_at_most_forty_kilobytes(client: Client) -> None:
    import gzip

    static = Path(configured.STATICFILES_DIRS[0]) / "bihuan"
    shared = [(static / name).read_bytes() for name in ("app.css", "app.js", "ring.svg")]
    life = lives.begun().accepted().answered().invited()
    for page in (client.get(life.address), client.get("/p/enterprise_order/new/")):
        parts = [gzip.compress(part) for part in (*shared, page.content)]
        assert sum(len(part) for part in parts) <= 40 * 1024
        assert len(parts[-1]) <= 10 * 1024
