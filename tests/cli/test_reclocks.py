"""`bihuan reclock` lists what the calendar would move and moves nothing until it is told to."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.actions import calendar
from bihuan.actions.orders import submit_order
from bihuan.core.permission import SYSTEM
from bihuan.store import clock, orders
from tests import cast
from tests.cli.conftest import Run


@pytest.fixture
def number(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    cast.found()
    monkeypatch.setattr(clock, "now", lambda: cast.NOW)
    found = submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="officer", now=cast.NOW, facts={"title": "缺人", "category": "recruitment", "facts": "缺30人"},
    )  # fmt: skip
    calendar.set_day(actor=cast.actor("wu"), day=date(2022, 9, 30), kind="rest", name="", now=cast.NOW)
    return found.number


def due(number: str) -> str:
    return str(orders.by_number(number, seen_by=SYSTEM).order.clocks["registering"]["due"])


def test_it_lists_first_and_moves_only_when_told(run: Run, number: str) -> None:
    look = run("reclock")
    assert look.code == 0 and "什么也没有改" in look.out
    assert f"{number}  受理时限  2022-09-30 17:30 → 2022-10-08 17:30" in look.out
    assert due(number) == "2022-09-30T09:30:00.000000Z"
    done = run("reclock", "--apply")
    assert (done.code, done.out) == (0, "1件在办单的期限已按日历重算。\n")
    assert due(number) == "2022-10-08T09:30:00.000000Z"
    assert run("reclock", "--apply").out == "0件在办单的期限已按日历重算。\n"
    assert "1件在办单，0件、0个时限重算会不同" in run("reclock").out


def test_the_list_is_there_for_machines_too(run: Run, number: str) -> None:
    assert f'"number": "{number}"' in run("reclock", "--json").out
