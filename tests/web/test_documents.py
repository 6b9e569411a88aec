"""文书 in the browser of an office: what may be signed, the sheet, the signed paper, receipts, lists, forms."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.actions import document_lists, documents
from bihuan.store.documents import Paper
from bihuan.words import documents as words
from tests import cast, lives
from tests.web import staff

pytestmark = pytest.mark.django_db
LATE = timedelta(days=40)


@pytest.fixture
def order(db: None) -> lives.OrderState:
    """Return an order the labour bureau has accepted and not answered, forty days later by the county's clock."""
    cast.found()
    found, now = lives.played(lives.ACCEPTED)
    staff.at(now + LATE)
    return found


NOW = cast.NOW + timedelta(hours=3) + LATE


def signed(order: lives.OrderState, who: str = "zhao", kind: str = "supervision_slip") -> Paper:
    return documents.issue_document(
        actor=cast.actor(who, NOW), number=order.number, kind=kind, compose=words.composed, now=NOW
    )


def test_a_leader_reads_the_sheet_filled_in_changes_one_paragraph_and_signs(order: lives.OrderState) -> None:
    leader = staff.signed_in("zhao")
    page = leader.get(f"/orders/{order.number}/papers/supervision_slip/")
    said = staff.text(page)
    assert "草稿，未编号" in said and "签发时取号、冻结文字，并送达人社局" in said
    assert "应于10月31日前双反馈，已逾期6个工作日" in said
    assert staff.source(page).count("<textarea") == 1
    answer = leader.post(
        f"/orders/{order.number}/papers/supervision_slip/",
        {"row6": "三日内书面说明原因。", "expect": order.seq, "form_key": staff.KEY},
        follow=True,
    )
    said = staff.text(answer)
    assert "督办单 链督〔2022〕1号已签发，已送达人社局" in said
    assert "三日内书面说明原因。" in said and "人社局 已送达，未签收" in said
    assert lives.again(order).supervised
    assert "督办单 链督〔2022〕1号" in staff.text(leader.get(f"/orders/{order.number}/"))


def test_a_sheet_without_its_paragraph_comes_back_with_the_sentence_beside_it(order: lives.OrderState) -> None:
    leader = staff.signed_in("zhao")
    answer = leader.post(f"/orders/{order.number}/papers/supervision_slip/", {"row6": "  ", "expect": order.seq})
    assert answer.status_code == 400 and "还有1处要改" in staff.text(answer)
    assert "“督办要求”没有写，请写明再签发" in staff.text(answer) and 'href="#f-row6"' in staff.source(answer)
    assert lives.again(order).papers == {}


def test_who_signs_after_somebody_else_moved_keeps_the_words_and_takes_no_number(order: lives.OrderState) -> None:
    leader = staff.signed_in("zhao")
    answer = leader.post(
        f"/orders/{order.number}/papers/supervision_slip/", {"row6": "我写的话。", "expect": order.seq - 1}
    )
    said = staff.text(answer)
    assert answer.status_code == 409 and "没有签发督办单" in said and "没有占号，您写的字已存为草稿" in said
    assert "我写的话。" in staff.source(leader.get(f"/orders/{order.number}/papers/supervision_slip/"))
    assert lives.again(order).papers == {}


def test_a_draft_is_kept_and_filled_in_again_until_it_is_signed(order: lives.OrderState) -> None:
    leader, address = staff.signed_in("zhao"), f"/orders/{order.number}/papers/supervision_slip/"
    answer = leader.post(address, {"row6": "先存着。", "keep": "1"}, follow=True)
    assert "草稿已存，还没有签发，也没有占号" in staff.text(answer) and "先存着。" in staff.source(answer)
    leader.post(address, {"row6": "先存着。", "expect": order.seq})
    assert "先存着。" not in staff.source(leader.get(f"{address}?replaces=0"))


def test_what_cannot_be_signed_now_is_shown_with_the_reason_and_no_button(order: lives.OrderState) -> None:
    page = staff.signed_in("zhou").get(f"/orders/{order.number}/papers/closing_slip/")
    said = staff.text(page)
    assert "现在还不能签发" in said and "要在“已销号”时签发" in said
    assert "<form" not in staff.source(page).split("<article")[0].replace('role="search"', "")


