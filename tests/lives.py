"""Lives of orders played by the cast through the real actions, an hour a step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bihuan.actions.orders import move_order, submit_order
from bihuan.core.network import Network
from bihuan.core.order_state import OrderState
from bihuan.core.permission import link_to
from bihuan.core.programmes import OrderType
from bihuan.store import calendars, network, orders, packs
from tests import cast

Step = tuple[str, str, dict[str, Any]]  # who (a person of the cast, or "link"), verb, facts
HOUR = timedelta(hours=1)
PHONE = "13800000618"

REGISTER: Step = ("zhou", "register", {"category": "recruitment", "importance": "heavy", "urgency": "urgent"})
DISPATCH: Step = ("zhou", "dispatch", {"lead": "labour_bureau", "supervisor": "zone.supervisor"})
WITH_CO: Step = ("zhou", "dispatch", {**DISPATCH[2], "co": ["science_bureau"], "note": "一周内先见面"})
ACCEPT: Step = ("wang", "accept", {"team": "4人"})
PROGRESS: Step = ("wang", "progress", {"text": "夜班补贴还没有谈拢"})
OUTWARD: Step = ("wang", "progress", {"text": "第二批下周二送人", "outward": "1"})
COUNTERSIGN: Step = ("lihang", "co_reply", {"agreed": "agree", "text": "没有意见"})
ANSWER: Step = ("wang", "reply_requester", {"result": "partly_solved", "answer": "第二批19人今天已办入职"})
REPORT: Step = (
    "wang", "reply_desk",
    {"result": "partly_solved", "report": "合计到岗21人", "workers_hired": "21", "cost_saved": "12万元"},
)  # fmt: skip
SIGN: Step = ("hebing", "approve", {})
CHECK: Step = ("zhou", "check", {"confirmed": "yes"})
GOOD: Step = ("link", "rate", {"rating": "satisfied"})
BAD: Step = ("link", "rate", {"rating": "unsatisfied", "rating_reasons": ["slow"], "words": "拖了三个星期"})
FOUNDED: Step = ("zhou", "verify", {"agreed_bad": "agree", "text": "回访属实"})
UNFOUNDED: Step = ("zhou", "verify", {"agreed_bad": "refuse", "text": "已向企业说明"})
CLOSE: Step = ("zhou", "close", {})

DISPATCHED = (REGISTER, DISPATCH)
ACCEPTED = (*DISPATCHED, ACCEPT)
DRAFTED = (*ACCEPTED, ANSWER, REPORT)
ANSWERED = (*DRAFTED, SIGN)
CHECKED = (*ANSWERED, CHECK)


def submitted(now: datetime = cast.NOW, **facts: Any) -> OrderState:
    """Open an order of the foundry by the service officer."""
    given = {
        "title": "数控操作工缺口30人",
        "category": "recruitment",
        "facts": "旺季订单排到春节，数控操作工缺30人。",
        "wish": "国庆前到岗20人",
        "contact_name": "刘芳",
        "contact_phone": PHONE,
        "importance": "heavy",
        "urgency": "urgent",
        **facts,
    }
    return submit_order(
        actor=cast.actor("chen"), programme="enterprise_order", type_="enterprise_request", requester="foundry",
        channel="officer", now=now, facts=given,
    )  # fmt: skip


def played(steps: Iterable[Step], now: datetime = cast.NOW, **facts: Any) -> tuple[OrderState, datetime]:
    """Play the steps on a new order and return it with the moment of the last step."""
    return go_on(submitted(now, **facts), steps, now)


def go_on(order: OrderState, steps: Iterable[Step], now: datetime) -> tuple[OrderState, datetime]:
    """Play further steps, each an hour after the one before."""
    for who, verb, facts in steps:
        now += HOUR
        actor = link_to(order.id) if who == "link" else cast.actor(who, now)
        _event, order = move_order(actor=actor, id_=order.id, verb=verb, facts=facts, now=now)
    return order, now


def type_of(order: OrderState) -> OrderType:
    """Return the kind of order the order is pinned to."""
    return packs.order_type(order.bundle, order.type)


def net_of(now: datetime) -> Network:
    """Return the network of the day."""
    return network.snapshot(calendars.calendar().local_day(now))


def again(order: OrderState) -> OrderState:
    """Read the order anew."""
    return orders.by_id(order.id, seen_by=cast.SYSTEM).order
