"""The pages of briefs: a period chosen, words edited, desks passed, every number opened, handed out and compared."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import docx
import pytest
from django.test import Client
from python_calamine import load_workbook

from bihuan.actions.briefs import brief_of
from bihuan.core.briefs import BriefState
from bihuan.store import events
from bihuan.store.models import Brief, BriefMember
from tests import cast, lives
from tests.actions.test_briefs import LATER, drafted, issued, place, solved
from tests.web.staff import at, links, queries, signed_in, source, text

pytestmark = pytest.mark.django_db
LIST = "/reports/briefs/"
PERIOD = {"kind": "running", "since": "2022-01-01", "until": "2022-09-30", "as_of": ""}


@pytest.fixture
def he() -> Client:
    cast.found()
    at(LATER)
    return signed_in("he")


def kept(address: str) -> BriefState:
    return brief_of(actor=cast.SYSTEM, id_=int(address.strip("/").split("/")[2]))


def sent(client: Client, page: str, do: str, **more: str) -> int:
    given = {"do": do, "expect": str(kept(page).seq), **more}
    return client.post(page, given).status_code


def test_a_brief_is_written_by_choosing_a_period_and_goes_to_its_number(he: Client) -> None:
    solved()
    shown = text(he.get(LIST))
    assert "还没有简报" in shown and "写出草稿" in shown
    page = str(he.post(LIST, PERIOD).headers["Location"])
    draft = text(he.get(page))
    assert "产业链点单服务运行简报" in draft and "草稿，未编号" in draft and "正在编辑" in draft
    assert "2022年1—9月，受理企业诉求 1 件" in draft
    assert sent(he, page, "issue") == 409 and sent(he, page, "pass") == 302
    zhao, luo = signed_in("zhao"), signed_in("luo")
    at(LATER)
    assert "送签发" in text(zhao.get(page)) and sent(zhao, page, "back", reason="请加小标题") == 302
    assert "退回编辑：请加小标题" in text(he.get(page))
    assert sent(he, page, "pass") == 302 and sent(zhao, page, "pass") == 302 and sent(luo, page, "issue") == 302
    done = text(he.get(page))
    assert "产业链运行简报 第1期 已签发冻结" in done and "第1期" in done
    assert "编辑：何静 审核：赵志远 签发：罗主任" in done and "报： 市委组织部" in done
    assert "第1期" in text(he.get(LIST))


def test_a_period_that_cannot_be_is_told_beside_its_field_and_kept(he: Client) -> None:
    answer = he.post(LIST, {**PERIOD, "since": "去年", "until": "2022-09-30"})
    assert answer.status_code == 400 and "不是日期，请写成 2022-10-25" in text(answer)
    assert 'value="去年"' in source(answer)
    answer = he.post(LIST, {**PERIOD, "since": "2022-10-01"})
    assert answer.status_code == 400 and "开始日期晚于结束日期" in text(answer)
    assert not Brief.objects.exists()


def test_every_number_of_a_brief_opens_as_many_records_as_it_says(he: Client) -> None:
    number = solved()
    brief = drafted()
    page = f"{LIST}{brief.id}/"
    opened = links(he.get(page), f"{page}?figure=")
    assert len(opened) == len(brief.figures)
    for address in opened:
        n = address.rpartition("=")[2]
        answer = he.get(address)
        assert answer.status_code == 200
        figure = brief.figures[n]
        shown = source(answer).partition('id="pane"')[2].partition("</section>")[0]
        assert figure["wording"] in shown
        assert shown.count('<td class="nowrap">') == min(figure["parts"][0][1], 20), figure["name"]
    n = place(brief, "eo_solved")
    assert number in text(he.get(f"{page}?figure={n}")) and number in text(he.get(f"{page}figures/{n}/"))


def test_words_and_styles_are_edited_and_a_typed_number_stands_beside_its_paragraph(he: Client) -> None:
    solved()
    brief = drafted()
    page = f"{LIST}{brief.id}/"
    n, loans = place(brief, "eo_requests"), place(brief, "eo_loans")
    form = text(he.get(f"{page}edit/"))
    assert "【1：1】" in source(he.get(f"{page}edit/")) and "简报里的数" in form
    wrong = he.post(f"{page}edit/", {"expect": "1", "p-2": "解决98个问题。"})
    assert wrong.status_code == 400 and "“98个”是手写的数" in text(wrong) and "解决98个问题。" in source(wrong)
    right = he.post(f"{page}edit/", {"expect": "1", "p-2": f"企业点了【{n}：5】件单。", f"style-{loans}": "yi"})
    assert right.status_code == 302
    assert "企业点了 1 件单" in text(he.get(page))
    assert kept(page).figures[str(loans)]["wording"] == "0.015亿元" and kept(page).seq == 2


def test_a_brief_is_handed_out_as_word_text_json_and_a_workbook_and_the_register_knows(he: Client) -> None:
    number = solved()
    brief = issued()
    page = f"{LIST}{brief.id}"
    word = docx.Document(io.BytesIO(he.get(f"{page}.docx").content))
    said = "\n".join(one.text for one in word.paragraphs)
    assert "产业链点单服务运行简报" in said and "第1期\t2022年10月1日" in said and "内部资料" in said
    assert word.paragraphs[3].style.name == "Title"
    assert [row.cells[0].text for row in word.tables[0].rows][-1] == "编辑：何静　　审核：赵志远　　签发：罗主任"
    assert "受理企业诉求1件" in he.get(f"{page}.txt").content.decode()
    listed = json.loads(he.get(f"{page}.json").content)
    one = next(one for one in listed["figures"] if one["indicator"] == "eo_solved")
    assert (one["value"], one["wording"], one["opens"], one["members"]) == ("1", "1", "records", 1)
    assert one["query"].startswith("/reports/figures/enterprise_order/eo_solved/?from=2022-01-01&to=2022-09-30")
    assert he.get(f"{page}/export/").status_code == 302
    answer = he.post(f"{page}/export/")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert len(book.sheet_names) == 1 + len(brief.figures)
    rows = book.get_sheet_by_name(f"{place(brief, 'eo_loans')} 获得融资贷款").to_python()
    assert [row[0] for row in rows].count(number) == 1
    assert next(row[3] for row in rows if row[0] == number) == 1500000
    exported = [one for chain in events.of_kind("setup").values() for one in chain if one.verb == "exported"]
    assert exported[-1].facts["what"] == "产业链运行简报 第1期"


def test_an_issued_brief_is_compared_with_now_and_says_what_came(he: Client) -> None:
    solved()
    brief = issued()
    page = f"{LIST}{brief.id}/"
    assert "每个数都和签发时相同" in text(he.get(f"{page}now/"))
    late = solved(LATER)
    at(LATER + timedelta(days=3))
    he = signed_in("he")
    told = text(he.get(f"{page}now/"))
    assert "和签发时不同" in told and f"多：{late} 销号" in told and "都和冻结的一致" in told
    pane = text(he.get(f"{page}?figure={place(brief, 'eo_solved')}"))
    assert "现在为2个" in pane and late in pane


def test_a_reader_sees_the_count_of_a_frozen_figure_and_only_the_records_that_are_theirs(he: Client) -> None:
    number = solved()
    brief = issued()
    page = f"{LIST}{brief.id}/figures/{place(brief, 'eo_solved')}/"
    assert number in text(he.get(page))
    head = signed_in("jin")  # heads the finance bureau, which had nothing to do with it
    shown = text(head.get(page))
    assert number not in shown and "不在您可看的范围，照样计数" in shown
    assert signed_in("sun").get(page).status_code == 404
    assert signed_in("sun").get(LIST).status_code == 404


@pytest.mark.parametrize("before", [False, True])
def test_a_duty_in_an_issued_brief_opens_its_period_also_where_it_was_frozen_without_its_facts(
    he: Client, before: bool
) -> None:
    solved()
    brief = issued()
    n = place(brief, "cad_due")
    page = f"{LIST}{brief.id}/figures/{n}/"
    if before:  # as earlier versions froze it
        for kept in BriefMember.objects.filter(brief=brief.id, figure=n):
            rows = [{key: row[key] for key in row if key != "more"} for row in json.loads(kept.content)]
            BriefMember.objects.filter(pk=kept.pk).update(content=json.dumps(rows))
    opened = links(he.get(page), "/duties/cadence/huddle/")
    assert len(opened) == min(brief.figures[str(n)]["parts"][0][1], 100) > 0
    assert "of=equipment" in opened[0] and "from=2022-01-01" in opened[0]
    assert he.get(opened[0]).status_code == 200
    said = text(he.get(page))
    assert ("：没有记" in said) != before
    assert "/2022-" not in said  # days as people say them


@pytest.mark.parametrize("part", ["", "?figure=1", "figures/1/"])
def test_a_brief_asks_the_database_the_same_few_times_whatever_the_history(he: Client, part: str) -> None:
    solved()
    brief = issued()
    before = queries(he, f"{LIST}{brief.id}/{part}")
    for n in range(3):
        lives.submitted(LATER + timedelta(hours=n))
    assert queries(he, f"{LIST}{brief.id}/{part}") == before <= 30
