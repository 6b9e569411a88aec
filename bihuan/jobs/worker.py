"""后台: sounds alarms, tells people, folds counters, indexes what may be searched and seals the chains, again and again.

Several workers may run at once: every piece of work is claimed by the row it changes, so none is done twice.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection

from bihuan.actions import alarms, files, seals
from bihuan.core.instants import instant, iso
from bihuan.jobs.notices import Rounds
from bihuan.store import beats, clock, counters, terms, versions
from bihuan.store import seals as sealed

log = logging.getLogger("bihuan.jobs")
SEAL_EVERY = timedelta(days=1)
SWEEP_EVERY = timedelta(hours=1)
BEAT_EVERY = timedelta(seconds=30)


@dataclass
class Worker:
    """The rounds of one worker. `pause` is seconds between rounds; `stop` ends it after the round it is in."""

    pause: float = 5.0
    stop: threading.Event = field(default_factory=threading.Event)
    calendar: int = 0
    swept: datetime | None = None
    beaten: datetime | None = None
    notices: Rounds = field(default_factory=Rounds)

    def run(self) -> None:
        """Make rounds until stopped; a database that is away is waited for."""
        while not self.stop.is_set():
            try:
                busy = self.round(clock.now())
            except DatabaseError as fault:
                log.warning("database away, waiting: %s", fault.__class__.__name__)
                busy = False
            finally:
                close_old_connections()
            if not busy:
                self.stop.wait(self.pause)
        connection.close()

    def round(self, now: datetime) -> bool:
        """Do what is due now; return whether there may be more at once."""
        sounded = alarms.sound_alarms(now=now, limit=500)
        folded = counters.fold()
        indexed = terms.fold()
        self._settle(now)
        self._seal(now)
        self._sweep(now)
        told = self.notices.round(now)
        self._beat(now)
        return sounded >= 500 or folded >= counters.BATCH or indexed >= terms.BATCH or told

    def _settle(self, now: datetime) -> None:
        """Settle provisional deadlines when the calendar has changed since this worker last looked."""
        version = versions.current().calendar
        if version != self.calendar:
            for _ in alarms.settle(now=now):
                pass
            self.calendar = version

    def _seal(self, now: datetime) -> None:
        last = sealed.last()
        if last is None or now - instant(last.at) >= SEAL_EVERY:
            seals.seal(now=now)

    def _sweep(self, now: datetime) -> None:
        """Drop what was uploaded and never submitted."""
        if self.swept is None or now - self.swept >= SWEEP_EVERY:
            files.sweep(now=now)
            self.swept = now

    def _beat(self, now: datetime) -> None:
        """Leave word that a whole round was made; a round that failed leaves none."""
        if self.beaten is None or now - self.beaten >= BEAT_EVERY:
            beats.beat(beats.WORKER, iso(now))
            self.beaten = now
