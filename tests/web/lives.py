"""Lives of one order for the tests of pages: the cast plays its moves through the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bihuan.actions import links
from bihuan.actions.orders import move_order, submit_order
from bihuan.core.instants import iso
from bihuan.core.order_state import OrderState
from bihuan.store import orders, versions
from tests import cast

PHONE = "13800000618"


def set_clock(at: datetime) -> None:
    """Let the product's own demonstration clock stand at this moment."""
    versions.start_demonstration(iso(at), iso(datetime.now(UTC)), "常德经开区")


@dataclass
class Life:
    """An order and the moment it has come to; `go` makes one move after so many minutes."""

    id: int
    number: str
    now: datetime

    @property
    def address(self) -> str:
        return f"/t/{links.link_for(self.id)}/"

    @property
    def order(self) -> OrderState:
        return orders.by_id(self.id, seen_by=cast.link_to(self.id)).order

    def go(self, who: str, verb: str, after: int = 60, **facts: Any) -> Life:
        """Make the move; `who` is a member of the cast or `link`."""
        self.wait(timedelta(minutes=after))
        actor = cast.link_to(self.id) if who == "link" else cast.actor(who, self.now)
        move_order(actor=actor, id_=self.id, verb=verb, facts=facts, now=self.now)
        return self

    def wait(self, span: timedelta) -> Life:
        """Let time go by, on the product's clock too."""
        self.now += span
        set_clock(self.now)
        return self

    # ---------- stretches of a life ----------
    def dispatched(self) -> Life:
        self.go("zhou", "register", category="recruitment", importance="heavy", urgency="urgent")
        return self.go("zhou", "dispatch", lead="labour_bureau", supervisor="zone.supervisor")

    def accepted(self) -> Life:
        return self.dispatched().go("wang", "accept")

    def answered(self, answer: str = "已推荐12人到岗。", result: str = "solved", **more: Any) -> Life:
        self.go("wang", "reply_requester", result=result, answer=answer, **more)
        self.go("wang", "reply_desk", result=result, report="内部情况：企业工资偏低。", workers_hired="12")
        return self.go("hebing", "approve", opinion="内部意见")

    def invited(self) -> Life:
        return self.go("zhou", "check", confirmed="yes", opinion="核查内部话")


def begun(**facts: Any) -> Life:
    """Return an order that an enterprise has just asked for by itself."""
    set_clock(cast.NOW)
    given = {
        "title": "数控操作工缺口30人",
        "category": "recruitment",
        "facts": "旺季订单排到春节，缺30人。",
        "contact_name": "刘芳",
        "contact_phone": PHONE,
        **facts,
    }
    order = submit_order(
        actor=None,
        programme="enterprise_order",
        type_="enterprise_request",
        requester="foundry",
        now=cast.NOW,
        facts=given,
    )
    return Life(order.id, order.number, cast.NOW)
