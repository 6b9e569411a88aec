"""相似工单 on pages: each with where it stands and why it is said."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.actions.similar import Alike
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.queues import queue
from bihuan.core.similar import ENOUGH
from bihuan.store import packs
from bihuan.words.orders import standing_name, unit_name


@dataclass(frozen=True, slots=True)
class Like:
    """An order that may be the same matter. `joinable`: another one can be merged into it as it stands."""

    number: str
    title: str
    state: str
    lead: str
    why: str
    joinable: bool


def like(one: Alike, net: Network) -> Like:
    """Return an order in words, with why it is said: 企业相同，文字相近62%."""
    reasons = [_("企业相同")] if one.own else []
    if one.share >= ENOUGH:
        reasons.append(_("文字相近%(share)s%%") % {"share": one.share})
    return _said(one.order, net, _("，").join(reasons))


def of_same(order: OrderState, net: Network) -> Like:
    """Return an order of the same requester in words."""
    return _said(order, net, _("企业相同"))


def _said(order: OrderState, net: Network, why: str) -> Like:
    order_type = packs.order_type(order.bundle, order.type)
    state = standing_name(order_type, order.state, queue(order_type, order))
    lead = unit_name(net, order.lead) if order.lead else ""
    joinable = any(order.state in move.from_ for move in order_type.by_effect("joined"))
    return Like(order.number, order.title, state, lead, why, joinable)
