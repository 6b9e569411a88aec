"""A worker process killed (−9) in the middle of sending: what the table says still arrives, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bihuan.actions import contacts
from bihuan.actions import notices as actions
from bihuan.core.instants import iso
from bihuan.jobs import notices as jobs
from bihuan.store import caches, notices
from bihuan.store.events import TELL
from bihuan.store.models import Delivery, Event
from tests import cast
from tests.actions.test_concurrent import at_once
from tests.jobs.receivers import MailBox, mail_server
from tests.jobs.test_notices import MINUTE, ordered

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ("wang", "liyun", "hebing")
# A worker of its own process on the tests' database, its clock told to it, with a lease short enough to wait for.
WORKER = """
import os, sys
from datetime import UTC, datetime, timedelta
import django
from django.conf import settings
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
settings.SITE, settings.MAIL_URL, settings.MAIL_FROM = "https://dian.example.gov.cn", "smtp://here", "b@example.gov.cn"
settings.MAIL_SERVER = {"host": "127.0.0.1", "port": int(sys.argv[2]), "username": "", "password": "", "timeout": 5}
from bihuan.jobs import notices
notices.LEASE = timedelta(seconds=2)
began, start = datetime.now(UTC), datetime.fromisoformat(sys.argv[3])
while True:
    notices.Rounds(day="2022-09-29").round(start + (datetime.now(UTC) - began))
"""


@pytest.fixture
def county(settings: Any) -> Iterator[MailBox]:
    caches.clear()
    cast.found()
    with mail_server() as box:
        settings.SITE, settings.MAIL_URL, settings.MAIL_FROM = "https://dian.example.gov.cn", "smtp://here", "b@x.cn"
        settings.MAIL_SERVER = {"host": "127.0.0.1", "port": box.port, "username": "", "password": "", "timeout": 5}
        for person in PEOPLE:
            mail = {"mail": f"{person}@example.gov.cn"}
            contacts.set_addresses(actor=cast.actor("wu"), person=person, given=mail, now=cast.NOW)
        yield box


def started(box: MailBox, at: datetime) -> subprocess.Popen[bytes]:
    name = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bihuan.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, name, str(box.port), at.isoformat()], cwd=ROOT, env=environment
    )


def expected(n: int) -> set[tuple[str, str]]:
    return {(f"{who}@example.gov.cn", f"【闭环】QD2022-{k:04d} 派单") for k in range(1, n + 1) for who in PEOPLE}


@pytest.mark.long
def test_everything_arrives_after_many_kills_and_repetitions_carry_the_same_id(county: MailBox) -> None:
    orders = 12
    for n in range(orders):
        ordered(cast.NOW + timedelta(seconds=n))
    at, kills = cast.NOW + 5 * MINUTE, 0
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and len(set(county.got)) < orders * len(PEOPLE):
        worker = started(county, at)
        before = len(county.mails)
        until = time.monotonic() + 30
        while time.monotonic() < until and len(county.mails) < before + 3 and worker.poll() is None:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        kills += 1
        at += timedelta(seconds=30)
    assert set(county.got) == expected(orders)
    ids: dict[tuple[str, str], set[str]] = {}
    for mail, told in zip(county.mails, county.got, strict=True):
        ids.setdefault(told, set()).add(str(mail["Message-ID"]))
    assert {len(found) for found in ids.values()} == {1}
    assert kills >= 3
    # At most what one kill can catch between the server's yes and our note of it.
    assert len(county.mails) <= orders * len(PEOPLE) + kills


def test_two_workers_at_once_send_each_message_once(county: MailBox) -> None:
    for n in range(4):
        ordered(cast.NOW + timedelta(seconds=n))
    now = cast.NOW + 5 * MINUTE
    rounds = [lambda: jobs.Rounds(day="2022-09-29").round(now)] * 3
    assert not [one for one in at_once(*rounds) if isinstance(one, Exception)]
    jobs.Rounds(day="2022-09-29").round(now + MINUTE)
    assert Counter(county.got) == Counter(expected(4))
    assert set(Delivery.objects.filter(channel="mail").values_list("state", flat=True)) == {"sent"}


def test_a_sender_whose_lease_ran_out_does_not_overwrite_what_the_next_one_wrote(county: MailBox) -> None:
    ordered()
    now = cast.NOW + 5 * MINUTE
    actions.tell(now=now)
    slow = notices.claim(iso(now), iso(now + jobs.LEASE), 1)[0]
    later = now + jobs.LEASE + MINUTE
    quick = notices.claim(iso(later), iso(later + jobs.LEASE), 3)
    assert slow.id in {one.id for one in quick}
    assert notices.settle(slow.id, iso(now + jobs.LEASE), state="failed", said="mail_away") is False
    assert notices.settle(slow.id, iso(later + jobs.LEASE), state="sent", sent=iso(later)) is True


def test_an_event_that_commits_late_under_an_early_number_is_told_all_the_same(county: MailBox) -> None:
    """Row ids are given before the commit: a mark on the row, not the highest id, says what is still to be told."""
    ordered()
    last = Event.objects.latest("id")
    actions.tell(now=cast.NOW + 5 * MINUTE)
    early = Event.objects.filter(verb="dispatch").get()
    Delivery.objects.all().delete()
    Event.objects.filter(pk=early.pk).update(waits=TELL)  # as if it had become visible only now
    assert early.id <= last.id
    assert actions.tell(now=cast.NOW + 6 * MINUTE) == 1
    assert Delivery.objects.filter(verb="dispatch", channel="mail").count() == len(PEOPLE)


def test_a_round_while_an_order_is_being_moved_waits_for_nobody(county: MailBox) -> None:
    id_ = ordered()
    stop = threading.Event()
    started_at = datetime.now(UTC)

    def rounds() -> int:
        n = 0
        while not stop.is_set():
            jobs.Rounds(day="2022-09-29").round(cast.NOW + 5 * MINUTE)
            n += 1
        return n

    def moves() -> float:
        try:
            for k in range(10):
                from bihuan.actions.orders import move_order

                at = cast.NOW + timedelta(hours=1, minutes=k)
                actor = cast.actor("wang", at)
                move_order(actor=actor, id_=id_, verb="progress", facts={"text": f"第{k}步"}, now=at)
        finally:
            stop.set()
        return (datetime.now(UTC) - started_at).total_seconds()

    n, seconds = at_once(rounds, moves)
    assert n >= 1 and seconds < 60, (n, seconds)
