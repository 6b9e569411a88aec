"""各环节用时: the usual time of each stage in workdays, from the latest answered orders, with the limit it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.durations import parse
from bihuan.core.instants import instant
from bihuan.core.programmes import OrderType
from bihuan.store import boards
from bihuan.store.boards import SAMPLE, Passed
from bihuan.web import charts
from bihuan.web.scopes import judged

if TYPE_CHECKING:
    from bihuan.web.board import Ask

END = 276  # where the longest bar ends; its numbers stand behind it
# A stage: its name, the moments between which it lies, the effects or the milestone that end it.
STAGES = (
    (gettext_noop("派单"), "submitted", "dispatched", ("dispatch",), ""),
    (gettext_noop("接单"), "dispatched", "accepted", ("accept",), ""),
    (gettext_noop("办理"), "accepted", "replied", (), "answered"),
    (gettext_noop("核查"), "replied", "checked", ("check",), ""),
    (gettext_noop("评单"), "checked", "rated", ("rate",), ""),
    (gettext_noop("销号"), "rated", "closed", ("close",), ""),
)
RATED = ("rated",)  # moments that tell those who are judged when somebody rated


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: how many orders passed it, the median in workdays, its limit ("" for none), where all of it stands."""

    name: str
    n: int
    median: str
    limit: str
    y: int
    width: float
    mark: float
    x: int


@dataclass(frozen=True, slots=True)
class Waits:
    """The stages with the list of the orders they are told from."""

    stages: list[Stage]
    n: int
    href: str
    finding: str
    height: int


def waits(ask: Ask) -> Waits | None:
    """Return the stages of the latest orders answered in the window, None where there are none."""
    r, (since, until) = ask.reading, ask.reading.bounds(ask.asked.since, ask.asked.until)
    rows = boards.passed(
        seen_by=r.actor, programme=r.programme, order_type=ask.order_type, lead=ask.scope.lead,
        since=since, until=until, now=r.now,
    )  # fmt: skip
    rows, first = _whole_days(ask, rows)
    if not rows:
        return None
    hidden = RATED if judged(r.actor, ask.order_type) else ()
    found: list[tuple[str, int, float, float]] = []  # name, how many passed it, the usual time, the limit
    for name, before, after, effects, milestone in STAGES:
        if before in hidden or after in hidden:
            continue
        spent = _spent(ask, rows, before, after)
        if spent:
            found.append((_(name), len(spent), median(spent), _limit(ask, effects, milestone)))
    longest = max((max(usual, limit) for _name, _n, usual, limit in found), default=0) or 1
    left = charts.begin((name for name, *_rest in found), 46)
    room = (END - left) / longest
    stages = [
        Stage(
            name, n, _short(usual), _short(limit) if limit else "", 9 + 25 * at,
            round(room * usual, 1), round(room * limit, 1) if limit else 0, left,
        )
        for at, (name, n, usual, limit) in enumerate(found)
    ]  # fmt: skip
    slowest = max(found, key=lambda one: one[2])[0] if found else ""
    href = ask.lists.answered(first, ask.asked.until)
    finding = _("用时最长的是%(stage)s") % {"stage": slowest}
    return Waits(stages, len(rows), href, finding, len(stages) * 25 + 8)


def _whole_days(ask: Ask, rows: list[Passed]) -> tuple[list[Passed], date]:
    """Leave out the oldest day where it was cut off, so that the list from the first day on has exactly these."""
    if len(rows) <= SAMPLE:
        return rows, ask.asked.since
    zone = ask.reading.calendar.zone
    days = [_day(zone, row.replied) for row in rows]
    kept = [row for row, day in zip(rows, days, strict=True) if day > days[-1]]
    if not kept:  # more on one day than are asked for: that day stands for itself
        return rows, days[-1]
    return kept, min(day for day in days if day > days[-1])


@lru_cache(maxsize=8192)
def _day(zone: tzinfo, at: str) -> date:
    """Return the local day of a stored instant: the latest orders stay the latest for a while."""
    return instant(at).astimezone(zone).date()


def _spent(ask: Ask, rows: list[Passed], before: str, after: str) -> list[int]:
    """Return how many workdays each order that passed a stage spent in it."""
    calendar, known, found = ask.reading.calendar, dict[tuple[date, date], int](), list[int]()
    began_at, ended_at = attrgetter(before), attrgetter(after)
    for row in rows:
        began, ended = began_at(row), ended_at(row)
        if not began or ended < began:
            continue
        days = _day(calendar.zone, began), _day(calendar.zone, ended)
        if days not in known:
            known[days] = calendar.workdays_between(*days)
        found.append(known[days])
    return found


def _limit(ask: Ask, effects: tuple[str, ...], milestone: str) -> float:
    """Return the limit of the clock that the stage's end stops, in workdays; 0 for none."""
    order_type = ask.order_type
    ends = {move.verb for effect in effects for move in order_type.by_effect(effect)}
    ends |= {key for key, state in order_type.states.items() if milestone and state.milestone == milestone}
    for clock in order_type.clocks.values():
        if not clock.each and not clock.promise and ends & set(clock.stops) and _begins(order_type, clock.starts):
            return _workdays(ask, clock.limit)
    return 0


def _begins(order_type: OrderType, starts: tuple[str, ...]) -> bool:
    """Leave out clocks of a second round: those begin with a redo or with a verdict on a rating."""
    again = {move.verb for effect in ("redo", "reopen") for move in order_type.by_effect(effect)}
    return not again & set(starts) and not any(
        "." in token and not token.startswith("decide_return") for token in starts
    )


def _workdays(ask: Ask, limit: str) -> float:
    found, calendar, today = parse(limit), ask.reading.calendar, ask.reading.day
    if found.unit == "workdays":
        return found.n
    if found.unit in ("months", "days"):
        days = found.n * (30 if found.unit == "months" else 1)
        return calendar.workdays_between(today, date.fromordinal(today.toordinal() + days))
    return round(found.n / 8, 1)


def _short(n: float) -> str:
    return f"{n:g}"
