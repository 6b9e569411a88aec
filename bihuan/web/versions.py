"""专项的版本: running orders by version, what differs between two, and moving running orders over and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.actions import migrations, programmes
from bihuan.core.migration import CHOICES, END, RESTART, Plan, Way
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.verdicts import VERDICTS
from bihuan.packs import plans
from bihuan.store import network, packs, running
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.setup import HASH, administrators, today_of
from bihuan.words import versions as words
from bihuan.words.differences import difference_text
from bihuan.words.network import version_state
from bihuan.words.orders import clock_name, named, state_name
from bihuan.words.people import actor_text

LOOKED_AT = 2000  # running orders a page looks at; a comparison says when there are more
AT_ONCE = 500  # orders one press moves; the next press goes on
LONGEST = 20_000  # letters of a plan


def _known(key: str) -> Programme:
    try:
        return packs.programme(key)
    except KeyError:
        raise Http404 from None


# ---- the board ----
@administrators
@require_http_methods(["GET", "POST"])
def board(request: Acted, key: str) -> HttpResponse:
    """Show every version with its running orders by state; POST lets one take new orders, only go on, or rest."""
    newest = _known(key)
    refused, status = "", 200
    if request.method == "POST":
        version, state = request.POST.get("version", "")[:80], request.POST.get("state", "")[:20]
        try:
            programmes.set_state(version, state, actor=request.actor, now=request.now)
        except Refused as why:
            refused, status = words.refusal(why), 409
        else:
            said = {"version": words.version_name(version), "state": version_state(state)}
            messages.success(request, _("%(version)s：%(state)s。") % said)
            return redirect("setup_programme", key)
    net = network.snapshot(today_of(request))
    rows = []
    for one in programmes.board(key, actor=request.actor):
        bundle = packs.bundle(one.bundle)
        states = [(state_name(bundle.orders[type_], state), n) for (type_, state), n in one.states.items()]
        rows.append(
            {
                "one": one,
                "number": one.bundle.partition("@")[2],
                "name": words.version_name(one.bundle),
                "state": version_state(one.state),
                "states": states,
                "by": net.name(one.by) if one.by else _("系统"),
                "short": one.hash[:HASH],
            }
        )
    past = [
        {
            "title": words.plan_title(plan),
            "back": facts["verb"] == migrations.BACK,
            "orders": facts.get("orders", 0),
            "at": facts["at"],
            "by": actor_text(facts["by"], net),
            "text": plans.written(plan),
        }
        for plan, facts in migrations.plans(key)
    ]
    context = {
        "key": key,
        "programme": newest,
        "rows": rows,
        "past": past,
        "refused": refused,
        "number": newest.bundle.partition("@")[2],
    }
    return render(request, "versions/board.html", context, status=status)


# ---- what differs ----
@administrators
@require_GET
def difference(request: Acted, key: str) -> HttpResponse:
    """Show what differs between the versions `?a=` and `?b=`, in three classes with the running orders concerned."""
    _known(key)
    a, b = (_number(request.GET.get(name, "")) for name in ("a", "b"))
    try:
        compared = programmes.compare(key, a, b, actor=request.actor, limit=LOOKED_AT)
    except Refused:
        raise Http404 from None
    old, new = packs.bundle(compared.old), packs.bundle(compared.new)
    classes = [
        {
            "key": verdict,
            "name": words.verdict_name(verdict),
            "said": words.verdict_said(verdict),
            "rows": [
                {
                    "text": difference_text(one, old, new),
                    "orders": words.concerned_text(one, n, compared),
                    "n": n,
                    "at_once": one.at_once,
                }
                for one, n in compared.of(verdict)
            ],
        }
        for verdict in reversed(VERDICTS)
    ]
    context = {"key": key, "programme": new, "compared": compared, "classes": classes, "a": a, "b": b}
    context["summary"] = words.summary(compared)
    return render(request, "versions/diff.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


# ---- moving over ----
@dataclass(slots=True)
class StateLine:
    """A state the new version lacks, with the states it could lead to, those at the same step of the loop first."""

    id: str
    name: str
    orders: int
    choices: list[tuple[str, str]]
    value: str = ""


@dataclass(slots=True)
class ClockLine:
    """A running clock with what may become of it. `becomes` are the clocks of the new version, where it has no such."""

    id: str
    name: str
    orders: int
    choices: list[tuple[str, str]]
    value: str = ""
    becomes: list[tuple[str, str]] = field(default_factory=list)
    new: str = ""
    error: str = ""


@dataclass(slots=True)
class Sheet:
    """The form of one plan: what it asks for and what was answered."""

    plan: Plan
    old: Programme
    new: Programme
    states: list[StateLine] = field(default_factory=list)
    clocks: list[ClockLine] = field(default_factory=list)
    running: int = 0
    look: migrations.Look | None = None
    done: migrations.Done | None = None
    back: bool = False
    refused: str = ""

    @property
    def asks(self) -> bool:
        """Whether there is anything left to move."""
        return bool(self.running) and (self.done is None or bool(self.done.left))

    @property
    def title(self) -> str:
        return words.plan_title(self.plan)

    @property
    def text(self) -> str:
        """The plan as a file."""
        return plans.written(self.plan)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is still to be chosen: (id, sentence)."""
        return [(f"f-{one.id}", one.error) for one in self.clocks if one.error]

    @property
    def said(self) -> str:
        """What the plan would do or did, in one sentence."""
        if self.done is not None:
            return words.done_text(self.done, back=self.back)
        return words.look_text(self.look) if self.look is not None else ""

    def rows(self, now: Any) -> list[dict[str, Any]]:
        """The orders of the look or those that stayed, in words."""
        rows = self.done.refused if self.done is not None else self.look.rows if self.look is not None else []
        return [self._row(row, now) for row in rows]

    def _row(self, row: migrations.Row, now: Any) -> dict[str, Any]:
        a, b = self.old.orders.get(row.type), self.new.orders.get(row.type)
        known = a or b
        assert known is not None
        shifts = [words.shift_text(shift, known, b, now) for shift in row.shifts] if b is not None else []
        return {
            "number": row.number,
            "state": state_name(known, row.state),
            "to": state_name(b or known, row.to) if row.to and not row.refused else "",
            "shifts": shifts,
            "stays": words.stays_text(row.refused, known, b) if row.refused else "",
        }


