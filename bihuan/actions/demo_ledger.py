"""演示台账: the synthetic county's activities, entered by the real actions on the days they took place."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from django.core.files.base import ContentFile

from bihuan.actions import files, ledger
from bihuan.core.permission import Actor
from bihuan.store import calendars, network, people

LISTS = ("enterprises", "departments", "about")  # several keys in a cell, parted by ;
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
        now = _moment(row["at"], zone)
        actor = _holder(row["post"], now)
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
            ledger.withdraw(actor=actor, number=entry.number, reason=row["reason"], now=_moment(row["withdrawn"], zone))
    return len(rows)


def _moment(text: str, zone: tzinfo) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


def _fact(key: str, value: str) -> str | list[str]:
    return value.split(";") if key in LISTS else value


def _holder(post: str, now: datetime) -> Actor:
    net = network.snapshot(calendars.calendar().local_day(now))
    holder = next(one.person for one in net.holders(post) if not one.stands_for)
    actor = people.actor(holder, post, now)
    if actor is None:
        raise LookupError(f"{post}: {now:%Y-%m-%d}")
    return actor
