"""过线: pages and a step through the server the product ships with, against a bare WSGI application on the same server.

The server has one worker process on one core; the client, on the other, keeps four connections busy. The floor
(`bench.bare`) does the same work by hand-written SQL: fifty rows of a queue for a page, one committed step for a step.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from bench import county, pages
from bihuan.store import counters, keys, lists, orders, packs

CONNECTIONS = 4
SECONDS = 4.0
MANY = 10_000 if os.environ.get("SCALE") == "full" else 1_000  # requests before the memory is looked at
PAGES = ("desk_to_accept", "orders", "order", "work")
FORM = "application/x-www-form-urlencoded"
WRITES = "handler3_0"
SIGN_IN = "/in/"

# What a connection asks next: method, address, headers, body, and the status it must be answered with.
Asks = Callable[[int], tuple[str, str, dict[str, str], str, int]]


def http() -> dict[str, Any]:
    """Return requests a second of some pages and of a step, those of the floor, and the share."""
    pages.clock_stands()
    while counters.fold():  # as the worker does all day: what other stages left would be read with every page
        pass
    found: dict[str, Any] = {}
    targets: dict[str, Asks] = {}
    sizes = {}
    for name in PAGES:
        person, address = pages.PAGES[name]
        client = pages.signed_in(person)
        place = address or f"/orders/{pages.number()}/"
        sizes[name] = len(client.get(place).content)  # from here on the browser has the form's cookie, as any browser
        targets[name] = reading(place, client.cookies.output(header="", sep=";", attrs=[]).strip())
    orders = _in_hand()
    targets["step"] = _writing([number for _id, number in orders])
    with Server("bihuan.wsgi:application") as ours, Server("bench.bare:application") as floor:
        found["empty_a_second"] = round(floor.rate(reading("/?40000", "")))
        rows, step = reading("/rows", ""), _stepping([id_ for id_, _number in orders])
        for name, ask in targets.items():
            rates = []
            for _ in range(3):
                rates.append((floor.rate(step if name == "step" else rows), ours.rate(ask)))
            base, other = (sorted(column)[1] for column in zip(*rates, strict=True))
            found[name] = {
                "floor_a_second": round(base),
                "ours_a_second": round(other),
                "share": round(other / base, 3),
                "kilobytes": round(sizes.get(name, 0) / 1024),
                "megabytes": ours.megabytes(),
            }
        ours.many(targets["orders"], MANY)
        found["requests"], found["megabytes"] = MANY, ours.megabytes()
    return found


def reading(address: str, cookie: str) -> Asks:
    """Return how a page is asked for."""
    headers = {"Cookie": cookie} if cookie else {}
    return lambda place: ("GET", address.encode().decode("latin-1"), headers, "", 200)


def _stepping(ids: list[int]) -> Asks:
    return lambda place: ("POST", f"/step?{ids[place]}", {"Content-Type": FORM}, urlencode({"text": "x" * 30}), 303)


def _writing(numbers: list[str]) -> Asks:
    """Return how the handler writes progress on an order: the form as the page sends it, each time another one."""
    client = pages.signed_in(WRITES)
    form = client.get(f"/orders/{numbers[0]}/progress/").content.decode()
    token = form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    cookie = client.cookies.output(header="", sep=";", attrs=[]).strip()
    headers = {"Cookie": cookie, "Content-Type": FORM}
    writer = county.actor(WRITES)
    seqs = [orders.by_number(number, seen_by=writer).order.seq for number in numbers]

    def ask(place: int) -> tuple[str, str, dict[str, str], str, int]:
        sent = {"text": "联系到两所学校。", "form_key": keys.new_key(), "csrfmiddlewaretoken": token}
        sent["expect"] = str(seqs[place])
        seqs[place] += 1
        return "POST", f"/orders/{numbers[place]}/progress/", headers, urlencode(sent), 302

    return ask


def _in_hand() -> list[tuple[int, str]]:
    """Return an order in the writer's hands for each connection, as (id, number)."""
    page = lists.page(
        seen_by=county.actor(WRITES),
        programmes=list(packs.current().values()),
        asked=lists.Asked(programme=county.PROGRAMME, queue="in_progress", handler=WRITES),
        now=county.NOW,
        limit=CONNECTIONS,
    )
    return [(row.id, row.number) for row in page.rows]


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

    def rate(self, ask: Asks) -> float:
        """Return the answers a second over some seconds; raises RuntimeError where one has another status."""
        self._ask(ask, 0.5)
        return self._ask(ask, SECONDS)

    def many(self, ask: Asks, n: int) -> None:
        """Ask `n` times and more."""
        done = 0.0
        while done < n:
            done += self._ask(ask, SECONDS) * SECONDS

    def _ask(self, ask: Asks, seconds: float) -> float:
        counts, faults = [0] * CONNECTIONS, []
        until = time.monotonic() + seconds

        def go(place: int) -> None:
            line = HTTPConnection("127.0.0.1", self.port)
            while time.monotonic() < until:
                method, address, headers, body, wanted = ask(place)
                line.request(method, address, body or None, headers)
                answer = line.getresponse()
                answer.read()
                # A page of sign-in is a redirect too, and no step.
                if answer.status != wanted or (answer.getheader("Location") or "").startswith(SIGN_IN):
                    faults.append((address, answer.status))
                    return
                counts[place] += 1

        start = time.monotonic()
        threads = [threading.Thread(target=go, args=(place,)) for place in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise RuntimeError(f"{faults[0][0]} answered {faults[0][1]}")
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
