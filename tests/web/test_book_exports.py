"""No list is left on the page: each page that lists records has its export, or stands here with the reason why not."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.actions import notices
from bihuan.store import bulk_runs
from bihuan.store.models import Delivery
from tests import cast, lives
from tests.actions import test_handovers as hand_overs
from tests.web.staff import at, signed_in, source, text
from tests.web.test_list_exports import registered, taken

pytestmark = pytest.mark.django_db

# Pages with a list, with the address by which it is taken out whole.
EXPORTED = {
    "reports": "board_export", "briefs": "briefs_export", "brief": "brief_xlsx", "figure": "figure_export",
    "stated": "stated_export", "orders": "export", "sittings": "sittings_export", "documents": "documents_export",
    "reviews": "reviews_export", "review_result": "review_result_export", "ledger_book": "ledger_export",
    "sources": "sources_export", "setup_audit": "setup_audit_export", "network_import": "network_export",
    "burden": "burden_export", "coverage": "coverage_export", "network_gaps": "network_gaps_export",
    "views": "views_export", "bulk_runs": "bulk_runs_export", "notice_unaccepted": "notice_unaccepted_export",
    "setup_people": "setup_people_export", "setup_programmes": "setup_programmes_export",
    "setup_calendar": "setup_calendar_export",
    "notices": "notices_export", "notice_setup": "notice_setup_export", "handover": "handover_export",
}  # fmt: skip
# Every other page of the staff, by the reason for which it is not taken out.
ELSEWHERE = {
    "one record, or a form for one": (
        "order order_next order_move order_sheet order_phone enter start brief_edit stated_new stated_one "
        "stated_correct stated_withdraw document document_new order_paper order_paper_draft entry_paper review_paper "
        "ledger_entry ledger_new ledger_correct ledger_withdraw ledger_order duty network_unit network_person "
        "network_unit_add network_unit_change network_unit_dissolve network_post_add network_post_change "
        "network_post_dissolve network_holder network_covered list_link setup_person setup_document notice_address "
        "notice_person me look help help_page due_calendar drafts review review_cards review_sheet"
    ),
    "a rehearsal of what was just uploaded, whose refused rows come back as a sheet": (
        "stated_import stated_import_apply ledger_import ledger_import_apply network_import_apply sources_import "
        "sources_sheet sources_return"
    ),
    "the records are those of another list, which the page links": (
        "desk mine work search ledger network order_papers sitting brief_figure brief_now bulk bulk_take_up "
        "ledger_sheet setup_programme setup_programme_diff setup_programme_plan"
    ),
    "the year's package is what is handed over": "setup_archive",
    "texts, forms and the state of the installation, not records": "snippets setup setup_documents status",
}
PUBLIC = re.compile(r"^(s/|p/|t/|in/|api/|healthz|readyz|$)")
FILE = re.compile(r"(\.docx|\.ics|\.xlsx|\.txt|\.json|files/<int:\w+>/|/export/)$")


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()
    at(cast.NOW + timedelta(hours=8))


def addresses(resolver: URLResolver, before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += addresses(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            found.append((before + str(one.pattern), one.name or ""))
    return found


def test_every_page_with_a_list_is_taken_out_or_says_why_not() -> None:
    every = addresses(get_resolver("bihuan.urls"))
    pages = {name for address, name in every if not PUBLIC.match(address) and not FILE.search(address)}
    elsewhere = {name for names in ELSEWHERE.values() for name in names.split()}
    assert pages - set(EXPORTED) - elsewhere == set()
    assert set(EXPORTED) & elsewhere == set() and (set(EXPORTED) | elsewhere) - pages - {"mine"} == set()
    assert set(EXPORTED.values()) <= {name for _address, name in every}


@pytest.mark.parametrize(
    ("person", "page", "export", "what"),
    [
        ("luo", "/duties/", "/duties/export/", "占用时间"),
        ("luo", "/duties/covered/", "/duties/covered/export/", "活动覆盖"),
        ("luo", "/network/gaps/", "/network/gaps/export/", "缺岗与覆盖"),
        ("zhou", "/orders/views/", "/orders/views/export/", "我的视图"),
        ("zhou", "/orders/bulk/", "/orders/bulk/export/", "批量办理记录"),
        ("zhou", "/notices/unaccepted/", "/notices/unaccepted/export/", "已送达、未签收"),
        ("wu", "/setup/people/", "/setup/people/export/", "人员与账号"),
        ("wu", "/setup/programmes/", "/setup/programmes/export/", "专项版本"),
        ("wu", "/setup/calendar/", "/setup/calendar/export/", "本县改的日子"),
        ("wu", "/setup/notices/", "/setup/notices/export/", "发出的通知"),
    ],
)
def test_a_page_shows_its_export_and_the_register_has_it(person: str, page: str, export: str, what: str) -> None:
    client = signed_in(person)
    assert f'action="{export}' in source(client.get(page))
    rows = taken(client, export)
    [(said, n)] = registered()
    assert said.startswith(what) and n >= len(rows) - 1
    assert client.get(export).status_code == 405  # opening a link takes nothing out


@pytest.mark.parametrize(
    "export",
    [
        "/setup/people/export/",
        "/setup/programmes/export/",
        "/setup/calendar/export/",
        "/duties/export/",
        "/setup/notices/export/",
        "/network/posts/labour_bureau.handler/handover/export/",
    ],
)
def test_who_may_not_see_the_page_finds_no_export(export: str) -> None:
    assert signed_in("chen").post(export).status_code == 404 and registered() == []


def test_what_nobody_accepted_is_handed_out_to_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.actions.notices.PART", 2)
    numbers = [lives.played(lives.DISPATCHED)[0].number for _ in range(5)]
    zhou = signed_in("zhou")
    rows = taken(zhou, "/notices/unaccepted/export/")
    assert sorted(row[1] for row in rows[1:]) == sorted(numbers) and {row[0] for row in rows[1:]} == {"人社局"}
    assert "5件" in text(zhou.get("/notices/unaccepted/"))


def test_a_bulk_run_is_handed_out_row_by_row_with_what_became_of_each() -> None:
    order, _now = lives.played(lives.DISPATCHED)
    run = bulk_runs.begin(
        command="c1", person=cast.actor("zhou").person, post=cast.actor("zhou").post, programme="enterprise_order",
        verb="remind", rows={order.number: {"facts": {}, "seq": 1}, "QD2022-9999": {"facts": {}, "seq": 1}},
        at="2022-09-29T03:00:00.000000Z",
    )  # fmt: skip
    bulk_runs.end(run.id, at="2022-09-29T03:00:01.000000Z", done=0, refused=2)
    rows = taken(signed_in("zhou"), "/orders/bulk/export/")
    assert [row[2:] for row in rows[1:]] == [
        [order.number, order.title, "没办成"], ["QD2022-9999", "", "不在您可看的范围"],
    ]  # fmt: skip


def test_what_went_out_is_handed_out_to_the_last_with_a_number_and_no_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.web.book_notices.PART", 2)
    orders = [lives.played(lives.DISPATCHED)[0] for _ in range(3)]
    notices.tell(now=cast.NOW + timedelta(days=1))
    rows = taken(signed_in("wu"), "/setup/notices/export/")
    assert len(rows) - 1 == Delivery.objects.count() and {one.number for one in orders} <= {row[2] for row in rows}
    assert "王磊" in {row[4] for row in rows}
    assert not any(one.title in str(cell) for one in orders for row in rows for cell in row)


def test_ones_own_notices_are_handed_out_to_the_last_and_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.web.book_notices.PART", 2)
    orders = [lives.played(lives.DISPATCHED)[0] for _ in range(3)]
    notices.tell(now=cast.NOW + timedelta(days=1))
    at(cast.NOW + timedelta(days=1))
    wang = signed_in("wang")
    rows = taken(wang, "/notices/export/")
    mine = Delivery.objects.filter(person="wang", channel="inapp")
    assert len(rows) - 1 == mine.count() and {row[2] for row in rows[1:]} >= {one.number for one in orders}
    wang.post("/notices/", {"upto": Delivery.objects.latest("id").id})
    assert taken(wang, "/notices/export/?only=unread")[1:] == []
    assert "/notices/export/" in source(wang.get("/notices/"))


def test_a_hand_over_is_handed_out_as_its_page_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.web.handovers.MOST", 1)
    lives_, wu = hand_overs.taken(2), signed_in("wu")
    page = f"/network/posts/{hand_overs.POST}/handover/"
    export = html.unescape(re.findall(r'action="([^"]*/export/[^"]*)"', source(wu.get(page)))[0])
    rows = taken(wu, export)
    assert {row[0] for row in rows[1:]} == {life.number for life in lives_}
    assert {row[5] for row in rows[1:]} == {"交给秦川"} and {row[1] for row in rows[1:]} == {""}
    assert {row[4] for row in taken(wu, export.replace("choice=follow", "choice=keep"))[1:]} == {"原人办完"}
