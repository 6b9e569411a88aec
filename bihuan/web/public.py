"""点单: anybody asks for something, on two panels drawn from the pack, without signing in (ux 4.1, 6.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.actions import files, links
from bihuan.actions.orders import first_words, submit_order
from bihuan.actions.similar import matter_of
from bihuan.core import orders as core
from bihuan.core.network import Unit
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Field, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.core.similar import ENOUGH, Matter, likeness
from bihuan.store import calendars, network, orders, packs
from bihuan.web import papers
from bihuan.web.access import Asked, public
from bihuan.web.controls import MANY, Control, Scene, control_of, in_yuan
from bihuan.web.jinja import FORM_KEY, render
from bihuan.words import refusals
from bihuan.words.orders import named

NAME, DESK = "requester_name", "desk"  # fields of ours beside the pack's
_KEY = re.compile(r"[0-9a-f]{32}")
_KINDS_OF_PERSON = ("C2", "C3")


@dataclass(slots=True)
class Sheet:
    """The form with what was typed into it. `kept` are files that already arrived: (id, name)."""

    programme: Programme
    scene: Scene
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    kept: list[tuple[int, str]] = field(default_factory=list)

    @property
    def type(self) -> OrderType:
        """The kind of order."""
        return self.scene.type

    @property
    def desks(self) -> list[Unit]:
        """The units that could be its desk."""
        return self.scene.net.of_type(self.type.desk)

    @property
    def matter(self) -> list[Control]:
        """What it is about: the public fields before the first one about a person."""
        return self._lines()[: self._turn()]

    @property
    def person(self) -> list[Control]:
        """How to reach whoever asks: the first personal field and all after it."""
        return self._lines()[self._turn() :]

    @property
    def files(self) -> Control | None:
        """Where papers are attached, if the move that opens an order takes any."""
        move = self.type.start()
        fields = (self.type.fields[key] for key in (*move.needs, *move.takes))
        found = next((one for one in fields if one.kind == "files"), None)
        return self._control(found) if found else None

    @property
    def asks_requester(self) -> bool:
        """Whether an organisation asks here, whose name is typed freely: its register is nobody's to read."""
        return bool(self.type.requester)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What has to be mended, in the order of the page: (id, sentence)."""
        shown = [line.key for line in self.matter]
        shown += [self.files.key] if self.files else []
        shown += [NAME, DESK, *(line.key for line in self.person)]
        rest = [key for key in self.errors if key not in shown]
        return [(f"f-{key}" if key in shown else "", self.errors[key]) for key in [*shown, *rest] if key in self.errors]

    def _lines(self) -> list[Control]:
        return [self._control(self.type.fields[key]) for key in self.type.public]

    def _control(self, one: Field) -> Control:
        # Whoever leaves no way of being reached cannot be answered.
        required = one.key in self.type.start().needs or one.data_class in _KINDS_OF_PERSON
        drawn = control_of(one, self.scene, "", required, self.typed.get(one.key, ""), self.errors.get(one.key, ""))
        drawn.id = f"f-{one.key}"
        if drawn.mark == "text" and one.data_class in _KINDS_OF_PERSON:
            drawn.fills = "name"
        if one.kind == "choice":
            drawn.mark = "tiles"  # on a telephone a grid of words is quicker than a list that opens
        return drawn

    def _turn(self) -> int:
        kinds = [self.type.fields[key].data_class in _KINDS_OF_PERSON for key in self.type.public]
        return kinds.index(True) if True in kinds else len(kinds)


@dataclass(frozen=True, slots=True)
class Own:
    """An order of whoever asks, known by the link they came from."""

    number: str
    title: str
    address: str


@public
@require_http_methods(["GET", "POST"])
def new(request: Asked, programme: str) -> HttpResponse:
    """Show the form of a programme's public kind of order (`?type=` where it has several); POST opens the order."""
    declared = packs.current().get(programme)
    if declared is None or declared.sealed:
        raise Http404
    kinds = {key: one for key, one in declared.orders.items() if one.public}
    asked = request.GET.get("type") or next(iter(kinds), "")
    if asked not in kinds:
        raise Http404
    net = network.snapshot(calendars.calendar().local_day(request.now))
    sheet = Sheet(declared, Scene(kinds[asked], net, request.now))
    if request.method == "POST":
        return _submit(request, sheet)
    return _page(request, sheet, 200)


def _repeated(request: Asked, sheet: Sheet) -> Own | None:
    """Return the order whose link led here if it is open and very like what was typed; nobody else's is looked at."""
    token = request.GET.get("from", "")
    link = links.read(token) if token else None
    if link is None or not link.current:
        return None
    held = orders.by_id(link.order, seen_by=link.actor)
    order, state = held.order, held.type.states[held.order.state]
    facts = str(sheet.typed.get("facts") or "")
    if state.closed or likeness(Matter(first_words(facts), facts), matter_of(order)) < ENOUGH:
        return None
    return Own(order.number, order.title, f"/t/{token}/")


