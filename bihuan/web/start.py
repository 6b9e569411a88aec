"""登记一张: one order of any kind opened by its own form, for kinds the sheet of several matters does not fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions.orders import submit_order
from bihuan.core.network import Network, Unit
from bihuan.core.order_state import OrderState
from bihuan.core.permission import Actor, parts
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, network
from bihuan.store.recent import Under
from bihuan.web.access import Acted, staff
from bihuan.web.controls import Control, Scene, controls_of, typed
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.scopes import may_ask
from bihuan.web.shell import programme_of
from bihuan.words.orders import named, unit_name
from bihuan.words.problems import problems
from bihuan.words.refusals import told

_LINKS: Under[tuple[tuple[str, str], ...]] = Under()
OFFICE = "officer"  # the channel of what the office writes down for somebody


@dataclass(slots=True)
class Sheet:
    """The page as the template draws it. `groups` are (desk, its requesters)."""

    type: OrderType
    groups: list[tuple[str, list[Unit]]]
    chosen: str
    controls: list[Control]
    errors: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every sentence of what must be mended, with the id of its control."""
        ids = {control.key: control.id for control in self.controls}
        return [(ids.get(key, f"f-{key}"), sentence) for key, sentence in self.errors.items()]


def startable(actor: Actor, order_type: OrderType, net: Network) -> list[Unit]:
    """Return the units for which the actor may open an order of this kind: their own, or those they look after."""
    if actor.sort != "post" or not order_type.requester:
        return []
    by = order_type.start().by
    roles = {key: role for key, role in order_type.roles.items() if key in by}
    mine = (who for role in roles.values() for who in role.who if who.post in ("", actor.kind))
    if all(who.of in ("link", "system") for who in mine):
        return []
    return [
        unit
        for unit in net.of_type(order_type.requester)
        if (desk := net.nearest(unit.key, order_type.desk))
        and parts(actor, OrderState(id=0, requester=unit.key, desk=desk), roles)
    ]


def kinds(actor: Actor, programme: Programme | None, net: Network) -> list[OrderType]:
    """Return the kinds of order that the actor may open here: outside the loop all, of the loop one's own.

    Who asks for others in the loop writes several matters on one sheet (web/enter.py).
    """
    some = programme.orders.values() if programme else ()
    return [one for one in some if not (one.looped and may_ask(actor, one)) and startable(actor, one, net)]


@staff
@require_http_methods(["GET", "POST"])
def start(request: Acted, kind: str) -> HttpResponse:
    """Show the form of one kind; POST opens the order and leads to it."""
    programme = programme_of(request)
    order_type = programme.orders.get(kind) if programme else None
    net = network.snapshot(calendars.calendar().local_day(request.now))
    units = startable(request.actor, order_type, net) if order_type else []
    if programme is None or order_type is None or not units:
        raise Http404
    if request.method == "GET":
        chosen = word(request.GET, "requester") or (units[0].key if len(units) == 1 else "")
        return render(request, "enter/start.html", {"sheet": _sheet(request, order_type, net, units, chosen, {}, {})})
    values = typed(request.POST, order_type.start(), order_type)
    chosen = word(request.POST, "requester")
    if chosen not in {unit.key for unit in units}:
        said = {"requester": _("请先选一个。")}
        sheet = _sheet(request, order_type, net, units, "", values, said)
        return render(request, "enter/start.html", {"sheet": sheet}, status=400)
    own = chosen in request.actor.above
    try:
        order = submit_order(
            actor=request.actor,
            programme=programme.key,
            type_=kind,
            facts=values,
            now=request.now,
            requester=chosen,
            channel=OFFICE if not own and OFFICE in programme.channels else "self",
            command=word(request.POST, "form_key", 40),
        )
    except Refused as why:
        sheet = _sheet(request, order_type, net, units, chosen, values, problems(why, order_type, request.now))
        if not why.problems:
            sheet.fault = told(why, order_type, net, request.now).sentence
        return render(request, "enter/start.html", {"sheet": sheet}, status=400 if why.problems else 409)
    messages.success(request, _("已登记 %(number)s。") % {"number": order.number})
    return redirect("order", order.number)


def _sheet(
    request: Acted,
    order_type: OrderType,
    net: Network,
    units: list[Unit],
    chosen: str,
    values: dict[str, Any],
    said: dict[str, str],
) -> Sheet:
    scene = Scene(order_type, net, request.now, actor=request.actor)
    drawn = controls_of(order_type.start(), scene, values=values, errors=said)
    desks: dict[str, list[Unit]] = {}
    for unit in units:
        desk = net.nearest(unit.key, order_type.desk)
        desks.setdefault("" if desk == unit.key else unit_name(net, desk), []).append(unit)
    # Papers are attached once there is an order to attach them to.
    shown = [control for control in drawn if control.mark != "files"]
    return Sheet(order_type, list(desks.items()), chosen, shown, said)


def links(actor: Actor, programme: Programme | None, net: Network) -> tuple[tuple[str, str], ...]:
    """Return (key, name) of every kind the actor may open by its own form; kept, as it looks at every unit there is."""
    if programme is None:
        return ()
    kept, about = _LINKS.of(net), (actor, programme.hash, get_language())
    found = kept.get(actor.person, about)
    if found is None:
        found = tuple((one.key, named(one)) for one in kinds(actor, programme, net))
        kept.keep(actor.person, about, found)
    return found


urlpatterns = [path("orders/new/<slug:kind>/", start, name="start")]
