"""工单清单, 导出, 代企业点单: conditions in the address, pages by key, every row taken out, several lines at once."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from python_calamine import CalamineWorkbook

from bihuan.actions import links as order_links
from bihuan.store import attachments, events, figures, lists, packs
from bihuan.store.lists import Asked
from bihuan.store.models import Event
from tests import cast, lives
from tests.web.staff import KEY, at, copies, links, queries, signed_in, source, text, title

pytestmark = pytest.mark.django_db
LIST = "/orders/"


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def rows(answer: HttpResponse) -> list[str]:
    """Return the numbers of a list, in order."""
    return re.findall(r'<td class="mono nowrap" data-l="单号">(.*?)</td>', source(answer))


def titles(client: Client, query: str) -> list[str]:
    """Return the sorted titles of a list."""
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, query
    return sorted(re.findall(r'<th scope="row"><a href="[^"]+">(.*?)</a></th>', source(answer)))


# ---------- conditions ----------
@pytest.fixture
def various() -> Client:
    """Four orders at different steps, and the dispatcher who sees them all."""
    lives.played((), title="新来的", category="land")
    lives.played(lives.DISPATCHED, title="派出的")
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE), title="销号的")
    _order, now = lives.played((*lives.CHECKED, lives.BAD), title="差评的")
    at(now + timedelta(hours=1))
    return signed_in("zhou")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("view=open", ["差评的", "新来的", "派出的"]),
        ("view=closed", ["销号的"]),
        ("view=all", ["差评的", "新来的", "派出的", "销号的"]),
        ("state=dispatched", ["派出的"]),
        ("state=dispatched,closed", ["派出的", "销号的"]),
        ("category=land", ["新来的"]),
        ("view=all&lead=labour_bureau", ["差评的", "派出的", "销号的"]),
        ("view=all&desk=food", []),
        ("view=all&result=partly_solved", ["差评的", "销号的"]),
        ("view=all&rating=satisfied", ["销号的"]),
        ("queue=to_verify", ["差评的"]),
        ("queue=to_register", ["新来的"]),
        ("view=all&moment=closed&from=2022-09-01&to=2022-09-30", ["销号的"]),
        ("view=all&moment=submitted&from=2022-09-30", []),
        ("view=all&moment=replied&on_time=1&from=2022-09-01", ["差评的", "销号的"]),
        ("q=派出", ["派出的"]),
        ("q=沅澧", ["差评的", "新来的", "派出的", "销号的"]),
        ("q=100%25", []),
        ("light=green", ["新来的", "派出的", "差评的"]),
    ],
)
def test_a_condition_in_the_address_cuts_the_list(various: Client, query: str, expected: list[str]) -> None:
    assert titles(various, query) == sorted(expected)


def test_the_count_in_the_heading_equals_the_rows(various: Client) -> None:
    answer = various.get(f"{LIST}?view=open")
    assert "共3件" in text(answer) and len(rows(answer)) == 3
    assert "每页50件，按时间倒序" in text(various.get(f"{LIST}?view=all"))  # all history is not counted


def test_an_empty_list_names_its_conditions_and_offers_to_drop_each(various: Client) -> None:
    answer = various.get(f"{LIST}?view=open&category=finance&desk=food")
    said = text(answer)
    assert "没有符合条件的单" in said and "融资" in said and "轻工食品产业链党委" in said
    assert "/orders/?view=open&desk=food" in links(answer) and "/orders/?view=open&category=finance" in links(answer)


def test_a_day_that_is_none_is_named_at_its_field(various: Client) -> None:
    answer = various.get(f"{LIST}?from=上周三")
    assert answer.status_code == 400 and "“上周三”不是日期，请写成 2022-10-25。" in text(answer)
    answer = various.get(f"{LIST}?from=2022-10-02&to=2022-10-01")
    assert answer.status_code == 400 and "开始日期晚于结束日期，请对调。" in text(answer)


@pytest.mark.parametrize("day", ["2022-09-29", "2022.9.29", "9月29日", "2022年9月29日"])
def test_days_are_read_as_people_type_them(various: Client, day: str) -> None:
    assert len(titles(various, f"view=all&from={day}&to={day}")) == 4


def test_a_number_leads_to_its_order(various: Client) -> None:
    answer = various.get(f"{LIST}?q=qd2022-0002")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/orders/QD2022-0002/")


def test_what_the_address_makes_up_does_no_harm(various: Client) -> None:
    for query in ("state=%27;--", "queue=x:y:z", "light=blue", "after=~~", "moment=body", "desk=%00", "rating=,"):
        assert various.get(f"{LIST}?{query}").status_code in (200, 400), query


def test_a_dispatcher_begins_at_the_desk_and_a_handler_at_the_list() -> None:
    at(cast.NOW)
    assert signed_in("zhou").get(LIST).headers["Location"] == "/orders/desk/"
    assert signed_in("wang").get(LIST).status_code == 200


def test_a_stranger_s_list_is_empty(various: Client) -> None:
    assert titles(signed_in("sun"), "view=all") == []


# ---------- pages by key ----------
@pytest.mark.parametrize("query", ["view=open", "view=all", "view=all&moment=submitted&from=2022-09-01", "view=closed"])
def test_pages_by_key_show_every_order_once(query: str) -> None:
    steps = (*lives.CHECKED, lives.GOOD, lives.CLOSE) if query == "view=closed" else lives.DISPATCHED
    order, now = lives.played(steps)
    copies(order.number, 119)
    at(now)
    client = signed_in("zhou")
    seen: list[str] = []
    address = f"{LIST}?{query}"
    for _page in range(4):
        answer = client.get(address)
        seen += rows(answer)
        more = [link for link in links(answer, LIST) if "after=" in link]
        if not more:
            break
        address = more[0]
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("query", ["view=open", "view=all&moment=submitted&from=2022-09-01&to=2022-09-30"])
def test_the_list_makes_the_same_few_queries_for_five_orders_and_for_four_hundred(query: str) -> None:
    for _n in range(5):
        order, now = lives.played(lives.DISPATCHED)
    at(now)
    client = signed_in("zhou")
    few = queries(client, f"{LIST}?{query}")
    copies(order.number, 400)
    assert queries(client, f"{LIST}?{query}") == few <= 8


def test_the_list_behind_a_figure_counts_what_the_figure_counts() -> None:
    """Windows over rows and tallies by month are two ways to one number."""
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    lives.played((*lives.CHECKED, lives.BAD))
    refuse = ("zhou", "refuse", {"refuse_reason": "not_duty", "where_to": "市政热线"})
    _order, now = lives.played((refuse,))
    month = {"since": "2022-08-31T16:00:00.000000Z", "until": "2022-09-30T16:00:00.000000Z"}
    windows = {
        "eo_requests": Asked(moment="submitted", **month),  # type: ignore[arg-type]
        "eo_replied": Asked(moment="replied", **month),  # type: ignore[arg-type]
        "eo_closed": Asked(moment="closed", states=("closed",), **month),  # type: ignore[arg-type]
        "eo_solved_then": Asked(moment="closed", solved=True, **month),  # type: ignore[arg-type]
        "eo_rated": Asked(moment="rated", **month),  # type: ignore[arg-type]
        "eo_satisfied": Asked(moment="rated", ratings=("satisfied",), **month),  # type: ignore[arg-type]
    }
    counted = lists.counts(seen_by=cast.SYSTEM, programmes=packs.current().values(), asked=windows, now=now)
    found = figures.figures(
        seen_by=cast.SYSTEM, programme=packs.programme("enterprise_order"), keys=windows, now=now,
        asked=figures.Asked(date(2022, 9, 1), date(2022, 9, 30)),
    )  # fmt: skip
    assert counted == {key: one.value for key, one in found.items()}
    assert list(counted.values()) == [3, 2, 1, 0, 2, 1]


# ---------- those who are rated ----------
def test_those_who_are_rated_cannot_ask_for_ratings() -> None:
    lives.played((*lives.CHECKED, lives.GOOD))
    _order, now = lives.played((*lives.CHECKED, lives.BAD))
    at(now)
    client = signed_in("wang")
    both = titles(client, "view=all")
    for query in ("view=all&rating=unsatisfied", "view=all&queue=to_verify"):
        assert titles(client, query) == both, query
    said = text(client.get(f"{LIST}?view=all"))
    assert "差评" not in said and "满意" not in said
    assert "满意" not in json.dumps(cells(client, f"{LIST}export/?view=all"), ensure_ascii=False, default=str)
    assert "满意" in json.dumps(cells(signed_in("zhou"), f"{LIST}export/?view=all"), ensure_ascii=False, default=str)


# ---------- export ----------
def cells(client: Client, address: str) -> list[list[list[object]]]:
    """Return the sheets of an export."""
    answer = client.post(address)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return [book.get_sheet_by_index(n).to_python() for n in range(2)]


def test_an_export_has_every_row_and_says_what_it_is(various: Client) -> None:
    about, sheet = cells(various, f"{LIST}export/?view=open")
    assert len(sheet) == 1 + 3 and sheet[0][:3] == ["单号", "事由", "企业"]
    facts = {str(row[0]): str(row[1]) for row in about}
    assert facts["件数"] == "3" and facts["导出人"].startswith("周敏") and "9月29日" in facts["截至"]
    about, _sheet = cells(various, f"{LIST}export/?view=all&category=land&from=2022-09-01")
    assert "用地" in [row[1] for row in about] and any("点单日期" in str(row[1]) for row in about)


def test_an_export_of_more_than_a_page_is_not_cut() -> None:
    order, now = lives.played(lives.DISPATCHED)
    copies(order.number, 700)
    at(now)
    _about, sheet = cells(signed_in("zhou"), f"{LIST}export/?view=open")
    assert len({str(row[0]) for row in sheet[1:]}) == 701


def test_each_export_is_registered_and_opening_a_link_takes_nothing_out(various: Client) -> None:
    assert various.get(f"{LIST}export/?view=open").headers["Location"] == f"{LIST}?view=open"
    assert not Event.objects.filter(verb="exported").exists()
    cells(various, f"{LIST}export/?view=open&category=land")
    [row] = Event.objects.filter(verb="exported")
    kept = events.read(row.body, row.hash)
    assert (row.kind, row.person, kept.facts["rows"]) == ("setup", "zhou", 1) and "用地" in kept.facts["what"]


def test_what_looks_like_a_formula_is_taken_out_as_text() -> None:
    _order, now = lives.played((), title="=HYPERLINK(1)")
    at(now)
    _about, sheet = cells(signed_in("zhou"), f"{LIST}export/?view=open")
    assert sheet[1][1] == "=HYPERLINK(1)"


def test_an_export_holds_no_more_than_its_reader_may_see() -> None:
    lives.played((), title="看不到的", secret="1")
    _order, now = lives.played((), title="看得到的")
    at(now)
    _about, sheet = cells(signed_in("he"), f"{LIST}export/?view=open")
    assert [row[1] for row in sheet[1:]] == ["看得到的"]
    said = text(signed_in("he").get(f"{LIST}?view=open"))
    assert "共1件" in said and "另有1件涉及商业秘密，不在您可看的范围" in said


# ---------- 代企业点单 ----------
NEW = "/orders/new/"
LINE = {
    "title": "数控工缺口30人",
    "category": "recruitment",
    "facts": "旺季缺人",
    "wish": "月底前到岗",
    "priority": "P1",
}


def line(n: int, **more: str) -> dict[str, str]:
    """Return one line of the sheet as the form sends it."""
    return {f"{key}-{n}": value for key, value in {**LINE, **more}.items()}


def enter(client: Client, *lines: dict[str, str], **more: object) -> HttpResponse:
    sent: dict[str, object] = {"requester": "foundry", "count": "3", "channel": "visit", "form_key": KEY, **more}
    for one in lines:
        sent |= one
    return client.post(NEW, sent)  # type: ignore[return-value]


@pytest.fixture
def chen() -> Client:
    at(cast.NOW)
    return signed_in("chen")


def test_only_covered_enterprises_can_be_chosen(chen: Client) -> None:
    page = source(chen.get(NEW))
    assert 'value="foundry"' in page and 'value="shanjuan"' not in page
    assert enter(chen, line(1), requester="shanjuan").status_code == 400
    assert signed_in("wang").get(NEW).status_code == 404


def test_three_matters_of_one_visit_become_three_orders_with_links(chen: Client) -> None:
    answer = enter(
        chen, line(1), line(2, title="贷款到期", category="finance", priority=""), line(3, title="扩容", category="energy"),
        contact_name="刘芳", contact_phone=lives.PHONE, visit_list="走访2022-31",
    )  # fmt: skip
    said = text(answer)
    assert answer.status_code == 200 and "已点3件" in said and "您反映的3件事已经登记" in said
    found = re.findall(r"http://testserver/t/(\w+)/", source(answer))
    assert len(set(found)) == 3 and all(order_links.order_of(token) for token in found)
    first = lives.again(_order("QD2022-0001"))
    assert (first.channel, first.requester, first.priority, first.verified) == ("visit", "foundry", "P1", True)
    assert first.fields["visit_list"] == "走访2022-31"
    assert lives.again(_order("QD2022-0002")).priority == ""


def _order(number: str):  # type: ignore[no-untyped-def]
    from bihuan.store import orders

    return orders.by_number(number, seen_by=cast.SYSTEM).order


def test_a_line_that_is_not_whole_stays_and_the_others_are_submitted(chen: Client) -> None:
    answer = enter(chen, line(1), line(2, category="", title="还没想好类别"))
    assert answer.status_code == 400 and title(answer).startswith("有1处要改：")
    said = text(answer)
    assert "已点1件" in said and "第1件：" in said
    assert 'value="还没想好类别"' in source(answer) and LINE["title"] not in source(answer).split("<form", 2)[2]


def test_a_wrong_phone_number_stops_all_lines_and_nothing_is_lost(chen: Client) -> None:
    answer = enter(chen, line(1), contact_phone="138000006")
    assert answer.status_code == 400 and "手机号" in text(answer)
    assert 'value="138000006"' in source(answer) and f'value="{LINE["title"]}"' in source(answer)
    assert titles(signed_in("zhou"), "view=all") == []


def test_an_empty_sheet_says_so(chen: Client) -> None:
    answer = enter(chen)
    assert answer.status_code == 400 and "还没有写任何一件。至少写一行。" in text(answer)


def test_a_sheet_sent_twice_makes_each_order_once(chen: Client) -> None:
    for _ in range(2):
        assert "已点2件" in text(enter(chen, line(1), line(2, title="贷款到期")))
    assert len(titles(signed_in("zhou"), "view=open")) == 2


def test_another_line_keeps_what_was_written(chen: Client) -> None:
    answer = enter(chen, line(1), more="1")
    assert (
        answer.status_code == 200
        and 'name="title-4"' in source(answer)
        and f'value="{LINE["title"]}"' in source(answer)
    )


def test_a_short_line_needs_no_second_text(chen: Client) -> None:
    enter(chen, line(1, facts=""))
    assert _order("QD2022-0001").fields["facts"] == LINE["title"]


def test_the_photo_of_the_list_goes_to_every_order(chen: Client) -> None:
    photo = SimpleUploadedFile("清单.pdf", b"%PDF-1.7\n1 0 obj\n")
    assert "已点2件" in text(enter(chen, line(1), line(2), attachments=photo))
    for number in ("QD2022-0001", "QD2022-0002"):
        assert [one["name"] for one in attachments.of_order(_order(number).id, inner=True)] == ["清单.pdf"]
    disguised = SimpleUploadedFile("清单.pdf", b"MZ\x90\x00")
    answer = enter(chen, line(1), attachments=disguised, form_key="7" * 32)
    assert answer.status_code == 400 and "清单.pdf" in text(answer)
    assert len(titles(signed_in("zhou"), "view=open")) == 2


def test_the_contacts_of_the_month_are_shown_with_a_warning_at_the_limit(chen: Client) -> None:
    for _n in range(2):
        lives.submitted(cast.NOW - timedelta(days=1))
    said = text(chen.get(f"{NEW}?requester=foundry"))
    assert "本月各专项已联系2次" in said and "本月已到上限" not in said
    lives.submitted(cast.NOW - timedelta(days=40))
    assert "本月各专项已联系2次" in text(chen.get(f"{NEW}?requester=foundry"))
    lives.submitted(cast.NOW - timedelta(hours=1))
    assert "本月已到上限" in text(chen.get(f"{NEW}?requester=foundry"))
