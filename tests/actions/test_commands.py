"""A command makes one event on an order, however late it comes again; no index of commands is asked about orders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from bihuan.actions.orders import move_order, stored, submit_order
from bihuan.actions.setting import setting_of
from bihuan.actions.verify import verify
from bihuan.core.orders import decided
from bihuan.core.refusal import Refused
from bihuan.store import events, ledger, orders
from bihuan.store.models import Event
from tests import cast, lives

pytestmark = pytest.mark.django_db
FORM = "5" * 32


@pytest.fixture(autouse=True)
def county() -> None:
    cast.found()


def reminded(**more: Any) -> dict[str, Any]:
    return {"actor": cast.actor("zhou"), "verb": "remind", "facts": {"text": "请抓紧"}, **more}


def test_a_command_that_comes_again_after_others_moved_the_order_is_answered_with_its_event() -> None:
    order, now = lives.played(lives.ACCEPTED)
    done, _after = move_order(**reminded(id_=order.id, now=now, command=FORM))
    for n in range(3):
        move_order(**reminded(id_=order.id, now=now + timedelta(minutes=n)))
    again, after = move_order(**reminded(id_=order.id, now=now + timedelta(hours=1), command=FORM))
    assert (again.seq, again.hash, again.at) == (done.seq, done.hash, done.at)
    assert after.seq == lives.again(order).seq == done.seq + 3
    assert Event.objects.filter(subject=order.id, command=FORM).count() == 1


def test_a_form_that_comes_again_after_others_moved_the_order_is_told_what_happened_since() -> None:
    order, now = lives.played(lives.ACCEPTED)
    form = reminded(id_=order.id, now=now, command=FORM, expect=order.seq)
    move_order(**form)
    assert move_order(**form)[0].seq == order.seq + 1
    move_order(**reminded(id_=order.id, now=now))
    with pytest.raises(Refused) as stale:
        move_order(**form)
    assert stale.value.kind == "stale" and stale.value.facts["seq"] == order.seq + 2
    assert Event.objects.filter(subject=order.id, command=FORM).count() == 1


def test_whoever_writes_an_event_of_a_command_that_made_one_is_told_that_somebody_was_first() -> None:
    order, now = lives.played(lives.ACCEPTED)
    move_order(**reminded(id_=order.id, now=now, command=FORM))
    _event, before = move_order(**reminded(id_=order.id, now=now))
    held = orders.by_id(order.id, seen_by=cast.SYSTEM)
    setting = setting_of(held.type, now)
    for command, written in ((FORM, False), ("6" * 32, True)):
        event, after = decided(setting, before, cast.actor("zhou"), "remind", {"text": "再催"}, now, command=command)
        assert stored(setting, before, event, after) is written
    assert lives.again(order).seq == before.seq + 1
    assert verify().broken is None


def test_one_command_may_move_several_orders_once_each() -> None:
    some = [lives.played(lives.ACCEPTED, title=f"第{n}件") for n in range(3)]
    for _ in range(2):
        for order, now in some:
            move_order(**reminded(id_=order.id, now=now, command=FORM))
    assert sorted(Event.objects.filter(command=FORM).values_list("subject", flat=True)) == sorted(
        order.id for order, _ in some
    )


def test_a_command_opens_one_order_and_one_entry_though_the_database_alone_is_asked() -> None:
    facts = {"title": "招工", "category": "recruitment", "facts": "缺人。"}
    order = submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="officer", facts=facts, now=cast.NOW, command=FORM,
    )  # fmt: skip
    assert events.subject_of(FORM) == orders.by_command(FORM) == order.id
    assert ledger.id_of_command("7" * 32, seen_by=cast.SYSTEM) is None
    move_order(**reminded(id_=order.id, now=cast.NOW, command="7" * 32))
    assert events.subject_of("7" * 32) is None  # it moved an order and opened none
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(
            "INSERT INTO store_event (tenant, kind, subject, seq, verb, at, person, post, command, hash, body, deltas, "
            "waits) SELECT tenant, kind, subject + 1, seq, verb, at, person, post, command, hash, body, deltas, waits "
            "FROM store_event WHERE command = %s",
            [FORM],
        )
