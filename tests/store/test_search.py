"""Orders are found by one, two and more characters, by those who may see them, indexed or not yet."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.actions.verify import verify
from bihuan.core import terms as rules
from bihuan.core.order_state import OrderState
from bihuan.store import lists, packs, search, terms
from bihuan.store.events import INDEX, holding
from bihuan.store.models import Event, Order, OrderText, Term
from bihuan.words.verification import broken
from tests import cast, lives

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


@pytest.fixture(params=["waiting", "indexed"])
def settle(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Every finding is the same before the worker came and after."""
    yield (lambda: None) if request.param == "waiting" else indexed


def indexed() -> None:
    while terms.fold():
        pass


def found(text: str, who: str = "zhou", **more: Any) -> list[str]:
    actor = cast.SYSTEM if who == "system" else cast.actor(who)
    page = search.orders(seen_by=actor, programmes=packs.current().values(), text=text, **more)
    return [row.number for row in page.rows]


@pytest.mark.parametrize(
    "text",
    [
        "数",
        "数控",
        "数控操作工缺口30人",
        "沅澧",
        "精密 铸造",
        "30",
        "３０人",
        "旺季订单",
        "春节",
        "国庆前到岗",
        "qd2022",
    ],
)
def test_an_order_is_found_by_what_stands_in_it(text: str, settle: Any) -> None:
    order = lives.submitted()
    settle()
    assert found(text) == [order.number]
    assert found(order.number.lower()) == [order.number]


@pytest.mark.parametrize("text", ["电", "控数", "数控工", "沅澧 电力", "13800000618", "刘芳", "——", ""])
def test_what_is_not_in_it_finds_nothing_nor_do_personal_facts(text: str, settle: Any) -> None:
    lives.submitted()
    settle()
    assert found(text) == []


def test_only_those_who_may_see_an_order_find_it(settle: Any) -> None:
    order, _ = lives.played(lives.DISPATCHED)
    settle()
    for person in cast.POST_OF:
        page = lists.page(
            seen_by=cast.actor(person), programmes=packs.current().values(), asked=lists.Asked(), now=cast.NOW
        )
        assert found("数控", person) == [row.number for row in page.rows], person
    assert found("数控", "sun") == []
    assert found("数控", "wang") == [order.number]


def test_a_secret_order_is_found_by_its_number_alone(settle: Any) -> None:
    order = lives.submitted(secret="1")
    settle()
    assert found("数控", "system") == []
    assert found(order.number, "system") == [order.number]


def test_an_order_of_a_sealed_programme_is_found_by_its_number_alone(settle: Any) -> None:
    content = deepcopy(cast.content())
    content["programme"]["sealed"] = True
    packs.publish(content, note="", by="", now=cast.NOW)
    order = lives.submitted()
    settle()
    assert found("数控", "system") == found("沅澧", "system") == []
    assert found(order.number, "system") == [order.number]


def test_an_answer_is_found_once_it_has_left_the_house(settle: Any) -> None:
    order, now = lives.played(lives.DRAFTED)
    settle()
    assert found("第二批19人") == []
    lives.go_on(order, [lives.SIGN], now)
    settle()
    assert found("第二批19人") == [order.number]
    assert found("合计到岗21人", "system") == []  # what only the desk was told


