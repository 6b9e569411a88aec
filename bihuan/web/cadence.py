"""周期义务 on pages: one cell for each period of each unit, met, late, missed or excused, and each opens its entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.burden import weekly
from bihuan.core.cadence import CUSTOM, Cadence, Duty, Period, counts
from bihuan.core.ledger_kinds import Activity, sees_book
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import duties as store
from bihuan.store.duties import Owed
from bihuan.words.duties import minutes_text
from bihuan.words.orders import unit_name

# What stands in a cell, how it is called aloud, and the class of its colour.
MARKS = {
    "met": ("✓", gettext_noop("按时"), ""),
    "late": ("迟", gettext_noop("补记"), "late"),
    "missed": ("缺", gettext_noop("没有记"), "miss"),
    "excused": ("免", gettext_noop("没有开展，已说明；或已免记"), "none"),
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
    weekly: str


def duties_of(
    actor: Actor, programme: Programme, net: Network, today: date, only: Collection[str] = ()
) -> list[Duties]:
    """Return the cadences of this year that the actor may see, or some of them by key; one query."""
    seen = {
        one.key: (one, date(today.year, 1, 1), today)
        for one in programme.cadences
        if sees_book(actor, programme.ledger[one.activity]) and (not only or one.key in only)
    }
    owed = store.of_cadences(seen_by=actor, programme=programme, spans=seen, net=net, today=today)
    found = (_one(programme, cadence, net, owed[key], first) for key, (cadence, first, _today) in seen.items())
    return [one for one in found if one.strips]


def _one(programme: Programme, cadence: Cadence, net: Network, owed: list[Owed], first: date) -> Duties:
    known = {one.period.start: one for some in owed for one in some.duties}
    heads = sorted(known)
    windows = {start: _Window(one.period) for start, one in known.items()}
    drawn = []
    for some in owed:
        by = {one.period.start: one for one in some.duties}
        began = some.since if some.since and some.since > first else None
        name = unit_name(net, some.key) if not cadence.post else some.name
        entries = f"/ledger/{cadence.activity}/?{urlencode({'unit': some.unit})}&"
        duty = f"/duties/cadence/{cadence.key}/?{urlencode({'of': some.key})}&"
        cells = [windows[start].cell(by.get(start), entries, duty) for start in heads]
        drawn.append(Strip(name, cells, counts(some.duties), began))
    total = {name: sum(one.n[name] for one in drawn) for name in ("due", "met", "late", "missed", "excused")}
    asked = minutes_text(weekly(programme, cadence))
    activity = programme.ledger[cadence.activity]
    return Duties(cadence, activity, [_head(cadence, known[start]) for start in heads], drawn, total, asked)


class _Window:
    """A period as the cells of all units have it: its part of their addresses, and how each mark of it is called."""

    def __init__(self, period: Period) -> None:
        self.given = {"from": period.start.isoformat(), "to": period.end.isoformat()}
        self.query = urlencode(self.given)
        self.spoken: dict[str, str] = {}

    def cell(self, duty: Duty | None, entries: str, page: str) -> Cell | None:
        """Return the cell of a duty; it leads to the entries where some were made, else to the duty's own page."""
        if duty is None:
            return None
        mark, spoken, color = MARKS[duty.kept]
        if duty.kept not in self.spoken:
            self.spoken[duty.kept] = _("%(from)s至%(to)s：%(kept)s") % {**self.given, "kept": _(spoken)}
        href = f"{entries if duty.kept in ('met', 'late') else page}{self.query}"
        return Cell(mark, self.spoken[duty.kept], color, href)


def duty_href(kind: str, key: str, of: str, period: Period) -> str:
    """Return the page of one period of one unit or post: its entries, its waiver, and what one may do about it."""
    given = {"of": of, "from": period.start.isoformat(), "to": period.end.isoformat()}
    return f"/duties/{kind}/{key}/?{urlencode(given)}"


def _head(cadence: Cadence, duty: Duty) -> str:
    start = duty.period.start
    if cadence.every == "half_month":
        half = _("上") if start.day == 1 else _("下")
        return f"{start.month}{half}"
    return f"{start.month}/{start.day}" if cadence.every in ("week", CUSTOM) else str(start.month)
