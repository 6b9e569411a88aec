"""What every test starts from: which database, quick sign-ins, no trace on the machine.

The database is the one BIHUAN_DATABASE_URL names, else SQLite; either way the tests make one of their own beside it,
one for each xdist worker. People, units and orders come from the small county in tests/cast.py.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

TRACES = Path(tempfile.mkdtemp(prefix="bihuan-tests-"))
atexit.register(shutil.rmtree, TRACES, ignore_errors=True)


def pytest_configure() -> None:
    """Keep uploads and collected files out of var/, and hash passwords in one round: they are not what is tested."""
    from django.conf import settings

    settings.MEDIA_ROOT = TRACES / "media"
    settings.STATIC_ROOT = TRACES / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
