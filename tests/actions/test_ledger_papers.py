"""一企一表 and 台账 as papers: one enterprise with its orders, outcomes and visits; a book of the ledger as it stood."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest

from bihuan.actions import document_lists as actions
from bihuan.actions import documents as papers
from bihuan.actions.document_files import docx_of
from bihuan.actions.ledger import enter
from bihuan.actions.verify import verify
from bihuan.core.refusal import Refused
from bihuan.store.orders import NotFound
from bihuan.words import documents as words
from tests import cast, lives
from tests.actions.test_briefs import LATER, SOLVED
from tests.office import pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def visited(firm: str = "foundry", day: str = "2022-09-28") -> str:
    facts = {"unit": "equipment", "date": day, "enterprise": firm, "content": "走访谈用工", "issues": 2}
    return enter(
        actor=cast.SYSTEM, programme="enterprise_order", activity="enterprise_visit", facts=facts, now=cast.NOW
    ).number


def paper(kind: str, about: str, who: str = "zhou") -> Any:
    return actions.issue_list(
        actor=cast.actor(who, LATER), programme="enterprise_order", type_="enterprise_request", kind=kind, about=about,
        compose=words.composed_list, now=LATER,
    )  # fmt: skip


def test_the_sheet_of_an_enterprise_has_its_orders_outcomes_rating_and_visits() -> None:
    order = lives.played(SOLVED)[0]
    number = visited()
    visited("shanjuan", "2022-09-27")
    made = paper("firm_sheet", "foundry")
    (line,) = made.content["items"]
    assert line[1] == order.number and "150万元" in line[6]
    assert line[7] == "满意"
    (table,) = made.content["tables"]
    assert [one[1] for one in table["items"]] == [number]
    assert made.content["members"] == [order.number, number]
    word = docx.Document(io.BytesIO(docx_of(made.content)))
    assert [len(one.rows) for one in word.tables] == [2, 2]
    assert verify().broken is None


def test_the_rated_department_and_a_stranger_do_not_find_the_sheet_of_an_enterprise() -> None:
    lives.played(SOLVED)
    made = paper("firm_sheet", "foundry")
    assert actions.list_of(actor=cast.actor("zhou", LATER), id_=made.id).id == made.id
    for stranger in ("wang", "hebing", "sun", "guo"):
        with pytest.raises(NotFound):
            actions.list_of(actor=cast.actor(stranger, LATER), id_=made.id)


def test_a_book_of_the_ledger_is_frozen_as_it_stood() -> None:
    first, second = visited(day="2022-09-26"), visited("shanjuan", "2022-09-28")
    made = paper("visit_sheet", "equipment")
    assert [one[1] for one in made.content["items"]] == [first, second]
    assert "提出问题2个" in made.content["items"][0][4]
    visited(day="2022-09-29")
    again = actions.list_of(actor=cast.actor("zhou", LATER), id_=made.id)
    assert len(again.content["items"]) == 2
    assert verify().broken is None


def test_a_book_without_entries_and_a_reader_without_the_book_are_told_so() -> None:
    with pytest.raises(Refused) as why:
        paper("visit_sheet", "equipment")
    assert why.value.problems == {"about": "no_entries"}
    visited()
    made = paper("visit_sheet", "equipment")
    with pytest.raises(NotFound):
        actions.list_of(actor=cast.actor("sun", LATER), id_=made.id)


def test_an_order_is_assigned_by_a_letter_with_a_document_number() -> None:
    order = lives.played(lives.ACCEPTED)[0]
    letter = papers.issue_document(
        actor=cast.actor("zhou", LATER),
        number=order.number,
        kind="assignment_letter",
        compose=words.composed,
        now=LATER,
    )
    assert letter.number == "链函〔2022〕1号"
    assert letter.content["heading"].endswith("交办函") and letter.content["body"][0] == "人社局："
    assert set(letter.received) == {"labour_bureau"}


@pytest.mark.long
def test_libreoffice_opens_the_sheet_of_an_enterprise_and_a_book(tmp_path: Path) -> None:
    lives.played(SOLVED)
    visited()
    papers = {"firm.docx": paper("firm_sheet", "foundry"), "book.docx": paper("visit_sheet", "equipment")}
    made = pages_of(tmp_path, {name: docx_of(one.content) for name, one in papers.items()})
    assert all(one.startswith(b"%PDF") and len(one) > 3000 for one in made.values())
