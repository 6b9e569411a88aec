"""对外的说法: what the requester reads, without office words: who, what, by when (ux 6.5)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core.clocks import running
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.programmes import MILESTONES, OrderType
from bihuan.words import moments
from bihuan.words.orders import in_english, unit_name

TITLES = {
    "received": gettext_noop("已收到"),
    "registered": gettext_noop("已受理"),
    "dispatched": gettext_noop("已派单"),
    "accepted": gettext_noop("正在办"),
    "answered": gettext_noop("已答复"),
    "checked": gettext_noop("等您评价"),
    "rectifying": gettext_noop("正在重办"),
    "closed": gettext_noop("已办结"),
    "ended": gettext_noop("已结束"),
}
# For a reader in English, and for a pack that says nothing of its own.
SENTENCES = {
    "received": gettext_noop("已收到，最迟{due}受理"),
    "registered": gettext_noop("已受理，最迟{due}派给承办部门"),
    "dispatched": gettext_noop("已派给{lead}，最迟{promise}答复您"),
    "accepted": gettext_noop("{lead}已接单，最迟{promise}答复您"),
    "answered": gettext_noop("{lead}已答复，核查后请您评价"),
    "checked": gettext_noop("已办好，等您评价"),
    "rectifying": gettext_noop("{lead}正在按您的评价重办，最迟{due}再答复您"),
    "closed": gettext_noop("已办结"),
    "ended": gettext_noop("已结束，请看下面的说明"),
}
STEPS = (
    (1, "submitted", gettext_noop("您点单")),
    (2, "registered", gettext_noop("受理")),
    (3, "first_dispatched", gettext_noop("派给承办部门")),
    (4, "accepted", gettext_noop("部门接单办理")),
    (5, "replied", gettext_noop("答复您")),
    (6, "rated", gettext_noop("您评价")),
    (7, "closed", gettext_noop("办结")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One outward step: `state` is ok | now | todo, `when` the moment it was reached or ""."""

    name: str
    state: str
    when: str


def standing(order: OrderState, order_type: OrderType, net: Network, now: datetime) -> tuple[str, str]:
    """Return (title, sentence) of where an order stands, for the requester."""
    state = order_type.states.get(order.state)
    if state is None:
        return "", ""
    milestone = state.milestone
    title = _(TITLES[milestone])
    if (state.closed and milestone == "ended") or not order_type.looped:
        title = state.name if not in_english() else (state.name_en or title)
    if order.rating and milestone == "checked" and "verification" in order.asks:
        said = _("已记下您的评价，最迟{due}向您核实，属实的重新办理")
        return _("等待核实"), said.format_map(_places(order, order_type, net, now))
    if order.rating and milestone == "checked":
        return _("您已评价"), _("谢谢，已记下您的评价。核对后办结。")
    own = state.outward if not in_english() else ""
    if order.resume_on and not own:
        own = _("{lead}经批准暂缓办理，预计{resume}恢复")
    said = own or _(SENTENCES[milestone])
    return title, said.format_map(_places(order, order_type, net, now))


def _places(order: OrderState, order_type: OrderType, net: Network, now: datetime) -> defaultdict[str, str]:
    """The facts a pack may name in an outward sentence: {due} {promise} {lead} {resume}."""
    soon = _("近日")
    promise = next(
        (order.clocks[c.key] for c in order_type.clocks.values() if c.promise and c.key in order.clocks), None
    )
    dues = [
        clock["due"]
        for key, clock in order.clocks.items()
        if running(clock) and (spec := order_type.clocks.get(key.partition(":")[0])) and spec.owes not in ("requester",)
    ]
    places = {
        "due": moments.until(min(dues), now) if dues else soon,
        "promise": moments.day(moments.last_day(promise["due"]), now) if promise else soon,
        "lead": unit_name(net, order.lead) if order.lead else _("承办部门"),
        "resume": moments.day(order.resume_on, now) if order.resume_on else soon,
    }
    return defaultdict(lambda: "", places)


def steps(order: OrderState, order_type: OrderType, net: Network, now: datetime) -> list[Step]:
    """Return the seven outward steps with what is reached, what is now and what is to come."""
    state = order_type.states.get(order.state)
    milestone = state.milestone if state else "received"
    here = MILESTONES[milestone] or 0
    if milestone == "registered":
        here = 2
    found = []
    for n, moment, name in STEPS:
        at = order.times.get(moment, "")
        # What was done before and is being done again shows as still to come.
        done = (n < here or (n == here and milestone == "closed")) if here else bool(at)
        if n == 6 and here == 6 and order.rating:
            done = True
        state_ = "ok" if done else "now" if n == here else "todo"
        text = _(name)
        if n in (3, 4) and order.lead:
            named = _("派给%(unit)s") if n == 3 else _("%(unit)s接单办理")
            text = named % {"unit": unit_name(net, order.lead)}
        if n == 6 and milestone == "rectifying":
            text = _("按您的评价重办")
        found.append(Step(text, state_, moments.moment(at, now) if at and done else ""))
    return found
