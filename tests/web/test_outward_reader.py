"""An enterprise's contact with an account reads of its orders what the link tells, in every list, and no more."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from tests import cast, lives
from tests.web.staff import at, links, signed_in, source, text

pytestmark = pytest.mark.django_db
RETURN = ("wang", "ask_return", {"reason": "归科技", "suggested_unit": "science_bureau", "legal_basis": "三定"})
DISPUTED = ("zhou", "decide_return", {"agreed_return": "arbiter"})
INNER = ("退单", "待指定", "重·急", "王磊", "赵志远", "接单时限")


@pytest.fixture(autouse=True)
def disputed() -> None:
    """An order of the foundry whose return is in dispute, on the third day after its office should have accepted."""
    cast.found()
    _order, now = lives.played((*lives.DISPATCHED[:1], lives.DISPATCH, RETURN, DISPUTED))
    at(now.replace(month=10, day=12))


def test_my_work_says_in_outward_words_where_an_order_stands() -> None:
    said = text(signed_in("liufang").get("/mine/"))
    assert "已派单" in said
    assert not [word for word in (*INNER, "逾期") if word in said]


def test_the_list_shows_neither_requests_nor_clocks_of_the_office() -> None:
    client = signed_in("liufang")
    answer = client.get("/orders/?view=open")
    said = text(answer)
    assert "数控操作工缺口30人" in said
    assert "加急" in said or "平件" in said
    assert not [word for word in (*INNER, "逾期", "重·") if word in said]
    assert not [href for href in links(answer) if "view=red" in href]


def test_a_condition_about_the_office_counts_as_not_given() -> None:
    for query in ("view=red", "light=red", "queue=to_accept", "supervised=1"):
        assert "数控操作工缺口30人" in source(signed_in("liufang").get(f"/orders/?{query}")), query
    assert "数控操作工缺口30人" in source(signed_in("liufang").get("/orders/?light=grey"))


def test_the_sheet_taken_out_has_none_of_it_either() -> None:
    answer = signed_in("liufang").post("/orders/export/?view=open")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("清单").to_python()
    assert len(rows) == 2
    assert not [cell for cell in rows[1] if any(word in str(cell) for word in (*INNER, "逾期", "10-12"))]


def test_the_desk_reads_all_of_it() -> None:
    said = text(signed_in("zhou").get("/orders/?view=open"))
    assert "退单有争议，待指定" in said
    assert "重·急" in said
    assert "逾期" in said
