"""体检: what is configured, reachable, out of date and insecure, each as one sentence with what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import LOCALE, _

OLDEST_SQLITE, OLDEST_POSTGRES = (3, 35, 0), 150000
LITTLE_SPACE = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `state` is ok, note (worth knowing) or bad (to be mended)."""

    check: str
    state: str
    sentence: str


Check = Callable[[Any], Iterator[Finding]]


def findings(settings: Any) -> list[Finding]:
    """Return everything found; what needs the database is left out where it does not answer."""
    found = [finding for check in (_safety, _files, _catalogue) for finding in check(settings)]
    found += _database(settings)
    if not any(f.state == "bad" and f.check == _("数据库") for f in found):
        for check in (_programmes, _by_itself, _notices, _county):
            found += check(settings)
    return found


def _database(settings: Any) -> list[Finding]:
    from django.db import connection
    from django.db.utils import DatabaseError

    name = _("数据库")
    try:
        missing = console.missing_migrations()
    except console.Failed as why:
        return [Finding(name, "bad", str(why))]
    if missing:
        said = _("还没建好或是旧版本，请运行 bihuan init。")
        return [Finding(name, "bad", said)]
    if connection.vendor == "sqlite":
        old = sqlite3.sqlite_version_info < OLDEST_SQLITE
        said = _("SQLite %(version)s，%(path)s") % {
            "version": sqlite3.sqlite_version,
            "path": connection.settings_dict["NAME"],
        }
        return [Finding(name, "bad" if old else "ok", _("SQLite 太旧，要3.35以上。") if old else said)]
    try:
        version = int(getattr(connection, "pg_version", 0))
    except DatabaseError as why:
        return [Finding(name, "bad", console.unreachable(why))]
    if version < OLDEST_POSTGRES:
        return [Finding(name, "bad", _("PostgreSQL 太旧，要15以上。"))]
    return [Finding(name, "ok", _("PostgreSQL %(version)s") % {"version": version // 10000})]


def _safety(settings: Any) -> Iterator[Finding]:
    name = _("安全")
    if settings.DEBUG:
        yield Finding(name, "bad", _("BIHUAN_DEBUG 开着，出错时会显示内部情况。对外服务前请去掉。"))
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts:
        yield Finding(name, "bad", _("BIHUAN_ALLOWED_HOSTS 写了 *，请写明网站的域名。"))
    outside = hosts - set(settings.LOOPBACK)
    if outside and not settings.HTTPS:
        yield Finding(name, "bad", _("对外服务却没有用 HTTPS，请在前面放 HTTPS 代理，并设 BIHUAN_HTTPS=1。"))
    if outside and not settings.PROXIES:
        yield Finding(name, "note", _("前面若有代理，请设 BIHUAN_PROXIES，否则登录限次按代理的地址算。"))
    if settings.DEMO_ANYWHERE:
        yield Finding(name, "note", _("演示账号允许从别的机器登录，只应在演示时这样。"))
    for kept in (settings.VAR / "secret-key", settings.VAR / "link-key"):
        if kept.exists() and kept.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield Finding(name, "bad", _("%(path)s 别人也读得到，请运行 chmod 600 %(path)s。") % {"path": kept})
    if not settings.DEBUG and "*" not in hosts and (not outside or settings.HTTPS):
        scope = _("只在本机服务") if not outside else _("对外服务，HTTPS")
        yield Finding(name, "ok", scope)
    if (settings.VAR / "link-key").exists() and not os.environ.get("BIHUAN_LINK_KEY"):
        said = _("单子的链接靠 %(path)s，请与备份分开另存一份，丢了发出去的链接全部作废。")
        yield Finding(name, "note", said % {"path": settings.VAR / "link-key"})


def _files(settings: Any) -> Iterator[Finding]:
    name = _("附件目录")
    root = Path(settings.MEDIA_ROOT)
    nearest = next((path for path in (root, *root.parents) if path.exists()), Path("/"))
    if not os.access(nearest, os.W_OK):
        yield Finding(name, "bad", _("%(path)s 写不进去，请检查目录的权限。") % {"path": root})
        return
    free = shutil.disk_usage(nearest).free
    said = {"path": root, "free": f"{free / (1 << 30):.1f}"}
    if free < LITTLE_SPACE:
        yield Finding(name, "bad", _("%(path)s 所在磁盘只剩%(free)sGB，请腾出空间。") % said)
    else:
        yield Finding(name, "ok", _("%(path)s，磁盘还有%(free)sGB") % said)
    yield from _database_disk(settings)


def _database_disk(settings: Any) -> Iterator[Finding]:
    """A SQLite file may lie on another disk than the attachments; PostgreSQL's disk is its server's own."""
    default = settings.DATABASES["default"]
    if not str(default["ENGINE"]).endswith("sqlite3"):
        return
    folder = Path(default["NAME"]).parent
    if not folder.exists():
        return
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        said = {"path": folder, "free": f"{free / (1 << 30):.1f}"}
        yield Finding(_("数据库"), "bad", _("%(path)s 所在磁盘只剩%(free)sGB，请腾出空间。") % said)


def _catalogue(settings: Any) -> Iterator[Finding]:
    if not (LOCALE / "en" / "LC_MESSAGES" / "django.mo").exists():
        yield Finding(_("英文"), "note", _("英文说法还没编译，英文界面会显示中文。运行 make core 即编译。"))


def _programmes(settings: Any) -> Iterator[Finding]:
    from bihuan.cli.installation import shipped
    from bihuan.packs import loader
    from bihuan.store import packs

    name = _("项目")
    here = packs.current()
    if not here:
        yield Finding(name, "bad", _("一个项目也没有发布，请运行 bihuan init。"))
    for folder in shipped(settings):
        try:
            source = loader.load(folder)
        except ValueError:
            yield Finding(name, "bad", _("%(path)s 有毛病，请运行 bihuan pack check %(path)s。") % {"path": folder})
            continue
        known = here.get(source.key)
        said = {"key": source.key, "path": folder}
        if known is None:
            yield Finding(name, "bad", _("%(key)s 还没发布，请运行 bihuan init。") % said)
        elif known.hash != loader.content_hash(source.content):
            yield Finding(
                name,
                "note",
                _("%(key)s 与自带的不同：改过，或自带的更新了。核对后可 bihuan pack publish %(path)s。") % said,
            )
    for programme in here.values():
        yield Finding(name, "ok", f"{programme.bundle} {programme.name}")


def _by_itself(settings: Any) -> Iterator[Finding]:
    """What works by itself; the page of 系统状态 says the same."""
    from bihuan.store import clock
    from bihuan.words import status

    now = clock.now()
    for found in (status.years(now), status.worker(now), status.search(), status.backups(now)):
        for one in found:
            yield Finding(*one)


def _notices(settings: Any) -> Iterator[Finding]:
    from bihuan.store import clock
    from bihuan.words.notices import health

    for state, sentence in health(clock.now()):
        yield Finding(_("通知"), state, sentence)


def _county(settings: Any) -> Iterator[Finding]:
    from bihuan.store import clock, people, versions

    name = _("县区")
    if clock.is_demonstration():
        seen = versions.current()
        local = clock.now().astimezone()
        said = {"county": seen.county, "at": local.strftime("%Y-%m-%d %H:%M")}
        yield Finding(name, "note", _("这是虚构的演示县（%(county)s），演示时间%(at)s。") % said)
    if not people.accounts():
        yield Finding(name, "note", _("还没有账号，请用 bihuan user add 建立。"))
