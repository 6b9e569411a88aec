"""周期义务 on pages: one cell for each period of each unit, met, late, missed or excused, and each opens its entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.cadence import Cadence, Duty, counts, duties
from bihuan.core.ledger_kinds import Activity, reads, sees_book
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import ledger
from bihuan.words.orders import unit_name

# What stands in a cell, how it is called aloud, and the class of its colour.
MARKS = {
    "met": ("✓", gettext_noop("按时"), ""),
    "late": ("迟", gettext_noop("补记"), "late"),
    "missed": ("缺", gettext_noop("没有记"), "miss"),
    "excused": ("免", gettext_noop("没有开展，已说明"), "none"),
    "open": ("", gettext_noop("还没到期"), "none"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of one unit."""

    mark: str
    spoken: str
    color: str
    href: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One unit's periods of a year, with how many were due and how they were kept."""

    unit: str
    cells: list[Cell | None]
    n: dict[str, int]
    since: date | None


@dataclass(frozen=True, slots=True)
class Duties:
    """A cadence as the page draws it: `heads` are the periods' short names."""

    cadence: Cadence
    activity: Activity
    heads: list[str]
    strips: list[Strip]
    total: dict[str, int]


def duties_of(actor: Actor, programme: Programme, net: Network, today: date) -> list[Duties]:
    """Return the cadences of this year that the actor may see, one query each."""
    found = []
    for cadence in programme.cadences:
        activity = programme.ledger[cadence.activity]
        if sees_book(actor, activity):
            found.append(_one(actor, programme, cadence, activity, net, today))
    return [one for one in found if one.strips]


def _one(actor: Actor, programme: Programme, cadence: Cadence, activity: Activity, net: Network, today: date) -> Duties:
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    held = ledger.held(seen_by=actor, programme=programme.key, activity=activity, since=first, until=last)
    units = reads(actor, activity)
    strips, known = [], {}
    for unit in net.of_type(activity.unit):
        if units is not None and unit.key not in units:
            continue
        kept = duties(cadence, first, today, held.get(unit.key, ()), today, founded=unit.since, dissolved=unit.until)
        if not kept:
            continue
        known.update({one.period.start: one for one in kept})
        began = unit.since if unit.since and unit.since > first else None
        strips.append((unit.key, kept, began))
    heads = sorted(known)
    drawn = [
        Strip(
            unit_name(net, key),
            [
                _cell(activity, key, by.get(start))
                for by in [{one.period.start: one for one in kept}]
                for start in heads
            ],
            counts(kept),
            began,
        )
        for key, kept, began in strips
    ]
    total = {name: sum(one.n[name] for one in drawn) for name in ("due", "met", "late", "missed", "excused")}
    return Duties(cadence, activity, [_head(cadence, known[start]) for start in heads], drawn, total)


def _cell(activity: Activity, unit: str, duty: Duty | None) -> Cell | None:
    if duty is None:
        return None
    mark, spoken, color = MARKS[duty.kept]
    given = {"unit": unit, "from": duty.period.start.isoformat(), "to": duty.period.end.isoformat()}
    said = {"from": given["from"], "to": given["to"], "kept": _(spoken)}
    href = f"/ledger/{activity.key}/?{urlencode(given)}"
    return Cell(mark, _("%(from)s至%(to)s：%(kept)s") % said, color, href)


def _head(cadence: Cadence, duty: Duty) -> str:
    start = duty.period.start
    if cadence.every == "half_month":
        half = _("上") if start.day == 1 else _("下")
        return f"{start.month}{half}"
    return f"{start.month}/{start.day}" if cadence.every == "week" else str(start.month)
