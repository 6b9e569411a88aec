"""台账: the books of the ledger and the list of one of them; every sum opens the entries it was counted from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import path, register_converter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from bihuan.core.entries import EntryState, measured
from bihuan.core.facts import Problem, parse_date
from bihuan.core.ledger_kinds import Activity, keeps, reads, sees_book
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import Programme
from bihuan.store import calendars, ledger, ledger_sums, network, packs
from bihuan.store.ledger import Asked
from bihuan.store.ledger_sums import Sums
from bihuan.web.access import Acted, staff
from bihuan.web.cadence import duties_of
from bihuan.web.duties import may_see_load
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.shell import furnish, programme_of
from bihuan.words.ledger import field_text, number_text, sum_text, title_of
from bihuan.words.orders import named, unit_name

BOUNDED = timedelta(days=800)  # a window that may be added up
FLAGS = {"late": gettext_noop("补记"), "idle": gettext_noop("没有开展"), "withdrawn": gettext_noop("已撤销")}
NAMES = ("from", "to", "unit", "named", *FLAGS)


class _Number:
    """Numbers of entries in addresses."""

    regex = r"TZ-[0-9]{4}-[0-9]{4,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _Day(_Number):
    """Days in addresses."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class _Book(_Number):
    """Keys of activities in addresses: never a number."""

    regex = r"[a-z][a-z0-9_]*"


register_converter(_Number, "entry")
register_converter(_Book, "book")
register_converter(_Day, "day")


@dataclass(frozen=True, slots=True)
class Book:
    """A book on the shelf: this month's and this year's entries, how many were late, and whether one keeps it."""

    activity: Activity
    month: int
    year: int
    late: int
    keeps: bool


@dataclass(slots=True)
class Line:
    """An entry as a list draws it: `cells` are the measures in words by the columns' order."""

    entry: EntryState
    title: str
    unit: str
    cells: list[str]
    fields: list[tuple[str, str]]


@dataclass(slots=True)
class Listed:
    """The page of a book. `sums` is None where the window is too wide to be added up on a page."""

    activity: Activity
    given: dict[str, str]
    lines: list[Line]
    columns: list[tuple[str, str, str]]  # name, sum, why there is none
    sums: Sums | None
    more: str
    units: list[tuple[str, str]]
    words: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    keeps: bool = False
    today: str = ""

    @property
    def export(self) -> str:
        """Where the list of these conditions is handed out as a sheet."""
        return address_of(self.activity, self.given, "export/")

    def address(self, **more: str) -> str:
        """Return the same list with something changed; "" drops a condition."""
        return address_of(self.activity, {**self.given, **more})


def address_of(activity: Activity, given: dict[str, str], part: str = "") -> str:
    """Return the address of a book, or of a part of it, with conditions."""
    kept = {key: value for key, value in given.items() if value}
    return f"/ledger/{activity.key}/{part}" + (f"?{urlencode(kept)}" if kept else "")


def books_of(actor: Actor, programme: Programme | None) -> list[Activity]:
    """Return the books of a programme that are any of the actor's business, those it keeps first."""
    seen = [one for one in (programme.ledger.values() if programme else ()) if sees_book(actor, one)]
    return sorted(seen, key=lambda one: not keeps(actor, one))


def book_of(request: Acted, key: str) -> tuple[Programme, Activity]:
    """Return a book of the programme the page is about; a stranger and a wrong name meet the same 404."""
    programme = programme_of(request)
    activity = programme.ledger.get(key) if programme else None
    if programme is None or activity is None or not sees_book(request.actor, activity):
        raise Http404
    return programme, activity


@staff
@require_GET
def books(request: Acted) -> HttpResponse:
    """Show the books of the programme."""
    programme = programme_of(request)
    seen = books_of(request.actor, programme)
    if programme is None or not seen:
        raise Http404
    today = calendars.calendar().local_day(request.now)
    context = {
        "cadences": duties_of(request.actor, programme, network.of_all_time(today), today),
        "year": today.year,
        "covers": any(sees_book(request.actor, programme.ledger[one.activity]) for one in programme.reaches),
        "burden": may_see_load(request.actor, programme),
        "stated": any(sees_book(request.actor, one) for one in programme.series.values()),
        "shelf": _shelf(request.actor, programme, seen, today),
        "month_from": f"{today:%Y-%m}-01",
        "year_from": f"{today.year}-01-01",
    }
    return render(request, "ledger/books.html", context)


def _shelf(actor: Actor, programme: Programme, seen: list[Activity], today: date) -> list[Book]:
    """Return the books with what the counters hold of them: one query, whatever the history."""
    names = {one.key: _counters_of(actor, one) for one in seen}
    known = ledger_sums.by_unit(programme.key, {name for some in names.values() for name in some})
    month, year = today.isoformat()[:7], str(today.year)
    totals: dict[tuple[str, str], int] = {}
    for (unit, key, measure, at), n in known.items():
        if unit in names.get(key, ()) and at[:4] == year:
            totals[key, measure] = totals.get((key, measure), 0) + n
            if at == month and measure == "entries":
                totals[key, "month"] = totals.get((key, "month"), 0) + n
    return [
        Book(
            one,
            month=totals.get((one.key, "month"), 0),
            year=totals.get((one.key, "entries"), 0),
            late=totals.get((one.key, "late"), 0),
            keeps=keeps(actor, one),
        )
        for one in seen
    ]


