"""What is counted over and over: sums by key that grow in place."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from bihuan.store import order_facts

KEYS = [
    ("enterprise_order", "enterprise_request", "submitted", f"from:firm{n}", f"2022-{month:02d}")
    for n in range(100)
    for month in range(1, 13)
]


@pytest.mark.django_db(transaction=True)
def test_sums_add_up_and_no_index_grows_with_one() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        order_facts.add(cursor, dict.fromkeys(KEYS, 1))
        order_facts.add(cursor, dict.fromkeys(KEYS, 2))
        if connection.vendor == "postgresql":  # SQLite writes every row where it stands
            cursor.execute(
                "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'store_figuretally'"
            )
            assert cursor.fetchone() == (len(KEYS), len(KEYS))
    assert sum(order_facts.everything().values()) == 3 * len(KEYS)
