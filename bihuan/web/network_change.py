"""单位: set up one, rename it, move it in the tree, let it end; first a preview of what hangs on it, then it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import network as actions
from bihuan.actions.register import may_set_up
from bihuan.actions.sheets import as_date
from bihuan.core.network import Network, Unit
from bihuan.core.programmes import UnitType
from bihuan.core.refusal import Refused
from bihuan.store import calendars, packs, roll
from bihuan.store import network as networks
from bihuan.store.pinyin import key_for
from bihuan.web.access import Acted
from bihuan.web.jinja import render
from bihuan.web.network import office
from bihuan.web.network_tree import address
from bihuan.words import network as words
from bihuan.words.orders import named

LONGEST = 200  # letters of one value
OFFERED = 2000  # units in one choice


@dataclass(slots=True)
class Control:
    """One line of the form: `kind` is text, date, select or many; `choices` are (value, name)."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    hint: str = ""
    optional: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Change:
    """A change as the form asks for it: its controls, what is wrong with them, what would happen, what hangs on it."""

    title: str
    back: str
    controls: list[Control]
    about: str = ""
    lines: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    danger: bool = False
    also: tuple[str, str] | None = None  # another change one may have come for: words and address

    def __getitem__(self, name: str) -> str:
        return next(one.value for one in self.controls if one.name == name)

    def many(self, name: str) -> list[str]:
        return next(one.chosen for one in self.controls if one.name == name)

    def day(self, name: str) -> date | None:
        """Return a date of the form; a fault is kept where there is none or it cannot be read."""
        found = as_date(self[name]) if self[name] else None
        if found is None:
            code = "not_a_date" if self[name] else "missing"
            self.faults[name] = words.problem(code, {"value": self[name]})
        return found


Do = Callable[[bool], Any]


def administered(request: Acted) -> Network:
    """Return the network of today for an administrator; everybody else meets 404."""
    if not may_set_up(request.actor):
        raise Http404
    return networks.snapshot(today_of(request))


def today_of(request: Acted) -> date:
    """Return the local day of the request."""
    return calendars.calendar().local_day(request.now)


def typed(request: Acted, change: Change) -> Change:
    """Take what was sent into the controls."""
    if request.method == "POST":
        for one in change.controls:
            one.value = " ".join(request.POST.get(one.name, "").split())[:LONGEST]
            one.chosen = request.POST.getlist(one.name)[:OFFERED] if one.kind == "many" else []
    return change


def answered(
    request: Acted, change: Change, do: Do, own: Mapping[str, str] | None = None, to: Callable[[], str] | None = None
) -> HttpResponse:
    """Show the form; a POST shows what would happen; a POST with `sure` does it. `do(dry)` raises what it raises.

    `own` names the control for a field of the roll that is called otherwise; `to` is where it leads when done.
    """
    if request.method == "GET" or request.POST.get("back"):
        return _form(request, change, 200)
    sure = request.POST.get("sure") == "1"
    try:
        if not change.faults:
            do(not sure)
    except Refused as why:
        if not why.problems:
            change.faults[""] = words.sentence(why)
            return _form(request, change, 409)
        names = {**{one.name: one.name for one in change.controls}, **(own or {})}
        change.faults |= {names.get(where, ""): said for where, said in words.problems(why).items()}
    if change.faults:
        return _form(request, change, 400)
    if not sure:
        return render(request, "network/change_sure.html", {"change": change})
    messages.success(request, _("已改好：%(lines)s。") % {"lines": _("；").join(change.lines)})
    return redirect(to() if to else change.back)


def _form(request: Acted, change: Change, status: int) -> HttpResponse:
    listed = [(f"f-{where}" if where else "", said) for where, said in change.faults.items()]
    return render(request, "network/change.html", {"change": change, "listed": listed}, status=status)


def types() -> dict[str, UnitType]:
    """Return the types of unit of all published programmes by key."""
    return {key: type_ for one in packs.current().values() for key, type_ in one.unit_types.items()}


def units_offered(net: Network, kinds: Iterable[str]) -> list[tuple[str, str]]:
    """Return the units of these types as choices, each with where it stands."""
    wanted = set(kinds)
    found = [
        (key, f"{unit.name}（{net.name(unit.parent)}）" if unit.parent else unit.name)
        for key, unit in net.units.items()
        if unit.type in wanted
    ]
    return found[:OFFERED]


def _facts(type_: UnitType, unit: Unit | None) -> list[Control]:
    return [
        Control(f"fact-{key}", words.fact_name(key), value=str(unit.facts.get(key, "")) if unit else "", optional=True)
        for key in type_.facts
    ]


# ---- a new unit ----
@office
@require_http_methods(["GET", "POST"])
def add_unit(request: Acted, key: str) -> HttpResponse:
    """Set up a unit below the one of the address, of one of the types that may stand there."""
    net = administered(request)
    parent = net.units.get(key)
    if parent is None:
        raise Http404
    allowed = {one: type_ for one, type_ in types().items() if parent.type in type_.within}
    choices = [(one, named(type_)) for one, type_ in allowed.items()]
    first = choices[0][0] if choices else ""
    change = typed(
        request,
        Change(
            _("设立单位"),
            address(key),
            [
                Control("type", _("类型"), "select", first, choices=choices),
                Control("name", _("名称")),
                Control("name_en", _("英文名"), optional=True),
                Control("since", _("从哪天起"), "date", today_of(request).isoformat()),
            ],
            about=_("设在%(unit)s之下") % {"unit": named(parent)},
        ),
    )
    if not choices:
        change.faults[""] = _("%(unit)s之下没有可设的单位类型") % {"unit": named(parent)}
        return _form(request, change, 200 if request.method == "GET" else 400)
    since = change.day("since") if request.method == "POST" else None
    new = key_for(change["name"], net.units) if change["name"] else ""
    if request.method == "POST" and change["type"] not in allowed:
        change.faults["type"] = words.problem("not_a_choice", {"value": change["type"]})
    if request.method == "POST" and not change["name"]:
        change.faults["name"] = words.problem("missing")
    if since and not change.faults:
        said = {"name": change["name"], "type": named(allowed[change["type"]]), "since": since.isoformat()}
        change.lines = [_("%(since)s起设立%(type)s“%(name)s”") % said]

    def do(dry: bool) -> object:
        return actions.set_unit(
            actor=request.actor, key=new, name=change["name"], type_=change["type"], since=since or date.min,
            parent=key, name_en=change["name_en"], now=request.now, dry=dry,
        )  # fmt: skip

    return answered(request, change, do, to=lambda: address(new))