def _counters_of(actor: Actor, activity: Activity) -> frozenset[str]:
    units = reads(actor, activity)
    return frozenset({""} if units is None else {f"at:{unit}" for unit in units})


@staff
@require_GET
def entries(request: Acted, key: str) -> HttpResponse:
    """Show the entries of one book with what they add up to; without a window those of this year."""
    programme, activity = book_of(request, key)
    calendar = calendars.calendar()
    today = calendar.local_day(request.now)
    net = network.of_all_time(today)
    given = {name: value for name in NAMES if (value := word(request.GET, name))}
    page = Listed(activity, given, [], [], None, "", _units(request.actor, activity, net), today=today.isoformat())
    asked = asked_of(page, net, today)
    page.keeps = keeps(request.actor, activity)
    seen: dict[str, Any] = {"seen_by": request.actor, "programme": programme.key, "activity": activity}
    if not page.faults:
        got = ledger.page(**seen, asked=asked, cursor=word(request.GET, "after"))
        page.lines = [line_of(packs.bundle(one.bundle).ledger.get(key, activity), activity, one, net)
                      for one in got.entries]  # fmt: skip
        page.more = page.address(after=got.next) if got.next else ""
        if asked.since and date.fromisoformat(asked.until or page.today) - date.fromisoformat(asked.since) <= BOUNDED:
            page.sums = ledger_sums.sums(**seen, asked=asked, today=today)
    page.columns = [(named(one), *_sum(page.sums, activity, one.key)) for one in _columns(activity)]
    return render(request, "ledger/list.html", {"listed": page}, status=400 if page.faults else 200)


def _columns(activity: Activity) -> list[Any]:
    return [one for one in activity.measures.values() if one.counting.aggregator != "entries"]


def line_of(declared: Activity, activity: Activity, entry: EntryState, net: Network) -> Line:
    """Return an entry as a line: its numbers as the version counts them that it was written under."""
    numbers = measured(declared, entry)
    cells = [number_text(one, numbers[one.key]) if one.key in numbers else "—" for one in _columns(activity)]
    fields = [
        (named(spec), field_text(declared, key, entry.fields[key], net))
        for key, spec in declared.fields.items()
        if key in entry.fields and key != declared.title
    ]
    return Line(entry, title_of(declared, entry, net), unit_name(net, entry.unit), cells, fields)


def _sum(sums: Sums | None, activity: Activity, key: str) -> tuple[str, str]:
    measure = activity.measures[key]
    if sums is None:
        return "", ""
    if measure.counting.aggregator == "sum":
        return sum_text(measure, sums.measures.get(key, 0)), ""
    if measure.of:
        return sum_text(measure, sums.distinct.get(key, 0)), _("去重")
    return "", _("不相加")


def _units(actor: Actor, activity: Activity, net: Network) -> list[tuple[str, str]]:
    units = reads(actor, activity)
    return [(one.key, unit_name(net, one.key)) for one in net.of_type(activity.unit)
            if units is None or one.key in units]  # fmt: skip


def asked_of(page: Listed, net: Network, today: date) -> Asked:
    """Read the conditions of an address; what makes no sense is named."""
    given, asked = page.given, Asked(page.activity.key)
    days: dict[str, str] = {}
    for name in ("from", "to"):
        if text := given.get(name):
            try:
                days[name] = parse_date(text, today).isoformat()
            except Problem:
                page.faults.append((f"f-{name}", _("“%(text)s”不是日期，请写成 2022-10-25。") % {"text": text}))
    if days.get("from", "") > days.get("to", "9999"):
        page.faults.append(("f-from", _("开始日期晚于结束日期，请对调。")))
    if not days and not page.faults:
        days["from"] = f"{today.year}-01-01"
        given["from"] = days["from"]
    asked = replace(asked, since=days.get("from", ""), until=days.get("to", ""))
    for name, label in FLAGS.items():
        if given.get(name) == "1":
            flag: dict[str, Any] = {name: True}
            asked = replace(asked, **flag)
            page.words.append((name, _(label)))
    for name in ("unit", "named"):
        if value := given.get(name):
            chosen: dict[str, Any] = {name: value}
            asked = replace(asked, **chosen)
            page.words.append((name, unit_name(net, value)))
    return asked


furnish("ledger", shown=lambda actor: any(books_of(actor, one) for one in packs.current().values()))
urlpatterns = [
    path("ledger/", books, name="ledger"),
    path("ledger/<book:key>/", entries, name="ledger_book"),
]
