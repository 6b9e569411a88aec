"""The API does what the pages do, for who holds a token, and answers everything else in one JSON sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from bihuan.actions import orders as actions
from bihuan.actions import tokens
from bihuan.api.bearer import LIMIT
from bihuan.core.chain import digest
from bihuan.core.permission import SYSTEM
from bihuan.store import clock, events
from bihuan.store import orders as rows
from tests import cast

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]

FIELDS = {"title": "数控操作工缺口30人", "category": "recruitment", "facts": "旺季订单排到春节，缺30人。"}
NEW = {"programme": "enterprise_order", "type": "enterprise_request", "fields": FIELDS, "requester": "foundry"}


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


@pytest.fixture
def ask(client: Client) -> Ask:
    """Return a function that asks the API as one of the cast: ask("zhou", "GET", "/orders", {...}, key="…")."""
    made: dict[str, str] = {}

    def asked(who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if who and who not in made:
            made[who], _ = tokens.make_token(actor=SYSTEM, name=who, person=who, now=clock.now())
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            given["Authorization"] = f"Bearer {made[who]}"
        data = json.dumps(body) if body is not None else ""
        return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=given)

    return asked


def opened(ask: Ask) -> str:
    answer = ask("zhou", "POST", "/orders", NEW)
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["number"])


def moved(ask: Ask, who: str, number: str, verb: str, **facts: Any) -> Any:
    return ask(who, "POST", f"/orders/{number}/moves", {"verb": verb, "facts": facts})


def dispatched(ask: Ask) -> str:
    number = opened(ask)
    moved(ask, "zhou", number, "register", category="recruitment", importance="heavy", urgency="urgent")
    done = moved(ask, "zhou", number, "dispatch", lead="labour_bureau", supervisor="zone.supervisor")
    assert done.status_code == 200, done.json()
    return number


def test_an_order_is_opened_with_its_number_and_a_link_that_works(ask: Ask, client: Client) -> None:
    answer = ask("zhou", "POST", "/orders", NEW)
    body = answer.json()
    assert (answer.status_code, body["state"], body["seq"]) == (201, "submitted", 1)
    order = rows.by_number(body["number"], seen_by=SYSTEM).order
    assert (order.requester, order.title, order.desk) == ("foundry", FIELDS["title"], "equipment")
    assert client.get(body["track"]).status_code == 200


def test_without_a_token_or_with_a_wrong_one_nothing_is_told(ask: Ask, client: Client) -> None:
    number = opened(ask)
    for path in ("/orders", f"/orders/{number}", f"/orders/{number}/events", "/nothing"):
        answer = ask("", "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = client.get("/api/v1/orders", headers={"Authorization": "Bearer bh_" + "x" * 43})
    assert wrong.status_code == 401


def test_a_revoked_token_and_a_session_open_nothing(client: Client) -> None:
    text, _ = tokens.make_token(actor=SYSTEM, name="robot", person="zhou", now=clock.now())
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/api/v1/orders", headers=headers).status_code == 200
    tokens.revoke_token(actor=SYSTEM, name="robot", now=clock.now())
    assert client.get("/api/v1/orders", headers=headers).status_code == 401
    from django.contrib.auth import get_user_model

    client.force_login(get_user_model().objects.create_user("zhou", password="long enough 1"))
    assert client.get("/api/v1/orders").status_code == 401


def test_a_token_dies_with_the_post_it_stands_for() -> None:
    text, _ = tokens.make_token(actor=SYSTEM, name="robot", person="zhou", now=clock.now())
    assert tokens.actor_of_token(text, clock.now()) is not None
    from bihuan.store import network, versions

    network.end_holding(person="zhou", post=cast.POST_OF["zhou"], until=(clock.now() - timedelta(days=2)).date())
    versions.bump("network")
    assert tokens.actor_of_token(text, clock.now()) is None


def test_a_stranger_and_a_wrong_number_meet_the_same_404(ask: Ask) -> None:
    number = opened(ask)
    strange, absent = ask("sun", "GET", f"/orders/{number}"), ask("sun", "GET", "/orders/QD2022-9999")
    assert (strange.status_code, strange.json()) == (404, absent.json())
    assert ask("sun", "POST", f"/orders/{number}/moves", {"verb": "register"}).status_code == 404
    assert ask("sun", "GET", "/orders").json()["orders"] == []


def test_the_whole_loop_can_be_made_through_the_api(ask: Ask) -> None:
    number = dispatched(ask)
    assert moved(ask, "wang", number, "accept").status_code == 200
    moved(ask, "wang", number, "reply_requester", result="solved", answer="办好了")
    moved(ask, "wang", number, "reply_desk", result="solved", report="办好了", workers_hired=21)
    moved(ask, "hebing", number, "approve")
    moved(ask, "zhou", number, "check", confirmed="yes")
    moved(ask, "liufang", number, "rate", rating="satisfied")
    last = moved(ask, "zhou", number, "close")
    assert (last.status_code, last.json()["state"]) == (200, "closed")
    seen = ask("zhou", "GET", f"/orders/{number}").json()
    assert (seen["solved"], seen["rating"], seen["moves"][0]["verb"]) == (True, "satisfied", "callback")


def test_an_order_tells_its_limits_the_moves_and_why_others_cannot_be_made(ask: Ask) -> None:
    seen = ask("wang", "GET", f"/orders/{dispatched(ask)}").json()
    assert {clock_["key"] for clock_ in seen["clocks"]} >= {"promise", "handling", "accepting"}
    assert all(clock_["light"]["color"] in ("green", "yellow", "orange", "red", "none") for clock_ in seen["clocks"])
    possible = {move["verb"]: move for move in seen["moves"]}
    assert "accept" in possible
    fields = {field["key"]: field for field in possible["ask_return"]["fields"]}
    assert fields["reason"]["required"]
    refused = {move["verb"]: move for move in seen["refused"]}
    assert refused["close"]["code"] == "close.post"
    assert "销号" in refused["close"]["sentence"]
    assert not possible.keys() & refused.keys()


def test_the_events_come_with_hashes_that_chain_and_fit_the_record(ask: Ask) -> None:
    number = dispatched(ask)
    found = ask("zhou", "GET", f"/orders/{number}/events").json()["events"]
    assert [event["verb"] for event in found] == ["submit", "register", "dispatch"]
    assert [event["prev"] for event in found[1:]] == [event["hash"] for event in found[:-1]]
    stored = events.of_order(rows.by_number(number, seen_by=SYSTEM).order.id)
    assert [event["hash"] for event in found] == [digest(event.body) for event in stored]
    assert found[2]["facts"]["lead"] == "labour_bureau"


def test_the_rated_never_read_the_rating_and_the_requester_never_reads_inner_words(ask: Ask) -> None:
    number = dispatched(ask)
    moved(ask, "wang", number, "accept")
    moved(ask, "wang", number, "progress", text="内部的话")
    moved(ask, "wang", number, "reply_requester", result="solved", answer="办好了")
    moved(ask, "wang", number, "reply_desk", result="solved", report="只给派单台")
    moved(ask, "hebing", number, "approve")
    moved(ask, "zhou", number, "check", confirmed="yes")
    moved(ask, "liufang", number, "rate", rating="very_satisfied", words="谢谢你们")
    handler = ask("wang", "GET", f"/orders/{number}/events").content.decode()
    assert "very_satisfied" not in handler
    assert "谢谢你们" not in handler
    assert ask("wang", "GET", f"/orders/{number}").json()["rating"] == ""
    outward = ask("liufang", "GET", f"/orders/{number}/events").content.decode()
    assert "只给派单台" not in outward
    assert "内部的话" not in outward
    assert "办好了" in outward
    seen = ask("liufang", "GET", f"/orders/{number}").json()
    assert (seen["handler"], seen["priority"], seen["supervisor"]) == ("", "", "")
    assert {clock_["key"] for clock_ in seen["clocks"]} == {"promise"}


def test_a_personal_value_is_nowhere_in_what_the_api_tells(ask: Ask) -> None:
    answer = ask("zhou", "POST", "/orders", {**NEW, "fields": {**FIELDS, "contact_phone": "13800000618"}})
    number = answer.json()["number"]
    for path in (f"/orders/{number}", f"/orders/{number}/events", "/orders"):
        assert "13800000618" not in ask("zhou", "GET", path).content.decode()


def test_what_may_not_be_done_now_is_409_with_code_and_sentence(ask: Ask) -> None:
    number = dispatched(ask)
    answer = moved(ask, "wang", number, "close")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (409, "close.post")
    assert body["sentence"].endswith("。")
    assert body["facts"]["by"] == ["desk"]
    assert rows.by_number(number, seen_by=SYSTEM).order.seq == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "programme"),
        ({**NEW, "programme": "none"}, "programme"),
        ({**NEW, "type": "none"}, "type"),
        ({**NEW, "fields": {**FIELDS, "category": "none"}}, "category"),
        ({**NEW, "fields": {"facts": "", "category": "land"}}, "facts"),
        ({**NEW, "fields": {**FIELDS, "colour": "red"}}, "fields.colour"),
        ({**NEW, "fields": {**FIELDS, "title": {"a": 1}}}, "fields.title"),
        ({**NEW, "fields": {**FIELDS, "amount": "很多"}}, "amount"),
        ({**NEW, "fields": []}, "fields"),
        ({**NEW, "requester": "nobody"}, "requester"),
        ({**NEW, "requester": 3}, "requester"),
        ({**NEW, "requester": "a\u0000b"}, "requester"),
        ({**NEW, "wish": "more"}, "wish"),
        ([], "body"),
    ],
)
def test_faulty_input_is_400_and_names_the_field(ask: Ask, body: Any, field: str) -> None:
    answer = ask("zhou", "POST", "/orders", body)
    assert answer.status_code == 400
    assert field in answer.json()["fields"], answer.json()
    assert "Traceback" not in answer.content.decode()


def test_what_is_wrong_beside_the_fields_is_named_in_the_sentence_too(ask: Ask) -> None:
    unknown = ask("zhou", "POST", "/orders", {**NEW, "requester": "nobody"}).json()
    assert unknown["fields"] == {"requester": "点单单位：找不到这个单位，请从列表里选"}
    nobody = ask("zhou", "POST", "/orders", {name: value for name, value in NEW.items() if name != "requester"}).json()
    assert nobody["fields"] == {"desk": "请填归口单位"}


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"programme": NaN}', b'"\\ud800"', b"[" * 5000])
def test_a_body_that_is_no_json_is_400(ask: Ask, client: Client, raw: bytes) -> None:
    ask("zhou", "GET", "/orders")
    text, _ = tokens.make_token(actor=SYSTEM, name="raw", person="zhou", now=clock.now())
    headers = {"Authorization": f"Bearer {text}"}
    answer = client.generic("POST", "/api/v1/orders", raw, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "JSON" in answer.json()["fields"]["body"]
    answer = client.generic("POST", "/api/v1/orders", raw, content_type="text/plain", headers=headers)
    assert (answer.status_code, answer.json()["fields"]) == (400, {"body": "请求内容要是 JSON。"})


def test_a_stale_expectation_is_412_and_a_fitting_one_goes_through(ask: Ask) -> None:
    number = opened(ask)
    facts = {"category": "recruitment", "importance": "heavy", "urgency": "calm"}
    stale = ask("zhou", "POST", f"/orders/{number}/moves", {"verb": "register", "facts": facts, "expect": 7})
    assert (stale.status_code, stale.json()["code"]) == (412, "register.stale")
    fits = ask("zhou", "POST", f"/orders/{number}/moves", {"verb": "register", "facts": facts, "expect": 1})
    assert (fits.status_code, fits.json()["seq"]) == (200, 2)


def test_a_repeated_key_opens_one_order_and_gives_the_same_answer(ask: Ask) -> None:
    first, second = (ask("zhou", "POST", "/orders", NEW, Idempotency_Key="abc") for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert len(ask("zhou", "GET", "/orders").json()["orders"]) == 1
    assert ask("zhou", "POST", "/orders", NEW, Idempotency_Key="abd").json()["number"] != first.json()["number"]


def test_a_key_used_for_another_request_is_409_and_of_another_caller_its_own(ask: Ask) -> None:
    first = ask("zhou", "POST", "/orders", NEW, Idempotency_Key="abc").json()
    other = ask("zhou", "POST", "/orders", {**NEW, "requester": "foundry", "channel": "visit"}, Idempotency_Key="abc")
    assert (other.status_code, other.json()["code"]) == (409, "repeat.other")
    assert ask("chen", "POST", "/orders", NEW, Idempotency_Key="abc").json()["number"] != first["number"]


def test_a_refused_request_may_be_tried_again_under_its_key(ask: Ask) -> None:
    number = opened(ask)
    early = ask("zhou", "POST", f"/orders/{number}/moves", {"verb": "close"}, Idempotency_Key="k")
    assert early.status_code == 409
    again = ask("zhou", "POST", f"/orders/{number}/moves", {"verb": "remind", "facts": {}}, Idempotency_Key="k")
    assert again.status_code == 200


def test_a_repeated_move_makes_one_event_also_where_the_answer_was_lost(ask: Ask) -> None:
    number = opened(ask)
    body = {"verb": "remind", "facts": {"text": "请快一点"}}
    first = ask("zhou", "POST", f"/orders/{number}/moves", body, Idempotency_Key="r1")
    from bihuan.store.models import Answer

    Answer.objects.update(status=0, body="", at="2022-01-01T00:00:00.000000Z")  # the process died before answering
    clock_now = clock.now()
    from bihuan.core.instants import iso

    Answer.objects.update(at=iso(clock_now - timedelta(minutes=5)))
    lost = ask("zhou", "POST", f"/orders/{number}/moves", body, Idempotency_Key="r1")
    assert (first.status_code, lost.status_code) == (200, 200)


def test_a_list_is_paged_by_key_and_every_order_comes_once(ask: Ask) -> None:
    for n in range(7):
        facts = {**FIELDS, "title": f"第{n}件"}
        actions.submit_order(
            actor=cast.actor("zhou"),
            programme="enterprise_order",
            type_="enterprise_request",
            requester="foundry",
            facts=facts,
            now=cast.NOW + timedelta(minutes=n),
        )
    seen, cursor = [], ""
    while True:
        page = ask("zhou", "GET", f"/orders?limit=3&cursor={cursor}").json()
        seen += [row["title"] for row in page["orders"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == [f"第{n}件" for n in reversed(range(7))]


def test_a_list_is_narrowed_by_state_light_unit_and_openness(ask: Ask) -> None:
    first, second = opened(ask), dispatched(ask)

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in ask("zhou", "GET", f"/orders?{query}").json()["orders"]]

    assert numbers("state=submitted") == [first]
    assert numbers("unit=labour_bureau") == [second]
    assert numbers("unit=equipment") == [second, first]
    assert numbers("unit=food") == []
    assert numbers("open=false") == []
    assert numbers("programme=enterprise_order&light=red") == []
    assert sorted(numbers("light=green") + numbers("light=yellow") + numbers("light=orange")) == sorted([first, second])


@pytest.mark.parametrize(
    "query",
    ["state=none", "light=blue", "unit=none", "programme=none", "cursor=x", "limit=0", "limit=x", "open=perhaps"],
)
def test_a_faulty_query_is_400_and_names_the_parameter(ask: Ask, query: str) -> None:
    answer = ask("zhou", "GET", f"/orders?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["fields"]


def test_too_large_a_body_is_413_and_too_many_requests_are_429(ask: Ask, settings: Any) -> None:
    big = ask("zhou", "POST", "/orders", {**NEW, "fields": {"facts": "长" * 400_000}})
    assert (big.status_code, big.json()["code"]) == (413, "too_large")
    settings.API_RATE = 3
    LIMIT.clear()
    codes = [ask("zhou", "GET", "/orders").status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert int(ask("zhou", "GET", "/orders").headers["Retry-After"]) > 0


def test_every_answer_is_json_even_where_there_is_no_address_or_no_such_method(ask: Ask) -> None:
    for method, path, status in (("GET", "/none", 404), ("PUT", "/orders", 405), ("GET", "/../x", 404)):
        answer = ask("zhou", method, path)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("application/json")
        assert set(answer.json()) >= {"code", "sentence"}


def test_a_fault_of_ours_is_500_with_a_number_and_no_trace(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("zhou", "GET", "/orders")
    monkeypatch.setattr("bihuan.api.views.rows", lambda *_: 1 / 0)
    answer = ask("zhou", "GET", "/orders")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert answer.json()["facts"]["number"] in answer.json()["sentence"]
    assert "ZeroDivision" not in answer.content.decode()


def test_a_database_that_is_away_is_503_in_json(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("zhou", "GET", "/orders")
    client = Client(raise_request_exception=False)

    def away() -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr("bihuan.store.versions.current", away)
    answer = client.get("/api/v1/orders", headers={"Authorization": "Bearer bh_" + "x" * 43})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_no_form_guard_stands_before_a_token(ask: Ask) -> None:
    text, _ = tokens.make_token(actor=SYSTEM, name="script", person="zhou", now=clock.now())
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {text}"}
    answer = client.post("/api/v1/orders", json.dumps(NEW), content_type="application/json", headers=headers)
    assert answer.status_code == 201


def test_sentences_are_english_for_who_asks_for_english(ask: Ask) -> None:
    answer = ask("", "GET", "/orders", Accept_Language="en-GB")
    assert answer.headers["Content-Language"] == "en"
    assert ask("", "GET", "/orders").headers["Content-Language"] == "zh-hans"


def test_a_page_of_orders_takes_a_fixed_number_of_queries(ask: Ask, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        opened(ask)
    with django_assert_max_num_queries(5):
        ask("zhou", "GET", "/orders")
