"""日历: a year as twelve small months; a day is changed by a click, and the deadlines it would move are listed first."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import calendar as actions
from bihuan.actions import reclocks
from bihuan.actions.sheets import as_date
from bihuan.core.calendar import KINDS, Calendar
from bihuan.core.refusal import Refused
from bihuan.packs import calendars as shipped
from bihuan.store import calendars, packs
from bihuan.store.deadlines import START, Place
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.setup import administrators
from bihuan.words import moments
from bihuan.words.network import day_kind, problems
from bihuan.words.orders import clock_name

FIRST, LAST = 1990, 2100
LOOKED_AT = 2000  # open orders one page looks at, those due first
AT_ONCE = 500  # orders one press counts again; the next press goes on


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
    shown = day.year if day else _year(request.GET.get("year", ""), today.year)
    kind, name = asked.get("kind", ""), asked.get("name", "")[:120]
    faults: dict[str, str] = {}
    looked: dict[str, object] | None = None
    if request.method == "POST" and request.POST.get("do") == "reclock":
        return _reclocked(request, shown)
    if request.method == "POST":
        if day is None or not FIRST <= day.year <= LAST:
            faults["day"] = _("请先在日历上点一天。")
        elif kind and kind not in KINDS:
            faults["kind"] = _("请选这一天是哪一种。")
        else:
            # A day that moves a promise is saved only by somebody who has seen which.
            looked = _told(
                reclocks.look(actions.with_day(day, kind, name[: actions.NAME]), **_bounds(request)), request
            )
            sure = request.POST.get("sure") or not looked["orders"]
            if request.POST.get("do") == "save" and sure:
                if saved := _saved(request, day, kind, name, faults):
                    return saved
                looked = None
    elif asked.get("do") == "look" and day and kind in (*KINDS, "") and FIRST <= day.year <= LAST:
        looked = _told(reclocks.look(actions.with_day(day, kind, name[: actions.NAME]), **_bounds(request)), request)
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
        "asked_kind": kind,
        "own_day": day in edits,
        "kinds": [(one, day_kind(one)) for one in KINDS],
        "own": [(at, day_kind(what), called) for at, (what, called) in edits.items() if at.year == shown],
        "looked": looked,
        "unsure": request.POST.get("do") == "save",
        "shifts": _told(reclocks.look(calendar, **_bounds(request)), request) if edits and looked is None else None,
        "faults": faults,
        "listed": [(f"f-{where}", said) for where, said in faults.items()],
    }
    return render(request, "setup/calendar.html", context, status=400 if faults else 200)


def _year(text: str, today: int) -> int:
    return (
        int(text) if text.isascii() and text.isdigit() and FIRST <= int(text[:4]) <= LAST and len(text) == 4 else today
    )


def _saved(request: Acted, day: date, kind: str, name: str, faults: dict[str, str]) -> HttpResponse | None:
    """Save the day and, where asked, count again; None with the faults kept where it was refused."""
    try:
        actions.set_day(actor=request.actor, day=day, kind=kind, name=name, now=request.now)
    except Refused as why:
        if not why.problems:
            raise
        faults |= problems(why)
        return None
    messages.success(request, _said(day, kind, name, request))
    if request.POST.get("sure") == "move":
        return _reclocked(request, day.year)
    return redirect(f"{reverse('setup_calendar')}?year={day.year}")


def _reclocked(request: Acted, shown: int) -> HttpResponse:
    """Count the running deadlines again under the calendar in force, as many as one press takes."""
    try:
        done = reclocks.apply(
            actor=request.actor, now=request.now, seen=request.POST.get("seen", "")[:80], limit=AT_ONCE
        )
    except Refused:
        messages.warning(request, _("期限没有动：日历刚又改过。请看过新的清单再重算。"))
    else:
        said = ngettext("%(num)s件在办单的期限已按日历重算。", "%(num)s件在办单的期限已按日历重算。", done.moved)
        messages.success(request, said % {"num": done.moved})
        for number, why in done.refused[:10]:
            reason = _("刚被别人改过") if why.kind == "stale" else _("已办结，或不用再动")
            messages.warning(request, _("%(number)s没有重算：%(why)s。") % {"number": number, "why": reason})
        if done.more:
            messages.warning(request, _("还有没重算的，请再按一次“按现在的日历重算”。"))
    return redirect(f"{reverse('setup_calendar')}?year={shown}")


def _bounds(request: Acted) -> dict[str, Any]:
    """From where a page looks, and how far."""
    due, _dot, id_ = request.GET.get("after", "")[:60].rpartition("~")
    after: Place = (
        (due, min(int(id_), 2**63 - 1)) if due and id_.isascii() and id_.isdigit() and len(id_) < 20 else START
    )
    return {"now": request.now, "after": after, "most": LOOKED_AT}


def _told(shifts: reclocks.Look, request: Acted) -> dict[str, object]:
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
    return {
        "rows": rows,
        "orders": shifts.orders,
        "clocks": shifts.clocks,
        "looked": shifts.looked,
        "more": shifts.more,
        "version": shifts.version,
        "next": "{}~{}".format(*shifts.next) if shifts.next else "",
    }


def _said(day: date, kind: str, name: str, request: Acted) -> str:
    called = " ".join([day_kind(kind) if kind else _("恢复通知原样"), name]).strip()
    said = {"day": moments.day(day, request.now), "called": called}
    return _("%(day)s已定为%(called)s。") % said


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