def test_the_papers_of_an_order_tell_what_was_signed_and_what_may_be(order: lives.OrderState) -> None:
    paper = signed(order)
    desk = staff.signed_in("zhou")
    page = desk.get(f"/orders/{order.number}/papers/")
    said = staff.text(page)
    assert "督办单 链督〔2022〕1号" in said and "人社局 已送达，未签收" in said
    assert "派单单……" in said and "督办单……" not in said
    assert f"/orders/{order.number}/papers/{paper.id}/" in staff.links(page)
    assert f"/orders/{order.number}/papers/" in staff.links(desk.get(f"/orders/{order.number}/"))


def test_the_lead_unit_confirms_a_paper_with_one_button(order: lives.OrderState) -> None:
    paper = signed(order)
    address = f"/orders/{order.number}/papers/{paper.id}/"
    handler = staff.signed_in("wang")
    assert "签收</button>" in staff.source(handler.get(address))
    said = staff.text(handler.post(address, {"do": "receive", "form_key": staff.KEY}, follow=True))
    assert "已签收，发文单位看得到" in said and "王磊 11月8日" in said
    assert "签收</button>" not in staff.source(handler.get(address))
    again = handler.post(address, {"do": "receive"})
    assert again.status_code == 409 and "已经签收，不用再签" in staff.text(again)


def test_the_stamped_copy_is_filed_and_counts_from_then_on(order: lives.OrderState) -> None:
    paper = signed(order)
    address = f"/orders/{order.number}/papers/{paper.id}/"
    leader = staff.signed_in("zhao")
    upload = SimpleUploadedFile("盖章件.pdf", b"%PDF-1.4 stamped")
    said = staff.text(leader.post(address, {"do": "scan", "scan": upload}, follow=True))
    assert "以盖章件为准" in said and "盖章件.pdf" in said
    for data, sentence in (
        ({"do": "scan"}, "请选盖章件的照片或扫描件"),
        ({"do": "scan", "scan": SimpleUploadedFile("a.exe", b"MZ")}, "这种文件不收"),
    ):
        answer = leader.post(address, data)
        assert answer.status_code == 400 and sentence in staff.text(answer)


def test_a_correction_starts_from_the_old_words_and_both_papers_cite_each_other(order: lives.OrderState) -> None:
    old = signed(order)
    leader = staff.signed_in("zhao")
    page = leader.get(f"/orders/{order.number}/papers/{old.id}/")
    (address,) = [one for one in staff.links(page) if "replaces" in one]
    draft = leader.get(address)
    assert "本件更正链督〔2022〕1号" in staff.text(draft) and "书面反馈办理结果" in staff.source(draft)
    sent = {"row6": "改过的。", "expect": lives.again(order).seq, "replaces": old.id}
    new = leader.post(address.partition("?")[0], sent, follow=True)
    assert "链督〔2022〕2号" in staff.text(new) and "更正的是 链督〔2022〕1号" in staff.text(new)
    assert "本件已由 链督〔2022〕2号 更正" in staff.text(leader.get(f"/orders/{order.number}/papers/{old.id}/"))


