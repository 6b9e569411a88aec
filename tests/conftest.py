"""What every test starts from: which database, quick sign-ins, no trace on the machine.

The database is the one BIHUAN_DATABASE_URL names, else SQLite; either way the tests make one of their own beside it,
one for each xdist worker. People, units and orders come from the small county in tests/cast.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

TRACES = Path(tempfile.mkdtemp(prefix="bihuan-tests-"))
atexit.register(shutil.rmtree, TRACES, ignore_errors=True)
# A slow minute of the machine is no fault of the code.
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")


KEPT = {"django_content_type", "auth_permission"}  # what migrating puts there for good


def pytest_configure() -> None:
    """Keep uploads and collected files out of var/, and hash passwords in one round: they are not what is tested."""
    from django.conf import settings
    from django.core.signals import setting_changed
    from django.test import TransactionTestCase
    from django.test.client import ClientHandler

    TransactionTestCase._fixture_teardown = _emptied  # type: ignore[method-assign]
    ClientHandler.load_middleware = _share(ClientHandler.load_middleware)  # type: ignore[method-assign]
    setting_changed.connect(_forget, weak=False)

    settings.MEDIA_ROOT = TRACES / "media"
    settings.STATIC_ROOT = TRACES / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _emptied(_case: Any) -> None:
    """Take out what a committing test left, where anything lies; Django's own flush makes what is KEPT anew."""
    from django.db import connection, transaction

    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for t in tables))
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


_MIDDLEWARE: dict[str, Any] = {}


def _share(load: Callable[[Any], None]) -> Callable[[Any], None]:
    """Let test clients share their middleware: each would read what lies in the static folders again."""
    names = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")

    def shared(handler: Any) -> None:
        if not _MIDDLEWARE:
            load(handler)
            _MIDDLEWARE.update({name: getattr(handler, name) for name in names})
        vars(handler).update(_MIDDLEWARE)

    return shared


def _forget(**_change: Any) -> None:
    """Middleware reads settings when it is made."""
    _MIDDLEWARE.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Name the test database: a file on SQLite, so that threads, WAL and the lock at BEGIN behave as in production."""
    from django.conf import settings

    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        name = str(TRACES / "test.sqlite3")
    else:
        # Of this process alone, so that two runs on the same server do not meet.
        name = f"test_bihuan_{os.getpid()}"
    default["TEST"] = {**default.get("TEST", {}), "NAME": name}


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    """Networks and bundles are cached by version numbers, which start anew with every test's database."""
    from bihuan.store import caches

    caches.clear()
