"""评议的页: from the code on the wall to the rectification order, and what nobody is shown."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import python_calamine
from django.test import Client

from bihuan.actions import reviews
from bihuan.actions.verify import verify
from bihuan.core.reviews import RoundState
from bihuan.store.models import Ballot, Entry, Event, Order, Round
from tests import cast
from tests.actions.test_reviews import CRITERIA, HEADS, WATCH, closed, opened, published, votes
from tests.web.staff import at, queries, signed_in, source, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db: None) -> None:
    cast.found()
    at(cast.NOW)


def phone(held: RoundState, kind: str = HEADS) -> tuple[Client, str]:
    """A telephone that has taken a ballot, and the ballot's address."""
    client = Client()
    client.get(f"/s/{reviews.hall(held, kind)}/")
    answer = client.post(f"/s/{reviews.hall(held, kind)}/")
    assert answer.status_code == 302
    return client, answer.headers["Location"]


def scored(client: Client, address: str, step: str = "good", unit: str = "labour_bureau", **headers: Any) -> Any:
    return client.post(address, {"unit": unit, **{f"k-{key}": step for key in CRITERIA}}, **headers)


def test_a_round_is_opened_on_its_page_and_projects_a_code_for_every_kind() -> None:
    chair = signed_in("zhou")
    page = chair.get("/reviews/")
    assert "开测评会" in text(page)
    answer = chair.post("/reviews/", {
        "unit": "equipment", "title": "三季度测评会", "date": "2022-09-29", "objects": ["labour_bureau"],
        HEADS: "6", WATCH: "5",
    })  # fmt: skip
    assert answer.headers["Location"] == "/reviews/CP-2022-0001/"
    page = chair.get("/reviews/CP-2022-0001/")
    assert source(page).count('class="qr"') == 2
    assert reviews.hall(opened_round(), HEADS) in source(page)


def opened_round() -> RoundState:
    found = Round.objects.get()
    from bihuan.store.reviews import of_id

    held = of_id(found.id)
    assert held is not None
    return held


def test_what_is_wrong_is_said_where_it_was_typed_and_nothing_is_lost() -> None:
    answer = signed_in("zhou").post("/reviews/", {"unit": "equipment", "title": "写好的名字", "date": "2022-09-29"})
    assert answer.status_code == 400
    assert "请勾选参评单位" in text(answer) and "写好的名字" in source(answer)
    assert not Round.objects.exists()


def test_one_phone_one_ballot_and_nothing_is_preset() -> None:
    held = opened()
    client, address = phone(held)
    assert client.post(f"/s/{reviews.hall(held, HEADS)}/").headers["Location"] == address
    assert Ballot.objects.count() == 1
    page = client.get(address)
    assert " checked" not in source(page)
    assert page.headers["Cache-Control"] == "no-store" and page.headers["Referrer-Policy"] == "no-referrer"
    assert len(page.content) < 12_000


def test_a_browser_gets_one_ballot_of_a_round_in_whichever_hall_it_asks_and_after_another_round() -> None:
    held, other = opened(), opened(title="另一场测评会")
    client, address = phone(held)
    assert client.get(f"/s/{reviews.hall(held, WATCH)}/").headers["Location"] == address
    assert client.post(f"/s/{reviews.hall(other, HEADS)}/").headers["Location"] != address
    assert client.get(f"/s/{reviews.hall(held, HEADS)}/").headers["Location"] == address
    assert Ballot.objects.count() == 2
    seat = client.cookies["bihuan_seat"].value
    rows = [str(row) for row in Ballot.objects.values()]
    assert not any(seat in row or address.split("/")[2] in row for row in rows)  # nothing leads from a ballot to it


def test_a_browser_that_keeps_nothing_gets_no_ballot_and_is_told_why() -> None:
    held = opened()
    answer = Client().post(f"/s/{reviews.hall(held, HEADS)}/")
    assert answer.status_code == 409 and "请允许它存 cookie" in text(answer)
    assert not Ballot.objects.exists()


def test_when_everybody_has_a_ballot_the_chair_stops_and_nobody_gets_a_second_one() -> None:
    held = opened()
    client, address = phone(held)
    chair = signed_in("zhou")
    page = f"/reviews/{held.number}/"
    assert "停止领票" in text(chair.get(page))
    assert chair.post(page, {"stop": "1"}).status_code == 302
    assert "谁也领不到新票" in text(chair.get(page))
    late = Client()
    assert "主持人已停止领票" in text(late.get(f"/s/{reviews.hall(held, HEADS)}/"))
    assert late.post(f"/s/{reviews.hall(held, HEADS)}/").status_code == 409
    assert chair.post(f"{page}cards/{HEADS}/").status_code == 409
    assert scored(client, address).status_code == 302 and Ballot.objects.count() == 1
    assert chair.post(page, {"invite": "1", f"more-{HEADS}": "1"}).status_code == 302
    late.get(f"/s/{reviews.hall(held, HEADS)}/")
    assert late.post(f"/s/{reviews.hall(held, HEADS)}/").status_code == 302
    assert verify().faults == []


