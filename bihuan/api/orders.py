"""单: open an order, list and read orders, make a move; the same actions as the pages."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field

from bihuan.actions import links
from bihuan.actions import orders as actions
from bihuan.api import shapes, views
from bihuan.api.bearer import Called
from bihuan.api.errors import FAULTS, Problem, invalid
from bihuan.api.repeats import once
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import Move, OrderType, Programme
from bihuan.core.refusal import Refused
from bihuan.store import calendars, events, lists, network, orders, packs
from bihuan.words.orders import state_name
from bihuan.words.refusals import problems, told

router = Router(tags=["orders"])
NUMBER = re.compile(r"[A-Z]{1,4}[0-9]{4}-[0-9]{4,18}")
CURSOR = re.compile(r"[0-9]{1,19}")
Lights = Literal["", "green", "yellow", "orange", "red", "grey"]
MOST_ITEMS = 200
ERRORS: dict[Any, Any] = dict.fromkeys(FAULTS, shapes.Error)
KEY = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "description": "The same key gives the first answer again for 24 hours; nothing is done twice",
            "schema": {"type": "string", "maxLength": 200, "pattern": "^[!-~]*$"},
        }
    ]
}


class Asked(shapes.Schema):
    """What a list asks for; empty means any."""

    programme: str = Field("", max_length=64)
    type: str = Field("", max_length=64, description="Key of the kind of order")
    state: str = Field("", max_length=64)
    light: Lights = ""
    unit: str = Field("", max_length=64, description="Orders of this desk, or led by this unit")
    open: bool | None = Field(None, description="Only open ones, or only closed ones")
    cursor: str = Field("", max_length=40, description="`next` of the page before")
    limit: int = Field(lists.PAGE, ge=1, le=MOST_ITEMS)


@router.post("/orders", response={201: shapes.Created, **ERRORS}, openapi_extra=KEY, summary="Open an order")
def create(request: Called, new: shapes.NewOrder) -> HttpResponse:
    """Open one order in the caller's name."""
    declared, order_type = _declared(new.programme, new.type)
    facts = _facts(new.fields, order_type.start(), "fields")

    def act(command: str) -> tuple[int, dict[str, Any]]:
        try:
            order = actions.submit_order(
                actor=request.auth.actor,
                programme=declared.key,
                type_=order_type.key,
                facts=facts,
                now=request.now,
                requester=_clear("requester", new.requester),
                requester_name=_clear("requester_name", new.requester_name),
                desk=_clear("desk", new.desk),
                channel=_clear("channel", new.channel),
                source_number=_clear("source_number", new.source_number),
                source_due=_clear("source_due", new.source_due),
                command=command,
            )
        except Refused as why:
            raise _told(why, order_type, request) from None
        return 201, _created(order, order_type)

    return once(request, act)


