"""测评表 and 会议纪要: papers about one round or one entry, frozen, counted again, corrected by another paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.actions import document_forms as forms
from bihuan.actions import document_lists
from bihuan.actions import document_meetings as actions
from bihuan.actions import ledger as books
from bihuan.actions import reviews as rounds
from bihuan.actions.document_files import docx_of
from bihuan.actions.verify import verify
from bihuan.core.documents import Content
from bihuan.core.entries import EntryState
from bihuan.core.reviews import UPHELD, RoundState
from bihuan.store import documents
from bihuan.store.documents import Paper
from bihuan.store.models import Ballot, Document
from bihuan.store.orders import NotFound
from bihuan.words import document_meetings as words
from bihuan.words import documents as papers
from tests import cast
from tests.actions.test_document_files import form
from tests.actions.test_ledger import minutes
from tests.actions.test_reviews import HEADS, WATCH, closed, opened, published, refused, votes
from tests.office import pages_of

pytestmark = pytest.mark.django_db
MINUTE = {"row0": "周敏、鑫源铸造厂刘总", "row1": "谈了招工", "row2": "由人社局一周内上门"}


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()


def issued(number: str, kind: str, who: str = "zhou", **texts: str) -> Paper:
    return actions.issue(
        actor=cast.actor(who), number=number, kind=kind, compose=papers.composed_list, now=cast.NOW, texts=texts
    )


def again(paper: Paper) -> Content:
    made = actions.again(paper, actor=cast.actor("zhou"), now=cast.NOW)
    assert made is not None
    return papers.composed_list(made)


def judged() -> RoundState:
    """A closed round: one department with ballots enough, one with four."""
    held = opened()
    tokens = votes(held, "labour_bureau", ["good"] * 5)
    votes(held, "labour_bureau", ["fair"] * 5, WATCH)
    for one in tokens[:4]:
        rounds.answer(token=one, unit="finance_bureau", given=dict.fromkeys(
            ("response", "effect", "attitude", "policy", "integrity"), "very_poor"), units=frozenset())  # fmt: skip
    return closed(held)


def met(**more: Any) -> EntryState:
    facts = {"unit": "equipment", "date": "2022-09-28", "topic": "招工难", "attendance": 14, "issues": 2, **more}
    return books.enter(
        actor=cast.actor("shen"), programme="enterprise_order", activity="half_month_meeting", facts=facts,
        files=minutes(), now=cast.NOW,
    )  # fmt: skip


# ---- 测评表 ----
def test_the_sheet_of_a_round_is_frozen_with_number_and_digest_and_comes_out_again() -> None:
    held = judged()
    paper = issued(held.number, "review_sheet")
    assert (paper.number, paper.about, paper.issuer) == ("2022-0001", held.number, "equipment")
    enough, few = paper.content["items"]
    assert enough[0] == "人社局" and enough[1:6] == ["14.8"] * 5 and enough[6] == "74.0"
    assert few[0] == "财政局" and set(few[1:7]) == {"—"} and few[8] == "不足5票，不公布"
    assert "企业负责人发12张、收5张" in paper.content["body"][0]
    assert words.since(paper.content, again(paper)) == []
    word = docx.Document(io.BytesIO(docx_of(paper.content)))
    assert len(word.tables[0].rows) == 3
    assert verify().faults == []


def test_what_the_ballots_no_longer_say_is_seen_beside_the_sheet() -> None:
    held = judged()
    paper = issued(held.number, "review_result")
    row = Ballot.objects.filter(round=held.id, kind=HEADS).exclude(answers="").first()
    assert row is not None
    row.answers = row.answers.replace('"good"', '"very_poor"')
    row.save()
    (one,) = words.since(paper.content, again(paper))
    assert "74" in one.then and one.now and one.now != one.then


def test_an_upheld_appeal_is_told_beside_the_sheet_and_printed_in_its_correction() -> None:
    held = published(judged())
    first = issued(held.number, "review_result")
    rounds.contest(
        actor=cast.actor("hebing"), number=held.number, unit="labour_bureau", reason="有人代投", now=cast.NOW
    )
    rounds.review(
        actor=cast.actor("fu"), number=held.number, unit="labour_bureau", decision=UPHELD, words="属实", now=cast.NOW
    )
    (one,) = words.since(first.content, again(first))
    assert "成立" in one.now and "74" not in one.now
    second = issued(held.number, "review_result")
    assert (second.replaces, second.number) == (first.id, "2022-0002")
    assert "更正2022-0001" in second.content["note"] and "74.0" not in str(second.content["items"])
    assert Document.objects.get(pk=first.id).replaced == second.id
    assert verify().faults == []


def test_below_five_ballots_there_is_no_sheet() -> None:
    held = opened()
    votes(held, "labour_bureau", ["good"] * 4)
    assert refused(issued, held.number, "review_sheet").code == "issue_document.state.voting"
    held = closed(held)
    assert refused(issued, held.number, "review_sheet").problems == {"about": "few_ballots"}
    assert actions.offered(held, cast.actor("zhou")) == []
    assert not Document.objects.exists()


def test_who_reads_the_round_reads_its_sheet_and_the_judged_and_strangers_find_none() -> None:
    held = published(judged())
    paper = issued(held.number, "review_sheet")
    for reader in ("zhou", "fu"):
        assert document_lists.list_of(actor=cast.actor(reader), id_=paper.id).id == paper.id
    for other in ("wang", "hebing", "sun", "guo"):
        with pytest.raises(NotFound):
            document_lists.list_of(actor=cast.actor(other), id_=paper.id)
        with pytest.raises(NotFound):
            actions.draft(actor=cast.actor(other), number=held.number, kind="review_sheet", now=cast.NOW)
        assert paper.id not in [one.id for one in document_lists.seen_page(actor=cast.actor(other))]
    assert refused(issued, held.number, "review_sheet", "fu").code == "issue_document.post"


# ---- a county's own form for it ----
CELLS = (
    ("单位", "标准", "分值", "得分"),
    ("{%tr for 行 in 清单 %}", "", "", ""),
    ("{%tr for 项 in 行.标准 %}", "", "", ""),
    ("{{行.单位}}", "{{项.名称}}", "{{项.分值}}", "{{项.得分}}"),
    ("{%tr endfor %}", "", "", ""),
    ("{{行.单位}}", "态度{{行.服务态度}}", "{{行.企业负责人}}", "{{行.总分}}"),
    ("{%tr endfor %}", "", "", ""),
    ("{%tr for 项 in 标准 %}", "", "", ""),
    ("只列标准", "{{项.名称}}", "{{项.分值}}", "{{项.得分}}"),
    ("{%tr endfor %}", "", "", ""),
)


def put(content: bytes, kind: str = "review_sheet") -> tuple[str, ...]:
    return forms.put_form(
        actor=cast.actor("wu"), programme="enterprise_order", type_="enterprise_request", kind=kind,
        upload=SimpleUploadedFile("测评表.docx", content), now=cast.NOW,
    )  # fmt: skip


def cells_of(paper: Paper) -> list[list[str]]:
    word = docx.Document(io.BytesIO(docx_of(paper.content, documents.form_bytes(paper.form))))
    return [[cell.text for cell in row.cells] for row in word.tables[0].rows]


def test_an_own_form_has_a_row_for_every_criterion_of_every_department_and_each_by_its_name() -> None:
    held = judged()
    names = put(form("{{测评会编号}}", rows=CELLS))
    assert {"清单", "标准", "名称", "分值", "得分", "服务态度", "企业负责人"} <= set(names)
    paper = issued(held.number, "review_sheet")
    cells = cells_of(paper)
    criteria = ["响应速度", "解决实效", "服务态度", "政策水平", "廉洁"]
    assert cells[1:6] == [["人社局", one, "20", "14.8"] for one in criteria]
    assert cells[6] == ["人社局", "态度14.8", "80.0", "74.0"]
    assert [one[3] for one in cells[7:12]] == ["—"] * 5  # four ballots: nothing of a single criterion either
    assert cells[12][:2] == ["财政局", "态度—"]
    assert cells[13:] == [["只列标准", one, "20", ""] for one in criteria]


@pytest.mark.parametrize(
    ("rows", "kind", "named"),
    [
        ((("{%tr for 行 in 清单 %}",), ("{{行.颜值}}",), ("{%tr endfor %}",)), "review_sheet", "颜值"),
        ((("{%tr for 项 in 标准 %}",), ("{{项.总分}}",), ("{%tr endfor %}",)), "review_sheet", "总分"),
        ((("{%tr for 项 in 标准 %}",), ("{{项.名称}}",), ("{%tr endfor %}",)), "task_list", "标准"),
        ((("{{服务态度}}",),), "review_sheet", "服务态度"),
    ],
)
def test_a_criterion_that_nobody_could_fill_in_is_named(rows: Any, kind: str, named: str) -> None:
    why = refused(put, form("{{县区}}", rows=rows), kind)
    assert why.code == "form.invalid.unknown" and named in why.facts["names"]


@pytest.mark.parametrize(
    "text",
    [
        "{% for 行 in 清单 %}{% for 项 in 行.单位 %}{{项.名称}}{% endfor %}{% endfor %}",
        "{% for 项 in 标准 %}{% for 行 in 清单 %}{{行.单位}}{% endfor %}{% endfor %}",
        "{% for 项 in 标准 %}{% for 目 in 项.标准 %}{{目.名称}}{% endfor %}{% endfor %}",
        "{% for 行 in 清单 %}{% for 行 in 行.标准 %}{{行.名称}}{% endfor %}{% endfor %}",
    ],
)
def test_criteria_are_gone_through_once_and_within_a_line_only(text: str) -> None:
    assert refused(put, form(text)).code == "form.invalid.statement"


def test_a_sheet_signed_before_criteria_were_frozen_leaves_their_places_empty() -> None:
    held = judged()
    put(form("{{测评会编号}}", rows=CELLS))
    paper = issued(held.number, "review_sheet")
    for key in ("criteria", "raters"):
        paper.content.pop(key)
    cells = cells_of(paper)
    assert cells[1:] == [["人社局", "态度", "", "74.0"], ["财政局", "态度", "", "—"]]


# ---- 会议纪要 ----
def test_a_minute_of_an_entry_says_who_was_there_what_was_decided_and_the_orders_born_of_it() -> None:
    entry = met()
    _entry, order = books.give_order(
        actor=cast.actor("zhou"), number=entry.number,
        facts={"title": "招20名焊工", "category": "recruitment", "facts": "缺20人。"}, requester="foundry", now=cast.NOW,
    )  # fmt: skip
    paper = issued(entry.number, "half_month_minute", **MINUTE)
    assert paper.content["rows"] == [["参加人", MINUTE["row0"]], ["会议情况", "谈了招工"], ["议定事项", MINUTE["row2"]]]
    assert paper.content["items"][0][:2] == [order.number, "招20名焊工"]
    assert entry.number in paper.content["body"][0] and "招工难" in paper.content["body"][0]
    assert paper.content["members"] == [order.number, entry.number]
    word = docx.Document(io.BytesIO(docx_of(paper.content)))
    assert [len(one.rows) for one in word.tables] == [3, 2]
    assert words.since(paper.content, again(paper)) == []
    assert verify().faults == []


def test_a_book_that_names_a_shared_minute_has_a_kind_of_its_own_with_its_own_name_and_numbers() -> None:
    facts = {"unit": "equipment", "date": "2022-09-28", "topic": "三季度测评", "enterprises": ["foundry"],
             "departments": ["labour_bureau"], "supervisors": 3}  # fmt: skip
    entry = books.enter(
        actor=cast.actor("shen"), programme="enterprise_order", activity="rating_meeting", facts=facts,
        files=minutes(), now=cast.NOW,
    )  # fmt: skip
    ((kind, may),) = actions.offered(entry, cast.actor("zhou"))
    assert (kind.key, kind.name, may) == ("meeting_minute-rating_meeting", "政企“面对面”对接测评会纪要", True)
    paper = issued(entry.number, kind.key, **MINUTE)
    assert "政企“面对面”对接测评会”会议纪要" in paper.content["heading"] and paper.number == "2022-0001"
    assert entry.number in paper.content["body"][0] and "三季度测评" in paper.content["body"][0]
    assert [one.id for one in actions.signed(entry, cast.actor("shen"))] == [paper.id]
    assert words.since(paper.content, again(paper)) == []
    assert [one for one, _may in actions.offered(met(), cast.actor("zhou")) if one.key.startswith("meeting_")] == []
    put(form("{{台账}}{{文号}}"), kind.key)  # a county's own form belongs to the one book
    second = issued(entry.number, kind.key, **MINUTE)
    word = docx.Document(io.BytesIO(docx_of(second.content, documents.form_bytes(second.form))))
    assert word.paragraphs[0].text == "政企“面对面”对接测评会2022-0002"
    assert verify().faults == []


def test_a_minute_says_what_became_of_its_entry_and_a_correction_starts_from_its_words() -> None:
    entry = met()
    first = issued(entry.number, "half_month_minute", **MINUTE)
    books.correct(
        actor=cast.actor("zhou"), number=entry.number, reason="写错了", now=cast.NOW,
        facts={"unit": "equipment", "date": "2022-09-28", "topic": "招工和用电", "attendance": 14, "issues": 2},
    )  # fmt: skip
    (one,) = words.since(first.content, again(first))
    assert "招工难" in one.then and "招工和用电" in one.now
    draft = actions.draft(actor=cast.actor("zhou"), number=entry.number, kind="half_month_minute", now=cast.NOW)
    assert draft.made.texts == MINUTE
    second = issued(entry.number, "half_month_minute", row2="由人社局三天内上门")
    assert second.content["rows"][0][1] == MINUTE["row0"] and second.content["rows"][2][1] == "由人社局三天内上门"
    assert second.replaces == first.id and verify().faults == []


def test_a_minute_without_words_of_a_day_off_or_of_a_withdrawn_entry_is_refused() -> None:
    entry = met()
    why = refused(issued, entry.number, "half_month_minute", row0="周敏")
    assert why.problems == {"row1": "missing", "row2": "missing"}
    books.withdraw(actor=cast.actor("zhou"), number=entry.number, reason="重复", now=cast.NOW)
    assert refused(issued, entry.number, "half_month_minute", **MINUTE).code == "issue_document.state.withdrawn"
    off = books.enter(
        actor=cast.actor("shen"), programme="enterprise_order", activity="half_month_meeting",
        facts={"unit": "equipment", "date": "2022-09-15", "idle": "holiday"}, now=cast.NOW,
    )  # fmt: skip
    assert refused(issued, off.number, "half_month_minute", **MINUTE).code == "issue_document.state.idle"
    assert not Document.objects.exists()


def test_a_minute_is_read_by_who_reads_the_entry_and_signed_at_the_desk_alone() -> None:
    entry = met()
    paper = issued(entry.number, "half_month_minute", **MINUTE)
    assert document_lists.list_of(actor=cast.actor("he"), id_=paper.id).id == paper.id
    for other in ("wang", "sun", "guo"):
        with pytest.raises(NotFound):
            document_lists.list_of(actor=cast.actor(other), id_=paper.id)
    assert refused(issued, entry.number, "half_month_minute", "he", **MINUTE).code == "issue_document.post"


def test_the_same_form_sent_twice_signs_one_paper() -> None:
    entry = met()
    common: dict[str, Any] = {
        "actor": cast.actor("zhou"), "number": entry.number, "kind": "half_month_minute", "now": cast.NOW,
        "compose": papers.composed_list, "texts": MINUTE, "command": "k" * 32,
    }  # fmt: skip
    assert actions.issue(**common).id == actions.issue(**common).id
    assert Document.objects.count() == 1


# ---- another program ----
@pytest.mark.long
def test_libreoffice_opens_sheets_minutes_and_an_own_form_with_criteria(tmp_path: Path) -> None:
    held, entry = judged(), met()
    sheet, result = issued(held.number, "review_sheet"), issued(held.number, "review_result")
    minute = issued(entry.number, "half_month_minute", **MINUTE)
    put(form("{{测评会编号}}", rows=CELLS))
    own = issued(held.number, "review_sheet")
    assert own.form
    made = pages_of(tmp_path, {
        "sheet.docx": docx_of(sheet.content), "result.docx": docx_of(result.content),
        "minute.docx": docx_of(minute.content),
        "own.docx": docx_of(own.content, documents.form_bytes(own.form)),
    })  # fmt: skip
    assert all(one.startswith(b"%PDF") and len(one) > 3000 for one in made.values())
