"""An installation of an earlier version comes over with all it had left to do."""

from __future__ import annotations

import importlib

import pytest
from django.core.management import call_command
from django.db import connection

from bihuan.actions.verify import verify
from bihuan.core.chain import canonical, plain
from bihuan.store import counters
from bihuan.store.events import FOLD, INDEX, TELL
from bihuan.store.models import Event
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