@router.get("/orders", response={200: shapes.Page, **ERRORS}, summary="List orders")
def listed(request: Called, asked: Query[Asked]) -> dict[str, Any]:
    """List the orders the caller may see, the newest first."""
    known = packs.current()
    if asked.programme:
        programme_of(asked.programme)
    kinds = {t.key for one in known.values() for t in one.orders.values()}
    if asked.type and asked.type not in kinds:
        raise invalid("type", _("“type”没有“%(key)s”这种单") % {"key": asked.type})
    states = {key for one in known.values() for t in one.orders.values() for key in t.states}
    if asked.state and asked.state not in states:
        raise invalid("state", _("“state”没有“%(key)s”这种状态") % {"key": asked.state})
    if asked.cursor and not (CURSOR.fullmatch(asked.cursor) and int(asked.cursor) < 1 << 63):
        raise invalid("cursor", _("“cursor”不对，请用上一页给的 next"))
    at_desk = bool(asked.unit) and _is_desk(asked.unit, known, request)
    wanted = lists.Asked(
        programme=asked.programme,
        type=asked.type,
        states=(asked.state,) if asked.state else (),
        light=asked.light,
        open=asked.open,
        sort="recent",
        desk=asked.unit if at_desk else "",
        lead="" if at_desk else asked.unit,
    )
    page = lists.page(
        seen_by=request.auth.actor,
        programmes=known.values(),
        asked=wanted,
        now=request.now,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return views.rows(page, request.now)


@router.get("/orders/{number}", response={200: shapes.Order, **ERRORS}, summary="Read an order")
def one(request: Called, number: str) -> dict[str, Any]:
    """Read one order with its limits and the moves this caller may make."""
    return views.view(_held(request, number), request.auth.actor, request.now).shown()


@router.get("/orders/{number}/events", response={200: shapes.Events, **ERRORS}, summary="Read its events")
def happened(request: Called, number: str) -> dict[str, Any]:
    """Read the events of an order with their hashes."""
    held = _held(request, number)
    seen = views.view(held, request.auth.actor, request.now)
    return {"number": held.order.number, "events": seen.events(events.of_order(held.order.id))}


@router.post(
    "/orders/{number}/moves",
    response={200: shapes.Moved, 412: shapes.Error, **ERRORS},
    openapi_extra=KEY,
    summary="Make a move",
)
def move(request: Called, number: str, new: shapes.NewMove) -> HttpResponse:
    """Make one move on one order."""
    held = _held(request, number)
    declared = held.type.moves.get(new.verb)
    if declared is None or declared.effect in ("submit", "import", "joined", "alarm", "settle"):
        raise invalid("verb", _("“verb”没有“%(verb)s”这个动作") % {"verb": new.verb[:64]})
    facts = _facts(new.facts, declared, "facts")

    def act(command: str) -> tuple[int, dict[str, Any]]:
        try:
            event, after = actions.move_order(
                actor=request.auth.actor,
                verb=new.verb,
                facts=facts,
                now=request.now,
                number=held.order.number,
                expect=new.expect,
                command=command,
                read=held,
            )
        except Refused as why:
            raise _told(why, held.type, request, held.order) from None
        seen = views.view(orders.Held(after, held.generation), request.auth.actor, request.now)
        return 200, {
            "number": after.number,
            "state": after.state,
            "state_name": state_name(held.type, after.state),
            "seq": after.seq,
            "event": seen.made(event),
        }

    return once(request, act)


# ---- what requests name ----
def _held(request: Called, number: str) -> orders.Held:
    if not NUMBER.fullmatch(number):
        raise orders.NotFound(number)
    return orders.by_number(number, seen_by=request.auth.actor)


def _declared(programme: str, type_: str) -> tuple[Programme, OrderType]:
    declared = programme_of(programme)
    if type_ not in declared.orders:
        said = {"key": type_[:64], "known": _("、").join(declared.orders)}
        raise invalid("type", _("“type”没有“%(key)s”这种单，可写：%(known)s") % said)
    return declared, declared.orders[type_]


def programme_of(key: str) -> Programme:
    """Return a programme by its key; an unknown one is faulty input that names those there are."""
    known = packs.current()
    if key not in known:
        said = {"key": key[:64], "known": _("、").join(known)}
        raise invalid("programme", _("“programme”没有“%(key)s”这个项目，可写：%(known)s") % said)
    return known[key]


def _is_desk(unit: str, known: Mapping[str, Programme], request: Called) -> bool:
    found = network.snapshot(calendars.calendar().local_day(request.now)).units.get(unit)
    if found is None:
        raise invalid("unit", _("“unit”没有“%(key)s”这个单位") % {"key": unit[:64]})
    return found.type in {t.desk for one in known.values() for t in one.orders.values()}


def _facts(given: Mapping[str, Any], move: Move, where: str) -> dict[str, Any]:
    """Return the facts as a form would send them, or raise a 400 naming every one that cannot be one."""
    taken = (*move.needs, *move.takes)
    faults: list[tuple[str, str]] = []
    facts: dict[str, Any] = {}
    for key, value in given.items():
        name = f"{where}.{key[:64]}"
        if key not in taken:
            said = {"field": name, "known": _("、").join(taken) or _("（这一步不用填）")}
            faults.append((name, _("没有“%(field)s”这一项，可写：%(known)s") % said))
        elif not _is_fact(value):
            faults.append((name, _("“%(field)s”只能写文字、数、true、false，或它们的列表") % {"field": name}))
        else:
            facts[key] = _plain(value)
    if faults:
        raise invalid(*faults[0], *faults[1:])
    return facts


def _is_fact(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= MOST_ITEMS and all(isinstance(one, str | int) for one in value)
    return value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    # A figure is never a float here: what was typed is what is kept.
    return (
        value
        if value is None or isinstance(value, str)
        else format(value, "f")
        if isinstance(value, float)
        else str(value)
    )


def _clear(field: str, text: str) -> str:
    if any(ord(letter) < 32 for letter in text):
        raise invalid(field, _("“%(field)s”里有不可见的控制字符") % {"field": field})
    return text


# ---- answers ----
def _created(order: OrderState, order_type: OrderType) -> dict[str, Any]:
    token = links.link_for(order.id)
    return {
        "number": order.number,
        "token": token,
        "track": f"/t/{token}/",
        "state": order.state,
        "state_name": state_name(order_type, order.state),
        "seq": order.seq,
    }


def _told(why: Refused, order_type: OrderType, request: Called, order: OrderState | None = None) -> Problem:
    """A form that is filled in wrongly is 400 and names its fields; a stale `expect` is 412; everything else is 409."""
    if why.problems:
        fields = problems(why, order_type, request.now)
        return Problem(400, why.code, _("；").join(fields.values()), fields=fields)
    if order is not None and why.kind == "stale":
        # What stands now is the newer one: tell of it, not of what was read before.
        fresh = orders.by_number(order.number, seen_by=request.auth.actor).order
        order = fresh
    net = network.snapshot(calendars.calendar().local_day(request.now))
    said = told(why, order_type, net, request.now, order)
    stale = why.kind == "stale" and why.facts.get("expect") is not None
    return Problem(412 if stale else 409, why.code, views.short(said), facts=why.facts)
