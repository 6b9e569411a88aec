"""台账日报: many entries of one day in a grid, one row each; what is whole is saved, what is not stays to be mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import files
from bihuan.actions import ledger as actions
from bihuan.actions.accounts import Fault
from bihuan.actions.import_columns import Plan
from bihuan.actions.ledger_rows import Reader
from bihuan.actions.sheets import Row
from bihuan.core.entries import EntryState
from bihuan.core.ledger_kinds import Activity, keeps
from bihuan.core.moments import day_of
from bihuan.core.network import Network
from bihuan.core.programmes import Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, ledger, network
from bihuan.web.access import Acted, staff
from bihuan.web.jinja import render
from bihuan.web.ledger import Line, book_of, line_of
from bihuan.web.ledger_forms import units_for
from bihuan.web.rows import word
from bihuan.words.ledger import entry_problems, idle_name, refusal
from bihuan.words.ledger_imports import fault_text
from bihuan.words.orders import choice_name, named
from bihuan.words.problems import file_sentence

SPARE, MOST = 3, 60  # empty rows offered beyond the units, rows of one sheet


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the grid: `choices` are offered where the field chooses, `number` marks a quantity."""

    key: str
    name: str
    unit: str = ""
    number: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(slots=True)
class Cells:
    """A row of the grid as typed, with what is wrong with it by column."""

    at: int
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    said: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing but the unit stands in it."""
        return not any(value for key, value in self.values.items() if key != "unit")


@dataclass(slots=True)
class Grid:
    """The page as the template draws it."""

    activity: Activity
    day: date
    columns: list[Column]
    units: list[tuple[str, str]]
    idles: list[tuple[str, str]]
    rows: list[Cells] = field(default_factory=list)
    made: list[Line] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    doubtful: bool = False


@staff
@require_http_methods(["GET", "POST"])
def sheet(request: Acted, key: str, day: str) -> HttpResponse:
    """Show the grid of a day; POST saves every row that is whole and keeps the others."""
    programme, activity = book_of(request, key)
    if not keeps(request.actor, activity):
        raise Http404
    today = calendars.calendar().local_day(request.now)
    try:
        chosen = day_of(day)
    except ValueError:
        raise Http404 from None
    if chosen > today:
        raise Http404
    net = network.of_all_time(today)
    grid = Grid(
        activity,
        chosen,
        _columns(activity),
        units_for(request.actor, activity, net, chosen),
        [(one, idle_name(activity, one)) for one in activity.idle],
    )
    if request.method == "POST":
        _read(request, grid)
        saved = _save(request, grid, programme, net, today)
        if saved:
            said = ngettext("已记%(num)s条。", "已记%(num)s条。", saved) % {"num": saved}
            messages.success(request, said)
        if saved and not grid.faults:
            return redirect("ledger_sheet", key, day)
    _fill(request, grid, programme, net)
    return render(request, "ledger/sheet.html", _context(grid, today), status=400 if grid.faults else 200)


def _context(grid: Grid, today: date) -> dict[str, Any]:
    return {
        "grid": grid,
        "before": (grid.day - timedelta(days=1)).isoformat(),
        "after": (grid.day + timedelta(days=1)).isoformat() if grid.day < today else "",
        "by_unit": grid.activity.same == ("unit", "date"),
    }


def _columns(activity: Activity) -> list[Column]:
    found = []
    for key, spec in activity.fields.items():
        choices = tuple((one.name, choice_name(spec, one.key)) for one in spec.choices) if spec.kind == "choice" else ()
        hint = _("几个之间用、隔开") if spec.kind in ("units", "choices") else ""
        found.append(Column(key, named(spec), choices=choices, hint=hint))
    for key, one in activity.measures.items():
        if one.typed:
            found.append(Column(key, named(one), one.unit, True))
    return found


def _fill(request: Acted, grid: Grid, programme: Programme, net: Network) -> None:
    """Show what is there already, and give a row to each unit that has none yet, or a few empty ones."""
    there = ledger.of_day(
        seen_by=request.actor, programme=programme.key, activity=grid.activity, day=grid.day.isoformat()
    )
    grid.made = [line_of(ledger.activity_of(one), grid.activity, one, net) for one in there]
    if grid.rows:
        return
    done = {one.unit for one in there}
    if grid.activity.same == ("unit", "date"):
        rows = [Cells(0, {"unit": name}) for key, name in grid.units if key not in done]
    else:
        only = grid.units[0][1] if len(grid.units) == 1 else ""
        rows = [Cells(0, {"unit": only}) for _n in range(SPARE)]
    grid.rows = rows[:MOST]
    for at, row in enumerate(grid.rows, 1):
        row.at = at


def _read(request: Acted, grid: Grid) -> None:
    form = request.POST
    count = int(form["count"]) if form.get("count", "").isdecimal() and len(form["count"]) < 4 else SPARE
    keys = ["unit", *(column.key for column in grid.columns), "idle", "note"]
    for at in range(1, min(count, MOST) + 1):
        grid.rows.append(Cells(at, {key: form.get(f"{key}-{at}", "").strip()[:4000] for key in keys}))
    if "more" in form:
        grid.rows += [Cells(at, {}) for at in range(len(grid.rows) + 1, min(len(grid.rows) + SPARE, MOST) + 1)]


def _save(request: Acted, grid: Grid, programme: Programme, net: Network, today: date) -> int:
    """Save what is whole and return how many entries were made; the rows that stay say why."""
    if "more" in request.POST:
        return 0
    given = [one for one in request.FILES.getlist("evidence") if one.size]
    has_file = bool(given)
    plan = Plan({key: (key,) for key in ("unit", "idle", "note", *(c.key for c in grid.columns))}, {}, {})
    reader = Reader(grid.activity, plan, request.actor, net, today, lambda unit: [], evidence=has_file)
    left, saved = [], 0
    for row in grid.rows:
        if row.empty:
            continue
        raw, faults = reader.typed(Row(row.at, row.values))
        if not faults:
            try:
                _one(request, grid, programme, raw, row, given)
                saved += 1
                continue
            except Refused as why:
                _refused(grid, row, why, net)
        _noted(grid, row, faults)
        left.append(row)
    if not saved and not left:
        grid.faults.append(("", _("还没有写任何一行。")))
        return 0
    if left:
        grid.rows = left
        for at, row in enumerate(left, 1):
            row.at = at
            names = [(f"f-{key}-{1 if key == 'evidence' else at}", text) for key, text in row.errors.items()]
            unit = row.values.get("unit", "")
            grid.faults += [(where, _("第%(n)s行%(unit)s：%(sentence)s") % {"n": at, "unit": unit, "sentence": text})
                            for where, text in names]  # fmt: skip
    return saved


def _one(
    request: Acted, grid: Grid, programme: Programme, raw: dict[str, Any], row: Cells, given: list[Any]
) -> EntryState:
    kept = []
    for one in given:
        one.seek(0)
        kept.append(files.keep(one, by=request.actor.person, now=request.now))
    key = word(request.POST, "form_key", 40)
    return actions.enter(
        actor=request.actor,
        programme=programme.key,
        activity=grid.activity.key,
        facts={**raw, "date": grid.day.isoformat()},
        now=request.now,
        files=kept,
        command=f"{key}-{row.at}" if key else "",
    )


def _refused(grid: Grid, row: Cells, why: Refused, net: Network) -> None:
    if why.code.startswith("attach."):
        row.errors["evidence"] = file_sentence(why)
    elif why.problems:
        row.errors |= entry_problems(why, grid.activity)
        grid.doubtful = grid.doubtful or why.code.endswith(".needs.reason")
    else:
        row.errors["unit"] = refusal(why, grid.activity, net)


def _noted(grid: Grid, row: Cells, faults: list[Fault]) -> None:
    for fault in faults:
        row.errors.setdefault(fault.fact or "unit", fault_text(fault, grid.activity))


urlpatterns = [path("ledger/<book:key>/<day:day>/", sheet, name="ledger_sheet")]
