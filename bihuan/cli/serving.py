"""`bihuan serve` serves the pages, on SQLite with the worker beside it; `bihuan work` runs the worker alone."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from typing import Any

from bihuan.cli import console
from bihuan.cli.speech import _

WORKER = [sys.executable, "-m", "bihuan.main"]
THREADS = max(2, min(8, 2 * (os.cpu_count() or 1)))


def add(commands: Any) -> None:
    """Add `serve` and `work`."""
    one: argparse.ArgumentParser = commands.add_parser(
        "serve",
        help=_("启动网站"),
        description=_("启动网站。用 SQLite 时后台也在一起跑；用 PostgreSQL 时请另开 bihuan work。"),
    )
    one.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help=_("监听的地址，默认 127.0.0.1"))
    one.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000", help=_("端口，默认 8000"))
    one.add_argument("--workers", type=_count, default=1, metavar="N", help=_("进程数，默认 1"))
    one.add_argument(
        "--threads", type=_count, default=THREADS, metavar="N", help=_("每个进程的线程数，默认是处理器数的两倍，2至8")
    )
    one.set_defaults(run=serve)
    two: argparse.ArgumentParser = commands.add_parser(
        "work",
        help=_("启动后台：提醒、计数、封存"),
        description=_("启动后台：到期提醒、计数、每日封存。可以同时开几个，一件事不会做两次。"),
    )
    two.set_defaults(run=work)


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(_("端口“%(text)s”要写1至65535的整数") % {"text": text})


def _count(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(_("“%(text)s”要写1至256的整数") % {"text": text})


def serve(asked: argparse.Namespace) -> int:
    """Serve until stopped; on SQLite with a worker beside."""
    free(asked.host, asked.port)
    if "postgres" in os.environ.get("BIHUAN_DATABASE_URL", ""):
        os.environ.setdefault("BIHUAN_POOL", str(asked.threads))
    settings = console.ready()
    from django.db import connection, connections

    alone = connection.vendor == "sqlite"
    _collect()
    host = f"[{asked.host}]" if ":" in asked.host else asked.host
    console.show(_("闭环已启动：http://%(host)s:%(port)s  按 Ctrl+C 停止。") % {"host": host, "port": asked.port})
    if not alone:
        console.show(_("数据库是 PostgreSQL，后台请另开：bihuan work"))
    _outside(asked.host, settings)
    show_sign_ins()
    connections.close_all()
    worker = subprocess.Popen([*WORKER, str(os.getpid())], env={**os.environ}) if alone else None
    try:
        return _granian(asked)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(timeout=30)


def _collect() -> None:
    """Have style sheet and script ready, compressed and named by their content, before the first page is asked for."""
    from django.contrib.staticfiles.storage import staticfiles_storage

    files: Any = staticfiles_storage  # `bihuan.web.assets.Assets`, as the settings say
    try:
        files.collect()
    except OSError as why:
        said = _("样式和脚本没能压缩好（%(why)s），页面照常能用，只是传得慢些。")
        console.show(said % {"why": why.strerror or why})


def _granian(asked: argparse.Namespace) -> int:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    server = Granian(
        "bihuan.wsgi:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.workers,
        blocking_threads=asked.threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_level=LogLevels.warning,
    )
    server.serve()
    return 0


def free(host: str, port: int) -> None:
    """Raise Failed where the port cannot be had, with what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise console.Failed(_("没有权限用端口%(port)s，请用1024以上的，如 --port 8000。") % {"port": port}) from None
    except socket.gaierror:
        raise console.Failed(_("地址“%(host)s”不对，请写本机的地址，如 127.0.0.1。") % {"host": host}) from None
    except OSError as why:
        if why.errno in (98, 48):
            said = _("端口%(port)s已有程序在用。请换一个，如 --port %(next)s，或先停掉那个程序。")
            raise console.Failed(said % {"port": port, "next": port + 1}) from None
        raise console.Failed(_("地址“%(host)s”不是本机的，请写 127.0.0.1 或 0.0.0.0。") % {"host": host}) from None


def _outside(host: str, settings: Any) -> None:
    if host not in ("127.0.0.1", "localhost", "::1") and set(settings.ALLOWED_HOSTS) <= set(settings.LOOPBACK):
        console.show(_("注意：别的机器要打开，请先设 BIHUAN_ALLOWED_HOSTS 为网站的域名或地址。"))


def show_sign_ins() -> None:
    """Print the demonstration's sign-ins, where this is the demonstration."""
    from bihuan.store import calendars, clock, network, people

    if not clock.is_demonstration():
        return
    from bihuan.actions import demo

    now = clock.now()
    console.show(_("演示账号（密码都是 %(password)s，只能在本机登录）：") % {"password": demo.PASSWORD})
    known = {str(row["user__username"]): str(row["key"]) for row in people.accounts()}
    for username in (one[0] for one in demo.CAST):
        acting = people.actor(known[username], "", now) if username in known else None
        if acting is not None:
            net = network.snapshot(calendars.calendar().local_day(now))
            console.show(f"  {username:<12} {acting.name}  {net.name(acting.unit)} {net.name(acting.post)}")


def work(asked: argparse.Namespace) -> int:
    """Become the worker."""
    console.ready()
    from django.db import connections

    connections.close_all()
    console.show(_("后台已启动，按 Ctrl+C 停止。"))
    sys.stdout.flush()
    os.execv(sys.executable, WORKER)
