"""How a command fails, waits, prints and gets hold of the installation."""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan.cli.speech import LOCALE, _, language


class Failed(Exception):
    """A command that did not do what was asked: the message is the one sentence to print, the exit code 1."""


class Misused(Exception):
    """A command that was written wrongly: the message is the sentence, the exit code 2."""


def light() -> None:
    """Make words and zones work without the installation: no database, no secrets, no application is loaded."""
    import django
    from django.conf import settings
    from django.utils import translation

    if not settings.configured:
        zone = os.environ.get("BIHUAN_TIME_ZONE", "").strip() or "Asia/Shanghai"
        settings.configure(USE_TZ=True, TIME_ZONE=zone, USE_I18N=True, LANGUAGE_CODE="zh-hans", LOCALE_PATHS=[LOCALE])
        django.setup(set_prefix=False)
    translation.activate(language())


def start() -> Any:
    """Load Django and return the settings; the database is not asked yet. Raises Failed where they cannot be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.utils import translation

    try:
        django.setup(set_prefix=False)
    except ImproperlyConfigured as why:
        if "psycopg" in str(why):
            raise Failed(_("缺少 PostgreSQL 驱动，请用 make core 按数据库地址装好，或安装 psycopg。")) from None
        raise Failed(str(why)) from None
    except OSError as why:
        said = {"path": why.filename or "var", "why": why.strerror}
        raise Failed(_("%(path)s 写不进去（%(why)s），请检查目录的权限。") % said) from None
    translation.activate(language())
    for name in ("django", "bihuan"):
        logging.getLogger(name).setLevel(logging.ERROR)  # a command says what matters itself
    return settings


def ready() -> Any:
    """Load Django and make sure that the database is there and up to date; raises Failed with what to do."""
    found = start()
    if missing := missing_migrations():
        if missing < 0:
            raise Failed(_("数据库还没建好，请先运行 bihuan init。"))
        raise Failed(_("数据库是旧版本，差%(n)s步，请先运行 bihuan init。") % {"n": missing})
    return found


def missing_migrations() -> int:
    """Return how many of our migrations the database lacks, -1 where it was never set up.

    Asked before every command, so by the names of the files alone: loading every migration takes half a second.
    Raises Failed where the database is away.
    """
    from django.db import connection
    from django.db.utils import DatabaseError, OperationalError, ProgrammingError

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and "memory" not in name and not Path(name).exists():
        return -1
    known = {name.partition(".")[2] for name in known_migrations()}
    try:
        connection.ensure_connection()
    except DatabaseError as why:
        raise Failed(unreachable(why)) from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM django_migrations WHERE app = 'store'")
            applied = {row[0] for row in cursor.fetchall()}
    except (ProgrammingError, OperationalError) as why:
        if "django_migrations" in str(why):
            return -1
        raise Failed(unreachable(why)) from None
    return len(known - applied) if applied else -1


def known_migrations() -> set[str]:
    """Return the names of our own migrations, `store.0001_…`, by the names of their files."""
    folder = Path(__file__).resolve().parent.parent / "store" / "migrations"
    return {f"store.{path.stem}" for path in folder.glob("[0-9]*.py")}


def unreachable(why: Exception) -> str:
    """Return the sentence for a database that does not answer, without the words of its address."""
    first = str(why).strip().splitlines()[0] if str(why).strip() else why.__class__.__name__
    return _("数据库连不上，请检查 BIHUAN_DATABASE_URL 和数据库服务（%(why)s）。") % {"why": first}


def fault(command: str) -> str:
    """Write the traceback of a bug to a file and return the sentence with its number, which stands in the file too."""
    number = secrets.token_hex(2).upper()
    entry = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} [{number}] bihuan {command}\n{traceback.format_exc()}\n"
    try:
        from django.conf import settings

        path = Path(getattr(settings, "VAR", "") or ".") / "faults.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(entry)
    except Exception:
        return _("系统出错，没有完成，编号%(number)s。") % {"number": number}
    return _("系统出错，没有完成。请把编号%(number)s告诉管理员，详情在 %(path)s。") % {"number": number, "path": path}


def show(text: str) -> None:
    """Print a line."""
    print(text, flush=True)


def as_json(value: Any) -> None:
    """Print plain data as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str), flush=True)


class Bar:
    """A progress bar on a terminal's standard error; nothing where there is no terminal."""

    WIDTH = 30

    def __init__(self, total: int, what: str) -> None:
        self.total, self.what, self.shown = max(total, 1), what, 0.0
        self.live = sys.stderr.isatty()

    def at(self, done: int) -> None:
        """Show that `done` of the total are done."""
        now = time.monotonic()
        if not self.live or (now - self.shown < 0.1 and done < self.total):
            return
        self.shown = now
        filled = min(self.WIDTH, self.WIDTH * done // self.total)
        bar = "█" * filled + "░" * (self.WIDTH - filled)
        print(f"\r{self.what} {bar} {done}/{self.total} ", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the bar away."""
        if self.live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@contextmanager
def bar(total: int, what: str) -> Iterator[Bar]:
    """Show a progress bar while the block runs."""
    shown = Bar(total, what)
    try:
        yield shown
    finally:
        shown.end()
