"""语句: the few statements of the hot path, planned once a connection where the database can keep a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import Error, connection, connections, transaction

from bihuan.store import prepared

# PostgreSQL would plan some of them anew each time, which takes longer than they do.
_KEPT = "SET plan_cache_mode = force_generic_plan"
T = TypeVar("T")


def _alone(sql: str, values: Sequence[Any]) -> tuple[Any, list[bytes | None]] | None:
    """Return Django's wrapper of PostgreSQL, and the values as they are sent, where a statement may go by itself.

    That is where nobody counts, watches or wraps the statements, no transaction is open, and it came often already.
    """
    django: Any = connections["default"]
    if django.connection is None:
        django.ensure_connection()
    raw = django.connection
    if django.in_atomic_block or django.execute_wrappers or django.queries_logged or not raw.autocommit:
        return None
    if not prepared.ready(raw, sql) or (sent := prepared.texts(values)) is None:
        return None
    return django, sent


def touched(sql: str, values: Sequence[Any]) -> int:
    """Run a statement with `$1`, `$2` … on PostgreSQL whose plan is kept, and return how many rows it touched."""
    if alone := _alone(sql, values):
        django, sent = alone
        with django.wrap_database_errors:
            return prepared.run(django.connection, sql, sent)[1]
    with planned() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def planned() -> Any:
    """Return what `with` opens as a PostgreSQL cursor whose statements carry `$1`, `$2` … and keep their plans.

    Where somebody counts, watches or wraps the statements, or a transaction is open, it is Django's own; elsewhere the
    driver's, a quarter cheaper in this process. Errors are Django's all the same.
    """
    from psycopg import RawCursor

    django: Any = connections["default"]
    if django.connection is None:
        django.ensure_connection()
    raw = django.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = prepared.OFTEN  # Django's own cursors bind at the client and keep no plans all the same
        raw.execute(_KEPT)
    if django.in_atomic_block or django.execute_wrappers or django.queries_logged:
        return django._prepare_cursor(RawCursor(raw))
    return _Plain(RawCursor(raw), django.wrap_database_errors)


class _Plain:
    """The driver's cursor, whose errors become Django's."""

    __slots__ = ("_cursor", "_errors")

    def __init__(self, cursor: Any, errors: Any) -> None:
        self._cursor, self._errors = cursor, errors

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, *raised: Any) -> None:
        self._errors.__exit__(*raised)


class Direct:
    """A SQLite cursor on Django's connection for the few statements of a step, which take `%s`.

    Where somebody counts, watches or wraps the statements it is Django's own cursor. Elsewhere it is the driver's, and
    a statement is rewritten to the driver's `?` once instead of every time; errors are Django's all the same.
    """

    __slots__ = ("_cursor", "_errors", "in_transaction")

    def __init__(self) -> None:
        django: Any = connections["default"]
        self.in_transaction: bool = django.in_atomic_block
        if django.connection is None:
            django.ensure_connection()
        if self.in_transaction or django.execute_wrappers or django.queries_logged:
            self._cursor, self._errors = django.cursor(), None
        else:
            self._cursor, self._errors = django.connection.cursor(), django.wrap_database_errors

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run one statement."""
        if self._errors is None:
            self._cursor.execute(sql, values)
            return
        with self._errors:
            self._cursor.execute(_questioned(sql), values)

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return list(self._cursor.fetchall())

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""
        return int(self._cursor.rowcount)


def one_row(sql: str, values: Sequence[Any]) -> Any:
    """Return the first row of a query whose plan is kept, or None."""
    if postgres():
        sql = numbered(sql)
        if alone := _alone(sql, values):
            django, sent = alone
            with django.wrap_database_errors:
                return prepared.run(django.connection, sql, sent)[0]
        with planned() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone()
    direct = Direct()
    direct.execute(sql, values)
    return direct.fetchone()


def rows(sql: str, values: Sequence[Any], *, kept: bool = True) -> list[Any]:
    """Return all rows of a query whose plan is kept, or not where there are many of its kind."""
    if postgres():
        sql = numbered(sql) if kept else sql
        if kept and (alone := _alone(sql, values)):
            django, sent = alone
            with django.wrap_database_errors:
                return prepared.every(django.connection, sql, sent)
        with planned() if kept else connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())
    direct = Direct()
    direct.execute(sql, values)
    return direct.fetchall()


@lru_cache(maxsize=512)
def _questioned(sql: str) -> str:
    return sql.replace("%s", "?")


def immediately(work: Callable[[Direct], T]) -> T:
    """Do a piece of work on SQLite in one short immediate transaction, or in the caller's where there is one."""
    cursor = Direct()
    if cursor.in_transaction:
        with transaction.atomic():
            return work(cursor)
    cursor.execute("BEGIN IMMEDIATE")
    try:
        done = work(cursor)
        cursor.execute("COMMIT")
    except BaseException:
        with suppress(Error):
            cursor.execute("ROLLBACK")
        raise
    return done


@cache
def postgres() -> bool:
    """Whether the database is PostgreSQL: a process has one kind for life."""
    return bool(connection.vendor == "postgresql")


@lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """Return a statement with its `%s` as `$1`, `$2` …; it may hold no other `%`."""
    first, *rest = sql.split("%s")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, start=1))


def marks(n: int) -> str:
    """Return `%s, %s, …`."""
    return ", ".join(["%s"] * n)


def of_sort(sort: str) -> tuple[str, list[str]]:
    """Return the condition that a tally's `unit` is of a sort, which ends in a colon: a range of the index.

    A LIKE finds no index under a kept plan, nor on SQLite. PostgreSQL's columns compare by bytes (migration 0027).
    """
    return "unit >= %s AND unit < %s", [sort, f"{sort[:-1]};"]  # the sign after the colon


def array(texts: Sequence[str]) -> str:
    """Return texts as PostgreSQL reads an array of them, a parameter for `%s::text[]`.

    The driver looks at each element of a list by itself, which is most of what a query of thousands costs the client.
    """
    together = "".join(texts)
    if "\\" in together or '"' in together:
        texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(texts) + '"}' if texts else "{}"


def add_up(cursor: Any, table: str, names: Sequence[str], total: Mapping[Any, int]) -> None:
    """Add sums to the column `n` of a table by the columns `names`, one statement for all on PostgreSQL."""
    rows = [[*key, n] for key, n in sorted(total.items()) if n]  # one order for all: no two wait in a circle
    if not rows:
        return
    insert = f"INSERT INTO {table} (tenant, {', '.join(names)}, n) "
    update = f" ON CONFLICT (tenant, {', '.join(names)}) DO UPDATE SET n = {table}.n + excluded.n"
    if postgres():
        sums = f"SELECT 1, * FROM unnest({'%s::text[], ' * len(names)}%s::bigint[])"
        cursor.execute(insert + sums + update, [array(list(map(str, column))) for column in zip(*rows, strict=True)])
    else:
        cursor.executemany(f"{insert}VALUES (1, {marks(len(names) + 1)}){update}", rows)
