"""预备: the hottest statements of PostgreSQL, planned once a connection and sent to it without a cursor.

A cursor asks of every value what kind it is, counts the statement and puts a reader together for the answer: that is
more work than all the rest of sending one. What is sent here is text, whole numbers and truth values; which type each
is for, the server knows from the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from types import NoneType
from typing import Any
from weakref import WeakKeyDictionary

# A plan is kept once a statement came so often on one connection: short commands never pay for it.
OFTEN = 3
_DONE, _ROWS = 1, 2  # PGRES_COMMAND_OK, PGRES_TUPLES_OK
_GONE = "26000"  # somebody took back all plans of the connection: the driver does so after some errors
_SENT: dict[type, Callable[[Any], bytes | None]] = {
    str: str.encode,
    int: lambda n: b"%d" % n,
    bool: {True: b"t", False: b"f"}.__getitem__,
    NoneType: lambda _: None,
}
# By pg_type.oid: bool, int8, int2, int4, text, varchar. A statement that answers with anything else has a cursor.
_READ: dict[int, Callable[[bytes], Any]] = {16: b"t".__eq__, 20: int, 21: int, 23: int, 25: bytes.decode}
_READ[1043] = bytes.decode


class _Plans:
    """The statements of one connection: how often each came, its name once it is planned, and how answers are read."""

    __slots__ = ("came", "names", "number", "readers")

    def __init__(self) -> None:
        self.came: dict[str, int] = {}
        self.names: dict[str, bytes] = {}
        self.readers: dict[str, list[Callable[[bytes], Any]]] = {}
        self.number = count()


_KEPT: WeakKeyDictionary[Any, _Plans] = WeakKeyDictionary()


def ready(raw: Any, sql: str) -> bool:
    """Whether a statement with `$1`, `$2` … came often on an open connection and is planned; counts this time.

    The connection is psycopg's, commits by itself and has no transaction open.
    """
    plans = _KEPT.get(raw)
    if plans is None:
        plans = _KEPT[raw] = _Plans()
    if sql in plans.names:
        return True
    plans.came[sql] = n = plans.came.get(sql, 0) + 1
    # A fault is the cursor's to tell, which is what the statement meets then; it is asked for once.
    return n == OFTEN + 1 and _plan(raw.pgconn, plans, sql)


def texts(values: Sequence[Any]) -> list[bytes | None] | None:
    """Return values as they are sent, None where one is no text, whole number, truth value or None."""
    try:
        sent = [_SENT[type(value)](value) for value in values]
    except KeyError:
        return None
    # Where a text holds a NUL it would end for the server: that too is the cursor's to refuse.
    return None if any(one and b"\0" in one for one in sent) else sent


def run(raw: Any, sql: str, sent: list[bytes | None]) -> tuple[tuple[Any, ...] | None, int]:
    """Run a statement that is ready and return its first row, None for none, and how many rows it touched.

    It is a transaction of its own. Raises psycopg's errors.
    """
    plans = _KEPT[raw]
    result = _result(raw.pgconn, plans, sql, sent)
    if result.status == _DONE or not result.ntuples:
        return None, result.command_tuples or 0
    found = [(read, result.get_value(0, at)) for at, read in enumerate(plans.readers[sql])]
    return tuple(None if one is None else read(one) for read, one in found), result.ntuples


def every(raw: Any, sql: str, sent: list[bytes | None]) -> list[tuple[Any, ...]]:
    """Run a query that is ready and return all its rows; else as `run`. The driver reads them: there may be many."""
    from psycopg.adapt import Transformer  # where SQLite serves there is no driver of this

    plans = _KEPT[raw]
    reader = Transformer(raw)
    result = _result(raw.pgconn, plans, sql, sent)
    reader.set_pgresult(result)
    return reader.load_rows(0, result.ntuples, tuple)


def _result(pgconn: Any, plans: _Plans, sql: str, sent: list[bytes | None]) -> Any:
    result = pgconn.exec_prepared(plans.names[sql], sent)
    if result.status in (_DONE, _ROWS):
        return result
    why = _error(result)
    if why.sqlstate != _GONE:
        raise why
    plans.names.clear()
    plans.came.clear()
    if not _plan(pgconn, plans, sql):
        raise why
    result = pgconn.exec_prepared(plans.names[sql], sent)
    if result.status in (_DONE, _ROWS):
        return result
    raise _error(result)


def _plan(pgconn: Any, plans: _Plans, sql: str) -> bool:
    name = b"bihuan_%d" % next(plans.number)
    if pgconn.prepare(name, sql.encode()).status != _DONE:
        return False
    told = pgconn.describe_prepared(name)
    kinds = [told.ftype(at) for at in range(told.nfields)]
    if told.status != _DONE or not set(kinds) <= _READ.keys():
        return False
    plans.names[sql], plans.readers[sql] = name, [_READ[kind] for kind in kinds]
    return True


def _error(result: Any) -> Any:
    from psycopg.errors import OperationalError, error_from_result  # where SQLite serves there is no driver of this

    why = error_from_result(result)
    # Without a code it is not the server that speaks: it is gone.
    return why if why.sqlstate else OperationalError(*why.args)
