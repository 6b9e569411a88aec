"""A step costs the same few statements, whatever the history of its order (decisions 23)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from bihuan.actions import orders
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor
from bihuan.store import attachments, counters, keys, lists, packs, versions
from bihuan.store.statements import one_row, rows
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)

MOST = {"postgresql": 6, "sqlite": 8}
# What a step without co-handlers, personal values or files is: read and write, or read and BEGIN to COMMIT.
USUAL = {"postgresql": 2, "sqlite": 5}


@pytest.fixture
def county() -> None:
    cast.found()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect every statement that goes to the database, BEGIN and COMMIT among them."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as caught:
        yield found
    found.extend(query["sql"] for query in caught.captured_queries)


def statements(call: Callable[[], Any]) -> list[str]:
    with counted() as found:
        call()
    return found


def submit(actor: Actor | None = None, **more: Any) -> OrderState:
    facts = {"title": "招工", "category": "recruitment", "facts": "缺人。", **more}
    return orders.submit_order(
        actor=actor or cast.actor("chen"),
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        channel="officer",
        facts=facts,
        now=cast.NOW,
    )


def dispatched(past: int, co: tuple[str, ...] = ()) -> OrderState:
    """Return a dispatched order with `past` events behind it."""
    order = submit()
    desk, now = cast.actor("zhou"), cast.NOW + timedelta(minutes=5)

    def make(verb: str, **facts: Any) -> None:
        nonlocal order
        _, order = orders.move_order(actor=desk, id_=order.id, verb=verb, facts=facts, now=now)

    make("register", category="recruitment", importance="heavy", urgency="urgent")
    while order.seq < past - 1:
        make("remind", text="请抓紧")
    make("dispatch", lead="labour_bureau", supervisor="zone.supervisor", co=list(co))
    assert order.seq == past
    return order


def accept(order: OrderState, **more: Any) -> Callable[[], Any]:
    now = cast.NOW + timedelta(hours=1)
    actor = cast.actor("wang")
    return lambda: orders.move_order(actor=actor, number=order.number, verb="accept", facts={}, now=now, **more)


def test_a_step_is_as_many_statements_after_300_events_as_after_5(county: None) -> None:
    short, long = dispatched(5), dispatched(300)
    accept(dispatched(4))()  # whatever is read once a process has been read
    few, many = statements(accept(short)), statements(accept(long))
    assert len(few) == USUAL[connection.vendor], few
    assert len(many) == len(few), many


def test_a_step_with_the_form_it_was_sent_by_is_as_many(county: None) -> None:
    short, long = dispatched(5), dispatched(300)
    few = statements(accept(short, command="form-5", expect=short.seq))
    many = statements(accept(long, command="form-300", expect=long.seq))
    assert len(few) == len(many) <= MOST[connection.vendor], many


def test_a_dispatch_to_three_offices_stays_within_the_limit(county: None) -> None:
    order = submit()
    desk, now = cast.actor("zhou"), cast.NOW + timedelta(minutes=5)
    register = {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}
    orders.move_order(actor=desk, id_=order.id, verb="register", facts=register, now=now)
    facts = {"lead": "labour_bureau", "supervisor": "zone.supervisor", "co": ["science_bureau", "finance_bureau"]}
    found = statements(lambda: orders.move_order(actor=desk, id_=order.id, verb="dispatch", facts=facts, now=now))
    assert len(found) <= MOST[connection.vendor], found
    facts = {"lead": "finance_bureau", "supervisor": "zone.supervisor", "reason": "不属人社", "co": ["land_bureau"]}
    found = statements(lambda: orders.move_order(actor=desk, id_=order.id, verb="redispatch", facts=facts, now=now))
    assert len(found) <= MOST[connection.vendor], found
    with connection.cursor() as cursor:
        cursor.execute('SELECT unit FROM store_orderunit WHERE "order" = %s', [order.id])
        assert cursor.fetchall() == [("land_bureau",)]


def test_a_submission_with_personal_values_stays_within_the_limit(county: None) -> None:
    submit()
    officer = cast.actor("chen")
    found = statements(lambda: submit(officer, contact_name="刘芳", contact_phone="13800000618", amount="3万"))
    assert len(found) <= MOST[connection.vendor], found


def test_a_step_with_a_file_stays_within_the_limit(county: None) -> None:
    order = dispatched(5)
    accept(order)()
    file = attachments.keep(name="现场.jpg", kind="image/jpeg", digest="ab" * 32, chunks=[b"x"], by="wang", at="")
    now, actor = cast.NOW + timedelta(hours=2), cast.actor("wang")
    facts = {"text": "已联系", "attachments": [file]}
    found = statements(lambda: orders.move_order(actor=actor, id_=order.id, verb="progress", facts=facts, now=now))
    assert len(found) <= MOST[connection.vendor], found
    assert [row["id"] for row in attachments.of_order(order.id, inner=True)] == [file]


def test_a_list_is_one_query_and_so_are_several_counts_and_the_counters(county: None) -> None:
    for _ in range(3):
        dispatched(3)
    desk = cast.actor("zhou")
    with versions.held():
        declared = list(packs.current().values())
        asked = {tray: lists.Asked(open=True, queue=tray) for tray in ("to_register", "to_accept", "in_progress")}
        seen: dict[str, Any] = {"seen_by": desk, "programmes": declared, "now": cast.NOW}
        assert len(statements(lambda: lists.page(**seen, asked=lists.Asked(open=True)))) == 1
        assert len(statements(lambda: lists.counts(**seen, asked=asked))) == 1
    assert len(statements(lambda: counters.read("enterprise_order", ["", "desk:equipment"]))) == 1


def test_keys_of_forms_rise_with_time_and_are_never_the_same() -> None:
    made = [keys.new_key() for _ in range(50)]
    assert len(set(made)) == 50 and all(len(key) == 32 for key in made)
    assert [key[:12] for key in made] == sorted(key[:12] for key in made)


@pytest.mark.parametrize("ask", [one_row, rows])
def test_a_fault_of_a_statement_comes_as_django_s_and_the_next_one_runs(ask: Callable[..., Any]) -> None:
    with pytest.raises(DatabaseError):
        ask("SELECT nothing FROM nowhere WHERE n = %s", [1])
    assert one_row("SELECT COUNT(*) FROM store_order WHERE id = %s", [1]) == (0,)
