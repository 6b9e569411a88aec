"""预备: what goes to PostgreSQL without a cursor answers, fails and recovers as what goes with one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from bihuan.store import prepared
from bihuan.store.statements import one_row, planned, postgres, rows, touched

pytestmark = pytest.mark.django_db(transaction=True)

SERIAL = "INSERT INTO store_serial (name, n) VALUES ($1, $2)"
COUNT = "SELECT COUNT(*) FROM store_serial WHERE name = %s"


@pytest.fixture(autouse=True)
def _left() -> Iterator[None]:
    yield
    connection.close()  # what a test did to the connection is nobody else's


def often(ask: Callable[[], Any]) -> Any:
    """Ask so often that the last answer comes without a cursor, and return it."""
    for _ in range(prepared.OFTEN + 2):
        found = ask()
    assert any(name.startswith("bihuan_") for name in names())
    return found


def names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("given", [("甲“a”\\'", 7, True, None), ("", -(2**62), False, "x")])
def test_an_answer_is_what_a_cursor_gives(given: tuple[Any, ...]) -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    sql = "SELECT %s::text, %s::bigint, %s::boolean, %s::varchar, 3::smallint, NULL::integer"
    assert often(lambda: one_row(sql, given)) == (*given, 3, None)
    with planned() as cursor:
        cursor.execute("SELECT $1::text, $2::bigint, $3::boolean, $4::varchar, 3::smallint, NULL::integer", given)
        assert cursor.fetchone() == (*given, 3, None)
    assert often(lambda: one_row("SELECT n FROM store_serial WHERE name = %s", ["nobody"])) is None


def test_what_is_no_plain_value_goes_and_comes_by_a_cursor() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    for _ in range(prepared.OFTEN + 2):
        (day,) = one_row("SELECT %s::date", [date(2022, 9, 29)])
        (text,) = one_row("SELECT (%s::text[])[2]", [["a", "乙"]])
        assert (day, text) == (date(2022, 9, 29), "乙")


def test_all_rows_are_what_a_cursor_gives() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    sql = "SELECT n, n > 2, '第' || n, NULL::text, DATE '2022-09-29' + n FROM generate_series(1, %s::integer) n"
    for n in (3, 0, 300):
        found = often(lambda n=n: rows(sql, [n]))
        with planned() as cursor:
            cursor.execute(sql.replace("%s", "$1"), [n])
            assert found == cursor.fetchall()
        assert len(found) == n


def test_a_set_of_words_goes_as_one_text() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    touched(SERIAL, ["a1", 1])
    touched(SERIAL, ["b2", 2])
    sql = "SELECT name FROM store_serial WHERE name = ANY(%s) ORDER BY name"
    for given, found in (("{}", []), ("{a1}", [("a1",)]), ("{b2,a1,c3}", [("a1",), ("b2",)])):
        assert often(lambda given=given: rows(sql, [given])) == found


def test_what_was_touched_is_counted_and_kept_at_once() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    assert often(lambda: touched("UPDATE store_serial SET n = n + 1 WHERE name = $1", ["A"])) == 0
    touched(SERIAL, ["A", 1])
    assert touched("UPDATE store_serial SET n = n + 1 WHERE name = $1", ["A"]) == 1
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK")
    assert one_row("SELECT n FROM store_serial WHERE name = %s", ["A"]) == (2,)


def test_a_fault_comes_as_django_s_and_the_next_statement_runs() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    often(lambda: touched(f"{SERIAL} ON CONFLICT DO NOTHING", ["A", 1]))
    for _ in range(prepared.OFTEN + 1):
        with pytest.raises(IntegrityError, match="duplicate key"):
            touched(SERIAL, ["A", 1])
    with pytest.raises(DataError, match="out of range"):
        often(lambda: one_row("SELECT 1 / %s::smallint", [10**6]))
    with pytest.raises(DataError, match="NUL"):
        often(lambda: one_row(COUNT, ["A"])) and one_row(COUNT, ["A\0B"])
    assert one_row(COUNT, ["A"]) == (1,)


def test_plans_that_were_taken_back_are_made_anew() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    often(lambda: one_row("SELECT n FROM store_serial WHERE name = %s", ["A"]))
    assert often(lambda: one_row(COUNT, ["A"])) == (0,)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert not names()
    for _ in range(prepared.OFTEN + 2):
        assert one_row(COUNT, ["A"]) == (0,)
        assert one_row("SELECT n FROM store_serial WHERE name = %s", ["A"]) is None
    assert len([name for name in names() if name.startswith("bihuan_")]) == 2


def test_a_transaction_of_the_caller_s_is_kept() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    often(lambda: touched(f"{SERIAL} ON CONFLICT DO NOTHING", ["A", 1]))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert touched(f"{SERIAL} ON CONFLICT DO NOTHING", ["B", 1]) == 1
        raise ZeroDivisionError
    assert one_row(COUNT, ["B"]) == (0,)


def test_a_server_that_went_away_is_told_and_met_again() -> None:
    if not postgres():
        return  # SQLite keeps its plans by itself
    often(lambda: one_row(COUNT, ["A"]))
    pid = one_row("SELECT pg_backend_pid()", [])[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    with pytest.raises(OperationalError):
        for _ in range(200):
            one_row(COUNT, ["A"])
    connection.close_if_unusable_or_obsolete()
    assert one_row(COUNT, ["A"]) == (0,)
