"""No step and no page of the daily round reads a table that grows from end to end: every query finds an index.

SQLite takes a partial index only where the query says the index's condition in the same words; PostgreSQL is asked to
do without sequential scans, so that one that remains is one that had no other way.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from bench import county, fill, lives, pages
from bihuan.actions import alarms
from bihuan.core.figures import Asked
from bihuan.core.permission import SYSTEM, link_to
from bihuan.store import bulk, counters, events, figures, lists, order_facts, orders, packs
from bihuan.store.statements import marks, numbered
from tests.once import made_once

pytestmark = pytest.mark.django_db
GROWING = (
    "store_order", "store_event", "store_orderunit", "store_personal", "store_attachment", "store_counter",
    "store_term", "store_ordertext", "store_orderfacts",
)  # fmt: skip
Asking = list[tuple[str, Any]]


@made_once
def fill_in() -> None:
    county.found()
    people = fill.actors()
    fill.write(list(fill.closed_lives(people, random.Random(1), 8)), 240)
    fill.write(list(fill.open_lives(people, random.Random(2), 12)), 60, start=240)


@pytest.fixture
def filled() -> None:
    fill_in()


@contextmanager
def asked() -> Iterator[Asking]:
    """Collect every statement with its parameters."""
    found: Asking = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def scans(asking: Asking) -> list[str]:
    """Return the statements that read a growing table from end to end, with the line of the plan that says so."""
    bad = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql, params in dict.fromkeys((sql, repr(params)) for sql, params in asking):
            given = next(p for s, p in asking if s == sql and repr(p) == params)
            if not sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH")) or "$1" in sql:
                continue
            for line in plan(cursor, sql, given):
                if any(f"{way} {table} " in f"{line} " for way in ("SCAN", "Seq Scan on") for table in names(sql)):
                    if "USING" not in line:
                        bad.append(f"{line.strip()} — {sql[:300]}")
    return bad


def plan(cursor: Any, sql: str, given: Any) -> list[str]:
    how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    cursor.execute(f"{how} {sql}", given)
    return [str(row[-1]) for row in cursor.fetchall()]


def names(sql: str) -> list[str]:
    """Return the growing tables of a statement as a plan may call them, aliases included."""
    found = []
    words = sql.replace("(", " ").replace(")", " ").replace('"', "").split()
    for at, word in enumerate(words[:-1]):
        if word in GROWING:
            found += [word, words[at + 1]] if words[at + 1].islower() and len(words[at + 1]) < 3 else [word]
    return found


def test_a_scan_is_noticed(filled: None) -> None:
    with asked() as found, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM store_event WHERE verb = %s", ["close"])
        cursor.execute("SELECT o.id FROM store_order o WHERE o.title = %s", ["招工"])
        cursor.execute("SELECT o.id FROM store_order o WHERE o.tenant = 1 AND o.number = %s", ["QD2022-0001"])
    assert len(scans(found)) == 2


def test_no_step_of_a_life_reads_a_table_from_end_to_end(filled: None) -> None:
    people, crew = fill.actors(), lives.Crew(1, 1, 2)
    with asked() as found:
        assert len(list(lives.live(county.PROGRAMME, crew, lives.shipped(crew, co=True), people, county.NOW))) > 9
        alarms.sound_alarms(now=county.NOW + timedelta(days=20))
        counters.fold()
    assert len(found) > 50
    assert scans(found) == []


def test_no_page_of_the_daily_round_reads_a_table_from_end_to_end(filled: None) -> None:
    pages.clock_stands()
    with asked() as found:
        for name, (person, address) in pages.PAGES.items():
            answer = pages.signed_in(person).get(address or f"/orders/{pages.number()}/")
            assert answer.status_code == 200, name
    assert len(found) > 40
    assert scans(found) == []


def test_what_waits_for_one_worker_is_found_past_all_that_waits_for_another(filled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE store_event SET waits = {events.INDEX}")
        cursor.execute("ANALYZE")
        found = " ".join(plan(cursor, f"SELECT deltas FROM {events.awaiting(events.FOLD)}", []))
    if connection.vendor == "sqlite":
        assert "event_waits (waits=?)" in found
    else:
        assert "event_waits" in found and "Seq Scan" not in found


def test_what_waited_on_the_day_the_planner_looked_is_not_sought_among_all_that_is_done(filled: None) -> None:
    asking = [
        events.first(events.INDEX, "id, subject", 50, newest=True),
        events.first(events.TELL, "id, at", 50, after=7),
        events.taken(events.INDEX, "id, subject", 50),
        events.taken(events.FOLD, "id, deltas", 50),
    ]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_event SET waits = 7 WHERE id % 5 = 0")
        cursor.execute("ANALYZE")
        cursor.execute("UPDATE store_event SET waits = 0")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in asking:
            lines = [line for line in plan(cursor, sql, []) if "store_event" in line]
            by_place = ["pkey" in line or "SCAN store_event" in line or "PRIMARY KEY" in line for line in lines]
            # Only what was found is then locked by its place.
            assert sum(by_place) <= ("FOR UPDATE" in sql), lines
            assert any("event_waits" in line for line in lines)


def test_a_figure_by_unit_finds_the_tallies_of_a_sort_of_units_as_a_range_of_their_index(filled: None) -> None:
    programme, year = packs.programme(county.PROGRAMME), Asked(date(2022, 1, 1), date(2022, 12, 31))
    for key in ("eo_shared_cost_saved", "eo_closed"):
        with asked() as found:
            figures.grouped(
                seen_by=SYSTEM, programme=programme, key=key, asked=year, by=("unit", "month"), now=county.NOW
            )
        ((sql, given),) = [one for one in found if "unit, measure" in one[0] or "mark, unit" in one[0]]
        with connection.cursor() as cursor:
            lines = kept_plan(cursor, sql, given)
        entered = [line for line in lines if "USING INDEX" in line or "Index Cond" in line]
        assert any("unit" in line and ">" in line and "<" in line for line in entered), lines


def kept_plan(cursor: Any, sql: str, given: Any) -> list[str]:
    """Return the plan that is kept of a statement, which is made without its parameters."""
    if connection.vendor != "postgresql":
        return plan(cursor, sql, given)
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE asked AS {numbered(sql)}")
    cursor.execute(f"EXPLAIN EXECUTE asked ({marks(len(given))})", given)
    found = [str(row[-1]) for row in cursor.fetchall()]
    cursor.execute("DEALLOCATE asked")
    return found


def test_tallies_are_in_the_order_of_bytes_whatever_language_the_database_sorts_by(filled: None) -> None:
    if connection.vendor == "sqlite":  # always does
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'unit' AND collation_name = 'C'"
        )
        assert {row[0] for row in cursor.fetchall()} >= {"store_counter", "store_figuretally"}


def test_the_events_that_wait_come_in_the_order_of_their_rows(filled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_event SET waits = id % 8 WHERE id % 3 = 0")
        for what in (events.FOLD, events.TELL, events.INDEX):
            cursor.execute("SELECT id, waits FROM store_event ORDER BY id")
            waiting = [id_ for id_, waits in cursor.fetchall() if waits & what]
            assert len(waiting) > 50
            for sql, wanted in (
                (events.first(what, "id, verb", 20), waiting[:20]),
                (events.first(what, "id", 20, newest=True), waiting[::-1][:20]),
                (events.first(what, "id", 20, after=waiting[4]), waiting[5:25]),
                (events.taken(what, "id, deltas", 20), waiting[:20]),
            ):
                cursor.execute(sql)
                assert [row[0] for row in cursor.fetchall()] == wanted


def test_nothing_that_is_looked_up_by_its_key_reads_a_table_from_end_to_end(filled: None) -> None:
    number = pages.number()
    declared = list(packs.current().values())
    chief, handler = county.actor("leader"), county.actor("handler3_1")
    with asked() as found:
        events.subject_of("a-form")
        id_ = orders.by_number(number, seen_by=chief).order.id
        orders.by_id(id_, seen_by=link_to(id_))
        orders.number_of_source("hotline", "12345-1")
        bulk.of_sources("hotline", ["12345-1", "12345-2"])
        bulk.of_commands(["a-form", "another"])
        bulk.of_numbers([number])
        events.of_order(id_)
        counters.read(county.PROGRAMME, ["", "desk:chain1"])
        for one in (
            lists.Asked(open=True, queue="to_accept"),
            lists.Asked(open=True, handler="handler3_1"),
            lists.Asked(open=True, queue="asked:return:desk"),
            lists.Asked(moment="closed", since="2022-09-01", until="2022-10-01", sort="moment"),
            lists.Asked(moment="rated", since="2022-09-01", until="2022-10-01", sort="moment"),
            lists.Asked(open=True, expired=True),
            lists.Asked(owed=True, sort="source"),
        ):
            for actor in (chief, handler):
                lists.page(seen_by=actor, programmes=declared, asked=one, now=county.NOW)
    assert scans(found) == []


def test_what_is_here_already_is_looked_up_by_its_key_in_tables_that_nobody_has_analysed(filled: None) -> None:
    wanted = [f"12345-{n}" for n in range(400)]
    with asked() as found:
        bulk.of_sources("hotline", wanted)
        bulk.of_commands(wanted)
    with connection.cursor() as cursor:
        for (sql, given), column in zip(found, ("source_number", "command"), strict=True):
            entered = [line for line in plan(cursor, sql, given) if "USING INDEX" in line or "Index Cond" in line]
            assert any(column in line for line in entered), entered


READERS = ("leader", "secretary1", "dispatcher0", "head3", "handler3_1")


def test_no_board_reads_a_table_from_end_to_end_nor_a_year_of_orders(filled: None) -> None:
    pages.clock_stands()
    while counters.fold():
        pass
    for person in READERS:
        client = pages.signed_in(person)
        with asked() as found:
            assert client.get("/reports/").status_code == 200
        assert scans(found) == [], person
        branches = [one for sql, _ in found for one in sql.split(" UNION ALL ")]
        by_rows = [one for one in branches if "store_orderfacts f ON" in one and "COUNT(*)" in one]
        assert by_rows
        # What was surveyed is counted from tallies, and so is what is left out of it; what falls due by days.
        assert not [one for one in by_rows if "f.surveyed >=" in one], person
        started = f"{county.NOW.year - 1}-12-31T16:00:00.000000Z"
        dues = [given for sql, given in found if "f.contact_due >=" in sql and "f.surveyed" not in sql]
        assert all(started not in given for given in dues), person


def test_what_an_office_helps_with_is_found_by_the_office_and_not_among_all_open_work(filled: None) -> None:
    pages.clock_stands()
    client = pages.signed_in("handler3_1")
    with asked() as found:
        client.get("/mine/")
    ((sql, given),) = [one for one in found if "store_orderunit" in one[0] and "UNION ALL" in one[0]]
    with connection.cursor() as cursor:
        lines = kept_plan(cursor, sql, given)
    # Joined with the orders it would be asked for each of them.
    assert not any("Semi Join" in line or "order = o" in line.replace('"', "") for line in lines), lines
    assert sql.count("store_orderunit u") == sql.count('u."order" >= ') > 0


def test_the_records_of_a_sum_are_sought_in_the_months_that_have_amounts_and_no_others(filled: None) -> None:
    while counters.fold():
        pass
    programme, year = packs.programme(county.PROGRAMME), Asked(date(2022, 1, 1), date(2022, 12, 31))
    given: dict[str, Any] = {"seen_by": SYSTEM, "programme": programme, "key": "eo_loans", "asked": year}
    with asked() as found:
        page = figures.members(**given, now=county.NOW)
    had = figures.figure(**given, now=county.NOW)
    assert (len(page.rows) == 0) == (had.members == 0)
    assert any("ORDER BY o.closed" in sql for sql, _ in found) == bool(page.rows)


def test_what_a_leader_counts_and_may_not_read_is_found_among_what_is_secret(filled: None) -> None:
    programme, year = packs.programme(county.PROGRAMME), Asked(date(2022, 1, 1), date(2022, 12, 31))
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(id), MAX(id) FROM store_order WHERE type = %s", [county.TYPE])
        cursor.execute("UPDATE store_order SET secret = %s WHERE id IN (%s, %s)", [True, *cursor.fetchone()])
    given: dict[str, Any] = {"seen_by": county.actor("leader"), "programme": programme, "now": county.NOW}
    with asked() as found:
        one = figures.figure(**given, key="eo_requests", asked=year)
    rows = list(figures.every(**given, key="eo_requests", asked=year))
    assert one.hidden == sum(row.hidden for row in rows) > 0
    ((sql, values),) = [each for each in found if "o.secret" in each[0]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("ANALYZE store_order")
        assert any("order_secret" in line for line in plan(cursor, sql, values)) or connection.vendor == "sqlite"


def test_what_a_department_answered_last_is_found_by_what_it_leads(filled: None) -> None:
    pages.clock_stands()
    client = pages.signed_in("head3")
    with asked() as found:
        client.get("/reports/")
    ((sql, given),) = [one for one in found if "ORDER BY o.replied DESC" in one[0]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        assert any("order_lead_replied" in line for line in plan(cursor, sql, given))


@pytest.mark.parametrize("day", [1, 8, 15, 16, 29, 30])
def test_a_count_of_what_falls_due_or_leaves_something_out_is_that_of_its_records(filled: None, day: int) -> None:
    while counters.fold():
        pass
    with connection.cursor() as cursor:
        said, now_says = '"result":"solved"', '"result":"referred"'
        cursor.execute(
            "UPDATE store_order SET result = 'referred', body = REPLACE(body, %s, %s) "
            "WHERE id %% 3 = 0 AND NOT (result = '')",
            [said, now_says],
        )
    order_facts.recount(everything=True)
    now = county.NOW.replace(day=day)
    programme, year = packs.programme(county.PROGRAMME), Asked(date(2022, 1, 1), date(2022, 12, 31))
    month = Asked(date(2022, 9, 1), now.date())
    some = 0
    keys = ["eo_contact_due", "eo_responded", "eo_due", "eo_answered_in_time"]
    if now >= county.NOW:  # of what happens nothing is recorded ahead
        keys.append("eo_solution_rate")
    for key in keys:
        for asked_ in (year, month):
            given: dict[str, Any] = {"seen_by": SYSTEM, "programme": programme, "key": key, "asked": asked_, "now": now}
            one = figures.figure(**given)
            divided = figures.grouped(**given, by=("unit", "month"))
            for part in one.parts:
                n = len(list(figures.every(**given, part=part.key)))
                assert part.count == n, (key, part.key)
                assert sum(group.count(part.key) for group in divided.values()) == n, (key, part.key)
                some += n
    assert some > 20


def test_what_was_done_with_events_is_swept_long_before_a_fifth_of_them_is_dead(filled: None) -> None:
    if connection.vendor == "postgresql":  # SQLite leaves nothing dead behind
        with connection.cursor() as cursor:
            cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'store_event'")
            assert {"autovacuum_vacuum_scale_factor=0.02", "vacuum_index_cleanup=on"} <= set(cursor.fetchone()[0])
