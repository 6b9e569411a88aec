"""备份: one file with the database, the attachments and a checksum for each; restore takes it whole or not at all."""

from __future__ import annotations

import argparse
import errno
import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bihuan import __version__
from bihuan.cli import console
from bihuan.cli.speech import _

SQLITE, DUMP, MEDIA, MANIFEST = "database.sqlite3", "database.dump", "media/", "manifest.json"
CHUNK = 1 << 20


def add(commands: Any) -> None:
    """Add `backup` and `restore`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "backup",
        help=_("备份到一个文件"),
        description=_("把数据库和附件备份到一个文件，网站不用停。密钥（var/*-key）不在里面，请另存。"),
    )
    one.add_argument("file", metavar=_("文件"))
    one.add_argument("--replace", action="store_true", help=_("已有同名文件时也写，原来的会被替换"))
    one.set_defaults(run=backup)
    two: argparse.ArgumentParser = commands.add_parser(
        "restore",
        help=_("从备份恢复"),
        description=_("从备份恢复数据库和附件。备份有一处损坏就一点也不恢复。"),
    )
    two.add_argument("file", metavar=_("文件"))
    two.add_argument("--replace", action="store_true", help=_("数据库里已有数据时也恢复，现有数据会被替换"))
    two.set_defaults(run=restore)


# ---- backup ----
def backup(asked: argparse.Namespace) -> int:
    """Write the backup beside its name first, so that a file of that name is always a whole one."""
    settings = console.ready()
    target = Path(asked.file)
    if target.exists() and not (asked.replace and target.is_file()):
        said = _("%(path)s 已经有了，没有备份。请换一个文件名；确定要换掉它，请加 --replace。")
        raise console.Failed(said % {"path": target})
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        # Beside the file: there must be room for it there, and a small folder for temporary files is often full.
        with tempfile.TemporaryDirectory(prefix=".bihuan-backup-", dir=target.parent) as folder:
            copy = _copied(Path(folder))
            with tarfile.open(part, "w:gz", compresslevel=5) as archive:
                sums = {copy.name: _put(archive, copy, copy.name)}
                root = Path(settings.MEDIA_ROOT)
                for path in _media(root):
                    name = MEDIA + path.relative_to(root).as_posix()
                    sums[name] = _put(archive, path, name)
                _put_text(archive, MANIFEST, json.dumps(_manifest(sums), ensure_ascii=False, indent=1))
        with part.open("rb") as file:
            digest = _sum(file)
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, sqlite3.Error) as why:
        words = {"path": target, "why": getattr(why, "strerror", None) or why}
        raise console.Failed(_("%(path)s 写不进去（%(why)s），没有备份。") % words) from None
    finally:
        part.unlink(missing_ok=True)
    _noted("backed_up", {"file": target.name, "size": target.stat().st_size, "digest": digest})
    told = {"path": target, "files": len(sums) - 1, "size": f"{target.stat().st_size / (1 << 20):.1f}"}
    console.show(_("已备份到 %(path)s（%(size)sMB，附件%(files)s个）。密钥不在里面，请另存。") % told)
    return 0


def _noted(verb: str, facts: dict[str, Any]) -> None:
    """Keep in the register that everything was taken out, or put back."""
    from django.db import transaction

    from bihuan.actions.register import SETUP, note
    from bihuan.core.permission import SYSTEM
    from bihuan.store import clock

    with transaction.atomic():
        note(SETUP, actor=SYSTEM, verb=verb, facts=facts, now=clock.now())


def _copied(folder: Path) -> Path:
    """A consistent copy of the database, taken while it is being used."""
    from django.db import connection

    if connection.vendor == "sqlite":
        path = folder / SQLITE
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(path)) as to:
            source.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")
        return path
    path = folder / DUMP
    _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")
    return path


def _postgres(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools against the database; the password goes by the environment."""
    from django.db import connection

    if shutil.which(tool) is None:
        said = _("找不到 %(tool)s，请安装与服务器同版本的 PostgreSQL 客户端（Debian：postgresql-client）再试。")
        raise console.Failed(said % {"tool": tool})
    known = connection.settings_dict
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {**os.environ, **{name: str(known[key]) for name, key in given.items() if known[key]}}
    done = subprocess.run([tool, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]  # a tool that was killed says nothing
        raise console.Failed(_("%(tool)s 没有完成：%(why)s") % {"tool": tool, "why": last})


def _media(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".part")


def _put(archive: tarfile.TarFile, path: Path, name: str) -> str:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = path.stat().st_size, int(path.stat().st_mtime), 0o640
    with path.open("rb") as file:
        archive.addfile(entry, file)
    with path.open("rb") as file:
        return _sum(file)


def _put_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(data), int(datetime.now(UTC).timestamp()), 0o640
    archive.addfile(entry, io.BytesIO(data))


def _manifest(sums: dict[str, str]) -> dict[str, Any]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return {"bihuan": __version__, "made": made, "vendor": connection.vendor, "migrations": applied, "sha256": sums}


def _sum(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while block := file.read(CHUNK):
        found.update(block)
    return found.hexdigest()


# ---- restore ----
def restore(asked: argparse.Namespace) -> int:
    """Unpack into a temporary folder, check every sum, and only then replace anything."""
    settings = console.start()
    from django.core.management import call_command
    from django.db import connection

    missing = console.missing_migrations()
    if missing >= 0 and _used() and not asked.replace:
        raise console.Failed(_("这个数据库里已有数据，恢复会把它替换掉。确定要换，请加 --replace。"))
    root = Path(settings.MEDIA_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bihuan-restore-", dir=root.parent) as name:
        folder = Path(name)
        manifest = _unpacked(Path(asked.file), folder)
        if manifest["vendor"] != connection.vendor:
            said = {"was": manifest["vendor"], "now": connection.vendor}
            raise console.Failed(_("备份来自 %(was)s，这里是 %(now)s，请恢复到同一种数据库。") % said)
        if not console.known_migrations().issuperset(manifest["migrations"]):
            said = {"was": manifest["bihuan"], "now": __version__}
            raise console.Failed(_("备份来自更新的版本 %(was)s，这里是 %(now)s，没有恢复。请先升级，再恢复。") % said)
        try:
            _replace_database(folder)
        except sqlite3.Error as why:  # its own copying is one transaction
            raise console.Failed(_("数据库写不进去（%(why)s），没有恢复，原来的数据还在。") % {"why": why}) from None
        for path in _media(folder / MEDIA):
            to = root / path.relative_to(folder / MEDIA)
            to.parent.mkdir(parents=True, exist_ok=True)
            path.replace(to)
    call_command("migrate", verbosity=0, interactive=False)
    _noted("restored", {"made": manifest["made"], "file": Path(asked.file).name})
    said = {"made": manifest["made"], "files": len(manifest["sha256"]) - 1}
    console.show(_("已恢复到 %(made)s 的备份（附件%(files)s个）。网站和后台请重新启动，再运行 bihuan verify。") % said)
    return 0


def _used() -> bool:
    from bihuan.store import orders, people

    return bool(orders.ids_after(0, 1) or people.accounts())


def _unpacked(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup and return its manifest, or raise Failed where one byte of it is not as it was written."""
    broken = _("备份“%(path)s”已损坏或不是备份文件，没有恢复。") % {"path": path}
    found: dict[str, str] = {}
    try:
        with gzip.open(path) as packed:
            with tarfile.open(fileobj=packed, mode="r:") as archive:
                for entry in archive:
                    if not entry.isfile() or entry.name.startswith("/") or ".." in Path(entry.name).parts:
                        raise console.Failed(broken)
                    found[entry.name] = _taken(archive, entry, folder / entry.name)
            while packed.read(1 << 20):  # the sum over everything stands at the very end, behind what the reader needs
                pass
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sums = dict(manifest["sha256"])
        manifest["migrations"] = [name for name in manifest["migrations"] if name.startswith("store.")]
        manifest = {key: manifest[key] for key in ("bihuan", "made", "vendor", "migrations", "sha256")}
    except FileNotFoundError:
        if path.exists():
            raise console.Failed(broken) from None
        raise console.Failed(_("找不到备份“%(path)s”，请看路径对不对。") % {"path": path}) from None
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zlib.error) as why:
        if isinstance(why, OSError) and why.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            said = {"path": folder.parent, "why": why.strerror}
            raise console.Failed(_("%(path)s 写不进去（%(why)s），没有恢复。") % said) from None
        raise console.Failed(broken) from None
    found.pop(MANIFEST, None)
    if found != sums or not {SQLITE, DUMP} & sums.keys():
        wrong = sorted(name for name in found.keys() | sums.keys() if found.get(name) != sums.get(name))
        said = {"path": path, "name": wrong[0] if wrong else MANIFEST}
        raise console.Failed(_("备份“%(path)s”里的 %(name)s 与校验和不符，没有恢复。") % said)
    return manifest


def _taken(archive: tarfile.TarFile, entry: tarfile.TarInfo, to: Path) -> str:
    """Write one file of a backup and return its sum.

    By its bytes alone: `extract` takes owner and mode along, and its filter is missing from Python before 3.11.4.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    packed = archive.extractfile(entry)
    assert packed is not None  # only files are asked for
    with packed, to.open("wb") as file:
        shutil.copyfileobj(packed, file, CHUNK)
    with to.open("rb") as file:
        return _sum(file)


def _replace_database(folder: Path) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        _postgres(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            f"--dbname={connection.settings_dict['NAME']}",
            str(folder / DUMP),
        )
        return
    name = connection.settings_dict["NAME"]
    connection.close()
    with closing(sqlite3.connect(folder / SQLITE)) as source:
        try:
            sound = source.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            sound = False
        if not sound:
            raise console.Failed(_("备份里的数据库已损坏，没有恢复。"))
        # Through SQLite, not by moving files: other processes may have the old one open.
        with closing(sqlite3.connect(name, timeout=20)) as to:
            source.backup(to)
            to.execute("PRAGMA journal_mode=WAL")