def test_papers_come_as_word_files_drafts_too(order: lives.OrderState) -> None:
    paper = signed(order)
    leader = staff.signed_in("zhao")
    addresses = {
        f"/orders/{order.number}/papers/{paper.id}.docx": "1号",
        f"/orders/{order.number}/papers/{paper.id}/?format=docx": "1号",
        f"/orders/{order.number}/papers/supervision_slip/?format=docx": "草稿，未编号",
        f"/orders/{order.number}/papers/supervision_slip.docx": "草稿，未编号",
    }
    for address, says in addresses.items():
        answer = leader.get(address, follow=True)
        assert answer.headers["Content-Type"].endswith("wordprocessingml.document"), address
        assert "attachment" in answer.headers["Content-Disposition"]
        assert says in "".join(one.text for one in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert list(lives.again(order).papers) == [str(paper.id)]


def test_strangers_and_the_requester_meet_not_found(order: lives.OrderState) -> None:
    paper = signed(order)
    tasks = listed("zhou", "task_list", "labour_bureau")
    for who in ("sun", "liufang"):
        client = staff.signed_in(who)
        for address in (
            f"/orders/{order.number}/papers/{paper.id}/",
            f"/orders/{order.number}/papers/{paper.id}.docx",
            f"/orders/{order.number}/papers/supervision_slip/",
            f"/documents/{tasks.id}/",
            f"/documents/{tasks.id}.docx",
            f"/documents/{tasks.id}/files/1/",
            "/setup/documents/",
            "/documents/new/",
        ):
            assert client.get(address).status_code == 404, (who, address)
        assert client.post(f"/orders/{order.number}/papers/{paper.id}/", {"do": "receive"}).status_code == 404
    assert staff.signed_in("zhou").get(f"/orders/{order.number}/papers/1/").status_code == 404
    assert staff.signed_in("zhou").get(f"/orders/{order.number}/papers/no_such/").status_code == 404


def test_the_requester_reads_its_answer_slip_and_is_offered_none(db: None) -> None:
    cast.found()
    order, __now = lives.played(lives.ANSWERED)
    staff.at(NOW)
    answer = signed(order, "hebing", "answer_slip")
    signed(order, "zhou", "dispatch_slip")
    page = staff.signed_in("liufang").get(f"/orders/{order.number}/papers/")
    assert "反馈单（答复企业）" in staff.text(page) and "派单单" not in staff.text(page)
    assert "可以出的文书" not in staff.text(page)
    said = staff.text(staff.signed_in("liufang").get(f"/orders/{order.number}/papers/{answer.id}/"))
    assert "第二批19人今天已办入职" in said


def test_markup_in_what_was_asked_stays_text(db: None) -> None:
    cast.found()
    order, __now = lives.played(lives.ACCEPTED, title="<b>缺人</b>&amp;")
    staff.at(NOW)
    paper = signed(order)
    page = staff.signed_in("zhao").get(f"/orders/{order.number}/papers/{paper.id}/")
    assert "<b>缺人" not in staff.source(page) and "&lt;b&gt;缺人" in staff.source(page)


# ---- the register and lists ----
def listed(who: str, kind: str, about: str) -> Paper:
    return document_lists.issue_list(
        actor=cast.actor(who, NOW), programme="enterprise_order", type_="enterprise_request", kind=kind, about=about,
        compose=words.composed_list, now=NOW,
    )  # fmt: skip


def test_the_register_has_every_paper_and_those_that_wait_for_a_receipt(order: lives.OrderState) -> None:
    signed(order)
    signed(order, "zhou", "dispatch_slip")
    problems = listed("zhou", "request_list", "foundry")
    desk = staff.signed_in("zhou")
    said = staff.text(desk.get("/documents/"))
    assert "督办单 链督〔2022〕1号" in said and "派单单 2022-0001" in said and "问题清单 2022-0001" in said
    waiting = staff.text(desk.get("/documents/?waiting=1"))
    assert "督办单 链督〔2022〕1号" in waiting and "问题清单 2022-0001" not in waiting
    only = staff.links(desk.get("/documents/?kind=request_list"), "/documents/")
    assert f"/documents/{problems.id}/" in only
    assert "没有这样的文书" in staff.text(desk.get("/documents/?kind=closing_slip"))


@pytest.mark.parametrize("typed", ["链督〔2022〕1号", "链督[2022]1号", "链督（2022）1号"])
def test_a_document_number_typed_into_the_search_leads_to_the_paper(order: lives.OrderState, typed: str) -> None:
    paper = signed(order)
    answer = staff.signed_in("zhou").get("/orders/", {"q": typed})
    assert answer.headers["Location"] == f"/orders/{order.number}/papers/{paper.id}/"
    assert staff.signed_in("sun").get("/orders/", {"q": typed}).status_code == 200


def test_the_register_is_paged_by_key(order: lives.OrderState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.web.document_lists.PAGE", 2)
    for _ in range(3):
        signed(order, "zhou", "dispatch_slip")
    desk = staff.signed_in("zhou")
    first = desk.get("/documents/")
    (more,) = [one for one in staff.links(first, "?") if "before" in one]
    assert staff.text(first).count("派单单 2022-000") == 2
    assert staff.text(desk.get(f"/documents/{more}")).count("派单单 2022-000") == 1
    assert desk.get("/documents/?before=x").status_code == 200


def test_a_list_is_looked_at_then_signed_then_confirmed_by_its_unit(order: lives.OrderState) -> None:
    desk = staff.signed_in("zhou")
    page = desk.get("/documents/new/?kind=task_list&about=labour_bureau")
    said = staff.text(page)
    assert "人社局任务（责任）清单 草稿，未编号" in said and "人社局在办1件，其中逾期1件" in said
    given = {"kind": "task_list", "about": "labour_bureau", "form_key": staff.KEY}
    answer = desk.post("/documents/new/", given, follow=True)
    assert "任务（责任）清单 2022-0001已签发" in staff.text(answer)
    again = desk.post("/documents/new/", given, follow=True)
    address = again.redirect_chain[-1][0]
    assert answer.redirect_chain[-1][0] == address
    head = staff.signed_in("hebing")
    assert "已签收，发文单位看得到" in staff.text(head.post(address, {"do": "receive"}, follow=True))
    upload = SimpleUploadedFile("盖章件.pdf", b"%PDF-1.4 stamped")
    filed = desk.post(address, {"do": "scan", "scan": upload}, follow=True)
    (file,) = [one for one in staff.links(filed, "/documents/") if "/files/" in one]
    assert b"".join(desk.get(file).streaming_content) == b"%PDF-1.4 stamped"  # type: ignore[attr-defined]
    assert desk.get(f"{address[:-1]}.docx").status_code == 200


def test_a_list_of_a_unit_without_orders_is_refused_in_a_sentence(order: lives.OrderState) -> None:
    answer = staff.signed_in("zhou").get("/documents/new/?kind=task_list&about=land_bureau")
    assert answer.status_code == 400 and "没有您能看到的单，没有可列的内容" in staff.text(answer)


# ---- forms ----
SETUP = "/setup/documents/enterprise_order/enterprise_request/supervision_slip/"


def form(text: str) -> SimpleUploadedFile:
    paper, found = docx.Document(), io.BytesIO()
    paper.add_paragraph(text)
    paper.save(found)
    return SimpleUploadedFile("旧模板.docx", found.getvalue())


def test_an_administrator_puts_in_the_old_form_and_it_is_noted_in_the_register(order: lives.OrderState) -> None:
    office = staff.signed_in("wu")
    assert "{{时限情况}}" in staff.text(office.get(SETUP)) and SETUP in staff.links(office.get("/setup/documents/"))
    said = staff.text(office.post(SETUP, {"form": form("{{文号}}{{事由}}")}, follow=True))
    assert "模板已启用，填2处" in said and "旧模板.docx" in said
    assert "启用公文模板" in staff.text(office.get("/setup/audit/"))
    assert "旧模板.docx" in staff.text(office.get("/setup/documents/"))
    assert "今后按本系统的版式出" in staff.text(office.post(SETUP, {"do": "end"}, follow=True))


def test_an_unknown_name_in_a_form_is_told_with_what_may_be_written(order: lives.OrderState) -> None:
    answer = staff.signed_in("wu").post(SETUP, {"form": form("{{文号}}{{没有的}}")})
    said = staff.text(answer)
    assert answer.status_code == 400 and "模板没有收" in said
    assert "模板里写了{{没有的}}，填不出内容，没有收；只能写：" in said and "时限情况" in said
    assert staff.signed_in("wu").post(SETUP, {}).status_code == 400


def test_the_code_of_a_unit_begins_its_numbers(order: lives.OrderState) -> None:
    office = staff.signed_in("wu")
    office.post("/setup/documents/", {"unit": "zone", "code": "常经"})
    assert signed(order).number == "常经链督〔2022〕1号"
    answer = office.post("/setup/documents/", {"unit": "zone", "code": "abc"})
    assert answer.status_code == 400 and "请写1至8个汉字" in staff.text(answer)
    assert office.post("/setup/documents/", {"unit": "nowhere", "code": "常"}).status_code == 404


# ---- queries ----
def test_every_page_of_papers_makes_a_few_queries(order: lives.OrderState) -> None:
    paper, tasks = signed(order), listed("zhou", "task_list", "labour_bureau")
    for _ in range(3):
        signed(order, "zhou", "dispatch_slip")
    pages = {
        "zhou": [
            f"/orders/{order.number}/papers/", f"/orders/{order.number}/papers/{paper.id}/", "/documents/",
            f"/documents/{tasks.id}/", "/documents/new/?kind=request_list&about=foundry",
            f"/orders/{order.number}/papers/dispatch_slip/",
        ],
        "zhao": [f"/orders/{order.number}/papers/supervision_slip/"],
        "wu": ["/setup/documents/", SETUP],
    }  # fmt: skip
    counted = {}
    for who, addresses in pages.items():
        client = staff.signed_in(who)
        counted |= {address: staff.queries(client, address) for address in addresses}
    assert {address: n for address, n in counted.items() if n > 8} == {}