@administrators
@require_http_methods(["GET", "POST"])
def migrate(request: Acted, key: str) -> HttpResponse:
    """Show the form of a plan between `?from=` and `?to=`; POST looks what it would do, does it, or takes it back."""
    _known(key)
    form = request.POST if request.method == "POST" else request.GET
    do = request.POST.get("do", "") if request.method == "POST" else ""
    plan = _plan_of(form, key) if do != "revert" else _written(form, key)
    if f"{key}@{plan.source}" not in packs.states() or f"{key}@{plan.target}" not in packs.states():
        raise Http404
    sheet = Sheet(plan, packs.bundle(plan.old), packs.bundle(plan.new))
    status = 200
    try:
        if do == "revert":
            sheet.back = True
            sheet.done = migrations.revert(plan, actor=request.actor, now=request.now, limit=AT_ONCE)
        else:
            status = _asked(request, sheet, do)
    except Refused as why:
        sheet.refused, status = words.refusal(why, sheet.old, sheet.new), 409
    context = {"key": key, "sheet": sheet, "rows": sheet.rows(request.now), "choices": CHOICES}
    return render(request, "versions/plan.html", context, status=status)


def _asked(request: Acted, sheet: Sheet, do: str) -> int:
    """Fill the form and do what was asked for; return the status."""
    asking = Plan(sheet.plan.programme, sheet.plan.source, sheet.plan.target)
    seen = migrations.look(asking, actor=request.actor, now=request.now, limit=LOOKED_AT)
    sheet.running = seen.total
    _form(sheet, seen.undecided)
    if not do:
        return 200
    missing = [one for one in sheet.clocks if not one.value]
    for one in missing:
        one.error = _("请选“%(name)s”怎么办") % {"name": one.name}
    if missing:
        return 400
    given: dict[str, Any] = {"actor": request.actor, "now": request.now}
    if do == "apply":
        stays = request.POST.get("rest_stays") == "1"
        try:
            sheet.done = migrations.apply(sheet.plan, **given, rest_stays=stays, limit=AT_ONCE)
        except Refused:
            sheet.look = _looked(sheet, given)
            raise
        return 200
    sheet.look = _looked(sheet, given)
    return 200


