"""底线: the same seven steps by hand-written SQL and nothing else, in the same database, against which all is measured.

A table of orders and a table of history as a careful person would write them, as long as ours: number and id unique, an
index of open work, one of the requester, the history unique by order and place. Every step is BEGIN, one UPDATE (the
first an INSERT), one INSERT of history, COMMIT, on one open connection of psycopg or sqlite3, whose plans are kept.
There are no rights, no checks, no deadlines, no hashes, no counters.
"""

from __future__ import annotations

import itertools
from typing import Any

from django.conf import settings
from django.db import connection

from bench.lives import ANSWER, FACTS

STEPS = ("create", "dispatch", "accept", "progress", "feedback", "rate", "close")
_DUE = "2022-10-31T16:00:00.000000Z"
AT = "2022-09-29T02:20:00.000000Z"
_TABLES = (
    "CREATE TABLE bench_order (id bigint PRIMARY KEY, number varchar(40) NOT NULL UNIQUE, title varchar(200) NOT NULL, "
    "facts text NOT NULL, category varchar(64) NOT NULL, state varchar(64) NOT NULL, unit varchar(64) NOT NULL, "
    "handler varchar(64) NOT NULL, requester varchar(64) NOT NULL, due varchar(27) NOT NULL, "
    "created varchar(27) NOT NULL, updated varchar(27) NOT NULL)",
    "CREATE TABLE bench_history (id {serial}, order_id bigint NOT NULL, seq integer NOT NULL, at varchar(27) NOT NULL, "
    "person varchar(64) NOT NULL, verb varchar(64) NOT NULL, note text NOT NULL, UNIQUE (order_id, seq))",
    "INSERT INTO bench_order SELECT id, number, title, title, category, "
    "CASE WHEN open THEN 'open' ELSE 'close' END, lead, "
    "handler, requester, due, submitted, submitted FROM store_order",
    "INSERT INTO bench_history (order_id, seq, at, person, verb, note) "
    "SELECT subject, seq, at, person, verb, verb FROM store_event WHERE kind = 'order'",
    "CREATE INDEX bench_open ON bench_order (unit, due, id) WHERE state <> 'close'",
    "CREATE INDEX bench_requester ON bench_order (requester, id)",
)
_CREATE = (
    "INSERT INTO bench_order "
    "(id, number, title, facts, category, state, unit, handler, requester, due, created, updated) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOVE = "UPDATE bench_order SET state = ?, unit = ?, handler = ?, due = ?, updated = ? WHERE id = ?"
NOTE = "INSERT INTO bench_history (order_id, seq, at, person, verb, note) VALUES (?, ?, ?, ?, ?, ?)"


def prepare() -> None:
    """Make the two tables as long as ours, where they are not there yet."""
    if "bench_order" in connection.introspection.table_names():
        return
    serial = "bigserial PRIMARY KEY" if connection.vendor == "postgresql" else "integer PRIMARY KEY"
    with connection.cursor() as cursor:
        for sql in _TABLES:
            cursor.execute(sql.replace("{serial}", serial))
        cursor.execute("ANALYZE bench_order")
        cursor.execute("ANALYZE bench_history")


class Baseline:
    """One open connection beside Django's, and the statements in its dialect."""

    def __init__(self, above: int = 0) -> None:
        self.postgres = connection.vendor == "postgresql"
        self.db: Any = connect()
        self.begin = "BEGIN" if self.postgres else "BEGIN IMMEDIATE"
        mark = "%s" if self.postgres else "?"
        self.create, self.move, self.note = (sql.replace("?", mark) for sql in (_CREATE, _MOVE, NOTE))
        # Above every id of ours, so that both grow at their right edge; `above` keeps several writers apart.
        self.ids = itertools.count(4 * 10**18 + (above or _newest(self.db)))

    def life(self) -> int:
        """Live one life of seven committed steps and return seven."""
        run, id_ = self.db.execute, next(self.ids)
        for seq, verb in enumerate(STEPS, start=1):
            run(self.begin)
            if seq == 1:
                title, facts = FACTS["title"], FACTS["facts"]
                run(
                    self.create,
                    (id_, f"B{id_}", title, facts, "recruitment", verb, "", "", "firm1", _DUE, AT, AT),
                )
            else:
                run(self.move, (verb, "office1", f"person{seq}", _DUE, AT, id_))
            run(self.note, (id_, seq, AT, f"person{seq}", verb, ANSWER["answer"]))
            run("COMMIT")
        return len(STEPS)

    def close(self) -> None:
        """Close the connection."""
        self.db.close()


def connect() -> Any:
    """Return an open connection without Django, in autocommit, as durable as the installation's own."""
    described = settings.DATABASES["default"]
    if connection.vendor == "postgresql":
        import psycopg

        return psycopg.connect(
            host=described["HOST"],
            port=described["PORT"],
            user=described["USER"],
            password=described["PASSWORD"],
            dbname=described["NAME"],
            autocommit=True,
        )
    import sqlite3

    db = sqlite3.connect(described["NAME"], isolation_level=None, timeout=20, check_same_thread=False)
    for pragma in described["OPTIONS"]["init_command"].split(";"):
        db.execute(pragma)
    return db


def _newest(db: Any) -> int:
    found = db.execute("SELECT COUNT(*) FROM bench_order WHERE id >= 4000000000000000000").fetchone()
    return int(found[0])
