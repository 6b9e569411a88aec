"""演示登记: the projects, supply needs and platforms of the county, a line a move, and its books of earlier years."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from bihuan.actions import lives, orders
from bihuan.actions.demo_ledger import holder, moment
from bihuan.actions.import_columns import Mapping_, known_headings
from bihuan.actions.imports import import_orders
from bihuan.actions.sheets import read_sheet
from bihuan.core.permission import SYSTEM
from bihuan.store import calendars, packs

# The sheet of moves of each kind of order; `order` in it is a name for the row's order within the sheet.
SHEETS = {"projects": "investment_lead", "supplies": "supply_match", "platforms": "platform_application"}
BEFORE = "projects_before.csv"
OURS = ("at", "order", "verb", "post", "requester", "requester_name", "desk", "channel")
TOGETHER = 100


def keep_registers(folder: Path, programme: str, *, founded: datetime, until: datetime) -> list[int]:
    """Import the books from before, then make every move of the sheets at its own time; return the orders' ids.

    `at` is local time, `post` whoever held it that day. Raises Refused where the programme does not allow a line, and
    ValueError for a row of the old books that was not taken.
    """
    if (folder / BEFORE).is_file():
        _before(folder / BEFORE, programme, founded)
    zone = calendars.calendar().zone
    steps: list[tuple[str, str, dict[str, str]]] = []
    for name, kind in SHEETS.items():
        if (folder / f"{name}.csv").is_file():
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                steps += [(row["at"], kind, row) for row in csv.DictReader(file)]
    made: dict[tuple[str, str], int] = {}
    steps.sort(key=lambda step: step[0])
    for start in range(0, len(steps), TOGETHER):
        with transaction.atomic():  # many moves to one flush of the disk; each is still a command of its own
            for at, kind, row in steps[start : start + TOGETHER]:
                _step(kind, row, moment(at, zone), programme, made)
    with transaction.atomic():
        for id_ in made.values():
            lives.sound(id_, until)
    return list(made.values())


def _step(kind: str, row: dict[str, str], now: datetime, programme: str, made: dict[tuple[str, str], int]) -> None:
    actor = holder(row["post"], now)
    facts: dict[str, Any] = {key: value for key, value in row.items() if key not in OURS and value}
    here = (kind, row["order"])
    if here in made:
        lives.sound(made[here], now)
        orders.move_order(actor=actor, id_=made[here], verb=row["verb"], facts=facts, now=now)
        return
    asked = {key: row[key] for key in ("requester", "requester_name", "desk") if row.get(key)}
    channel = row.get("channel") or "officer"
    made[here] = orders.submit_order(
        actor=actor, programme=programme, type_=kind, facts=facts, now=now, channel=channel, **asked
    ).id


def _before(path: Path, programme: str, now: datetime) -> None:
    kind = SHEETS["projects"]
    known = known_headings(packs.programme(programme).orders[kind])
    sheet = read_sheet(path, known=list(known))
    account = import_orders(actor=SYSTEM, programme=programme, type_=kind, sheet=sheet, mapping=Mapping_(), now=now)
    for rejected in account.rejected:
        raise ValueError(f"{path.name}: {rejected.row.line}: {rejected.faults}")
