"""议定事项转单: what was raised in an entry becomes an order; entry and order lead to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.actions import ledger as actions
from bihuan.core.entries import EntryState, may_change
from bihuan.core.network import Network
from bihuan.core.permission import Actor
from bihuan.core.programmes import OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, ledger, network, packs
from bihuan.web.access import Acted, staff
from bihuan.web.controls import Choice, Control, Scene, control_of, typed
from bihuan.web.jinja import render
from bihuan.web.rows import word
from bihuan.web.scopes import may_ask
from bihuan.words.ledger import refusal, title_of
from bihuan.words.orders import unit_name
from bihuan.words.problems import problems
from bihuan.words.refusals import told


@dataclass(slots=True)
class Form:
    """The form of an order to be born. `errors` are (id of the control, sentence)."""

    controls: list[Control]
    errors: list[tuple[str, str]] = field(default_factory=list)
    said: str = ""


def type_for(actor: Actor, entry: EntryState) -> tuple[Programme, OrderType] | None:
    """Return the kind of order the actor may let the entry give birth to, None where there is none."""
    book = ledger.declared(entry.programme, entry.activity)
    programme = packs.programme(entry.programme)
    order_type = programme.orders.get(book.orders)
    if order_type is None or entry.idle or not may_change(book, entry, actor) or not may_ask(actor, order_type):
        return None
    return programme, order_type


@staff
@require_http_methods(["GET", "POST"])
def give(request: Acted, number: str) -> HttpResponse:
    """Ask for the matter; POST opens the order and ties it to the entry, or does neither."""
    entry = ledger.by_number(number, seen_by=request.actor)
    found = type_for(request.actor, entry)
    if found is None:
        raise Http404
    _programme, order_type = found
    net = network.snapshot(calendars.calendar().local_day(request.now))
    book = ledger.declared(entry.programme, entry.activity)
    values: dict[str, Any] = {"requester": _named(entry, order_type, net)}
    form = Form([])
    if request.method == "POST":
        start = order_type.start()
        values = {**typed(request.POST, start, order_type), "requester": request.POST.get("requester", "")}
        try:
            if not values["requester"]:
                raise Refused("submit.needs", {"requester": "missing"}, fields=["requester"])
            _after, order = actions.give_order(
                actor=request.actor,
                number=number,
                facts={key: values[key] for key in start.needs},
                requester=values["requester"],
                now=request.now,
                command=word(request.POST, "form_key", 40),
            )
        except Refused as why:
            form.errors = [(f"f-submit-{key}", text) for key, text in _said(why, order_type).items()]
            if not form.errors:
                ours = why.code.startswith("give_order")
                form.said = refusal(why, book, net) if ours else told(why, order_type, net, request.now).sentence
        else:
            messages.success(request, _("已转为工单 %(number)s。") % {"number": order.number})
            return redirect("ledger_entry", number)
    form.controls = _controls(request, entry, order_type, net, values, dict(form.errors))
    context = {"entry": entry, "activity": book, "form": form, "title": title_of(book, entry, net)}
    status = 400 if form.errors else 409 if form.said else 200
    return render(request, "ledger/order.html", context, status=status)


def _said(why: Refused, order_type: OrderType) -> dict[str, str]:
    found = problems(why, order_type)
    if "requester" in found:
        found["requester"] = _("请选是哪家企业提的")
    return found


def _named(entry: EntryState, order_type: OrderType, net: Network) -> str:
    """Return the one firm an entry names, "" where it names none or several."""
    book = ledger.activity_of(entry)
    some: set[str] = set()
    for key in book.listing():
        value = entry.fields.get(key, [])
        some |= {value} if isinstance(value, str) else set(value)
    fit = [key for key in some if key in net.units and net.units[key].type == order_type.requester]
    return fit[0] if len(fit) == 1 else ""


def _controls(
    request: Acted,
    entry: EntryState,
    order_type: OrderType,
    net: Network,
    values: dict[str, Any],
    errors: dict[str, str],
) -> list[Control]:
    firms = [Choice(one.key, unit_name(net, one.key)) for one in net.below(entry.unit, order_type.requester)]
    said = errors.get("f-submit-requester", "")
    asker = Control("requester", "f-submit-requester", "select", _("哪家企业提的"), True,
                    values.get("requester", ""), said, choices=firms)  # fmt: skip
    scene = Scene(order_type, net, request.now, actor=request.actor)
    keys = order_type.start().needs
    return [
        asker,
        *(
            control_of(order_type.fields[key], scene, "submit", True, values.get(key, ""),
                       errors.get(f"f-submit-{key}", ""))
            for key in keys
        ),
    ]  # fmt: skip


urlpatterns = [path("ledger/<entry:number>/order/", give, name="ledger_order")]