def _looked(sheet: Sheet, given: dict[str, Any]) -> migrations.Look | None:
    try:
        return migrations.look(sheet.plan, **given, limit=LOOKED_AT)
    except Refused as why:
        if why.code != "migrate.invalid":
            raise
        sheet.refused = words.refusal(why, sheet.old, sheet.new)
        return None


def _form(sheet: Sheet, clocks: Mapping[tuple[str, str], int]) -> None:
    """Ask for each state that is no more and each clock that runs; nothing is chosen beforehand."""
    for (type_, state), n in running.by_state([sheet.plan.old])[sheet.plan.old].items():
        a, b = sheet.old.orders[type_], sheet.new.orders.get(type_)
        if b is not None and state not in b.states:
            value = sheet.plan.way(type_).states.get(state, "")
            line = StateLine(f"state.{type_}.{state}", state_name(a, state), n, _open_states(a, b, state), value)
            sheet.states.append(line)
    for (type_, clock), n in sorted(clocks.items()):
        a, b = sheet.old.orders[type_], sheet.new.orders.get(type_)
        if b is not None:
            sheet.clocks.append(_clock(sheet.plan.way(type_), a, b, clock, n))


def _open_states(a: OrderType, b: OrderType, state: str) -> list[tuple[str, str]]:
    same = a.states[state].milestone
    found = [one for one in b.states.values() if not one.closed]
    return [(one.key, named(one)) for one in sorted(found, key=lambda one: one.milestone != same)]


def _clock(way: Way, a: OrderType, b: OrderType, key: str, n: int) -> ClockLine:
    gone = key not in b.clocks
    promise = a.clocks[key].promise or (not gone and b.clocks[key].promise)
    choices = [
        (one, words.choice_said(one)) for one in CHOICES if (one != END or gone) and not (promise and one == RESTART)
    ]
    line = ClockLine(f"clock.{a.key}.{key}", clock_name(a, key), n, choices, way.clocks.get(key, ""))
    if gone:
        line.becomes = [(one.key, named(one)) for one in b.clocks.values() if one.key not in a.clocks]
        line.new = way.becomes.get(key, "")
    return line


def _plan_of(form: QueryDict, key: str) -> Plan:
    """Return the plan a form holds; what is not among the offered words is not taken."""
    parts: dict[str, dict[str, dict[str, str]]] = {}
    for name in list(form)[:500]:
        sort, _dot, rest = name.partition(".")
        type_, _dot, what = rest.partition(".")
        value = str(form.get(name, ""))[:64]
        if sort in ("state", "clock", "becomes") and type_ and what and value:
            parts.setdefault(type_[:64], {}).setdefault(sort, {})[what[:64]] = value
    ways = {
        type_: Way(found.get("state", {}), found.get("clock", {}), found.get("becomes", {}))
        for type_, found in parts.items()
    }
    return Plan(key, _number(form.get("from", "")), _number(form.get("to", "")), ways)


def _written(form: QueryDict, key: str) -> Plan:
    """Return the plan that was carried out, as the board sends it back."""
    found = plans.parse("plan", form.get("plan", "")[:LONGEST])
    if found.plan is None or found.plan.programme != key:
        raise Http404
    return found.plan


urlpatterns = [
    path("setup/programmes/<str:key>/", board, name="setup_programme"),
    path("setup/programmes/<str:key>/diff/", difference, name="setup_programme_diff"),
    path("setup/programmes/<str:key>/plan/", migrate, name="setup_programme_plan"),
]
