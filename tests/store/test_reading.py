"""单: what is kept in memory of an order is what its row says, whoever wrote it."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bihuan.actions import orders
from bihuan.actions.verify import verify
from bihuan.core.chain import canonical, plain
from bihuan.core.order_state import OrderState
from bihuan.store import orders as rows
from bihuan.store.recent import Recent
from tests import cast

pytestmark = pytest.mark.django_db

DECOMPOSED = "Cafe\u0301 有限公司"


@pytest.fixture
def county(db: None) -> None:
    cast.found()


def submit(**more: Any) -> OrderState:
    facts = {"title": "招工", "category": "recruitment", "facts": "缺人。"}
    given: dict[str, Any] = {"requester": "foundry", "channel": "officer", "facts": facts, **more}
    return orders.submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", now=cast.NOW, **given
    )


def register(order: OrderState, hours: int = 1) -> OrderState:
    facts = {"category": "recruitment", "importance": "heavy", "urgency": "urgent"}
    now = cast.NOW + timedelta(hours=hours)
    return orders.move_order(actor=cast.actor("zhou"), number=order.number, verb="register", facts=facts, now=now)[1]


def remind(order: OrderState) -> OrderState:
    now, facts = cast.NOW + timedelta(hours=2), {"text": "请抓紧"}
    return orders.move_order(actor=cast.actor("zhou"), number=order.number, verb="remind", facts=facts, now=now)[1]


def body_of(order: OrderState) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM store_order WHERE id = %s", [order.id])
        return str(cursor.fetchone()[0])


def test_an_order_that_another_process_moved_is_read_anew(county: None, monkeypatch: pytest.MonkeyPatch) -> None:
    order = register(submit())
    desk = cast.actor("zhou")
    assert rows.by_number(order.number, seen_by=desk).order == order
    with monkeypatch.context() as other:
        other.setattr(rows, "_STATES", Recent())  # what another process has in memory
        other.setattr(rows, "_PROJECTED", Recent())
        moved = remind(order)
    found = rows.by_number(order.number, seen_by=desk).order
    assert found.seq == moved.seq == order.seq + 1
    assert found == moved == OrderState.load(plain(body_of(order)))


def test_a_state_that_is_known_is_still_shown_to_nobody_else(county: None) -> None:
    order = register(submit())
    rows.by_number(order.number, seen_by=cast.actor("zhou"))
    with pytest.raises(rows.NotFound):
        rows.by_number(order.number, seen_by=cast.actor("wang"))  # an office it was not dispatched to


def test_text_that_was_typed_decomposed_is_stored_composed_at_every_step(county: None) -> None:
    order = submit(requester="", requester_name=DECOMPOSED, desk="equipment")
    for step in (register, remind):
        order = step(order)
        body = body_of(order)
        assert unicodedata.is_normalized("NFC", body) and "Caf\u00e9" in body
        assert canonical(plain(body)) == body
    assert verify().broken is None
    assert rows.by_number(order.number, seen_by=cast.actor("zhou")).order == OrderState.load(plain(body))


def test_what_is_kept_is_found_until_newer_ones_drop_it() -> None:
    kept: Recent[int] = Recent(10)
    for n in range(100):
        kept.keep(str(n), "a", n)
        assert [kept.get(str(m), "a") for m in range(max(n - 4, 0), n + 1)] == list(range(max(n - 4, 0), n + 1))
    assert kept.get("80", "a") is None and kept.get("99", "b") is None
    kept.clear()
    assert kept.get("99", "a") is None
