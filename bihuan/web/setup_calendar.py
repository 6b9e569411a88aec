"""日历: a year as twelve small months; a day is changed by a click, and what that would mean is listed first."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import calendar as actions
from bihuan.actions.sheets import as_date
from bihuan.core.calendar import KINDS, Calendar
from bihuan.core.refusal import Refused
from bihuan.packs import calendars as shipped
from bihuan.store import calendars, packs
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.setup import administrators
from bihuan.words import moments
from bihuan.words.network import day_kind, problems
from bihuan.words.orders import clock_name

FIRST, LAST = 1990, 2100


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of a small month; `own` where the county laid its own day over the official one."""

    day: date
    kind: str
    name: str
    words: str
    href: str
    own: bool
    today: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One small month: weeks from Monday, None for the days of its neighbours; `workdays` in it."""

    first: date
    weeks: list[list[Cell | None]]
    workdays: int


@administrators
@require_http_methods(["GET", "POST"])
def year(request: Acted) -> HttpResponse:
    """Show a year and, where one is chosen, the form of a day; POST looks what a change would mean, or makes it."""
    calendar = calendars.calendar()
    today = calendar.local_day(request.now)
    asked = request.POST if request.method == "POST" else request.GET
    day = as_date(asked.get("day", "")[:20])
    shown = day.year if day else _year(asked.get("year", ""), today.year)
    kind, name = asked.get("kind", ""), asked.get("name", "")[:120]
    faults: dict[str, str] = {}
    looked = None
    if request.method == "POST":
        if day is None or not FIRST <= day.year <= LAST:
            faults["day"] = _("请先在日历上点一天。")
        elif request.POST.get("do") == "look":
            looked = _looked(request, day, kind, name, faults)
        else:
            try:
                actions.set_day(actor=request.actor, day=day, kind=kind, name=name, now=request.now)
            except Refused as why:
                if not why.problems:
                    raise
                faults = problems(why)
            else:
                messages.success(request, _said(day, kind, name, request))
                return redirect(f"{reverse('setup_calendar')}?year={day.year}")
    edits = {at: (what, called) for at, what, called in calendars.edits()}
    context = {
        "year": shown,
        "first": FIRST,
        "last": LAST,
        "months": [_month(calendar, shown, month, edits, today, day) for month in range(1, 13)],
        "known": calendar.is_known(shown),
        "source": next((one.source for one in shipped.shipped() if one.year == shown), ""),
        "day": day,
        "day_words": _words(calendar, day) if day else "",
        "official": _words(shipped.load(), day) if day else "",
        "chosen_kind": kind or (str(edits[day][0]) if day in edits else calendar.kind(day) if day else ""),
        "chosen_name": name or (edits[day][1] if day in edits else ""),
        "own_day": day in edits,
        "kinds": [(one, day_kind(one)) for one in KINDS],
        "own": [(at, day_kind(what), called) for at, (what, called) in edits.items() if at.year == shown],
        "looked": looked,
        "shifts": _told(actions.shifts(calendar), request) if edits and looked is None else None,
        "faults": faults,
        "listed": [(f"f-{where}", said) for where, said in faults.items()],
    }
    return render(request, "setup/calendar.html", context, status=400 if faults else 200)


def _year(text: str, today: int) -> int:
    return (
        int(text) if text.isascii() and text.isdigit() and FIRST <= int(text[:4]) <= LAST and len(text) == 4 else today
    )


def _looked(request: Acted, day: date, kind: str, name: str, faults: dict[str, str]) -> dict[str, object] | None:
    if kind and kind not in KINDS:
        faults["kind"] = _("请选这一天是哪一种。")
        return None
    return _told(actions.shifts(actions.with_day(day, kind, name[: actions.NAME])), request)


def _told(shifts: actions.Shifts, request: Acted) -> dict[str, object]:
    rows = []
    for one in shifts.found:
        order_type = packs.order_type(one.bundle, one.type)
        rows.append(
            {
                "number": one.number,
                "clock": clock_name(order_type, one.clock),
                "due": moments.until(one.due, request.now),
                "would": moments.until(one.would, request.now),
            }
        )
    return {"rows": rows, "looked": shifts.looked, "more": shifts.more}


def _said(day: date, kind: str, name: str, request: Acted) -> str:
    called = " ".join([day_kind(kind) if kind else _("恢复通知原样"), name]).strip()
    said = {"day": moments.day(day, request.now), "called": called}
    return _("%(day)s已定为%(called)s。在走的期限一件也没有动。") % said


def _words(calendar: Calendar, day: date) -> str:
    return _("%(kind)s（%(name)s）") % {"kind": day_kind(calendar.kind(day)), "name": _(calendar.name_of(day))}


def _month(
    calendar: Calendar, year_: int, month: int, edits: dict[date, tuple[str, str]], today: date, chosen: date | None
) -> Month:
    weeks = [
        [_cell(calendar, day, edits, today, chosen) if day.month == month else None for day in week]
        for week in Weeks(firstweekday=0).monthdatescalendar(year_, month)
    ]
    workdays = sum(calendar.is_workday(cell.day) for week in weeks for cell in week if cell)
    return Month(date(year_, month, 1), weeks, workdays)


def _cell(calendar: Calendar, day: date, edits: dict[date, tuple[str, str]], today: date, chosen: date | None) -> Cell:
    own = calendar.days.get(day)
    return Cell(
        day=day,
        kind=calendar.kind(day),
        name=_(own.name) if own and own.name else "",
        words=_words(calendar, day),
        href=f"{reverse('setup_calendar')}?day={day.isoformat()}#day",
        own=day in edits,
        today=day == today,
        chosen=day == chosen,
    )


urlpatterns = [path("setup/calendar/", year, name="setup_calendar")]