# ---- name, place and facts ----
@office
@require_http_methods(["GET", "POST"])
def change_unit(request: Acted, key: str) -> HttpResponse:
    """Rename a unit, hang it below another one, or put its facts right, from today on."""
    net = administered(request)
    unit = net.units.get(key)
    type_ = types().get(unit.type) if unit else None
    if unit is None or type_ is None:
        raise Http404
    controls = [
        Control("name", _("名称"), value=unit.name),
        Control("name_en", _("英文名"), value=unit.name_en, optional=True),
    ]
    if type_.within:
        below = {one.key for one in net.below(key)} | {key}
        offered = [one for one in units_offered(net, type_.within) if one[0] not in below]
        controls.append(Control("parent", _("上级"), "select", unit.parent, choices=offered))
    controls += _facts(type_, unit)
    change = typed(request, Change(_("改单位"), address(key), controls, about=f"{named(unit)} · {named(type_)}"))
    parent = change["parent"] if type_.within else ""
    facts = {one.name.removeprefix("fact-"): one.value for one in controls if one.name.startswith("fact-")}
    if request.method == "POST":
        change.lines = _changed(net, unit, change["name"], change["name_en"], parent, facts)
        if not change.lines:
            change.faults[""] = _("和现在一样，没有要改的。")
        if parent != unit.parent:
            change.hangs = _below(net, unit) + _open(unit.key)

    def do(dry: bool) -> object:
        return actions.set_unit(
            actor=request.actor, key=key, name=change["name"], type_=unit.type, since=None, parent=parent,
            name_en=change["name_en"], facts=facts, now=request.now, dry=dry,
        )  # fmt: skip

    return answered(request, change, do, own={one: f"fact-{one}" for one in type_.facts})


def _changed(net: Network, unit: Unit, name: str, name_en: str, parent: str, facts: Mapping[str, str]) -> list[str]:
    lines = []
    if name != unit.name:
        lines.append(_("“%(was)s”改名为“%(name)s”，以前的日子仍显示原名") % {"was": unit.name, "name": name})
    if name_en != unit.name_en:
        lines.append(_("英文名改为“%(name)s”") % {"name": name_en or "—"})
    if parent != unit.parent:
        lines.append(_("由%(was)s之下改挂到%(now)s之下") % {"was": net.name(unit.parent), "now": net.name(parent)})
    for key, value in facts.items():
        if value != str(unit.facts.get(key, "")):
            lines.append(_("%(fact)s改为%(value)s") % {"fact": words.fact_name(key), "value": value or "—"})
    return lines


def _below(net: Network, unit: Unit) -> list[str]:
    n, posts = len(net.below(unit.key)), len(net.posts_at(unit.key))
    found = []
    if n:
        found.append(ngettext("下面的%(n)s个单位一起过去", "下面的%(n)s个单位一起过去", n) % {"n": n})
    if posts:
        found.append(ngettext("%(n)s个岗位跟着过去", "%(n)s个岗位跟着过去", posts) % {"n": posts})
    return found


def _open(unit: str) -> list[str]:
    n = roll.open_by_unit().get(unit, 0)
    if not n:
        return [_("没有在办单")]
    return [
        ngettext("%(n)s件在办单留在这个单位，办理的人不变", "%(n)s件在办单留在这个单位，办理的人不变", n) % {"n": n}
    ]


# ---- the end of a unit ----
@office
@require_http_methods(["GET", "POST"])
def dissolve_unit(request: Acted, key: str) -> HttpResponse:
    """Let a unit end on a day with its posts and holdings; refused while units or open orders hang on it."""
    net = administered(request)
    unit = net.units.get(key)
    if unit is None:
        raise Http404
    change = typed(
        request,
        Change(
            _("撤销单位"),
            address(key),
            [Control("until", _("最后一天"), "date", today_of(request).isoformat())],
            about=named(unit),
            danger=True,
        ),
    )
    until = change.day("until") if request.method == "POST" else None
    if until:
        posts = net.posts_at(key)
        held = sum(len(net.holders(post.key)) for post in posts)
        change.lines = [_("“%(unit)s”到%(day)s为止") % {"unit": unit.name, "day": until.isoformat()}]
        if posts:
            said = {"posts": len(posts), "held": held}
            change.hangs = [_("%(posts)s个岗位、%(held)s人次任职同一天结束") % said]
        change.hangs.append(_("没有在办单"))  # otherwise it is refused

    def do(dry: bool) -> object:
        return actions.dissolve_unit(actor=request.actor, unit=key, until=until or date.min, now=request.now, dry=dry)

    return answered(request, change, do, own={"unit": ""}, to=lambda: reverse("network"))


urlpatterns = [
    path("network/units/<str:key>/add/", add_unit, name="network_unit_add"),
    path("network/units/<str:key>/change/", change_unit, name="network_unit_change"),
    path("network/units/<str:key>/dissolve/", dissolve_unit, name="network_unit_dissolve"),
]
