"""Where a figure is printed and since when it is counted, on its page."""

from __future__ import annotations

import copy
import re

import pytest

from bihuan.store import packs
from tests import cast, lives
from tests.actions.test_briefs import LATER, drafted, issued, solved
from tests.web.staff import at, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
PAGE = "/reports/figures/enterprise_order/eo_solved/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(LATER)


def where(said: str) -> str:
    return said[said.index("印在哪里") : said.index("您看不到的")]


def test_a_figure_names_the_issued_briefs_that_print_it_with_what_they_said_then() -> None:
    solved()
    brief = issued()
    solved()  # came after the brief was frozen: its number stays
    client = signed_in("luo")
    answer = client.get(PAGE)
    assert "产业链运行简报 第1期" in where(text(answer)) and "已冻结" in where(text(answer))
    printed = re.search(rf'<a class="fig" href="(/reports/briefs/{brief.id}/figures/\d+/)">([^<]+)</a>', source(answer))
    assert printed and printed[2].startswith("1")
    assert client.get(printed[1]).status_code == 200
    for link in links(answer, "/reports/"):
        assert client.get(link).status_code in (200, 302), link


def test_a_draft_is_named_to_its_desks_alone_and_a_board_without_a_way_to_who_has_another() -> None:
    solved()
    drafted()
    assert "产业链运行简报草稿" in where(text(signed_in("he").get(PAGE)))
    other = where(text(signed_in("wang").get(PAGE)))
    assert "简报" not in other
    assert "运行看板" in other and "别的岗位的看板" in other


def test_a_figure_nobody_prints_says_so() -> None:
    assert "都没有印它" in where(text(signed_in("luo").get(PAGE.replace("eo_solved", "eo_refused"))))


def test_it_says_since_when_the_figure_is_counted_and_since_when_by_its_present_definition() -> None:
    said = text(signed_in("luo").get(PAGE))
    assert "eo_solved 第1版" in said and "设立 2021-12-03起（enterprise_order@1）" in said and "现行定义" not in said
    content = copy.deepcopy(cast.content())
    one = next(one for one in content["reports"]["indicator"] if one["key"] == "eo_solved")
    one["hint"] = "换个说法"  # words alone are no other definition
    packs.publish(content, note="", by="", now=cast.NOW)
    assert "eo_solved 第1版" in text(signed_in("luo").get(PAGE))
    one["mark"] = "closed"
    packs.publish(content, note="", by="", now=LATER)
    said = text(signed_in("luo").get(PAGE))
    assert "eo_solved 第2版" in said and f"现行定义 {LATER:%Y-%m-%d}起（enterprise_order@3）" in said
    assert "设立 2021-12-03起（enterprise_order@1）" in said


def test_the_page_asks_as_often_whatever_was_printed() -> None:
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    client = signed_in("luo")
    none = queries(client, PAGE)
    for _ in range(3):
        issued()
    assert queries(client, PAGE) == none
