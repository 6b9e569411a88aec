"""文书 signed, frozen, corrected, received, filed back and verified; numbers without gaps, however many sign at once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from bihuan.actions import document_lists, documents
from bihuan.actions.document_forms import put_code
from bihuan.actions.orders import move_order
from bihuan.actions.verify import verify
from bihuan.core.chain import digest
from bihuan.core.order_state import OrderState
from bihuan.core.orders import replay
from bihuan.core.refusal import Refused
from bihuan.store import documents as store
from bihuan.store import events, network, orders, packs, people
from bihuan.store.models import Document, DocumentReceipt, Event, Serial
from bihuan.words import documents as words
from bihuan.words.verification import broken
from tests import cast, lives
from tests.actions.test_concurrent import at_once

pytestmark = pytest.mark.django_db
LATER = cast.NOW + timedelta(days=40)
PDF = b"%PDF-1.4 stamped"


@pytest.fixture
def county() -> None:
    cast.found()


@pytest.fixture
def order(county: None) -> OrderState:
    return lives.played(lives.ACCEPTED)[0]


def sign(order: OrderState, who: str = "zhao", kind: str = "supervision_slip", **more: Any) -> store.Paper:
    return documents.issue_document(
        actor=cast.actor(who, LATER),
        number=order.number,
        kind=kind,
        **{"compose": words.composed, "now": LATER, **more},
    )


def sign_list(who: str, kind: str, about: str, **more: Any) -> store.Paper:
    return document_lists.issue_list(
        actor=cast.actor(who, LATER), programme="enterprise_order", type_="enterprise_request", kind=kind, about=about,
        compose=words.composed_list, now=LATER, **more,
    )  # fmt: skip


# ---- signing ----
def test_signing_a_supervision_slip_takes_a_number_freezes_the_words_and_is_the_move(order: OrderState) -> None:
    put_code(actor=cast.actor("wu"), unit="zone", code="常经", now=cast.NOW)
    paper = sign(order, texts={"row6": "三日内说明原因。"})
    assert paper.number == "常经链督〔2022〕1号"
    chain = events.of_order(order.id)
    last = chain[-1]
    assert (last.verb, last.facts) == ("supervise", {"text": "三日内说明原因。"})
    assert last.then["paper"]["digest"] == paper.digest == digest(Document.objects.get().content)
    assert dict(paper.content["rows"])["督办要求"] == "三日内说明原因。"
    after = lives.again(order)
    assert after.supervised and list(after.papers) == [str(paper.id)]
    assert replay(lives.type_of(after), chain) == after
    assert verify().broken is None and verify().papers == 1


def test_a_stand_in_signs_a_paper_with_both_names(order: OrderState) -> None:
    last = cast.NOW.date() + timedelta(days=60)
    network.put_holding(person="qian", post="zone.supervisor", since=cast.NOW.date(), until=last, stands_for="zhao")
    acting = people.actor("qian", "zone.supervisor~zhao", LATER)
    assert acting is not None
    paper = documents.issue_document(
        actor=acting, number=order.number, kind="supervision_slip", compose=words.composed, now=LATER
    )
    assert "钱立（代赵志远）" in str(paper.content)
    assert events.of_order(order.id)[-1].actor["for"] == "zhao"
    assert verify().broken is None


def test_a_paper_without_a_move_changes_nothing_but_that_it_was_signed(order: OrderState) -> None:
    paper = sign(order, "zhou", "dispatch_slip")
    after = lives.again(order)
    assert paper.number == "2022-0001"
    assert events.of_order(order.id)[-1].verb == "issue_document"
    assert (after.state, after.clocks, after.supervised) == (order.state, order.clocks, False)


def test_papers_of_the_loop_can_each_be_signed_in_their_time(county: None) -> None:
    order, now = lives.played([*lives.CHECKED, lives.BAD, lives.FOUNDED])
    when: dict[str, Any] = {"now": LATER}
    notice = sign(order, "zhou", "rectification_notice", **when)
    reasons = dict(notice.content["rows"])["反映的问题"]
    assert "拖了三个星期" in reasons and "不满意" not in json.dumps(notice.content, ensure_ascii=False)
    order, now = lives.go_on(order, [lives.ANSWER, lives.REPORT, lives.SIGN, lives.CHECK, lives.GOOD, lives.CLOSE], now)
    assert dict(sign(order, "hebing", "answer_slip").content["rows"])["答复"] == "第二批19人今天已办入职"
    assert dict(sign(order, "wang", "report_slip").content["rows"])["办理情况"] == "合计到岗21人"
    grounds = dict(sign(order, "zhou", "closing_slip").content["rows"])["销号依据"]
    assert "企业已评单" in grounds and "满意" not in grounds
    assert verify().broken is None


def test_what_is_typed_is_frozen_as_typed_and_nothing_in_it_is_filled_in(order: OrderState) -> None:
    paper = sign(order, texts={"row6": "{lead}请{contact_phone}办"})
    assert dict(paper.content["rows"])["督办要求"] == "{lead}请{contact_phone}办"


def test_no_paper_holds_a_personal_value(order: OrderState) -> None:
    sign(order, "zhou", "dispatch_slip")
    assert lives.PHONE not in Document.objects.get().content
    assert "刘芳" not in Document.objects.get().content


def test_a_paper_is_written_in_chinese_whatever_language_its_signer_reads(order: OrderState) -> None:
    with translation.override("en"):
        paper = sign(order)
    assert dict(paper.content["rows"])["时限情况"].startswith("9月29日派单，应于10月31日前双反馈")
    assert paper.content["date"] == "2022年11月8日"


def test_an_outward_paper_keeps_what_the_office_keeps_to_itself(county: None) -> None:
    order, _now = lives.played([lives.REGISTER, lives.WITH_CO, lives.ACCEPT, lives.COUNTERSIGN, *lives.ANSWERED[3:]])
    values = sign(order, "hebing", "answer_slip").content["values"]
    assert values["note"] == values["supervisor"] == values["situation"] == "" and values["priority"] == "加急"


def test_signing_the_same_form_twice_gives_the_same_paper(order: OrderState) -> None:
    first, second = (sign(order, command="f" * 32) for _ in range(2))
    assert first.id == second.id and Document.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "kind", "more", "code"),
    [
        ("zhou", "supervision_slip", {}, "issue_document.post"),
        ("zhou", "closing_slip", {}, "issue_document.state"),
        ("zhao", "supervision_slip", {"texts": {"row6": " "}}, "issue_document.needs"),
        ("zhao", "supervision_slip", {"texts": {"row6": "长" * 1001}}, "issue_document.needs"),
        ("zhao", "supervision_slip", {"expect": 1}, "issue_document.stale"),
        ("zhao", "no_such", {}, "issue_document.state.unknown"),
    ],
)
def test_a_refused_paper_leaves_no_number_no_event_and_no_paper(
    order: OrderState, who: str, kind: str, more: dict[str, Any], code: str
) -> None:
    numbers = Serial.objects.count()
    with pytest.raises(Refused) as why:
        sign(order, who, kind, **more)
    assert why.value.code == code
    assert words.sentence(why.value, lives.type_of(order), lives.net_of(LATER), LATER)
    assert (Document.objects.count(), Serial.objects.count()) == (0, numbers)
    assert lives.again(order).seq == order.seq


def test_a_fault_while_the_words_are_made_gives_the_number_back(order: OrderState) -> None:
    def broken_words(making: documents.Making) -> dict[str, Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sign(order, compose=broken_words)
    assert sign(order).number == "链督〔2022〕1号"


def test_strangers_meet_not_found(order: OrderState) -> None:
    paper = sign(order)
    for call in (
        lambda: sign(order, "sun"),
        lambda: documents.paper_of(actor=cast.actor("sun"), number=order.number, id_=paper.id),
        lambda: documents.paper_of(actor=cast.actor("liufang"), number=order.number, id_=paper.id),
        lambda: documents.receive_document(actor=cast.actor("sun"), number=order.number, id_=paper.id, now=LATER),
    ):
        with pytest.raises(orders.NotFound):
            call()


def test_the_requester_sees_its_answer_slip_and_no_other_paper(county: None) -> None:
    order, _now = lives.played(lives.ANSWERED)
    sign(order, "zhou", "dispatch_slip")
    answer = sign(order, "hebing", "answer_slip")
    contact = cast.actor("liufang")
    assert documents.paper_of(actor=contact, number=order.number, id_=answer.id)[1].kind == "answer_slip"
    assert [paper.kind for paper in document_lists.seen_page(actor=contact)] == ["answer_slip"]


# ---- frozen ----
def test_what_was_signed_stays_as_it_was_when_order_and_wording_change(order: OrderState) -> None:
    paper = sign(order)
    before = store.one(paper.id)
    move_order(
        actor=cast.actor("zhou", LATER), number=order.number, verb="amend", facts={"title": "改了题目"}, now=LATER
    )
    assert lives.again(order).title == "改了题目"
    after = store.one(paper.id)
    assert before and after and after.content == before.content and "改了题目" not in json.dumps(after.content)


def test_a_correction_is_a_new_paper_that_cites_the_old_and_makes_no_move_again(order: OrderState) -> None:
    old = sign(order)
    new = sign(order, replaces=old.id, texts={"row6": "两日内。"})
    assert (new.number, new.content["note"]) == ("链督〔2022〕2号", "本件更正链督〔2022〕1号，以本件为准。")
    assert [e.verb for e in events.of_order(order.id)].count("supervise") == 1
    assert store.one(old.id).replaced == new.id  # type: ignore[union-attr]
    with pytest.raises(Refused, match="replaced"):
        sign(order, replaces=old.id)
    assert verify().broken is None


# ---- receipts and stamped copies ----
def test_the_lead_unit_confirms_a_paper_and_the_register_tells(order: OrderState) -> None:
    paper = sign(order)
    waiting: Callable[[], list[int]] = lambda: [  # noqa: E731
        one.id for one in document_lists.seen_page(actor=cast.actor("zhou"), waiting=True)
    ]
    assert waiting() == [paper.id]
    documents.receive_document(actor=cast.actor("liyun", LATER), number=order.number, id_=paper.id, now=LATER)
    assert waiting() == []
    assert DocumentReceipt.objects.get().person == "liyun"
    with pytest.raises(Refused, match="received"):
        documents.receive_document(actor=cast.actor("wang", LATER), number=order.number, id_=paper.id, now=LATER)
    assert verify().broken is None


def test_the_stamped_copy_is_filed_back_with_its_fingerprint(order: OrderState) -> None:
    paper = sign(order)
    upload = SimpleUploadedFile("盖章.pdf", PDF)
    documents.file_scan(actor=cast.actor("zhao", LATER), number=order.number, id_=paper.id, upload=upload, now=LATER)
    mark = events.of_order(order.id)[-1].then["paper"]
    assert (mark["act"], mark["digest"]) == ("scan", digest(PDF.decode()))
    assert store.one(paper.id).scan == mark["file"]  # type: ignore[union-attr]
    assert verify().broken is None


def test_a_stamped_copy_that_is_no_picture_is_refused_and_nothing_is_filed(order: OrderState) -> None:
    paper = sign(order)
    with pytest.raises(Refused, match="attach.invalid.type"):
        documents.file_scan(
            actor=cast.actor("zhao", LATER),
            number=order.number,
            id_=paper.id,
            upload=SimpleUploadedFile("a.exe", b"MZ"),
            now=LATER,
        )
    assert lives.again(order).seq == order.seq + 1


# ---- lists ----
def test_a_list_shows_the_orders_of_a_unit_and_every_figure_is_of_its_rows(order: OrderState) -> None:
    other, _now = lives.played(lives.CHECKED + (lives.GOOD, lives.CLOSE), title="早已办好")
    paper = sign_list("zhou", "request_list", "foundry")
    assert sorted(paper.content["members"]) == sorted([order.number, other.number])
    assert paper.content["values"]["total"] == "2" and len(paper.content["items"]) == 2
    assert paper.content["values"]["closed_total"] == "1" and paper.content["values"]["open_total"] == "1"
    tasks = sign_list("luo", "task_list", "labour_bureau")
    assert tasks.content["members"] == [order.number] and tasks.received == {"labour_bureau": ("", "")}
    assert (paper.number, tasks.number) == ("2022-0001", "2022-0001")
    assert verify().broken is None and verify().papers == 2


def test_secret_orders_are_in_no_list_and_counted_as_left_out(order: OrderState) -> None:
    lives.played(lives.ACCEPTED, secret="1", title="涉密的事")
    paper = sign_list("zhou", "task_list", "labour_bureau")
    assert paper.content["members"] == [order.number]
    assert paper.content["note"] == "另有1件涉及商业秘密，不列入清单。"


def test_lists_are_seen_by_who_made_them_the_unit_and_those_who_see_everything(order: OrderState) -> None:
    tasks = sign_list("zhou", "task_list", "labour_bureau")
    problems = sign_list("zhou", "request_list", "foundry")
    seen = {
        who: {one.id for one in document_lists.seen_page(actor=cast.actor(who))}
        for who in ("zhou", "wang", "hebing", "luo", "shen", "sun", "tang", "liufang", "lihang")
    }
    assert seen["zhou"] == seen["luo"] == {tasks.id, problems.id}
    assert seen["wang"] == seen["hebing"] == {tasks.id}
    assert seen["shen"] == {problems.id}
    assert seen["sun"] == seen["tang"] == seen["liufang"] == seen["lihang"] == set()
    for who, found in seen.items():
        for paper in (tasks, problems):
            try:
                document_lists.list_of(actor=cast.actor(who), id_=paper.id)
            except orders.NotFound:
                assert paper.id not in found, who
            else:
                assert paper.id in found, who


def test_a_list_is_confirmed_by_its_unit_and_its_stamped_copy_filed(order: OrderState) -> None:
    tasks = sign_list("zhou", "task_list", "labour_bureau")
    document_lists.receive_list(actor=cast.actor("hebing", LATER), id_=tasks.id, now=LATER)
    with pytest.raises(Refused, match="received"):
        document_lists.receive_list(actor=cast.actor("wang", LATER), id_=tasks.id, now=LATER)
    upload = SimpleUploadedFile("a.pdf", PDF)
    done = document_lists.file_list_scan(actor=cast.actor("zhou", LATER), id_=tasks.id, upload=upload, now=LATER)
    assert done.scan and not done.waiting and verify().broken is None


@pytest.mark.parametrize(
    ("who", "kind", "about", "code", "says"),
    [
        ("wang", "task_list", "labour_bureau", "issue_document.post", "由派单台、主要领导与督查室签发"),
        ("zhou", "task_list", "nowhere", "issue_document.needs", "没有这个单位"),
        ("zhou", "task_list", "land_bureau", "issue_document.needs", "没有您能看到的单"),
        ("zhou", "supervision_slip", "labour_bureau", "issue_document.state.unknown", "没有这种文书"),
    ],
)
def test_a_list_that_cannot_be_made_is_told_why(
    order: OrderState, who: str, kind: str, about: str, code: str, says: str
) -> None:
    with pytest.raises(Refused) as why:
        sign_list(who, kind, about)
    assert why.value.code == code
    assert says in words.sentence(why.value, lives.type_of(order), lives.net_of(LATER), LATER)


def test_the_same_list_sent_twice_is_one(order: OrderState) -> None:
    first, second = (sign_list("zhou", "task_list", "labour_bureau", command="e" * 32) for _ in range(2))
    assert first.id == second.id


# ---- verification ----
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: Document.objects.update(content='{"v":1}'), "verify.paper"),
        (lambda: Document.objects.update(number="链督〔2022〕9号"), "verify.paper"),
        (lambda: DocumentReceipt.objects.update(at="2022-11-08T00:00:00.000000Z", person="wang"), "verify.paper"),
        (lambda: Document.objects.all().delete(), "verify.paper_gone"),
        (lambda: Document.objects.update(n=3), "verify.paper_number"),
    ],
)
def test_a_paper_that_was_tampered_with_is_found(order: OrderState, change: Callable[[], object], code: str) -> None:
    sign(order)
    assert verify().broken is None
    change()
    found = verify().broken
    assert found is not None and found[0] == code
    assert "验证不通过" not in broken(*found)


def test_a_paper_nobody_signed_is_found(order: OrderState) -> None:
    paper = sign(order)
    Document.objects.filter(pk=paper.id).update(id=paper.id + 1)
    found = verify().broken
    assert found is not None and found[0] == "verify.paper_stray"


# ---- many at once ----
@pytest.mark.django_db(transaction=True)
def test_eight_who_sign_at_once_take_eight_numbers_without_a_gap() -> None:
    cast.found()
    placed = [lives.played(lives.ACCEPTED)[0] for _ in range(8)]
    results = at_once(*(lambda one=one: sign(one) for one in placed))
    assert all(isinstance(one, store.Paper) for one in results), results
    assert sorted(one.number for one in results) == [f"链督〔2022〕{n}号" for n in range(1, 9)]
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_eight_who_sign_on_one_order_at_once_leave_no_gap_and_no_half_paper() -> None:
    cast.found()
    order = lives.played(lives.ACCEPTED)[0]
    results = at_once(*(lambda: sign(order, "zhou", "dispatch_slip") for _ in range(8)))
    done = [one for one in results if isinstance(one, store.Paper)]
    assert done and all(
        isinstance(one, store.Paper) or (isinstance(one, Refused) and one.kind == "stale") for one in results
    )
    assert sorted(one.number for one in done) == [f"2022-{n:04d}" for n in range(1, len(done) + 1)]
    assert Document.objects.count() == len(done) and verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_signing_amid_refusals_and_faults_leaves_no_gap() -> None:
    cast.found()
    placed = [lives.played(lives.ACCEPTED)[0] for _ in range(4)]

    def fault(making: documents.Making) -> dict[str, Any]:
        raise ZeroDivisionError

    calls: list[Callable[[], Any]] = [lambda one=one: sign(one) for one in placed]  # type: ignore[misc]
    calls += [lambda one=one: sign(one, compose=fault) for one in placed]  # type: ignore[misc]
    random.Random(7).shuffle(calls)
    results = at_once(*calls)
    done = [one.number for one in results if isinstance(one, store.Paper)]
    assert sorted(done) == [f"链督〔2022〕{n}号" for n in range(1, len(done) + 1)] and len(done) >= 1
    assert store.gaps() == [] and verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_lists_signed_at_once_stand_in_one_unbroken_chain() -> None:
    cast.found()
    lives.played(lives.ACCEPTED)
    results = at_once(
        *(lambda kind=kind, about=about: sign_list("zhou", kind, about) for kind, about in [
            ("task_list", "labour_bureau"), ("request_list", "foundry")] * 3)
    )  # fmt: skip
    assert all(isinstance(one, store.Paper) for one in results), results
    chain = list(Event.objects.filter(kind="document").order_by("seq").values_list("seq", flat=True))
    assert chain == list(range(1, 7)) and verify().broken is None


def test_every_paper_of_an_order_says_where_it_came_from_with_both_that_it_has_there(county: None) -> None:
    kinds = list(packs.programme("enterprise_order").orders["enterprise_request"].documents.values())
    silent = [one.key for one in kinds if not one.list and not any("{source}" in row.text for row in one.rows)]
    assert len(kinds) > 8 and silent == []
