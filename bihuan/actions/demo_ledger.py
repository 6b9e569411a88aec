"""演示台账: the synthetic county's activities, entered by the real actions on the days they took place."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from django.core.files.base import ContentFile

from bihuan.actions import files, ledger
from bihuan.actions.import_columns import Mapping_
from bihuan.actions.sheets import read_sheet
from bihuan.actions.statistic_imports import import_statistics
from bihuan.core.permission import SYSTEM, Actor
from bihuan.store import calendars, network, people

LISTS = ("enterprises", "departments", "about")  # several keys in a cell, parted by ;
RECEIVED = datetime(2022, 10, 20, 1, 30, tzinfo=UTC)  # before the figures were printed
OURS = ("at", "activity", "unit", "post", "date", "evidence", "withdrawn", "reason")


def keep_books(path: Path, programme: str) -> int:
    """Enter every row of the sheet at its own time, by who held the post that day; return how many.

    `at` and `withdrawn` are local times; `evidence` names a file that is brought along; a row with `withdrawn` is taken
    back then. All other columns are facts of the activity. Raises Refused where the programme does not allow a row.
    """
    zone = calendars.calendar().zone
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in sorted(rows, key=lambda one: one["at"]):
        now = moment(row["at"], zone)
        actor = holder(row["post"], now)
        facts = {key: _fact(key, value) for key, value in row.items() if key not in OURS and value}
        kept = []
        if name := row["evidence"]:
            said = f"（演示数据，合成）{row['date']} {row['topic'] or row['content']}\n"
            kept = [files.keep(ContentFile(said.encode(), name=name), by=actor.person, now=now)]
        entry = ledger.enter(
            actor=actor,
            programme=programme,
            activity=row["activity"],
            facts={"unit": row["unit"], "date": row["date"], **facts},
            now=now,
            files=kept,
        )
        if row["withdrawn"]:
            ledger.withdraw(actor=actor, number=entry.number, reason=row["reason"], now=moment(row["withdrawn"], zone))
    return len(rows)


def keep_statistics(path: Path, programme: str) -> int:
    """Import the sheet of stated statistics on the day its source came out; return how many were taken.

    Raises ValueError with the faults of the first row that was not taken.
    """
    account = import_statistics(
        actor=SYSTEM, programme=programme, sheet=read_sheet(path), mapping=Mapping_(), now=RECEIVED
    )
    for rejected in account.rejected:
        raise ValueError(f"{path.name}:{rejected.row.line}: {rejected.faults}")
    return account.taken


def moment(text: str, zone: tzinfo) -> datetime:
    """Return a local time of a sheet, `2022-01-05 09:30`, as an instant."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


def _fact(key: str, value: str) -> str | list[str]:
    return value.split(";") if key in LISTS else value


def holder(post: str, now: datetime) -> Actor:
    """Return who holds the post that day, acting in it; raises LookupError where nobody does."""
    net = network.snapshot(calendars.calendar().local_day(now))
    found = next(one.person for one in net.holders(post) if not one.stands_for)
    actor = people.actor(found, post, now)
    if actor is None:
        raise LookupError(f"{post}: {now:%Y-%m-%d}")
    return actor