def test_reading_changes_nothing() -> None:
    held = opened()
    Client().get(f"/s/{reviews.hall(held, HEADS)}/")
    assert not Ballot.objects.exists()


def test_the_second_opening_shows_what_was_answered() -> None:
    held = opened()
    client, address = phone(held)
    assert held.objects == ["labour_bureau", "finance_bureau"]  # as the network has them
    assert scored(client, address).headers["Location"].endswith("?n=2")
    assert source(Client().get(f"{address}?n=2")).count(" checked") == 0
    shown = source(Client().get(f"{address}?n=1"))
    assert shown.count(" checked") == 5 and "打全了" in shown


def test_a_ballot_half_filled_says_what_is_left() -> None:
    held = opened()
    client, address = phone(held)
    answer = client.post(address, {"unit": "labour_bureau", "k-response": "good"})
    assert "还差4项没打" in text(client.get(answer.headers["Location"]))


def test_the_script_is_answered_in_plain_words() -> None:
    held = opened()
    client, address = phone(held)
    answer = scored(client, address, headers={"Accept": "application/json"})
    assert answer.json() == {"kept": True}
    closed(held)
    answer = scored(client, address, headers={"Accept": "application/json"})
    assert answer.status_code == 409 and "测评已经结束" in answer.json()["said"]


def test_a_ballot_made_void_while_its_phone_was_away_is_told_to_the_script() -> None:
    held = opened()
    client, address = phone(held)
    reviews.cards(actor=cast.actor("zhou"), number=held.number, kind=HEADS)
    answer = scored(client, address, headers={"Accept": "application/json"})
    assert answer.status_code == 404 and "请再扫一次" in answer.json()["said"]


@pytest.mark.parametrize(
    ("heads", "watch", "never"),
    [
        (4, 0, ("20.0", "4.0")),  # too few altogether: every mean is 20.0 of 100, 4.0 of 20
        (6, 4, ("53.3", "20.0")),  # too few of one kind: 53.3 of six heads would give away the 20.0 of four others
    ],
)
def test_no_page_to_nobody_shows_what_a_few_ballots_came_to(heads: int, watch: int, never: tuple[str, ...]) -> None:
    held = opened()
    steps = ["very_poor"] * heads if heads < 5 else ["very_poor"] * 3 + ["good"] * 2 + ["very_good"]
    votes(held, "labour_bureau", steps)
    votes(held, "labour_bureau", ["very_poor"] * watch, WATCH)
    published(closed(held))
    shown = "43.3" in text(signed_in("he").get(f"/reviews/{held.number}/result/"))
    assert shown == (heads >= 5)  # what may be shown is shown
    pages = ("", "result/", "sheet/")
    addresses = ["/reviews/", *(f"/reviews/{held.number}/{one}" for one in pages)]
    for person in ("zhou", "shen", "luo", "zhao", "du", "fu", "he", "hebing", "wang"):
        client = signed_in(person)
        for address in addresses:
            answer = client.get(address, follow=True)
            if answer.status_code == 200:
                said = text(answer)
                assert not [one for one in never if one in said], (person, address)


def test_links_that_are_void_say_why() -> None:
    held = opened()
    client, address = phone(held)
    scored(client, address)
    forged = Client().get("/s/abcdefghijklmnopqrstuvwx/")
    assert forged.status_code == 404 and "这不是有效的票" in text(forged)
    handler = signed_in("wang")
    for asked in (handler.get(address), handler.post(f"/s/{reviews.hall(held, HEADS)}/"), scored(handler, address)):
        assert asked.status_code == 409 and "本单位的人不打分" in text(asked)
    closed(held)
    frozen = client.get(address)
    assert frozen.status_code == 410 and "不能再打分" in text(frozen)
    assert scored(client, address).status_code == 409


def test_the_end_takes_the_entry_of_the_day_with_it_or_asks_for_what_is_missing() -> None:
    held = opened()
    votes(held, "labour_bureau", ["poor"] * 6)
    chair = signed_in("zhou")
    address = f"/reviews/{held.number}/"
    refused = chair.post(address, {"close": "1", "enterprises": ["foundry"], "supervisors": "3"})
    assert refused.status_code == 400 and "先把台账补齐" in text(refused)
    assert not Entry.objects.exists()
    from django.core.files.uploadedfile import SimpleUploadedFile

    paper = SimpleUploadedFile("签到.txt", "到会6家".encode())
    answer = chair.post(address, {"close": "1", "enterprises": ["foundry"], "supervisors": "3", "evidence": paper})
    assert answer.status_code == 302
    entry = Entry.objects.get()
    assert opened_round().entry == entry.number
    assert opened_round().date == entry.date


