"""过线: pages through the server the product ships with, against a bare WSGI application on the same server.

The server has one worker process on one core; the client, on the other, keeps four connections busy.
`bench.bare` is the floor: it answers as many bytes as the page and does nothing else.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from typing import Any

from bench import pages

CONNECTIONS = 4
SECONDS = 4.0
PAGES = ("desk_to_accept", "orders", "order", "work")


def http() -> dict[str, Any]:
    """Return requests a second of some pages and of the floor with as many bytes, and the share."""
    pages.clock_stands()
    found: dict[str, Any] = {}
    targets = {}
    for name in PAGES:
        person, address = pages.PAGES[name]
        client = pages.signed_in(person)
        place = address or f"/orders/{pages.number()}/"
        targets[name] = (place, client.cookies.output(header="", sep=";").strip(), len(client.get(place).content))
    with Server("bihuan.wsgi:application") as ours, Server("bench.bare:application") as floor:
        for name, (place, cookie, size) in targets.items():
            rates = []
            for _ in range(3):
                rates.append((floor.rate(f"/?{size}", ""), ours.rate(place, cookie)))
            base, other = (sorted(column)[1] for column in zip(*rates, strict=True))
            found[name] = {
                "floor_a_second": round(base),
                "ours_a_second": round(other),
                "share": round(other / base, 3),
                "kilobytes": round(size / 1024),
                "megabytes": ours.megabytes(),
            }
    return found


class Server:
    """granian with one worker on the first core."""

    def __init__(self, application: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", "1", "--blocking-threads", str(CONNECTIONS), "--no-access-log", "--log-level", "error"),
            application,
        ]

    def __enter__(self) -> Server:
        environment = {**os.environ, "BIHUAN_POOL": str(CONNECTIONS), "PYTHONPATH": os.getcwd()}
        self.process = subprocess.Popen(self.command, env=environment, preexec_fn=_first_core)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.process.kill()
        raise RuntimeError("granian did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def rate(self, address: str, cookie: str) -> float:
        """Return the answers a second over some seconds; raises RuntimeError where one is no 200."""
        self._ask(address, cookie, 0.5)
        return self._ask(address, cookie, SECONDS)

    def _ask(self, address: str, cookie: str, seconds: float) -> float:
        counts, faults = [0] * CONNECTIONS, []
        until = time.monotonic() + seconds

        def ask(place: int) -> None:
            line = HTTPConnection("127.0.0.1", self.port)
            while time.monotonic() < until:
                line.request("GET", address.encode().decode("latin-1"), headers={"Cookie": cookie} if cookie else {})
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    faults.append(answer.status)
                    return
                counts[place] += 1

        start = time.monotonic()
        threads = [threading.Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise RuntimeError(f"{address} answered {faults[0]}")
        return sum(counts) / (time.monotonic() - start)

    def megabytes(self) -> int:
        """Return the memory of the worker process, the largest of the server's children."""
        sizes = [0]
        for task in os.listdir("/proc") if os.path.isdir("/proc") else []:
            try:
                with open(f"/proc/{task}/status") as file:
                    facts = dict(line.split(":\t", 1) for line in file if ":\t" in line)
            except (OSError, ValueError):
                continue
            if facts.get("PPid", "").strip() == str(self.process.pid):
                sizes.append(int(facts.get("VmRSS", "0 kB").split()[0]) // 1024)
        return max(sizes)


def _first_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
