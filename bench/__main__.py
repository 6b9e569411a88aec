"""Measure, print a table, write var/bench.json.

    python -m bench                  100,000 orders, SQLite and PostgreSQL
    SCALE=full python -m bench       1,000,000
    python -m bench --orders 2000 --repeats 5 --only lives sqlite
    python -m bench --orders 1000000 --at postgresql://…/county --only figures

Each database is measured in a process of its own, kept on one core where there are two, PostgreSQL on the other. The
server is the one BIHUAN_TEST_POSTGRES_URL names, in a database made for it and dropped at the end, or one of its own,
as durable as an installation's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import report
from bench.pairs import pin
from scripts.postgres import Unavailable, server

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "var" / "bench.json"
SCALES = {"": 100_000, "full": 1_000_000}
STAGES = ("lives", "reading", "search", "figures", "books", "pages", "scale", "imports", "writers", "http", "alarms")
# Nothing of it is lost in a power cut: these are PostgreSQL's own defaults.
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=2GB")


def asked() -> argparse.Namespace:
    """Read what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="量一量快慢；结果写入 var/bench.json")
    parser.add_argument("databases", nargs="*", metavar="DATABASE", help="sqlite、postgresql；不写就是两个都量")
    parser.add_argument(
        "--orders", type=int, default=SCALES.get(os.environ.get("SCALE", ""), 100_000), help="先装多少单"
    )
    parser.add_argument("--repeats", type=int, default=30, help="每项对照量多少对")
    parser.add_argument("--only", action="append", choices=STAGES, help="只量这几项，可以写几次")
    parser.add_argument("--at", default="", metavar="URL", help="量这个库：空的先装满，装过的接着量，量完留着")
    parser.add_argument("--out", type=Path, default=OUT, help="结果写到哪里")
    wanted = parser.parse_args()
    if unknown := set(wanted.databases) - {"sqlite", "postgresql"}:
        parser.error(f"没有这种数据库：{'、'.join(sorted(unknown))}")
    if wanted.at:
        wanted.databases = [wanted.at.partition(":")[0]]
    wanted.databases = wanted.databases or ["sqlite", "postgresql"]
    return wanted


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Yield the address of an empty database of that kind; it is gone afterwards."""
    if kind == "sqlite":
        # Beside the source: the temporary folder of some machines is memory, which flushes nothing.
        (ROOT / "var").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "var") as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    import psycopg

    pin(0)  # the server inherits it
    with server(DURABLE) as address:
        own = f"bench_{os.getpid()}"
        with psycopg.connect(address, autocommit=True) as db:
            db.execute(f"CREATE DATABASE {own}")
            try:
                yield f"{address.rpartition('/')[0]}/{own}"
            finally:
                db.execute(f"DROP DATABASE {own} WITH (FORCE)")


def measured(kind: str, wanted: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of one kind of database, taken in a process of its own."""
    with (
        nullcontext(wanted.at) if wanted.at else database(kind) as address,
        tempfile.NamedTemporaryFile(suffix=".json") as out,
    ):
        environment = {**os.environ, "BIHUAN_DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bihuan.settings"}
        environment.pop("BIHUAN_POOL", None)
        command = [sys.executable, "-m", "bench.run", str(wanted.orders), str(wanted.repeats), out.name]
        subprocess.run([*command, *(wanted.only or STAGES)], cwd=ROOT, env=environment, check=True)
        return json.loads(Path(out.name).read_text(encoding="utf-8"))


def main() -> int:
    """Measure what was asked for; 1 where no PostgreSQL could be had or a bound is broken."""
    wanted = asked()
    figures: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": report.machine(),
        "orders": wanted.orders,
        "databases": {},
    }
    for kind in wanted.databases:
        print(f"\n== {kind}", flush=True)
        try:
            figures["databases"][kind] = measured(kind, wanted)
        except Unavailable as why:
            print(why, file=sys.stderr)
            return 1
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    wanted.out.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    lines = report.lines(figures)
    print(report.table(lines))
    print(f"\n{wanted.out}")
    return int(any(line.broken for line in lines))


if __name__ == "__main__":
    raise SystemExit(main())