def test_results_are_classes_with_reasons_and_become_orders() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    votes(held, "finance_bureau", ["very_good"] * 4)
    closed(held)
    published(held)
    chair = signed_in("zhou")
    page = chair.get(f"/reviews/{held.number}/result/")
    said = text(page)
    assert "需整改" in said and "不足5票，不公布" in said and "100.0" not in said
    answer = chair.post(
        f"/reviews/{held.number}/result/",
        {"rectify": "1", "pick": ["labour_bureau~effect"], "supervisor": "zone.supervisor"},
    )
    assert answer.status_code == 302
    order = Order.objects.get()
    assert order.number in text(chair.get(f"/reviews/{held.number}/result/"))
    shown = signed_in("wang").get(f"/orders/{order.number}/")
    assert "测评整改：解决实效" in text(shown) and held.number in source(shown)


def test_an_order_without_its_leader_is_refused_in_its_row_and_not_made() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    closed(held)
    published(held)
    answer = signed_in("zhou").post(
        f"/reviews/{held.number}/result/", {"rectify": "1", "pick": ["labour_bureau~effect"]}
    )
    assert answer.status_code == 409 and 'role="alert"' in source(answer)
    assert not Order.objects.exists()


def test_a_unit_judged_sees_its_own_result_alone_and_appeals_on_the_page() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    votes(held, "finance_bureau", ["very_good"] * 6)
    closed(held)
    head = signed_in("hebing")
    address = f"/reviews/{held.number}/result/"
    assert head.get(address).status_code == 404
    published(held)
    said = text(head.get(address))
    assert "人社局" in said and "财政局" not in said
    sheet = text(head.get(f"/reviews/{held.number}/sheet/", follow=True))
    assert "100.0" not in sheet
    assert head.post(address, {"contest": "labour_bureau", "reason": "票打错了"}).status_code == 302
    reviewer = signed_in("fu")
    assert reviewer.post(address, {"decide": "labour_bureau", "words": "属实"}).status_code == 400
    decided = {"decide": "labour_bureau", "decision": "upheld", "words": "核实有误"}
    assert reviewer.post(address, decided).status_code == 302
    assert "申诉成立，本次不计：核实有误" in text(head.get(address))
    assert signed_in("sun").get(address).status_code == 404


def test_cards_are_printed_once_with_as_many_links_as_seats() -> None:
    held = opened()
    answer = signed_in("zhou").post(f"/reviews/{held.number}/cards/{HEADS}/")
    tokens = re.findall(r"/s/([\w-]{24})/", source(answer))
    assert len(set(tokens)) == 12 and answer.headers["Cache-Control"] == "no-store"
    assert all(reviews.opened(one) is not None for one in tokens)
    assert signed_in("zhou").get(f"/reviews/{held.number}/cards/{HEADS}/").status_code == 405
    assert signed_in("he").post(f"/reviews/{held.number}/cards/{HEADS}/").status_code == 409


def test_pages_ask_for_as_much_whatever_the_ballots() -> None:
    held = opened()
    votes(held, "labour_bureau", ["good"] * 2)
    chair = signed_in("zhou")
    few = [queries(chair, one) for one in ("/reviews/", f"/reviews/{held.number}/")]
    votes(held, "labour_bureau", ["good"] * 8)
    opened()
    assert [queries(chair, one) for one in ("/reviews/", f"/reviews/{held.number}/")] == few


def test_a_result_is_handed_out_as_its_reader_may_see_it_and_stands_in_the_register() -> None:
    held = opened()
    votes(held, "labour_bureau", ["very_poor"] * 6)
    votes(held, "finance_bureau", ["very_good"] * 4)
    closed(held)
    address = f"/reviews/{held.number}/result/export/"
    assert signed_in("hebing").post(address).status_code == 404, "before it is published"
    published(held)
    taken = {}
    for person in ("zhou", "hebing"):
        answer = signed_in(person).post(address)
        book = python_calamine.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        assert book.sheet_names[0] == "说明"
        taken[person] = [row[0] for row in book.get_sheet_by_index(1).to_python()][1:]
        assert "100.0" not in str(book.get_sheet_by_index(1).to_python()), "of fewer than five ballots nothing is told"
    assert "财政局" in taken["zhou"] and taken["hebing"] == ["人社局"]
    assert Event.objects.filter(kind="setup", verb="exported").count() == 2
