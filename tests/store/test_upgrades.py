"""An installation of an earlier version comes over with all it had left to do."""

from __future__ import annotations

import importlib

import pytest
from django.core.management import call_command
from django.db import connection

from bihuan.actions import ledger as actions
from bihuan.actions.orders import move_order
from bihuan.actions.verify import verify
from bihuan.core.chain import canonical, plain
from bihuan.store import counters, ledger_tallies, order_facts
from bihuan.store.events import FOLD, INDEX, TELL, holding
from bihuan.store.models import Counter, Event, Order, OrderFacts
from tests import cast, lives

MONTHLY = importlib.import_module("bihuan.store.migrations.0020_events_wait").MONTHLY


@pytest.mark.django_db(transaction=True)
def test_what_three_flags_said_one_number_says_and_months_leave_the_counters() -> None:
    cast.found()
    lives.submitted()
    waits = dict(Event.objects.filter(kind="order").values_list("id", "waits"))
    assert set(waits.values()) == {FOLD | TELL | INDEX}
    try:
        call_command("migrate", "store", "0019", verbosity=0)
        with connection.cursor() as cursor:
            [id_] = waits
            cursor.execute("SELECT deltas FROM store_event WHERE id = %s", [id_])
            now = plain(cursor.fetchone()[0])
            old = [["enterprise_order", "", one, "2022-09", 1] for one in MONTHLY]
            given = [canonical(now + old), False, True, False, id_]
            cursor.execute(
                "UPDATE store_event SET deltas = %s, folded = %s, noticed = %s, indexed = %s WHERE id = %s", given
            )
            cursor.execute(
                "INSERT INTO store_counter (tenant, programme, unit, measure, month, n) "
                "VALUES (1, 'enterprise_order', 'desk:equipment', 'received', '2022-09', 3)"
            )
    finally:
        call_command("migrate", "store", verbosity=0)
    assert dict(Event.objects.filter(kind="order").values_list("id", "waits")) == {id_: FOLD | INDEX}
    assert plain(Event.objects.get(id=id_).deltas) == now
    assert counters.fold() >= 1
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_forms_of_an_earlier_version_are_known_though_their_index_is_gone() -> None:
    cast.found()
    order, now = lives.played(lives.ACCEPTED)
    form = {"actor": cast.actor("zhou"), "id_": order.id, "verb": "remind", "facts": {"text": "请抓紧"}, "now": now}
    event, _after = move_order(**form, command="5" * 32)
    move_order(**form)
    try:
        call_command("migrate", "store", "0024", verbosity=0)  # where an index of all commands finds it
        assert Event.objects.get(command="5" * 32).hash == event.hash
    finally:
        call_command("migrate", "store", verbosity=0)
    assert move_order(**form, command="5" * 32)[0].hash == event.hash
    assert verify().broken is None


@pytest.mark.django_db
def test_the_ledger_is_counted_anew_where_its_counters_are_of_a_version_that_knew_less() -> None:
    cast.found()
    for day, fold in (("2022-09-02", True), ("2022-09-20", False)):
        facts = {"unit": "equipment", "date": day, "topic": "用工", "attendance": "12", "has_evidence": True}
        book = {"programme": "enterprise_order", "activity": "half_month_meeting"}
        actions.enter(actor=cast.actor("shen"), **book, facts=facts, now=cast.NOW)
        while fold and counters.fold():
            pass
    Counter.objects.filter(measure__contains=":c:").delete()
    old = Event.objects.get(kind="ledger", seq=1, waits__in=holding(FOLD))
    old.deltas = canonical([one for one in plain(old.deltas) if ":c:" not in one[2]])
    old.save()
    assert verify().broken is not None
    assert ledger_tallies.recount() == 2
    assert verify().broken is None
    while counters.fold():
        pass
    assert verify().broken is None
    assert ledger_tallies.recount() == 0


@pytest.mark.django_db(transaction=True)
def test_open_orders_say_since_when_they_age_after_an_upgrade_as_if_they_had_been_written_so() -> None:
    cast.found()
    lives.submitted()
    lives.played(lives.ACCEPTED)
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    columns = ("number", "aged_in", "aged_since")
    written = list(Order.objects.order_by("id").values_list(*columns))
    assert sorted(unit for _number, unit, _since in written) == ["", "days", "days"]
    try:
        call_command("migrate", "store", "0025", verbosity=0)
    finally:
        call_command("migrate", "store", verbosity=0)
    assert list(Order.objects.order_by("id").values_list(*columns)) == written
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_what_came_of_orders_is_tallied_after_an_upgrade_as_if_it_had_been_from_the_beginning() -> None:
    cast.found()
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    lives.played(lives.CHECKED)
    while counters.fold():
        pass
    lives.played(lives.CHECKED)  # waits to be folded
    written = order_facts.everything()
    by_result = {key for key in written if key[2].startswith(("surveyed=", "confirmed="))}
    assert by_result and all(written[key] == 2 for key in by_result if key[3] == "")
    try:
        call_command("migrate", "store", "0030", verbosity=0)
        assert {key for key in order_facts.everything() if not key[3].startswith("under:")} == {
            key for key in written.keys() - by_result if not key[3].startswith("under:")
        }
    finally:
        call_command("migrate", "store", verbosity=0)
    assert order_facts.everything() == written
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_what_a_post_supervises_is_tallied_after_an_upgrade_as_if_it_had_been_from_the_beginning() -> None:
    cast.found()
    lives.played((*lives.CHECKED, lives.GOOD, lives.CLOSE))
    lives.played(())  # nobody supervises it
    while counters.fold():
        pass
    lives.played(lives.ACCEPTED)  # waits to be folded
    written = order_facts.everything()
    under = {key for key in written if key[3] == "under:zone.supervisor"}
    assert {key[2] for key in under} >= {"submitted", "dispatched", "closed"}
    rows = list(OrderFacts.objects.order_by("order").values_list("order", "adds"))
    try:
        call_command("migrate", "store", "0032", verbosity=0)
        assert order_facts.everything().keys() == written.keys() - under
    finally:
        call_command("migrate", "store", verbosity=0)
    assert order_facts.everything() == written
    assert list(OrderFacts.objects.order_by("order").values_list("order", "adds")) == rows
    assert verify().broken is None
