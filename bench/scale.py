"""规模: pages of a long installation beside those of a short one, read in turns: a slow minute is both's.

The short one is a database of its own, filled and read by a process of its own: `python -m bench.scale ORDERS OPEN`
answers each page named on its input with the milliseconds it took.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SHORT = 10_000
PAGES = ("desk", "desk_to_accept", "work", "orders", "board")


def scale(repeats: int) -> dict[str, Any]:
    """Return by page the middle and the 95th percentile of both in milliseconds, and the long by the short one's."""
    reader = Reader()
    found: dict[str, Any] = {"short_orders": SHORT, "pages": {}}
    with other() as child:
        for name in PAGES:
            times: list[tuple[float, float]] = []
            for _ in range(max(repeats, 40)):
                times.append((child.read(name), reader.read(name)))
            short, long = (sorted(column) for column in zip(*times, strict=True))
            found["pages"][name] = {
                "short_ms": round(statistics.median(short), 1),
                "long_ms": round(statistics.median(long), 1),
                "short_p95": round(_p95(short), 1),
                "long_p95": round(_p95(long), 1),
                "ratio": round(statistics.median(long) / statistics.median(short), 2),
                "ratio_p95": round(_p95(long) / _p95(short), 2),
            }
    return found


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


class Reader:
    """Browsers signed in on this process's database."""

    def __init__(self) -> None:
        from bench import pages

        pages.clock_stands()
        self.clients = {name: pages.signed_in(pages.PAGES[name][0]) for name in PAGES}
        self.places = {name: pages.PAGES[name][1] for name in PAGES}
        for name in PAGES:
            self.read(name)

    def read(self, name: str) -> float:
        """Return the milliseconds a page took; raises RuntimeError where it is no 200."""
        start = time.perf_counter()
        answer = self.clients[name].get(self.places[name])
        took = (time.perf_counter() - start) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{name} answered {answer.status_code}")
        return took


class Child:
    """The reader of the short installation, in its own process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def read(self, name: str) -> float:
        """Return the milliseconds a page took there."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return float(json.loads(self.process.stdout.readline()))


@contextmanager
def other() -> Iterator[Child]:
    """Yield the reader of a short installation in a database of the same kind, gone afterwards."""
    from django.db import connection

    address = os.environ["BIHUAN_DATABASE_URL"]
    name = f"bench_short_{os.getpid()}"
    postgres = connection.vendor == "postgresql"
    beside = f"{address.rpartition('/')[0]}/{name}" if postgres else f"{address}.short"
    if postgres:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_order WHERE tenant = 1 AND open")
        running = min(cursor.fetchone()[0], SHORT // 2)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.scale", str(SHORT), str(running)],
        env={**os.environ, "BIHUAN_DATABASE_URL": beside},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        process.stdout.readline()  # it says when it is filled
        yield Child(process)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(60)
        if postgres:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        else:
            for end in ("", "-wal", "-shm"):
                path = beside.removeprefix("sqlite:///") + end
                if os.path.exists(path):
                    os.unlink(path)


def main(n: int, running: int) -> None:
    """Fill a database with `n` orders, so many of them open, and answer page after page until the input ends."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench import stages

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    stages.filling(n, running)
    reader = Reader()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(reader.read(line.strip())), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