def _page(request: Asked, sheet: Sheet, status: int, trouble: str = "", own: Own | None = None) -> HttpResponse:
    count = len(sheet.faults)
    title = ngettext("有%(n)s处要改：点单", "有%(n)s处要改：点单", count) % {"n": count} if count else _("点单")
    kinds = [one for one in sheet.programme.orders.values() if one.public]
    context = {
        "sheet": sheet,
        "title": title,
        "trouble": trouble,
        "own": own,
        "kinds": kinds,
        "kept": papers.kept_field(sheet.kept),
    }
    return render(request, "public/new.html", context, status=status)


def _submit(request: Asked, sheet: Sheet) -> HttpResponse:
    form = request.POST
    sheet.typed = typed(form, sheet.type)
    sheet.kept, file_fault = papers.received(request)
    requester, desk, errors = _whose(sheet)
    if file_fault:
        errors[files.FIELD] = file_fault
    facts = {**sheet.typed, files.FIELD: [id_ for id_, _name in sheet.kept]}
    errors.update(_faults(request, sheet, facts))
    if errors:
        sheet.errors = errors
        return _page(request, sheet, 400)
    if "sure" not in form and (own := _repeated(request, sheet)):
        return _page(request, sheet, 200, own=own)
    if not ratelimit.consume(request, action="submit"):
        return _page(
            request, sheet, 429, _("这个网络一小时内提交得太多了，这次没有提交。请过一会儿再按提交，写的都还在。")
        )
    try:
        order = _opened(request, sheet, facts, requester, desk)
    except Refused as why:
        sheet.errors = refusals.problems(why, sheet.type)
        if why.kind == "closed-version":
            said = _("“%(name)s”现在不收新单，这张单没有提交。请打下面的电话。") % {"name": named(sheet.programme)}
            return _page(request, sheet, 409, said)
        return _page(request, sheet, 400, "" if sheet.errors else _("这张单没有提交。请核对后再试，或打下面的电话。"))
    return redirect(f"/t/{links.link_for(order.id)}/?said=submitted")


def _opened(request: Asked, sheet: Sheet, facts: Mapping[str, Any], requester: str, desk: str) -> OrderState:
    return submit_order(
        actor=None,
        programme=sheet.programme.key,
        type_=sheet.type.key,
        facts=facts,
        now=request.now,
        requester=requester,
        requester_name="" if requester else _own_name(sheet),
        desk=desk,
        command=command(request.POST),
    )


def typed(form: QueryDict, order_type: OrderType) -> dict[str, Any]:
    """Return what was typed into the public fields, and into ours beside them."""
    kept: dict[str, Any] = {key: form.get(key, "").strip() for key in (NAME, DESK)}
    for key in order_type.public:
        kind = order_type.fields[key].kind
        kept[key] = form.getlist(key) if kind in MANY else form.get(key, "")
        if kind == "money":
            kept[key] = in_yuan(kept[key])
    return kept


def command(form: QueryDict) -> str:
    """Return the name of this one filling-in, so that a double tap makes one record; a made-up key names nothing."""
    key = form.get(FORM_KEY, "")
    return f"public:{key}" if _KEY.fullmatch(key) else ""


def _own_name(sheet: Sheet) -> str:
    if sheet.asks_requester:
        return str(sheet.typed[NAME])
    first = next((line for line in sheet.person if line.mark == "text"), None)
    return str(first.value) if first else ""


def _whose(sheet: Sheet) -> tuple[str, str, dict[str, str]]:
    """Return (unit that asks or "", desk, faults). A name that is the unit's own finds it and thereby its desk."""
    errors: dict[str, str] = {}
    net = sheet.scene.net
    name, desk = str(sheet.typed[NAME]), str(sheet.typed[DESK])
    requester = ""
    if sheet.asks_requester:
        if not name:
            errors[NAME] = _("请填单位名称，以便核实")
        same = [unit.key for unit in net.of_type(sheet.type.requester) if unit.name == name]
        requester = same[0] if len(same) == 1 and net.nearest(same[0], sheet.type.desk) else ""
    if requester:
        return requester, "", errors
    if len(sheet.desks) == 1:
        return "", sheet.desks[0].key, errors
    if desk not in {unit.key for unit in sheet.desks}:
        errors[DESK] = _("请选一个，拿不准的选最接近的，受理时会更正")
    return "", desk, errors


def _faults(request: Asked, sheet: Sheet, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the faults of the pack's fields, all at once; a title is made of the first words and never asked."""
    today = calendars.calendar().local_day(request.now)
    given = {sheet.type.title: first_words(str(facts.get("facts", ""))) or "-", **facts}
    errors: dict[str, str] = {}
    missing = {
        line.key: "missing"
        for line in (*sheet.matter, *sheet.person)
        if line.required and not str(line.value or "").strip()
    }
    try:
        core.clean(sheet.type, sheet.type.start(), given, sheet.scene.net, today)
    except Refused as why:
        errors = refusals.problems(why, sheet.type)
    start = sheet.type.start().verb
    return {**refusals.problems(Refused(f"{start}.needs", missing), sheet.type), **errors} if missing else errors


urlpatterns = [path("p/<slug:programme>/new/", new, name="public_new")]
