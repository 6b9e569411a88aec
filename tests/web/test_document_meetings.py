"""The pages of 测评表 and 会议纪要: from the round or the entry to the signed paper, and what it says of itself later."""

from __future__ import annotations

import io
import re

import pytest
import python_calamine
from django.http import HttpResponse

from bihuan.store.models import Event
from tests import cast
from tests.actions.test_document_meetings import MINUTE, issued, judged, met
from tests.actions.test_reviews import published
from tests.web.staff import at, queries, signed_in, source, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def key(answer: HttpResponse) -> str:
    found = re.search(r'name="form_key" value="(\w+)"', source(answer))
    assert found
    return found.group(1)


def test_the_chair_signs_the_sheet_of_a_round_from_its_result() -> None:
    held = judged()
    chair = signed_in("zhou")
    page = f"/reviews/{held.number}/result/"
    assert "出测评表……" in text(chair.get(page))
    draft = chair.get(f"/reviews/{held.number}/papers/review_sheet/")
    assert "草稿，未编号" in text(draft) and "不足5票，不公布" in text(draft)
    answer = chair.post(f"/reviews/{held.number}/papers/review_sheet/", {"form_key": key(draft)})
    paper = answer.headers["Location"]
    shown = text(chair.get(paper))
    assert "测评表 2022-0001" in shown and "按留存的选票重新算过，和这一份一致。" in shown
    assert chair.get(paper.rstrip("/") + ".docx").status_code == 200
    after = text(chair.get(page))
    assert "测评表 2022-0001" in after and "出测评表……" not in after and "出测评结果表……" in after


def test_a_reader_looks_at_the_sheet_and_is_told_who_signs() -> None:
    held = published(judged())
    reader = signed_in("he")
    assert "看测评表" in text(reader.get(f"/reviews/{held.number}/result/"))
    draft = reader.get(f"/reviews/{held.number}/papers/review_sheet/")
    assert "这种文书由派单台签发。" in text(draft) and "签发</button>" not in source(draft)
    assert reader.post(f"/reviews/{held.number}/papers/review_sheet/", {}).status_code == 409
    head = signed_in("hebing")
    assert "测评表" not in text(head.get(f"/reviews/{held.number}/result/"))
    assert head.get(f"/reviews/{held.number}/papers/review_sheet/").status_code == 404


def test_a_minute_is_written_on_the_entry_and_what_is_missing_is_said_at_its_row() -> None:
    entry = met()
    chair = signed_in("zhou")
    assert "出碰头会纪要……" in text(chair.get(f"/ledger/{entry.number}/"))
    address = f"/ledger/{entry.number}/papers/half_month_minute/"
    short = chair.post(address, {**MINUTE, "row2": " ", "form_key": key(chair.get(address))})
    assert short.status_code == 400 and "“议定事项”没有写" in text(short) and MINUTE["row0"] in source(short)
    answer = chair.post(address, {**MINUTE, "form_key": key(short)})
    shown = chair.get(answer.headers["Location"])
    assert "按现在的记录重新填过，和这一份一致。" in text(shown) and MINUTE["row2"] in text(shown)
    assert "更正，另发一份……" in text(shown)
    again = chair.post(address, {**MINUTE, "row2": "改为三天内", "form_key": key(chair.get(address))})
    assert "本件更正2022-0001，以本件为准。" in text(chair.get(again.headers["Location"]))
    assert "本件已由" in text(chair.get(answer.headers["Location"]))
    assert "已更正" in text(chair.get(f"/ledger/{entry.number}/"))


def test_an_entry_withdrawn_since_says_on_its_page_why_there_is_no_minute() -> None:
    entry = met()
    chair = signed_in("zhou")
    chair.post(f"/ledger/{entry.number}/withdraw/", {"reason": "重复"})
    answer = chair.get(f"/ledger/{entry.number}/papers/half_month_minute/", follow=True)
    assert "这一条台账已撤销，不再出文书。" in answer.content.decode()
    assert "出碰头会纪要" not in text(chair.get(f"/ledger/{entry.number}/"))


def test_the_register_is_handed_out_whole_to_whom_it_may_concern_and_stands_in_the_register_of_acts() -> None:
    entry = met()
    made = [issued(entry.number, "half_month_minute", **MINUTE) for _ in range(3)]
    chair = signed_in("zhou")
    assert "/documents/export/" in source(chair.get("/documents/"))
    answer = chair.post("/documents/export/?kind=half_month_minute")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer)))  # type: ignore[call-overload]
    rows = book.get_sheet_by_index(1).to_python()
    assert {row[1]: (row[9], row[10]) for row in rows[1:]} == {
        one.number: ("" if one is made[2] else "已更正", one.digest) for one in made
    }
    assert "文书登记；碰头会纪要" in str(Event.objects.filter(kind="setup").values_list("body", flat=True).last())
    stranger = signed_in("wang").post("/documents/export/")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(stranger)))  # type: ignore[call-overload]
    assert len(book.get_sheet_by_index(1).to_python()) <= 1


def test_the_pages_ask_for_as_much_whatever_was_signed() -> None:
    entry = met()
    chair = signed_in("zhou")
    issued(entry.number, "half_month_minute", **MINUTE)
    few = queries(chair, f"/ledger/{entry.number}/")
    for _ in range(3):
        issued(entry.number, "half_month_minute", **MINUTE)
    assert queries(chair, f"/ledger/{entry.number}/") == few