def test_the_newest_come_first_and_pages_follow_one_another(settle: Any) -> None:
    made = [lives.submitted(cast.NOW + timedelta(minutes=n)) for n in range(7)]
    settle()
    newest = [order.number for order in reversed(made)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = search.orders(
            seen_by=cast.actor("zhou"), programmes=packs.current().values(), text="数控", cursor=cursor, limit=3
        )
        seen += [row.number for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert seen == newest


def test_some_indexed_and_some_waiting_are_one_list() -> None:
    made = []
    for n in range(6):
        made.append(lives.submitted(cast.NOW + timedelta(minutes=n)))
        if n == 2:
            indexed()
    newest = [order.number for order in reversed(made)]
    assert found("数控") == newest
    first = search.orders(seen_by=cast.actor("zhou"), programmes=packs.current().values(), text="数控", limit=4)
    assert [row.number for row in first.rows] == newest[:4]
    assert found("数控", cursor=first.next) == newest[4:]


def _copies(order: OrderState, n: int, **changed: Any) -> None:
    row = Order.objects.get(pk=order.id)
    fields = {field.attname: getattr(row, field.attname) for field in Order._meta.fields}
    Order.objects.bulk_create(
        Order(**{**fields, "id": row.id - 1 - k, "number": f"{row.number}-{k}", **changed}) for k in range(n)
    )
    wanted = rules.terms(rules.text_of([row.title]))
    Term.objects.bulk_create(Term(term=term, order=row.id - 1 - k) for k in range(n) for term in wanted)
    OrderText.objects.bulk_create(OrderText(order=row.id - 1 - k, text=rules.text_of([row.title])) for k in range(n))


def test_the_queries_do_not_grow_and_a_narrow_reader_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "WALK", 10)
    monkeypatch.setattr(search, "FURTHER", (10, 20))
    oldest = lives.submitted(cast.NOW - timedelta(days=1))
    order, _ = lives.played(lives.DISPATCHED)
    indexed()
    _copies(order, 100, requester="shanjuan", lead="land_bureau", desk="food", first_receiver="")
    handler, programmes = cast.actor("wang"), list(packs.current().values())
    with CaptureQueriesContext(connection) as made:
        page = search.orders(seen_by=handler, programmes=programmes, text="数控操作工")
    assert [row.number for row in page.rows] == [order.number] and not page.next
    assert len(made) <= 7
    assert found("数控", "liufang") == [order.number, oldest.number]
    assert found("数控", "shen") == [order.number, oldest.number]


def test_a_reading_that_comes_to_its_bound_goes_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FURTHER", (10, 20))
    monkeypatch.setattr(search, "OWN", 0)
    oldest = lives.submitted(cast.NOW - timedelta(days=1))
    order, _ = lives.played(lives.DISPATCHED)
    indexed()
    _copies(order, 100, requester="shanjuan", lead="land_bureau", desk="food", first_receiver="")
    seen, cursor, readings = [], "", 0
    while readings < 20:
        page = search.orders(
            seen_by=cast.actor("liufang"), programmes=packs.current().values(), text="数控", cursor=cursor
        )
        readings += 1
        seen += [row.number for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert seen == [order.number, oldest.number]
    assert 3 <= readings <= 8


def test_the_index_follows_what_an_order_becomes() -> None:
    order = lives.submitted()
    indexed()
    before = set(Term.objects.filter(order=order.id).values_list("term", flat=True))
    assert before == rules.terms(OrderText.objects.get(pk=order.id).text)
    lives.go_on(order, lives.ANSWERED, cast.NOW)
    assert not OrderText.objects.filter(text__contains="第二批").exists()
    indexed()
    text = OrderText.objects.get(pk=order.id)
    assert "第二批19人" in text.text and "合计到岗" not in text.text
    assert set(Term.objects.filter(order=order.id).values_list("term", flat=True)) == rules.terms(text.text)
    assert not Event.objects.filter(waits__in=holding(INDEX)).exists()


def test_only_what_changes_the_words_waits() -> None:
    order, now = lives.played(lives.ACCEPTED)
    assert list(Event.objects.filter(waits__in=holding(INDEX)).values_list("verb", flat=True)) == ["submit"]
    indexed()
    lives.go_on(order, [lives.PROGRESS, lives.ANSWER, lives.REPORT], now)
    assert not Event.objects.filter(waits__in=holding(INDEX), verb="progress").exists()
    lives.go_on(order, [lives.SIGN], now + 4 * lives.HOUR)
    assert Event.objects.filter(waits__in=holding(INDEX), verb="approve").exists()


def test_verification_names_an_order_that_is_not_found_by_what_it_says() -> None:
    order = lives.submitted()
    assert verify().broken is None  # it waits
    indexed()
    assert verify().broken is None
    OrderText.objects.update(text="别的")
    assert verify().broken == ("verify.search", {"number": order.number})
    assert "search --rebuild" in broken(*verify().broken)
    terms.renew([order.id])
    assert verify().broken is None


def test_writing_anew_puts_back_what_was_lost() -> None:
    order = lives.submitted()
    indexed()
    kept = set(Term.objects.values_list("term", "order"))
    Term.objects.filter(term__gt=0).delete()
    assert found("数控") == []
    terms.renew([order.id])
    assert set(Term.objects.values_list("term", "order")) == kept
    assert found("数控") == [order.number]


def test_a_backlog_beyond_the_bound_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "LOOKED", 3)
    made = [lives.submitted(cast.NOW + timedelta(minutes=n)).number for n in range(4)]
    page = search.orders(seen_by=cast.actor("zhou"), programmes=packs.current().values(), text="数控")
    assert page.behind and [row.number for row in page.rows] == made[::-1]
    indexed()
    assert not search.orders(seen_by=cast.actor("zhou"), programmes=packs.current().values(), text="数控").behind


def test_a_list_filters_by_the_same_words_with_its_other_conditions(settle: Any) -> None:
    order, now = lives.played(lives.DISPATCHED)
    other = lives.submitted(cast.NOW + timedelta(minutes=1), title="招数控编程员")
    settle()

    def listed(**asked: Any) -> list[str]:
        page = lists.page(
            seen_by=cast.actor("zhou"), programmes=packs.current().values(), asked=lists.Asked(**asked), now=now
        )
        return sorted(row.number for row in page.rows)

    assert listed(text="数控", open=True) == sorted([order.number, other.number])
    assert listed(text="数控", lead="labour_bureau") == [order.number]
    assert listed(text="编程", open=True) == [other.number]
    assert listed(text="编程", lead="labour_bureau") == []
    n = lists.count(
        seen_by=cast.actor("zhou"), programmes=packs.current().values(),
        asked=lists.Asked(text="数控", open=True), now=now,
    )  # fmt: skip
    assert n == 2
